import { createRequire as requireOf } from 'node:module';
const require = requireOf(import.meta.url);
var __create = Object.create;
var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __getProtoOf = Object.getPrototypeOf, __hasOwnProp = Object.prototype.hasOwnProperty;
var __require = /* @__PURE__ */ ((x) => typeof require < "u" ? require : typeof Proxy < "u" ? new Proxy(x, {
  get: (a, b) => (typeof require < "u" ? require : a)[b]
}) : x)(function(x) {
  if (typeof require < "u") return require.apply(this, arguments);
  throw Error('Dynamic require of "' + x + '" is not supported');
});
var __esm = (fn, res, err) => function() {
  if (err) throw err[0];
  try {
    return fn && (res = (0, fn[__getOwnPropNames(fn)[0]])(fn = 0)), res;
  } catch (e) {
    throw err = [e], e;
  }
};
var __commonJS = (cb, mod) => function() {
  try {
    return mod || (0, cb[__getOwnPropNames(cb)[0]])((mod = { exports: {} }).exports, mod), mod.exports;
  } catch (e) {
    throw mod = 0, e;
  }
};
var __export = (target, all) => {
  for (var name3 in all)
    __defProp(target, name3, { get: all[name3], enumerable: !0 });
}, __copyProps = (to, from, except, desc) => {
  if (from && typeof from == "object" || typeof from == "function")
    for (let key of __getOwnPropNames(from))
      !__hasOwnProp.call(to, key) && key !== except && __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  return to;
};
var __toESM = (mod, isNodeMode, target) => (target = mod != null ? __create(__getProtoOf(mod)) : {}, __copyProps(
  // If the importer is in node compatibility mode or this is not an ESM
  // file that has been converted to a CommonJS file using a Babel-
  // compatible transform (i.e. "__esModule" has not been set), then set
  // "default" to the CommonJS "module.exports" for node compatibility.
  isNodeMode || !mod || !mod.__esModule ? __defProp(target, "default", { value: mod, enumerable: !0 }) : target,
  mod
));

// packages/model/src/approval.ts
var approvalMethods, init_approval = __esm({
  "packages/model/src/approval.ts"() {
    "use strict";
    approvalMethods = ["password", "key"];
  }
});

// packages/model/src/artifact.ts
var artifactKinds, init_artifact = __esm({
  "packages/model/src/artifact.ts"() {
    "use strict";
    artifactKinds = ["image", "delta", "bundle"];
  }
});

// packages/model/src/audit.ts
var auditVerbs, init_audit = __esm({
  "packages/model/src/audit.ts"() {
    "use strict";
    auditVerbs = [
      "tenant.created",
      "token.created",
      "token.revoked",
      "publisher.saved",
      "publisher.removed",
      "publisher.token-issued",
      "publisher.token-refused",
      "fleet.created",
      "fleet.changed",
      "fleet.key-added",
      "fleet.key-removed",
      "group.saved",
      "group.deleted",
      "claim-token.created",
      "claim-token.revoked",
      "artifact.uploaded",
      "release.published",
      "release.refused",
      "release.revoked",
      "release.rejudged",
      "release.vulnerable",
      "vulnerability.aware",
      "data-set.added",
      "data-set.removed",
      "data-set.signed",
      "fleet.policy-changed",
      "fleet.policy-weakened",
      "check.requested",
      "check.done",
      "check.failed",
      "waiver.added",
      "waiver.revoked",
      "release.approved",
      "release.approval-withdrawn",
      "release.approval-void",
      "release.approval-restored",
      "person.created",
      "person.changed",
      "person.role-given",
      "person.disabled",
      "person.enabled",
      "person.locked",
      "person.logged-in",
      "person.password-changed",
      "person.password-reset",
      "person.key-registered",
      "rollout.created",
      "rollout.started",
      "rollout.paused",
      "rollout.resumed",
      "rollout.aborted",
      "rollout.completed",
      "rollout.phase-opened",
      "rollout.phase-passed",
      "rollout.phase-failed",
      "rollout.phase-undecided",
      "rollout.promoted",
      "rollout.approved",
      "rollout.held",
      "rollout.unheld",
      "device.enrolled",
      "device.accepted",
      "device.rejected",
      "device.quarantined",
      "device.removed",
      "device.tagged",
      "deployment.offered",
      "deployment.ended",
      "trust.change-requested",
      "trust.change-signed",
      "trust.change-withdrawn",
      "trust.published",
      "trust.refreshed",
      "director.signed",
      "call.refused",
      "audit.erased",
      "audit.restarted"
    ];
  }
});

// packages/model/src/check.ts
var releaseGates, verdicts, severities, stages, init_check = __esm({
  "packages/model/src/check.ts"() {
    "use strict";
    releaseGates = [
      "contents",
      "signature",
      "secrets",
      "sbom",
      "vulnerabilities",
      "hardening",
      "provenance"
    ], verdicts = ["pass", "fail", "inconclusive"], severities = ["critical", "high", "medium", "low", "info"], stages = ["development", "staging", "production"];
  }
});

// packages/model/src/cron.ts
function parseCron(text2) {
  try {
    return { ok: !0, cron: readCron(text2) };
  } catch (cause) {
    if (!(cause instanceof Refusal)) throw cause;
    return { ok: !1, message: cause.message, position: cause.position };
  }
}
function readCron(text2) {
  if (text2.length > maxLength) throw new Refusal(`At most ${maxLength} characters.`, maxLength);
  let parts = [...text2.matchAll(/\S+/g)];
  if (parts.length !== fields.length)
    throw new Refusal(shape(parts.length), parts[fields.length]?.index ?? text2.length);
  let [minutes, hours, monthDays, months, weekDays] = fields.map(
    (field, index) => readField(parts[index]?.[0] ?? "", parts[index]?.index ?? 0, field)
  ), cron = {
    minutesOfDay: product(hours ?? /* @__PURE__ */ new Set(), minutes ?? /* @__PURE__ */ new Set()),
    months: months ?? /* @__PURE__ */ new Set(),
    monthDays: parts[2]?.[0] === "*" ? null : monthDays ?? null,
    weekDays: parts[4]?.[0] === "*" ? null : new Set([...weekDays ?? []].map((value) => value % 7))
  };
  if (!canFire(cron)) throw new Refusal("No year has such a day, so it would never fire.", parts[2]?.index ?? 0);
  return cron;
}
function shape(found) {
  return `Expected five fields (minute, hour, day of month, month, day of week), found ${found}.`;
}
function canFire({ months, monthDays, weekDays }) {
  return monthDays === null || weekDays !== null ? !0 : [...months].some((month) => [...monthDays].some((date) => date <= (longestMonth[month - 1] ?? 0)));
}
function product(hours, minutes) {
  return [...hours].flatMap((hour3) => [...minutes].map((minute3) => hour3 * 60 + minute3)).sort((a, b) => a - b);
}
function readField(text2, position, field) {
  let values = /* @__PURE__ */ new Set(), at = position;
  for (let item of text2.split(",")) {
    for (let value of readItem(item, at, field)) values.add(value);
    at += item.length + 1;
  }
  return values;
}
function readItem(text2, position, field) {
  let match = /^(?:(\*)|([a-z]+|\d+)(?:-([a-z]+|\d+))?)(?:\/(\d+))?$/i.exec(text2), refuse = (message) => new Refusal(`${field.name}: ${message}`, position);
  if (!match) throw refuse(wrongItem(text2, field));
  let [, star, from, to, step] = match;
  if (step !== void 0 && star === void 0 && to === void 0)
    throw refuse(`steps need a range: write ${from}-${field.most}/${step} instead of ${text2}.`);
  let first = star ? field.least : readValue(from ?? "", field), last = star ? field.most : readValue(to ?? from ?? "", field);
  if (first === void 0 || last === void 0) throw refuse(wrongItem(text2, field));
  if (field.most === 7 && to !== void 0 && last === 0 && first > 0 && (last = 7), first > last)
    throw refuse(`the range ${text2} runs backwards: write it as two, ${from}-${field.most},${field.least}-${to}.`);
  let by = step === void 0 ? 1 : Number(step);
  if (by < 1 || by > field.most) throw refuse(`a step is from 1 to ${field.most}, found ${step}.`);
  let values = [];
  for (let value = first; value <= last; value += by) values.push(value);
  return values;
}
function wrongItem(text2, field) {
  let named = field.names.length === 0 ? "" : ` or ${field.names.join(", ")}`, hint = /[LW#?@]/i.test(text2) && readValue(text2, field) === void 0 ? " Extensions such as L, W, #, ? and @daily are not read." : "";
  return `expected *, a value, a range, a list or steps of ${field.least}-${field.most}${named}, found "${text2}".${hint}`;
}
function readValue(text2, field) {
  let named = field.names.indexOf(text2.toLowerCase());
  if (named >= 0) return field.least + named;
  let value = /^\d{1,2}$/.test(text2) ? Number(text2) : Number.NaN;
  return value >= field.least && value <= field.most ? value : void 0;
}
var fields, longestMonth, maxLength, Refusal, init_cron = __esm({
  "packages/model/src/cron.ts"() {
    "use strict";
    fields = [
      { name: "minute", least: 0, most: 59, names: [] },
      { name: "hour", least: 0, most: 23, names: [] },
      { name: "day of month", least: 1, most: 31, names: [] },
      {
        name: "month",
        least: 1,
        most: 12,
        names: ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
      },
      { name: "day of week", least: 0, most: 7, names: ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] }
    ], longestMonth = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], maxLength = 200, Refusal = class extends Error {
      position;
      constructor(message, position) {
        super(message), this.position = position;
      }
    };
  }
});

// packages/model/src/data-set.ts
var dataSetKinds, init_data_set = __esm({
  "packages/model/src/data-set.ts"() {
    "use strict";
    dataSetKinds = ["osv", "kev", "epss", "vex"];
  }
});

// packages/model/src/deployment.ts
var deploymentStatuses, outcomes, deploymentTable, errorClasses, init_deployment = __esm({
  "packages/model/src/deployment.ts"() {
    "use strict";
    deploymentStatuses = [
      "pending",
      "offered",
      "downloading",
      "installing",
      "rebooting",
      "checking",
      "succeeded",
      "failed",
      "rolledBack",
      "skipped",
      "aborted",
      "timedOut"
    ], outcomes = ["succeeded", "failed", "rolledBack", "skipped", "aborted", "timedOut"], deploymentTable = {
      pending: {
        final: !1,
        owner: "server",
        deadlineMs: 3e5,
        next: ["offered", "downloading", "installing", "rebooting", "checking", ...outcomes]
      },
      offered: {
        final: !1,
        owner: "device",
        deadlineMs: 864e5,
        next: ["downloading", "installing", "rebooting", "checking", ...outcomes]
      },
      downloading: {
        final: !1,
        owner: "device",
        deadlineMs: 864e5,
        next: ["installing", "rebooting", "checking", ...outcomes]
      },
      installing: { final: !1, owner: "device", deadlineMs: 216e5, next: ["rebooting", "checking", ...outcomes] },
      rebooting: { final: !1, owner: "device", deadlineMs: 216e5, next: ["checking", ...outcomes] },
      checking: { final: !1, owner: "device", deadlineMs: 216e5, next: [...outcomes] },
      // A final status changes only to a more final truth: a device may go back later by itself,
      succeeded: { final: !0, owner: "nobody", deadlineMs: 0, next: ["rolledBack"] },
      failed: { final: !0, owner: "nobody", deadlineMs: 0, next: [] },
      rolledBack: { final: !0, owner: "nobody", deadlineMs: 0, next: [] },
      // and what the server only assumed gives way to what the device really did.
      skipped: { final: !0, owner: "nobody", deadlineMs: 0, next: ["succeeded", "failed", "rolledBack"] },
      aborted: { final: !0, owner: "nobody", deadlineMs: 0, next: ["succeeded", "failed", "rolledBack"] },
      timedOut: { final: !0, owner: "nobody", deadlineMs: 0, next: ["succeeded", "failed", "rolledBack"] }
    }, errorClasses = ["permanent", "transient"];
  }
});

// packages/model/src/device.ts
var deviceStatuses, init_device = __esm({
  "packages/model/src/device.ts"() {
    "use strict";
    deviceStatuses = ["pending", "accepted", "quarantined", "rejected"];
  }
});

// packages/model/src/errors.ts
var errorCodes, FettleError, init_errors = __esm({
  "packages/model/src/errors.ts"() {
    "use strict";
    errorCodes = {
      "invalid-input": { retryable: !1, summary: "The request does not have the documented shape." },
      "invalid-id": { retryable: !1, summary: "An id has characters or a length that ids may not have." },
      "too-large": { retryable: !1, summary: "The request is over a documented limit." },
      "not-found": { retryable: !1, summary: "There is no such object, or it is not yours." },
      "not-authenticated": { retryable: !1, summary: "No valid credential came with the request." },
      forbidden: { retryable: !1, summary: "The credential is valid but does not allow this." },
      "already-exists": { retryable: !1, summary: "An object with this name exists with other contents." },
      "wrong-state": { retryable: !1, summary: "The object is not in a state that allows this." },
      "token-replayed": { retryable: !1, summary: "This ID token was exchanged before; each one is good for once." },
      "offset-mismatch": { retryable: !0, summary: "The upload continues at another offset." },
      "digest-mismatch": { retryable: !1, summary: "The bytes do not have the digest that was declared." },
      "signature-invalid": { retryable: !1, summary: "No trusted key of the fleet signed this." },
      "counter-reused": { retryable: !1, summary: "The release counter is not above every earlier one of the fleet." },
      "artifact-missing": { retryable: !1, summary: "The manifest names an artifact that was not uploaded." },
      "image-refused": { retryable: !1, summary: "An image is not what the image policy of the fleet demands." },
      "gate-failed": { retryable: !1, summary: "The gates have not cleared this release for any stage of its fleet." },
      "check-failed": { retryable: !1, summary: "A check of an artifact came to no end within its bounds." },
      "device-rejected": { retryable: !1, summary: "An operator has rejected this device." },
      "device-pending": { retryable: !0, summary: "An operator has not accepted this device yet." },
      "proof-invalid": { retryable: !1, summary: "The proof of the device key does not verify." },
      "limit-reached": { retryable: !0, summary: "A documented limit on the number of objects is reached." },
      overloaded: { retryable: !0, summary: "The server sheds load; come back after the time it names." },
      "storage-full": { retryable: !0, summary: "The server has no room left to store this." },
      "signer-unavailable": { retryable: !0, summary: "What holds the key (token, Vault, KMS) does not answer." },
      "key-refused": { retryable: !1, summary: "The key may leave its holder, or it is not the key that was expected." },
      "signing-refused": { retryable: !1, summary: "The signer process looked at what it should sign, and refused." },
      internal: { retryable: !0, summary: "The server failed; the cause is in its log under the request id." }
    }, FettleError = class extends Error {
      code;
      details;
      constructor(code, message, options = {}) {
        super(message, options.cause === void 0 ? void 0 : { cause: options.cause }), this.name = "FettleError", this.code = code, this.details = options.details ?? {};
      }
      get retryable() {
        return errorCodes[this.code].retryable;
      }
    };
  }
});

// packages/model/src/gate.ts
var defaultGate, defaultSequentialGate, init_gate = __esm({
  "packages/model/src/gate.ts"() {
    "use strict";
    defaultGate = { kind: "fixed" }, defaultSequentialGate = {
      kind: "sequential",
      alpha: 0.05,
      margin: 0.05,
      observeMs: 30 * 6e4,
      expectedFailureShare: 0.01,
      minDevices: 0,
      hardStop: 3,
      metrics: []
    };
  }
});

// packages/model/src/ids.ts
function isVersion(text2) {
  return versionRegExp.test(text2);
}
function check(text2, pattern, what) {
  if (typeof text2 == "string" && pattern.test(text2)) return text2;
  let shown2 = String(text2).slice(0, 80);
  throw new FettleError("invalid-id", `"${shown2}" is not a ${what}: it must match ${pattern.source}.`);
}
var namePattern, deviceIdPattern, digestPattern, madeIdPattern, versionPattern, nameRegExp, deviceIdRegExp, digestRegExp, madeIdRegExp, versionRegExp, fleetId, deviceType, componentName, digest, keyId, init_ids = __esm({
  "packages/model/src/ids.ts"() {
    "use strict";
    init_errors();
    namePattern = "^[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?$", deviceIdPattern = "^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$", digestPattern = "^[0-9a-f]{64}$", madeIdPattern = "^[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}$", versionPattern = "^[A-Za-z0-9][A-Za-z0-9.+_~-]{0,63}$", nameRegExp = new RegExp(namePattern), deviceIdRegExp = new RegExp(deviceIdPattern), digestRegExp = new RegExp(digestPattern), madeIdRegExp = new RegExp(madeIdPattern), versionRegExp = new RegExp(versionPattern), fleetId = (text2) => check(text2, nameRegExp, "fleet"), deviceType = (text2) => check(text2, nameRegExp, "device type"), componentName = (text2) => check(text2, nameRegExp, "component"), digest = (text2) => check(text2, digestRegExp, "SHA-256 digest"), keyId = (text2) => check(text2, digestRegExp, "key id");
  }
});

// packages/model/src/hold.ts
var madeId, init_hold = __esm({
  "packages/model/src/hold.ts"() {
    "use strict";
    init_errors();
    init_ids();
    madeId = new RegExp(madeIdPattern);
  }
});

// packages/model/src/image-rule.ts
function nativeSignatureFor(rules, { component, deviceType: deviceType2 }) {
  let rule = rules?.find((one) => one.component === component && one.deviceType === deviceType2);
  return rule?.required ? rule.format : void 0;
}
var init_image_rule = __esm({
  "packages/model/src/image-rule.ts"() {
    "use strict";
  }
});

// packages/model/src/limits.ts
var limits, init_limits = __esm({
  "packages/model/src/limits.ts"() {
    "use strict";
    limits = {
      /** Bytes of a management request body. */
      manageBodyBytes: 1048576,
      /** Bytes of a device request body other than an upload. */
      deviceBodyBytes: 65536,
      /** Bytes of one artifact: 64 GiB. */
      artifactBytes: 68719476736,
      /** Bytes of a DSSE envelope. */
      envelopeBytes: 524288,
      artifactsPerRelease: 256,
      /** Hardware revisions that one artifact names. */
      hardwarePerArtifact: 64,
      signaturesPerEnvelope: 16,
      keysPerFleet: 32,
      /** Changes of signed metadata that wait for signatures, per tenant. */
      openTrustChanges: 20,
      /** Bytes of one metadata file of a repository. */
      trustFileBytes: 4194304,
      deviceTypesPerFleet: 256,
      groupsPerFleet: 1e3,
      /** Different names of attributes and tags that are remembered per fleet. */
      namesPerFleet: 2e3,
      /** Characters of an expression. */
      expressionLength: 2e3,
      attributesPerDevice: 64,
      tagsPerDevice: 64,
      /** Characters of an attribute or tag name. */
      attributeNameLength: 64,
      /** Characters of an attribute or tag value. */
      attributeValueLength: 256,
      componentsPerDevice: 16,
      /** Rollouts whose attempts are kept with the device. */
      attemptsPerDevice: 16,
      /** Newest rollouts of a fleet that a decision looks at. */
      rolloutsPerDecision: 50,
      /** Reports in one check-in. */
      reportsPerCheckIn: 64,
      /** Characters of a report's detail or error message; the middle is cut out. */
      reportDetailLength: 2e3,
      /** Reports kept for one deployment; later ones still change the status. */
      reportsPerDeployment: 200,
      /** Devices waiting for acceptance per fleet. */
      pendingDevicesPerFleet: 1e3,
      phasesPerRollout: 32,
      windowsPerRollout: 32,
      metricsPerGate: 16,
      /** Numbers that a device may report in one check-in. */
      metricsPerCheckIn: 64,
      freezesPerFleet: 100,
      /** Rules of an image policy. */
      imageRulesPerFleet: 64,
      keysPerImageRule: 4,
      /** Checks of releases that wait or run, per tenant. */
      openChecks: 32,
      /** Of those, the ones of one fleet: others get their turns. */
      openChecksPerFleet: 8,
      /** How long the gates' answer lets a release be published; after that they look anew. */
      clearanceMs: 6048e5,
      /** The same, once newer data on vulnerabilities have come in. */
      clearanceOnOldDataMs: 864e5,
      /** Bytes of a document that comes with a release: SBOM, VEX, provenance. */
      evidenceBytes: 33554432,
      /** Documents that come with one release. */
      suppliedPerCheck: 32,
      /** Bytes of these documents together. */
      suppliedBytesPerCheck: 67108864,
      /** Sets of vulnerability data that a tenant keeps. */
      dataSets: 256,
      /** Signed exceptions of a fleet that were not revoked. */
      waiversPerFleet: 1e3,
      /** Newest releases of a fleet that are judged anew when its policy changes. */
      rejudgedReleases: 1e3,
      /** Accounts of people, disabled ones too. */
      people: 1e3,
      /** Roles of a person. */
      rolesPerPerson: 32,
      /** Accounts of a person at issuers of CI. */
      accountsPerPerson: 16,
      /** Logins of a person that are not over. */
      loginsPerPerson: 32,
      /** Fleets that a token or an account is bound to. */
      fleetsPerCredential: 50,
      /** Signatures of people under one release. */
      approvalsPerRelease: 200,
      holdsPerFleet: 100,
      /** Releases of a fleet that must be passed through. */
      steppingStonesPerFleet: 200,
      notesLength: 1e4,
      /** Levels of nesting in any JSON body. */
      jsonDepth: 16,
      /** Rows of one page of a list. */
      pageSize: 500,
      publishersPerTenant: 200,
      /** Claims of an ID token that a publisher compares. */
      claimsPerPublisher: 16,
      /** Characters of an ID token. */
      idTokenLength: 16384,
      /** Tokens of one publisher that live at the same time. */
      tokensPerPublisher: 100,
      /** Uploads that are not finished, per tenant. */
      openUploads: 64
    };
  }
});

// packages/model/src/matches-pattern.ts
var init_matches_pattern = __esm({
  "packages/model/src/matches-pattern.ts"() {
    "use strict";
  }
});

// packages/model/src/person.ts
var madeId2, personStatuses, init_person = __esm({
  "packages/model/src/person.ts"() {
    "use strict";
    init_errors();
    init_ids();
    madeId2 = new RegExp(madeIdPattern), personStatuses = ["active", "disabled"];
  }
});

// packages/model/src/zone.ts
function isZone(name3) {
  return zoneOf(name3) !== void 0;
}
function firstInstantAt(zone, local) {
  let spans = spansAround(requireZone(zone), local);
  for (let index = 0; ; index += 1) {
    let span = spans[index];
    if (!span) throw new RangeError(`No time of ${zone} reaches ${local}.`);
    let reached = Math.max(span.from, local - span.offsetMs), next2 = spans[index + 1];
    if (!next2 || reached < next2.from) return reached;
  }
}
function spansAround(zone, local) {
  let first = new Date(local - 1296e5).getUTCFullYear(), last = new Date(local + 1296e5).getUTCFullYear();
  return first === last ? yearOf(zone, first) : [...yearOf(zone, first), ...yearOf(zone, last)];
}
function yearOf(zone, year) {
  let known = zone.years.get(year);
  if (known) return known;
  zone.years.size >= 64 && zone.years.clear();
  let spans = readYear(zone, year);
  return zone.years.set(year, spans), spans;
}
function readYear(zone, year) {
  let end = Date.UTC(year + 1, 0, 1), last = { from: Date.UTC(year, 0, 1), offsetMs: readOffset(zone, Date.UTC(year, 0, 1)) }, spans = [last];
  for (let at = last.from; at < end; at += 864e5) {
    let next2 = Math.min(end, at + 864e5), offsetMs = readOffset(zone, next2);
    offsetMs !== last.offsetMs && (last = { from: changeBetween(zone, at, next2), offsetMs }, last.from < end && spans.push(last));
  }
  return spans;
}
function changeBetween(zone, before, after) {
  let offsetMs = readOffset(zone, after), low = before / 1e3, high = after / 1e3;
  for (; high - low > 1; ) {
    let middle = Math.floor((low + high) / 2);
    readOffset(zone, middle * 1e3) === offsetMs ? high = middle : low = middle;
  }
  return high * 1e3;
}
function readOffset(zone, at) {
  let second = Math.floor(at / 1e3) * 1e3, [month = 1, date = 1, year = 1970, hours = 0, minutes = 0, seconds = 0] = (zone.format.format(second).match(/\d+/g) ?? []).map(Number);
  return Date.UTC(year, month - 1, date, hours, minutes, seconds) - second;
}
function requireZone(name3) {
  let zone = zoneOf(name3);
  if (!zone) throw new RangeError(`${name3} is no time zone.`);
  return zone;
}
function zoneOf(name3) {
  let known = zones.get(name3);
  if (known !== void 0) return known ?? void 0;
  zones.size >= 1e3 && zones.clear();
  let zone = makeZone(name3);
  return zones.set(name3, zone), zone ?? void 0;
}
function makeZone(name3) {
  if (name3.length > 64 || !/^[A-Za-z]/.test(name3)) return null;
  try {
    return { format: new Intl.DateTimeFormat("en-US", {
      timeZone: name3,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric"
    }), years: /* @__PURE__ */ new Map() };
  } catch {
    return null;
  }
}
var zones, init_zone = __esm({
  "packages/model/src/zone.ts"() {
    "use strict";
    zones = /* @__PURE__ */ new Map();
  }
});

// packages/model/src/plan-problems.ts
function planProblems(plan) {
  return [...wrongPlan(plan), ...policyProblems(plan.policy)];
}
function* wrongPlan({ phases, maxAttempts, retryBackoffMs }) {
  (phases.length === 0 || phases.length > limits.phasesPerRollout) && (yield { path: ["phases"], message: `Expected 1 to ${limits.phasesPerRollout} phases, found ${phases.length}.` });
  let names3 = /* @__PURE__ */ new Set();
  for (let [index, phase2] of phases.entries()) {
    for (let { path, message } of wrongPhase(phase2, phases.slice(0, index)))
      yield { path: ["phases", index, ...path], message };
    names3.has(phase2.name) && (yield { path: ["phases", index, "name"], message: `Expected a name of its own, found "${phase2.name}" again.` }), names3.add(phase2.name);
  }
  (!isCount(maxAttempts, 1) || maxAttempts > 100) && (yield { path: ["maxAttempts"], message: `Expected 1 to 100 attempts, found ${maxAttempts}.` }), retryBackoffMs >= 0 || (yield { path: ["retryBackoffMs"], message: "Expected a time of 0 or more." });
}
function* wrongPhase(phase2, before) {
  let { size, failureThreshold: threshold } = phase2;
  "share" in size && !(size.share > 0 && size.share <= 1) && (yield { path: ["size"], message: "Expected a share above 0 and at most 1." }), "count" in size && !isCount(size.count, 1) && (yield { path: ["size"], message: "Expected a whole number of 1 or more devices." });
  let smaller = before.findLast((other) => isNoLarger(phase2, other));
  if (smaller) {
    let message = `Phases are cumulative: expected it to reach further than phase "${smaller.name}".`;
    yield { path: ["size"], message };
  }
  isCount(phase2.maxInFlight, 1) || (yield { path: ["maxInFlight"], message: "Expected a whole number of 1 or more." }), "share" in threshold && !(threshold.share >= 0 && threshold.share < 1) && (yield { path: ["failureThreshold"], message: "Expected a share from 0 to below 1." }), "count" in threshold && !isCount(threshold.count, 0) && (yield { path: ["failureThreshold"], message: "Expected a whole number of 0 or more devices." }), phase2.successShare > 0 && phase2.successShare <= 1 || (yield { path: ["successShare"], message: "Expected a share above 0 and at most 1." }), phase2.minSoakMs >= 0 || (yield { path: ["minSoakMs"], message: "Expected a time of 0 or more." });
}
function isNoLarger({ size }, { size: before }) {
  return "share" in size && "share" in before ? size.share <= before.share : "count" in size && "count" in before && size.count <= before.count;
}
function policyProblems(policy2) {
  return [...wrongPolicy(policy2)].map(({ path, message }) => ({ path: ["policy", ...path], message }));
}
function* wrongPolicy(policy2) {
  let { priority, startAt, endAt, windows, approvals } = policy2;
  Number.isInteger(priority) && Math.abs(priority) <= 100 || (yield { path: ["priority"], message: `Expected a whole number from -100 to 100, found ${priority}.` }), startAt !== null && endAt !== null && endAt <= startAt && (yield { path: ["endAt"], message: "Expected a time later than startAt." }), windows.length > limits.windowsPerRollout && (yield {
    path: ["windows"],
    message: `Expected at most ${limits.windowsPerRollout} windows, found ${windows.length}.`
  });
  for (let [index, window] of windows.entries())
    for (let { path, message } of wrongWindow(window)) yield { path: ["windows", index, ...path], message };
  isCount(approvals, 0) || (yield { path: ["approvals"], message: "Expected a whole number of 0 or more people." }), yield* wrongRate(policy2);
  for (let name3 of ["unproven", "perSite", "bytesPerHour"]) {
    let most2 = policy2.budgets[name3];
    most2 === null || isCount(most2, 1) || (yield { path: ["budgets", name3], message: "Expected a whole number of 1 or more, or none." });
  }
}
function* wrongWindow({ cron, durationMs, zone }) {
  let parsed = parseCron(cron);
  if (parsed.ok || (yield { path: ["cron"], message: `At character ${parsed.position + 1}: ${parsed.message}` }), Number.isInteger(durationMs) && durationMs >= minute && durationMs <= longestWindowMs || (yield { path: ["durationMs"], message: "Expected 1 minute to 7 days." }), zone !== "site" && !isZone(zone)) {
    let message = `Expected \`site\` or a zone of the IANA database such as Europe/Berlin, found "${zone}".`;
    yield { path: ["zone"], message };
  }
}
function* wrongRate({ rate }) {
  if (rate === null) return;
  let first = rate.kind === "constant" ? "perMinute" : "basePerMinute", begin2 = rate.kind === "constant" ? rate.perMinute : rate.basePerMinute;
  begin2 >= 1 / 60 && begin2 <= 1e9 || (yield { path: ["rate", first], message: `Expected at least one device an hour (1/60 a minute), found ${begin2}.` }), rate.kind !== "constant" && (rate.factor >= 1 && rate.factor <= 100 || (yield { path: ["rate", "factor"], message: `Expected a factor from 1 to 100, found ${rate.factor}.` }), isCount(rate.everySucceeded, 1) || (yield { path: ["rate", "everySucceeded"], message: "Expected a whole number of 1 or more devices." }), rate.mostPerMinute >= begin2 || (yield { path: ["rate", "mostPerMinute"], message: "Expected no less than basePerMinute." }));
}
function isCount(value, least) {
  return Number.isSafeInteger(value) && value >= least;
}
var minute, longestWindowMs, init_plan_problems = __esm({
  "packages/model/src/plan-problems.ts"() {
    "use strict";
    init_cron();
    init_limits();
    init_zone();
    minute = 6e4, longestWindowMs = 10080 * minute;
  }
});

// packages/model/src/policy.ts
var defaultPolicy, init_policy = __esm({
  "packages/model/src/policy.ts"() {
    "use strict";
    init_gate();
    defaultPolicy = {
      priority: 0,
      exclude: "",
      startAt: null,
      endAt: null,
      windows: [],
      ignoreFreezes: !1,
      rate: null,
      budgets: { unproven: null, perSite: null, onePerPair: !0, bytesPerHour: null },
      demands: {
        notInUse: !0,
        minBatteryPercent: null,
        mainsPower: !1,
        unmeteredLink: !1,
        consent: !1,
        maxClockSkewSeconds: null,
        minCertificateDays: null
      },
      approvals: 0,
      gate: defaultGate,
      rollBackOnFail: !1
    };
  }
});

// packages/model/src/presets.ts
function presetPlan(name3, devices = Number.POSITIVE_INFINITY) {
  let plan = presets[name3], canary = Math.max(1, Math.min(canaryDevices, Math.ceil(devices / 10))), reach = (size) => "share" in size ? size.share * devices : canary, phases = plan.phases.map((planned) => "count" in planned.size ? { ...planned, size: { count: canary } } : planned).filter(({ size }, index) => index === 0 || "share" in size && size.share === 1 || reach(size) > canary);
  return { ...plan, phases };
}
var presetNames, minute2, hour, canaryDevices, phase, presets, init_presets = __esm({
  "packages/model/src/presets.ts"() {
    "use strict";
    init_gate();
    init_policy();
    presetNames = ["safe", "fast", "emergency"], minute2 = 6e4, hour = 60 * minute2, canaryDevices = 300, phase = {
      maxInFlight: 100,
      // Only a net below the gate: it judges long before.
      failureThreshold: { share: 0.1 },
      successShare: 0.8,
      minSoakMs: hour,
      promote: "automatic"
    }, presets = {
      // At ten a minute a release that fails four times as often as it should is stopped after some hundred and fifty
      // devices; the canary ends at three hundred, whatever the gate says. Then the pace doubles with every thousand.
      safe: {
        phases: [
          { ...phase, name: "canary", size: { count: canaryDevices } },
          { ...phase, name: "early", size: { share: 0.02 }, maxInFlight: 500, minSoakMs: 2 * hour },
          { ...phase, name: "tenth", size: { share: 0.1 }, maxInFlight: 1e3, minSoakMs: 2 * hour },
          { ...phase, name: "half", size: { share: 0.5 }, maxInFlight: 2e3, minSoakMs: 2 * hour },
          { ...phase, name: "all", size: { share: 1 }, maxInFlight: 5e3, minSoakMs: 2 * hour }
        ],
        onFail: "pause",
        maxAttempts: 3,
        retryBackoffMs: hour,
        policy: {
          ...defaultPolicy,
          rate: { kind: "exponential", basePerMinute: 10, factor: 2, everySucceeded: 1e3, mostPerMinute: 200 },
          budgets: { ...defaultPolicy.budgets, unproven: 5e3 },
          gate: defaultSequentialGate
        }
      },
      fast: {
        phases: [
          { ...phase, name: "canary", size: { count: canaryDevices }, minSoakMs: 10 * minute2 },
          { ...phase, name: "quarter", size: { share: 0.25 }, maxInFlight: 5e3, minSoakMs: 30 * minute2 },
          { ...phase, name: "all", size: { share: 1 }, maxInFlight: 2e4, minSoakMs: 30 * minute2 }
        ],
        onFail: "pause",
        maxAttempts: 3,
        retryBackoffMs: 15 * minute2,
        policy: {
          ...defaultPolicy,
          rate: { kind: "exponential", basePerMinute: 30, factor: 3, everySucceeded: 500, mostPerMinute: 2e3 },
          gate: { ...defaultSequentialGate, observeMs: 10 * minute2 }
        }
      },
      emergency: {
        phases: [
          { ...phase, name: "canary", size: { count: canaryDevices }, maxInFlight: canaryDevices, minSoakMs: 0 },
          { ...phase, name: "all", size: { share: 1 }, maxInFlight: 5e4, minSoakMs: 0 }
        ],
        onFail: "pause",
        maxAttempts: 5,
        retryBackoffMs: 5 * minute2,
        policy: {
          ...defaultPolicy,
          priority: 100,
          ignoreFreezes: !0,
          rate: { kind: "exponential", basePerMinute: 60, factor: 5, everySucceeded: 250, mostPerMinute: 5e3 },
          gate: { ...defaultSequentialGate, observeMs: 10 * minute2 }
        }
      }
    };
  }
});

// packages/model/src/publisher.ts
var publisherProviders, init_publisher = __esm({
  "packages/model/src/publisher.ts"() {
    "use strict";
    publisherProviders = ["github", "gitlab", "generic"];
  }
});

// packages/model/src/readiness.ts
var init_readiness = __esm({
  "packages/model/src/readiness.ts"() {
    "use strict";
  }
});

// packages/model/src/reason.ts
var reasonTable, init_reason = __esm({
  "packages/model/src/reason.ts"() {
    "use strict";
    reasonTable = {
      // Nothing to bring.
      "no-rollout": { owner: "operator", basis: "fleet", summary: "No rollout brings this release to the fleet." },
      "up-to-date": { owner: "policy", basis: "device", summary: "The device already runs this release." },
      // The device as such.
      "device-pending": { owner: "operator", basis: "device", summary: "No operator has accepted the device yet." },
      "device-rejected": { owner: "operator", basis: "device", summary: "An operator rejected the device." },
      "device-quarantined": { owner: "operator", basis: "device", summary: "The device is in quarantine." },
      "deployment-open": {
        owner: "device",
        basis: "device",
        summary: "Another deployment of the device is still under way."
      },
      // Whether the release fits the device.
      "no-release-for-type": {
        owner: "operator",
        basis: "fleet",
        summary: "The release has no artifact for this device type."
      },
      "no-artifact-for-component": {
        owner: "operator",
        basis: "fleet",
        summary: "The release lacks a component that the device runs."
      },
      "hardware-mismatch": {
        owner: "policy",
        basis: "device",
        summary: "The release is not made for the hardware revision of the device."
      },
      "protocol-cannot": {
        owner: "device",
        basis: "device",
        summary: "The device's update client cannot take this kind of artifact."
      },
      "unmet-depends": {
        owner: "operator",
        basis: "device",
        summary: "The release needs something newer beneath it than the device runs."
      },
      "must-pass-through": {
        owner: "operator",
        basis: "device",
        summary: "The device has to run a release in between first."
      },
      "downgrade-forbidden": {
        owner: "operator",
        basis: "device",
        summary: "The device runs a newer release and the manifest forbids going back."
      },
      "below-floor": { owner: "policy", basis: "fleet", summary: "The release is below the security floor of the fleet." },
      "release-revoked": { owner: "operator", basis: "fleet", summary: "The release was revoked." },
      "signature-missing": {
        owner: "operator",
        basis: "fleet",
        summary: "No key that the fleet trusts today has signed the release."
      },
      "already-failed-here": {
        owner: "operator",
        basis: "device",
        summary: "This release failed for good on this device."
      },
      // Whom the rollout is for.
      "not-in-group": { owner: "operator", basis: "device", summary: "The device is not in the group of the rollout." },
      excluded: { owner: "operator", basis: "device", summary: "The rollout leaves devices like this out." },
      "held-segment": { owner: "operator", basis: "fleet", summary: "Devices that share these traits are held back." },
      // Where the rollout stands.
      "rollout-not-started": { owner: "operator", basis: "fleet", summary: "The rollout is a draft." },
      "awaiting-approval": { owner: "operator", basis: "fleet", summary: "A person has to let the rollout go on." },
      "rollout-paused": { owner: "operator", basis: "fleet", summary: "The rollout is paused." },
      "rollout-aborted": { owner: "operator", basis: "fleet", summary: "The rollout was aborted." },
      "gate-failed": { owner: "operator", basis: "fleet", summary: "A gate of the rollout failed." },
      "phase-not-open": {
        owner: "time",
        basis: "fleet",
        summary: "The phase that the device belongs to is not open yet."
      },
      "not-in-phase": { owner: "operator", basis: "fleet", summary: "No phase of the rollout reaches the device." },
      "superseded-by-rollout": {
        owner: "policy",
        basis: "fleet",
        summary: "A newer rollout brings the device another release first."
      },
      "lower-priority": {
        owner: "policy",
        basis: "fleet",
        summary: "A rollout of higher priority brings the device another release first."
      },
      // When.
      "outside-schedule": { owner: "time", basis: "clock", summary: "The rollout has not begun, or its time is over." },
      "outside-window": {
        owner: "time",
        basis: "clock",
        summary: "It is outside the maintenance windows of the device's site."
      },
      "freeze-period": { owner: "time", basis: "clock", summary: "The fleet is frozen at this time." },
      "backing-off": { owner: "time", basis: "clock", summary: "The device waits before it tries again." },
      "attempts-exhausted": {
        owner: "operator",
        basis: "device",
        summary: "The device has used up its attempts at this release."
      },
      // How many at once.
      "budget-spent": { owner: "policy", basis: "others", summary: "A budget of the rollout is spent." },
      "rate-limited": { owner: "time", basis: "others", summary: "As many devices as the rate allows have started." },
      "too-many-in-flight": {
        owner: "time",
        basis: "others",
        summary: "As many deployments as the phase allows are under way."
      },
      "site-limit": { owner: "policy", basis: "others", summary: "As many devices of the site as allowed are under way." },
      "paired-device-updating": {
        owner: "device",
        basis: "others",
        summary: "The other device of the pair has a deployment under way."
      },
      // What the device says of its own readiness.
      "device-not-ready": { owner: "device", basis: "device", summary: "The device says that it is not ready." },
      "in-use": { owner: "device", basis: "device", summary: "The device is in use." },
      "awaiting-consent": {
        owner: "device",
        basis: "device",
        summary: "Somebody at the device has to agree to the installation."
      },
      "no-space": { owner: "device", basis: "device", summary: "The device lacks the space that the release takes." },
      "battery-low": { owner: "device", basis: "device", summary: "The battery of the device is too low." },
      "wrong-power": { owner: "device", basis: "device", summary: "The device does not run on mains power." },
      "metered-link": { owner: "device", basis: "device", summary: "The device is on a metered link." },
      "clock-skew": { owner: "device", basis: "device", summary: "The clock of the device is too far off." },
      "certificate-expiring": {
        owner: "device",
        basis: "device",
        summary: "The certificate of the device ends too soon to risk an installation."
      }
    };
  }
});

// packages/model/src/release.ts
var releaseStatuses, init_release = __esm({
  "packages/model/src/release.ts"() {
    "use strict";
    releaseStatuses = ["published", "revoked"];
  }
});

// packages/model/src/release-check.ts
function clearedStages({ stages: stages2 }) {
  return stages2.filter(({ verdict: verdict2 }) => verdict2 === "pass").map(({ stage: stage2 }) => stage2);
}
function isCleared(judged) {
  return clearedStages(judged).length > 0;
}
var madeId3, suppliedKinds, checkStatuses, init_release_check = __esm({
  "packages/model/src/release-check.ts"() {
    "use strict";
    init_errors();
    init_ids();
    madeId3 = new RegExp(madeIdPattern), suppliedKinds = ["sbom", "vex", "provenance"], checkStatuses = ["queued", "running", "done", "failed"];
  }
});

// packages/model/src/release-policy.ts
var init_release_policy = __esm({
  "packages/model/src/release-policy.ts"() {
    "use strict";
    init_check();
  }
});

// packages/model/src/release-policy-presets.ts
var basics, onTheBench, everything, noWaivers, fresh, tested, released, table, init_release_policy_presets = __esm({
  "packages/model/src/release-policy-presets.ts"() {
    "use strict";
    basics = [
      { gate: "contents", when: "pass" },
      { gate: "signature", when: "pass" },
      { gate: "secrets", when: "pass" }
    ], onTheBench = basics.filter(({ gate: gate2 }) => gate2 !== "signature"), everything = [
      ...basics,
      { gate: "sbom", when: "pass" },
      { gate: "vulnerabilities", when: "pass" },
      { gate: "hardening", when: "pass" },
      { gate: "provenance", when: "pass" }
    ], noWaivers = { keys: [], threshold: 1 }, fresh = { vulnerabilities: { maxAgeDays: 14 } }, tested = { meaning: "tested", role: "qa", count: 1 }, released = { meaning: "released", role: "release-manager", count: 1 }, table = {
      standard: {
        stages: [
          { stage: "development", groups: [], demands: onTheBench, approvals: [] },
          {
            stage: "production",
            groups: [],
            demands: [
              ...basics,
              // An image of which nothing is known yet, or for which no data are imported, is told of and not stopped.
              { gate: "sbom", when: "open.critical + open.high == 0" },
              { gate: "vulnerabilities", when: "open.critical == 0" },
              { gate: "hardening", when: "open.critical == 0" }
            ],
            approvals: []
          }
        ],
        settings: {},
        waivers: noWaivers,
        onNewFindings: "alert"
      },
      strict: {
        stages: [
          { stage: "development", groups: [], demands: onTheBench, approvals: [] },
          { stage: "staging", groups: [], demands: everything, approvals: [] },
          { stage: "production", groups: [], demands: everything, approvals: [tested] }
        ],
        settings: fresh,
        waivers: noWaivers,
        onNewFindings: "alert"
      },
      regulated: {
        stages: [
          { stage: "development", groups: [], demands: onTheBench, approvals: [] },
          { stage: "staging", groups: [], demands: everything, approvals: [] },
          { stage: "production", groups: [], demands: everything, approvals: [tested, released] }
        ],
        settings: fresh,
        waivers: noWaivers,
        onNewFindings: "hold"
      }
    };
  }
});

// packages/model/src/rollout.ts
var phaseStatuses, rolloutStatuses, init_rollout = __esm({
  "packages/model/src/rollout.ts"() {
    "use strict";
    phaseStatuses = ["waiting", "measuring", "open", "passed", "failed"], rolloutStatuses = ["draft", "running", "paused", "aborted", "completed"];
  }
});

// packages/model/src/trust.ts
function isTopRole(role) {
  return topRoles.includes(role);
}
var repositories, topRoles, madeId4, trustChangeStatuses, init_trust = __esm({
  "packages/model/src/trust.ts"() {
    "use strict";
    init_errors();
    init_ids();
    repositories = ["image", "director"], topRoles = ["root", "targets", "snapshot", "timestamp"];
    madeId4 = new RegExp(madeIdPattern), trustChangeStatuses = ["open", "published", "withdrawn"];
  }
});

// packages/model/package.json
var package_default, init_package = __esm({
  "packages/model/package.json"() {
    package_default = {
      name: "@fettle/model",
      version: "0.1.0",
      description: "The nouns of Fettle: ids, versions, states, errors, audit event kinds",
      license: "Apache-2.0",
      type: "module",
      engines: {
        node: ">=24.15"
      },
      exports: {
        ".": "./src/index.ts"
      },
      files: [
        "src"
      ]
    };
  }
});

// packages/model/src/version.ts
var fettleVersion, init_version = __esm({
  "packages/model/src/version.ts"() {
    "use strict";
    init_package();
    fettleVersion = package_default.version;
  }
});

// packages/model/src/index.ts
var init_src = __esm({
  "packages/model/src/index.ts"() {
    "use strict";
    init_approval();
    init_artifact();
    init_audit();
    init_check();
    init_cron();
    init_data_set();
    init_deployment();
    init_device();
    init_errors();
    init_gate();
    init_hold();
    init_ids();
    init_image_rule();
    init_limits();
    init_matches_pattern();
    init_person();
    init_plan_problems();
    init_policy();
    init_presets();
    init_publisher();
    init_readiness();
    init_reason();
    init_release();
    init_release_check();
    init_release_policy();
    init_release_policy_presets();
    init_rollout();
    init_trust();
    init_version();
    init_zone();
  }
});

// packages/api/src/route.ts
function fillPath(path, params) {
  return path.replace(/\{(\w+)\}/g, (_, key) => encodeURIComponent(String(params[key])));
}
var init_route = __esm({
  "packages/api/src/route.ts"() {
    "use strict";
  }
});

// node_modules/typebox/build/system/memory/metrics.mjs
var Metrics, init_metrics = __esm({
  "node_modules/typebox/build/system/memory/metrics.mjs"() {
    Metrics = {
      assign: 0,
      create: 0,
      clone: 0,
      discard: 0,
      update: 0
    };
  }
});

// node_modules/typebox/build/guard/unicode/unicode_segment.mjs
function IsBetween(value, min, max) {
  return value >= min && value <= max;
}
function IsZeroWidthJoiner(value) {
  return value === 8205;
}
function IsRegionalIndicator(value) {
  return IsBetween(value, 127462, 127487);
}
function IsVariationSelector(value) {
  return IsBetween(value, 65024, 65039);
}
function IsCombiningMark(value) {
  return IsBetween(value, 768, 879) || IsBetween(value, 6832, 6911) || IsBetween(value, 7616, 7679) || IsBetween(value, 65056, 65071);
}
function CodePointLength(value) {
  return value > 65535 ? 2 : 1;
}
function ConsumeModifiers(value, index) {
  for (; index < value.length; ) {
    let point = value.codePointAt(index);
    if (IsCombiningMark(point) || IsVariationSelector(point))
      index += CodePointLength(point);
    else
      break;
  }
  return index;
}
function NextGraphemeClusterIndex(value, clusterStart) {
  let startCP = value.codePointAt(clusterStart), clusterEnd = clusterStart + CodePointLength(startCP);
  for (clusterEnd = ConsumeModifiers(value, clusterEnd); clusterEnd < value.length - 1 && IsZeroWidthJoiner(value.codePointAt(clusterEnd)); ) {
    let nextCP = value.codePointAt(clusterEnd + 1);
    clusterEnd += 1 + CodePointLength(nextCP), clusterEnd = ConsumeModifiers(value, clusterEnd);
  }
  return IsRegionalIndicator(startCP) && clusterEnd < value.length && IsRegionalIndicator(value.codePointAt(clusterEnd)) && (clusterEnd += CodePointLength(value.codePointAt(clusterEnd))), clusterEnd;
}
function GraphemeCount(value) {
  let count2 = 0, index = 0;
  for (; index < value.length; )
    index = NextGraphemeClusterIndex(value, index), count2++;
  return count2;
}
var init_unicode_segment = __esm({
  "node_modules/typebox/build/guard/unicode/unicode_segment.mjs"() {
  }
});

// node_modules/typebox/build/guard/unicode/unicode.mjs
function CodePointCount(value) {
  let result = 0, index = 0, prev = 0;
  for (; index < value.length; ) {
    let next2 = value.charCodeAt(index++) >> 10;
    result += +((prev << 8 | next2) !== 13879), prev = next2;
  }
  return result;
}
function IsMaxLength(value, maxLength2) {
  return value.length <= maxLength2 || value.length <= maxLength2 << 1 && CodePointCount(value) <= maxLength2;
}
function IsMinLength(value, minLength) {
  return value.length >= minLength << 1 || value.length >= minLength && CodePointCount(value) >= minLength;
}
var init_unicode = __esm({
  "node_modules/typebox/build/guard/unicode/unicode.mjs"() {
  }
});

// node_modules/typebox/build/guard/guard.mjs
var guard_exports = {};
__export(guard_exports, {
  CodePointCount: () => CodePointCount2,
  Counted: () => Counted,
  Entries: () => Entries,
  EntriesRegExp: () => EntriesRegExp,
  Every: () => Every,
  EveryAll: () => EveryAll,
  GraphemeCount: () => GraphemeCount2,
  HasPropertyKey: () => HasPropertyKey,
  IsArray: () => IsArray,
  IsBigInt: () => IsBigInt,
  IsBoolean: () => IsBoolean,
  IsClassInstance: () => IsClassInstance,
  IsConstructor: () => IsConstructor,
  IsDeepEqual: () => IsDeepEqual,
  IsEqual: () => IsEqual,
  IsFunction: () => IsFunction,
  IsGreaterEqualThan: () => IsGreaterEqualThan,
  IsGreaterThan: () => IsGreaterThan,
  IsInteger: () => IsInteger,
  IsLessEqualThan: () => IsLessEqualThan,
  IsLessThan: () => IsLessThan,
  IsMaxLength: () => IsMaxLength2,
  IsMinLength: () => IsMinLength2,
  IsMultipleOf: () => IsMultipleOf,
  IsNull: () => IsNull,
  IsNumber: () => IsNumber,
  IsObject: () => IsObject,
  IsObjectNotArray: () => IsObjectNotArray,
  IsString: () => IsString,
  IsSymbol: () => IsSymbol,
  IsUndefined: () => IsUndefined,
  IsUnsafePropertyKey: () => IsUnsafePropertyKey,
  IsValueLike: () => IsValueLike,
  Keys: () => Keys,
  ShiftLeft: () => ShiftLeft,
  Some: () => Some,
  SomeAll: () => SomeAll,
  Symbols: () => Symbols,
  Values: () => Values
});
function IsArray(value) {
  return Array.isArray(value);
}
function IsBigInt(value) {
  return IsEqual(typeof value, "bigint");
}
function IsBoolean(value) {
  return IsEqual(typeof value, "boolean");
}
function IsConstructor(value) {
  if (IsUndefined(value) || !IsFunction(value))
    return !1;
  let result = Function.prototype.toString.call(value);
  return !!(/^class\s/.test(result) || /\[native code\]/.test(result));
}
function IsFunction(value) {
  return IsEqual(typeof value, "function");
}
function IsInteger(value) {
  return Number.isInteger(value);
}
function IsNull(value) {
  return IsEqual(value, null);
}
function IsNumber(value) {
  return Number.isFinite(value);
}
function IsObjectNotArray(value) {
  return IsObject(value) && !IsArray(value);
}
function IsObject(value) {
  return IsEqual(typeof value, "object") && !IsNull(value);
}
function IsString(value) {
  return IsEqual(typeof value, "string");
}
function IsSymbol(value) {
  return IsEqual(typeof value, "symbol");
}
function IsUndefined(value) {
  return IsEqual(value, void 0);
}
function IsEqual(left, right) {
  return left === right;
}
function IsGreaterThan(left, right) {
  return left > right;
}
function IsLessThan(left, right) {
  return left < right;
}
function IsLessEqualThan(left, right) {
  return left <= right;
}
function IsGreaterEqualThan(left, right) {
  return left >= right;
}
function IsMultipleOf(dividend, divisor) {
  if (IsBigInt(dividend) || IsBigInt(divisor))
    return BigInt(dividend) % BigInt(divisor) === 0n;
  let tolerance = 1e-10;
  if (!IsNumber(dividend) || IsInteger(dividend) && 1 / divisor % 1 === 0)
    return !0;
  let mod = dividend % divisor;
  return Math.min(Math.abs(mod), Math.abs(mod - divisor), Math.abs(mod + divisor)) < tolerance;
}
function IsClassInstance(value) {
  if (!IsObject(value))
    return !1;
  let proto = globalThis.Object.getPrototypeOf(value);
  return IsNull(proto) ? !1 : IsEqual(typeof proto.constructor, "function") && !(IsEqual(proto.constructor, globalThis.Object) || IsEqual(proto.constructor.name, "Object"));
}
function IsValueLike(value) {
  return IsBigInt(value) || IsBoolean(value) || IsNull(value) || IsNumber(value) || IsString(value) || IsUndefined(value);
}
function GraphemeCount2(value) {
  return GraphemeCount(value);
}
function CodePointCount2(value) {
  return CodePointCount(value);
}
function IsMaxLength2(value, maxLength2) {
  return IsMaxLength(value, maxLength2);
}
function IsMinLength2(value, minLength) {
  return IsMinLength(value, minLength);
}
function Every(value, offset, callback) {
  return value.every((item, index) => index < offset || callback(item, index));
}
function EveryAll(value, offset, callback) {
  let result = !0;
  return value.forEach((item, index) => {
    index >= offset && !callback(item, index) && (result = !1);
  }), result;
}
function Some(value, callback) {
  return value.some((value2, index) => callback(value2, index));
}
function SomeAll(value, callback) {
  let result = !1;
  return value.forEach((item, index) => {
    callback(item, index) && (result = !0);
  }), result;
}
function Counted(value, callback) {
  return value.reduce((result, value2, index) => callback(value2, index) ? ++result : result, 0);
}
function ShiftLeft(array, true_, false_) {
  return IsEqual(array.length, 0) ? false_() : true_(array[0], array.slice(1));
}
function IsUnsafePropertyKey(key) {
  return IsEqual(key, "__proto__") || IsEqual(key, "constructor") || IsEqual(key, "prototype");
}
function HasPropertyKey(value, key) {
  return IsUnsafePropertyKey(key) ? Object.prototype.hasOwnProperty.call(value, key) : key in value;
}
function EntriesRegExp(value) {
  return Keys(value).map((key) => [new RegExp(`^${key}$`), value[key]]);
}
function Entries(value) {
  return Object.entries(value);
}
function Keys(value) {
  return Object.getOwnPropertyNames(value);
}
function Symbols(value) {
  return Object.getOwnPropertySymbols(value);
}
function Values(value) {
  return Object.values(value);
}
function DeepEqualObject(left, right) {
  if (!IsObject(right))
    return !1;
  let keys2 = Keys(left);
  return IsEqual(keys2.length, Keys(right).length) && keys2.every((key) => IsDeepEqual(left[key], right[key]));
}
function DeepEqualArray(left, right) {
  return IsArray(right) && IsEqual(left.length, right.length) && left.every((_, index) => IsDeepEqual(left[index], right[index]));
}
function IsDeepEqual(left, right) {
  return IsArray(left) ? DeepEqualArray(left, right) : IsObject(left) ? DeepEqualObject(left, right) : IsEqual(left, right);
}
var init_guard = __esm({
  "node_modules/typebox/build/guard/guard.mjs"() {
    init_unicode_segment();
    init_unicode();
  }
});

// node_modules/typebox/build/guard/emit.mjs
var init_emit = __esm({
  "node_modules/typebox/build/guard/emit.mjs"() {
    init_guard();
  }
});

// node_modules/typebox/build/guard/globals.mjs
var init_globals = __esm({
  "node_modules/typebox/build/guard/globals.mjs"() {
  }
});

// node_modules/typebox/build/guard/native.mjs
var init_native = __esm({
  "node_modules/typebox/build/guard/native.mjs"() {
    init_guard();
  }
});

// node_modules/typebox/build/guard/index.mjs
var init_guard2 = __esm({
  "node_modules/typebox/build/guard/index.mjs"() {
    init_emit();
    init_globals();
    init_native();
    init_guard();
    init_guard();
  }
});

// node_modules/typebox/build/system/settings/settings.mjs
var settings_exports = {};
__export(settings_exports, {
  Get: () => Get,
  Reset: () => Reset,
  Set: () => Set2
});
function Reset() {
  settings.immutableTypes = !1, settings.maxErrors = 8, settings.maxParseErrors = 1, settings.maxInstantiationCount = 128, settings.useAcceleration = !0, settings.exactOptionalPropertyTypes = !1, settings.enumerableKind = !1, settings.correctiveParse = !1, settings.unionPrioritySort = !0;
}
function Set2(options) {
  for (let key of guard_exports.Keys(options)) {
    let value = options[key];
    value !== void 0 && Object.defineProperty(settings, key, { value });
  }
}
function Get() {
  return settings;
}
var settings, init_settings = __esm({
  "node_modules/typebox/build/system/settings/settings.mjs"() {
    init_guard2();
    settings = {
      immutableTypes: !1,
      maxErrors: 8,
      maxParseErrors: 1,
      maxInstantiationCount: 128,
      useAcceleration: !0,
      exactOptionalPropertyTypes: !1,
      enumerableKind: !1,
      correctiveParse: !1,
      unionPrioritySort: !0
    };
  }
});

// node_modules/typebox/build/system/settings/index.mjs
var init_settings2 = __esm({
  "node_modules/typebox/build/system/settings/index.mjs"() {
    init_settings();
  }
});

// node_modules/typebox/build/system/memory/keys.mjs
function Keys2(value) {
  return [...guard_exports.Keys(value), ...guard_exports.Symbols(value)];
}
var init_keys = __esm({
  "node_modules/typebox/build/system/memory/keys.mjs"() {
    init_guard2();
  }
});

// node_modules/typebox/build/system/memory/finalize.mjs
function Freeze(value, seen) {
  if (!seen.has(value)) {
    seen.add(value);
    for (let key of Keys2(value)) {
      let descriptor = Object.getOwnPropertyDescriptor(value, key);
      !descriptor || !("value" in descriptor) || guard_exports.IsObject(descriptor.value) && Freeze(descriptor.value, seen);
    }
    Object.freeze(value);
  }
}
function Finalize(value) {
  return settings_exports.Get().immutableTypes && Freeze(value, /* @__PURE__ */ new WeakSet()), value;
}
var init_finalize = __esm({
  "node_modules/typebox/build/system/memory/finalize.mjs"() {
    init_guard2();
    init_settings2();
    init_keys();
  }
});

// node_modules/typebox/build/system/memory/assign.mjs
function Assign(left, right) {
  Metrics.assign += 1;
  let result = {}, rightKeys = Keys2(right), leftKeys = Keys2(left);
  for (let key of leftKeys)
    rightKeys.includes(key) || Object.defineProperty(result, key, Object.getOwnPropertyDescriptor(left, key));
  for (let key of rightKeys)
    Object.defineProperty(result, key, Object.getOwnPropertyDescriptor(right, key));
  return Finalize(result);
}
var init_assign = __esm({
  "node_modules/typebox/build/system/memory/assign.mjs"() {
    init_metrics();
    init_finalize();
    init_keys();
  }
});

// node_modules/typebox/build/system/memory/clone.mjs
function Clone(value) {
  Metrics.clone += 1;
  let result = {};
  for (let key of Keys2(value)) {
    if (guard_exports.IsUnsafePropertyKey(key))
      continue;
    let descriptor = Object.getOwnPropertyDescriptor(value, key);
    guard_exports.IsEqual(descriptor.enumerable, !0) ? result[key] = descriptor.value : Object.defineProperty(result, key, descriptor);
  }
  return result;
}
var init_clone = __esm({
  "node_modules/typebox/build/system/memory/clone.mjs"() {
    init_guard2();
    init_metrics();
    init_keys();
  }
});

// node_modules/typebox/build/system/memory/create.mjs
function WithEnumerable(left, right) {
  return { ...left, ...right };
}
function WithHidden(left, right) {
  for (let key of Object.keys(right))
    Object.defineProperty(left, key, {
      configurable: !0,
      writable: !0,
      enumerable: !1,
      value: right[key]
    });
  return left;
}
function Create(hidden, enumerable, options = {}) {
  Metrics.create += 1;
  let withEnumerable = WithEnumerable(enumerable, options), withHidden = settings_exports.Get().enumerableKind ? WithEnumerable(withEnumerable, hidden) : WithHidden(withEnumerable, hidden);
  return Finalize(withHidden);
}
var init_create = __esm({
  "node_modules/typebox/build/system/memory/create.mjs"() {
    init_settings2();
    init_metrics();
    init_finalize();
  }
});

// node_modules/typebox/build/system/memory/discard.mjs
function Discard(value, propertyKeys) {
  Metrics.discard += 1;
  let result = {};
  for (let key of Keys2(value)) {
    if (propertyKeys.includes(key))
      continue;
    let descriptor = Object.getOwnPropertyDescriptor(value, key);
    Object.defineProperty(result, key, descriptor);
  }
  return Finalize(result);
}
var init_discard = __esm({
  "node_modules/typebox/build/system/memory/discard.mjs"() {
    init_metrics();
    init_finalize();
    init_keys();
  }
});

// node_modules/typebox/build/system/memory/update.mjs
function WithCurrent(current, hiddenKeys, enumerableKeys, result) {
  for (let key of Keys2(current)) {
    if (guard_exports.IsUnsafePropertyKey(key) || hiddenKeys.includes(key) || enumerableKeys.includes(key))
      continue;
    let descriptor = Object.getOwnPropertyDescriptor(current, key);
    Object.defineProperty(result, key, descriptor);
  }
}
function WithHidden2(hidden, keys2, result) {
  let enumerableKind = settings_exports.Get().enumerableKind;
  for (let key of keys2)
    guard_exports.IsUnsafePropertyKey(key) || Object.defineProperty(result, key, {
      configurable: !0,
      writable: !0,
      enumerable: enumerableKind,
      value: hidden[key]
    });
}
function WithEnumerable2(enumerable, keys2, result) {
  for (let key of keys2)
    guard_exports.IsUnsafePropertyKey(key) || Object.defineProperty(result, key, {
      configurable: !0,
      enumerable: !0,
      writable: !0,
      value: enumerable[key]
    });
}
function Update(current, hidden, enumerable) {
  Metrics.update += 1;
  let result = {}, hiddenKeys = Keys2(hidden), enumerableKeys = Keys2(enumerable);
  return WithCurrent(current, hiddenKeys, enumerableKeys, result), WithHidden2(hidden, hiddenKeys, result), WithEnumerable2(enumerable, enumerableKeys, result), Finalize(result);
}
var init_update = __esm({
  "node_modules/typebox/build/system/memory/update.mjs"() {
    init_guard2();
    init_settings2();
    init_metrics();
    init_finalize();
    init_keys();
  }
});

// node_modules/typebox/build/system/memory/memory.mjs
var memory_exports = {};
__export(memory_exports, {
  Assign: () => Assign,
  Clone: () => Clone,
  Create: () => Create,
  Discard: () => Discard,
  Metrics: () => Metrics,
  Update: () => Update
});
var init_memory = __esm({
  "node_modules/typebox/build/system/memory/memory.mjs"() {
    init_assign();
    init_clone();
    init_create();
    init_discard();
    init_metrics();
    init_update();
  }
});

// node_modules/typebox/build/system/memory/index.mjs
var init_memory2 = __esm({
  "node_modules/typebox/build/system/memory/index.mjs"() {
    init_memory();
  }
});

// node_modules/typebox/build/type/types/schema.mjs
function IsKind(value, kind) {
  return guard_exports.IsObject(value) && guard_exports.HasPropertyKey(value, "~kind") && guard_exports.IsEqual(value["~kind"], kind);
}
function IsSchema(value) {
  return guard_exports.IsObject(value);
}
var init_schema = __esm({
  "node_modules/typebox/build/type/types/schema.mjs"() {
    init_guard2();
  }
});

// node_modules/typebox/build/type/types/deferred.mjs
function Deferred(action, parameters, options) {
  return memory_exports.Create({ "~kind": "Deferred" }, { type: "deferred", action, parameters, options }, {});
}
function IsDeferred(value) {
  return IsKind(value, "Deferred");
}
var init_deferred = __esm({
  "node_modules/typebox/build/type/types/deferred.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/engine/readonly/instantiate_add.mjs
function AddReadonlyAction(type, options) {
  return memory_exports.Update(type, { "~readonly": !0 }, options);
}
function AddReadonlyInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return AddReadonlyAction(instantiatedType, options);
}
var init_instantiate_add = __esm({
  "node_modules/typebox/build/type/engine/readonly/instantiate_add.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/optional/instantiate_add.mjs
function AddOptionalAction(type, options) {
  return memory_exports.Update(type, { "~optional": !0 }, options);
}
function AddOptionalInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return AddOptionalAction(instantiatedType, options);
}
var init_instantiate_add2 = __esm({
  "node_modules/typebox/build/type/engine/optional/instantiate_add.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/types/array.mjs
function _Array_(items, options) {
  return memory_exports.Create({ "~kind": "Array" }, { type: "array", items }, options);
}
function IsArray2(value) {
  return IsKind(value, "Array");
}
function ArrayOptions(type) {
  return memory_exports.Discard(type, ["~kind", "type", "items"]);
}
var init_array = __esm({
  "node_modules/typebox/build/type/types/array.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/constructor.mjs
function Constructor(parameters, instanceType, options = {}) {
  return memory_exports.Create({ "~kind": "Constructor" }, { type: "constructor", parameters, instanceType }, options);
}
function IsConstructor2(value) {
  return IsKind(value, "Constructor");
}
function ConstructorOptions(type) {
  return memory_exports.Discard(type, ["~kind", "type", "parameters", "instanceType"]);
}
var init_constructor = __esm({
  "node_modules/typebox/build/type/types/constructor.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/function.mjs
function _Function_(parameters, returnType, options = {}) {
  return memory_exports.Create({ "~kind": "Function" }, { type: "function", parameters, returnType }, options);
}
function IsFunction2(value) {
  return IsKind(value, "Function");
}
function FunctionOptions(type) {
  return memory_exports.Discard(type, ["~kind", "type", "parameters", "returnType"]);
}
var init_function = __esm({
  "node_modules/typebox/build/type/types/function.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/ref.mjs
function Ref(ref, options) {
  return memory_exports.Create({ "~kind": "Ref" }, { $ref: ref }, options);
}
function IsRef(value) {
  return IsKind(value, "Ref");
}
var init_ref = __esm({
  "node_modules/typebox/build/type/types/ref.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/generic.mjs
function Generic(parameters, expression) {
  return memory_exports.Create({ "~kind": "Generic" }, { type: "generic", parameters, expression });
}
function IsGeneric(value) {
  return IsKind(value, "Generic");
}
var init_generic = __esm({
  "node_modules/typebox/build/type/types/generic.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/any.mjs
function Any(options) {
  return memory_exports.Create({ "~kind": "Any" }, {}, options);
}
function IsAny(value) {
  return IsKind(value, "Any");
}
var init_any = __esm({
  "node_modules/typebox/build/type/types/any.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/never.mjs
function Never(options) {
  return memory_exports.Create({ "~kind": "Never" }, { not: {} }, options);
}
function IsNever(value) {
  return IsKind(value, "Never");
}
var NeverPattern, init_never = __esm({
  "node_modules/typebox/build/type/types/never.mjs"() {
    init_memory2();
    init_schema();
    NeverPattern = "(?!)";
  }
});

// node_modules/typebox/build/type/action/_add_optional.mjs
function AddOptionalDeferred(type, options = {}) {
  return Deferred("AddOptional", [type], options);
}
function AddOptional(type, options = {}) {
  return AddOptionalAction(type, options);
}
var init_add_optional = __esm({
  "node_modules/typebox/build/type/action/_add_optional.mjs"() {
    init_deferred();
    init_instantiate_add2();
  }
});

// node_modules/typebox/build/type/types/_optional.mjs
function Optional(type) {
  return AddOptional(type);
}
function IsOptional(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "~optional");
}
var init_optional = __esm({
  "node_modules/typebox/build/type/types/_optional.mjs"() {
    init_guard2();
    init_schema();
    init_add_optional();
  }
});

// node_modules/typebox/build/type/types/properties.mjs
function RequiredArray(properties) {
  return guard_exports.Keys(properties).filter((key) => !IsOptional(properties[key]));
}
function PropertyKeys(properties) {
  return guard_exports.Keys(properties);
}
function PropertyValues(properties) {
  return guard_exports.Values(properties);
}
var init_properties = __esm({
  "node_modules/typebox/build/type/types/properties.mjs"() {
    init_guard2();
    init_optional();
  }
});

// node_modules/typebox/build/type/types/object.mjs
function _Object_(properties, options = {}) {
  let requiredKeys = RequiredArray(properties), required2 = requiredKeys.length > 0 ? { required: requiredKeys } : {};
  return memory_exports.Create({ "~kind": "Object" }, { type: "object", ...required2, properties }, options);
}
function IsObject2(value) {
  return IsKind(value, "Object");
}
function ObjectOptions(type) {
  return memory_exports.Discard(type, ["~kind", "type", "properties", "required"]);
}
var init_object = __esm({
  "node_modules/typebox/build/type/types/object.mjs"() {
    init_memory2();
    init_schema();
    init_properties();
  }
});

// node_modules/typebox/build/type/types/unknown.mjs
function Unknown(options) {
  return memory_exports.Create({ "~kind": "Unknown" }, {}, options);
}
function IsUnknown(value) {
  return IsKind(value, "Unknown");
}
var init_unknown = __esm({
  "node_modules/typebox/build/type/types/unknown.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/cyclic.mjs
function Cyclic($defs, $ref, options) {
  let defs = guard_exports.Keys($defs).reduce((result, key) => ({ ...result, [key]: memory_exports.Update($defs[key], {}, { $id: key }) }), {});
  return memory_exports.Create({ "~kind": "Cyclic" }, { $defs: defs, $ref }, options);
}
function IsCyclic(value) {
  return IsKind(value, "Cyclic");
}
var init_cyclic = __esm({
  "node_modules/typebox/build/type/types/cyclic.mjs"() {
    init_guard2();
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/unsafe.mjs
function Unsafe(schema) {
  return memory_exports.Update(schema, { "~unsafe": null }, {});
}
function IsUnsafe(value) {
  return guard_exports.IsObjectNotArray(value) && guard_exports.HasPropertyKey(value, "~unsafe") && guard_exports.IsNull(value["~unsafe"]);
}
var init_unsafe = __esm({
  "node_modules/typebox/build/type/types/unsafe.mjs"() {
    init_guard2();
    init_memory2();
  }
});

// node_modules/typebox/build/system/arguments/arguments.mjs
var arguments_exports = {};
__export(arguments_exports, {
  Match: () => Match
});
function Match(args, match) {
  return match[args.length]?.(...args) ?? (() => {
    throw Error("Invalid Arguments");
  })();
}
var init_arguments = __esm({
  "node_modules/typebox/build/system/arguments/arguments.mjs"() {
  }
});

// node_modules/typebox/build/system/arguments/index.mjs
var init_arguments2 = __esm({
  "node_modules/typebox/build/system/arguments/index.mjs"() {
    init_arguments();
  }
});

// node_modules/typebox/build/type/types/infer.mjs
function Infer(...args) {
  let [name3, extends_] = arguments_exports.Match(args, {
    2: (name4, extends_2) => [name4, extends_2, extends_2],
    1: (name4) => [name4, Unknown(), Unknown()]
  });
  return memory_exports.Create({ "~kind": "Infer" }, { type: "infer", name: name3, extends: extends_ }, {});
}
function IsInfer(value) {
  return IsKind(value, "Infer");
}
var init_infer = __esm({
  "node_modules/typebox/build/type/types/infer.mjs"() {
    init_arguments2();
    init_memory2();
    init_schema();
    init_unknown();
  }
});

// node_modules/typebox/build/type/types/dependent.mjs
function Dependent(if_, then_, else_, options = {}) {
  return memory_exports.Create({ "~kind": "Dependent" }, { if: if_, then: then_, else: else_ }, options);
}
function IsDependent(value) {
  return IsKind(value, "Dependent");
}
function DependentOptions(type) {
  return memory_exports.Discard(type, ["~kind", "if", "then", "else"]);
}
var init_dependent = __esm({
  "node_modules/typebox/build/type/types/dependent.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/engine/enum/typescript_enum_to_enum_values.mjs
function IsTypeScriptEnumLike(value) {
  return guard_exports.IsObjectNotArray(value);
}
function TypeScriptEnumToEnumValues(type) {
  return guard_exports.Keys(type).filter((key) => isNaN(key)).reduce((result, key) => [...result, type[key]], []);
}
var init_typescript_enum_to_enum_values = __esm({
  "node_modules/typebox/build/type/engine/enum/typescript_enum_to_enum_values.mjs"() {
    init_guard2();
  }
});

// node_modules/typebox/build/type/types/enum.mjs
function IsEnumValue(value) {
  return guard_exports.IsString(value) || guard_exports.IsNumber(value);
}
function Enum(value, options) {
  let values = IsTypeScriptEnumLike(value) ? TypeScriptEnumToEnumValues(value) : value;
  return memory_exports.Create({ "~kind": "Enum" }, { enum: values }, options);
}
function IsEnum(value) {
  return IsKind(value, "Enum");
}
var init_enum = __esm({
  "node_modules/typebox/build/type/types/enum.mjs"() {
    init_guard2();
    init_memory2();
    init_schema();
    init_typescript_enum_to_enum_values();
    init_typescript_enum_to_enum_values();
  }
});

// node_modules/typebox/build/type/types/intersect.mjs
function Intersect(types, options = {}) {
  return memory_exports.Create({ "~kind": "Intersect" }, { allOf: types }, options);
}
function IsIntersect(value) {
  return IsKind(value, "Intersect");
}
function IntersectOptions(type) {
  return memory_exports.Discard(type, ["~kind", "allOf"]);
}
var init_intersect = __esm({
  "node_modules/typebox/build/type/types/intersect.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/system/environment/evaluate.mjs
var init_evaluate = __esm({
  "node_modules/typebox/build/system/environment/evaluate.mjs"() {
    init_settings2();
    init_guard2();
  }
});

// node_modules/typebox/build/system/environment/environment.mjs
var init_environment = __esm({
  "node_modules/typebox/build/system/environment/environment.mjs"() {
    init_evaluate();
  }
});

// node_modules/typebox/build/system/environment/index.mjs
var init_environment2 = __esm({
  "node_modules/typebox/build/system/environment/index.mjs"() {
    init_environment();
  }
});

// node_modules/typebox/build/system/unreachable/unreachable.mjs
function Unreachable() {
  throw new Error("Unreachable");
}
var init_unreachable = __esm({
  "node_modules/typebox/build/system/unreachable/unreachable.mjs"() {
  }
});

// node_modules/typebox/build/system/unreachable/index.mjs
var init_unreachable2 = __esm({
  "node_modules/typebox/build/system/unreachable/index.mjs"() {
    init_unreachable();
  }
});

// node_modules/typebox/build/system/hashing/hash.mjs
var F64, F64In, F64Out, encoder, init_hash = __esm({
  "node_modules/typebox/build/system/hashing/hash.mjs"() {
    init_unreachable2();
    init_guard2();
    F64 = new Float64Array(1), F64In = new DataView(F64.buffer), F64Out = new Uint8Array(F64.buffer), encoder = new TextEncoder();
  }
});

// node_modules/typebox/build/system/hashing/index.mjs
var init_hashing = __esm({
  "node_modules/typebox/build/system/hashing/index.mjs"() {
    init_hash();
  }
});

// node_modules/typebox/build/system/locale/en_US.mjs
var init_en_US = __esm({
  "node_modules/typebox/build/system/locale/en_US.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/_config.mjs
var init_config = __esm({
  "node_modules/typebox/build/system/locale/_config.mjs"() {
    init_en_US();
  }
});

// node_modules/typebox/build/system/locale/ar_001.mjs
var init_ar_001 = __esm({
  "node_modules/typebox/build/system/locale/ar_001.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/bn_BD.mjs
var init_bn_BD = __esm({
  "node_modules/typebox/build/system/locale/bn_BD.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/cs_CZ.mjs
var init_cs_CZ = __esm({
  "node_modules/typebox/build/system/locale/cs_CZ.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/de_DE.mjs
var init_de_DE = __esm({
  "node_modules/typebox/build/system/locale/de_DE.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/el_GR.mjs
var init_el_GR = __esm({
  "node_modules/typebox/build/system/locale/el_GR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/es_419.mjs
var init_es_419 = __esm({
  "node_modules/typebox/build/system/locale/es_419.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/es_AR.mjs
var init_es_AR = __esm({
  "node_modules/typebox/build/system/locale/es_AR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/es_ES.mjs
var init_es_ES = __esm({
  "node_modules/typebox/build/system/locale/es_ES.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/es_MX.mjs
var init_es_MX = __esm({
  "node_modules/typebox/build/system/locale/es_MX.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/fa_IR.mjs
var init_fa_IR = __esm({
  "node_modules/typebox/build/system/locale/fa_IR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/fil_PH.mjs
var init_fil_PH = __esm({
  "node_modules/typebox/build/system/locale/fil_PH.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/fr_CA.mjs
var init_fr_CA = __esm({
  "node_modules/typebox/build/system/locale/fr_CA.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/fr_FR.mjs
var init_fr_FR = __esm({
  "node_modules/typebox/build/system/locale/fr_FR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ha_NG.mjs
var init_ha_NG = __esm({
  "node_modules/typebox/build/system/locale/ha_NG.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/hi_IN.mjs
var init_hi_IN = __esm({
  "node_modules/typebox/build/system/locale/hi_IN.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/hu_HU.mjs
var init_hu_HU = __esm({
  "node_modules/typebox/build/system/locale/hu_HU.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/id_ID.mjs
var init_id_ID = __esm({
  "node_modules/typebox/build/system/locale/id_ID.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/it_IT.mjs
var init_it_IT = __esm({
  "node_modules/typebox/build/system/locale/it_IT.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ja_JP.mjs
var init_ja_JP = __esm({
  "node_modules/typebox/build/system/locale/ja_JP.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ko_KR.mjs
var init_ko_KR = __esm({
  "node_modules/typebox/build/system/locale/ko_KR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ms_MY.mjs
var init_ms_MY = __esm({
  "node_modules/typebox/build/system/locale/ms_MY.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/nl_NL.mjs
var init_nl_NL = __esm({
  "node_modules/typebox/build/system/locale/nl_NL.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/pl_PL.mjs
var init_pl_PL = __esm({
  "node_modules/typebox/build/system/locale/pl_PL.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/pt_BR.mjs
var init_pt_BR = __esm({
  "node_modules/typebox/build/system/locale/pt_BR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/pt_PT.mjs
var init_pt_PT = __esm({
  "node_modules/typebox/build/system/locale/pt_PT.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ro_RO.mjs
var init_ro_RO = __esm({
  "node_modules/typebox/build/system/locale/ro_RO.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ru_RU.mjs
var init_ru_RU = __esm({
  "node_modules/typebox/build/system/locale/ru_RU.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/sv_SE.mjs
var init_sv_SE = __esm({
  "node_modules/typebox/build/system/locale/sv_SE.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/sw_TZ.mjs
var init_sw_TZ = __esm({
  "node_modules/typebox/build/system/locale/sw_TZ.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/th_TH.mjs
var init_th_TH = __esm({
  "node_modules/typebox/build/system/locale/th_TH.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/tr_TR.mjs
var init_tr_TR = __esm({
  "node_modules/typebox/build/system/locale/tr_TR.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/uk_UA.mjs
var init_uk_UA = __esm({
  "node_modules/typebox/build/system/locale/uk_UA.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/ur_PK.mjs
var init_ur_PK = __esm({
  "node_modules/typebox/build/system/locale/ur_PK.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/vi_VN.mjs
var init_vi_VN = __esm({
  "node_modules/typebox/build/system/locale/vi_VN.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/yo_NG.mjs
var init_yo_NG = __esm({
  "node_modules/typebox/build/system/locale/yo_NG.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/zh_Hans.mjs
var init_zh_Hans = __esm({
  "node_modules/typebox/build/system/locale/zh_Hans.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/zh_Hant.mjs
var init_zh_Hant = __esm({
  "node_modules/typebox/build/system/locale/zh_Hant.mjs"() {
  }
});

// node_modules/typebox/build/system/locale/_locale.mjs
var init_locale = __esm({
  "node_modules/typebox/build/system/locale/_locale.mjs"() {
    init_config();
    init_ar_001();
    init_bn_BD();
    init_cs_CZ();
    init_de_DE();
    init_el_GR();
    init_en_US();
    init_es_419();
    init_es_AR();
    init_es_ES();
    init_es_MX();
    init_fa_IR();
    init_fil_PH();
    init_fr_CA();
    init_fr_CA();
    init_fr_FR();
    init_ha_NG();
    init_hi_IN();
    init_hu_HU();
    init_id_ID();
    init_it_IT();
    init_ja_JP();
    init_ko_KR();
    init_ms_MY();
    init_nl_NL();
    init_pl_PL();
    init_pt_BR();
    init_pt_PT();
    init_ro_RO();
    init_ru_RU();
    init_sv_SE();
    init_sw_TZ();
    init_th_TH();
    init_tr_TR();
    init_uk_UA();
    init_ur_PK();
    init_vi_VN();
    init_yo_NG();
    init_zh_Hans();
    init_zh_Hant();
  }
});

// node_modules/typebox/build/system/locale/index.mjs
var init_locale2 = __esm({
  "node_modules/typebox/build/system/locale/index.mjs"() {
    init_locale();
  }
});

// node_modules/typebox/build/system/system.mjs
var init_system = __esm({
  "node_modules/typebox/build/system/system.mjs"() {
    init_arguments2();
    init_environment2();
    init_hashing();
    init_locale2();
    init_memory2();
    init_settings2();
  }
});

// node_modules/typebox/build/system/index.mjs
var init_system2 = __esm({
  "node_modules/typebox/build/system/index.mjs"() {
    init_system();
    init_system();
    init_system();
  }
});

// node_modules/typebox/build/type/types/_codec.mjs
function Codec(type) {
  return new DecodeBuilder(type);
}
function Decode(type, callback) {
  return Codec(type).Decode(callback).Encode(() => {
    throw Error("Encode not implemented");
  });
}
function Encode(type, callback) {
  return Codec(type).Decode(() => {
    throw Error("Decode not implemented");
  }).Encode(callback);
}
function IsCodec(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "~codec") && guard_exports.IsObject(value["~codec"]) && guard_exports.HasPropertyKey(value["~codec"], "encode") && guard_exports.HasPropertyKey(value["~codec"], "decode");
}
var EncodeBuilder, DecodeBuilder, init_codec = __esm({
  "node_modules/typebox/build/type/types/_codec.mjs"() {
    init_system2();
    init_guard2();
    init_schema();
    EncodeBuilder = class {
      constructor(type, decode2) {
        this.type = type, this.decode = decode2;
      }
      Encode(callback) {
        let type = this.type, decode2 = IsCodec(type) ? (value) => this.decode(type["~codec"].decode(value)) : this.decode, encode2 = IsCodec(type) ? (value) => type["~codec"].encode(callback(value)) : callback, codec = { decode: decode2, encode: encode2 };
        return memory_exports.Update(this.type, { "~codec": codec }, {});
      }
    }, DecodeBuilder = class {
      constructor(type) {
        this.type = type;
      }
      Decode(callback) {
        return new EncodeBuilder(this.type, callback);
      }
    };
  }
});

// node_modules/typebox/build/type/types/_immutable.mjs
function Immutable(type) {
  return AddImmutable(type);
}
function IsImmutable(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "~immutable");
}
var init_immutable = __esm({
  "node_modules/typebox/build/type/types/_immutable.mjs"() {
    init_guard2();
    init_schema();
    init_add_immutable();
  }
});

// node_modules/typebox/build/type/action/_add_readonly.mjs
function AddReadonlyDeferred(type, options = {}) {
  return Deferred("AddReadonly", [type], options);
}
function AddReadonly(type, options = {}) {
  return AddReadonlyAction(type, options);
}
var init_add_readonly = __esm({
  "node_modules/typebox/build/type/action/_add_readonly.mjs"() {
    init_deferred();
    init_instantiate_add();
  }
});

// node_modules/typebox/build/type/types/_readonly.mjs
function Readonly(type) {
  return AddReadonly(type);
}
function IsReadonly(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "~readonly");
}
var init_readonly = __esm({
  "node_modules/typebox/build/type/types/_readonly.mjs"() {
    init_guard2();
    init_schema();
    init_add_readonly();
  }
});

// node_modules/typebox/build/type/types/_refine.mjs
function RefineAdd(type, refinement) {
  let refinements = IsRefine(type) ? [...type["~refine"], refinement] : [refinement];
  return memory_exports.Update(type, { "~refine": refinements }, {});
}
function Refine(...args) {
  let [type, check3, error] = arguments_exports.Match(args, {
    3: (type2, check4, error2) => [type2, check4, error2],
    2: (type2, check4) => [type2, check4, () => "Refine Error"]
  });
  return RefineAdd(type, { check: check3, error });
}
function IsRefinement(value) {
  return guard_exports.IsObjectNotArray(value) && guard_exports.HasPropertyKey(value, "check") && guard_exports.HasPropertyKey(value, "error") && guard_exports.IsFunction(value.check) && guard_exports.IsFunction(value.error);
}
function IsRefine(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "~refine") && guard_exports.IsArray(value["~refine"]) && guard_exports.Every(value["~refine"], 0, (value2) => IsRefinement(value2));
}
var init_refine = __esm({
  "node_modules/typebox/build/type/types/_refine.mjs"() {
    init_arguments2();
    init_memory2();
    init_guard2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/bigint.mjs
function BigInt2(options) {
  return memory_exports.Create({ "~kind": "BigInt" }, { type: "bigint" }, options);
}
function IsBigInt2(value) {
  return IsKind(value, "BigInt");
}
var BigIntPattern, init_bigint = __esm({
  "node_modules/typebox/build/type/types/bigint.mjs"() {
    init_memory2();
    init_schema();
    BigIntPattern = "-?(?:0|[1-9][0-9]*)n";
  }
});

// node_modules/typebox/build/type/types/boolean.mjs
function Boolean2(options) {
  return memory_exports.Create({ "~kind": "Boolean" }, { type: "boolean" }, options);
}
function IsBoolean2(value) {
  return IsKind(value, "Boolean");
}
var init_boolean = __esm({
  "node_modules/typebox/build/type/types/boolean.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/identifier.mjs
function Identifier(name3) {
  return memory_exports.Create({ "~kind": "Identifier" }, { name: name3 });
}
function IsIdentifier(value) {
  return IsKind(value, "Identifier");
}
var init_identifier = __esm({
  "node_modules/typebox/build/type/types/identifier.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/integer.mjs
function Integer(options) {
  return memory_exports.Create({ "~kind": "Integer" }, { type: "integer" }, options);
}
function IsInteger2(value) {
  return IsKind(value, "Integer");
}
var IntegerPattern, init_integer = __esm({
  "node_modules/typebox/build/type/types/integer.mjs"() {
    init_memory2();
    init_schema();
    IntegerPattern = "-?(?:0|[1-9][0-9]*)";
  }
});

// node_modules/typebox/build/type/types/literal.mjs
function LiteralTypeName(value) {
  return guard_exports.IsBigInt(value) ? "bigint" : guard_exports.IsBoolean(value) ? "boolean" : guard_exports.IsNumber(value) ? "number" : guard_exports.IsString(value) ? "string" : (() => {
    throw new InvalidLiteralValue(value);
  })();
}
function Literal(value, options) {
  return memory_exports.Create({ "~kind": "Literal" }, { type: LiteralTypeName(value), const: value }, options);
}
function IsLiteralValue(value) {
  return guard_exports.IsBigInt(value) || guard_exports.IsBoolean(value) || guard_exports.IsNumber(value) || guard_exports.IsString(value);
}
function IsLiteralNumber(value) {
  return IsLiteral(value) && guard_exports.IsNumber(value.const);
}
function IsLiteralString(value) {
  return IsLiteral(value) && guard_exports.IsString(value.const);
}
function IsLiteral(value) {
  return IsKind(value, "Literal");
}
var InvalidLiteralValue, init_literal = __esm({
  "node_modules/typebox/build/type/types/literal.mjs"() {
    init_memory2();
    init_guard2();
    init_schema();
    InvalidLiteralValue = class extends Error {
      constructor(value) {
        super("Invalid Literal value"), Object.defineProperty(this, "cause", {
          value: { value },
          writable: !1,
          configurable: !1,
          enumerable: !1
        });
      }
    };
  }
});

// node_modules/typebox/build/type/types/null.mjs
function Null(options) {
  return memory_exports.Create({ "~kind": "Null" }, { type: "null" }, options);
}
function IsNull2(value) {
  return IsKind(value, "Null");
}
var init_null = __esm({
  "node_modules/typebox/build/type/types/null.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/number.mjs
function Number2(options) {
  return memory_exports.Create({ "~kind": "Number" }, { type: "number" }, options);
}
function IsNumber2(value) {
  return IsKind(value, "Number");
}
var NumberPattern, init_number = __esm({
  "node_modules/typebox/build/type/types/number.mjs"() {
    init_memory2();
    init_schema();
    NumberPattern = "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?";
  }
});

// node_modules/typebox/build/type/types/symbol.mjs
function Symbol2(options) {
  return memory_exports.Create({ "~kind": "Symbol" }, { type: "symbol" }, options);
}
function IsSymbol2(value) {
  return IsKind(value, "Symbol");
}
var init_symbol = __esm({
  "node_modules/typebox/build/type/types/symbol.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/parameter.mjs
function Parameter(...args) {
  let [name3, extends_, equals] = arguments_exports.Match(args, {
    3: (name4, extends_2, equals2) => [name4, extends_2, equals2],
    2: (name4, extends_2) => [name4, extends_2, extends_2],
    1: (name4) => [name4, Unknown(), Unknown()]
  });
  return memory_exports.Create({ "~kind": "Parameter" }, { name: name3, extends: extends_, equals }, {});
}
function IsParameter(value) {
  return IsKind(value, "Parameter");
}
var init_parameter = __esm({
  "node_modules/typebox/build/type/types/parameter.mjs"() {
    init_arguments2();
    init_memory2();
    init_schema();
    init_unknown();
  }
});

// node_modules/typebox/build/type/types/string.mjs
function String2(options) {
  return memory_exports.Create({ "~kind": "String" }, { type: "string" }, options);
}
function IsString2(value) {
  return IsKind(value, "String");
}
var StringPattern, init_string = __esm({
  "node_modules/typebox/build/type/types/string.mjs"() {
    init_memory2();
    init_schema();
    StringPattern = ".*";
  }
});

// node_modules/typebox/build/type/types/union.mjs
function Union(anyOf, options = {}) {
  return memory_exports.Create({ "~kind": "Union" }, { anyOf }, options);
}
function IsUnion(value) {
  return IsKind(value, "Union");
}
function UnionOptions(type) {
  return memory_exports.Discard(type, ["~kind", "anyOf"]);
}
var init_union = __esm({
  "node_modules/typebox/build/type/types/union.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/engine/patterns/pattern.mjs
function ParsePatternIntoTypes(pattern) {
  let parsed = Pattern(pattern);
  return guard_exports.IsEqual(parsed.length, 2) ? parsed[0] : [];
}
var init_pattern = __esm({
  "node_modules/typebox/build/type/engine/patterns/pattern.mjs"() {
    init_guard2();
    init_parser();
  }
});

// node_modules/typebox/build/type/engine/template_literal/is_finite.mjs
function FromLiteral(_value) {
  return !0;
}
function FromTypesReduce(types) {
  return guard_exports.ShiftLeft(types, (left, right) => FromType(left) ? FromTypesReduce(right) : !1, () => !0);
}
function FromTypes(types) {
  return guard_exports.IsEqual(types.length, 0) ? !1 : FromTypesReduce(types);
}
function FromType(type) {
  return IsUnion(type) ? FromTypes(type.anyOf) : IsLiteral(type) ? FromLiteral(type.const) : !1;
}
function IsTemplateLiteralFinite(types) {
  return FromTypes(types);
}
var init_is_finite = __esm({
  "node_modules/typebox/build/type/engine/template_literal/is_finite.mjs"() {
    init_guard2();
    init_literal();
    init_union();
  }
});

// node_modules/typebox/build/type/engine/template_literal/create.mjs
function TemplateLiteralCreate(pattern) {
  return memory_exports.Create({ "~kind": "TemplateLiteral" }, { type: "string", pattern }, {});
}
var init_create2 = __esm({
  "node_modules/typebox/build/type/engine/template_literal/create.mjs"() {
    init_memory2();
  }
});

// node_modules/typebox/build/type/engine/template_literal/decode.mjs
function FromLiteralPush(variants, value, result = []) {
  return guard_exports.ShiftLeft(variants, (left, right) => FromLiteralPush(right, value, [...result, `${left}${value}`]), () => result);
}
function FromLiteral2(variants, value) {
  return guard_exports.IsEqual(variants.length, 0) ? [`${value}`] : FromLiteralPush(variants, value);
}
function FromUnion(variants, types, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => FromUnion(variants, right, [...result, ...FromType2(variants, left)]), () => result);
}
function FromType2(variants, type) {
  return IsUnion(type) ? FromUnion(variants, type.anyOf) : IsLiteral(type) ? FromLiteral2(variants, type.const) : Unreachable();
}
function DecodeFromSpan(variants, types) {
  return guard_exports.ShiftLeft(types, (left, right) => DecodeFromSpan(FromType2(variants, left), right), () => variants);
}
function VariantsToLiterals(variants) {
  return variants.map((variant) => Literal(variant));
}
function DecodeTypesAsUnion(types) {
  let variants = DecodeFromSpan([], types), literals = VariantsToLiterals(variants);
  return Union(literals);
}
function DecodeTypes(types) {
  return guard_exports.IsEqual(types.length, 0) ? Unreachable() : (
    // Literal('') :
    guard_exports.IsEqual(types.length, 1) && IsLiteral(types[0]) ? types[0] : DecodeTypesAsUnion(types)
  );
}
function TemplateLiteralDecodeUnsafe(pattern) {
  let types = ParsePatternIntoTypes(pattern);
  return guard_exports.IsEqual(types.length, 0) ? String2() : IsTemplateLiteralFinite(types) ? DecodeTypes(types) : TemplateLiteralCreate(pattern);
}
function TemplateLiteralDecode(pattern) {
  let decoded = TemplateLiteralDecodeUnsafe(pattern);
  return IsTemplateLiteral(decoded) ? String2() : decoded;
}
var init_decode = __esm({
  "node_modules/typebox/build/type/engine/template_literal/decode.mjs"() {
    init_guard2();
    init_unreachable2();
    init_literal();
    init_string();
    init_template_literal();
    init_union();
    init_pattern();
    init_is_finite();
    init_create2();
  }
});

// node_modules/typebox/build/type/engine/record/record_create.mjs
function CreateRecord(key, value) {
  let type = "object", patternProperties = { [key]: value };
  return memory_exports.Create({ "~kind": "Record" }, { type, patternProperties });
}
var init_record_create = __esm({
  "node_modules/typebox/build/type/engine/record/record_create.mjs"() {
    init_memory2();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_any.mjs
function FromAnyKey(value) {
  return CreateRecord(StringKey, value);
}
var init_from_key_any = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_any.mjs"() {
    init_record();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_boolean.mjs
function FromBooleanKey(value) {
  return _Object_({ true: value, false: value });
}
var init_from_key_boolean = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_boolean.mjs"() {
    init_object();
  }
});

// node_modules/typebox/build/type/types/tuple.mjs
function Tuple(types, options = {}) {
  let [items, minItems, additionalItems] = [types, types.length, !1];
  return memory_exports.Create({ "~kind": "Tuple" }, { type: "array", additionalItems, items, minItems }, options);
}
function IsTuple(value) {
  return IsKind(value, "Tuple");
}
function TupleOptions(type) {
  return memory_exports.Discard(type, ["~kind", "type", "items", "minItems", "additionalItems"]);
}
var init_tuple = __esm({
  "node_modules/typebox/build/type/types/tuple.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/engine/tuple/to_object.mjs
function TupleElementsToProperties(types) {
  return types.reduceRight((result2, right, index) => ({ [index]: right, ...result2 }), {});
}
function TupleToObject(type) {
  let properties = TupleElementsToProperties(type.items);
  return _Object_(properties);
}
var init_to_object = __esm({
  "node_modules/typebox/build/type/engine/tuple/to_object.mjs"() {
    init_object();
  }
});

// node_modules/typebox/build/type/engine/optional/instantiate_remove.mjs
function RemoveOptionalOperation(type) {
  return memory_exports.Discard(type, ["~optional"]);
}
function RemoveOptionalAction(type, options) {
  return memory_exports.Update(RemoveOptionalOperation(type), {}, options);
}
function RemoveOptionalInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return RemoveOptionalAction(instantiatedType, options);
}
var init_instantiate_remove = __esm({
  "node_modules/typebox/build/type/engine/optional/instantiate_remove.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/readonly/instantiate_remove.mjs
function RemoveReadonlyOperation(type) {
  return memory_exports.Discard(type, ["~readonly"]);
}
function RemoveReadonlyAction(type, options) {
  return memory_exports.Update(RemoveReadonlyOperation(type), {}, options);
}
function RemoveReadonlyInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return RemoveReadonlyAction(instantiatedType, options);
}
var init_instantiate_remove2 = __esm({
  "node_modules/typebox/build/type/engine/readonly/instantiate_remove.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/evaluate/property.mjs
function EvaluatePropertyIntersect(left, right) {
  let isReadonly = IsReadonly(left) && IsReadonly(right), isOptional = IsOptional(left) && IsOptional(right), evaluated = EvaluateIntersect([left, right]), property = RemoveReadonlyAction(RemoveOptionalAction(evaluated, {}), {});
  return isReadonly && isOptional ? AddReadonlyAction(AddOptionalAction(property, {}), {}) : isReadonly ? AddReadonlyAction(property, {}) : isOptional ? AddOptionalAction(property, {}) : property;
}
function EvaluatePropertyUnion(left, right) {
  let isReadonly = IsReadonly(left) || IsReadonly(right), isOptional = IsOptional(left) || IsOptional(right), leftProperty = RemoveReadonlyAction(RemoveOptionalAction(left, {}), {}), rightProperty = RemoveReadonlyAction(RemoveOptionalAction(right, {}), {}), property = EvaluateUnion([leftProperty, rightProperty]);
  return isReadonly && isOptional ? AddReadonlyAction(AddOptionalAction(property, {}), {}) : isReadonly ? AddReadonlyAction(property, {}) : isOptional ? AddOptionalAction(property, {}) : property;
}
var init_property = __esm({
  "node_modules/typebox/build/type/engine/evaluate/property.mjs"() {
    init_optional();
    init_readonly();
    init_instantiate_add2();
    init_instantiate_add();
    init_instantiate_remove();
    init_instantiate_remove2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/evaluate/composite.mjs
function CompositePropertyKey(left, right, key) {
  return key in left ? key in right ? EvaluatePropertyIntersect(left[key], right[key]) : left[key] : key in right ? right[key] : Never();
}
function CompositeProperties(left, right) {
  return [.../* @__PURE__ */ new Set([...guard_exports.Keys(left), ...guard_exports.Keys(right)])].reduce((result2, key) => ({ ...result2, [key]: CompositePropertyKey(left, right, key) }), {});
}
function GetProperties(type) {
  return IsObject2(type) ? type.properties : IsTuple(type) ? TupleElementsToProperties(type.items) : {};
}
function Composite(left, right) {
  let leftProperties = GetProperties(left), rightProperties = GetProperties(right), properties = CompositeProperties(leftProperties, rightProperties);
  return _Object_(properties);
}
var init_composite = __esm({
  "node_modules/typebox/build/type/engine/evaluate/composite.mjs"() {
    init_guard2();
    init_object();
    init_never();
    init_tuple();
    init_to_object();
    init_property();
  }
});

// node_modules/typebox/build/type/engine/evaluate/narrow.mjs
function NarrowCompareRule(left, right) {
  let result = Compare(left, right);
  return guard_exports.IsEqual(result, CompareResultLeftInside) ? left : guard_exports.IsEqual(result, CompareResultRightInside) || guard_exports.IsEqual(result, CompareResultEqual) ? right : Never();
}
function CanComposite(type) {
  return IsObject2(type) || IsTuple(type);
}
function NarrowCompositeRule(left, right) {
  let canCompositeLeft = CanComposite(left), canCompositeRight = CanComposite(right);
  return canCompositeLeft && canCompositeRight ? Composite(left, right) : canCompositeLeft && !canCompositeRight ? left : !canCompositeLeft && canCompositeRight ? right : NarrowCompareRule(left, right);
}
function Narrow(left, right) {
  return IsNever(left) || IsAny(left) ? left : IsUnknown(left) || IsNever(right) || IsAny(right) ? right : IsUnknown(right) ? left : NarrowCompositeRule(left, right);
}
var init_narrow = __esm({
  "node_modules/typebox/build/type/engine/evaluate/narrow.mjs"() {
    init_guard2();
    init_object();
    init_any();
    init_never();
    init_tuple();
    init_unknown();
    init_compare();
    init_composite();
  }
});

// node_modules/typebox/build/type/engine/evaluate/distribute.mjs
function ShouldEvaluate(left, right) {
  return IsUnion(left) || IsUnion(right);
}
function DistributeOperation(left, right) {
  let evaluatedLeft = EvaluateType(left), evaluatedRight = EvaluateType(right);
  return ShouldEvaluate(evaluatedLeft, evaluatedRight) ? EvaluateIntersect([evaluatedLeft, evaluatedRight]) : Narrow(evaluatedLeft, evaluatedRight);
}
function DistributeType(type, types, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => DistributeType(type, right, [...result, DistributeOperation(left, type)]), () => guard_exports.IsEqual(result.length, 0) ? [type] : result);
}
function DistributeUnion(types, distribution, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => DistributeUnion(right, distribution, [...result, ...Distribute([left], distribution)]), () => result);
}
function Distribute(types, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => IsUnion(left) ? Distribute(right, DistributeUnion(left.anyOf, result)) : Distribute(right, DistributeType(left, result)), () => result);
}
var init_distribute = __esm({
  "node_modules/typebox/build/type/engine/evaluate/distribute.mjs"() {
    init_guard2();
    init_union();
    init_narrow();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/exclude/operation.mjs
function ExcludeType(left, right) {
  let check3 = Extends({}, left, right);
  return result_exports.IsExtendsTrueLike(check3) ? [] : [left];
}
function ExcludeUnion(left, right, result = []) {
  return guard_exports.ShiftLeft(left, (head, tail) => ExcludeUnion(tail, right, [...result, ...ExcludeType(head, right)]), () => result);
}
function ExcludeOperation(left, right) {
  let evaluated = EvaluateType(left), canonical = IsUnion(evaluated) ? evaluated.anyOf : [evaluated], remaining = ExcludeUnion(canonical, right);
  return EvaluateUnion(remaining);
}
var init_operation = __esm({
  "node_modules/typebox/build/type/engine/exclude/operation.mjs"() {
    init_guard2();
    init_union();
    init_extends3();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/evaluate/evaluate.mjs
function EvaluateDependent(if_, then_, else_) {
  let intersected = EvaluateIntersect([if_, then_]), excluded = ExcludeOperation(else_, if_);
  return EvaluateUnion([intersected, excluded]);
}
function EvaluateEnum(values, result = []) {
  return guard_exports.ShiftLeft(values, (left, right) => EvaluateEnum(right, [...result, Literal(left)]), () => EvaluateUnion(result));
}
function EvaluateIntersect(types) {
  let distribution = Distribute(types), broadend = Broaden(distribution);
  return EvaluateUnion(broadend);
}
function EvaluateTemplateLiteral(pattern) {
  let evaluated = TemplateLiteralDecode(pattern);
  return EvaluateType(evaluated);
}
function EvaluateUnion(types) {
  let broadend = Broaden(types);
  return EvaluateUnionFast(broadend);
}
function EvaluateType(type) {
  return IsDependent(type) ? EvaluateDependent(type.if, type.then, type.else) : IsEnum(type) ? EvaluateEnum(type.enum) : IsIntersect(type) ? EvaluateIntersect(type.allOf) : IsTemplateLiteral(type) ? EvaluateTemplateLiteral(type.pattern) : IsUnion(type) ? EvaluateUnion(type.anyOf) : type;
}
function EvaluateUnionFast(types) {
  return guard_exports.IsEqual(types.length, 1) ? types[0] : guard_exports.IsEqual(types.length, 0) ? Never() : Union(types);
}
var init_evaluate2 = __esm({
  "node_modules/typebox/build/type/engine/evaluate/evaluate.mjs"() {
    init_guard2();
    init_dependent();
    init_enum();
    init_intersect();
    init_literal();
    init_never();
    init_template_literal();
    init_union();
    init_distribute();
    init_broaden();
    init_operation();
    init_decode();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_enum.mjs
function FromEnumKey(values, value) {
  let unionKey = EvaluateEnum(values);
  return FromKey(unionKey, value);
}
var init_from_key_enum = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_enum.mjs"() {
    init_from_key();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_integer.mjs
function FromIntegerKey(_key, value) {
  return CreateRecord(IntegerKey, value);
}
var init_from_key_integer = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_integer.mjs"() {
    init_record();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_intersect.mjs
function FromIntersectKey(types, value) {
  let evaluatedKey = EvaluateIntersect(types);
  return FromKey(evaluatedKey, value);
}
var init_from_key_intersect = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_intersect.mjs"() {
    init_evaluate2();
    init_from_key();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_literal.mjs
function FromLiteralKey(key, value) {
  return guard_exports.IsString(key) || guard_exports.IsNumber(key) ? _Object_({ [key]: value }) : guard_exports.IsEqual(key, !1) ? _Object_({ false: value }) : guard_exports.IsEqual(key, !0) ? _Object_({ true: value }) : _Object_({});
}
var init_from_key_literal = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_literal.mjs"() {
    init_guard2();
    init_object();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_number.mjs
function FromNumberKey(_key, value) {
  return CreateRecord(NumberKey, value);
}
var init_from_key_number = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_number.mjs"() {
    init_record();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_string.mjs
function FromStringKey(key, value) {
  return guard_exports.HasPropertyKey(key, "pattern") && (guard_exports.IsString(key.pattern) || key.pattern instanceof RegExp) ? CreateRecord(key.pattern.toString(), value) : CreateRecord(StringKey, value);
}
var init_from_key_string = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_string.mjs"() {
    init_guard2();
    init_record();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_template_literal.mjs
function FromTemplateKey(pattern, value) {
  let types = ParsePatternIntoTypes(pattern);
  return IsTemplateLiteralFinite(types) ? FromKey(EvaluateTemplateLiteral(pattern), value) : CreateRecord(pattern, value);
}
var init_from_key_template_literal = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_template_literal.mjs"() {
    init_from_key();
    init_pattern();
    init_is_finite();
    init_evaluate2();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/evaluate/flatten.mjs
function FlattenType(type) {
  return IsUnion(type) ? Flatten(type.anyOf) : [type];
}
function Flatten(types, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => Flatten(right, [...result, ...FlattenType(left)]), () => result);
}
var init_flatten = __esm({
  "node_modules/typebox/build/type/engine/evaluate/flatten.mjs"() {
    init_guard2();
    init_union();
  }
});

// node_modules/typebox/build/type/engine/record/from_key_union.mjs
function StringOrNumberCheck(types) {
  return types.some((type) => IsString2(type) || IsNumber2(type) || IsInteger2(type));
}
function TryBuildRecord(types, value) {
  return guard_exports.IsEqual(StringOrNumberCheck(types), !0) ? CreateRecord(StringKey, value) : void 0;
}
function CreateProperties(types, value) {
  return types.reduce((result, left) => IsLiteral(left) && (guard_exports.IsString(left.const) || guard_exports.IsNumber(left.const)) ? { ...result, [left.const]: value } : result, {});
}
function CreateObject(types, value) {
  let properties = CreateProperties(types, value);
  return _Object_(properties);
}
function FromUnionKey(types, value) {
  let flattened = Flatten(types), record = TryBuildRecord(flattened, value);
  return IsSchema(record) ? record : CreateObject(flattened, value);
}
var init_from_key_union = __esm({
  "node_modules/typebox/build/type/engine/record/from_key_union.mjs"() {
    init_guard2();
    init_schema();
    init_literal();
    init_number();
    init_integer();
    init_object();
    init_string();
    init_record();
    init_flatten();
    init_record_create();
  }
});

// node_modules/typebox/build/type/engine/record/from_key.mjs
function FromKey(key, value) {
  return IsAny(key) ? FromAnyKey(value) : IsBoolean2(key) ? FromBooleanKey(value) : IsEnum(key) ? FromEnumKey(key.enum, value) : IsInteger2(key) ? FromIntegerKey(key, value) : IsIntersect(key) ? FromIntersectKey(key.allOf, value) : IsLiteral(key) ? FromLiteralKey(key.const, value) : IsNumber2(key) ? FromNumberKey(key, value) : IsUnion(key) ? FromUnionKey(key.anyOf, value) : IsString2(key) ? FromStringKey(key, value) : IsTemplateLiteral(key) ? FromTemplateKey(key.pattern, value) : _Object_({});
}
var init_from_key = __esm({
  "node_modules/typebox/build/type/engine/record/from_key.mjs"() {
    init_any();
    init_boolean();
    init_enum();
    init_intersect();
    init_integer();
    init_literal();
    init_number();
    init_object();
    init_string();
    init_template_literal();
    init_union();
    init_from_key_any();
    init_from_key_boolean();
    init_from_key_enum();
    init_from_key_integer();
    init_from_key_intersect();
    init_from_key_literal();
    init_from_key_number();
    init_from_key_string();
    init_from_key_template_literal();
    init_from_key_union();
  }
});

// node_modules/typebox/build/type/engine/record/instantiate.mjs
function RecordAction(key, value, options) {
  return CanInstantiate([key]) ? memory_exports.Update(FromKey(key, value), {}, options) : RecordDeferred(key, value, options);
}
function RecordInstantiate(context, state, key, value, options) {
  let instantiatedKey = InstantiateType(context, state, key), instantiatedValue = InstantiateType(context, state, value);
  return RecordAction(instantiatedKey, instantiatedValue, options);
}
var init_instantiate = __esm({
  "node_modules/typebox/build/type/engine/record/instantiate.mjs"() {
    init_memory2();
    init_record();
    init_from_key();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/types/record.mjs
function RecordDeferred(key, value, options = {}) {
  return Deferred("Record", [key, value], options);
}
function Record(key, value, options = {}) {
  return RecordAction(key, value, options);
}
function RecordFromPattern(pattern, value) {
  return CreateRecord(pattern, value);
}
function RecordPatternToType(pattern) {
  return guard_exports.IsEqual(pattern, StringKey) ? String2() : guard_exports.IsEqual(pattern, IntegerKey) ? Integer() : guard_exports.IsEqual(pattern, NumberKey) ? Number2() : TemplateLiteralDecodeUnsafe(pattern);
}
function RecordPattern(type) {
  return guard_exports.Keys(type.patternProperties)[0];
}
function RecordKey(type) {
  let pattern = RecordPattern(type);
  return RecordPatternToType(pattern);
}
function RecordValue(type) {
  return type.patternProperties[RecordPattern(type)];
}
function IsRecord(value) {
  return IsKind(value, "Record");
}
var IntegerKey, NumberKey, StringKey, init_record = __esm({
  "node_modules/typebox/build/type/types/record.mjs"() {
    init_memory2();
    init_guard2();
    init_schema();
    init_integer();
    init_number();
    init_string();
    init_deferred();
    init_decode();
    init_record_create();
    init_instantiate();
    IntegerKey = `^${IntegerPattern}$`, NumberKey = `^${NumberPattern}$`, StringKey = `^${StringPattern}$`;
  }
});

// node_modules/typebox/build/type/types/rest.mjs
function Rest(type) {
  return memory_exports.Create({ "~kind": "Rest" }, { type: "rest", items: type }, {});
}
function IsRest(value) {
  return IsKind(value, "Rest");
}
var init_rest = __esm({
  "node_modules/typebox/build/type/types/rest.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/static.mjs
var init_static = __esm({
  "node_modules/typebox/build/type/types/static.mjs"() {
  }
});

// node_modules/typebox/build/type/types/this.mjs
function This(options) {
  return memory_exports.Create({ "~kind": "This" }, { $ref: "#" }, options);
}
function IsThis(value) {
  return IsKind(value, "This");
}
var init_this = __esm({
  "node_modules/typebox/build/type/types/this.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/undefined.mjs
function Undefined(options) {
  return memory_exports.Create({ "~kind": "Undefined" }, { type: "undefined" }, options);
}
function IsUndefined2(value) {
  return IsKind(value, "Undefined");
}
var init_undefined = __esm({
  "node_modules/typebox/build/type/types/undefined.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/void.mjs
function Void(options) {
  return memory_exports.Create({ "~kind": "Void" }, { type: "void" }, options);
}
function IsVoid(value) {
  return IsKind(value, "Void");
}
var init_void = __esm({
  "node_modules/typebox/build/type/types/void.mjs"() {
    init_memory2();
    init_schema();
  }
});

// node_modules/typebox/build/type/types/index.mjs
var init_types = __esm({
  "node_modules/typebox/build/type/types/index.mjs"() {
    init_codec();
    init_immutable();
    init_optional();
    init_readonly();
    init_refine();
    init_any();
    init_array();
    init_bigint();
    init_boolean();
    init_call();
    init_constructor();
    init_cyclic();
    init_deferred();
    init_enum();
    init_function();
    init_generic();
    init_identifier();
    init_dependent();
    init_infer();
    init_integer();
    init_intersect();
    init_literal();
    init_never();
    init_null();
    init_number();
    init_unknown();
    init_symbol();
    init_object();
    init_parameter();
    init_properties();
    init_record();
    init_ref();
    init_rest();
    init_schema();
    init_static();
    init_string();
    init_symbol();
    init_template_literal();
    init_this();
    init_tuple();
    init_undefined();
    init_union();
    init_unknown();
    init_unsafe();
    init_void();
  }
});

// node_modules/typebox/build/type/script/mapping.mjs
function IntrinsicOrCall(ref, parameters) {
  return guard_exports.IsEqual(ref, "Array") ? _Array_(parameters[0]) : guard_exports.IsEqual(ref, "Capitalize") ? CapitalizeDeferred(parameters[0]) : guard_exports.IsEqual(ref, "ConstructorParameters") ? ConstructorParametersDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Evaluate") ? EvaluateDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Exclude") ? ExcludeDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "Extract") ? ExtractDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "Index") ? IndexDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "InstanceType") ? InstanceTypeDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Lowercase") ? LowercaseDeferred(parameters[0]) : guard_exports.IsEqual(ref, "NonNullable") ? NonNullableDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Omit") ? OmitDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "Parameters") ? ParametersDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Partial") ? PartialDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Pick") ? PickDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "Readonly") ? ReadonlyObjectDeferred(parameters[0]) : guard_exports.IsEqual(ref, "KeyOf") ? KeyOfDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Record") ? RecordDeferred(parameters[0], parameters[1]) : guard_exports.IsEqual(ref, "Required") ? RequiredDeferred(parameters[0]) : guard_exports.IsEqual(ref, "ReturnType") ? ReturnTypeDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Uncapitalize") ? UncapitalizeDeferred(parameters[0]) : guard_exports.IsEqual(ref, "Uppercase") ? UppercaseDeferred(parameters[0]) : CallConstruct(Ref(ref), parameters);
}
function Unreachable2() {
  throw Error("Unreachable");
}
function DelimitedDecode(input, result = []) {
  return guard_exports.ShiftLeft(input, (left, right) => DelimitedDecode(right, [...result, left[1]]), () => result);
}
function Delimited(input) {
  return guard_exports.IsEqual(input.length, 3) ? [input[0], ...DelimitedDecode(input[1])] : [];
}
function GenericParameterExtendsEqualsMapping(input) {
  return Parameter(input[0], input[2], input[4]);
}
function GenericParameterExtendsMapping(input) {
  return Parameter(input[0], input[2], input[2]);
}
function GenericParameterEqualsMapping(input) {
  return Parameter(input[0], Unknown(), input[2]);
}
function GenericParameterIdentifierMapping(input) {
  return Parameter(input, Unknown(), Unknown());
}
function GenericParameterListMapping(input) {
  return Delimited(input);
}
function GenericParametersMapping(input) {
  return input[1];
}
function GenericCallArgumentListMapping(input) {
  return Delimited(input);
}
function GenericCallArgumentsMapping(input) {
  return input[1];
}
function GenericCallMapping(input) {
  return IntrinsicOrCall(input[0], input[1]);
}
function OptionalSemiColonMapping(input) {
  return null;
}
function KeywordStringMapping(input) {
  return String2();
}
function KeywordNumberMapping(input) {
  return Number2();
}
function KeywordBooleanMapping(input) {
  return Boolean2();
}
function KeywordUndefinedMapping(input) {
  return Undefined();
}
function KeywordNullMapping(input) {
  return Null();
}
function KeywordIntegerMapping(input) {
  return Integer();
}
function KeywordBigIntMapping(input) {
  return BigInt2();
}
function KeywordUnknownMapping(input) {
  return Unknown();
}
function KeywordAnyMapping(input) {
  return Any();
}
function KeywordObjectMapping(input) {
  return _Object_({});
}
function KeywordNeverMapping(input) {
  return Never();
}
function KeywordSymbolMapping(input) {
  return Symbol2();
}
function KeywordVoidMapping(input) {
  return Void();
}
function KeywordThisMapping(input) {
  return This();
}
function LiteralBigIntMapping(input) {
  return Literal(BigInt(input));
}
function LiteralBooleanMapping(input) {
  return Literal(guard_exports.IsEqual(input, "true"));
}
function LiteralNumberMapping(input) {
  return Literal(parseFloat(input));
}
function LiteralStringMapping(input) {
  return Literal(input);
}
function TemplateInterpolateMapping(input) {
  return input[1];
}
function TemplateSpanMapping(input) {
  return Literal(input);
}
function TemplateBodyMapping(input) {
  return guard_exports.IsEqual(input.length, 3) ? [input[0], input[1], ...input[2]] : [input[0]];
}
function TemplateLiteralTypesMapping(input) {
  return input[1];
}
function TemplateLiteralMapping(input) {
  return TemplateLiteralDeferred(input);
}
function DependentMapping(input) {
  return guard_exports.IsEqual(input.length, 6) ? Dependent(input[1], input[3], input[5]) : Dependent(input[1], input[3], Unknown());
}
function KeyOfMapping(input) {
  return input.length > 0;
}
function IndexArrayMapping(input) {
  return input.reduce((result, current) => guard_exports.IsEqual(current.length, 3) ? [...result, [current[1]]] : [...result, []], []);
}
function ExtendsMapping(input) {
  return guard_exports.IsEqual(input.length, 6) ? [input[1], input[3], input[5]] : [];
}
function BaseMapping(input) {
  return guard_exports.IsArray(input) && guard_exports.IsEqual(input.length, 3) ? input[1] : input;
}
function WithMapping(input) {
  return guard_exports.IsEqual(input.length, 2) ? input[1] : [];
}
function FactorIndexArray(Type2, indexArray) {
  return indexArray.reduce((result, left) => {
    let _left = left;
    return guard_exports.IsEqual(_left.length, 1) ? IndexDeferred(result, _left[0]) : guard_exports.IsEqual(_left.length, 0) ? _Array_(result) : Unreachable2();
  }, Type2);
}
function FactorExtends(type, extend) {
  return guard_exports.IsEqual(extend.length, 3) ? ConditionalDeferred(type, extend[0], extend[1], extend[2]) : type;
}
function FactorWith(type, withClause) {
  return guard_exports.IsArray(withClause) && guard_exports.IsEqual(withClause.length, 0) ? type : WithDeferred(type, withClause);
}
function FactorMapping(input) {
  let [keyOf2, type, indexArray, extend, withClause] = input;
  return FactorWith(FactorExtends(keyOf2 ? KeyOfDeferred(FactorIndexArray(type, indexArray)) : FactorIndexArray(type, indexArray), extend), withClause);
}
function ExprBinaryMapping(left, rest) {
  return guard_exports.IsEqual(rest.length, 3) ? (() => {
    let [operator, right, next2] = rest, Schema = ExprBinaryMapping(right, next2);
    if (guard_exports.IsEqual(operator, "&"))
      return IsIntersect(Schema) ? Intersect([left, ...Schema.allOf]) : Intersect([left, Schema]);
    if (guard_exports.IsEqual(operator, "|"))
      return IsUnion(Schema) ? Union([left, ...Schema.anyOf]) : Union([left, Schema]);
    Unreachable2();
  })() : left;
}
function ExprTermMapping(input) {
  let [left, rest] = input;
  return ExprBinaryMapping(left, rest);
}
function ExprMapping(input) {
  let [left, rest] = input;
  return ExprBinaryMapping(left, rest);
}
function ExprReadonlyMapping(input) {
  return AddImmutableDeferred(input[1]);
}
function ExprPipeMapping(input) {
  return input[1];
}
function GenericTypeMapping(input) {
  return Generic(input[0], input[2]);
}
function InferTypeMapping(input) {
  return guard_exports.IsEqual(input.length, 4) ? Infer(input[1], input[3]) : guard_exports.IsEqual(input.length, 2) ? Infer(input[1], Unknown()) : Unreachable2();
}
function PropertyKeyNumberMapping(input) {
  return `${input}`;
}
function PropertyKeyIndexMapping(input) {
  return IsInteger2(input[3]) ? IntegerKey : IsNumber2(input[3]) ? NumberKey : IsSymbol2(input[3]) ? StringKey : IsString2(input[3]) ? StringKey : Unreachable2();
}
function ReadonlyMapping(input) {
  return input.length > 0;
}
function OptionalMapping(input) {
  return input.length > 0;
}
function PropertyMapping(input) {
  let [isReadonly, key, isOptional, _colon, type] = input;
  return {
    [key]: isReadonly && isOptional ? AddReadonlyDeferred(AddOptionalDeferred(type)) : isReadonly && !isOptional ? AddReadonlyDeferred(type) : !isReadonly && isOptional ? AddOptionalDeferred(type) : type
  };
}
function PropertyListMapping(input) {
  return Delimited(input);
}
function PropertiesReduce(propertyList) {
  return propertyList.reduce((result, left) => guard_exports.HasPropertyKey(left, IntegerKey) || guard_exports.HasPropertyKey(left, NumberKey) || guard_exports.HasPropertyKey(left, StringKey) ? [result[0], memory_exports.Assign(result[1], left)] : [memory_exports.Assign(result[0], left), result[1]], [{}, {}]);
}
function PropertiesMapping(input) {
  return PropertiesReduce(input[1]);
}
function _Object_Mapping(input) {
  let [properties, patternProperties] = input, options = guard_exports.IsEqual(guard_exports.Keys(patternProperties).length, 0) ? {} : { patternProperties };
  return _Object_(properties, options);
}
function ElementNamedMapping(input) {
  return guard_exports.IsEqual(input.length, 5) ? AddReadonlyDeferred(AddOptionalDeferred(input[4])) : guard_exports.IsEqual(input.length, 3) ? input[2] : guard_exports.IsEqual(input.length, 4) ? guard_exports.IsEqual(input[2], "readonly") ? AddReadonlyDeferred(input[3]) : AddOptionalDeferred(input[3]) : Unreachable2();
}
function ElementBaseMapping(input) {
  if (!guard_exports.IsArray(input) || !guard_exports.IsEqual(input.length, 3))
    return input;
  let [isReadonly, type, isOptional] = input;
  return isReadonly && isOptional ? AddReadonlyDeferred(AddOptionalDeferred(type)) : isReadonly && !isOptional ? AddReadonlyDeferred(type) : !isReadonly && isOptional ? AddOptionalDeferred(type) : type;
}
function ElementMapping(input) {
  return guard_exports.IsEqual(input.length, 2) ? Rest(input[1]) : guard_exports.IsEqual(input.length, 1) ? input[0] : Unreachable2();
}
function ElementListMapping(input) {
  return Delimited(input);
}
function _Tuple_Mapping(input) {
  return Tuple(input[1]);
}
function ParameterReadonlyOptionalMapping(input) {
  return AddReadonlyDeferred(AddOptionalDeferred(input[4]));
}
function ParameterReadonlyMapping(input) {
  return AddReadonlyDeferred(input[3]);
}
function ParameterOptionalMapping(input) {
  return AddOptionalDeferred(input[3]);
}
function ParameterTypeMapping(input) {
  return input[2];
}
function ParameterMapping(input) {
  return guard_exports.IsEqual(input.length, 2) ? Rest(input[1]) : guard_exports.IsEqual(input.length, 1) ? input[0] : Unreachable2();
}
function ParameterListMapping(input) {
  return Delimited(input);
}
function _Function_Mapping(input) {
  return _Function_(input[1], input[4]);
}
function _Constructor_Mapping(input) {
  return Constructor(input[2], input[5]);
}
function ApplyReadonly(state, type) {
  return guard_exports.IsEqual(state, "remove") ? RemoveReadonlyDeferred(type) : guard_exports.IsEqual(state, "add") ? AddReadonlyDeferred(type) : type;
}
function MappedReadonlyMapping(input) {
  return guard_exports.IsEqual(input.length, 2) && guard_exports.IsEqual(input[0], "-") ? "remove" : guard_exports.IsEqual(input.length, 2) && guard_exports.IsEqual(input[0], "+") || guard_exports.IsEqual(input.length, 1) ? "add" : "none";
}
function ApplyOptional(state, type) {
  return guard_exports.IsEqual(state, "remove") ? RemoveOptionalDeferred(type) : guard_exports.IsEqual(state, "add") ? AddOptionalDeferred(type) : type;
}
function MappedOptionalMapping(input) {
  return guard_exports.IsEqual(input.length, 2) && guard_exports.IsEqual(input[0], "-") ? "remove" : guard_exports.IsEqual(input.length, 2) && guard_exports.IsEqual(input[0], "+") || guard_exports.IsEqual(input.length, 1) ? "add" : "none";
}
function MappedAsMapping(input) {
  return guard_exports.IsEqual(input.length, 2) ? [input[1]] : [];
}
function _Mapped_Mapping(input) {
  return guard_exports.IsArray(input[6]) && guard_exports.IsEqual(input[6].length, 1) ? MappedDeferred(Identifier(input[3]), input[5], input[6][0], ApplyReadonly(input[1], ApplyOptional(input[8], input[10]))) : MappedDeferred(Identifier(input[3]), input[5], Ref(input[3]), ApplyReadonly(input[1], ApplyOptional(input[8], input[10])));
}
function ReferenceMapping(input) {
  return Ref(input);
}
function WithBigIntMapping(input) {
  return BigInt(input);
}
function WithNumberMapping(input) {
  return parseFloat(input);
}
function WithBooleanMapping(input) {
  return guard_exports.IsEqual(input, "true");
}
function WithNullMapping(input) {
  return null;
}
function WithPropertyMapping(input) {
  return { [input[0]]: input[2] };
}
function WithPropertyListMapping(input) {
  return Delimited(input);
}
function WithObjectMappingReduce(propertyList) {
  return propertyList.reduce((result, left) => memory_exports.Assign(result, left), {});
}
function WithObjectMapping(input) {
  return WithObjectMappingReduce(input[1]);
}
function WithElementListMapping(input) {
  return Delimited(input);
}
function WithArrayMapping(input) {
  return input[1];
}
function PatternBigIntMapping(input) {
  return BigInt2();
}
function PatternStringMapping(input) {
  return String2();
}
function PatternNumberMapping(input) {
  return Number2();
}
function PatternIntegerMapping(input) {
  return Integer();
}
function PatternNeverMapping(input) {
  return Never();
}
function PatternTextMapping(input) {
  return Literal(input);
}
function PatternGroupMapping(input) {
  return Union(input[1]);
}
function PatternUnionMapping(input) {
  return input.length === 3 ? [...input[0], ...input[2]] : input.length === 1 ? [...input[0]] : [];
}
function PatternTermMapping(input) {
  return [input[0], ...input[1]];
}
function PatternMapping(input) {
  return input[1];
}
function InterfaceDeclarationHeritageListMapping(input) {
  return Delimited(input);
}
function InterfaceDeclarationHeritageMapping(input) {
  return guard_exports.IsEqual(input.length, 2) ? input[1] : [];
}
function InterfaceDeclarationGenericMapping(input) {
  let parameters = input[2], heritage = input[3], [properties, patternProperties] = input[4], options = guard_exports.IsEqual(guard_exports.Keys(patternProperties).length, 0) ? {} : { patternProperties };
  return { [input[1]]: Generic(parameters, InterfaceDeferred(heritage, properties, options)) };
}
function InterfaceDeclarationMapping(input) {
  let heritage = input[2], [properties, patternProperties] = input[3], options = guard_exports.IsEqual(guard_exports.Keys(patternProperties).length, 0) ? {} : { patternProperties };
  return { [input[1]]: InterfaceDeferred(heritage, properties, options) };
}
function TypeAliasDeclarationGenericMapping(input) {
  return { [input[1]]: Generic(input[2], input[4]) };
}
function TypeAliasDeclarationMapping(input) {
  return { [input[1]]: input[3] };
}
function ExportKeywordMapping(input) {
  return null;
}
function ModuleDeclarationListMapping(input) {
  return Delimited(input);
}
function ModuleDeclarationMapping(input) {
  return input[1];
}
function ModuleMapping(input) {
  let [moduleDeclaration, moduleDeclarationList] = [input[0], input[1]];
  return ModuleDeferred(memory_exports.Assign(moduleDeclaration, PropertiesReduce(moduleDeclarationList)[0]));
}
var init_mapping = __esm({
  "node_modules/typebox/build/type/script/mapping.mjs"() {
    init_memory2();
    init_guard2();
    init_types();
    init_action();
  }
});

// node_modules/typebox/build/type/script/token/internal/guard.mjs
var init_guard3 = __esm({
  "node_modules/typebox/build/type/script/token/internal/guard.mjs"() {
    init_guard();
  }
});

// node_modules/typebox/build/type/script/token/internal/match.mjs
function IsMatch(value) {
  return IsEqual(value.length, 2);
}
function Match2(input, ok, fail4) {
  return IsMatch(input) ? ok(input[0], input[1]) : fail4();
}
var init_match = __esm({
  "node_modules/typebox/build/type/script/token/internal/match.mjs"() {
    init_guard3();
  }
});

// node_modules/typebox/build/type/script/token/internal/take.mjs
function TakeVariant(variant, input) {
  return IsEqual(input.indexOf(variant), 0) ? [variant, input.slice(variant.length)] : [];
}
function Take(variants, input) {
  for (let i = 0; i < variants.length; i++) {
    let result = TakeVariant(variants[i], input);
    if (IsMatch(result))
      return result;
  }
  return [];
}
var init_take = __esm({
  "node_modules/typebox/build/type/script/token/internal/take.mjs"() {
    init_match();
    init_guard3();
  }
});

// node_modules/typebox/build/type/script/token/internal/char.mjs
function Range(start, end) {
  return Array.from({ length: end - start + 1 }, (_, i) => String.fromCharCode(start + i));
}
var Alpha, Zero, NonZero, Digit, WhiteSpace, NewLine, UnderScore, Dot, DollarSign, Hyphen, init_char = __esm({
  "node_modules/typebox/build/type/script/token/internal/char.mjs"() {
    Alpha = [
      ...Range(97, 122),
      // Lowercase
      ...Range(65, 90)
      // Uppercase
    ], Zero = "0", NonZero = Range(49, 57), Digit = [Zero, ...NonZero], WhiteSpace = " ", NewLine = `
`, UnderScore = "_", Dot = ".", DollarSign = "$", Hyphen = "-";
  }
});

// node_modules/typebox/build/type/script/token/internal/trim.mjs
function DiscardMultilineComment(input) {
  let index = input.indexOf(CloseComment);
  return IsEqual(index, -1) ? "" : input.slice(index + 2);
}
function DiscardLineComment(input) {
  let index = input.indexOf(NewLine);
  return IsEqual(index, -1) ? "" : input.slice(index);
}
function TrimStartUntilNewline(input) {
  return input.replace(/^[ \t\r\f\v]+/, "");
}
function TrimWhitespace(input) {
  let trimmed = TrimStartUntilNewline(input);
  return trimmed.startsWith(OpenComment) ? TrimWhitespace(DiscardMultilineComment(trimmed.slice(2))) : trimmed.startsWith(LineComment) ? TrimWhitespace(DiscardLineComment(trimmed.slice(2))) : trimmed;
}
function Trim(input) {
  let trimmed = input.trimStart();
  return trimmed.startsWith(OpenComment) ? Trim(DiscardMultilineComment(trimmed.slice(2))) : trimmed.startsWith(LineComment) ? Trim(DiscardLineComment(trimmed.slice(2))) : trimmed;
}
var LineComment, OpenComment, CloseComment, init_trim = __esm({
  "node_modules/typebox/build/type/script/token/internal/trim.mjs"() {
    init_guard3();
    init_char();
    LineComment = "//", OpenComment = "/*", CloseComment = "*/";
  }
});

// node_modules/typebox/build/type/script/token/internal/optional.mjs
function Optional2(value, input) {
  return Match2(Take([value], input), (Optional4, Rest2) => [Optional4, Rest2], () => ["", input]);
}
var init_optional2 = __esm({
  "node_modules/typebox/build/type/script/token/internal/optional.mjs"() {
    init_match();
    init_take();
  }
});

// node_modules/typebox/build/type/script/token/internal/many.mjs
function IsDiscard(discard, input) {
  return discard.includes(input);
}
function Many(allowed, discard, input, result = "") {
  return Match2(Take(allowed, input), (Char, Rest2) => IsDiscard(discard, Char) ? Many(allowed, discard, Rest2, result) : Many(allowed, discard, Rest2, `${result}${Char}`), () => [result, input]);
}
var init_many = __esm({
  "node_modules/typebox/build/type/script/token/internal/many.mjs"() {
    init_match();
    init_take();
  }
});

// node_modules/typebox/build/type/script/token/unsigned_integer.mjs
function TakeNonZero(input) {
  return Take(NonZero, input);
}
function TakeDigits(input) {
  return Many(AllowedDigits, [UnderScore], input);
}
function TakeUnsignedInteger(input) {
  return Match2(Take([Zero], input), (Zero2, ZeroRest) => [Zero2, ZeroRest], () => Match2(
    TakeNonZero(input),
    (NonZero2, NonZeroRest) => Match2(TakeDigits(NonZeroRest), (Digits, DigitsRest) => [`${NonZero2}${Digits}`, DigitsRest], () => []),
    // fail: did not match Digits
    () => []
  ));
}
function UnsignedInteger(input) {
  return TakeUnsignedInteger(Trim(input));
}
var AllowedDigits, init_unsigned_integer = __esm({
  "node_modules/typebox/build/type/script/token/unsigned_integer.mjs"() {
    init_match();
    init_trim();
    init_take();
    init_many();
    init_char();
    init_char();
    init_char();
    init_char();
    AllowedDigits = [...Digit, UnderScore];
  }
});

// node_modules/typebox/build/type/script/token/integer.mjs
function TakeSign(input) {
  return Optional2(Hyphen, input);
}
function TakeSignedInteger(input) {
  return Match2(
    TakeSign(input),
    (Sign, SignRest) => Match2(UnsignedInteger(SignRest), (UnsignedInteger2, UnsignedIntegerRest) => [`${Sign}${UnsignedInteger2}`, UnsignedIntegerRest], () => []),
    // fail: did not match unsigned integer
    () => []
  );
}
function Integer2(input) {
  return TakeSignedInteger(Trim(input));
}
var init_integer2 = __esm({
  "node_modules/typebox/build/type/script/token/integer.mjs"() {
    init_match();
    init_trim();
    init_optional2();
    init_char();
    init_unsigned_integer();
  }
});

// node_modules/typebox/build/type/script/token/bigint.mjs
function TakeBigInt(input) {
  return Match2(
    Integer2(input),
    (Integer3, IntegerRest) => Match2(Take(["n"], IntegerRest), (_N, NRest) => [`${Integer3}`, NRest], () => []),
    // fail: did not match 'n'
    () => []
  );
}
function BigInt3(input) {
  return TakeBigInt(input);
}
var init_bigint2 = __esm({
  "node_modules/typebox/build/type/script/token/bigint.mjs"() {
    init_match();
    init_take();
    init_integer2();
  }
});

// node_modules/typebox/build/type/script/token/const.mjs
function TakeConst(const_, input) {
  return Take([const_], input);
}
function Const(const_, input) {
  return IsEqual(const_, "") ? ["", input] : const_.startsWith(NewLine) ? TakeConst(const_, TrimWhitespace(input)) : const_.startsWith(WhiteSpace) ? TakeConst(const_, input) : TakeConst(const_, Trim(input));
}
var init_const = __esm({
  "node_modules/typebox/build/type/script/token/const.mjs"() {
    init_guard3();
    init_trim();
    init_trim();
    init_take();
    init_char();
    init_char();
  }
});

// node_modules/typebox/build/type/script/token/ident.mjs
function TakeInitial(input) {
  return Take(Initial, input);
}
function TakeRemaining(input, result = "") {
  return Match2(Take(Remaining, input), (Remaining2, RemainingRest) => TakeRemaining(RemainingRest, `${result}${Remaining2}`), () => [result, input]);
}
function TakeIdent(input) {
  return Match2(
    TakeInitial(input),
    (Initial2, InitialRest) => Match2(TakeRemaining(InitialRest), (Remaining2, RemainingRest) => [`${Initial2}${Remaining2}`, RemainingRest], () => []),
    // fail: did not match Remaining
    () => []
  );
}
function Ident(input) {
  return TakeIdent(Trim(input));
}
var Initial, Remaining, init_ident = __esm({
  "node_modules/typebox/build/type/script/token/ident.mjs"() {
    init_match();
    init_trim();
    init_take();
    init_char();
    init_char();
    init_char();
    init_char();
    Initial = [...Alpha, UnderScore, DollarSign];
    Remaining = [...Initial, ...Digit];
  }
});

// node_modules/typebox/build/type/script/token/unsigned_number.mjs
function IsLeadingDot(input) {
  return IsMatch(Take([Dot], input));
}
function TakeFractional(input) {
  return Match2(Many(AllowedDigits2, [UnderScore], input), (Digits, DigitsRest) => IsEqual(Digits, "") ? [] : [Digits, DigitsRest], () => []);
}
function LeadingDot(input) {
  return Match2(
    Take([Dot], input),
    (Dot2, DotRest) => Match2(TakeFractional(DotRest), (Fractional, FractionalRest) => [`0${Dot2}${Fractional}`, FractionalRest], () => []),
    // fail: did not match Fractional
    () => []
  );
}
function LeadingInteger(input) {
  return Match2(
    UnsignedInteger(input),
    (Integer3, IntegerRest) => Match2(
      Take([Dot], IntegerRest),
      (Dot2, DotRest) => Match2(TakeFractional(DotRest), (Fractional, FractionalRest) => [`${Integer3}${Dot2}${Fractional}`, FractionalRest], () => [`${Integer3}`, DotRest]),
      // fail: did not match Fractional, use Integer
      () => [`${Integer3}`, IntegerRest]
    ),
    // fail: did not match Dot, use Integer
    () => []
  );
}
function TakeUnsignedNumber(input) {
  return IsLeadingDot(input) ? LeadingDot(input) : LeadingInteger(input);
}
function UnsignedNumber(input) {
  return TakeUnsignedNumber(Trim(input));
}
var AllowedDigits2, init_unsigned_number = __esm({
  "node_modules/typebox/build/type/script/token/unsigned_number.mjs"() {
    init_guard3();
    init_match();
    init_trim();
    init_take();
    init_many();
    init_char();
    init_char();
    init_unsigned_integer();
    AllowedDigits2 = [...Digit, UnderScore];
  }
});

// node_modules/typebox/build/type/script/token/number.mjs
function TakeSign2(input) {
  return Optional2(Hyphen, input);
}
function TakeSignedNumber(input) {
  return Match2(
    TakeSign2(input),
    (Sign, SignRest) => Match2(UnsignedNumber(SignRest), (UnsignedInteger2, UnsignedIntegerRest) => [`${Sign}${UnsignedInteger2}`, UnsignedIntegerRest], () => []),
    // fail: did not match unsigned integer
    () => []
  );
}
function Number3(input) {
  return TakeSignedNumber(Trim(input));
}
var init_number2 = __esm({
  "node_modules/typebox/build/type/script/token/number.mjs"() {
    init_match();
    init_trim();
    init_optional2();
    init_char();
    init_unsigned_number();
  }
});

// node_modules/typebox/build/type/script/token/rest.mjs
var init_rest2 = __esm({
  "node_modules/typebox/build/type/script/token/rest.mjs"() {
    init_guard3();
  }
});

// node_modules/typebox/build/type/script/token/until.mjs
function TakeOne(input) {
  return IsEqual(input, "") ? [] : [input.slice(0, 1), input.slice(1)];
}
function IsInputMatchSentinal(end, input) {
  return ShiftLeft(end, (left, right) => input.startsWith(left) ? !0 : IsInputMatchSentinal(right, input), () => !1);
}
function Until(end, input, result = "") {
  return Match2(
    TakeOne(input),
    (One, Rest2) => IsInputMatchSentinal(end, input) ? [result, input] : Until(end, Rest2, `${result}${One}`),
    () => []
  );
}
var init_until = __esm({
  "node_modules/typebox/build/type/script/token/until.mjs"() {
    init_match();
    init_guard3();
  }
});

// node_modules/typebox/build/type/script/token/span.mjs
function MultiLine(start, end, input) {
  return Match2(
    Take([start], input),
    (_, Rest2) => Match2(
      Until([end], Rest2),
      (Until2, UntilRest) => Match2(Take([end], UntilRest), (_2, Rest3) => [`${Until2}`, Rest3], () => []),
      // fail: did not match End
      () => []
    ),
    // fail: did not match Until
    () => []
  );
}
function SingleLine(start, end, input) {
  return Match2(
    Take([start], input),
    (_, Rest2) => Match2(
      Until([NewLine, end], Rest2),
      (Until2, UntilRest) => Match2(Take([end], UntilRest), (_2, EndRest) => [`${Until2}`, EndRest], () => []),
      // fail: did not match End
      () => []
    ),
    // fail: did not match Until
    () => []
  );
}
function Span(start, end, multiLine, input) {
  return multiLine ? MultiLine(start, end, Trim(input)) : SingleLine(start, end, Trim(input));
}
var init_span = __esm({
  "node_modules/typebox/build/type/script/token/span.mjs"() {
    init_match();
    init_trim();
    init_char();
    init_take();
    init_until();
  }
});

// node_modules/typebox/build/type/script/token/string.mjs
function TakeInitial2(quotes, input) {
  return Take(quotes, input);
}
function TakeSpan(quote2, input) {
  return Span(quote2, quote2, !1, input);
}
function TakeString(quotes, input) {
  return Match2(TakeInitial2(quotes, input), (Initial2, InitialRest) => TakeSpan(Initial2, `${Initial2}${InitialRest}`), () => []);
}
function String3(quotes, input) {
  return TakeString(quotes, Trim(input));
}
var init_string2 = __esm({
  "node_modules/typebox/build/type/script/token/string.mjs"() {
    init_match();
    init_take();
    init_trim();
    init_span();
  }
});

// node_modules/typebox/build/type/script/token/until_1.mjs
function Until_1(end, input) {
  return Match2(Until(end, input), (Until2, UntilRest) => IsEqual(Until2, "") ? [] : [Until2, UntilRest], () => []);
}
var init_until_1 = __esm({
  "node_modules/typebox/build/type/script/token/until_1.mjs"() {
    init_guard3();
    init_match();
    init_until();
  }
});

// node_modules/typebox/build/type/script/token/index.mjs
var init_token = __esm({
  "node_modules/typebox/build/type/script/token/index.mjs"() {
    init_bigint2();
    init_const();
    init_ident();
    init_integer2();
    init_number2();
    init_rest2();
    init_span();
    init_string2();
    init_unsigned_integer();
    init_unsigned_number();
    init_until_1();
    init_until();
  }
});

// node_modules/typebox/build/type/script/parser.mjs
var If, GenericParameterExtendsEquals, GenericParameterExtends, GenericParameterEquals, GenericParameterIdentifier, GenericParameter, GenericParameterList_0, GenericParameterList, GenericParameters, GenericCallArgumentList_0, GenericCallArgumentList, GenericCallArguments, GenericCall, OptionalSemiColon, KeywordString, KeywordNumber, KeywordBoolean, KeywordUndefined, KeywordNull, KeywordInteger, KeywordBigInt, KeywordUnknown, KeywordAny, KeywordObject, KeywordNever, KeywordSymbol, KeywordVoid, KeywordThis, TemplateInterpolate, TemplateSpan, TemplateBody, TemplateLiteralTypes, TemplateLiteral, Dependent2, LiteralBigInt, LiteralBoolean, LiteralNumber, LiteralString, KeyOf, IndexArray_0, IndexArray, Extends2, Base, With, Factor, ExprTermTail, ExprTerm, ExprTail, Expr, ExprReadonly, ExprPipe, GenericType, InferType, Type, PropertyKeyNumber, PropertyKeyIdent, PropertyKeyQuoted, PropertyKeyIndex, PropertyKey, Readonly2, Optional3, Property, PropertyDelimiter, PropertyList_0, PropertyList, Properties, _Object_2, ElementNamed, ElementBase, Element, ElementList_0, ElementList, _Tuple_, ParameterReadonlyOptional, ParameterReadonly, ParameterOptional, ParameterType, ParameterBase, Parameter2, ParameterList_0, ParameterList, _Function_2, _Constructor_, MappedReadonly, MappedOptional, MappedAs, _Mapped_, Reference, WithBigInt, WithNumber, WithBoolean, WithString, WithNull, WithUndefined, WithProperty, WithPropertyList_0, WithPropertyList, WithObject, WithElementList_0, WithElementList, WithArray, WithValue, PatternBigInt, PatternString, PatternNumber, PatternInteger, PatternNever, PatternText, PatternBase, PatternGroup, PatternUnion, PatternTerm, PatternBody, Pattern, InterfaceDeclarationHeritageList_0, InterfaceDeclarationHeritageList, InterfaceDeclarationHeritage, InterfaceDeclarationGeneric, InterfaceDeclaration, TypeAliasDeclarationGeneric, TypeAliasDeclaration, ExportKeyword, ModuleDeclarationDelimiter, ModuleDeclarationList_0, ModuleDeclarationList, ModuleDeclaration, Module, Script, init_parser = __esm({
  "node_modules/typebox/build/type/script/parser.mjs"() {
    init_mapping();
    init_token();
    If = (result, left, right = () => []) => result.length === 2 ? left(result) : right(), GenericParameterExtendsEquals = (input) => If(If(Ident(input), ([_0, input2]) => If(Const("extends", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => If(Const("=", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [GenericParameterExtendsEqualsMapping(_0), input2]), GenericParameterExtends = (input) => If(If(Ident(input), ([_0, input2]) => If(Const("extends", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [GenericParameterExtendsMapping(_0), input2]), GenericParameterEquals = (input) => If(If(Ident(input), ([_0, input2]) => If(Const("=", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [GenericParameterEqualsMapping(_0), input2]), GenericParameterIdentifier = (input) => If(Ident(input), ([_0, input2]) => [GenericParameterIdentifierMapping(_0), input2]), GenericParameter = (input) => If(If(GenericParameterExtendsEquals(input), ([_0, input2]) => [_0, input2], () => If(GenericParameterExtends(input), ([_0, input2]) => [_0, input2], () => If(GenericParameterEquals(input), ([_0, input2]) => [_0, input2], () => If(GenericParameterIdentifier(input), ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [_0, input2]), GenericParameterList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(GenericParameter(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => GenericParameterList_0(input2, [...result, _0]), () => [result, input]), GenericParameterList = (input) => If(If(If(GenericParameter(input), ([_0, input2]) => If(GenericParameterList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [GenericParameterListMapping(_0), input2]), GenericParameters = (input) => If(If(Const("<", input), ([_0, input2]) => If(GenericParameterList(input2), ([_1, input3]) => If(Const(">", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [GenericParametersMapping(_0), input2]), GenericCallArgumentList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => GenericCallArgumentList_0(input2, [...result, _0]), () => [result, input]), GenericCallArgumentList = (input) => If(If(If(Type(input), ([_0, input2]) => If(GenericCallArgumentList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [GenericCallArgumentListMapping(_0), input2]), GenericCallArguments = (input) => If(If(Const("<", input), ([_0, input2]) => If(GenericCallArgumentList(input2), ([_1, input3]) => If(Const(">", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [GenericCallArgumentsMapping(_0), input2]), GenericCall = (input) => If(If(Ident(input), ([_0, input2]) => If(GenericCallArguments(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [GenericCallMapping(_0), input2]), OptionalSemiColon = (input) => If(If(If(Const(";", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [OptionalSemiColonMapping(_0), input2]), KeywordString = (input) => If(Const("string", input), ([_0, input2]) => [KeywordStringMapping(_0), input2]), KeywordNumber = (input) => If(Const("number", input), ([_0, input2]) => [KeywordNumberMapping(_0), input2]), KeywordBoolean = (input) => If(Const("boolean", input), ([_0, input2]) => [KeywordBooleanMapping(_0), input2]), KeywordUndefined = (input) => If(Const("undefined", input), ([_0, input2]) => [KeywordUndefinedMapping(_0), input2]), KeywordNull = (input) => If(Const("null", input), ([_0, input2]) => [KeywordNullMapping(_0), input2]), KeywordInteger = (input) => If(Const("integer", input), ([_0, input2]) => [KeywordIntegerMapping(_0), input2]), KeywordBigInt = (input) => If(Const("bigint", input), ([_0, input2]) => [KeywordBigIntMapping(_0), input2]), KeywordUnknown = (input) => If(Const("unknown", input), ([_0, input2]) => [KeywordUnknownMapping(_0), input2]), KeywordAny = (input) => If(Const("any", input), ([_0, input2]) => [KeywordAnyMapping(_0), input2]), KeywordObject = (input) => If(Const("object", input), ([_0, input2]) => [KeywordObjectMapping(_0), input2]), KeywordNever = (input) => If(Const("never", input), ([_0, input2]) => [KeywordNeverMapping(_0), input2]), KeywordSymbol = (input) => If(Const("symbol", input), ([_0, input2]) => [KeywordSymbolMapping(_0), input2]), KeywordVoid = (input) => If(Const("void", input), ([_0, input2]) => [KeywordVoidMapping(_0), input2]), KeywordThis = (input) => If(Const("this", input), ([_0, input2]) => [KeywordThisMapping(_0), input2]), TemplateInterpolate = (input) => If(If(Const("${", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const("}", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [TemplateInterpolateMapping(_0), input2]), TemplateSpan = (input) => If(Until(["${", "`"], input), ([_0, input2]) => [TemplateSpanMapping(_0), input2]), TemplateBody = (input) => If(If(If(TemplateSpan(input), ([_0, input2]) => If(TemplateInterpolate(input2), ([_1, input3]) => If(TemplateBody(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If(If(TemplateSpan(input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If(If(TemplateSpan(input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => []))), ([_0, input2]) => [TemplateBodyMapping(_0), input2]), TemplateLiteralTypes = (input) => If(If(Const("`", input), ([_0, input2]) => If(TemplateBody(input2), ([_1, input3]) => If(Const("`", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [TemplateLiteralTypesMapping(_0), input2]), TemplateLiteral = (input) => If(TemplateLiteralTypes(input), ([_0, input2]) => [TemplateLiteralMapping(_0), input2]), Dependent2 = (input) => If(If(If(Const("if", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const("then", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => If(Const("else", input5), ([_4, input6]) => If(Type(input6), ([_5, input7]) => [[_0, _1, _2, _3, _4, _5], input7])))))), ([_0, input2]) => [_0, input2], () => If(If(Const("if", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const("then", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [DependentMapping(_0), input2]), LiteralBigInt = (input) => If(BigInt3(input), ([_0, input2]) => [LiteralBigIntMapping(_0), input2]), LiteralBoolean = (input) => If(If(Const("true", input), ([_0, input2]) => [_0, input2], () => If(Const("false", input), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [LiteralBooleanMapping(_0), input2]), LiteralNumber = (input) => If(Number3(input), ([_0, input2]) => [LiteralNumberMapping(_0), input2]), LiteralString = (input) => If(String3(["'", '"'], input), ([_0, input2]) => [LiteralStringMapping(_0), input2]), KeyOf = (input) => If(If(If(Const("keyof", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [KeyOfMapping(_0), input2]), IndexArray_0 = (input, result = []) => If(If(If(Const("[", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const("]", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If(If(Const("[", input), ([_0, input2]) => If(Const("]", input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => IndexArray_0(input2, [...result, _0]), () => [result, input]), IndexArray = (input) => If(IndexArray_0(input), ([_0, input2]) => [IndexArrayMapping(_0), input2]), Extends2 = (input) => If(If(If(Const("extends", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const("?", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => If(Const(":", input5), ([_4, input6]) => If(Type(input6), ([_5, input7]) => [[_0, _1, _2, _3, _4, _5], input7])))))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ExtendsMapping(_0), input2]), Base = (input) => If(If(If(Const("(", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Const(")", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If(KeywordString(input), ([_0, input2]) => [_0, input2], () => If(KeywordNumber(input), ([_0, input2]) => [_0, input2], () => If(KeywordBoolean(input), ([_0, input2]) => [_0, input2], () => If(KeywordUndefined(input), ([_0, input2]) => [_0, input2], () => If(KeywordNull(input), ([_0, input2]) => [_0, input2], () => If(KeywordInteger(input), ([_0, input2]) => [_0, input2], () => If(KeywordBigInt(input), ([_0, input2]) => [_0, input2], () => If(KeywordUnknown(input), ([_0, input2]) => [_0, input2], () => If(KeywordAny(input), ([_0, input2]) => [_0, input2], () => If(KeywordObject(input), ([_0, input2]) => [_0, input2], () => If(KeywordNever(input), ([_0, input2]) => [_0, input2], () => If(KeywordSymbol(input), ([_0, input2]) => [_0, input2], () => If(KeywordVoid(input), ([_0, input2]) => [_0, input2], () => If(KeywordThis(input), ([_0, input2]) => [_0, input2], () => If(LiteralBigInt(input), ([_0, input2]) => [_0, input2], () => If(LiteralBoolean(input), ([_0, input2]) => [_0, input2], () => If(LiteralNumber(input), ([_0, input2]) => [_0, input2], () => If(LiteralString(input), ([_0, input2]) => [_0, input2], () => If(TemplateLiteral(input), ([_0, input2]) => [_0, input2], () => If(Dependent2(input), ([_0, input2]) => [_0, input2], () => If(_Object_2(input), ([_0, input2]) => [_0, input2], () => If(_Tuple_(input), ([_0, input2]) => [_0, input2], () => If(_Constructor_(input), ([_0, input2]) => [_0, input2], () => If(_Function_2(input), ([_0, input2]) => [_0, input2], () => If(_Mapped_(input), ([_0, input2]) => [_0, input2], () => If(GenericCall(input), ([_0, input2]) => [_0, input2], () => If(Reference(input), ([_0, input2]) => [_0, input2], () => [])))))))))))))))))))))))))))), ([_0, input2]) => [BaseMapping(_0), input2]), With = (input) => If(If(If(Const("with", input), ([_0, input2]) => If(WithObject(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [WithMapping(_0), input2]), Factor = (input) => If(If(KeyOf(input), ([_0, input2]) => If(Base(input2), ([_1, input3]) => If(IndexArray(input3), ([_2, input4]) => If(Extends2(input4), ([_3, input5]) => If(With(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [FactorMapping(_0), input2]), ExprTermTail = (input) => If(If(If(Const("&", input), ([_0, input2]) => If(Factor(input2), ([_1, input3]) => If(ExprTermTail(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [_0, input2]), ExprTerm = (input) => If(If(Factor(input), ([_0, input2]) => If(ExprTermTail(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [ExprTermMapping(_0), input2]), ExprTail = (input) => If(If(If(Const("|", input), ([_0, input2]) => If(ExprTerm(input2), ([_1, input3]) => If(ExprTail(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [_0, input2]), Expr = (input) => If(If(ExprTerm(input), ([_0, input2]) => If(ExprTail(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [ExprMapping(_0), input2]), ExprReadonly = (input) => If(If(Const("readonly", input), ([_0, input2]) => If(Expr(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [ExprReadonlyMapping(_0), input2]), ExprPipe = (input) => If(If(Const("|", input), ([_0, input2]) => If(Expr(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [ExprPipeMapping(_0), input2]), GenericType = (input) => If(If(GenericParameters(input), ([_0, input2]) => If(Const("=", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [GenericTypeMapping(_0), input2]), InferType = (input) => If(If(If(Const("infer", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(Const("extends", input3), ([_2, input4]) => If(Expr(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [_0, input2], () => If(If(Const("infer", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [InferTypeMapping(_0), input2]), Type = (input) => If(If(InferType(input), ([_0, input2]) => [_0, input2], () => If(ExprPipe(input), ([_0, input2]) => [_0, input2], () => If(ExprReadonly(input), ([_0, input2]) => [_0, input2], () => If(Expr(input), ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [_0, input2]), PropertyKeyNumber = (input) => If(Number3(input), ([_0, input2]) => [PropertyKeyNumberMapping(_0), input2]), PropertyKeyIdent = (input) => If(Ident(input), ([_0, input2]) => [_0, input2]), PropertyKeyQuoted = (input) => If(String3(["'", '"'], input), ([_0, input2]) => [_0, input2]), PropertyKeyIndex = (input) => If(If(Const("[", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(Const(":", input3), ([_2, input4]) => If(If(KeywordInteger(input4), ([_02, input5]) => [_02, input5], () => If(KeywordNumber(input4), ([_02, input5]) => [_02, input5], () => If(KeywordString(input4), ([_02, input5]) => [_02, input5], () => If(KeywordSymbol(input4), ([_02, input5]) => [_02, input5], () => [])))), ([_3, input5]) => If(Const("]", input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [PropertyKeyIndexMapping(_0), input2]), PropertyKey = (input) => If(If(PropertyKeyNumber(input), ([_0, input2]) => [_0, input2], () => If(PropertyKeyIdent(input), ([_0, input2]) => [_0, input2], () => If(PropertyKeyQuoted(input), ([_0, input2]) => [_0, input2], () => If(PropertyKeyIndex(input), ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [_0, input2]), Readonly2 = (input) => If(If(If(Const("readonly", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ReadonlyMapping(_0), input2]), Optional3 = (input) => If(If(If(Const("?", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [OptionalMapping(_0), input2]), Property = (input) => If(If(Readonly2(input), ([_0, input2]) => If(PropertyKey(input2), ([_1, input3]) => If(Optional3(input3), ([_2, input4]) => If(Const(":", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [PropertyMapping(_0), input2]), PropertyDelimiter = (input) => If(If(If(Const(",", input), ([_0, input2]) => If(Const(`
`, input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const(";", input), ([_0, input2]) => If(Const(`
`, input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const(",", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If(If(Const(";", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If(If(Const(`
`, input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => []))))), ([_0, input2]) => [_0, input2]), PropertyList_0 = (input, result = []) => If(If(PropertyDelimiter(input), ([_0, input2]) => If(Property(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => PropertyList_0(input2, [...result, _0]), () => [result, input]), PropertyList = (input) => If(If(If(Property(input), ([_0, input2]) => If(PropertyList_0(input2), ([_1, input3]) => If(If(PropertyDelimiter(input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [PropertyListMapping(_0), input2]), Properties = (input) => If(If(Const("{", input), ([_0, input2]) => If(PropertyList(input2), ([_1, input3]) => If(Const("}", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [PropertiesMapping(_0), input2]), _Object_2 = (input) => If(Properties(input), ([_0, input2]) => [_Object_Mapping(_0), input2]), ElementNamed = (input) => If(If(If(Ident(input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => If(Const(":", input3), ([_2, input4]) => If(Const("readonly", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [_0, input2], () => If(If(Ident(input), ([_0, input2]) => If(Const(":", input2), ([_1, input3]) => If(Const("readonly", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [_0, input2], () => If(If(Ident(input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => If(Const(":", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [_0, input2], () => If(If(Ident(input), ([_0, input2]) => If(Const(":", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [ElementNamedMapping(_0), input2]), ElementBase = (input) => If(If(ElementNamed(input), ([_0, input2]) => [_0, input2], () => If(If(Readonly2(input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => If(Optional3(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ElementBaseMapping(_0), input2]), Element = (input) => If(If(If(Const("...", input), ([_0, input2]) => If(ElementBase(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(ElementBase(input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ElementMapping(_0), input2]), ElementList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(Element(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => ElementList_0(input2, [...result, _0]), () => [result, input]), ElementList = (input) => If(If(If(Element(input), ([_0, input2]) => If(ElementList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ElementListMapping(_0), input2]), _Tuple_ = (input) => If(If(Const("[", input), ([_0, input2]) => If(ElementList(input2), ([_1, input3]) => If(Const("]", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_Tuple_Mapping(_0), input2]), ParameterReadonlyOptional = (input) => If(If(Ident(input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => If(Const(":", input3), ([_2, input4]) => If(Const("readonly", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [ParameterReadonlyOptionalMapping(_0), input2]), ParameterReadonly = (input) => If(If(Ident(input), ([_0, input2]) => If(Const(":", input2), ([_1, input3]) => If(Const("readonly", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [ParameterReadonlyMapping(_0), input2]), ParameterOptional = (input) => If(If(Ident(input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => If(Const(":", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [ParameterOptionalMapping(_0), input2]), ParameterType = (input) => If(If(Ident(input), ([_0, input2]) => If(Const(":", input2), ([_1, input3]) => If(Type(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [ParameterTypeMapping(_0), input2]), ParameterBase = (input) => If(If(ParameterReadonlyOptional(input), ([_0, input2]) => [_0, input2], () => If(ParameterReadonly(input), ([_0, input2]) => [_0, input2], () => If(ParameterOptional(input), ([_0, input2]) => [_0, input2], () => If(ParameterType(input), ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [_0, input2]), Parameter2 = (input) => If(If(If(Const("...", input), ([_0, input2]) => If(ParameterBase(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(ParameterBase(input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ParameterMapping(_0), input2]), ParameterList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(Parameter2(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => ParameterList_0(input2, [...result, _0]), () => [result, input]), ParameterList = (input) => If(If(If(Parameter2(input), ([_0, input2]) => If(ParameterList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ParameterListMapping(_0), input2]), _Function_2 = (input) => If(If(Const("(", input), ([_0, input2]) => If(ParameterList(input2), ([_1, input3]) => If(Const(")", input3), ([_2, input4]) => If(Const("=>", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [_Function_Mapping(_0), input2]), _Constructor_ = (input) => If(If(Const("new", input), ([_0, input2]) => If(Const("(", input2), ([_1, input3]) => If(ParameterList(input3), ([_2, input4]) => If(Const(")", input4), ([_3, input5]) => If(Const("=>", input5), ([_4, input6]) => If(Type(input6), ([_5, input7]) => [[_0, _1, _2, _3, _4, _5], input7])))))), ([_0, input2]) => [_Constructor_Mapping(_0), input2]), MappedReadonly = (input) => If(If(If(Const("+", input), ([_0, input2]) => If(Const("readonly", input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const("-", input), ([_0, input2]) => If(Const("readonly", input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const("readonly", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [MappedReadonlyMapping(_0), input2]), MappedOptional = (input) => If(If(If(Const("+", input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const("-", input), ([_0, input2]) => If(Const("?", input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const("?", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])))), ([_0, input2]) => [MappedOptionalMapping(_0), input2]), MappedAs = (input) => If(If(If(Const("as", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [MappedAsMapping(_0), input2]), _Mapped_ = (input) => If(If(Const("{", input), ([_0, input2]) => If(MappedReadonly(input2), ([_1, input3]) => If(Const("[", input3), ([_2, input4]) => If(Ident(input4), ([_3, input5]) => If(Const("in", input5), ([_4, input6]) => If(Type(input6), ([_5, input7]) => If(MappedAs(input7), ([_6, input8]) => If(Const("]", input8), ([_7, input9]) => If(MappedOptional(input9), ([_8, input10]) => If(Const(":", input10), ([_9, input11]) => If(Type(input11), ([_10, input12]) => If(OptionalSemiColon(input12), ([_11, input13]) => If(Const("}", input13), ([_12, input14]) => [[_0, _1, _2, _3, _4, _5, _6, _7, _8, _9, _10, _11, _12], input14]))))))))))))), ([_0, input2]) => [_Mapped_Mapping(_0), input2]), Reference = (input) => If(Ident(input), ([_0, input2]) => [ReferenceMapping(_0), input2]), WithBigInt = (input) => If(BigInt3(input), ([_0, input2]) => [WithBigIntMapping(_0), input2]), WithNumber = (input) => If(Number3(input), ([_0, input2]) => [WithNumberMapping(_0), input2]), WithBoolean = (input) => If(If(Const("true", input), ([_0, input2]) => [_0, input2], () => If(Const("false", input), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [WithBooleanMapping(_0), input2]), WithString = (input) => If(String3(['"', "'"], input), ([_0, input2]) => [_0, input2]), WithNull = (input) => If(Const("null", input), ([_0, input2]) => [WithNullMapping(_0), input2]), WithUndefined = (input) => If(Const("undefined", input), ([_0, input2]) => [void 0, input2]), WithProperty = (input) => If(If(PropertyKey(input), ([_0, input2]) => If(Const(":", input2), ([_1, input3]) => If(WithValue(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [WithPropertyMapping(_0), input2]), WithPropertyList_0 = (input, result = []) => If(If(PropertyDelimiter(input), ([_0, input2]) => If(WithProperty(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => WithPropertyList_0(input2, [...result, _0]), () => [result, input]), WithPropertyList = (input) => If(If(If(WithProperty(input), ([_0, input2]) => If(WithPropertyList_0(input2), ([_1, input3]) => If(If(PropertyDelimiter(input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [WithPropertyListMapping(_0), input2]), WithObject = (input) => If(If(Const("{", input), ([_0, input2]) => If(WithPropertyList(input2), ([_1, input3]) => If(Const("}", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [WithObjectMapping(_0), input2]), WithElementList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(WithValue(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => WithElementList_0(input2, [...result, _0]), () => [result, input]), WithElementList = (input) => If(If(If(WithValue(input), ([_0, input2]) => If(WithElementList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [WithElementListMapping(_0), input2]), WithArray = (input) => If(If(Const("[", input), ([_0, input2]) => If(WithElementList(input2), ([_1, input3]) => If(Const("]", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [WithArrayMapping(_0), input2]), WithValue = (input) => If(If(WithBigInt(input), ([_0, input2]) => [_0, input2], () => If(WithNumber(input), ([_0, input2]) => [_0, input2], () => If(WithBoolean(input), ([_0, input2]) => [_0, input2], () => If(WithString(input), ([_0, input2]) => [_0, input2], () => If(WithNull(input), ([_0, input2]) => [_0, input2], () => If(WithUndefined(input), ([_0, input2]) => [_0, input2], () => If(WithObject(input), ([_0, input2]) => [_0, input2], () => If(WithArray(input), ([_0, input2]) => [_0, input2], () => [])))))))), ([_0, input2]) => [_0, input2]), PatternBigInt = (input) => If(Const("-?(?:0|[1-9][0-9]*)n", input), ([_0, input2]) => [PatternBigIntMapping(_0), input2]), PatternString = (input) => If(Const(".*", input), ([_0, input2]) => [PatternStringMapping(_0), input2]), PatternNumber = (input) => If(Const("-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?", input), ([_0, input2]) => [PatternNumberMapping(_0), input2]), PatternInteger = (input) => If(Const("-?(?:0|[1-9][0-9]*)", input), ([_0, input2]) => [PatternIntegerMapping(_0), input2]), PatternNever = (input) => If(Const("(?!)", input), ([_0, input2]) => [PatternNeverMapping(_0), input2]), PatternText = (input) => If(Until_1(["-?(?:0|[1-9][0-9]*)n", ".*", "-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?", "-?(?:0|[1-9][0-9]*)", "(?!)", "(", ")", "$", "|"], input), ([_0, input2]) => [PatternTextMapping(_0), input2]), PatternBase = (input) => If(If(PatternBigInt(input), ([_0, input2]) => [_0, input2], () => If(PatternString(input), ([_0, input2]) => [_0, input2], () => If(PatternNumber(input), ([_0, input2]) => [_0, input2], () => If(PatternInteger(input), ([_0, input2]) => [_0, input2], () => If(PatternNever(input), ([_0, input2]) => [_0, input2], () => If(PatternGroup(input), ([_0, input2]) => [_0, input2], () => If(PatternText(input), ([_0, input2]) => [_0, input2], () => []))))))), ([_0, input2]) => [_0, input2]), PatternGroup = (input) => If(If(Const("(", input), ([_0, input2]) => If(PatternBody(input2), ([_1, input3]) => If(Const(")", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [PatternGroupMapping(_0), input2]), PatternUnion = (input) => If(If(If(PatternTerm(input), ([_0, input2]) => If(Const("|", input2), ([_1, input3]) => If(PatternUnion(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If(If(PatternTerm(input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => []))), ([_0, input2]) => [PatternUnionMapping(_0), input2]), PatternTerm = (input) => If(If(PatternBase(input), ([_0, input2]) => If(PatternBody(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [PatternTermMapping(_0), input2]), PatternBody = (input) => If(If(PatternUnion(input), ([_0, input2]) => [_0, input2], () => If(PatternTerm(input), ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [_0, input2]), Pattern = (input) => If(If(Const("^", input), ([_0, input2]) => If(PatternBody(input2), ([_1, input3]) => If(Const("$", input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [PatternMapping(_0), input2]), InterfaceDeclarationHeritageList_0 = (input, result = []) => If(If(Const(",", input), ([_0, input2]) => If(Type(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => InterfaceDeclarationHeritageList_0(input2, [...result, _0]), () => [result, input]), InterfaceDeclarationHeritageList = (input) => If(If(If(Type(input), ([_0, input2]) => If(InterfaceDeclarationHeritageList_0(input2), ([_1, input3]) => If(If(Const(",", input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [InterfaceDeclarationHeritageListMapping(_0), input2]), InterfaceDeclarationHeritage = (input) => If(If(If(Const("extends", input), ([_0, input2]) => If(InterfaceDeclarationHeritageList(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [InterfaceDeclarationHeritageMapping(_0), input2]), InterfaceDeclarationGeneric = (input) => If(If(Const("interface", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(GenericParameters(input3), ([_2, input4]) => If(InterfaceDeclarationHeritage(input4), ([_3, input5]) => If(Properties(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [InterfaceDeclarationGenericMapping(_0), input2]), InterfaceDeclaration = (input) => If(If(Const("interface", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(InterfaceDeclarationHeritage(input3), ([_2, input4]) => If(Properties(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [InterfaceDeclarationMapping(_0), input2]), TypeAliasDeclarationGeneric = (input) => If(If(Const("type", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(GenericParameters(input3), ([_2, input4]) => If(Const("=", input4), ([_3, input5]) => If(Type(input5), ([_4, input6]) => [[_0, _1, _2, _3, _4], input6]))))), ([_0, input2]) => [TypeAliasDeclarationGenericMapping(_0), input2]), TypeAliasDeclaration = (input) => If(If(Const("type", input), ([_0, input2]) => If(Ident(input2), ([_1, input3]) => If(Const("=", input3), ([_2, input4]) => If(Type(input4), ([_3, input5]) => [[_0, _1, _2, _3], input5])))), ([_0, input2]) => [TypeAliasDeclarationMapping(_0), input2]), ExportKeyword = (input) => If(If(If(Const("export", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ExportKeywordMapping(_0), input2]), ModuleDeclarationDelimiter = (input) => If(If(If(Const(";", input), ([_0, input2]) => If(Const(`
`, input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [_0, input2], () => If(If(Const(";", input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => If(If(Const(`
`, input), ([_0, input2]) => [[_0], input2]), ([_0, input2]) => [_0, input2], () => []))), ([_0, input2]) => [_0, input2]), ModuleDeclarationList_0 = (input, result = []) => If(If(ModuleDeclarationDelimiter(input), ([_0, input2]) => If(ModuleDeclaration(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => ModuleDeclarationList_0(input2, [...result, _0]), () => [result, input]), ModuleDeclarationList = (input) => If(If(If(ModuleDeclaration(input), ([_0, input2]) => If(ModuleDeclarationList_0(input2), ([_1, input3]) => If(If(ModuleDeclarationDelimiter(input3), ([_02, input4]) => [[_02], input4], () => [[], input3]), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [_0, input2], () => If([[], input], ([_0, input2]) => [_0, input2], () => [])), ([_0, input2]) => [ModuleDeclarationListMapping(_0), input2]), ModuleDeclaration = (input) => If(If(ExportKeyword(input), ([_0, input2]) => If(If(InterfaceDeclarationGeneric(input2), ([_02, input3]) => [_02, input3], () => If(InterfaceDeclaration(input2), ([_02, input3]) => [_02, input3], () => If(TypeAliasDeclarationGeneric(input2), ([_02, input3]) => [_02, input3], () => If(TypeAliasDeclaration(input2), ([_02, input3]) => [_02, input3], () => [])))), ([_1, input3]) => If(OptionalSemiColon(input3), ([_2, input4]) => [[_0, _1, _2], input4]))), ([_0, input2]) => [ModuleDeclarationMapping(_0), input2]), Module = (input) => If(If(ModuleDeclaration(input), ([_0, input2]) => If(ModuleDeclarationList(input2), ([_1, input3]) => [[_0, _1], input3])), ([_0, input2]) => [ModuleMapping(_0), input2]), Script = (input) => If(If(Module(input), ([_0, input2]) => [_0, input2], () => If(GenericType(input), ([_0, input2]) => [_0, input2], () => If(Type(input), ([_0, input2]) => [_0, input2], () => []))), ([_0, input2]) => [_0, input2]);
  }
});

// node_modules/typebox/build/type/engine/patterns/template.mjs
function ParseTemplateIntoTypes(template) {
  let parsed = TemplateLiteralTypes(`\`${template}\``);
  return guard_exports.IsEqual(parsed.length, 2) ? parsed[0] : Unreachable();
}
var init_template = __esm({
  "node_modules/typebox/build/type/engine/patterns/template.mjs"() {
    init_unreachable2();
    init_guard2();
    init_parser();
  }
});

// node_modules/typebox/build/type/engine/template_literal/encode.mjs
function JoinString(input) {
  return input.join("|");
}
function UnwrapTemplateLiteralPattern(pattern) {
  return pattern.slice(1, pattern.length - 1);
}
function EncodeLiteral(value, right, pattern) {
  return EncodeTypes(right, `${pattern}${value}`);
}
function EncodeBigInt(right, pattern) {
  return EncodeTypes(right, `${pattern}${BigIntPattern}`);
}
function EncodeInteger(right, pattern) {
  return EncodeTypes(right, `${pattern}${IntegerPattern}`);
}
function EncodeNumber(right, pattern) {
  return EncodeTypes(right, `${pattern}${NumberPattern}`);
}
function EncodeBoolean(right, pattern) {
  return EncodeType(Union([Literal("false"), Literal("true")]), right, pattern);
}
function EncodeString(right, pattern) {
  return EncodeTypes(right, `${pattern}${StringPattern}`);
}
function EncodeTemplateLiteral(templatePattern, right, pattern) {
  return EncodeTypes(right, `${pattern}${UnwrapTemplateLiteralPattern(templatePattern)}`);
}
function EncodeTemplateLiteralDeferred(types, right, pattern) {
  let templateLiteral = TemplateLiteralAction(types, {});
  return EncodeType(templateLiteral, right, pattern);
}
function EncodeEnum(values, right, pattern) {
  let evaluated = EvaluateEnum(values);
  return EncodeType(evaluated, right, pattern);
}
function EncodeUnion(types, right, pattern, result = []) {
  return guard_exports.ShiftLeft(types, (head, tail) => EncodeUnion(tail, right, pattern, [...result, EncodeType(head, [], "")]), () => EncodeTypes(right, `${pattern}(${JoinString(result)})`));
}
function EncodeType(type, right, pattern) {
  return IsEnum(type) ? EncodeEnum(type.enum, right, pattern) : IsInteger2(type) ? EncodeInteger(right, pattern) : IsLiteral(type) ? EncodeLiteral(type.const, right, pattern) : IsBigInt2(type) ? EncodeBigInt(right, pattern) : IsBoolean2(type) ? EncodeBoolean(right, pattern) : IsNumber2(type) ? EncodeNumber(right, pattern) : IsString2(type) ? EncodeString(right, pattern) : IsTemplateLiteral(type) ? EncodeTemplateLiteral(type.pattern, right, pattern) : IsTemplateLiteralDeferred(type) ? EncodeTemplateLiteralDeferred(type.parameters[0], right, pattern) : IsUnion(type) ? EncodeUnion(type.anyOf, right, pattern) : NeverPattern;
}
function EncodeTypes(types, pattern) {
  return guard_exports.ShiftLeft(types, (left, right) => EncodeType(left, right, pattern), () => pattern);
}
function EncodePattern(types) {
  return `^${EncodeTypes(types, "")}$`;
}
function TemplateLiteralEncode(types) {
  let pattern = EncodePattern(types);
  return TemplateLiteralCreate(pattern);
}
var init_encode = __esm({
  "node_modules/typebox/build/type/engine/template_literal/encode.mjs"() {
    init_guard2();
    init_enum();
    init_literal();
    init_union();
    init_template_literal();
    init_bigint();
    init_string();
    init_number();
    init_integer();
    init_boolean();
    init_never();
    init_create2();
    init_evaluate2();
    init_instantiate2();
  }
});

// node_modules/typebox/build/type/engine/template_literal/instantiate.mjs
function TemplateLiteralAction(types, options) {
  return CanInstantiate(types) ? memory_exports.Update(TemplateLiteralEncode(types), {}, options) : TemplateLiteralDeferred(types, options);
}
function TemplateLiteralInstantiate(context, state, types, options) {
  let instantiatedTypes = InstantiateTypes(context, state, types);
  return TemplateLiteralAction(instantiatedTypes, options);
}
var init_instantiate2 = __esm({
  "node_modules/typebox/build/type/engine/template_literal/instantiate.mjs"() {
    init_memory2();
    init_template_literal();
    init_encode();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/types/template_literal.mjs
function TemplateLiteralDeferred(types, options = {}) {
  return Deferred("TemplateLiteral", [types], options);
}
function IsTemplateLiteralDeferred(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "action") && guard_exports.IsEqual(value.action, "TemplateLiteral");
}
function TemplateLiteralFromTypes(types) {
  return TemplateLiteralAction(types, {});
}
function TemplateLiteralFromString(template) {
  let types = ParseTemplateIntoTypes(template);
  return TemplateLiteralFromTypes(types);
}
function TemplateLiteral2(input, options = {}) {
  let type = guard_exports.IsString(input) ? TemplateLiteralFromString(input) : TemplateLiteralFromTypes(input);
  return memory_exports.Update(type, {}, options);
}
function IsTemplateLiteral(value) {
  return IsKind(value, "TemplateLiteral");
}
var init_template_literal = __esm({
  "node_modules/typebox/build/type/types/template_literal.mjs"() {
    init_system();
    init_guard2();
    init_schema();
    init_deferred();
    init_template();
    init_instantiate2();
  }
});

// node_modules/typebox/build/type/extends/result.mjs
var result_exports = {};
__export(result_exports, {
  ExtendsFalse: () => ExtendsFalse,
  ExtendsTrue: () => ExtendsTrue,
  ExtendsUnion: () => ExtendsUnion,
  IsExtendsFalse: () => IsExtendsFalse,
  IsExtendsTrue: () => IsExtendsTrue,
  IsExtendsTrueLike: () => IsExtendsTrueLike,
  IsExtendsUnion: () => IsExtendsUnion,
  Match: () => Match3
});
function ExtendsUnion(inferred) {
  return memory_exports.Create({ "~kind": "ExtendsUnion" }, { inferred });
}
function IsExtendsUnion(value) {
  return guard_exports.IsObject(value) && guard_exports.HasPropertyKey(value, "~kind") && guard_exports.HasPropertyKey(value, "inferred") && guard_exports.IsEqual(value["~kind"], "ExtendsUnion") && guard_exports.IsObject(value.inferred);
}
function ExtendsTrue(inferred) {
  return memory_exports.Create({ "~kind": "ExtendsTrue" }, { inferred });
}
function IsExtendsTrue(value) {
  return guard_exports.IsObject(value) && guard_exports.HasPropertyKey(value, "~kind") && guard_exports.HasPropertyKey(value, "inferred") && guard_exports.IsEqual(value["~kind"], "ExtendsTrue") && guard_exports.IsObject(value.inferred);
}
function ExtendsFalse() {
  return memory_exports.Create({ "~kind": "ExtendsFalse" }, {});
}
function IsExtendsFalse(value) {
  return guard_exports.IsObject(value) && guard_exports.HasPropertyKey(value, "~kind") && guard_exports.IsEqual(value["~kind"], "ExtendsFalse");
}
function IsExtendsTrueLike(value) {
  return IsExtendsUnion(value) || IsExtendsTrue(value);
}
function Match3(result, true_, false_) {
  return IsExtendsTrueLike(result) ? true_(result.inferred) : false_();
}
var init_result = __esm({
  "node_modules/typebox/build/type/extends/result.mjs"() {
    init_guard2();
    init_memory2();
  }
});

// node_modules/typebox/build/type/extends/extends_right.mjs
function ExtendsRightInfer(inferred, name3, left, right) {
  return Match3(ExtendsLeft(inferred, left, right), (checkInferred) => ExtendsTrue(memory_exports.Assign(memory_exports.Assign(inferred, checkInferred), { [name3]: left })), () => ExtendsFalse());
}
function ExtendsRightAny(inferred, _left) {
  return ExtendsTrue(inferred);
}
function ExtendsRightDependent(inferred, left, if_, then_, else_) {
  return Match3(ExtendsLeft(inferred, left, if_), (inferred2) => Match3(ExtendsLeft(inferred2, left, then_), (inferred3) => ExtendsTrue(inferred3), () => ExtendsFalse()), () => Match3(ExtendsLeft(inferred, left, else_), (inferred2) => ExtendsTrue(inferred2), () => ExtendsFalse()));
}
function ExtendsRightEnum(inferred, left, right) {
  let evaluated = EvaluateEnum(right);
  return ExtendsLeft(inferred, left, evaluated);
}
function ExtendsRightIntersect(inferred, left, right) {
  return guard_exports.ShiftLeft(right, (head, tail) => Match3(ExtendsLeft(inferred, left, head), (inferred2) => ExtendsRightIntersect(inferred2, left, tail), () => ExtendsFalse()), () => ExtendsTrue(inferred));
}
function ExtendsRightTemplateLiteral(inferred, left, right) {
  let evaluated = EvaluateTemplateLiteral(right);
  return ExtendsLeft(inferred, left, evaluated);
}
function ExtendsRightUnion(inferred, left, right) {
  return guard_exports.ShiftLeft(right, (head, tail) => Match3(ExtendsLeft(inferred, left, head), (inferred2) => ExtendsTrue(inferred2), () => ExtendsRightUnion(inferred, left, tail)), () => ExtendsFalse());
}
function ExtendsRight(inferred, left, right) {
  return IsAny(right) ? ExtendsRightAny(inferred, left) : IsDependent(right) ? ExtendsRightDependent(inferred, left, right.if, right.then, right.else) : IsEnum(right) ? ExtendsRightEnum(inferred, left, right.enum) : IsInfer(right) ? ExtendsRightInfer(inferred, right.name, left, right.extends) : IsIntersect(right) ? ExtendsRightIntersect(inferred, left, right.allOf) : IsTemplateLiteral(right) ? ExtendsRightTemplateLiteral(inferred, left, right.pattern) : IsUnion(right) ? ExtendsRightUnion(inferred, left, right.anyOf) : IsUnknown(right) ? ExtendsTrue(inferred) : ExtendsFalse();
}
var init_extends_right = __esm({
  "node_modules/typebox/build/type/extends/extends_right.mjs"() {
    init_guard2();
    init_memory2();
    init_any();
    init_dependent();
    init_enum();
    init_infer();
    init_intersect();
    init_template_literal();
    init_union();
    init_unknown();
    init_extends_left();
    init_result();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/extends/any.mjs
function ExtendsAny(inferred, left, right) {
  return IsInfer(right) ? ExtendsRight(inferred, left, right) : IsAny(right) ? ExtendsTrue(inferred) : IsUnknown(right) ? ExtendsTrue(inferred) : ExtendsUnion(inferred);
}
var init_any2 = __esm({
  "node_modules/typebox/build/type/extends/any.mjs"() {
    init_infer();
    init_any();
    init_unknown();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/array.mjs
function ExtendsImmutable(left, right) {
  let isImmutableLeft = IsImmutable(left), isImmutableRight = IsImmutable(right);
  return isImmutableLeft && isImmutableRight || !isImmutableLeft && isImmutableRight ? !0 : !(isImmutableLeft && !isImmutableRight);
}
function ExtendsArray(inferred, arrayLeft, left, right) {
  return IsArray2(right) ? ExtendsImmutable(arrayLeft, right) ? ExtendsLeft(inferred, left, right.items) : ExtendsFalse() : ExtendsRight(inferred, arrayLeft, right);
}
var init_array2 = __esm({
  "node_modules/typebox/build/type/extends/array.mjs"() {
    init_array();
    init_immutable();
    init_extends_right();
    init_extends_left();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/bigint.mjs
function ExtendsBigInt(inferred, left, right) {
  return IsBigInt2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_bigint3 = __esm({
  "node_modules/typebox/build/type/extends/bigint.mjs"() {
    init_bigint();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/boolean.mjs
function ExtendsBoolean(inferred, left, right) {
  return IsBoolean2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_boolean2 = __esm({
  "node_modules/typebox/build/type/extends/boolean.mjs"() {
    init_boolean();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/parameters.mjs
function ParameterCompare(inferred, left, leftRest, right, rightRest) {
  let checkLeft = IsInfer(right) ? left : right, checkRight = IsInfer(right) ? right : left, isLeftOptional = IsOptional(left), isRightOptional = IsOptional(right);
  return !isLeftOptional && isRightOptional ? ExtendsFalse() : Match3(ExtendsLeft(inferred, checkLeft, checkRight), (inferred2) => ExtendsParameters(inferred2, leftRest, rightRest), () => ExtendsFalse());
}
function ParameterRight(inferred, left, leftRest, rightRest) {
  return guard_exports.ShiftLeft(rightRest, (head, tail) => ParameterCompare(inferred, left, leftRest, head, tail), () => IsOptional(left) ? ExtendsTrue(inferred) : ExtendsFalse());
}
function ParametersLeft(inferred, left, rightRest) {
  return guard_exports.ShiftLeft(left, (head, tail) => ParameterRight(inferred, head, tail, rightRest), () => ExtendsTrue(inferred));
}
function ExtendsParameters(inferred, left, right) {
  return ParametersLeft(inferred, left, right);
}
var init_parameters = __esm({
  "node_modules/typebox/build/type/extends/parameters.mjs"() {
    init_guard2();
    init_infer();
    init_optional();
    init_extends_left();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/return_type.mjs
function ExtendsReturnType(inferred, left, right) {
  return IsVoid(right) ? ExtendsTrue(inferred) : ExtendsLeft(inferred, left, right);
}
var init_return_type = __esm({
  "node_modules/typebox/build/type/extends/return_type.mjs"() {
    init_void();
    init_extends_left();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/constructor.mjs
function ExtendsConstructor(inferred, parameters, returnType, right) {
  return IsAny(right) ? ExtendsTrue(inferred) : IsUnknown(right) ? ExtendsTrue(inferred) : IsConstructor2(right) ? Match3(ExtendsParameters(inferred, parameters, right.parameters), (inferred2) => ExtendsReturnType(inferred2, returnType, right.instanceType), () => ExtendsFalse()) : ExtendsFalse();
}
var init_constructor2 = __esm({
  "node_modules/typebox/build/type/extends/constructor.mjs"() {
    init_any();
    init_constructor();
    init_unknown();
    init_result();
    init_parameters();
    init_return_type();
  }
});

// node_modules/typebox/build/type/extends/dependent.mjs
function ExtendsDependent(inferred, if_, then_, else_, right) {
  return Match3(ExtendsLeft(inferred, if_, right), () => ExtendsLeft(inferred, then_, right), () => ExtendsLeft(inferred, else_, right));
}
var init_dependent2 = __esm({
  "node_modules/typebox/build/type/extends/dependent.mjs"() {
    init_extends_left();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/enum.mjs
function ExtendsEnum(inferred, left, right) {
  let evaluated = EvaluateEnum(left);
  return ExtendsLeft(inferred, evaluated, right);
}
var init_enum2 = __esm({
  "node_modules/typebox/build/type/extends/enum.mjs"() {
    init_extends_left();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/extends/function.mjs
function ExtendsFunction(inferred, parameters, returnType, right) {
  return IsAny(right) ? ExtendsTrue(inferred) : IsUnknown(right) ? ExtendsTrue(inferred) : IsFunction2(right) ? Match3(ExtendsParameters(inferred, parameters, right.parameters), (inferred2) => ExtendsReturnType(inferred2, returnType, right.returnType), () => ExtendsFalse()) : ExtendsFalse();
}
var init_function2 = __esm({
  "node_modules/typebox/build/type/extends/function.mjs"() {
    init_any();
    init_function();
    init_unknown();
    init_result();
    init_parameters();
    init_return_type();
  }
});

// node_modules/typebox/build/type/extends/integer.mjs
function ExtendsInteger(inferred, left, right) {
  return IsInteger2(right) ? ExtendsTrue(inferred) : IsNumber2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_integer3 = __esm({
  "node_modules/typebox/build/type/extends/integer.mjs"() {
    init_integer();
    init_number();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/intersect.mjs
function ExtendsIntersect(inferred, left, right) {
  let evaluated = EvaluateIntersect(left);
  return ExtendsLeft(inferred, evaluated, right);
}
var init_intersect2 = __esm({
  "node_modules/typebox/build/type/extends/intersect.mjs"() {
    init_extends_left();
    init_evaluate3();
  }
});

// node_modules/typebox/build/type/extends/literal.mjs
function ExtendsLiteralValue(inferred, left, right) {
  return left === right ? ExtendsTrue(inferred) : ExtendsFalse();
}
function ExtendsLiteralBigInt(inferred, left, right) {
  return IsLiteral(right) ? ExtendsLiteralValue(inferred, left, right.const) : IsBigInt2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, Literal(left), right);
}
function ExtendsLiteralBoolean(inferred, left, right) {
  return IsLiteral(right) ? ExtendsLiteralValue(inferred, left, right.const) : IsBoolean2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, Literal(left), right);
}
function ExtendsLiteralNumber(inferred, left, right) {
  return IsLiteral(right) ? ExtendsLiteralValue(inferred, left, right.const) : IsNumber2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, Literal(left), right);
}
function ExtendsLiteralString(inferred, left, right) {
  return IsLiteral(right) ? ExtendsLiteralValue(inferred, left, right.const) : IsString2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, Literal(left), right);
}
function ExtendsLiteral(inferred, left, right) {
  return guard_exports.IsBigInt(left.const) ? ExtendsLiteralBigInt(inferred, left.const, right) : guard_exports.IsBoolean(left.const) ? ExtendsLiteralBoolean(inferred, left.const, right) : guard_exports.IsNumber(left.const) ? ExtendsLiteralNumber(inferred, left.const, right) : guard_exports.IsString(left.const) ? ExtendsLiteralString(inferred, left.const, right) : Unreachable();
}
var init_literal2 = __esm({
  "node_modules/typebox/build/type/extends/literal.mjs"() {
    init_guard2();
    init_unreachable();
    init_literal();
    init_bigint();
    init_boolean();
    init_number();
    init_string();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/never.mjs
function ExtendsNever(inferred, left, right) {
  return IsInfer(right) ? ExtendsRight(inferred, left, right) : ExtendsTrue(inferred);
}
var init_never2 = __esm({
  "node_modules/typebox/build/type/extends/never.mjs"() {
    init_infer();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/null.mjs
function ExtendsNull(inferred, left, right) {
  return IsNull2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_null2 = __esm({
  "node_modules/typebox/build/type/extends/null.mjs"() {
    init_null();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/number.mjs
function ExtendsNumber(inferred, left, right) {
  return IsNumber2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_number3 = __esm({
  "node_modules/typebox/build/type/extends/number.mjs"() {
    init_number();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/object.mjs
function ExtendsPropertyOptional(inferred, left, right) {
  return IsOptional(left) ? IsOptional(right) ? ExtendsTrue(inferred) : ExtendsFalse() : ExtendsTrue(inferred);
}
function ExtendsProperty(inferred, left, right) {
  return (
    // Right TInfer<TNever> is TExtendsFalse
    IsInfer(right) && IsNever(right.extends) ? ExtendsFalse() : Match3(ExtendsLeft(inferred, left, right), (inferred2) => ExtendsPropertyOptional(inferred2, left, right), () => ExtendsFalse())
  );
}
function ExtractInferredProperties(keys2, properties) {
  return keys2.reduce((result, key) => key in properties ? IsExtendsTrueLike(properties[key]) ? { ...result, ...properties[key].inferred } : Unreachable() : Unreachable(), {});
}
function ExtendsPropertiesComparer(inferred, left, right) {
  let properties = {};
  for (let rightKey of guard_exports.Keys(right))
    properties[rightKey] = rightKey in left ? ExtendsProperty({}, left[rightKey], right[rightKey]) : IsOptional(right[rightKey]) ? IsInfer(right[rightKey]) ? ExtendsTrue(memory_exports.Assign(inferred, { [right[rightKey].name]: right[rightKey].extends })) : ExtendsTrue(inferred) : ExtendsFalse();
  let checked2 = guard_exports.Values(properties).every((result) => IsExtendsTrueLike(result)), extracted = checked2 ? ExtractInferredProperties(guard_exports.Keys(properties), properties) : {};
  return checked2 ? ExtendsTrue(extracted) : ExtendsFalse();
}
function ExtendsProperties(inferred, left, right) {
  let compared = ExtendsPropertiesComparer(inferred, left, right);
  return IsExtendsTrueLike(compared) ? ExtendsTrue(memory_exports.Assign(inferred, compared.inferred)) : ExtendsFalse();
}
function ExtendsObjectToObject(inferred, left, right) {
  return ExtendsProperties(inferred, left, right);
}
function RecordMergeInferred(left, right) {
  return guard_exports.Keys(right).reduce((result, key) => ({
    ...result,
    [key]: guard_exports.HasPropertyKey(left, key) ? IsUnion(result[key]) ? Union([...result[key].anyOf, right[key]]) : Union([left[key], right[key]]) : right[key]
  }), left);
}
function ExtendsRecordComparer(properties, keys2, type, result) {
  return guard_exports.ShiftLeft(keys2, (left, right) => Match3(ExtendsLeft({}, properties[left], type), (inferred) => ExtendsRecordComparer(properties, right, type, RecordMergeInferred(result, inferred)), () => ExtendsFalse()), () => ExtendsTrue(result));
}
function ExtendsObjectToRecord(inferred, properties, _pattern, value) {
  let keys2 = guard_exports.Keys(properties);
  return ExtendsRecordComparer(properties, keys2, value, inferred);
}
function ExtendsObject(inferred, left, right) {
  return IsRecord(right) ? ExtendsObjectToRecord(inferred, left, RecordPattern(right), RecordValue(right)) : IsObject2(right) ? ExtendsObjectToObject(inferred, left, right.properties) : ExtendsRight(inferred, _Object_(left), right);
}
var init_object2 = __esm({
  "node_modules/typebox/build/type/extends/object.mjs"() {
    init_unreachable2();
    init_memory2();
    init_guard2();
    init_optional();
    init_infer();
    init_never();
    init_object();
    init_record();
    init_union();
    init_extends_left();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/record.mjs
function FromObject(inferred, properties) {
  return guard_exports.IsEqual(guard_exports.Keys(properties).length, 0) ? ExtendsTrue(inferred) : ExtendsFalse();
}
function FromRecord(inferred, _leftKey, leftValue, _rightKey, rightValue) {
  return ExtendsLeft(inferred, leftValue, rightValue);
}
function ExtendsRecord(inferred, leftPattern, leftValue, right) {
  return IsRecord(right) ? FromRecord(inferred, RecordPatternToType(leftPattern), leftValue, RecordPatternToType(RecordPattern(right)), RecordValue(right)) : IsObject2(right) ? FromObject(inferred, right.properties) : IsAny(right) ? ExtendsTrue(inferred) : IsUnknown(right) ? ExtendsTrue(inferred) : ExtendsFalse();
}
var init_record2 = __esm({
  "node_modules/typebox/build/type/extends/record.mjs"() {
    init_guard2();
    init_any();
    init_unknown();
    init_object();
    init_record();
    init_extends_left();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/string.mjs
function ExtendsString(inferred, left, right) {
  return IsString2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_string3 = __esm({
  "node_modules/typebox/build/type/extends/string.mjs"() {
    init_string();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/symbol.mjs
function ExtendsSymbol(inferred, left, right) {
  return IsSymbol2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_symbol2 = __esm({
  "node_modules/typebox/build/type/extends/symbol.mjs"() {
    init_symbol();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/template_literal.mjs
function ExtendsTemplateLiteral(inferred, left, right) {
  let evaluated = EvaluateTemplateLiteral(left);
  return ExtendsLeft(inferred, evaluated, right);
}
var init_template_literal2 = __esm({
  "node_modules/typebox/build/type/extends/template_literal.mjs"() {
    init_extends_left();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/extends/inference.mjs
function Inferrable(name3, type) {
  return memory_exports.Create({ "~kind": "Inferrable" }, { name: name3, type }, {});
}
function IsInferable(value) {
  return guard_exports.IsObject(value) && guard_exports.HasPropertyKey(value, "~kind") && guard_exports.HasPropertyKey(value, "name") && guard_exports.HasPropertyKey(value, "type") && guard_exports.IsEqual(value["~kind"], "Inferrable") && guard_exports.IsString(value.name) && guard_exports.IsObject(value.type);
}
function TryRestInferable(type) {
  return IsRest(type) ? IsInfer(type.items) ? IsArray2(type.items.extends) ? Inferrable(type.items.name, type.items.extends.items) : IsUnknown(type.items.extends) ? Inferrable(type.items.name, type.items.extends) : void 0 : Unreachable() : void 0;
}
function TryInferable(type) {
  return IsInfer(type) ? Inferrable(type.name, type.extends) : void 0;
}
function TryInferResults(rest, right) {
  let result = [];
  for (let head of rest) {
    if (!IsExtendsTrueLike(ExtendsLeft({}, head, right)))
      return;
    result.push(head);
  }
  return result;
}
function InferTupleResult(inferred, name3, left, right) {
  let results = TryInferResults(left, right);
  return guard_exports.IsArray(results) ? ExtendsTrue(memory_exports.Assign(inferred, { [name3]: Tuple(results) })) : ExtendsFalse();
}
function InferUnionResult(inferred, name3, left, right) {
  let results = TryInferResults(left, right);
  return guard_exports.IsArray(results) ? ExtendsTrue(memory_exports.Assign(inferred, { [name3]: Union(results) })) : ExtendsFalse();
}
var init_inference = __esm({
  "node_modules/typebox/build/type/extends/inference.mjs"() {
    init_unreachable2();
    init_memory2();
    init_guard2();
    init_array();
    init_unknown();
    init_tuple();
    init_extends_left();
    init_union();
    init_infer();
    init_rest();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/tuple.mjs
function Reverse(types) {
  return [...types].reverse();
}
function ApplyReverse(types, reversed) {
  return reversed ? Reverse(types) : types;
}
function Reversed(types) {
  let first = types.length > 0 ? types[0] : void 0, inferrable = IsSchema(first) ? TryRestInferable(first) : void 0;
  return IsSchema(inferrable);
}
function ElementsCompare(inferred, reversed, left, leftRest, right, rightRest) {
  return Match3(ExtendsLeft(inferred, left, right), (checkInferred) => Elements(checkInferred, reversed, leftRest, rightRest), () => ExtendsFalse());
}
function ElementsLeft(inferred, reversed, leftRest, right, rightRest) {
  let inferable = TryRestInferable(right);
  return (
    // Rest Inferrable Right Means we delegate to TInferTupleResult to Generate a Result
    IsInferable(inferable) ? InferTupleResult(inferred, inferable.name, ApplyReverse(leftRest, reversed), inferable.type) : guard_exports.ShiftLeft(leftRest, (head, tail) => ElementsCompare(inferred, reversed, head, tail, right, rightRest), () => ExtendsFalse())
  );
}
function ElementsRight(inferred, reversed, leftRest, rightRest) {
  return guard_exports.ShiftLeft(rightRest, (head, tail) => ElementsLeft(inferred, reversed, leftRest, head, tail), () => guard_exports.IsEqual(leftRest.length, 0) ? ExtendsTrue(inferred) : ExtendsFalse());
}
function Elements(inferred, reversed, leftRest, rightRest) {
  return ElementsRight(inferred, reversed, leftRest, rightRest);
}
function ExtendsTupleToTuple(inferred, left, right) {
  let instantiatedRight = InstantiateElements(inferred, State([], []), right), reversed = Reversed(instantiatedRight);
  return Elements(inferred, reversed, ApplyReverse(left, reversed), ApplyReverse(instantiatedRight, reversed));
}
function ExtendsTupleToArrayReduce(inferred, left, right) {
  for (let head of left) {
    let result = ExtendsLeft(inferred, head, right);
    if (!IsExtendsTrueLike(result))
      return result;
    inferred = result.inferred;
  }
  return ExtendsTrue(inferred);
}
function ExtendsTupleToArray(inferred, left, right) {
  let inferrable = TryInferable(right);
  return IsInferable(inferrable) ? InferUnionResult(inferred, inferrable.name, left, inferrable.type) : ExtendsTupleToArrayReduce(inferred, left, right);
}
function ExtendsTuple(inferred, left, right) {
  let instantiatedLeft = InstantiateElements(inferred, State([], []), left);
  return IsTuple(right) ? ExtendsTupleToTuple(inferred, instantiatedLeft, right.items) : IsArray2(right) ? ExtendsTupleToArray(inferred, instantiatedLeft, right.items) : ExtendsRight(inferred, Tuple(instantiatedLeft), right);
}
var init_tuple2 = __esm({
  "node_modules/typebox/build/type/extends/tuple.mjs"() {
    init_guard2();
    init_schema();
    init_array();
    init_tuple();
    init_extends_left();
    init_extends_right();
    init_result();
    init_instantiate27();
    init_instantiate27();
    init_inference();
  }
});

// node_modules/typebox/build/type/extends/undefined.mjs
function ExtendsUndefined(inferred, left, right) {
  return IsVoid(right) ? ExtendsTrue(inferred) : IsUndefined2(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_undefined2 = __esm({
  "node_modules/typebox/build/type/extends/undefined.mjs"() {
    init_undefined();
    init_void();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/union.mjs
function ExtendsUnionSome(inferred, type, unionTypes) {
  return guard_exports.ShiftLeft(unionTypes, (head, tail) => Match3(ExtendsLeft(inferred, type, head), (inferred2) => ExtendsTrue(inferred2), () => ExtendsUnionSome(inferred, type, tail)), () => ExtendsFalse());
}
function ExtendsUnionLeft(inferred, left, right) {
  return guard_exports.ShiftLeft(left, (head, tail) => Match3(ExtendsUnionSome(inferred, head, right), (inferred2) => ExtendsUnionLeft(inferred2, tail, right), () => ExtendsFalse()), () => ExtendsTrue(inferred));
}
function ExtendsUnion2(inferred, left, right) {
  let inferrable = TryInferable(right);
  return IsInferable(inferrable) ? InferUnionResult(inferred, inferrable.name, left, inferrable.type) : IsUnion(right) ? ExtendsUnionLeft(inferred, left, right.anyOf) : ExtendsUnionLeft(inferred, left, [right]);
}
var init_union2 = __esm({
  "node_modules/typebox/build/type/extends/union.mjs"() {
    init_guard2();
    init_union();
    init_extends_left();
    init_result();
    init_inference();
  }
});

// node_modules/typebox/build/type/extends/unknown.mjs
function ExtendsUnknown(inferred, left, right) {
  return IsInfer(right) ? ExtendsRight(inferred, left, right) : IsAny(right) ? ExtendsTrue(inferred) : IsUnknown(right) ? ExtendsTrue(inferred) : ExtendsFalse();
}
var init_unknown2 = __esm({
  "node_modules/typebox/build/type/extends/unknown.mjs"() {
    init_any();
    init_unknown();
    init_infer();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/void.mjs
function ExtendsVoid(inferred, left, right) {
  return IsVoid(right) ? ExtendsTrue(inferred) : ExtendsRight(inferred, left, right);
}
var init_void2 = __esm({
  "node_modules/typebox/build/type/extends/void.mjs"() {
    init_void();
    init_extends_right();
    init_result();
  }
});

// node_modules/typebox/build/type/extends/extends_left.mjs
function ExtendsLeft(inferred, left, right) {
  return IsAny(left) ? ExtendsAny(inferred, left, right) : IsArray2(left) ? ExtendsArray(inferred, left, left.items, right) : IsBigInt2(left) ? ExtendsBigInt(inferred, left, right) : IsBoolean2(left) ? ExtendsBoolean(inferred, left, right) : IsConstructor2(left) ? ExtendsConstructor(inferred, left.parameters, left.instanceType, right) : IsDependent(left) ? ExtendsDependent(inferred, left.if, left.then, left.else, right) : IsEnum(left) ? ExtendsEnum(inferred, left.enum, right) : IsFunction2(left) ? ExtendsFunction(inferred, left.parameters, left.returnType, right) : IsInteger2(left) ? ExtendsInteger(inferred, left, right) : IsIntersect(left) ? ExtendsIntersect(inferred, left.allOf, right) : IsLiteral(left) ? ExtendsLiteral(inferred, left, right) : IsNever(left) ? ExtendsNever(inferred, left, right) : IsNull2(left) ? ExtendsNull(inferred, left, right) : IsNumber2(left) ? ExtendsNumber(inferred, left, right) : IsObject2(left) ? ExtendsObject(inferred, left.properties, right) : IsRecord(left) ? ExtendsRecord(inferred, RecordPattern(left), RecordValue(left), right) : IsString2(left) ? ExtendsString(inferred, left, right) : IsSymbol2(left) ? ExtendsSymbol(inferred, left, right) : IsTemplateLiteral(left) ? ExtendsTemplateLiteral(inferred, left.pattern, right) : IsTuple(left) ? ExtendsTuple(inferred, left.items, right) : IsUndefined2(left) ? ExtendsUndefined(inferred, left, right) : IsUnion(left) ? ExtendsUnion2(inferred, left.anyOf, right) : IsUnknown(left) ? ExtendsUnknown(inferred, left, right) : IsVoid(left) ? ExtendsVoid(inferred, left, right) : ExtendsFalse();
}
var init_extends_left = __esm({
  "node_modules/typebox/build/type/extends/extends_left.mjs"() {
    init_any2();
    init_array2();
    init_bigint3();
    init_boolean2();
    init_constructor2();
    init_dependent2();
    init_enum2();
    init_function2();
    init_integer3();
    init_intersect2();
    init_literal2();
    init_never2();
    init_null2();
    init_number3();
    init_object2();
    init_record2();
    init_string3();
    init_symbol2();
    init_template_literal2();
    init_tuple2();
    init_undefined2();
    init_union2();
    init_unknown2();
    init_void2();
    init_any();
    init_array();
    init_bigint();
    init_boolean();
    init_constructor();
    init_dependent();
    init_enum();
    init_function();
    init_integer();
    init_intersect();
    init_literal();
    init_never();
    init_null();
    init_number();
    init_object();
    init_record();
    init_string();
    init_symbol();
    init_template_literal();
    init_tuple();
    init_undefined();
    init_unknown();
    init_union();
    init_void();
    init_result();
  }
});

// node_modules/typebox/build/type/engine/interface/instantiate.mjs
function InterfaceOperation(heritage, properties) {
  return EvaluateIntersect([...heritage, _Object_(properties)]);
}
function InterfaceAction(heritage, properties, options) {
  return CanInstantiate(heritage) ? memory_exports.Update(InterfaceOperation(heritage, properties), {}, options) : InterfaceDeferred(heritage, properties, options);
}
function InterfaceInstantiate(context, state, heritage, properties, options) {
  let instantiatedHeritage = InstantiateTypes(context, state, heritage), instantiatedProperties = InstantiateProperties(context, state, properties);
  return InterfaceAction(instantiatedHeritage, instantiatedProperties, options);
}
var init_instantiate3 = __esm({
  "node_modules/typebox/build/type/engine/interface/instantiate.mjs"() {
    init_memory2();
    init_object();
    init_evaluate2();
    init_action();
    init_instantiate27();
    init_instantiate27();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/interface.mjs
function InterfaceDeferred(heritage, properties, options = {}) {
  return Deferred("Interface", [heritage, properties], options);
}
function IsInterfaceDeferred(value) {
  return IsSchema(value) && guard_exports.HasPropertyKey(value, "action") && guard_exports.IsEqual(value.action, "Interface");
}
function Interface(heritage, properties, options = {}) {
  return InterfaceAction(heritage, properties, options);
}
var init_interface = __esm({
  "node_modules/typebox/build/type/action/interface.mjs"() {
    init_guard2();
    init_schema();
    init_deferred();
    init_instantiate3();
  }
});

// node_modules/typebox/build/type/engine/cyclic/check.mjs
function FromRef(stack, context, ref) {
  return stack.includes(ref) ? !0 : FromType3([...stack, ref], context, context[ref]);
}
function FromProperties(stack, context, properties) {
  let types = PropertyValues(properties);
  return FromTypes2(stack, context, types);
}
function FromTypes2(stack, context, types) {
  return guard_exports.ShiftLeft(types, (left, right) => FromType3(stack, context, left) ? !0 : FromTypes2(stack, context, right), () => !1);
}
function FromType3(stack, context, type) {
  return IsRef(type) ? FromRef(stack, context, type.$ref) : IsArray2(type) ? FromType3(stack, context, type.items) : IsConstructor2(type) ? FromTypes2(stack, context, [...type.parameters, type.instanceType]) : IsFunction2(type) ? FromTypes2(stack, context, [...type.parameters, type.returnType]) : IsInterfaceDeferred(type) ? FromProperties(stack, context, type.parameters[1]) : IsIntersect(type) ? FromTypes2(stack, context, type.allOf) : IsObject2(type) ? FromProperties(stack, context, type.properties) : IsUnion(type) ? FromTypes2(stack, context, type.anyOf) : IsTuple(type) ? FromTypes2(stack, context, type.items) : IsRecord(type) ? FromType3(stack, context, RecordValue(type)) : !1;
}
function CyclicCheck(stack, context, type) {
  return FromType3(stack, context, type);
}
var init_check2 = __esm({
  "node_modules/typebox/build/type/engine/cyclic/check.mjs"() {
    init_guard2();
    init_array();
    init_constructor();
    init_function();
    init_intersect();
    init_object();
    init_properties();
    init_record();
    init_tuple();
    init_union();
    init_ref();
    init_interface();
  }
});

// node_modules/typebox/build/type/engine/cyclic/candidates.mjs
function ResolveCandidateKeys(context, keys2) {
  return keys2.reduce((result, left) => CyclicCheck([left], context, context[left]) ? [...result, left] : result, []);
}
function CyclicCandidates(context) {
  let keys2 = PropertyKeys(context);
  return ResolveCandidateKeys(context, keys2);
}
var init_candidates = __esm({
  "node_modules/typebox/build/type/engine/cyclic/candidates.mjs"() {
    init_properties();
    init_check2();
  }
});

// node_modules/typebox/build/type/engine/cyclic/dependencies.mjs
function FromRef2(context, ref, result) {
  return result.includes(ref) ? result : ref in context ? FromType4(context, context[ref], [...result, ref]) : Unreachable();
}
function FromProperties2(context, properties, result) {
  let types = PropertyValues(properties);
  return FromTypes3(context, types, result);
}
function FromTypes3(context, types, result) {
  return types.reduce((result2, left) => FromType4(context, left, result2), result);
}
function FromType4(context, type, result) {
  return IsRef(type) ? FromRef2(context, type.$ref, result) : IsArray2(type) ? FromType4(context, type.items, result) : IsConstructor2(type) ? FromTypes3(context, [...type.parameters, type.instanceType], result) : IsFunction2(type) ? FromTypes3(context, [...type.parameters, type.returnType], result) : IsInterfaceDeferred(type) ? FromProperties2(context, type.parameters[1], result) : IsIntersect(type) ? FromTypes3(context, type.allOf, result) : IsObject2(type) ? FromProperties2(context, type.properties, result) : IsUnion(type) ? FromTypes3(context, type.anyOf, result) : IsTuple(type) ? FromTypes3(context, type.items, result) : IsRecord(type) ? FromType4(context, RecordValue(type), result) : result;
}
function CyclicDependencies(context, key, type) {
  return FromType4(context, type, [key]);
}
var init_dependencies = __esm({
  "node_modules/typebox/build/type/engine/cyclic/dependencies.mjs"() {
    init_unreachable2();
    init_array();
    init_constructor();
    init_function();
    init_intersect();
    init_object();
    init_properties();
    init_record();
    init_tuple();
    init_union();
    init_ref();
    init_interface();
  }
});

// node_modules/typebox/build/type/engine/cyclic/extends.mjs
function FromRef3(_ref) {
  return Any();
}
function FromProperties3(properties) {
  return guard_exports.Keys(properties).reduce((result, key) => ({ ...result, [key]: FromType5(properties[key]) }), {});
}
function FromTypes4(types) {
  return types.reduce((result, left) => [...result, FromType5(left)], []);
}
function FromType5(type) {
  return IsRef(type) ? FromRef3(type.$ref) : IsArray2(type) ? _Array_(FromType5(type.items), ArrayOptions(type)) : IsConstructor2(type) ? Constructor(FromTypes4(type.parameters), FromType5(type.instanceType)) : IsFunction2(type) ? _Function_(FromTypes4(type.parameters), FromType5(type.returnType)) : IsIntersect(type) ? Intersect(FromTypes4(type.allOf)) : IsObject2(type) ? _Object_(FromProperties3(type.properties)) : IsRecord(type) ? Record(RecordKey(type), FromType5(RecordValue(type))) : IsUnion(type) ? Union(FromTypes4(type.anyOf)) : IsTuple(type) ? Tuple(FromTypes4(type.items)) : type;
}
function CyclicAnyFromParameters(defs, ref) {
  return ref in defs ? FromType5(defs[ref]) : Unknown();
}
function CyclicExtends(type) {
  return CyclicAnyFromParameters(type.$defs, type.$ref);
}
var init_extends = __esm({
  "node_modules/typebox/build/type/engine/cyclic/extends.mjs"() {
    init_guard2();
    init_any();
    init_array();
    init_constructor();
    init_function();
    init_intersect();
    init_object();
    init_record();
    init_ref();
    init_tuple();
    init_union();
    init_unknown();
  }
});

// node_modules/typebox/build/type/engine/cyclic/instantiate.mjs
function CyclicInterface(context, heritage, properties) {
  let instantiatedHeritage = InstantiateTypes(context, State([], []), heritage), instantiatedProperties = InstantiateProperties({}, State([], []), properties);
  return EvaluateIntersect([...instantiatedHeritage, _Object_(instantiatedProperties)]);
}
function CyclicDefinitions(context, dependencies) {
  return guard_exports.Keys(context).filter((key) => dependencies.includes(key)).reduce((result, key) => {
    let type = context[key], instantiatedType = IsInterfaceDeferred(type) ? CyclicInterface(context, type.parameters[0], type.parameters[1]) : type;
    return { ...result, [key]: instantiatedType };
  }, {});
}
function InstantiateCyclic(context, ref, type) {
  let dependencies = CyclicDependencies(context, ref, type), definitions = CyclicDefinitions(context, dependencies);
  return Cyclic(definitions, ref);
}
var init_instantiate4 = __esm({
  "node_modules/typebox/build/type/engine/cyclic/instantiate.mjs"() {
    init_guard2();
    init_cyclic();
    init_object();
    init_dependencies();
    init_action();
    init_instantiate27();
    init_instantiate27();
    init_instantiate27();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/cyclic/target.mjs
function Resolve(defs, ref) {
  return ref in defs ? IsRef(defs[ref]) ? Resolve(defs, defs[ref].$ref) : defs[ref] : Never();
}
function CyclicTarget(defs, ref) {
  return Resolve(defs, ref);
}
var init_target = __esm({
  "node_modules/typebox/build/type/engine/cyclic/target.mjs"() {
    init_never();
    init_ref();
  }
});

// node_modules/typebox/build/type/engine/cyclic/index.mjs
var init_cyclic2 = __esm({
  "node_modules/typebox/build/type/engine/cyclic/index.mjs"() {
    init_candidates();
    init_check2();
    init_dependencies();
    init_extends();
    init_instantiate4();
    init_target();
  }
});

// node_modules/typebox/build/type/extends/extends.mjs
function Canonical(type) {
  return IsCyclic(type) ? CyclicExtends(type) : IsUnsafe(type) ? Unknown() : type;
}
function Extends(inferred, left, right) {
  let canonicalLeft = Canonical(left), canonicalRight = Canonical(right);
  return ExtendsLeft(inferred, canonicalLeft, canonicalRight);
}
var init_extends2 = __esm({
  "node_modules/typebox/build/type/extends/extends.mjs"() {
    init_cyclic();
    init_unknown();
    init_unsafe();
    init_extends_left();
    init_cyclic2();
  }
});

// node_modules/typebox/build/type/extends/index.mjs
var init_extends3 = __esm({
  "node_modules/typebox/build/type/extends/index.mjs"() {
    init_extends2();
    init_result();
  }
});

// node_modules/typebox/build/type/engine/evaluate/compare.mjs
function Compare(left, right) {
  let extendsCheck = [Extends({}, left, right), Extends({}, right, left)];
  return result_exports.IsExtendsTrueLike(extendsCheck[0]) && result_exports.IsExtendsTrueLike(extendsCheck[1]) ? CompareResultEqual : result_exports.IsExtendsTrueLike(extendsCheck[0]) && result_exports.IsExtendsFalse(extendsCheck[1]) ? CompareResultLeftInside : result_exports.IsExtendsFalse(extendsCheck[0]) && result_exports.IsExtendsTrueLike(extendsCheck[1]) ? CompareResultRightInside : CompareResultDisjoint;
}
var CompareResultEqual, CompareResultDisjoint, CompareResultLeftInside, CompareResultRightInside, init_compare = __esm({
  "node_modules/typebox/build/type/engine/evaluate/compare.mjs"() {
    init_extends3();
    CompareResultEqual = 0, CompareResultDisjoint = 1, CompareResultLeftInside = 2, CompareResultRightInside = 3;
  }
});

// node_modules/typebox/build/type/engine/evaluate/broaden.mjs
function BroadenFilter(type, types, result = [], all = types) {
  return guard_exports.ShiftLeft(types, (left, right) => {
    let compare = Compare(type, left);
    return guard_exports.IsEqual(compare, CompareResultLeftInside) || guard_exports.IsEqual(compare, CompareResultEqual) ? all : guard_exports.IsEqual(compare, CompareResultDisjoint) ? BroadenFilter(type, right, [...result, left], all) : BroadenFilter(type, right, result, all);
  }, () => [...result, type]);
}
function BroadenType(type, types, result) {
  let evaluated = EvaluateType(type);
  return IsAny(evaluated) ? [evaluated] : (
    // terminate (always the most broad)
    IsUnknown(evaluated) ? [evaluated] : (
      // terminate (always the most broad)
      IsNever(evaluated) ? BroadenTypes(types, result) : (
        // ignored: never is dropped
        IsObject2(evaluated) ? BroadenTypes(types, [...result, evaluated]) : (
          // objects are always considered (too expensive to compare)
          BroadenTypes(types, BroadenFilter(evaluated, result))
        )
      )
    )
  );
}
function BroadenTypes(types, result = []) {
  return guard_exports.ShiftLeft(types, (left, right) => BroadenType(left, right, result), () => result);
}
function Broaden(types) {
  let broadened = BroadenTypes(types);
  return Flatten(broadened);
}
var init_broaden = __esm({
  "node_modules/typebox/build/type/engine/evaluate/broaden.mjs"() {
    init_guard2();
    init_any();
    init_never();
    init_object();
    init_unknown();
    init_compare();
    init_flatten();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/evaluate/instantiate.mjs
function EvaluateAction(type, options) {
  return memory_exports.Update(EvaluateType(type), {}, options);
}
function EvaluateInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return EvaluateAction(instantiatedType, options);
}
var init_instantiate5 = __esm({
  "node_modules/typebox/build/type/engine/evaluate/instantiate.mjs"() {
    init_memory2();
    init_instantiate27();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/evaluate/index.mjs
var init_evaluate3 = __esm({
  "node_modules/typebox/build/type/engine/evaluate/index.mjs"() {
    init_broaden();
    init_compare();
    init_composite();
    init_distribute();
    init_evaluate2();
    init_flatten();
    init_instantiate5();
    init_narrow();
    init_property();
  }
});

// node_modules/typebox/build/type/engine/call/distribute_arguments.mjs
function CollectDistributionNames(expression, result = []) {
  return (
    // Conditional
    IsDeferred(expression) && guard_exports.IsEqual(expression.action, "Conditional") ? IsRef(expression.parameters[0]) ? CollectDistributionNames(expression.parameters[2], CollectDistributionNames(expression.parameters[3], [...result, expression.parameters[0].$ref])) : CollectDistributionNames(expression.parameters[2], CollectDistributionNames(expression.parameters[3], result)) : IsDeferred(expression) && guard_exports.IsEqual(expression.action, "Mapped") && IsDeferred(expression.parameters[1]) && guard_exports.IsEqual(expression.parameters[1].action, "KeyOf") && IsRef(expression.parameters[1].parameters[0]) ? [...result, expression.parameters[1].parameters[0].$ref] : result
  );
}
function BuildDistributionArray(parameters, names3) {
  return parameters.reduce((result, left) => [...result, names3.includes(left.name)], []);
}
function ZipDistributionArray(arguments_, distributionArray, result = []) {
  return guard_exports.ShiftLeft(arguments_, (argumentLeft, argumentRight) => guard_exports.ShiftLeft(distributionArray, (booleanLeft, booleanRight) => ZipDistributionArray(argumentRight, booleanRight, [...result, [booleanLeft, argumentLeft]]), () => result), () => result);
}
function CanonicalArgument(type) {
  return IsTemplateLiteral(type) ? EvaluateTemplateLiteral(type.pattern) : IsEnum(type) ? EvaluateEnum(type.enum) : type;
}
function Expand(type) {
  let canonicalArgument = CanonicalArgument(type);
  return IsUnion(canonicalArgument) ? [...canonicalArgument.anyOf] : [canonicalArgument];
}
function Append(current, type) {
  return current.reduce((result, left) => [...result, [...left, type]], []);
}
function Cross(current, variants) {
  return variants.reduce((result, left) => [...result, ...Append(current, left)], []);
}
function Distribute2(zipped) {
  return zipped.reduce((result, left) => guard_exports.IsEqual(left[0], !0) ? Cross(result, Expand(left[1])) : Cross(result, [left[1]]), [[]]);
}
function DistributeArguments(parameters, arguments_, expression) {
  let distributionNames = CollectDistributionNames(expression), distributionArray = BuildDistributionArray(parameters, distributionNames), zippedArguments = ZipDistributionArray(arguments_, distributionArray);
  return IsDeferred(expression) && guard_exports.IsEqual(expression.action, "Conditional") || IsDeferred(expression) && guard_exports.IsEqual(expression.action, "Mapped") ? Distribute2(zippedArguments) : [arguments_];
}
var init_distribute_arguments = __esm({
  "node_modules/typebox/build/type/engine/call/distribute_arguments.mjs"() {
    init_guard2();
    init_union();
    init_deferred();
    init_enum();
    init_template_literal();
    init_ref();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/call/resolve_target.mjs
function FromNotResolvable() {
  return ["(not-resolvable)", Never()];
}
function FromNotGeneric() {
  return ["(not-generic)", Never()];
}
function FromGeneric(name3, parameters, expression) {
  return [name3, Generic(parameters, expression)];
}
function FromRef4(context, ref, arguments_) {
  return ref in context ? FromType6(context, ref, context[ref], arguments_) : FromNotResolvable();
}
function FromType6(context, name3, target, arguments_) {
  return IsGeneric(target) ? FromGeneric(name3, target.parameters, target.expression) : IsRef(target) ? FromRef4(context, target.$ref, arguments_) : FromNotGeneric();
}
function ResolveTarget(context, target, arguments_) {
  return FromType6(context, "(anonymous)", target, arguments_);
}
var init_resolve_target = __esm({
  "node_modules/typebox/build/type/engine/call/resolve_target.mjs"() {
    init_generic();
    init_ref();
    init_never();
  }
});

// node_modules/typebox/build/type/engine/call/resolve_arguments.mjs
function AssertArgumentExtends(name3, type, extends_) {
  if (IsInfer(type) || IsCall(type) || result_exports.IsExtendsTrueLike(Extends({}, type, extends_)))
    return;
  let cause = { parameter: name3, expect: extends_, actual: type };
  throw new Error(`Argument for parameter ${name3} does not satisfy constraint`, { cause });
}
function BindArgument(context, state, name3, extends_, type) {
  let instantiatedArgument = InstantiateType(context, state, type);
  return AssertArgumentExtends(name3, instantiatedArgument, extends_), memory_exports.Assign(context, { [name3]: instantiatedArgument });
}
function BindArguments(context, state, parameterLeft, parameterRight, arguments_) {
  let instantiatedExtends = InstantiateType(context, state, parameterLeft.extends), instantiatedEquals = InstantiateType(context, state, parameterLeft.equals);
  return guard_exports.ShiftLeft(arguments_, (left, right) => BindParameters(BindArgument(context, state, parameterLeft.name, instantiatedExtends, left), state, parameterRight, right), () => BindParameters(BindArgument(context, state, parameterLeft.name, instantiatedExtends, instantiatedEquals), state, parameterRight, []));
}
function BindParameters(context, state, parameters, arguments_) {
  return guard_exports.ShiftLeft(parameters, (left, right) => BindArguments(context, state, left, right, arguments_), () => context);
}
function ResolveArgumentsContext(context, state, parameters, arguments_) {
  return BindParameters(context, state, parameters, arguments_);
}
var init_resolve_arguments = __esm({
  "node_modules/typebox/build/type/engine/call/resolve_arguments.mjs"() {
    init_guard2();
    init_memory2();
    init_instantiate27();
    init_extends3();
    init_infer();
    init_call();
  }
});

// node_modules/typebox/build/type/engine/call/instantiate.mjs
function InstantiationAssert() {
  if (!guard_exports.IsLessThan(instantiationCount, settings_exports.Get().maxInstantiationCount))
    throw Error("Type instantiation is excessively deep and possibly infinite");
}
function InstantiationIncrement() {
  InstantiationAssert(), instantiationCount++, instantiationDepth++;
}
function InstantiationDecrement() {
  instantiationDepth--, guard_exports.IsEqual(instantiationDepth, 0) && (instantiationCount = 0);
}
function Peek(state) {
  return guard_exports.IsGreaterThan(state.callstack.length, 0) ? state.callstack[state.callstack.length - 1] : "";
}
function IsTailCall(state, name3) {
  return guard_exports.IsEqual(Peek(state), name3);
}
function CallDispatch(context, state, target, parameters, expression, arguments_) {
  InstantiationIncrement();
  try {
    let argumentsContext = ResolveArgumentsContext(context, state, parameters, arguments_), returnType = InstantiateType(argumentsContext, State([...state.callstack, target.$ref], state.visited), expression);
    return InstantiateType(argumentsContext, State([], []), returnType);
  } finally {
    InstantiationDecrement();
  }
}
function CallDistributed(context, state, target, parameters, expression, distributedArguments) {
  return distributedArguments.reduce((result, arguments_) => {
    let returnType = CallDispatch(context, state, target, parameters, expression, arguments_);
    return [...result, returnType];
  }, []);
}
function CallImmediate(context, state, target, parameters, expression, arguments_) {
  let distributedArguments = DistributeArguments(parameters, arguments_, expression), returnTypes = CallDistributed(context, state, target, parameters, expression, distributedArguments);
  return guard_exports.IsEqual(returnTypes.length, 1) ? returnTypes[0] : EvaluateUnion(returnTypes);
}
function CallInstantiate(context, state, target, arguments_) {
  let instantiatedArguments = InstantiateTypes(context, state, arguments_), resolved = ResolveTarget(context, target, arguments_), name3 = resolved[0], type = resolved[1];
  return IsGeneric(type) ? IsTailCall(state, name3) ? CallConstruct(Ref(name3), instantiatedArguments) : CallImmediate(context, state, Ref(name3), type.parameters, type.expression, instantiatedArguments) : CallConstruct(target, instantiatedArguments);
}
var instantiationDepth, instantiationCount, init_instantiate6 = __esm({
  "node_modules/typebox/build/type/engine/call/instantiate.mjs"() {
    init_settings2();
    init_guard2();
    init_call();
    init_ref();
    init_generic();
    init_evaluate3();
    init_instantiate27();
    init_instantiate27();
    init_instantiate27();
    init_distribute_arguments();
    init_resolve_target();
    init_resolve_arguments();
    instantiationDepth = 0, instantiationCount = 0;
  }
});

// node_modules/typebox/build/type/types/call.mjs
function CallConstruct(target, arguments_) {
  return memory_exports.Create({ "~kind": "Call" }, { type: "call", target, arguments: arguments_ }, {});
}
function Call(target, arguments_) {
  return CallInstantiate({}, State([], []), target, arguments_);
}
function IsCall(value) {
  return IsKind(value, "Call");
}
var init_call = __esm({
  "node_modules/typebox/build/type/types/call.mjs"() {
    init_memory2();
    init_schema();
    init_instantiate6();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/immutable/instantiate_remove.mjs
function RemoveImmutableOperation(type) {
  return memory_exports.Discard(type, ["~immutable"]);
}
function RemoveImmutableAction(type, options) {
  return memory_exports.Update(RemoveImmutableOperation(type), {}, options);
}
function RemoveImmutableInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return RemoveImmutableAction(instantiatedType, options);
}
var init_instantiate_remove3 = __esm({
  "node_modules/typebox/build/type/engine/immutable/instantiate_remove.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/mapping.mjs
function ApplyMapping(mapping, value) {
  return mapping(value);
}
var init_mapping2 = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/mapping.mjs"() {
  }
});

// node_modules/typebox/build/type/engine/intrinsics/from_literal.mjs
function FromLiteral3(mapping, value) {
  return guard_exports.IsString(value) ? Literal(ApplyMapping(mapping, value)) : Literal(value);
}
var init_from_literal = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/from_literal.mjs"() {
    init_guard2();
    init_literal();
    init_mapping2();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/from_template_literal.mjs
function FromTemplateLiteral(mapping, pattern) {
  let evaluated = EvaluateTemplateLiteral(pattern);
  return FromType7(mapping, evaluated);
}
var init_from_template_literal = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/from_template_literal.mjs"() {
    init_from_type();
    init_evaluate3();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/from_union.mjs
function FromUnion2(mapping, types) {
  let result = types.map((type) => FromType7(mapping, type));
  return Union(result);
}
var init_from_union = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/from_union.mjs"() {
    init_union();
    init_from_type();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/from_type.mjs
function FromType7(mapping, type) {
  return IsLiteral(type) ? FromLiteral3(mapping, type.const) : IsTemplateLiteral(type) ? FromTemplateLiteral(mapping, type.pattern) : IsUnion(type) ? FromUnion2(mapping, type.anyOf) : type;
}
var init_from_type = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/from_type.mjs"() {
    init_literal();
    init_template_literal();
    init_union();
    init_from_literal();
    init_from_template_literal();
    init_from_union();
  }
});

// node_modules/typebox/build/type/action/capitalize.mjs
function CapitalizeDeferred(type, options = {}) {
  return Deferred("Capitalize", [type], options);
}
function Capitalize(type, options = {}) {
  return CapitalizeAction(type, options);
}
var init_capitalize = __esm({
  "node_modules/typebox/build/type/action/capitalize.mjs"() {
    init_deferred();
    init_instantiate7();
  }
});

// node_modules/typebox/build/type/action/lowercase.mjs
function LowercaseDeferred(type, options = {}) {
  return Deferred("Lowercase", [type], options);
}
function Lowercase(type, options = {}) {
  return LowercaseAction(type, options);
}
var init_lowercase = __esm({
  "node_modules/typebox/build/type/action/lowercase.mjs"() {
    init_deferred();
    init_instantiate7();
  }
});

// node_modules/typebox/build/type/action/uncapitalize.mjs
function UncapitalizeDeferred(type, options = {}) {
  return Deferred("Uncapitalize", [type], options);
}
function Uncapitalize(type, options = {}) {
  return UncapitalizeAction(type, options);
}
var init_uncapitalize = __esm({
  "node_modules/typebox/build/type/action/uncapitalize.mjs"() {
    init_deferred();
    init_instantiate7();
  }
});

// node_modules/typebox/build/type/action/uppercase.mjs
function UppercaseDeferred(type, options = {}) {
  return Deferred("Uppercase", [type], options);
}
function Uppercase(type, options = {}) {
  return UppercaseAction(type, options);
}
var init_uppercase = __esm({
  "node_modules/typebox/build/type/action/uppercase.mjs"() {
    init_deferred();
    init_instantiate7();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/instantiate.mjs
function CapitalizeAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType7(CapitalizeMapping, type), {}, options) : CapitalizeDeferred(type, options);
}
function LowercaseAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType7(LowercaseMapping, type), {}, options) : LowercaseDeferred(type, options);
}
function UncapitalizeAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType7(UncapitalizeMapping, type), {}, options) : UncapitalizeDeferred(type, options);
}
function UppercaseAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType7(UppercaseMapping, type), {}, options) : UppercaseDeferred(type, options);
}
function CapitalizeInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return CapitalizeAction(instantiatedType, options);
}
function LowercaseInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return LowercaseAction(instantiatedType, options);
}
function UncapitalizeInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return UncapitalizeAction(instantiatedType, options);
}
function UppercaseInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return UppercaseAction(instantiatedType, options);
}
var CapitalizeMapping, LowercaseMapping, UncapitalizeMapping, UppercaseMapping, init_instantiate7 = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/instantiate.mjs"() {
    init_memory2();
    init_from_type();
    init_instantiate27();
    init_capitalize();
    init_lowercase();
    init_uncapitalize();
    init_uppercase();
    CapitalizeMapping = (input) => input[0].toUpperCase() + input.slice(1), LowercaseMapping = (input) => input.toLowerCase(), UncapitalizeMapping = (input) => input[0].toLowerCase() + input.slice(1), UppercaseMapping = (input) => input.toUpperCase();
  }
});

// node_modules/typebox/build/type/action/conditional.mjs
function ConditionalDeferred(left, right, true_, false_, options = {}) {
  return Deferred("Conditional", [left, right, true_, false_], options);
}
function Conditional(left, right, true_, false_, options = {}) {
  return ConditionalAction({}, State([], []), left, right, true_, false_, options);
}
var init_conditional = __esm({
  "node_modules/typebox/build/type/action/conditional.mjs"() {
    init_deferred();
    init_instantiate8();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/conditional/instantiate.mjs
function ConditionalOperation(context, state, left, right, true_, false_) {
  let extendsResult = Extends(context, left, right);
  return result_exports.IsExtendsUnion(extendsResult) ? Union([InstantiateType(extendsResult.inferred, state, true_), InstantiateType(context, state, false_)]) : result_exports.IsExtendsTrue(extendsResult) ? InstantiateType(extendsResult.inferred, state, true_) : InstantiateType(context, state, false_);
}
function ConditionalAction(context, state, left, right, true_, false_, options) {
  return CanInstantiate([left, right]) ? memory_exports.Update(ConditionalOperation(context, state, left, right, true_, false_), {}, options) : ConditionalDeferred(left, right, true_, false_, options);
}
function ConditionalInstantiate(context, state, left, right, true_, false_, options) {
  let instantiatedLeft = InstantiateType(context, state, left), instantiatedRight = InstantiateType(context, state, right);
  return ConditionalAction(context, state, instantiatedLeft, instantiatedRight, true_, false_, options);
}
var init_instantiate8 = __esm({
  "node_modules/typebox/build/type/engine/conditional/instantiate.mjs"() {
    init_memory2();
    init_union();
    init_extends3();
    init_instantiate27();
    init_conditional();
  }
});

// node_modules/typebox/build/type/engine/conditional/index.mjs
var init_conditional2 = __esm({
  "node_modules/typebox/build/type/engine/conditional/index.mjs"() {
    init_instantiate8();
  }
});

// node_modules/typebox/build/type/action/constructor_parameters.mjs
function ConstructorParametersDeferred(type, options = {}) {
  return Deferred("ConstructorParameters", [type], options);
}
function ConstructorParameters(type, options = {}) {
  return ConstructorParametersAction(type, options);
}
var init_constructor_parameters = __esm({
  "node_modules/typebox/build/type/action/constructor_parameters.mjs"() {
    init_deferred();
    init_instantiate9();
  }
});

// node_modules/typebox/build/type/engine/constructor_parameters/instantiate.mjs
function ConstructorParametersOperation(type) {
  let parameters = IsConstructor2(type) ? type.parameters : [], instantiatedParameters = InstantiateElements({}, State([], []), parameters);
  return Tuple(instantiatedParameters);
}
function ConstructorParametersAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(ConstructorParametersOperation(type), {}, options) : ConstructorParametersDeferred(type, options);
}
function ConstructorParametersInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return ConstructorParametersAction(instantiatedType, options);
}
var init_instantiate9 = __esm({
  "node_modules/typebox/build/type/engine/constructor_parameters/instantiate.mjs"() {
    init_memory2();
    init_constructor();
    init_tuple();
    init_constructor_parameters();
    init_instantiate27();
    init_instantiate27();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/exclude.mjs
function ExcludeDeferred(left, right, options = {}) {
  return Deferred("Exclude", [left, right], options);
}
function Exclude(left, right, options = {}) {
  return ExcludeAction(left, right, options);
}
var init_exclude = __esm({
  "node_modules/typebox/build/type/action/exclude.mjs"() {
    init_deferred();
    init_instantiate10();
  }
});

// node_modules/typebox/build/type/engine/exclude/instantiate.mjs
function ExcludeAction(left, right, options) {
  return CanInstantiate([left, right]) ? memory_exports.Update(ExcludeOperation(left, right), {}, options) : ExcludeDeferred(left, right, options);
}
function ExcludeInstantiate(context, state, left, right, options) {
  let instantiatedLeft = InstantiateType(context, state, left), instantiatedRight = InstantiateType(context, state, right);
  return ExcludeAction(instantiatedLeft, instantiatedRight, options);
}
var init_instantiate10 = __esm({
  "node_modules/typebox/build/type/engine/exclude/instantiate.mjs"() {
    init_memory2();
    init_instantiate27();
    init_exclude();
    init_operation();
  }
});

// node_modules/typebox/build/type/action/extract.mjs
function ExtractDeferred(left, right, options = {}) {
  return Deferred("Extract", [left, right], options);
}
function Extract(left, right, options = {}) {
  return ExtractAction(left, right, options);
}
var init_extract = __esm({
  "node_modules/typebox/build/type/action/extract.mjs"() {
    init_deferred();
    init_instantiate11();
  }
});

// node_modules/typebox/build/type/engine/extract/operation.mjs
function ExtractType(left, right) {
  let check3 = Extends({}, left, right);
  return result_exports.IsExtendsTrueLike(check3) ? [left] : [];
}
function ExtractUnion(left, right, result = []) {
  return guard_exports.ShiftLeft(left, (head, tail) => ExtractUnion(tail, right, [...result, ...ExtractType(head, right)]), () => result);
}
function ExtractOperation(left, right) {
  let evaluated = EvaluateType(left), canonical = IsUnion(evaluated) ? evaluated.anyOf : [evaluated], remaining = ExtractUnion(canonical, right);
  return EvaluateUnion(remaining);
}
var init_operation2 = __esm({
  "node_modules/typebox/build/type/engine/extract/operation.mjs"() {
    init_guard2();
    init_union();
    init_extends3();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/extract/instantiate.mjs
function ExtractAction(left, right, options) {
  return CanInstantiate([left, right]) ? memory_exports.Update(ExtractOperation(left, right), {}, options) : ExtractDeferred(left, right, options);
}
function ExtractInstantiate(context, state, left, right, options) {
  let instantiatedLeft = InstantiateType(context, state, left), instantiatedRight = InstantiateType(context, state, right);
  return ExtractAction(instantiatedLeft, instantiatedRight, options);
}
var init_instantiate11 = __esm({
  "node_modules/typebox/build/type/engine/extract/instantiate.mjs"() {
    init_memory2();
    init_instantiate27();
    init_extract();
    init_operation2();
  }
});

// node_modules/typebox/build/type/engine/helpers/keys_to_indexer.mjs
function KeysToLiterals(keys2) {
  return keys2.reduce((result, left) => IsLiteralValue(left) ? [...result, Literal(left)] : result, []);
}
function KeysToIndexer(keys2) {
  let literals = KeysToLiterals(keys2);
  return Union(literals);
}
var init_keys_to_indexer = __esm({
  "node_modules/typebox/build/type/engine/helpers/keys_to_indexer.mjs"() {
    init_literal();
    init_union();
  }
});

// node_modules/typebox/build/type/action/indexed.mjs
function IndexDeferred(type, indexer, options = {}) {
  return Deferred("Index", [type, indexer], options);
}
function Index(type, indexer_or_keys, options = {}) {
  let indexer = guard_exports.IsArray(indexer_or_keys) ? KeysToIndexer(indexer_or_keys) : indexer_or_keys;
  return IndexAction(type, indexer, options);
}
var init_indexed = __esm({
  "node_modules/typebox/build/type/action/indexed.mjs"() {
    init_guard2();
    init_deferred();
    init_keys_to_indexer();
    init_instantiate12();
  }
});

// node_modules/typebox/build/type/engine/object/from_cyclic.mjs
function FromCyclic(defs, ref) {
  let target = CyclicTarget(defs, ref);
  return FromType8(target);
}
var init_from_cyclic = __esm({
  "node_modules/typebox/build/type/engine/object/from_cyclic.mjs"() {
    init_from_type2();
    init_target();
  }
});

// node_modules/typebox/build/type/engine/object/from_dependent.mjs
function FromDependent(if_, then_, else_) {
  let evaluated = EvaluateDependent(if_, then_, else_);
  return FromType8(evaluated);
}
var init_from_dependent = __esm({
  "node_modules/typebox/build/type/engine/object/from_dependent.mjs"() {
    init_from_type2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/object/from_intersect.mjs
function CollapseIntersectProperties(left, right) {
  let leftKeys = guard_exports.Keys(left).filter((key) => !guard_exports.HasPropertyKey(right, key)), rightKeys = guard_exports.Keys(right).filter((key) => !guard_exports.HasPropertyKey(left, key)), sharedKeys = guard_exports.Keys(left).filter((key) => guard_exports.HasPropertyKey(right, key)), leftProperties = leftKeys.reduce((result, key) => ({ ...result, [key]: left[key] }), {}), rightProperties = rightKeys.reduce((result, key) => ({ ...result, [key]: right[key] }), {}), sharedProperties = sharedKeys.reduce((result, key) => ({ ...result, [key]: EvaluatePropertyIntersect(left[key], right[key]) }), {}), unique = memory_exports.Assign(leftProperties, rightProperties);
  return memory_exports.Assign(unique, sharedProperties);
}
function FromIntersect(types) {
  return types.reduce((result, left) => CollapseIntersectProperties(result, FromType8(left)), {});
}
var init_from_intersect = __esm({
  "node_modules/typebox/build/type/engine/object/from_intersect.mjs"() {
    init_memory2();
    init_guard2();
    init_from_type2();
    init_property();
  }
});

// node_modules/typebox/build/type/engine/object/from_object.mjs
var init_from_object = __esm({
  "node_modules/typebox/build/type/engine/object/from_object.mjs"() {
  }
});

// node_modules/typebox/build/type/engine/object/from_tuple.mjs
function FromTuple(types) {
  let object = TupleToObject(Tuple(types));
  return FromType8(object);
}
var init_from_tuple = __esm({
  "node_modules/typebox/build/type/engine/object/from_tuple.mjs"() {
    init_tuple();
    init_to_object();
    init_from_type2();
  }
});

// node_modules/typebox/build/type/engine/object/from_union.mjs
function CollapseUnionProperties(left, right) {
  return guard_exports.Keys(left).filter((key) => key in right).reduce((result2, key) => ({ ...result2, [key]: EvaluatePropertyUnion(left[key], right[key]) }), {});
}
function ReduceVariants(types, result) {
  return guard_exports.ShiftLeft(types, (left, right) => ReduceVariants(right, CollapseUnionProperties(result, FromType8(left))), () => result);
}
function FromUnion3(types) {
  return guard_exports.ShiftLeft(types, (left, right) => ReduceVariants(right, FromType8(left)), () => Unreachable());
}
var init_from_union2 = __esm({
  "node_modules/typebox/build/type/engine/object/from_union.mjs"() {
    init_guard2();
    init_unreachable2();
    init_property();
    init_from_type2();
  }
});

// node_modules/typebox/build/type/engine/object/from_type.mjs
function FromType8(type) {
  return IsCyclic(type) ? FromCyclic(type.$defs, type.$ref) : IsDependent(type) ? FromDependent(type.if, type.then, type.else) : IsIntersect(type) ? FromIntersect(type.allOf) : IsUnion(type) ? FromUnion3(type.anyOf) : IsTuple(type) ? FromTuple(type.items) : IsObject2(type) ? type.properties : {};
}
var init_from_type2 = __esm({
  "node_modules/typebox/build/type/engine/object/from_type.mjs"() {
    init_cyclic();
    init_dependent();
    init_intersect();
    init_object();
    init_tuple();
    init_union();
    init_from_cyclic();
    init_from_dependent();
    init_from_intersect();
    init_from_object();
    init_from_tuple();
    init_from_union2();
  }
});

// node_modules/typebox/build/type/engine/object/collapse.mjs
function CollapseToObject(type) {
  let properties = FromType8(type);
  return _Object_(properties);
}
var init_collapse = __esm({
  "node_modules/typebox/build/type/engine/object/collapse.mjs"() {
    init_object();
    init_from_type2();
  }
});

// node_modules/typebox/build/type/engine/object/index.mjs
var init_object3 = __esm({
  "node_modules/typebox/build/type/engine/object/index.mjs"() {
    init_collapse();
  }
});

// node_modules/typebox/build/type/engine/helpers/keys.mjs
function ConvertToIntegerKey(value) {
  let normal = `${value}`;
  return integerKeyPattern.test(normal) ? parseInt(normal) : value;
}
var integerKeyPattern, init_keys2 = __esm({
  "node_modules/typebox/build/type/engine/helpers/keys.mjs"() {
    integerKeyPattern = new RegExp("^(?:0|[1-9][0-9]*)$");
  }
});

// node_modules/typebox/build/type/engine/indexed/from_array.mjs
function NormalizeLiteral(value) {
  return Literal(ConvertToIntegerKey(value));
}
function NormalizeIndexerTypes(types) {
  return types.map((type) => NormalizeIndexer(type));
}
function NormalizeIndexer(type) {
  return IsIntersect(type) ? Intersect(NormalizeIndexerTypes(type.allOf)) : IsUnion(type) ? Union(NormalizeIndexerTypes(type.anyOf)) : IsLiteral(type) ? NormalizeLiteral(type.const) : type;
}
function FromArray(type, indexer) {
  let normalizedIndexer = NormalizeIndexer(indexer), check3 = Extends({}, normalizedIndexer, Number2());
  return (
    // indexer
    result_exports.IsExtendsTrueLike(check3) ? type : IsLiteral(indexer) && guard_exports.IsEqual(indexer.const, "length") ? Number2() : Never()
  );
}
var init_from_array = __esm({
  "node_modules/typebox/build/type/engine/indexed/from_array.mjs"() {
    init_guard2();
    init_intersect();
    init_union();
    init_literal();
    init_number();
    init_never();
    init_extends3();
    init_keys2();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_cyclic.mjs
function FromCyclic2(defs, ref) {
  let target = CyclicTarget(defs, ref);
  return FromType9(target);
}
var init_from_cyclic2 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_cyclic.mjs"() {
    init_from_type3();
    init_target();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_dependent.mjs
function FromDependent2(if_, then_, else_) {
  let evaluated = EvaluateDependent(if_, then_, else_);
  return FromType9(evaluated);
}
var init_from_dependent2 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_dependent.mjs"() {
    init_from_type3();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_enum.mjs
function FromEnum(values) {
  let evaluated = EvaluateEnum(values);
  return FromType9(evaluated);
}
var init_from_enum = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_enum.mjs"() {
    init_from_type3();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_intersect.mjs
function FromIntersect2(types) {
  let evaluated = EvaluateIntersect(types);
  return FromType9(evaluated);
}
var init_from_intersect2 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_intersect.mjs"() {
    init_evaluate2();
    init_from_type3();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_literal.mjs
function FromLiteral4(value) {
  return [`${value}`];
}
var init_from_literal2 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_literal.mjs"() {
  }
});

// node_modules/typebox/build/type/engine/indexable/from_template_literal.mjs
function FromTemplateLiteral2(pattern) {
  let evaluated = EvaluateTemplateLiteral(pattern);
  return FromType9(evaluated);
}
var init_from_template_literal2 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_template_literal.mjs"() {
    init_from_type3();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_union.mjs
function FromUnion4(types) {
  return types.reduce((result, left) => [...result, ...FromType9(left)], []);
}
var init_from_union3 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_union.mjs"() {
    init_from_type3();
  }
});

// node_modules/typebox/build/type/engine/indexable/from_type.mjs
function FromType9(type) {
  return IsCyclic(type) ? FromCyclic2(type.$defs, type.$ref) : IsDependent(type) ? FromDependent2(type.if, type.then, type.else) : IsEnum(type) ? FromEnum(type.enum) : IsIntersect(type) ? FromIntersect2(type.allOf) : IsLiteral(type) ? FromLiteral4(type.const) : IsTemplateLiteral(type) ? FromTemplateLiteral2(type.pattern) : IsUnion(type) ? FromUnion4(type.anyOf) : [];
}
var init_from_type3 = __esm({
  "node_modules/typebox/build/type/engine/indexable/from_type.mjs"() {
    init_cyclic();
    init_dependent();
    init_enum();
    init_intersect();
    init_literal();
    init_template_literal();
    init_union();
    init_from_cyclic2();
    init_from_dependent2();
    init_from_enum();
    init_from_intersect2();
    init_from_literal2();
    init_from_template_literal2();
    init_from_union3();
  }
});

// node_modules/typebox/build/type/engine/indexable/to_indexable_keys.mjs
function ToIndexableKeys(type) {
  return FromType9(type);
}
var init_to_indexable_keys = __esm({
  "node_modules/typebox/build/type/engine/indexable/to_indexable_keys.mjs"() {
    init_from_type3();
  }
});

// node_modules/typebox/build/type/engine/this/expand_this.mjs
function FromTypes5(properties, types) {
  return types.map((type) => FromType10(properties, type));
}
function FromType10(properties, type) {
  return IsArray2(type) ? _Array_(FromType10(properties, type.items)) : IsConstructor2(type) ? Constructor(FromTypes5(properties, type.parameters), FromType10(properties, type.instanceType)) : IsFunction2(type) ? _Function_(FromTypes5(properties, type.parameters), FromType10(properties, type.returnType)) : IsTuple(type) ? Tuple(FromTypes5(properties, type.items)) : IsUnion(type) ? Union(FromTypes5(properties, type.anyOf)) : IsIntersect(type) ? Intersect(FromTypes5(properties, type.allOf)) : IsThis(type) ? _Object_(properties) : type;
}
function ExpandThis(properties, type) {
  return FromType10(properties, type);
}
var init_expand_this = __esm({
  "node_modules/typebox/build/type/engine/this/expand_this.mjs"() {
    init_array();
    init_constructor();
    init_function();
    init_intersect();
    init_object();
    init_tuple();
    init_this();
    init_union();
  }
});

// node_modules/typebox/build/type/engine/indexed/from_object.mjs
function IndexProperty(properties, key) {
  let selectedType = key in properties ? properties[key] : Never();
  return ExpandThis(properties, selectedType);
}
function IndexProperties(properties, keys2) {
  return keys2.reduce((result, left) => [...result, IndexProperty(properties, left)], []);
}
function FromIndexer(properties, indexer) {
  let keys2 = ToIndexableKeys(indexer), variants = IndexProperties(properties, keys2);
  return EvaluateUnion(variants);
}
function NumericKeys(keys2) {
  return keys2.filter((key) => NumericKeyPattern.test(key));
}
function FromIndexerNumber(properties) {
  let keys2 = PropertyKeys(properties), numericKeys = NumericKeys(keys2), variants = IndexProperties(properties, numericKeys);
  return EvaluateUnion(variants);
}
function FromObject3(properties, indexer) {
  return IsNumber2(indexer) ? FromIndexerNumber(properties) : FromIndexer(properties, indexer);
}
var NumericKeyPattern, init_from_object2 = __esm({
  "node_modules/typebox/build/type/engine/indexed/from_object.mjs"() {
    init_number();
    init_never();
    init_properties();
    init_evaluate2();
    init_to_indexable_keys();
    init_record();
    init_expand_this();
    NumericKeyPattern = new RegExp(IntegerKey);
  }
});

// node_modules/typebox/build/type/engine/indexed/array_indexer.mjs
function ConvertLiteral(value) {
  return Literal(ConvertToIntegerKey(value));
}
function ArrayIndexerTypes(types) {
  return types.map((type) => FormatArrayIndexer(type));
}
function FormatArrayIndexer(type) {
  return IsIntersect(type) ? Intersect(ArrayIndexerTypes(type.allOf)) : IsUnion(type) ? Union(ArrayIndexerTypes(type.anyOf)) : IsLiteral(type) ? ConvertLiteral(type.const) : type;
}
var init_array_indexer = __esm({
  "node_modules/typebox/build/type/engine/indexed/array_indexer.mjs"() {
    init_union();
    init_intersect();
    init_literal();
    init_keys2();
  }
});

// node_modules/typebox/build/type/engine/indexed/from_tuple.mjs
function IndexElementsWithIndexer(types, indexer) {
  return types.reduceRight((result, right, index) => {
    let check3 = Extends({}, Literal(index), indexer);
    return result_exports.IsExtendsTrueLike(check3) ? [right, ...result] : result;
  }, []);
}
function FromTupleWithIndexer(types, indexer) {
  let formattedArrayIndexer = FormatArrayIndexer(indexer), elements = IndexElementsWithIndexer(types, formattedArrayIndexer);
  return EvaluateUnionFast(elements);
}
function FromTupleWithoutIndexer(types) {
  return EvaluateUnionFast(types);
}
function FromTuple2(types, indexer) {
  return (
    // length (intrinsic)
    IsLiteral(indexer) && guard_exports.IsEqual(indexer.const, "length") ? Literal(types.length) : IsNumber2(indexer) || IsInteger2(indexer) ? FromTupleWithoutIndexer(types) : FromTupleWithIndexer(types, indexer)
  );
}
var init_from_tuple2 = __esm({
  "node_modules/typebox/build/type/engine/indexed/from_tuple.mjs"() {
    init_guard2();
    init_literal();
    init_number();
    init_integer();
    init_evaluate2();
    init_extends3();
    init_array_indexer();
  }
});

// node_modules/typebox/build/type/engine/indexed/from_type.mjs
function FromType11(type, indexer) {
  return IsArray2(type) ? FromArray(type.items, indexer) : IsObject2(type) ? FromObject3(type.properties, indexer) : IsTuple(type) ? FromTuple2(type.items, indexer) : Never();
}
var init_from_type4 = __esm({
  "node_modules/typebox/build/type/engine/indexed/from_type.mjs"() {
    init_array();
    init_never();
    init_object();
    init_tuple();
    init_from_array();
    init_from_object2();
    init_from_tuple2();
  }
});

// node_modules/typebox/build/type/engine/indexed/instantiate.mjs
function NormalizeType(type) {
  return IsCyclic(type) || IsDependent(type) || IsIntersect(type) || IsUnion(type) ? CollapseToObject(type) : type;
}
function IndexAction(type, indexer, options) {
  return CanInstantiate([type, indexer]) ? memory_exports.Update(FromType11(NormalizeType(type), indexer), {}, options) : IndexDeferred(type, indexer, options);
}
function IndexInstantiate(context, state, type, indexer, options) {
  let instantiatedType = InstantiateType(context, state, type), instantiatedIndexer = InstantiateType(context, state, indexer);
  return IndexAction(instantiatedType, instantiatedIndexer, options);
}
var init_instantiate12 = __esm({
  "node_modules/typebox/build/type/engine/indexed/instantiate.mjs"() {
    init_memory2();
    init_cyclic();
    init_dependent();
    init_intersect();
    init_union();
    init_instantiate27();
    init_indexed();
    init_object3();
    init_from_type4();
  }
});

// node_modules/typebox/build/type/action/instance_type.mjs
function InstanceTypeDeferred(type, options = {}) {
  return Deferred("InstanceType", [type], options);
}
function InstanceType(type, options = {}) {
  return InstanceTypeAction(type, options);
}
var init_instance_type = __esm({
  "node_modules/typebox/build/type/action/instance_type.mjs"() {
    init_deferred();
    init_instantiate13();
  }
});

// node_modules/typebox/build/type/engine/instance_type/instantiate.mjs
function InstanceTypeOperation(type) {
  return IsConstructor2(type) ? type.instanceType : Never();
}
function InstanceTypeAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(InstanceTypeOperation(type), {}, options) : InstanceTypeDeferred(type, options);
}
function InstanceTypeInstantiate(context, state, type, options = {}) {
  let instantiatedType = InstantiateType(context, state, type);
  return InstanceTypeAction(instantiatedType, options);
}
var init_instantiate13 = __esm({
  "node_modules/typebox/build/type/engine/instance_type/instantiate.mjs"() {
    init_memory2();
    init_constructor();
    init_never();
    init_instance_type();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/keyof.mjs
function KeyOfDeferred(type, options = {}) {
  return Deferred("KeyOf", [type], options);
}
function KeyOf2(type, options = {}) {
  return KeyOfAction(type, options);
}
var init_keyof = __esm({
  "node_modules/typebox/build/type/action/keyof.mjs"() {
    init_deferred();
    init_instantiate14();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_any.mjs
function FromAny() {
  return Union([Number2(), String2(), Symbol2()]);
}
var init_from_any = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_any.mjs"() {
    init_number();
    init_string();
    init_symbol();
    init_union();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_array.mjs
function FromArray2(_type) {
  return Number2();
}
var init_from_array2 = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_array.mjs"() {
    init_number();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_object.mjs
function FromPropertyKeys(keys2) {
  return keys2.reduce((result2, left) => IsLiteralValue(left) ? [...result2, Literal(ConvertToIntegerKey(left))] : Unreachable(), []);
}
function FromObject4(properties) {
  let propertyKeys = guard_exports.Keys(properties), variants = FromPropertyKeys(propertyKeys);
  return EvaluateUnionFast(variants);
}
var init_from_object3 = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_object.mjs"() {
    init_unreachable2();
    init_guard2();
    init_literal();
    init_keys2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_record.mjs
function FromRecord2(type) {
  return RecordKey(type);
}
var init_from_record = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_record.mjs"() {
    init_record();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_tuple.mjs
function FromTuple3(types) {
  let result = types.map((_, index) => Literal(index));
  return EvaluateUnionFast(result);
}
var init_from_tuple3 = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_tuple.mjs"() {
    init_literal();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/keyof/from_type.mjs
function FromType12(type) {
  return IsAny(type) ? FromAny() : IsArray2(type) ? FromArray2(type.items) : IsObject2(type) ? FromObject4(type.properties) : IsRecord(type) ? FromRecord2(type) : IsTuple(type) ? FromTuple3(type.items) : Never();
}
var init_from_type5 = __esm({
  "node_modules/typebox/build/type/engine/keyof/from_type.mjs"() {
    init_any();
    init_array();
    init_never();
    init_object();
    init_record();
    init_tuple();
    init_from_any();
    init_from_array2();
    init_from_object3();
    init_from_record();
    init_from_tuple3();
  }
});

// node_modules/typebox/build/type/engine/keyof/instantiate.mjs
function NormalizeType2(type) {
  return IsCyclic(type) || IsDependent(type) || IsIntersect(type) || IsUnion(type) ? CollapseToObject(type) : type;
}
function KeyOfAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType12(NormalizeType2(type)), {}, options) : KeyOfDeferred(type, options);
}
function KeyOfInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return KeyOfAction(instantiatedType, options);
}
var init_instantiate14 = __esm({
  "node_modules/typebox/build/type/engine/keyof/instantiate.mjs"() {
    init_memory2();
    init_cyclic();
    init_dependent();
    init_intersect();
    init_union();
    init_keyof();
    init_instantiate27();
    init_object3();
    init_from_type5();
  }
});

// node_modules/typebox/build/type/action/mapped.mjs
function MappedDeferred(identifier, type, as, property, options = {}) {
  return Deferred("Mapped", [identifier, type, as, property], options);
}
function Mapped(identifier, type, as, property, options = {}) {
  return MappedAction({}, State([], []), identifier, type, as, property, options);
}
var init_mapped = __esm({
  "node_modules/typebox/build/type/action/mapped.mjs"() {
    init_deferred();
    init_instantiate15();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/mapped/mapped_variants.mjs
function FromTemplateLiteral3(pattern) {
  let evaluated = EvaluateTemplateLiteral(pattern);
  return FromType13(evaluated);
}
function FromUnion5(types) {
  return types.reduce((result, left) => [...result, ...FromType13(left)], []);
}
function FromEnum2(values) {
  let evaluated = EvaluateEnum(values);
  return FromType13(evaluated);
}
function FromLiteral5(value) {
  return guard_exports.IsNumber(value) ? [Literal(`${value}`)] : [Literal(value)];
}
function FromType13(type) {
  return IsEnum(type) ? FromEnum2(type.enum) : IsLiteral(type) ? FromLiteral5(type.const) : IsTemplateLiteral(type) ? FromTemplateLiteral3(type.pattern) : IsUnion(type) ? FromUnion5(type.anyOf) : [type];
}
function MappedVariants(type) {
  return FromType13(type);
}
var init_mapped_variants = __esm({
  "node_modules/typebox/build/type/engine/mapped/mapped_variants.mjs"() {
    init_guard2();
    init_literal();
    init_enum();
    init_template_literal();
    init_union();
    init_evaluate2();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/mapped/mapped_operation.mjs
function CanonicalAs(instantiatedAs) {
  return IsTemplateLiteral(instantiatedAs) ? EvaluateTemplateLiteral(instantiatedAs.pattern) : instantiatedAs;
}
function MappedVariant(context, state, identifier, variant, as, property) {
  let variantContext = memory_exports.Assign(context, { [identifier.name]: variant }), instantiatedAs = InstantiateType(variantContext, state, as), canonicalAs = CanonicalAs(instantiatedAs), instantiatedProperty = InstantiateType(variantContext, state, property);
  return IsLiteralNumber(canonicalAs) || IsLiteralString(canonicalAs) ? { [canonicalAs.const]: instantiatedProperty } : {};
}
function MappedProperties(context, state, identifier, variants, as, property) {
  return variants.reduce((result, left) => [...result, MappedVariant(context, state, identifier, left, as, property)], []);
}
function MappedObjects(properties) {
  return properties.reduce((result, left) => [...result, _Object_(left)], []);
}
function MappedOperation(context, state, identifier, type, as, property) {
  let variants = MappedVariants(type), mappedProperties = MappedProperties(context, state, identifier, variants, as, property), mappedObjects = MappedObjects(mappedProperties);
  return EvaluateIntersect(mappedObjects);
}
var init_mapped_operation = __esm({
  "node_modules/typebox/build/type/engine/mapped/mapped_operation.mjs"() {
    init_memory2();
    init_literal();
    init_object();
    init_template_literal();
    init_instantiate27();
    init_evaluate2();
    init_evaluate2();
    init_mapped_variants();
  }
});

// node_modules/typebox/build/type/engine/mapped/instantiate.mjs
function MappedAction(context, state, identifier, type, as, property, options) {
  return CanInstantiate([type]) ? memory_exports.Update(MappedOperation(context, state, identifier, type, as, property), {}, options) : MappedDeferred(identifier, type, as, property, options);
}
function MappedInstantiate(context, state, identifier, type, as, property, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return MappedAction(context, state, identifier, instantiatedType, as, property, options);
}
var init_instantiate15 = __esm({
  "node_modules/typebox/build/type/engine/mapped/instantiate.mjs"() {
    init_memory2();
    init_mapped();
    init_instantiate27();
    init_mapped_operation();
  }
});

// node_modules/typebox/build/type/engine/module/instantiate.mjs
function InstantiateCyclics(context, declarations, cyclicKeys) {
  let declarationContext = memory_exports.Assign(context, declarations);
  return guard_exports.Keys(declarations).filter((key) => cyclicKeys.includes(key)).reduce((result, key) => ({ ...result, [key]: InstantiateCyclic(declarationContext, key, declarations[key]) }), {});
}
function InstantiateNonCyclics(context, declarations, cyclicKeys) {
  let declarationContext = memory_exports.Assign(context, declarations);
  return guard_exports.Keys(declarations).filter((key) => !cyclicKeys.includes(key)).reduce((result, key) => ({ ...result, [key]: InstantiateType(declarationContext, State([], []), declarations[key]) }), {});
}
function InstantiateModule(context, declarations, options) {
  let cyclicCandidates = CyclicCandidates(declarations), instantiatedCyclics = InstantiateCyclics(context, declarations, cyclicCandidates), instantiatedNonCyclics = InstantiateNonCyclics(context, declarations, cyclicCandidates), instantiatedModule = { ...instantiatedCyclics, ...instantiatedNonCyclics };
  return memory_exports.Update(instantiatedModule, {}, options);
}
function ModuleInstantiate(context, _state, declarations, options) {
  return InstantiateModule(context, declarations, options);
}
var init_instantiate16 = __esm({
  "node_modules/typebox/build/type/engine/module/instantiate.mjs"() {
    init_guard2();
    init_memory2();
    init_instantiate27();
    init_candidates();
    init_instantiate4();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/non_nullable.mjs
function NonNullableDeferred(type, options = {}) {
  return Deferred("NonNullable", [type], options);
}
function NonNullable(type, options = {}) {
  return NonNullableAction(type, options);
}
var init_non_nullable = __esm({
  "node_modules/typebox/build/type/action/non_nullable.mjs"() {
    init_deferred();
    init_instantiate17();
  }
});

// node_modules/typebox/build/type/engine/non_nullable/instantiate.mjs
function NonNullableOperation(type) {
  let excluded = Union([Null(), Undefined()]);
  return ExcludeAction(type, excluded, {});
}
function NonNullableAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(NonNullableOperation(type), {}, options) : NonNullableDeferred(type, options);
}
function NonNullableInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return NonNullableAction(instantiatedType, options);
}
var init_instantiate17 = __esm({
  "node_modules/typebox/build/type/engine/non_nullable/instantiate.mjs"() {
    init_memory2();
    init_null();
    init_undefined();
    init_union();
    init_instantiate10();
    init_non_nullable();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/omit.mjs
function OmitDeferred(type, indexer, options = {}) {
  return Deferred("Omit", [type, indexer], options);
}
function Omit(type, indexer_or_keys, options = {}) {
  let indexer = guard_exports.IsArray(indexer_or_keys) ? KeysToIndexer(indexer_or_keys) : indexer_or_keys;
  return OmitAction(type, indexer, options);
}
var init_omit = __esm({
  "node_modules/typebox/build/type/action/omit.mjs"() {
    init_guard2();
    init_deferred();
    init_keys_to_indexer();
    init_instantiate18();
  }
});

// node_modules/typebox/build/type/engine/indexable/to_indexable.mjs
function ToIndexable(type) {
  let collapsed = CollapseToObject(type);
  return IsObject2(collapsed) ? collapsed.properties : Unreachable();
}
var init_to_indexable = __esm({
  "node_modules/typebox/build/type/engine/indexable/to_indexable.mjs"() {
    init_unreachable2();
    init_object();
    init_object3();
  }
});

// node_modules/typebox/build/type/engine/omit/from_type.mjs
function FromKeys(properties, keys2) {
  return guard_exports.Keys(properties).reduce((result2, key) => keys2.includes(key) ? result2 : { ...result2, [key]: properties[key] }, {});
}
function FromType14(type, indexer) {
  let indexable = ToIndexable(type), indexableKeys = ToIndexableKeys(indexer), omitted = FromKeys(indexable, indexableKeys);
  return _Object_(omitted);
}
var init_from_type6 = __esm({
  "node_modules/typebox/build/type/engine/omit/from_type.mjs"() {
    init_guard2();
    init_object();
    init_to_indexable_keys();
    init_to_indexable();
  }
});

// node_modules/typebox/build/type/engine/omit/instantiate.mjs
function OmitAction(type, indexer, options) {
  return CanInstantiate([type, indexer]) ? memory_exports.Update(FromType14(type, indexer), {}, options) : OmitDeferred(type, indexer, options);
}
function OmitInstantiate(context, state, type, indexer, options) {
  let instantiatedType = InstantiateType(context, state, type), instantiatedIndexer = InstantiateType(context, state, indexer);
  return OmitAction(instantiatedType, instantiatedIndexer, options);
}
var init_instantiate18 = __esm({
  "node_modules/typebox/build/type/engine/omit/instantiate.mjs"() {
    init_memory2();
    init_omit();
    init_instantiate27();
    init_from_type6();
  }
});

// node_modules/typebox/build/type/action/parameters.mjs
function ParametersDeferred(type, options = {}) {
  return Deferred("Parameters", [type], options);
}
function Parameters(type, options = {}) {
  return ParametersAction(type, options);
}
var init_parameters2 = __esm({
  "node_modules/typebox/build/type/action/parameters.mjs"() {
    init_deferred();
    init_instantiate19();
  }
});

// node_modules/typebox/build/type/engine/parameters/instantiate.mjs
function ParametersOperation(type) {
  let parameters = IsFunction2(type) ? type.parameters : [], instantiatedParameters = InstantiateElements({}, State([], []), parameters);
  return Tuple(instantiatedParameters);
}
function ParametersAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(ParametersOperation(type), {}, options) : ParametersDeferred(type, options);
}
function ParametersInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return ParametersAction(instantiatedType, options);
}
var init_instantiate19 = __esm({
  "node_modules/typebox/build/type/engine/parameters/instantiate.mjs"() {
    init_memory2();
    init_function();
    init_tuple();
    init_parameters2();
    init_instantiate27();
    init_instantiate27();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/partial.mjs
function PartialDeferred(type, options = {}) {
  return Deferred("Partial", [type], options);
}
function Partial(type, options = {}) {
  return PartialAction(type, options);
}
var init_partial = __esm({
  "node_modules/typebox/build/type/action/partial.mjs"() {
    init_deferred();
    init_instantiate20();
  }
});

// node_modules/typebox/build/type/engine/partial/from_cyclic.mjs
function FromCyclic3(defs, ref) {
  let target = CyclicTarget(defs, ref), partial = FromType15(target);
  return Cyclic(memory_exports.Assign(defs, { [ref]: partial }), ref);
}
var init_from_cyclic3 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_cyclic.mjs"() {
    init_memory2();
    init_cyclic();
    init_from_type7();
    init_target();
  }
});

// node_modules/typebox/build/type/engine/partial/from_dependent.mjs
function FromDependent3(if_, then_, else_) {
  let evaluated = EvaluateDependent(if_, then_, else_);
  return FromType15(evaluated);
}
var init_from_dependent3 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_dependent.mjs"() {
    init_from_type7();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/partial/from_intersect.mjs
function FromIntersect3(types) {
  let evaluated = EvaluateIntersect(types);
  return FromType15(evaluated);
}
var init_from_intersect3 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_intersect.mjs"() {
    init_from_type7();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/partial/from_union.mjs
function FromUnion6(types) {
  let result = types.map((type) => FromType15(type));
  return Union(result);
}
var init_from_union4 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_union.mjs"() {
    init_union();
    init_from_type7();
  }
});

// node_modules/typebox/build/type/engine/partial/from_object.mjs
function FromObject5(properties) {
  let mapped = guard_exports.Keys(properties).reduce((result2, left) => ({ ...result2, [left]: AddOptional(properties[left]) }), {});
  return _Object_(mapped);
}
var init_from_object4 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_object.mjs"() {
    init_guard2();
    init_object();
    init_add_optional();
  }
});

// node_modules/typebox/build/type/engine/partial/from_type.mjs
function FromType15(type) {
  return IsCyclic(type) ? FromCyclic3(type.$defs, type.$ref) : IsDependent(type) ? FromDependent3(type.if, type.then, type.else) : IsIntersect(type) ? FromIntersect3(type.allOf) : IsUnion(type) ? FromUnion6(type.anyOf) : IsObject2(type) ? FromObject5(type.properties) : _Object_({});
}
var init_from_type7 = __esm({
  "node_modules/typebox/build/type/engine/partial/from_type.mjs"() {
    init_cyclic();
    init_dependent();
    init_intersect();
    init_object();
    init_union();
    init_from_cyclic3();
    init_from_dependent3();
    init_from_intersect3();
    init_from_union4();
    init_from_object4();
  }
});

// node_modules/typebox/build/type/engine/partial/instantiate.mjs
function PartialAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType15(type), {}, options) : PartialDeferred(type, options);
}
function PartialInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return PartialAction(instantiatedType, options);
}
var init_instantiate20 = __esm({
  "node_modules/typebox/build/type/engine/partial/instantiate.mjs"() {
    init_memory2();
    init_partial();
    init_from_type7();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/pick.mjs
function PickDeferred(type, indexer, options = {}) {
  return Deferred("Pick", [type, indexer], options);
}
function Pick(type, indexer_or_keys, options = {}) {
  let indexer = guard_exports.IsArray(indexer_or_keys) ? KeysToIndexer(indexer_or_keys) : indexer_or_keys;
  return PickAction(type, indexer, options);
}
var init_pick = __esm({
  "node_modules/typebox/build/type/action/pick.mjs"() {
    init_guard2();
    init_deferred();
    init_keys_to_indexer();
    init_instantiate21();
  }
});

// node_modules/typebox/build/type/engine/pick/from_type.mjs
function FromKeys2(properties, keys2) {
  return guard_exports.Keys(properties).reduce((result2, key) => keys2.includes(key) ? memory_exports.Assign(result2, { [key]: properties[key] }) : result2, {});
}
function FromType16(type, indexer) {
  let indexable = ToIndexable(type), keys2 = ToIndexableKeys(indexer), applied = FromKeys2(indexable, keys2);
  return _Object_(applied);
}
var init_from_type8 = __esm({
  "node_modules/typebox/build/type/engine/pick/from_type.mjs"() {
    init_memory2();
    init_guard2();
    init_object();
    init_to_indexable_keys();
    init_to_indexable();
  }
});

// node_modules/typebox/build/type/engine/pick/instantiate.mjs
function PickAction(type, indexer, options) {
  return CanInstantiate([type, indexer]) ? memory_exports.Update(FromType16(type, indexer), {}, options) : PickDeferred(type, indexer, options);
}
function PickInstantiate(context, state, type, indexer, options) {
  let instantiatedType = InstantiateType(context, state, type), instantiatedIndexer = InstantiateType(context, state, indexer);
  return PickAction(instantiatedType, instantiatedIndexer, options);
}
var init_instantiate21 = __esm({
  "node_modules/typebox/build/type/engine/pick/instantiate.mjs"() {
    init_memory2();
    init_pick();
    init_instantiate27();
    init_from_type8();
  }
});

// node_modules/typebox/build/type/action/readonly_object.mjs
function ReadonlyObjectDeferred(type, options = {}) {
  return Deferred("ReadonlyObject", [type], options);
}
function ReadonlyObject(type, options = {}) {
  return ReadonlyObjectAction(type, options);
}
var ReadonlyType, init_readonly_object = __esm({
  "node_modules/typebox/build/type/action/readonly_object.mjs"() {
    init_deferred();
    init_instantiate22();
    ReadonlyType = ReadonlyObject;
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_array.mjs
function FromArray3(type) {
  return AddImmutable(_Array_(type));
}
var init_from_array3 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_array.mjs"() {
    init_array();
    init_add_immutable();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_cyclic.mjs
function FromCyclic4(defs, ref) {
  let target = CyclicTarget(defs, ref), partial = FromType17(target);
  return Cyclic(memory_exports.Assign(defs, { [ref]: partial }), ref);
}
var init_from_cyclic4 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_cyclic.mjs"() {
    init_memory2();
    init_cyclic();
    init_from_type9();
    init_target();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_dependent.mjs
function FromDependent4(if_, then_, else_) {
  let evaluated = EvaluateDependent(if_, then_, else_);
  return FromType17(evaluated);
}
var init_from_dependent4 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_dependent.mjs"() {
    init_from_type9();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_intersect.mjs
function FromIntersect4(types) {
  let evaluated = EvaluateIntersect(types);
  return FromType17(evaluated);
}
var init_from_intersect4 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_intersect.mjs"() {
    init_from_type9();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_object.mjs
function FromObject6(properties) {
  let mapped = guard_exports.Keys(properties).reduce((result2, left) => ({ ...result2, [left]: AddReadonly(properties[left]) }), {});
  return _Object_(mapped);
}
var init_from_object5 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_object.mjs"() {
    init_guard2();
    init_object();
    init_add_readonly();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_tuple.mjs
function FromTuple4(types) {
  return AddImmutable(Tuple(types));
}
var init_from_tuple4 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_tuple.mjs"() {
    init_tuple();
    init_add_immutable();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_union.mjs
function FromUnion7(types) {
  let result = types.map((type) => FromType17(type));
  return Union(result);
}
var init_from_union5 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_union.mjs"() {
    init_union();
    init_from_type9();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/from_type.mjs
function FromType17(type) {
  return IsArray2(type) ? FromArray3(type.items) : IsCyclic(type) ? FromCyclic4(type.$defs, type.$ref) : IsDependent(type) ? FromDependent4(type.if, type.then, type.else) : IsIntersect(type) ? FromIntersect4(type.allOf) : IsObject2(type) ? FromObject6(type.properties) : IsTuple(type) ? FromTuple4(type.items) : IsUnion(type) ? FromUnion7(type.anyOf) : type;
}
var init_from_type9 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/from_type.mjs"() {
    init_array();
    init_cyclic();
    init_dependent();
    init_intersect();
    init_object();
    init_tuple();
    init_union();
    init_from_array3();
    init_from_cyclic4();
    init_from_dependent4();
    init_from_intersect4();
    init_from_object5();
    init_from_tuple4();
    init_from_union5();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/instantiate.mjs
function ReadonlyObjectAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType17(type), {}, options) : ReadonlyObjectDeferred(type);
}
function ReadonlyObjectInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return ReadonlyObjectAction(instantiatedType, options);
}
var init_instantiate22 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/instantiate.mjs"() {
    init_memory2();
    init_readonly_object();
    init_from_type9();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/ref/instantiate.mjs
function RefInstantiate(context, state, type, ref) {
  return state.visited.includes(ref) ? type : ref in context ? InstantiateType(context, State(state.callstack, [...state.visited, ref]), context[ref]) : type;
}
var init_instantiate23 = __esm({
  "node_modules/typebox/build/type/engine/ref/instantiate.mjs"() {
    init_instantiate27();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/engine/required/from_cyclic.mjs
function FromCyclic5(defs, ref) {
  let target = CyclicTarget(defs, ref), partial = FromType18(target);
  return Cyclic(memory_exports.Assign(defs, { [ref]: partial }), ref);
}
var init_from_cyclic5 = __esm({
  "node_modules/typebox/build/type/engine/required/from_cyclic.mjs"() {
    init_memory2();
    init_cyclic();
    init_from_type10();
    init_target();
  }
});

// node_modules/typebox/build/type/engine/required/from_dependent.mjs
function FromDependent5(if_, then_, else_) {
  let evaluated = EvaluateDependent(if_, then_, else_);
  return FromType18(evaluated);
}
var init_from_dependent5 = __esm({
  "node_modules/typebox/build/type/engine/required/from_dependent.mjs"() {
    init_from_type10();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/required/from_intersect.mjs
function FromIntersect5(types) {
  let evaluated = EvaluateIntersect(types);
  return FromType18(evaluated);
}
var init_from_intersect5 = __esm({
  "node_modules/typebox/build/type/engine/required/from_intersect.mjs"() {
    init_from_type10();
    init_evaluate2();
  }
});

// node_modules/typebox/build/type/engine/required/from_union.mjs
function FromUnion8(types) {
  let result = types.map((type) => FromType18(type));
  return Union(result);
}
var init_from_union6 = __esm({
  "node_modules/typebox/build/type/engine/required/from_union.mjs"() {
    init_union();
    init_from_type10();
  }
});

// node_modules/typebox/build/type/action/_remove_optional.mjs
function RemoveOptionalDeferred(type, options = {}) {
  return Deferred("RemoveOptional", [type], options);
}
function RemoveOptional(type, options = {}) {
  return RemoveOptionalAction(type, options);
}
var init_remove_optional = __esm({
  "node_modules/typebox/build/type/action/_remove_optional.mjs"() {
    init_deferred();
    init_instantiate_remove();
  }
});

// node_modules/typebox/build/type/engine/required/from_object.mjs
function FromObject7(properties) {
  let mapped = guard_exports.Keys(properties).reduce((result2, left) => ({ ...result2, [left]: RemoveOptional(properties[left]) }), {});
  return _Object_(mapped);
}
var init_from_object6 = __esm({
  "node_modules/typebox/build/type/engine/required/from_object.mjs"() {
    init_guard2();
    init_object();
    init_remove_optional();
  }
});

// node_modules/typebox/build/type/engine/required/from_type.mjs
function FromType18(type) {
  return IsCyclic(type) ? FromCyclic5(type.$defs, type.$ref) : IsDependent(type) ? FromDependent5(type.if, type.then, type.else) : IsIntersect(type) ? FromIntersect5(type.allOf) : IsUnion(type) ? FromUnion8(type.anyOf) : IsObject2(type) ? FromObject7(type.properties) : _Object_({});
}
var init_from_type10 = __esm({
  "node_modules/typebox/build/type/engine/required/from_type.mjs"() {
    init_cyclic();
    init_dependent();
    init_intersect();
    init_object();
    init_union();
    init_from_cyclic5();
    init_from_dependent5();
    init_from_intersect5();
    init_from_union6();
    init_from_object6();
  }
});

// node_modules/typebox/build/type/action/required.mjs
function RequiredDeferred(type, options = {}) {
  return Deferred("Required", [type], options);
}
function Required(type, options = {}) {
  return RequiredAction(type, options);
}
var init_required = __esm({
  "node_modules/typebox/build/type/action/required.mjs"() {
    init_deferred();
    init_instantiate24();
  }
});

// node_modules/typebox/build/type/engine/required/instantiate.mjs
function RequiredAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(FromType18(type), {}, options) : RequiredDeferred(type, options);
}
function RequiredInstantiate(context, state, type, options) {
  let instaniatedType = InstantiateType(context, state, type);
  return RequiredAction(instaniatedType, options);
}
var init_instantiate24 = __esm({
  "node_modules/typebox/build/type/engine/required/instantiate.mjs"() {
    init_memory2();
    init_from_type10();
    init_required();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/return_type.mjs
function ReturnTypeDeferred(type, options = {}) {
  return Deferred("ReturnType", [type], options);
}
function ReturnType(type, options = {}) {
  return ReturnTypeAction(type, options);
}
var init_return_type2 = __esm({
  "node_modules/typebox/build/type/action/return_type.mjs"() {
    init_deferred();
    init_instantiate25();
  }
});

// node_modules/typebox/build/type/engine/return_type/instantiate.mjs
function ReturnTypeOperation(type) {
  return IsFunction2(type) ? type.returnType : Never();
}
function ReturnTypeAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(ReturnTypeOperation(type), {}, options) : ReturnTypeDeferred(type, options);
}
function ReturnTypeInstantiate(context, state, type, options = {}) {
  let instantiatedType = InstantiateType(context, state, type);
  return ReturnTypeAction(instantiatedType, options);
}
var init_instantiate25 = __esm({
  "node_modules/typebox/build/type/engine/return_type/instantiate.mjs"() {
    init_memory2();
    init_function();
    init_never();
    init_return_type2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/with.mjs
function WithDeferred(type, options) {
  return Deferred("With", [type, options], {});
}
function With2(type, options) {
  return WithAction(type, options);
}
var init_with = __esm({
  "node_modules/typebox/build/type/action/with.mjs"() {
    init_deferred();
    init_instantiate26();
  }
});

// node_modules/typebox/build/type/engine/with/instantiate.mjs
function WithAction(type, options) {
  return CanInstantiate([type]) ? memory_exports.Update(type, {}, options) : WithDeferred(type, options);
}
function WithInstantiate(context, state, type, options) {
  let instaniatedType = InstantiateType(context, state, type);
  return WithAction(instaniatedType, options);
}
var init_instantiate26 = __esm({
  "node_modules/typebox/build/type/engine/with/instantiate.mjs"() {
    init_memory2();
    init_instantiate27();
    init_with();
  }
});

// node_modules/typebox/build/type/engine/rest/spread.mjs
function SpreadElement(type) {
  return IsRest(type) ? IsTuple(type.items) ? RestSpread(type.items.items) : IsInfer(type.items) ? [type] : IsRef(type.items) ? [type] : [Never()] : [type];
}
function RestSpread(types) {
  return types.reduce((result2, left) => [...result2, ...SpreadElement(left)], []);
}
var init_spread = __esm({
  "node_modules/typebox/build/type/engine/rest/spread.mjs"() {
    init_infer();
    init_never();
    init_rest();
    init_ref();
    init_tuple();
  }
});

// node_modules/typebox/build/type/engine/rest/index.mjs
var init_rest3 = __esm({
  "node_modules/typebox/build/type/engine/rest/index.mjs"() {
    init_spread();
  }
});

// node_modules/typebox/build/type/engine/instantiate.mjs
function State(callstack, visited) {
  return { callstack, visited };
}
function CanInstantiate(types) {
  return guard_exports.ShiftLeft(types, (left, right) => IsRef(left) ? !1 : CanInstantiate(right), () => !0);
}
function InstantiateProperties(context, state, properties) {
  return guard_exports.Keys(properties).reduce((result, key) => ({ ...result, [key]: InstantiateType(context, state, properties[key]) }), {});
}
function InstantiateElements(context, state, types) {
  let elements = InstantiateTypes(context, state, types);
  return RestSpread(elements);
}
function InstantiateTypes(context, state, types) {
  return types.map((type) => InstantiateType(context, state, type));
}
function WithModifiers(type, instantiatedType) {
  let withOptional = IsOptional(type) ? AddOptionalAction(instantiatedType, {}) : instantiatedType, withReadonly = IsReadonly(type) ? AddReadonlyAction(withOptional, {}) : withOptional;
  return IsImmutable(type) ? AddImmutableAction(withReadonly, {}) : withReadonly;
}
function InstantiateDeferred(context, state, action, parameters, options) {
  return (
    // Modifiers
    guard_exports.IsEqual(action, "AddImmutable") ? AddImmutableInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "RemoveImmutable") ? RemoveImmutableInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "AddReadonly") ? AddReadonlyInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "RemoveReadonly") ? RemoveReadonlyInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "AddOptional") ? AddOptionalInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "RemoveOptional") ? RemoveOptionalInstantiate(context, state, parameters[0], options) : (
      // Actions
      guard_exports.IsEqual(action, "Capitalize") ? CapitalizeInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Conditional") ? ConditionalInstantiate(context, state, parameters[0], parameters[1], parameters[2], parameters[3], options) : guard_exports.IsEqual(action, "ConstructorParameters") ? ConstructorParametersInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Evaluate") ? EvaluateInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Exclude") ? ExcludeInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "Extract") ? ExtractInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "Index") ? IndexInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "InstanceType") ? InstanceTypeInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Interface") ? InterfaceInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "KeyOf") ? KeyOfInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Lowercase") ? LowercaseInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Mapped") ? MappedInstantiate(context, state, parameters[0], parameters[1], parameters[2], parameters[3], options) : guard_exports.IsEqual(action, "Module") ? ModuleInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "NonNullable") ? NonNullableInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Pick") ? PickInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "Parameters") ? ParametersInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Partial") ? PartialInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Omit") ? OmitInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "ReadonlyObject") ? ReadonlyObjectInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Record") ? RecordInstantiate(context, state, parameters[0], parameters[1], options) : guard_exports.IsEqual(action, "Required") ? RequiredInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "ReturnType") ? ReturnTypeInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "TemplateLiteral") ? TemplateLiteralInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Uncapitalize") ? UncapitalizeInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "Uppercase") ? UppercaseInstantiate(context, state, parameters[0], options) : guard_exports.IsEqual(action, "With") ? WithInstantiate(context, state, parameters[0], parameters[1]) : Deferred(action, parameters, options)
    )
  );
}
function InstantiateImmediate(context, state, type) {
  let instantiatedType = IsRef(type) ? RefInstantiate(context, state, type, type.$ref) : IsArray2(type) ? _Array_(InstantiateType(context, state, type.items), ArrayOptions(type)) : IsCall(type) ? CallInstantiate(context, state, type.target, type.arguments) : IsConstructor2(type) ? Constructor(InstantiateTypes(context, state, type.parameters), InstantiateType(context, state, type.instanceType), ConstructorOptions(type)) : IsFunction2(type) ? _Function_(InstantiateTypes(context, state, type.parameters), InstantiateType(context, state, type.returnType), FunctionOptions(type)) : IsDependent(type) ? Dependent(InstantiateType(context, state, type.if), InstantiateType(context, state, type.then), InstantiateType(context, state, type.else), DependentOptions(type)) : IsIntersect(type) ? Intersect(InstantiateTypes(context, state, type.allOf), IntersectOptions(type)) : IsObject2(type) ? _Object_(InstantiateProperties(context, state, type.properties), ObjectOptions(type)) : IsRecord(type) ? RecordFromPattern(RecordPattern(type), InstantiateType(context, state, RecordValue(type))) : IsRest(type) ? Rest(InstantiateType(context, state, type.items)) : IsTuple(type) ? Tuple(InstantiateElements(context, state, type.items), TupleOptions(type)) : IsUnion(type) ? Union(InstantiateTypes(context, state, type.anyOf), UnionOptions(type)) : type;
  return WithModifiers(type, instantiatedType);
}
function InstantiateType(context, state, type) {
  return IsDeferred(type) ? InstantiateDeferred(context, state, type.action, type.parameters, type.options) : InstantiateImmediate(context, state, type);
}
function Instantiate(context, type) {
  return InstantiateType(context, State([], []), type);
}
var init_instantiate27 = __esm({
  "node_modules/typebox/build/type/engine/instantiate.mjs"() {
    init_guard2();
    init_instantiate_add3();
    init_instantiate_add();
    init_instantiate_add2();
    init_array();
    init_constructor();
    init_deferred();
    init_function();
    init_call();
    init_dependent();
    init_intersect();
    init_object();
    init_record();
    init_tuple();
    init_union();
    init_ref();
    init_rest();
    init_instantiate_add3();
    init_instantiate_remove3();
    init_instantiate_add();
    init_instantiate_remove2();
    init_instantiate_add2();
    init_instantiate_remove();
    init_optional();
    init_immutable();
    init_readonly();
    init_instantiate6();
    init_instantiate7();
    init_conditional2();
    init_instantiate9();
    init_instantiate5();
    init_instantiate10();
    init_instantiate11();
    init_instantiate12();
    init_instantiate13();
    init_instantiate3();
    init_instantiate14();
    init_instantiate7();
    init_instantiate15();
    init_instantiate16();
    init_instantiate17();
    init_instantiate18();
    init_instantiate19();
    init_instantiate20();
    init_instantiate21();
    init_instantiate22();
    init_instantiate();
    init_instantiate23();
    init_instantiate24();
    init_instantiate25();
    init_instantiate2();
    init_instantiate7();
    init_instantiate7();
    init_instantiate26();
    init_rest3();
  }
});

// node_modules/typebox/build/type/engine/immutable/instantiate_add.mjs
function AddImmutableAction(type, options) {
  return memory_exports.Update(type, { "~immutable": !0 }, options);
}
function AddImmutableInstantiate(context, state, type, options) {
  let instantiatedType = InstantiateType(context, state, type);
  return AddImmutableAction(instantiatedType, options);
}
var init_instantiate_add3 = __esm({
  "node_modules/typebox/build/type/engine/immutable/instantiate_add.mjs"() {
    init_memory2();
    init_instantiate27();
  }
});

// node_modules/typebox/build/type/action/_add_immutable.mjs
function AddImmutableDeferred(type, options = {}) {
  return Deferred("AddImmutable", [type], options);
}
function AddImmutable(type, options = {}) {
  return AddImmutableAction(type, options);
}
var init_add_immutable = __esm({
  "node_modules/typebox/build/type/action/_add_immutable.mjs"() {
    init_deferred();
    init_instantiate_add3();
  }
});

// node_modules/typebox/build/type/action/_remove_immutable.mjs
var init_remove_immutable = __esm({
  "node_modules/typebox/build/type/action/_remove_immutable.mjs"() {
    init_deferred();
    init_instantiate_remove3();
  }
});

// node_modules/typebox/build/type/action/_remove_readonly.mjs
function RemoveReadonlyDeferred(type, options = {}) {
  return Deferred("RemoveReadonly", [type], options);
}
var init_remove_readonly = __esm({
  "node_modules/typebox/build/type/action/_remove_readonly.mjs"() {
    init_deferred();
    init_instantiate_remove2();
  }
});

// node_modules/typebox/build/type/action/evaluate.mjs
function EvaluateDeferred(type, options = {}) {
  return Deferred("Evaluate", [type], options);
}
function Evaluate(type, options = {}) {
  return EvaluateAction(type, options);
}
var init_evaluate4 = __esm({
  "node_modules/typebox/build/type/action/evaluate.mjs"() {
    init_deferred();
    init_instantiate5();
  }
});

// node_modules/typebox/build/type/action/module.mjs
function ModuleDeferred(declarations, options = {}) {
  return Deferred("Module", [declarations], options);
}
function Module2(declarations, options = {}) {
  return ModuleInstantiate({}, State([], []), declarations, options);
}
var init_module = __esm({
  "node_modules/typebox/build/type/action/module.mjs"() {
    init_deferred();
    init_instantiate27();
    init_instantiate16();
  }
});

// node_modules/typebox/build/type/action/index.mjs
var init_action = __esm({
  "node_modules/typebox/build/type/action/index.mjs"() {
    init_add_immutable();
    init_add_readonly();
    init_add_optional();
    init_remove_immutable();
    init_remove_readonly();
    init_remove_optional();
    init_capitalize();
    init_conditional();
    init_constructor_parameters();
    init_evaluate4();
    init_exclude();
    init_extract();
    init_indexed();
    init_instance_type();
    init_interface();
    init_keyof();
    init_lowercase();
    init_mapped();
    init_module();
    init_non_nullable();
    init_omit();
    init_parameters2();
    init_partial();
    init_pick();
    init_readonly_object();
    init_required();
    init_return_type2();
    init_uncapitalize();
    init_uppercase();
    init_with();
  }
});

// node_modules/typebox/build/type/engine/constructor_parameters/index.mjs
var init_constructor_parameters2 = __esm({
  "node_modules/typebox/build/type/engine/constructor_parameters/index.mjs"() {
    init_instantiate9();
  }
});

// node_modules/typebox/build/type/engine/enum/index.mjs
var init_enum3 = __esm({
  "node_modules/typebox/build/type/engine/enum/index.mjs"() {
    init_typescript_enum_to_enum_values();
  }
});

// node_modules/typebox/build/type/engine/exclude/index.mjs
var init_exclude2 = __esm({
  "node_modules/typebox/build/type/engine/exclude/index.mjs"() {
    init_instantiate10();
  }
});

// node_modules/typebox/build/type/engine/extract/index.mjs
var init_extract2 = __esm({
  "node_modules/typebox/build/type/engine/extract/index.mjs"() {
    init_instantiate11();
  }
});

// node_modules/typebox/build/type/engine/helpers/union.mjs
var init_union3 = __esm({
  "node_modules/typebox/build/type/engine/helpers/union.mjs"() {
  }
});

// node_modules/typebox/build/type/engine/helpers/index.mjs
var init_helpers = __esm({
  "node_modules/typebox/build/type/engine/helpers/index.mjs"() {
    init_keys_to_indexer();
    init_keys2();
    init_union3();
  }
});

// node_modules/typebox/build/type/engine/indexed/index.mjs
var init_indexed2 = __esm({
  "node_modules/typebox/build/type/engine/indexed/index.mjs"() {
    init_instantiate12();
  }
});

// node_modules/typebox/build/type/engine/instance_type/index.mjs
var init_instance_type2 = __esm({
  "node_modules/typebox/build/type/engine/instance_type/index.mjs"() {
    init_instantiate13();
  }
});

// node_modules/typebox/build/type/engine/interface/index.mjs
var init_interface2 = __esm({
  "node_modules/typebox/build/type/engine/interface/index.mjs"() {
    init_instantiate3();
  }
});

// node_modules/typebox/build/type/engine/intrinsics/index.mjs
var init_intrinsics = __esm({
  "node_modules/typebox/build/type/engine/intrinsics/index.mjs"() {
    init_instantiate7();
  }
});

// node_modules/typebox/build/type/engine/keyof/index.mjs
var init_keyof2 = __esm({
  "node_modules/typebox/build/type/engine/keyof/index.mjs"() {
    init_instantiate14();
  }
});

// node_modules/typebox/build/type/engine/mapped/index.mjs
var init_mapped2 = __esm({
  "node_modules/typebox/build/type/engine/mapped/index.mjs"() {
    init_instantiate15();
  }
});

// node_modules/typebox/build/type/engine/module/index.mjs
var init_module2 = __esm({
  "node_modules/typebox/build/type/engine/module/index.mjs"() {
    init_instantiate16();
  }
});

// node_modules/typebox/build/type/engine/non_nullable/index.mjs
var init_non_nullable2 = __esm({
  "node_modules/typebox/build/type/engine/non_nullable/index.mjs"() {
    init_instantiate17();
  }
});

// node_modules/typebox/build/type/engine/omit/index.mjs
var init_omit2 = __esm({
  "node_modules/typebox/build/type/engine/omit/index.mjs"() {
    init_instantiate18();
  }
});

// node_modules/typebox/build/type/engine/parameters/index.mjs
var init_parameters3 = __esm({
  "node_modules/typebox/build/type/engine/parameters/index.mjs"() {
    init_instantiate19();
  }
});

// node_modules/typebox/build/type/engine/patterns/index.mjs
var init_patterns = __esm({
  "node_modules/typebox/build/type/engine/patterns/index.mjs"() {
    init_pattern();
    init_template();
  }
});

// node_modules/typebox/build/type/engine/partial/index.mjs
var init_partial2 = __esm({
  "node_modules/typebox/build/type/engine/partial/index.mjs"() {
    init_instantiate20();
  }
});

// node_modules/typebox/build/type/engine/pick/index.mjs
var init_pick2 = __esm({
  "node_modules/typebox/build/type/engine/pick/index.mjs"() {
    init_instantiate21();
  }
});

// node_modules/typebox/build/type/engine/priority/priority.mjs
var init_priority = __esm({
  "node_modules/typebox/build/type/engine/priority/priority.mjs"() {
    init_guard2();
    init_compare();
  }
});

// node_modules/typebox/build/type/engine/priority/index.mjs
var init_priority2 = __esm({
  "node_modules/typebox/build/type/engine/priority/index.mjs"() {
    init_priority();
  }
});

// node_modules/typebox/build/type/engine/readonly_object/index.mjs
var init_readonly_object2 = __esm({
  "node_modules/typebox/build/type/engine/readonly_object/index.mjs"() {
    init_instantiate22();
  }
});

// node_modules/typebox/build/type/engine/record/index.mjs
var init_record3 = __esm({
  "node_modules/typebox/build/type/engine/record/index.mjs"() {
    init_instantiate();
  }
});

// node_modules/typebox/build/type/engine/ref/index.mjs
var init_ref2 = __esm({
  "node_modules/typebox/build/type/engine/ref/index.mjs"() {
    init_instantiate23();
  }
});

// node_modules/typebox/build/type/engine/required/index.mjs
var init_required2 = __esm({
  "node_modules/typebox/build/type/engine/required/index.mjs"() {
    init_instantiate24();
  }
});

// node_modules/typebox/build/type/engine/return_type/index.mjs
var init_return_type3 = __esm({
  "node_modules/typebox/build/type/engine/return_type/index.mjs"() {
    init_instantiate25();
  }
});

// node_modules/typebox/build/type/engine/template_literal/static.mjs
var init_static2 = __esm({
  "node_modules/typebox/build/type/engine/template_literal/static.mjs"() {
  }
});

// node_modules/typebox/build/type/engine/template_literal/is_pattern.mjs
var init_is_pattern = __esm({
  "node_modules/typebox/build/type/engine/template_literal/is_pattern.mjs"() {
    init_guard2();
    init_pattern();
  }
});

// node_modules/typebox/build/type/engine/template_literal/index.mjs
var init_template_literal3 = __esm({
  "node_modules/typebox/build/type/engine/template_literal/index.mjs"() {
    init_create2();
    init_decode();
    init_encode();
    init_static2();
    init_is_finite();
    init_is_pattern();
  }
});

// node_modules/typebox/build/type/engine/with/index.mjs
var init_with2 = __esm({
  "node_modules/typebox/build/type/engine/with/index.mjs"() {
    init_instantiate26();
  }
});

// node_modules/typebox/build/type/engine/index.mjs
var init_engine = __esm({
  "node_modules/typebox/build/type/engine/index.mjs"() {
    init_instantiate27();
    init_conditional2();
    init_constructor_parameters2();
    init_cyclic2();
    init_enum3();
    init_evaluate3();
    init_exclude2();
    init_extract2();
    init_helpers();
    init_indexed2();
    init_instance_type2();
    init_interface2();
    init_intrinsics();
    init_keyof2();
    init_mapped2();
    init_module2();
    init_non_nullable2();
    init_object3();
    init_omit2();
    init_parameters3();
    init_patterns();
    init_partial2();
    init_pick2();
    init_priority2();
    init_readonly_object2();
    init_record3();
    init_ref2();
    init_required2();
    init_return_type3();
    init_template_literal3();
    init_with2();
  }
});

// node_modules/typebox/build/type/script/script.mjs
function Script2(...args) {
  let [context, input, options] = arguments_exports.Match(args, {
    2: (script, options2) => guard_exports.IsString(script) ? [{}, script, options2] : [script, options2, {}],
    3: (context2, script, options2) => [context2, script, options2],
    1: (script) => [{}, script, {}]
  }), result = Script(input), parsed = guard_exports.IsArray(result) && guard_exports.IsEqual(result.length, 2) ? InstantiateType(context, State([], []), result[0]) : Never();
  return memory_exports.Update(parsed, {}, options);
}
var init_script = __esm({
  "node_modules/typebox/build/type/script/script.mjs"() {
    init_arguments2();
    init_memory2();
    init_guard2();
    init_types();
    init_instantiate27();
    init_instantiate27();
    init_parser();
  }
});

// node_modules/typebox/build/type/script/index.mjs
var init_script2 = __esm({
  "node_modules/typebox/build/type/script/index.mjs"() {
    init_script();
  }
});

// node_modules/typebox/build/typebox.mjs
var typebox_exports = {};
__export(typebox_exports, {
  Any: () => Any,
  Array: () => _Array_,
  BigInt: () => BigInt2,
  Boolean: () => Boolean2,
  Call: () => Call,
  Capitalize: () => Capitalize,
  Codec: () => Codec,
  Conditional: () => Conditional,
  Constructor: () => Constructor,
  ConstructorParameters: () => ConstructorParameters,
  Cyclic: () => Cyclic,
  Decode: () => Decode,
  DecodeBuilder: () => DecodeBuilder,
  Dependent: () => Dependent,
  Encode: () => Encode,
  EncodeBuilder: () => EncodeBuilder,
  Enum: () => Enum,
  Evaluate: () => Evaluate,
  Exclude: () => Exclude,
  Extends: () => Extends,
  ExtendsResult: () => result_exports,
  Extract: () => Extract,
  Function: () => _Function_,
  Generic: () => Generic,
  Identifier: () => Identifier,
  Immutable: () => Immutable,
  Index: () => Index,
  Infer: () => Infer,
  InstanceType: () => InstanceType,
  Instantiate: () => Instantiate,
  Integer: () => Integer,
  Interface: () => Interface,
  Intersect: () => Intersect,
  IsAny: () => IsAny,
  IsArray: () => IsArray2,
  IsBigInt: () => IsBigInt2,
  IsBoolean: () => IsBoolean2,
  IsCall: () => IsCall,
  IsCodec: () => IsCodec,
  IsConstructor: () => IsConstructor2,
  IsCyclic: () => IsCyclic,
  IsDependent: () => IsDependent,
  IsEnum: () => IsEnum,
  IsEnumValue: () => IsEnumValue,
  IsFunction: () => IsFunction2,
  IsGeneric: () => IsGeneric,
  IsIdentifier: () => IsIdentifier,
  IsImmutable: () => IsImmutable,
  IsInfer: () => IsInfer,
  IsInteger: () => IsInteger2,
  IsIntersect: () => IsIntersect,
  IsKind: () => IsKind,
  IsLiteral: () => IsLiteral,
  IsNever: () => IsNever,
  IsNull: () => IsNull2,
  IsNumber: () => IsNumber2,
  IsObject: () => IsObject2,
  IsOptional: () => IsOptional,
  IsParameter: () => IsParameter,
  IsReadonly: () => IsReadonly,
  IsRecord: () => IsRecord,
  IsRef: () => IsRef,
  IsRefine: () => IsRefine,
  IsRest: () => IsRest,
  IsSchema: () => IsSchema,
  IsString: () => IsString2,
  IsSymbol: () => IsSymbol2,
  IsTemplateLiteral: () => IsTemplateLiteral,
  IsThis: () => IsThis,
  IsTuple: () => IsTuple,
  IsUndefined: () => IsUndefined2,
  IsUnion: () => IsUnion,
  IsUnknown: () => IsUnknown,
  IsUnsafe: () => IsUnsafe,
  IsVoid: () => IsVoid,
  KeyOf: () => KeyOf2,
  Literal: () => Literal,
  Lowercase: () => Lowercase,
  Mapped: () => Mapped,
  Module: () => Module2,
  Never: () => Never,
  NonNullable: () => NonNullable,
  Null: () => Null,
  Number: () => Number2,
  Object: () => _Object_,
  Omit: () => Omit,
  Optional: () => Optional,
  Parameter: () => Parameter,
  Parameters: () => Parameters,
  Partial: () => Partial,
  Pick: () => Pick,
  Readonly: () => Readonly,
  ReadonlyObject: () => ReadonlyObject,
  ReadonlyType: () => ReadonlyType,
  Record: () => Record,
  RecordKey: () => RecordKey,
  RecordPattern: () => RecordPattern,
  RecordValue: () => RecordValue,
  Ref: () => Ref,
  Refine: () => Refine,
  Required: () => Required,
  Rest: () => Rest,
  ReturnType: () => ReturnType,
  Script: () => Script2,
  String: () => String2,
  Symbol: () => Symbol2,
  TemplateLiteral: () => TemplateLiteral2,
  This: () => This,
  Tuple: () => Tuple,
  Uncapitalize: () => Uncapitalize,
  Undefined: () => Undefined,
  Union: () => Union,
  Unknown: () => Unknown,
  Unsafe: () => Unsafe,
  Uppercase: () => Uppercase,
  Void: () => Void,
  With: () => With2
});
var init_typebox = __esm({
  "node_modules/typebox/build/typebox.mjs"() {
    init_instantiate27();
    init_extends3();
    init_script2();
    init_capitalize();
    init_conditional();
    init_constructor_parameters();
    init_evaluate4();
    init_exclude();
    init_extract();
    init_action();
    init_instance_type();
    init_interface();
    init_keyof();
    init_lowercase();
    init_mapped();
    init_module();
    init_non_nullable();
    init_omit();
    init_parameters2();
    init_partial();
    init_pick();
    init_readonly_object();
    init_required();
    init_return_type2();
    init_uncapitalize();
    init_uppercase();
    init_with();
    init_codec();
    init_immutable();
    init_optional();
    init_readonly();
    init_refine();
    init_any();
    init_array();
    init_bigint();
    init_boolean();
    init_call();
    init_constructor();
    init_cyclic();
    init_enum();
    init_function();
    init_generic();
    init_identifier();
    init_dependent();
    init_infer();
    init_integer();
    init_intersect();
    init_literal();
    init_never();
    init_null();
    init_number();
    init_object();
    init_parameter();
    init_record();
    init_ref();
    init_rest();
    init_schema();
    init_string();
    init_symbol();
    init_template_literal();
    init_this();
    init_tuple();
    init_undefined();
    init_union();
    init_unknown();
    init_unsafe();
    init_void();
  }
});

// node_modules/typebox/build/index.mjs
var init_build = __esm({
  "node_modules/typebox/build/index.mjs"() {
    init_action();
    init_engine();
    init_extends3();
    init_script2();
    init_types();
    init_typebox();
    init_typebox();
  }
});

// packages/api/src/shapes/common.ts
var name, deviceIdText, digestText, madeId5, versionText, tokenId, instant, count, label, reasonText, oneOf, nullable, strict, listOf, pageQuery, reasonBody, init_common = __esm({
  "packages/api/src/shapes/common.ts"() {
    "use strict";
    init_src();
    init_build();
    name = typebox_exports.String({ pattern: namePattern, description: "short lower-case name" }), deviceIdText = typebox_exports.String({ pattern: deviceIdPattern }), digestText = typebox_exports.String({ pattern: digestPattern, description: "SHA-256, 64 hexadecimal digits" }), madeId5 = typebox_exports.String({ pattern: madeIdPattern }), versionText = typebox_exports.String({ pattern: versionPattern }), tokenId = typebox_exports.String({ pattern: "^[A-Za-z0-9_-]{1,64}$" }), instant = typebox_exports.String({ format: "date-time", maxLength: 40, description: "RFC 3339" }), count = typebox_exports.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), label = typebox_exports.String({ minLength: 1, maxLength: 100 }), reasonText = typebox_exports.String({ maxLength: 500, description: "kept in the audit log" }), oneOf = (values) => typebox_exports.Enum([...values]), nullable = (schema) => typebox_exports.Union([schema, typebox_exports.Null()]), strict = (properties) => typebox_exports.Object(properties, { additionalProperties: !1 }), listOf = (item) => typebox_exports.Object({ items: typebox_exports.Array(item), next: nullable(typebox_exports.String()) }), pageQuery = {
      after: typebox_exports.Optional(typebox_exports.String({ maxLength: 256, description: "`next` of the page before" })),
      limit: typebox_exports.Optional(
        typebox_exports.Integer({ minimum: 1, maximum: limits.pageSize, default: 100, description: "rows of this page" })
      )
    }, reasonBody = strict({ reason: typebox_exports.Optional(reasonText) });
  }
});

// packages/api/src/shapes/access.ts
var permission, whoamiShape, operatorTokenShape, createTokenBody, createdTokenShape, init_access = __esm({
  "packages/api/src/shapes/access.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    permission = typebox_exports.String({ pattern: "^[a-z]{1,32}(\\.[a-z]{1,32})?$" }), whoamiShape = typebox_exports.Object({
      tenant: name,
      actor: typebox_exports.String(),
      permissions: typebox_exports.Array(permission),
      fleets: typebox_exports.Optional(typebox_exports.Array(name, { description: "whose things the credential opens; absent for all" }))
    }), operatorTokenShape = typebox_exports.Object({
      id: tokenId,
      name: label,
      permissions: typebox_exports.Array(permission),
      createdAt: instant,
      revokedAt: nullable(instant),
      expiresAt: nullable(instant),
      fleet: nullable(name),
      fleets: typebox_exports.Array(name, { description: "whose things it opens; empty for the whole tenant" })
    }), createTokenBody = strict({
      name: label,
      permissions: typebox_exports.Array(permission, { minItems: 1, maxItems: 32, uniqueItems: !0 }),
      fleet: typebox_exports.Optional(name),
      fleets: typebox_exports.Optional(
        typebox_exports.Array(name, {
          maxItems: limits.fleetsPerCredential,
          uniqueItems: !0,
          description: "whose things the token opens and nobody else's; none for the whole tenant"
        })
      ),
      expiresAt: typebox_exports.Optional(instant)
    }), createdTokenShape = typebox_exports.Object({
      token: typebox_exports.String({ description: "shown this once; the server keeps only its hash" }),
      record: operatorTokenShape
    });
  }
});

// packages/api/src/shapes/device.ts
var keyName, scalar, tagsShape, registerDeviceBody, setTagsBody, deviceShape, deviceCountsShape, chosenDevicesShape, deploymentErrorShape, deploymentShape, reportShape, reasonShape, explanationShape, causeShape, fleetExplanationShape, auditEventShape, init_device2 = __esm({
  "packages/api/src/shapes/device.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    keyName = typebox_exports.String({ pattern: `^[A-Za-z0-9._-]{1,${limits.attributeNameLength}}$` }), scalar = typebox_exports.Union([typebox_exports.String(), typebox_exports.Number(), typebox_exports.Boolean()]), tagsShape = typebox_exports.Record(keyName, typebox_exports.String({ maxLength: limits.attributeValueLength }), {
      maxProperties: limits.tagsPerDevice,
      additionalProperties: !1
    }), registerDeviceBody = strict({
      id: deviceIdText,
      type: name,
      publicKey: typebox_exports.String({ maxLength: 2e3, description: "SubjectPublicKeyInfo, PEM or DER in base64" }),
      tags: typebox_exports.Optional(tagsShape)
    }), setTagsBody = strict({ tags: tagsShape }), deviceShape = typebox_exports.Object({
      id: deviceIdText,
      fleet: name,
      type: name,
      status: oneOf(deviceStatuses),
      publicKey: typebox_exports.String(),
      attributes: typebox_exports.Record(typebox_exports.String(), scalar),
      tags: typebox_exports.Record(typebox_exports.String(), typebox_exports.String()),
      current: typebox_exports.Record(typebox_exports.String(), typebox_exports.Object({ version: versionText, counter: count, sha256: digestText })),
      openDeployment: nullable(madeId5),
      attempts: typebox_exports.Array(
        typebox_exports.Object({
          rollout: madeId5,
          release: madeId5,
          deployment: madeId5,
          count,
          lastStatus: oneOf(deploymentStatuses),
          permanent: typebox_exports.Boolean(),
          lastChangedAt: instant
        })
      ),
      enrolledAt: instant,
      lastSeenAt: nullable(instant)
    }), deviceCountsShape = typebox_exports.Object({ pending: count, accepted: count, quarantined: count, rejected: count }), chosenDevicesShape = typebox_exports.Object({ devices: count }), deploymentErrorShape = typebox_exports.Object({
      code: typebox_exports.String(),
      class: oneOf(errorClasses),
      message: typebox_exports.String()
    }), deploymentShape = typebox_exports.Object({
      id: madeId5,
      fleet: name,
      device: deviceIdText,
      rollout: madeId5,
      release: madeId5,
      phase: typebox_exports.Integer({ minimum: 0, description: "index of the phase that admitted the device, from 0" }),
      attempt: count,
      status: oneOf(deploymentStatuses),
      error: nullable(deploymentErrorShape),
      createdAt: instant,
      changedAt: instant,
      deadlineAt: nullable(instant),
      lastSequence: count,
      counterBefore: count,
      site: nullable(typebox_exports.String()),
      pair: nullable(typebox_exports.String())
    }), reportShape = typebox_exports.Object({
      sequence: count,
      status: oneOf(deploymentStatuses),
      deviceTime: nullable(instant),
      receivedAt: instant,
      error: nullable(deploymentErrorShape),
      detail: typebox_exports.String()
    }), reasonShape = typebox_exports.Object({
      code: oneOf(Object.keys(reasonTable)),
      owner: oneOf(["device", "operator", "time", "policy"]),
      summary: typebox_exports.String(),
      evidence: typebox_exports.Record(typebox_exports.String(), typebox_exports.Union([scalar, typebox_exports.Null()])),
      earliestChangeAt: nullable(instant),
      remedy: typebox_exports.String(),
      rollout: nullable(madeId5),
      release: nullable(madeId5)
    }), explanationShape = typebox_exports.Object({
      device: deviceShape,
      verdict: oneOf(["offer", "hold"]),
      reasons: typebox_exports.Array(reasonShape),
      offer: nullable(typebox_exports.Object({ rollout: madeId5, version: versionText, phase: typebox_exports.String() }))
    }), causeShape = typebox_exports.Object({
      code: oneOf([...Object.keys(reasonTable), "eligible"]),
      owner: oneOf(["device", "operator", "time", "policy"]),
      summary: typebox_exports.String(),
      devices: count,
      silent: typebox_exports.Integer({ minimum: 0, description: "of them: not heard of for three check-in intervals" }),
      examples: typebox_exports.Array(deviceIdText),
      remedy: typebox_exports.String(),
      earliestChangeAt: nullable(instant)
    }), fleetExplanationShape = typebox_exports.Object({
      version: versionText,
      total: count,
      running: count,
      newer: count,
      behind: typebox_exports.Integer({ minimum: 0, description: "the causes add up to it" }),
      causes: typebox_exports.Array(causeShape)
    }), auditEventShape = typebox_exports.Object({
      sequence: count,
      at: instant,
      actor: typebox_exports.String(),
      verb: oneOf(auditVerbs),
      object: typebox_exports.String(),
      fleet: nullable(typebox_exports.String()),
      before: nullable(typebox_exports.String()),
      after: nullable(typebox_exports.String()),
      reason: typebox_exports.String()
    });
  }
});

// packages/api/src/routes/access.ts
var accessRoutes, init_access2 = __esm({
  "packages/api/src/routes/access.ts"() {
    "use strict";
    init_build();
    init_route();
    init_access();
    init_common();
    init_device2();
    accessRoutes = {
      whoami: {
        method: "GET",
        path: "/api/v1/whoami",
        tag: "access",
        summary: "Who the token speaks for, and what it may do",
        bound: !0,
        publishing: !0,
        statuses: [200],
        answer: whoamiShape
      },
      listTokens: {
        method: "GET",
        path: "/api/v1/tokens",
        tag: "access",
        summary: "Operator tokens of the tenant, without their secrets",
        statuses: [200],
        answer: listOf(operatorTokenShape)
      },
      createToken: {
        method: "POST",
        path: "/api/v1/tokens",
        tag: "access",
        summary: "Create an operator token; its text is answered this once",
        body: createTokenBody,
        statuses: [201],
        answer: createdTokenShape
      },
      revokeToken: {
        method: "DELETE",
        path: "/api/v1/tokens/{token}",
        tag: "access",
        summary: "Revoke an operator token",
        params: strict({ token: tokenId }),
        statuses: [204]
      },
      listAudit: {
        method: "GET",
        path: "/api/v1/audit",
        tag: "audit",
        summary: "Who did what, to what, when and why",
        query: strict({
          ...pageQuery,
          fleet: typebox_exports.Optional(name),
          object: typebox_exports.Optional(typebox_exports.String({ maxLength: 200, description: "e.g. `rollout/ID`" })),
          order: typebox_exports.Optional(oneOf(["newest", "oldest"]))
        }),
        statuses: [200],
        answer: listOf(auditEventShape)
      }
    };
  }
});

// packages/api/src/shapes/approvals.ts
var word, reason, statement, approvalShape, approvalStandingShape, draftApprovalBody, draftedApprovalShape, approveReleaseBody, withdrawApprovalBody, init_approvals = __esm({
  "packages/api/src/shapes/approvals.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    word = typebox_exports.String({ minLength: 1, maxLength: 64 }), reason = typebox_exports.String({
      minLength: 1,
      maxLength: 500,
      description: "what was done or seen; part of what is signed"
    }), statement = typebox_exports.String({ maxLength: limits.envelopeBytes, description: "as it was drafted, byte for byte" }), approvalShape = typebox_exports.Object({
      meaning: typebox_exports.String(),
      role: typebox_exports.String(),
      person: typebox_exports.String(),
      fullName: typebox_exports.String(),
      reason: typebox_exports.String(),
      at: instant,
      method: oneOf(approvalMethods),
      manifest: digestText,
      check: nullable(madeId5),
      evidence: digestText,
      judged: nullable(digestText)
    }), approvalStandingShape = typebox_exports.Object({
      manifest: digestText,
      check: nullable(madeId5),
      approvals: typebox_exports.Array(
        typebox_exports.Object({
          ...approvalShape.properties,
          counts: typebox_exports.Boolean({ description: "for every stage that asks for it, for rollouts that start from now on" }),
          void: typebox_exports.Array(
            typebox_exports.Object({
              stage: oneOf(stages),
              why: typebox_exports.String({ description: "what is worse than it was shown" }),
              since: nullable(instant),
              sparesStarted: typebox_exports.Boolean({ description: "true: rollouts that had started by then go on" })
            })
          )
        })
      ),
      stages: typebox_exports.Array(
        typebox_exports.Object({
          stage: oneOf(stages),
          missing: typebox_exports.Array(typebox_exports.Object({ meaning: typebox_exports.String(), role: typebox_exports.String(), count, found: count }))
        })
      )
    }), draftApprovalBody = strict({
      meaning: word,
      role: typebox_exports.Optional(word),
      reason,
      method: oneOf(approvalMethods)
    }), draftedApprovalShape = typebox_exports.Object({ statement }), approveReleaseBody = strict({
      statement,
      password: typebox_exports.Optional(typebox_exports.String({ minLength: 1, maxLength: 512 })),
      envelope: typebox_exports.Optional(
        typebox_exports.String({ maxLength: limits.envelopeBytes, description: "DSSE envelope by the key that you registered" })
      )
    }), withdrawApprovalBody = strict({ meaning: word, reason: reasonText });
  }
});

// packages/api/src/routes/approvals.ts
var release, approvalRoutes, init_approvals2 = __esm({
  "packages/api/src/routes/approvals.ts"() {
    "use strict";
    init_route();
    init_approvals();
    init_common();
    release = strict({ fleet: name, version: versionText }), approvalRoutes = {
      showApprovals: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/releases/{version}/approvals",
        tag: "approvals",
        summary: "Who has signed for a release, and what each stage still waits for",
        params: release,
        statuses: [200],
        answer: approvalStandingShape
      },
      draftApproval: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/releases/{version}/approvals/draft",
        tag: "approvals",
        summary: "The statement that you would sign; nothing is kept",
        params: release,
        body: draftApprovalBody,
        statuses: [200],
        answer: draftedApprovalShape
      },
      approveRelease: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/releases/{version}/approvals",
        tag: "approvals",
        summary: "Sign a drafted statement, with your password or with the key that you registered",
        params: release,
        body: approveReleaseBody,
        statuses: [201],
        answer: approvalShape
      },
      withdrawApproval: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/releases/{version}/approvals/withdraw",
        tag: "approvals",
        summary: "Take your own signature back, until a rollout of the release has started",
        params: release,
        body: withdrawApprovalBody,
        statuses: [204]
      }
    };
  }
});

// packages/api/src/shapes/audit.ts
var auditLogShape, auditSaltShape, auditProofShape, init_audit2 = __esm({
  "packages/api/src/shapes/audit.ts"() {
    "use strict";
    init_build();
    init_common();
    auditLogShape = typebox_exports.Object({
      number: count,
      origin: typebox_exports.String({ description: "the name of the log" }),
      vkey: typebox_exports.String({ description: "C2SP verifier key of its checkpoints" }),
      base: typebox_exports.Integer({ minimum: 0, description: "entry 0 is the event with the next number" }),
      beganAt: instant
    }), auditSaltShape = typebox_exports.Object({
      sequence: count,
      field: oneOf(["actor", "reason"]),
      salt: typebox_exports.String({ description: "32 bytes, hexadecimal; the commitment is SHA-256 of salt and value" })
    }), auditProofShape = typebox_exports.Object({
      entry: typebox_exports.String({ description: "the entry of the log, byte for byte" }),
      salts: typebox_exports.Array(auditSaltShape),
      proof: typebox_exports.String({ description: "a `.tlog-proof` file" })
    });
  }
});

// packages/api/src/routes/audit.ts
var eventNumber, mustTell, auditRoutes, init_audit3 = __esm({
  "packages/api/src/routes/audit.ts"() {
    "use strict";
    init_build();
    init_route();
    init_audit2();
    init_common();
    eventNumber = typebox_exports.String({ pattern: "^[1-9]\\d{0,14}$", description: "number of the event" }), mustTell = strict({ reason: typebox_exports.String({ ...reasonText, minLength: 1 }) }), auditRoutes = {
      auditLogs: {
        method: "GET",
        path: "/api/v1/audit/logs",
        tag: "audit",
        summary: "The Merkle logs over the audit events, oldest first; only the newest grows",
        statuses: [200],
        answer: listOf(auditLogShape)
      },
      auditProof: {
        method: "GET",
        path: "/api/v1/audit/proof",
        tag: "audit",
        summary: "Proof that an event is in the log: entry, salts and a `.tlog-proof` file",
        query: strict({ event: eventNumber }),
        statuses: [200],
        answer: auditProofShape
      },
      auditSalts: {
        method: "GET",
        path: "/api/v1/audit/salts",
        tag: "audit",
        summary: "What opens the commitments of the log, by event; what was erased is not there",
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(auditSaltShape)
      },
      eraseAuditTexts: {
        method: "POST",
        path: "/api/v1/audit/events/{event}/erase",
        tag: "audit",
        summary: "Erase the name and the free text of an event for good; proofs stay valid",
        params: strict({ event: eventNumber }),
        body: mustTell,
        statuses: [204]
      },
      restartAuditLog: {
        method: "POST",
        path: "/api/v1/audit/restart",
        tag: "audit",
        summary: "Begin a new log where the old one cannot go on: after a restored backup, or with a lost key",
        body: mustTell,
        statuses: [201],
        answer: auditLogShape
      }
    };
  }
});

// packages/api/src/shapes/check.ts
var stage, gate, verdict, word2, stagePolicyShape, keyDemand, releasePolicyShape, setReleasePolicyBody, releasePolicyAnswer, severityCounts, stageVerdictShape, tryReleasePolicyBody, triedPolicyShape, supplyBody, suppliedShape, requestCheckBody, checkShape, requestedCheckShape, fact, findingShape, gateReportShape, checkRecordShape, checkReportsShape, evidenceShape, addWaiverBody, waiverShape, addedWaiverShape, revokeWaiverBody, init_check3 = __esm({
  "packages/api/src/shapes/check.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    stage = oneOf(stages), gate = oneOf(releaseGates), verdict = oneOf(verdicts), word2 = typebox_exports.String({ minLength: 1, maxLength: 64 }), stagePolicyShape = strict({
      stage,
      groups: typebox_exports.Array(name, { maxItems: 200, description: "groups whose devices live in this stage" }),
      demands: typebox_exports.Array(
        strict({
          gate,
          when: typebox_exports.String({ minLength: 1, maxLength: 1e3, description: "`pass`, or an expression in CEL" })
        }),
        { maxItems: releaseGates.length }
      ),
      approvals: typebox_exports.Array(strict({ meaning: word2, role: word2, count: typebox_exports.Integer({ minimum: 1, maximum: 10 }) }), {
        maxItems: 16
      })
    }), keyDemand = (minItems, description) => strict({
      keys: typebox_exports.Array(typebox_exports.String({ maxLength: 4e3 }), { minItems, maxItems: limits.keysPerFleet, description }),
      threshold: typebox_exports.Integer({ minimum: 1, maximum: limits.keysPerFleet })
    }), releasePolicyShape = strict({
      stages: typebox_exports.Array(stagePolicyShape, { minItems: 1, maxItems: stages.length }),
      settings: typebox_exports.Partial(typebox_exports.Record(gate, typebox_exports.Record(typebox_exports.String({ maxLength: 64 }), typebox_exports.Unknown())), {
        additionalProperties: !1,
        description: "settings of the gates themselves"
      }),
      waivers: keyDemand(0, "who may sign exceptions, PEM"),
      dataSets: typebox_exports.Optional(keyDemand(1, "whose signed vulnerability data count, PEM; without `dataSets` all count")),
      onNewFindings: oneOf(["alert", "hold"])
    }), setReleasePolicyBody = strict({ policy: nullable(releasePolicyShape) }), releasePolicyAnswer = typebox_exports.Object({ policy: nullable(releasePolicyShape) }), severityCounts = typebox_exports.Object(Object.fromEntries(severities.map((one) => [one, count]))), stageVerdictShape = typebox_exports.Object({
      stage,
      verdict,
      gates: typebox_exports.Array(typebox_exports.Object({ gate, verdict, why: typebox_exports.String(), open: severityCounts, waived: count }))
    }), tryReleasePolicyBody = strict({ policy: releasePolicyShape }), triedPolicyShape = typebox_exports.Object({
      tried: typebox_exports.Array(
        typebox_exports.Object({ version: versionText, before: typebox_exports.Array(stageVerdictShape), after: typebox_exports.Array(stageVerdictShape) })
      ),
      neverChecked: count
    }), supplyBody = strict({
      kind: oneOf(suppliedKinds),
      text: typebox_exports.String({ maxLength: limits.evidenceBytes, description: "the document, kept byte for byte" })
    }), suppliedShape = typebox_exports.Object({ kind: oneOf(suppliedKinds), sha256: digestText, sizeBytes: count }), requestCheckBody = strict({
      version: versionText,
      artifacts: typebox_exports.Array(strict({ deviceType: name, component: name, sha256: digestText }), {
        minItems: 1,
        maxItems: limits.artifactsPerRelease
      }),
      supplied: typebox_exports.Optional(
        typebox_exports.Array(strict({ kind: oneOf(suppliedKinds), sha256: digestText }), { maxItems: limits.suppliedPerCheck })
      ),
      anew: typebox_exports.Optional(typebox_exports.Boolean({ description: "run although the same was checked before" }))
    }), checkShape = typebox_exports.Object({
      id: madeId5,
      fleet: name,
      version: versionText,
      artifacts: typebox_exports.Array(typebox_exports.Object({ deviceType: name, component: name, sha256: digestText, sizeBytes: count })),
      supplied: typebox_exports.Array(typebox_exports.Object({ kind: oneOf(suppliedKinds), sha256: digestText })),
      status: oneOf(checkStatuses),
      statusReason: typebox_exports.String(),
      policyDigest: digestText,
      stages: typebox_exports.Array(stageVerdictShape),
      requestedBy: typebox_exports.String(),
      createdAt: instant,
      startedAt: nullable(instant),
      endedAt: nullable(instant)
    }), requestedCheckShape = typebox_exports.Object({ check: checkShape, created: typebox_exports.Boolean() }), fact = typebox_exports.Union([typebox_exports.String(), typebox_exports.Number(), typebox_exports.Boolean(), typebox_exports.Null(), typebox_exports.Array(typebox_exports.String())]), findingShape = typebox_exports.Object({
      gate,
      rule: typebox_exports.String(),
      severity: oneOf(severities),
      place: typebox_exports.String(),
      offset: typebox_exports.Optional(count),
      message: typebox_exports.String(),
      fingerprint: typebox_exports.String(),
      blocks: typebox_exports.Optional(typebox_exports.Literal(!0)),
      details: typebox_exports.Optional(typebox_exports.Record(typebox_exports.String(), typebox_exports.Union([typebox_exports.String(), typebox_exports.Number(), typebox_exports.Boolean()])))
    }), gateReportShape = typebox_exports.Object({
      artifact: digestText,
      gate,
      verdict,
      summary: typebox_exports.String(),
      findings: typebox_exports.Array(findingShape),
      findingsLeftOut: count,
      facts: typebox_exports.Record(typebox_exports.String(), fact),
      inputs: typebox_exports.Array(
        typebox_exports.Object({
          name: typebox_exports.String(),
          version: typebox_exports.String(),
          publishedAt: nullable(instant),
          signedBy: typebox_exports.Optional(typebox_exports.Array(typebox_exports.String()))
        })
      )
    }), checkRecordShape = typebox_exports.Object({
      kind: typebox_exports.String(),
      artifact: nullable(digestText),
      gate: nullable(gate),
      mediaType: typebox_exports.String(),
      sha256: digestText,
      sizeBytes: count
    }), checkReportsShape = typebox_exports.Object({
      check: checkShape,
      reports: typebox_exports.Array(gateReportShape),
      records: typebox_exports.Array(checkRecordShape, { description: "what was made and kept: statements, SBOMs, inventories" })
    }), evidenceShape = typebox_exports.Object({
      sha256: digestText,
      kind: typebox_exports.String(),
      mediaType: typebox_exports.String(),
      text: typebox_exports.String({ description: "exactly as it is kept; its SHA-256 names it" })
    }), addWaiverBody = strict({
      envelope: typebox_exports.String({ maxLength: limits.envelopeBytes, description: "DSSE envelope as JSON text" })
    }), waiverShape = typebox_exports.Object({
      sha256: digestText,
      gate,
      rule: typebox_exports.String(),
      fingerprint: nullable(typebox_exports.String()),
      place: nullable(typebox_exports.String()),
      reason: typebox_exports.String(),
      author: typebox_exports.String(),
      signedBy: typebox_exports.Array(digestText),
      issuedAt: instant,
      expiresAt: instant
    }), addedWaiverShape = typebox_exports.Object({ sha256: digestText, expiresAt: instant }), revokeWaiverBody = strict({ reason: reasonText });
  }
});

// packages/api/src/routes/checks.ts
var fleet, check2, checkRoutes, init_checks = __esm({
  "packages/api/src/routes/checks.ts"() {
    "use strict";
    init_src();
    init_route();
    init_check3();
    init_common();
    fleet = strict({ fleet: name }), check2 = strict({ fleet: name, check: madeId5 }), checkRoutes = {
      getReleasePolicy: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/release-policy",
        tag: "checks",
        summary: "What releases of the fleet have to show before any device is offered one; null while nothing is demanded",
        params: fleet,
        publishing: !0,
        statuses: [200],
        answer: releasePolicyAnswer
      },
      setReleasePolicy: {
        method: "PUT",
        path: "/api/v1/fleets/{fleet}/release-policy",
        tag: "checks",
        summary: "Replace what is demanded; published releases are judged anew on what their gates found",
        params: fleet,
        body: setReleasePolicyBody,
        statuses: [200],
        answer: releasePolicyAnswer
      },
      tryReleasePolicy: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/release-policy/try",
        tag: "checks",
        summary: "What a policy would make of the newest releases; changes nothing",
        params: fleet,
        body: tryReleasePolicyBody,
        statuses: [200],
        answer: triedPolicyShape
      },
      supplyEvidence: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/evidence",
        tag: "checks",
        summary: "Send a document that comes with a release: SBOM, VEX, provenance",
        params: fleet,
        body: supplyBody,
        bodyBytes: limits.evidenceBytes * 2,
        publishing: !0,
        statuses: [201],
        answer: suppliedShape
      },
      getEvidence: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/evidence/{sha256}",
        tag: "checks",
        summary: "A text that is kept as evidence: statement, SBOM, report, inventory",
        params: strict({ fleet: name, sha256: digestText }),
        publishing: !0,
        statuses: [200],
        answer: evidenceShape
      },
      requestCheck: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/checks",
        tag: "checks",
        summary: "Have all gates look at uploaded artifacts; 200 when the same was checked before",
        params: fleet,
        body: requestCheckBody,
        publishing: !0,
        statuses: [201, 200],
        answer: requestedCheckShape
      },
      listChecks: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/checks",
        tag: "checks",
        summary: "Checks of the fleet, newest first",
        params: fleet,
        query: strict(pageQuery),
        publishing: !0,
        statuses: [200],
        answer: listOf(checkShape)
      },
      getCheck: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/checks/{check}",
        tag: "checks",
        summary: "How far a check is and what it came to",
        params: check2,
        publishing: !0,
        statuses: [200],
        answer: checkShape
      },
      getCheckReports: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/checks/{check}/reports",
        tag: "checks",
        summary: "Everything that the gates said, and what was kept as evidence",
        params: check2,
        publishing: !0,
        statuses: [200],
        answer: checkReportsShape
      },
      listWaivers: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/waivers",
        tag: "checks",
        summary: "Signed exceptions that count today",
        publishing: !0,
        params: fleet,
        statuses: [200],
        answer: listOf(waiverShape)
      },
      addWaiver: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/waivers",
        tag: "checks",
        summary: "Bring a signed exception; releases that it concerns are judged anew",
        params: fleet,
        body: addWaiverBody,
        statuses: [201],
        answer: addedWaiverShape
      },
      revokeWaiver: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/waivers/{sha256}/revoke",
        tag: "checks",
        summary: "End an exception: its findings are back",
        params: strict({ fleet: name, sha256: digestText }),
        body: revokeWaiverBody,
        statuses: [204]
      }
    };
  }
});

// packages/api/src/routes/devices.ts
var fleet2, expressionText, device, deviceRoutes, init_devices = __esm({
  "packages/api/src/routes/devices.ts"() {
    "use strict";
    init_src();
    init_build();
    init_route();
    init_common();
    init_device2();
    fleet2 = strict({ fleet: name }), expressionText = typebox_exports.String({ maxLength: limits.expressionLength, description: "an expression, as in groups" }), device = strict({ device: deviceIdText }), deviceRoutes = {
      listDevices: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/devices",
        tag: "devices",
        summary: "Devices of the fleet in order of their ids",
        params: fleet2,
        query: strict({
          ...pageQuery,
          status: typebox_exports.Optional(oneOf(deviceStatuses)),
          filter: typebox_exports.Optional(expressionText)
        }),
        statuses: [200],
        answer: listOf(deviceShape)
      },
      countChosen: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/devices/count",
        tag: "devices",
        summary: "How many devices of the fleet a filter selects",
        params: fleet2,
        query: strict({ status: typebox_exports.Optional(oneOf(deviceStatuses)), filter: typebox_exports.Optional(expressionText) }),
        statuses: [200],
        answer: chosenDevicesShape
      },
      registerDevice: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/devices",
        tag: "devices",
        summary: "Accept a device by its public key before it enrols",
        params: fleet2,
        body: registerDeviceBody,
        statuses: [201],
        answer: deviceShape
      },
      countDevices: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/device-counts",
        tag: "devices",
        summary: "How many devices of the fleet are pending, accepted, quarantined, rejected",
        params: fleet2,
        statuses: [200],
        answer: deviceCountsShape
      },
      getDevice: {
        method: "GET",
        path: "/api/v1/devices/{device}",
        tag: "devices",
        summary: "One device",
        params: device,
        statuses: [200],
        answer: deviceShape
      },
      removeDevice: {
        method: "DELETE",
        path: "/api/v1/devices/{device}",
        tag: "devices",
        summary: "Forget a device and its key, so that it may enrol with a new one",
        params: device,
        query: strict({ reason: typebox_exports.Optional(typebox_exports.String({ maxLength: 500, description: "kept in the audit log" })) }),
        statuses: [204]
      },
      acceptDevice: {
        method: "POST",
        path: "/api/v1/devices/{device}/accept",
        tag: "devices",
        summary: "Let a pending or rejected device in",
        params: device,
        body: reasonBody,
        statuses: [200],
        answer: deviceShape
      },
      rejectDevice: {
        method: "POST",
        path: "/api/v1/devices/{device}/reject",
        tag: "devices",
        summary: "Shut a device out",
        params: device,
        body: reasonBody,
        statuses: [200],
        answer: deviceShape
      },
      setDeviceTags: {
        method: "PUT",
        path: "/api/v1/devices/{device}/tags",
        tag: "devices",
        summary: "Replace the tags of a device",
        params: device,
        body: setTagsBody,
        statuses: [200],
        answer: deviceShape
      },
      deviceDeployments: {
        method: "GET",
        path: "/api/v1/devices/{device}/deployments",
        tag: "devices",
        summary: "Deployments of the device, newest first",
        params: device,
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(deploymentShape)
      },
      explainFleet: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/why",
        tag: "devices",
        summary: "Why devices of the fleet do not run a release: every one of them, grouped by cause",
        params: fleet2,
        query: strict({ version: versionText }),
        statuses: [200],
        answer: fleetExplanationShape
      },
      quarantineDevice: {
        method: "POST",
        path: "/api/v1/devices/{device}/quarantine",
        tag: "devices",
        summary: "Hear the device but offer it nothing until it is accepted again",
        params: device,
        body: reasonBody,
        statuses: [200],
        answer: deviceShape
      },
      explainDevice: {
        method: "GET",
        path: "/api/v1/devices/{device}/why",
        tag: "devices",
        summary: "Why the device is or is not offered a release: every reason that holds",
        params: device,
        query: strict({ version: typebox_exports.Optional(versionText) }),
        statuses: [200],
        answer: explanationShape
      },
      deploymentReports: {
        method: "GET",
        path: "/api/v1/deployments/{deployment}/reports",
        tag: "devices",
        summary: "What the device reported about one deployment, in order",
        params: strict({ deployment: madeId5 }),
        statuses: [200],
        answer: listOf(reportShape)
      }
    };
  }
});

// packages/api/src/shapes/policy.ts
var many, positive, windowShape, freezeShape, rateShape, budgets, demands, sequential, fixedGate, gateShape, gateInputShape, policy, policyInputShape, policyShape, init_policy2 = __esm({
  "packages/api/src/shapes/policy.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    many = 1e9, positive = typebox_exports.Integer({ minimum: 1, maximum: many }), windowShape = strict({
      cron: typebox_exports.String({ minLength: 9, maxLength: 200, description: "minute hour day-of-month month day-of-week" }),
      durationMs: typebox_exports.Integer({ minimum: 6e4, maximum: 7 * 864e5 }),
      zone: typebox_exports.String({ minLength: 1, maxLength: 64, description: "IANA zone, or `site` for that of the device" })
    }), freezeShape = strict({
      name: typebox_exports.String({ minLength: 1, maxLength: 64 }),
      from: instant,
      until: instant,
      reason: typebox_exports.String({ maxLength: 500 })
    }), rateShape = typebox_exports.Union([
      strict({
        kind: typebox_exports.Literal("constant"),
        perMinute: typebox_exports.Number({ exclusiveMinimum: 0, maximum: many })
      }),
      strict({
        kind: typebox_exports.Literal("exponential"),
        basePerMinute: typebox_exports.Number({ exclusiveMinimum: 0, maximum: many }),
        factor: typebox_exports.Number({ minimum: 1, maximum: 100 }),
        everySucceeded: positive,
        mostPerMinute: typebox_exports.Number({ exclusiveMinimum: 0, maximum: many })
      })
    ]), budgets = {
      unproven: nullable(positive),
      perSite: nullable(positive),
      onePerPair: typebox_exports.Boolean(),
      bytesPerHour: nullable(typebox_exports.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }))
    }, demands = {
      notInUse: typebox_exports.Boolean(),
      minBatteryPercent: nullable(typebox_exports.Number({ minimum: 0, maximum: 100 })),
      mainsPower: typebox_exports.Boolean(),
      unmeteredLink: typebox_exports.Boolean(),
      consent: typebox_exports.Boolean(),
      maxClockSkewSeconds: nullable(count),
      minCertificateDays: nullable(typebox_exports.Integer({ minimum: 0, maximum: 36500 }))
    }, sequential = {
      alpha: typebox_exports.Number({ minimum: 1e-4, maximum: 0.2, description: "most chance of stopping a sound release" }),
      margin: typebox_exports.Number({ minimum: 1e-3, maximum: 0.5, description: "a phase passes when fewer than this share fail" }),
      observeMs: typebox_exports.Integer({ minimum: 0, maximum: 365 * 864e5 }),
      expectedFailureShare: typebox_exports.Number({ minimum: 1e-4, maximum: 0.2 }),
      minDevices: count,
      hardStop: typebox_exports.Integer({ minimum: 0, maximum: many, description: "devices gone dark that stop it at once" }),
      metrics: typebox_exports.Array(
        strict({
          name: typebox_exports.String({ minLength: 1, maxLength: 64 }),
          kind: oneOf(["event", "value"]),
          worse: oneOf(["higher", "lower"]),
          dryRun: typebox_exports.Boolean()
        }),
        { maxItems: limits.metricsPerGate }
      )
    }, fixedGate = strict({ kind: typebox_exports.Literal("fixed") }), gateShape = typebox_exports.Union([fixedGate, strict({ kind: typebox_exports.Literal("sequential"), ...sequential })]), gateInputShape = typebox_exports.Union([
      fixedGate,
      strict({ kind: typebox_exports.Literal("sequential"), ...typebox_exports.Partial(strict(sequential)).properties })
    ]), policy = {
      priority: typebox_exports.Integer({ minimum: -100, maximum: 100 }),
      exclude: typebox_exports.String({ maxLength: limits.expressionLength, description: "devices that are left out" }),
      startAt: nullable(instant),
      endAt: nullable(instant),
      windows: typebox_exports.Array(windowShape, { maxItems: limits.windowsPerRollout }),
      ignoreFreezes: typebox_exports.Boolean(),
      rate: nullable(rateShape),
      approvals: typebox_exports.Integer({ minimum: 0, maximum: 10, description: "people other than its maker who have to approve" }),
      rollBackOnFail: typebox_exports.Boolean()
    }, policyInputShape = typebox_exports.Partial(
      strict({
        ...policy,
        gate: gateInputShape,
        budgets: typebox_exports.Partial(strict(budgets)),
        demands: typebox_exports.Partial(strict(demands))
      }),
      { additionalProperties: !1 }
    ), policyShape = typebox_exports.Object({
      ...policy,
      gate: gateShape,
      budgets: typebox_exports.Object(budgets),
      demands: typebox_exports.Object(demands)
    });
  }
});

// packages/api/src/shapes/fleet.ts
var hour2, deviceTypes, checkInIntervalMs, fleetKeyShape, fleetShape, createFleetBody, changeFleetBody, addKeyBody, saveFreezeBody, groupShape, saveGroupBody, claimTokenShape, createClaimTokenBody, createdClaimTokenShape, init_fleet = __esm({
  "packages/api/src/shapes/fleet.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    init_policy2();
    hour2 = 36e5, deviceTypes = typebox_exports.Array(name, { minItems: 1, maxItems: limits.deviceTypesPerFleet, uniqueItems: !0 }), checkInIntervalMs = typebox_exports.Integer({ minimum: 1e3, maximum: 168 * hour2 }), fleetKeyShape = typebox_exports.Object({
      id: digestText,
      name: label,
      publicKeyPem: typebox_exports.String(),
      addedAt: instant
    }), fleetShape = typebox_exports.Object({
      id: name,
      deviceTypes: typebox_exports.Array(name),
      keys: typebox_exports.Array(fleetKeyShape),
      securityFloor: count,
      checkInIntervalMs: typebox_exports.Integer(),
      freezes: typebox_exports.Array(freezeShape),
      createdAt: instant
    }), createFleetBody = strict({
      id: name,
      deviceTypes,
      checkInIntervalMs: typebox_exports.Optional(checkInIntervalMs)
    }), changeFleetBody = strict({
      deviceTypes: typebox_exports.Optional(deviceTypes),
      securityFloor: typebox_exports.Optional(count),
      checkInIntervalMs: typebox_exports.Optional(checkInIntervalMs)
    }), addKeyBody = strict({
      name: label,
      publicKeyPem: typebox_exports.String({ maxLength: 2e3, description: "SubjectPublicKeyInfo, PEM" })
    }), saveFreezeBody = strict({
      from: instant,
      until: instant,
      reason: typebox_exports.String({ maxLength: 500, description: "kept in the audit log" })
    }), groupShape = typebox_exports.Object({ name, filter: typebox_exports.String() }), saveGroupBody = strict({
      filter: typebox_exports.String({
        maxLength: limits.expressionLength,
        description: 'an expression, e.g. `tag.site == "berlin" && type == "router"`'
      }),
      allowUnknown: typebox_exports.Optional(
        typebox_exports.Boolean({ description: "whether it may name attributes and tags that no device has had yet" })
      )
    }), claimTokenShape = typebox_exports.Object({
      id: tokenId,
      name: label,
      usesLeft: count,
      expiresAt: nullable(instant),
      revokedAt: nullable(instant),
      createdAt: instant
    }), createClaimTokenBody = strict({
      name: label,
      uses: typebox_exports.Integer({ minimum: 1, maximum: 1e7 }),
      expiresAt: typebox_exports.Optional(nullable(instant))
    }), createdClaimTokenShape = typebox_exports.Object({
      token: typebox_exports.String({ description: "shown this once; the server keeps only its hash" }),
      record: claimTokenShape
    });
  }
});

// packages/api/src/shapes/image-policy.ts
var keys, format, imageRuleShape, imagePolicyShape, setImagePolicyBody, foundImageShape, init_image_policy = __esm({
  "packages/api/src/shapes/image-policy.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    keys = typebox_exports.Array(
      typebox_exports.String({ maxLength: 2e3, description: "public key that may have signed it: SubjectPublicKeyInfo, PEM" }),
      { minItems: 1, maxItems: limits.keysPerImageRule }
    ), format = typebox_exports.String({ maxLength: 40, description: "mcuboot, esp32 or fit" }), imageRuleShape = typebox_exports.Object({
      component: name,
      deviceType: name,
      format,
      keys,
      required: typebox_exports.Boolean({ description: "whether every image has to be signed so; devices verify it, too" }),
      sameVersion: typebox_exports.Boolean({ description: "whether a version that it states has to be that of the release" })
    }), imagePolicyShape = typebox_exports.Object({ rules: typebox_exports.Array(imageRuleShape) }), setImagePolicyBody = strict({
      rules: typebox_exports.Array(
        strict({
          component: name,
          deviceType: name,
          format,
          keys,
          required: typebox_exports.Optional(typebox_exports.Boolean({ default: !0 })),
          sameVersion: typebox_exports.Optional(typebox_exports.Boolean({ default: !0 }))
        }),
        { maxItems: limits.imageRulesPerFleet }
      )
    }), foundImageShape = typebox_exports.Object({
      component: name,
      deviceType: name,
      format: typebox_exports.String(),
      version: nullable(typebox_exports.String()),
      counter: nullable(count)
    });
  }
});

// packages/api/src/routes/fleets.ts
var fleet3, fleetRoutes, init_fleets = __esm({
  "packages/api/src/routes/fleets.ts"() {
    "use strict";
    init_route();
    init_common();
    init_fleet();
    init_image_policy();
    fleet3 = strict({ fleet: name }), fleetRoutes = {
      listFleets: {
        method: "GET",
        path: "/api/v1/fleets",
        tag: "fleets",
        summary: "Fleets of the tenant",
        query: strict(pageQuery),
        bound: !0,
        statuses: [200],
        answer: listOf(fleetShape)
      },
      createFleet: {
        method: "POST",
        path: "/api/v1/fleets",
        tag: "fleets",
        summary: "Create a fleet",
        body: createFleetBody,
        statuses: [201],
        answer: fleetShape
      },
      getFleet: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}",
        tag: "fleets",
        summary: "One fleet with its keys",
        params: fleet3,
        publishing: !0,
        statuses: [200],
        answer: fleetShape
      },
      changeFleet: {
        method: "PATCH",
        path: "/api/v1/fleets/{fleet}",
        tag: "fleets",
        summary: "Change the fields that are given",
        params: fleet3,
        body: changeFleetBody,
        statuses: [200],
        answer: fleetShape
      },
      saveFreeze: {
        method: "PUT",
        path: "/api/v1/fleets/{fleet}/freezes/{freeze}",
        tag: "fleets",
        summary: "Give the fleet nothing new for a time",
        params: strict({ fleet: name, freeze: name }),
        body: saveFreezeBody,
        statuses: [200],
        answer: fleetShape
      },
      deleteFreeze: {
        method: "DELETE",
        path: "/api/v1/fleets/{fleet}/freezes/{freeze}",
        tag: "fleets",
        summary: "Lift a freeze period",
        params: strict({ fleet: name, freeze: name }),
        statuses: [200],
        answer: fleetShape
      },
      getImagePolicy: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/image-policy",
        tag: "fleets",
        summary: "What images of the fleet have to be, by component and device type",
        params: fleet3,
        publishing: !0,
        statuses: [200],
        answer: imagePolicyShape
      },
      setImagePolicy: {
        method: "PUT",
        path: "/api/v1/fleets/{fleet}/image-policy",
        tag: "fleets",
        summary: "Replace what images have to be; no rules demand nothing. Releases that are published stay.",
        params: fleet3,
        body: setImagePolicyBody,
        statuses: [200],
        answer: imagePolicyShape
      },
      listFleetKeys: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/keys",
        tag: "fleets",
        summary: "Public keys that may sign releases of the fleet",
        params: fleet3,
        publishing: !0,
        statuses: [200],
        answer: listOf(fleetKeyShape)
      },
      addFleetKey: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/keys",
        tag: "fleets",
        summary: "Let a public key sign releases of the fleet",
        params: fleet3,
        body: addKeyBody,
        statuses: [201],
        answer: fleetShape
      },
      removeFleetKey: {
        method: "DELETE",
        path: "/api/v1/fleets/{fleet}/keys/{key}",
        tag: "fleets",
        summary: "Take a key away; what it signed before stays published",
        params: strict({ fleet: name, key: digestText }),
        statuses: [204]
      },
      listGroups: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/groups",
        tag: "fleets",
        summary: "Groups of the fleet; `all` exists in every fleet",
        params: fleet3,
        statuses: [200],
        answer: listOf(groupShape)
      },
      saveGroup: {
        method: "PUT",
        path: "/api/v1/fleets/{fleet}/groups/{group}",
        tag: "fleets",
        summary: "Create or replace a group",
        params: strict({ fleet: name, group: name }),
        body: saveGroupBody,
        statuses: [200],
        answer: groupShape
      },
      deleteGroup: {
        method: "DELETE",
        path: "/api/v1/fleets/{fleet}/groups/{group}",
        tag: "fleets",
        summary: "Delete a group that no rollout needs any more",
        params: strict({ fleet: name, group: name }),
        statuses: [204]
      },
      listClaimTokens: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/claim-tokens",
        tag: "fleets",
        summary: "Claim tokens of the fleet, without their secrets",
        params: fleet3,
        statuses: [200],
        answer: listOf(claimTokenShape)
      },
      createClaimToken: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/claim-tokens",
        tag: "fleets",
        summary: "Let unknown devices enrol by themselves; the text is answered this once",
        params: fleet3,
        body: createClaimTokenBody,
        statuses: [201],
        answer: createdClaimTokenShape
      },
      revokeClaimToken: {
        method: "DELETE",
        path: "/api/v1/fleets/{fleet}/claim-tokens/{claimToken}",
        tag: "fleets",
        summary: "Revoke a claim token; devices that used it stay",
        params: strict({ fleet: name, claimToken: tokenId }),
        statuses: [204]
      }
    };
  }
});

// packages/api/src/shapes/hold.ts
var share, until, segmentShape, segmentSearchShape, segmentsShape, holdShape, holdSegmentBody, createHoldBody, init_hold2 = __esm({
  "packages/api/src/shapes/hold.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    share = typebox_exports.Number({ minimum: 0, maximum: 1 }), until = typebox_exports.Optional(typebox_exports.Union([instant], { description: "when the hold ends; 30 days from now without it" })), segmentShape = typebox_exports.Object({
      expression: typebox_exports.String({ description: "selects the devices of the segment" }),
      devices: typebox_exports.Integer({ minimum: 0, description: "devices of the segment that the rollout has reached" }),
      failures: count,
      rateInside: share,
      rateOutside: share,
      lift: nullable(typebox_exports.Number({ description: "how many times as often they failed; null when no other device did" })),
      interval: typebox_exports.Array(share, { description: "where the rate inside lies, for all segments looked at together" }),
      chance: typebox_exports.Number({ minimum: 0, maximum: 1, description: "of seeing this when traits have nothing to do with it" }),
      alike: typebox_exports.Array(typebox_exports.String(), { description: "expressions that explain the failures about as well" }),
      fleetDevices: typebox_exports.Integer({ minimum: 0, description: "accepted devices of the fleet that a hold would hold" })
    }), segmentSearchShape = typebox_exports.Object({
      at: instant,
      started: count,
      devices: count,
      failures: count,
      candidates: typebox_exports.Integer({ minimum: 0, description: "segments that could have been named; corrected for" }),
      alpha: share,
      fleetDevices: count,
      segments: typebox_exports.Array(segmentShape)
    }), segmentsShape = typebox_exports.Object({
      search: typebox_exports.Union([segmentSearchShape, typebox_exports.Null()], { description: "null before a gate has failed" })
    }), holdShape = typebox_exports.Object({
      id: madeId5,
      fleet: name,
      rollout: typebox_exports.Union([madeId5, typebox_exports.Null()], { description: "null: whatever the rollout" }),
      expression: typebox_exports.String(),
      reason: typebox_exports.String(),
      heldBy: typebox_exports.String(),
      createdAt: instant,
      expiresAt: instant
    }), holdSegmentBody = strict({
      segment: typebox_exports.Integer({ minimum: 1, maximum: 100, description: "which answer of the search, from 1" }),
      reason: typebox_exports.Optional(reasonText),
      until
    }), createHoldBody = strict({
      rollout: typebox_exports.Optional(nullable(madeId5)),
      expression: typebox_exports.String({ maxLength: limits.expressionLength, description: "which devices" }),
      reason: typebox_exports.Optional(reasonText),
      until,
      allowUnknown: typebox_exports.Optional(
        typebox_exports.Boolean({ description: "whether it may name attributes and tags that no device has had yet" })
      )
    });
  }
});

// packages/api/src/routes/holds.ts
var fleet4, holdRoutes, init_holds = __esm({
  "packages/api/src/routes/holds.ts"() {
    "use strict";
    init_route();
    init_common();
    init_hold2();
    fleet4 = strict({ fleet: name }), holdRoutes = {
      rolloutSegments: {
        method: "GET",
        path: "/api/v1/rollouts/{rollout}/segments",
        tag: "rollouts",
        summary: "What the failing devices of a rollout share, most likely first",
        params: strict({ rollout: madeId5 }),
        statuses: [200],
        answer: segmentsShape
      },
      holdSegment: {
        method: "POST",
        path: "/api/v1/rollouts/{rollout}/hold",
        tag: "rollouts",
        summary: "Hold the devices of a segment and let the rest of the rollout go on",
        params: strict({ rollout: madeId5 }),
        body: holdSegmentBody,
        statuses: [201],
        answer: holdShape
      },
      listHolds: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/holds",
        tag: "rollouts",
        summary: "Holds of the fleet; one whose time is over holds nobody",
        params: fleet4,
        statuses: [200],
        answer: listOf(holdShape)
      },
      createHold: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/holds",
        tag: "rollouts",
        summary: "Offer nothing to the devices that an expression selects, for a time",
        params: fleet4,
        body: createHoldBody,
        statuses: [201],
        answer: holdShape
      },
      liftHold: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/holds/{hold}/lift",
        tag: "rollouts",
        summary: "End a hold before its time",
        params: strict({ fleet: name, hold: madeId5 }),
        body: reasonBody,
        statuses: [204]
      }
    };
  }
});

// packages/api/src/shapes/path.ts
var codes, releasePathShape, init_path = __esm({
  "packages/api/src/shapes/path.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    codes = Object.keys(reasonTable), releasePathShape = typebox_exports.Union([
      strict({
        ok: typebox_exports.Literal(!0),
        steps: typebox_exports.Array(strict({ id: madeId5, version: versionText, counter: count }), {
          description: "what to install, in this order; none when the device runs the release already"
        })
      }),
      strict({ ok: typebox_exports.Literal(!1), code: oneOf(codes), why: typebox_exports.String() })
    ]);
  }
});

// packages/api/src/routes/paths.ts
var pathRoutes, init_paths = __esm({
  "packages/api/src/routes/paths.ts"() {
    "use strict";
    init_route();
    init_common();
    init_path();
    pathRoutes = {
      pathOfDevice: {
        method: "GET",
        path: "/api/v1/devices/{device}/path",
        tag: "devices",
        summary: "The fewest installs that bring the device to a release, or what blocks the way",
        params: strict({ device: deviceIdText }),
        query: strict({ version: versionText }),
        statuses: [200],
        answer: releasePathShape
      }
    };
  }
});

// packages/api/src/shapes/people.ts
var fullName, roles, permissions, accounts, fleets, password, personText, personShape, createPersonBody, changePersonBody, resetPasswordBody, changePasswordBody, registerKeyBody, loginBody, loginShape, init_people = __esm({
  "packages/api/src/shapes/people.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    fullName = typebox_exports.String({ minLength: 2, maxLength: 100 }), roles = typebox_exports.Array(typebox_exports.String({ minLength: 1, maxLength: 64 }), { maxItems: limits.rolesPerPerson }), permissions = typebox_exports.Array(typebox_exports.String({ pattern: "^[a-z]{1,32}(\\.[a-z]{1,32})?$" }), {
      maxItems: 32,
      description: "what a login of the person may do"
    }), accounts = typebox_exports.Array(typebox_exports.String({ maxLength: 420 }), {
      maxItems: limits.accountsPerPerson,
      description: "`ISSUER#ID` of where their CI runs"
    }), fleets = typebox_exports.Array(name, {
      maxItems: limits.fleetsPerCredential,
      uniqueItems: !0,
      description: "whose things the person sees and changes; none for the whole tenant"
    }), password = typebox_exports.String({ minLength: 1, maxLength: 512 }), personText = typebox_exports.String({ pattern: namePattern }), personShape = typebox_exports.Object({
      id: madeId5,
      name,
      fullName: typebox_exports.String(),
      roles: typebox_exports.Array(typebox_exports.String()),
      permissions: typebox_exports.Array(typebox_exports.String()),
      accounts: typebox_exports.Array(typebox_exports.String()),
      fleets: typebox_exports.Array(typebox_exports.String()),
      status: oneOf(personStatuses),
      mustChange: typebox_exports.Boolean({
        description: "the password was chosen by somebody else and opens nothing but its change"
      }),
      lockedUntil: nullable(instant),
      key: nullable(typebox_exports.Object({ id: digestText, publicKeyPem: typebox_exports.String(), registeredAt: instant })),
      createdAt: instant
    }), createPersonBody = strict({
      name,
      fullName,
      roles: typebox_exports.Optional(roles),
      permissions: typebox_exports.Optional(permissions),
      accounts: typebox_exports.Optional(accounts),
      fleets: typebox_exports.Optional(fleets),
      password
    }), changePersonBody = strict({
      fullName: typebox_exports.Optional(fullName),
      roles: typebox_exports.Optional(roles),
      permissions: typebox_exports.Optional(permissions),
      accounts: typebox_exports.Optional(accounts),
      fleets: typebox_exports.Optional(fleets),
      status: typebox_exports.Optional(oneOf(personStatuses)),
      reason: typebox_exports.Optional(reasonText)
    }), resetPasswordBody = strict({ password, reason: reasonText }), changePasswordBody = strict({ password, newPassword: password }), registerKeyBody = strict({
      password,
      publicKeyPem: nullable(typebox_exports.String({ maxLength: 4e3, description: "Ed25519 or P-256; null for none" }))
    }), loginBody = strict({ tenant: typebox_exports.Optional(name), name, password }), loginShape = typebox_exports.Object({
      token: typebox_exports.String({ description: "shown this once; the server keeps only its hash" }),
      expiresAt: instant,
      person: personShape
    });
  }
});

// packages/api/src/routes/people.ts
var person, peopleRoutes, init_people2 = __esm({
  "packages/api/src/routes/people.ts"() {
    "use strict";
    init_route();
    init_common();
    init_people();
    person = strict({ person: personText }), peopleRoutes = {
      logIn: {
        method: "POST",
        path: "/api/v1/login",
        tag: "access",
        summary: "Give name and password for a token of 12 hours",
        open: !0,
        body: loginBody,
        statuses: [201],
        answer: loginShape
      },
      logOut: {
        method: "POST",
        path: "/api/v1/logout",
        tag: "access",
        summary: "End the login whose token this is",
        bound: !0,
        statuses: [204]
      },
      getSelf: {
        method: "GET",
        path: "/api/v1/me",
        tag: "people",
        summary: "The person who is logged in",
        bound: !0,
        statuses: [200],
        answer: personShape
      },
      changePassword: {
        method: "POST",
        path: "/api/v1/me/password",
        tag: "people",
        summary: "Change your own password; every login of yours ends",
        body: changePasswordBody,
        bound: !0,
        statuses: [204]
      },
      registerKey: {
        method: "PUT",
        path: "/api/v1/me/key",
        tag: "people",
        summary: "Register the key with which you sign approvals on a machine of your own",
        body: registerKeyBody,
        bound: !0,
        statuses: [200],
        answer: personShape
      },
      listPeople: {
        method: "GET",
        path: "/api/v1/people",
        tag: "people",
        summary: "Everybody who has an account, by name",
        statuses: [200],
        answer: listOf(personShape)
      },
      createPerson: {
        method: "POST",
        path: "/api/v1/people",
        tag: "people",
        summary: "Make an account for one human being; they have to change the password first",
        body: createPersonBody,
        statuses: [201],
        answer: personShape
      },
      getPerson: {
        method: "GET",
        path: "/api/v1/people/{person}",
        tag: "people",
        summary: "One person, by login name or id",
        params: person,
        statuses: [200],
        answer: personShape
      },
      changePerson: {
        method: "PATCH",
        path: "/api/v1/people/{person}",
        tag: "people",
        summary: "Change roles, permissions, accounts, name or status of somebody else",
        params: person,
        body: changePersonBody,
        statuses: [200],
        answer: personShape
      },
      resetPassword: {
        method: "POST",
        path: "/api/v1/people/{person}/password",
        tag: "people",
        summary: "Give somebody a new password, which they have to change; takes a lock off and their key away",
        params: person,
        body: resetPasswordBody,
        statuses: [200],
        answer: personShape
      }
    };
  }
});

// packages/api/src/shapes/publishers.ts
var url, claims, audience, events, deviceTypes2, tokenLifeMs, publisherShape, savePublisherBody, exchangeBody, exchangedShape, init_publishers = __esm({
  "packages/api/src/shapes/publishers.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    url = typebox_exports.String({ minLength: 1, maxLength: 512 }), claims = typebox_exports.Record(
      typebox_exports.String({ pattern: "^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$" }),
      typebox_exports.String({ maxLength: 512 }),
      {
        maxProperties: limits.claimsPerPublisher,
        description: "claim → exact value; * only where refs and environments are named"
      }
    ), audience = typebox_exports.String({ minLength: 1, maxLength: 256 }), events = typebox_exports.Array(typebox_exports.String({ pattern: "^[a-z_]{1,64}$" }), { maxItems: 16 }), deviceTypes2 = typebox_exports.Array(name, { maxItems: limits.deviceTypesPerFleet, uniqueItems: !0 }), tokenLifeMs = typebox_exports.Integer({ minimum: 6e4, maximum: 9e5 }), publisherShape = typebox_exports.Object({
      name,
      provider: oneOf(publisherProviders),
      issuer: url,
      audience,
      keys: oneOf(["discovery", "url", "pinned"]),
      jwksUrl: nullable(url),
      pinnedAt: nullable(instant),
      match: typebox_exports.Record(typebox_exports.String(), typebox_exports.String()),
      allowEvents: events,
      requireHosted: typebox_exports.Boolean(),
      fleet: name,
      deviceTypes: deviceTypes2,
      tokenLifeMs,
      createdAt: instant
    }), savePublisherBody = strict({
      provider: oneOf(publisherProviders),
      issuer: url,
      audience,
      jwksUrl: typebox_exports.Optional(url),
      jwks: typebox_exports.Optional(
        typebox_exports.String({ maxLength: 65536, description: "pinned JWK Set as JSON text, for sites that reach no issuer" })
      ),
      match: claims,
      allowEvents: typebox_exports.Optional(events),
      requireHosted: typebox_exports.Optional(typebox_exports.Boolean()),
      fleet: name,
      deviceTypes: typebox_exports.Optional(deviceTypes2),
      tokenLifeMs: typebox_exports.Optional(tokenLifeMs)
    }), exchangeBody = strict({
      token: typebox_exports.String({ minLength: 1, maxLength: limits.idTokenLength, description: "ID token of the job" }),
      tenant: typebox_exports.Optional(name),
      fleet: typebox_exports.Optional(name)
    }), exchangedShape = typebox_exports.Object({
      token: typebox_exports.String({ description: "operator token that publishes to this fleet and does nothing else" }),
      fleet: name,
      publisher: name,
      expiresAt: instant
    });
  }
});

// packages/api/src/routes/publishers.ts
var publisher, publisherRoutes, init_publishers2 = __esm({
  "packages/api/src/routes/publishers.ts"() {
    "use strict";
    init_route();
    init_common();
    init_publishers();
    publisher = strict({ publisher: name }), publisherRoutes = {
      listPublishers: {
        method: "GET",
        path: "/api/v1/publishers",
        tag: "access",
        summary: "Jobs of CI that may publish without a stored secret",
        statuses: [200],
        answer: listOf(publisherShape)
      },
      getPublisher: {
        method: "GET",
        path: "/api/v1/publishers/{publisher}",
        tag: "access",
        summary: "One trusted publisher",
        params: publisher,
        statuses: [200],
        answer: publisherShape
      },
      savePublisher: {
        method: "PUT",
        path: "/api/v1/publishers/{publisher}",
        tag: "access",
        summary: "Let jobs of CI publish to a fleet, or change which ones; tokens that they hold end",
        params: publisher,
        body: savePublisherBody,
        statuses: [200],
        answer: publisherShape
      },
      removePublisher: {
        method: "DELETE",
        path: "/api/v1/publishers/{publisher}",
        tag: "access",
        summary: "Trust these jobs no longer; tokens that they hold end",
        params: publisher,
        statuses: [204]
      },
      exchangeIdToken: {
        method: "POST",
        path: "/api/v1/oidc/token",
        tag: "access",
        summary: "Exchange the ID token of a job of CI for a short-lived token that publishes to one fleet",
        open: !0,
        body: exchangeBody,
        statuses: [200],
        answer: exchangedShape
      }
    };
  }
});

// packages/api/src/shapes/release.ts
var sizeBytes, beginUploadBody, uploadShape, appendedShape, releaseArtifactShape, text, releaseSourceShape, releaseShape, signedReleaseShape, publishBody, publishedShape, revokeBody, nextCounterShape, init_release2 = __esm({
  "packages/api/src/shapes/release.ts"() {
    "use strict";
    init_src();
    init_build();
    init_check3();
    init_common();
    init_image_policy();
    sizeBytes = typebox_exports.Integer({ minimum: 1, maximum: limits.artifactBytes }), beginUploadBody = strict({ sha256: digestText, sizeBytes }), uploadShape = typebox_exports.Object({
      /** Null when the artifact is there already and nothing has to be sent. */
      id: nullable(tokenId),
      sha256: digestText,
      sizeBytes: count,
      receivedBytes: count,
      complete: typebox_exports.Boolean()
    }), appendedShape = typebox_exports.Object({ receivedBytes: count, complete: typebox_exports.Boolean() }), releaseArtifactShape = typebox_exports.Object({
      deviceType: name,
      component: name,
      kind: oneOf(artifactKinds),
      sha256: digestText,
      sizeBytes: count
    }), text = nullable(typebox_exports.String()), releaseSourceShape = typebox_exports.Object(
      {
        publisher: name,
        issuer: typebox_exports.String(),
        repository: text,
        repositoryId: text,
        workflow: text,
        ref: text,
        sha: text,
        runUrl: text
      },
      { description: "the job of CI that published it, as its ID token said" }
    ), releaseShape = typebox_exports.Object({
      id: madeId5,
      fleet: name,
      version: versionText,
      counter: count,
      securityFloor: count,
      allowDowngrade: typebox_exports.Boolean(),
      artifacts: typebox_exports.Array(releaseArtifactShape),
      notes: typebox_exports.String(),
      status: oneOf(releaseStatuses),
      signedBy: typebox_exports.Array(digestText),
      publishedAt: instant,
      clearedFor: nullable(
        typebox_exports.Array(oneOf(stages), { description: "stages that the gates have cleared it for; null where none was asked" })
      ),
      source: nullable(releaseSourceShape)
    }), signedReleaseShape = typebox_exports.Object({
      ...releaseShape.properties,
      envelope: typebox_exports.String({
        description: "the DSSE envelope as JSON text, exactly as it was signed; empty when its targets were signed instead"
      }),
      clearance: nullable(
        typebox_exports.Object({ check: madeId5, policyDigest: digestText, stages: typebox_exports.Array(stageVerdictShape), at: instant })
      ),
      images: typebox_exports.Array(foundImageShape, { description: "what was found in its images when it was published" })
    }), publishBody = strict({
      envelope: typebox_exports.Optional(
        typebox_exports.String({ maxLength: limits.envelopeBytes, description: "DSSE envelope as JSON text; or else `targets`" })
      ),
      targets: typebox_exports.Optional(
        typebox_exports.String({
          maxLength: limits.trustFileBytes,
          description: "for a fleet that the image repository delegates to: the next file of its role, whole and signed"
        })
      )
    }), publishedShape = typebox_exports.Object({ release: releaseShape, created: typebox_exports.Boolean() }), revokeBody = strict({ reason: typebox_exports.Optional(reasonText) }), nextCounterShape = typebox_exports.Object({ counter: count });
  }
});

// packages/api/src/routes/releases.ts
var fleet5, upload, release2, releaseRoutes, init_releases = __esm({
  "packages/api/src/routes/releases.ts"() {
    "use strict";
    init_src();
    init_route();
    init_common();
    init_release2();
    fleet5 = strict({ fleet: name }), upload = strict({ upload: tokenId }), release2 = strict({ fleet: name, version: versionText }), releaseRoutes = {
      beginUpload: {
        method: "POST",
        path: "/api/v1/uploads",
        tag: "releases",
        summary: "Begin or find the upload of an artifact; 200 when nothing has to be sent",
        body: beginUploadBody,
        bound: !0,
        publishing: !0,
        statuses: [201, 200],
        answer: uploadShape
      },
      getUpload: {
        method: "GET",
        path: "/api/v1/uploads/{upload}",
        tag: "releases",
        summary: "How far an upload has come; also in the header Upload-Offset",
        params: upload,
        bound: !0,
        publishing: !0,
        statuses: [200],
        answer: uploadShape
      },
      appendUpload: {
        method: "PATCH",
        path: "/api/v1/uploads/{upload}",
        tag: "releases",
        summary: "Send bytes from the header Upload-Offset on (application/offset+octet-stream); what arrived is kept if the connection breaks",
        params: upload,
        bytes: !0,
        bound: !0,
        publishing: !0,
        statuses: [200],
        answer: appendedShape
      },
      listReleases: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/releases",
        tag: "releases",
        summary: "Releases of the fleet, newest first",
        params: fleet5,
        query: strict(pageQuery),
        publishing: !0,
        statuses: [200],
        answer: listOf(releaseShape)
      },
      publishRelease: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/releases",
        tag: "releases",
        summary: "Publish what a key of the fleet has signed; 200 when the very same release is published already",
        params: fleet5,
        body: publishBody,
        // A whole file, in which JSON escapes every quotation mark.
        bodyBytes: limits.trustFileBytes * 2,
        publishing: !0,
        statuses: [201, 200],
        answer: publishedShape
      },
      nextCounter: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/next-counter",
        tag: "releases",
        summary: "The release counter that the next manifest should carry",
        params: fleet5,
        publishing: !0,
        statuses: [200],
        answer: nextCounterShape
      },
      getRelease: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/releases/{version}",
        tag: "releases",
        summary: "One release with its signed envelope",
        params: release2,
        publishing: !0,
        statuses: [200],
        answer: signedReleaseShape
      },
      revokeRelease: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/releases/{version}/revoke",
        tag: "releases",
        summary: "Never offer this release again",
        params: release2,
        body: revokeBody,
        statuses: [200],
        answer: releaseShape
      }
    };
  }
});

// packages/api/src/shapes/gate.ts
var interval, gateTestShape, gateReportShape2, init_gate2 = __esm({
  "packages/api/src/shapes/gate.ts"() {
    "use strict";
    init_build();
    init_common();
    interval = typebox_exports.Object({ low: typebox_exports.Number(), high: nullable(typebox_exports.Number()) }), gateTestShape = typebox_exports.Object({
      name: typebox_exports.String({ description: "`failures`, `installations`, or a metric" }),
      decides: typebox_exports.Boolean({ description: "false for a dry run" }),
      measure: oneOf(["rate-ratio", "failure-share", "worse-share"]),
      effect: typebox_exports.Number(),
      interval,
      e: typebox_exports.Number({ description: "evidence against the release; 1 says nothing" }),
      seen: count
    }), gateReportShape2 = typebox_exports.Object({
      rule: count,
      alpha: typebox_exports.Number(),
      e: typebox_exports.Number({ description: "of all tests together; the gate fails at 1 / alpha" }),
      started: count,
      proven: count,
      failed: count,
      watching: count,
      control: count,
      share: interval,
      margin: typebox_exports.Number(),
      tests: typebox_exports.Array(gateTestShape),
      suspectSince: nullable(instant),
      asksSince: nullable(instant)
    });
  }
});

// packages/api/src/shapes/rollout.ts
var day, share2, shareOr, phasePlanShape, rolloutPlanShape, createRolloutBody, phaseCountsShape, phaseShape, rolloutShape, sentBackShape, init_rollout2 = __esm({
  "packages/api/src/shapes/rollout.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    init_gate2();
    init_policy2();
    day = 864e5, share2 = typebox_exports.Number({ minimum: 0, maximum: 1 }), shareOr = (least) => typebox_exports.Union([strict({ share: share2 }), strict({ count: typebox_exports.Integer({ minimum: least, maximum: 1e9 }) })]), phasePlanShape = strict({
      name: label,
      size: typebox_exports.Union([...shareOr(1).anyOf, strict({ group: name })]),
      maxInFlight: typebox_exports.Integer({ minimum: 1, maximum: 1e9 }),
      failureThreshold: shareOr(0),
      successShare: share2,
      minSoakMs: typebox_exports.Integer({ minimum: 0, maximum: 365 * day }),
      promote: oneOf(["automatic", "manual"])
    }), rolloutPlanShape = strict({
      phases: typebox_exports.Array(phasePlanShape, { minItems: 1, maxItems: limits.phasesPerRollout }),
      onFail: oneOf(["pause", "abort"]),
      maxAttempts: typebox_exports.Integer({ minimum: 1, maximum: 100 }),
      retryBackoffMs: typebox_exports.Integer({ minimum: 0, maximum: 30 * day }),
      policy: typebox_exports.Optional(policyInputShape)
    }), createRolloutBody = strict({
      version: versionText,
      group: name,
      plan: rolloutPlanShape,
      start: typebox_exports.Boolean(),
      reason: typebox_exports.Optional(reasonText),
      allowUnknown: typebox_exports.Optional(
        typebox_exports.Boolean({ description: "whether `exclude` may name attributes and tags that no device has had yet" })
      )
    }), phaseCountsShape = typebox_exports.Object({
      started: count,
      open: count,
      succeeded: count,
      failed: typebox_exports.Integer({ minimum: 0, description: "failed, rolled back or timed out" }),
      rolledBack: count,
      neutral: typebox_exports.Integer({ minimum: 0, description: "skipped or aborted" }),
      proven: typebox_exports.Integer({ minimum: 0, description: "of succeeded: watched for the time of the gate" })
    }), phaseShape = typebox_exports.Object({
      ...phasePlanShape.properties,
      status: oneOf(phaseStatuses),
      bucketLimit: share2,
      members: count,
      forgivenFailures: count,
      openedAt: nullable(instant),
      soakFrom: nullable(instant),
      endedAt: nullable(instant),
      counts: phaseCountsShape
    }), rolloutShape = typebox_exports.Object({
      id: madeId5,
      fleet: name,
      release: typebox_exports.Object({ id: madeId5, version: versionText }),
      group: name,
      status: oneOf(rolloutStatuses),
      statusReason: typebox_exports.String(),
      phases: typebox_exports.Array(phaseShape),
      onFail: oneOf(["pause", "abort"]),
      maxAttempts: typebox_exports.Integer(),
      retryBackoffMs: typebox_exports.Integer(),
      policy: policyShape,
      gate: nullable(gateReportShape2),
      holds: typebox_exports.Array(
        typebox_exports.Object({
          code: oneOf(["gate-failed", "awaiting-approval"]),
          waitsFor: typebox_exports.String({ description: "in words: `tested by qa`" }),
          remedy: typebox_exports.String({ description: "command that would lift it" })
        }),
        { description: "what keeps all devices of a rollout that is not over waiting" }
      ),
      returns: nullable(madeId5),
      createdBy: typebox_exports.String(),
      approvedBy: typebox_exports.Array(typebox_exports.String()),
      createdAt: instant,
      startedAt: nullable(instant),
      endedAt: nullable(instant),
      revision: count
    }), sentBackShape = typebox_exports.Object({
      rollouts: typebox_exports.Array(madeId5),
      stay: typebox_exports.String({ description: "why some devices stay; empty when none does" })
    });
  }
});

// packages/api/src/shapes/forecast.ts
var forecastBody, limits2, phaseForecastShape, forecastShape, init_forecast = __esm({
  "packages/api/src/shapes/forecast.ts"() {
    "use strict";
    init_build();
    init_common();
    init_rollout2();
    forecastBody = strict({
      version: versionText,
      group: name,
      plan: rolloutPlanShape,
      installMs: typebox_exports.Optional(
        typebox_exports.Integer({ minimum: 0, maximum: 30 * 864e5, description: "from an offer to the commit, on average" })
      )
    }), limits2 = [
      "check-ins",
      "rate",
      "max-in-flight",
      "unproven",
      "bytes-per-hour",
      "windows",
      "freezes",
      "schedule",
      "installs",
      "gate"
    ], phaseForecastShape = typebox_exports.Object({
      name: typebox_exports.String(),
      devices: typebox_exports.Integer({ minimum: 0, description: "that this phase adds" }),
      bytes: count,
      opensAt: nullable(instant),
      lastStartAt: nullable(instant),
      passesAt: nullable(instant),
      slowedBy: nullable(oneOf(limits2)),
      asksPerson: typebox_exports.Boolean({ description: "whether the next phase waits for a person" })
    }), forecastShape = typebox_exports.Object({
      phases: typebox_exports.Array(phaseForecastShape),
      devices: count,
      bytes: count,
      mostAtRisk: typebox_exports.Integer({ minimum: 0, description: "started and not yet proven, at any one time" }),
      mostInFlight: count,
      endsAt: nullable(instant),
      checkInIntervalMs: count,
      installMs: count
    });
  }
});

// packages/api/src/shapes/recording.ts
var recordingLineShape, init_recording = __esm({
  "packages/api/src/shapes/recording.ts"() {
    "use strict";
    init_build();
    init_common();
    recordingLineShape = typebox_exports.Object(
      { kind: oneOf(["header", "fleet", "act", "decision", "device", "assumption"]) },
      { additionalProperties: !0, description: "a line of the recording" }
    );
  }
});

// packages/api/src/routes/rollouts.ts
var fleet6, rollout, act, rolloutRoutes, init_rollouts = __esm({
  "packages/api/src/routes/rollouts.ts"() {
    "use strict";
    init_route();
    init_common();
    init_device2();
    init_forecast();
    init_recording();
    init_rollout2();
    fleet6 = strict({ fleet: name }), rollout = strict({ rollout: madeId5 }), act = (verb, summary) => ({
      method: "POST",
      path: `/api/v1/rollouts/{rollout}/${verb}`,
      tag: "rollouts",
      summary,
      params: rollout,
      body: reasonBody,
      statuses: [200],
      answer: rolloutShape
    }), rolloutRoutes = {
      listRollouts: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/rollouts",
        tag: "rollouts",
        summary: "Rollouts of the fleet, newest first",
        params: fleet6,
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(rolloutShape)
      },
      createRollout: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/rollouts",
        tag: "rollouts",
        summary: "Bring one release to one group, in phases",
        params: fleet6,
        body: createRolloutBody,
        statuses: [201],
        answer: rolloutShape
      },
      forecastRollout: {
        method: "POST",
        path: "/api/v1/fleets/{fleet}/rollouts/forecast",
        tag: "rollouts",
        summary: "What would happen at best if this rollout started now; changes nothing",
        params: fleet6,
        body: forecastBody,
        statuses: [200],
        answer: forecastShape
      },
      getRollout: {
        method: "GET",
        path: "/api/v1/rollouts/{rollout}",
        tag: "rollouts",
        summary: "One rollout with the counts of each phase",
        params: rollout,
        statuses: [200],
        answer: rolloutShape
      },
      startRollout: act("start", "Start a draft"),
      approveRollout: act("approve", "Let a draft start; its maker cannot"),
      pauseRollout: act("pause", "Offer nothing more until it is resumed; deployments under way go on"),
      resumeRollout: act("resume", "Go on after a pause"),
      abortRollout: act("abort", "End it for good; nothing is offered after the answer"),
      promoteRollout: act("promote", "Open the next phase although its gate waits for a person"),
      sendBack: {
        method: "POST",
        path: "/api/v1/rollouts/{rollout}/send-back",
        tag: "rollouts",
        summary: "Bring the devices that took the release back to the one each came from",
        params: rollout,
        body: reasonBody,
        statuses: [200],
        answer: sentBackShape
      },
      recordRollout: {
        method: "GET",
        path: "/api/v1/rollouts/{rollout}/recording",
        tag: "rollouts",
        summary: "The rollout as it ran, line by line, to be replayed",
        params: rollout,
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(recordingLineShape)
      },
      rolloutDeployments: {
        method: "GET",
        path: "/api/v1/rollouts/{rollout}/deployments",
        tag: "rollouts",
        summary: "Deployments of the rollout, newest first",
        params: rollout,
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(deploymentShape)
      }
    };
  }
});

// packages/api/src/shapes/trust.ts
var repository, keyid, signature, version, payloadLength, payload, trustKeyShape, roleStateShape, repositoryStateShape, onlineKeyShape, trustChangeShape, trustStateShape, trustFileShape, trustSignatureShape, signedTrustChangeShape, requestChangeBody, signChangeBody, publishChangeBody, metadataParams, init_trust2 = __esm({
  "packages/api/src/shapes/trust.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    repository = oneOf(repositories), keyid = typebox_exports.String({ pattern: "^[0-9a-f]{64}$", description: "as TUF names the key" }), signature = typebox_exports.String({ pattern: "^(?:[0-9a-f]{2}){1,8192}$", description: "hexadecimal" }), version = typebox_exports.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }), payloadLength = Math.ceil(limits.trustFileBytes / 3) * 4, payload = typebox_exports.String({
      pattern: "^[A-Za-z0-9+/]+={0,2}$",
      maxLength: payloadLength,
      description: "base64 of the exact canonical bytes of `signed`"
    }), trustKeyShape = typebox_exports.Object({
      keyid,
      keytype: typebox_exports.String(),
      scheme: typebox_exports.String(),
      public: typebox_exports.String()
    }), roleStateShape = typebox_exports.Object({
      role: name,
      version: nullable(version),
      expiresAt: nullable(instant),
      threshold: typebox_exports.Integer({ minimum: 1 }),
      keyids: typebox_exports.Array(keyid),
      paths: typebox_exports.Array(typebox_exports.String(), { description: "of a delegated role" })
    }), repositoryStateShape = typebox_exports.Object({
      repository,
      roles: typebox_exports.Array(roleStateShape, { description: "delegated roles have the name of their fleet" }),
      keys: typebox_exports.Array(trustKeyShape),
      timeKeys: typebox_exports.Array(trustKeyShape, { description: "of signed time, in the root of a director" })
    }), onlineKeyShape = typebox_exports.Object({ repository: nullable(repository), role: name, key: trustKeyShape }), trustChangeShape = typebox_exports.Object({
      id: madeId5,
      repository,
      role: name,
      version,
      requestedBy: typebox_exports.String(),
      reason: typebox_exports.String(),
      status: oneOf(trustChangeStatuses),
      createdAt: instant,
      expiresAt: instant
    }), trustStateShape = typebox_exports.Object({
      repositories: typebox_exports.Array(repositoryStateShape, { description: "those that have a root" }),
      online: nullable(
        typebox_exports.Array(onlineKeyShape, { description: "keys of the signer; null where nothing is signed online" })
      ),
      changes: typebox_exports.Array(trustChangeShape, { description: "those that wait for signatures" })
    }), trustFileShape = typebox_exports.Object({
      repository,
      role: name,
      version,
      text: typebox_exports.String({ description: "the file, byte for byte" }),
      createdAt: instant
    }), trustSignatureShape = typebox_exports.Object({
      keyId: digestText,
      sig: signature,
      signer: typebox_exports.String({ description: "who brought it" }),
      meaning: typebox_exports.String(),
      at: instant
    }), signedTrustChangeShape = typebox_exports.Object({
      ...trustChangeShape.properties,
      payload,
      signatures: typebox_exports.Array(trustSignatureShape)
    }), requestChangeBody = strict({ repository, role: name, payload, reason: typebox_exports.Optional(reasonText) }), signChangeBody = strict({
      keyid,
      sig: signature,
      meaning: typebox_exports.Optional(typebox_exports.String({ maxLength: 100, description: "what the signature is meant to say" }))
    }), publishChangeBody = strict({
      force: typebox_exports.Optional(
        typebox_exports.Boolean({ default: !1, description: "also while a rollout is in its first phase; needs a reason" })
      ),
      reason: typebox_exports.Optional(reasonText)
    }), metadataParams = strict({
      repository,
      name: typebox_exports.String({
        pattern: "^(?:[1-9][0-9]{0,14}\\.)?[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?\\.json$",
        maxLength: 90,
        description: "`VERSION.ROLE.json`, or `ROLE.json` for the newest"
      })
    });
  }
});

// packages/api/src/routes/trust.ts
var change, trustRoutes, init_trust3 = __esm({
  "packages/api/src/routes/trust.ts"() {
    "use strict";
    init_src();
    init_build();
    init_route();
    init_common();
    init_trust2();
    change = strict({ change: madeId5 }), trustRoutes = {
      trustState: {
        method: "GET",
        path: "/api/v1/trust",
        tag: "trust",
        summary: "What stands in image repository and director, who signs for what and until when",
        statuses: [200],
        answer: trustStateShape
      },
      trustMetadata: {
        method: "GET",
        path: "/api/v1/trust/metadata/{repository}/{name}",
        tag: "trust",
        summary: "Any metadata file that was ever published",
        params: metadataParams,
        statuses: [200],
        answer: trustFileShape
      },
      requestTrustChange: {
        method: "POST",
        path: "/api/v1/trust/changes",
        tag: "trust",
        summary: "Stage the next file of a role that people sign; it gathers signatures for 14 days",
        body: requestChangeBody,
        // A whole file, in base64 and JSON.
        bodyBytes: limits.trustFileBytes * 2,
        statuses: [201],
        answer: trustChangeShape
      },
      listTrustChanges: {
        method: "GET",
        path: "/api/v1/trust/changes",
        tag: "trust",
        summary: "Changes, newest first",
        query: strict(pageQuery),
        statuses: [200],
        answer: listOf(trustChangeShape)
      },
      getTrustChange: {
        method: "GET",
        path: "/api/v1/trust/changes/{change}",
        tag: "trust",
        summary: "A change with what is to be signed, and who has signed it",
        params: change,
        statuses: [200],
        answer: signedTrustChangeShape
      },
      signTrustChange: {
        method: "POST",
        path: "/api/v1/trust/changes/{change}/signatures",
        tag: "trust",
        summary: "Add a signature of a key of the role, as it was or as it will be; it is verified here",
        params: change,
        body: signChangeBody,
        statuses: [200],
        answer: signedTrustChangeShape
      },
      publishTrustChange: {
        method: "POST",
        path: "/api/v1/trust/changes/{change}/publish",
        tag: "trust",
        summary: "Publish a change that has its signatures, with a new snapshot and timestamp, all or nothing",
        params: change,
        body: publishChangeBody,
        statuses: [200],
        answer: trustChangeShape
      },
      withdrawTrustChange: {
        method: "DELETE",
        path: "/api/v1/trust/changes/{change}",
        tag: "trust",
        summary: "Give a change up",
        params: change,
        query: strict({ reason: typebox_exports.Optional(reasonText) }),
        statuses: [204]
      }
    };
  }
});

// packages/api/src/shapes/vulnerabilities.ts
var most, vulnerabilityId, dataSetShape, addDataSetBody, removeDataSetBody, affectedQuery, texts, counts, rating, knowledgeShape, affectedComponentShape, affectedReleaseShape, fixShape, affectedFleetShape, unknownFleetShape, affectedShape, affectedDeviceShape, affectedDevicesQuery, awarenessBody, awarenessShape, when, disclosureShape, init_vulnerabilities = __esm({
  "packages/api/src/shapes/vulnerabilities.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    init_rollout2();
    most = 200, vulnerabilityId = typebox_exports.String({ pattern: "^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$" }), dataSetShape = typebox_exports.Object({
      sha256: digestText,
      kind: oneOf(dataSetKinds),
      source: typebox_exports.String(),
      publishedAt: instant,
      importedAt: instant,
      records: count,
      isSigned: typebox_exports.Boolean({ description: "whether a signed statement came with it" }),
      keyIds: typebox_exports.Array(typebox_exports.String(), {
        description: "keys that are said to have signed it; whose signatures count, each release policy says (`dataSets`)"
      }),
      addedBy: typebox_exports.String(),
      isCurrent: typebox_exports.Boolean({
        description: "the newest of its kind and source: verdicts rest on it where a policy asks for no signatures"
      })
    }), addDataSetBody = strict({
      sha256: digestText,
      kind: oneOf(dataSetKinds),
      records: count,
      envelope: typebox_exports.Optional(typebox_exports.String({ maxLength: limits.envelopeBytes, description: "DSSE envelope, JSON text" }))
    }), removeDataSetBody = strict({ reason: reasonText }), affectedQuery = strict({
      vulnerability: typebox_exports.Optional(vulnerabilityId),
      purl: typebox_exports.Optional(typebox_exports.String({ minLength: 5, maxLength: 512, description: "with or without a version" }))
    }), texts = typebox_exports.Array(typebox_exports.String()), counts = typebox_exports.Record(typebox_exports.String(), count), rating = typebox_exports.Object({
      cvss: nullable(typebox_exports.Number()),
      vector: nullable(typebox_exports.String()),
      severity: nullable(typebox_exports.String())
    }), knowledgeShape = typebox_exports.Object({
      names: texts,
      summary: typebox_exports.String(),
      rating,
      exploited: nullable(typebox_exports.Object({ since: typebox_exports.String(), isRansomware: typebox_exports.Boolean() })),
      likelihood: nullable(typebox_exports.Object({ probability: typebox_exports.Number(), percentile: typebox_exports.Number() })),
      records: texts
    }), affectedComponentShape = typebox_exports.Object({
      artifact: digestText,
      name: typebox_exports.String(),
      version: typebox_exports.String(),
      purl: typebox_exports.String(),
      place: typebox_exports.String(),
      why: nullable(
        typebox_exports.Object({
          by: oneOf(["versions", "range", "commit"]),
          range: typebox_exports.String(),
          fixedIn: texts,
          records: texts,
          isGuess: typebox_exports.Boolean({ description: "the order of versions is a guess, so this is one too" })
        })
      ),
      vex: typebox_exports.String({ description: "not_affected, affected, fixed, under_investigation, unknown or none" }),
      isOpen: typebox_exports.Boolean({ description: "nothing says that it does not matter" })
    }), affectedReleaseShape = typebox_exports.Object({
      id: madeId5,
      version: versionText,
      counter: count,
      status: oneOf(releaseStatuses),
      publishedAt: instant,
      isOpen: typebox_exports.Boolean(),
      devices: count,
      components: typebox_exports.Array(affectedComponentShape)
    }), fixShape = typebox_exports.Object({
      release: madeId5,
      version: versionText,
      publishedAt: instant,
      unreachable: typebox_exports.Array(typebox_exports.Object({ type: typebox_exports.String(), counter: count, why: typebox_exports.String() })),
      command: typebox_exports.String({ description: "makes a draft; `fettle rollout start ROLLOUT` starts it" }),
      rollout: strict({
        version: versionText,
        group: name,
        plan: rolloutPlanShape,
        start: typebox_exports.Boolean({ description: "false: only a draft" })
      }),
      preset: oneOf(presetNames)
    }), affectedFleetShape = typebox_exports.Object({
      fleet: name,
      devices: typebox_exports.Object({
        total: count,
        byType: counts,
        byCountry: typebox_exports.Record(typebox_exports.String(), count, { description: "under an empty name those that say none" }),
        elsewhere: typebox_exports.Integer({
          minimum: 0,
          description: "devices that run the bytes of an affected artifact under another release counter"
        })
      }),
      releases: typebox_exports.Array(affectedReleaseShape),
      fix: nullable(fixShape),
      noFix: typebox_exports.String({ description: "why there is none" })
    }), unknownFleetShape = typebox_exports.Object(
      {
        fleet: name,
        releaseCount: count,
        releases: typebox_exports.Array(
          typebox_exports.Object({
            id: madeId5,
            version: versionText,
            counter: count,
            status: oneOf(releaseStatuses),
            publishedAt: instant,
            why: oneOf(["never-checked", "waiting", "revoked"]),
            devices: count
          }),
          { description: "of which nobody knows the components; those with most devices first, at most 100" }
        ),
        devices: typebox_exports.Object({
          onUnknownReleases: typebox_exports.Integer({ minimum: 0, description: "run bytes of such releases" }),
          onNoRelease: typebox_exports.Integer({ minimum: 0, description: "run bytes of no release of the fleet" }),
          silent: typebox_exports.Integer({ minimum: 0, description: "have never said what they run" })
        }),
        strangers: typebox_exports.Array(
          typebox_exports.Object({ component: typebox_exports.String(), sha256: digestText, counter: count, devices: count }),
          {
            description: "what runs and is no release; most devices first, at most 20"
          }
        )
      },
      { description: "what the answer cannot speak of" }
    ), affectedShape = typebox_exports.Object({
      vulnerability: nullable(typebox_exports.String()),
      purl: nullable(typebox_exports.String()),
      knowledge: nullable(knowledgeShape),
      dataSets: typebox_exports.Array(digestText),
      fleets: typebox_exports.Array(affectedFleetShape),
      unknown: typebox_exports.Array(unknownFleetShape)
    }), affectedDeviceShape = typebox_exports.Object({
      device: deviceIdText,
      component: typebox_exports.String(),
      sha256: digestText,
      counter: count,
      version: nullable(versionText)
    }), affectedDevicesQuery = strict({
      ...affectedQuery.properties,
      after: typebox_exports.Optional(typebox_exports.String({ maxLength: 256 })),
      limit: typebox_exports.Optional(typebox_exports.Integer({ minimum: 1, maximum: limits.pageSize, default: 100 }))
    }), awarenessBody = strict({
      at: instant,
      reason: typebox_exports.String({ minLength: 1, maxLength: most, description: "how it became known; kept in the audit log" })
    }), awarenessShape = typebox_exports.Object({
      vulnerability: typebox_exports.String(),
      at: instant,
      saidBy: typebox_exports.String(),
      reason: typebox_exports.String()
    }), when = nullable(instant), disclosureShape = typebox_exports.Object({
      vulnerability: typebox_exports.String(),
      at: instant,
      isExploited: typebox_exports.Boolean(),
      clock: typebox_exports.Object({
        awareAt: when,
        awareBy: nullable(typebox_exports.String()),
        reason: typebox_exports.String(),
        warningBy: when,
        notificationBy: when,
        fixAvailableAt: when,
        finalReportBy: when
      }),
      affected: affectedShape,
      unknown: texts,
      drafts: typebox_exports.Object({
        earlyWarning: typebox_exports.String(),
        notification: typebox_exports.String(),
        finalReport: typebox_exports.String()
      })
    });
  }
});

// packages/api/src/routes/vulnerabilities.ts
var tag, fleet7, vulnerability, vulnerabilityRoutes, init_vulnerabilities2 = __esm({
  "packages/api/src/routes/vulnerabilities.ts"() {
    "use strict";
    init_route();
    init_common();
    init_vulnerabilities();
    tag = "vulnerabilities", fleet7 = strict({ fleet: name }), vulnerability = strict({ vulnerability: vulnerabilityId }), vulnerabilityRoutes = {
      listDataSets: {
        method: "GET",
        path: "/api/v1/data-sets",
        tag,
        summary: "Vulnerability data that were imported, newest first",
        statuses: [200],
        answer: listOf(dataSetShape)
      },
      addDataSet: {
        method: "POST",
        path: "/api/v1/data-sets",
        tag,
        summary: "Take an uploaded data set file into use; published releases are looked at again",
        body: addDataSetBody,
        statuses: [201],
        answer: dataSetShape
      },
      removeDataSet: {
        method: "POST",
        path: "/api/v1/data-sets/{sha256}/remove",
        tag,
        summary: "Let verdicts rest on it no more; published releases are looked at again",
        params: strict({ sha256: digestText }),
        body: removeDataSetBody,
        statuses: [204]
      },
      findAffected: {
        method: "GET",
        path: "/api/v1/affected",
        tag,
        summary: "Which releases of all fleets have a vulnerability or a component, which devices run them now, and the way out",
        query: affectedQuery,
        bound: !0,
        statuses: [200],
        answer: affectedShape
      },
      findAffectedInFleet: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/affected",
        tag,
        summary: "The same for one fleet",
        params: fleet7,
        query: affectedQuery,
        statuses: [200],
        answer: affectedShape
      },
      listAffectedDevices: {
        method: "GET",
        path: "/api/v1/fleets/{fleet}/affected/devices",
        tag,
        summary: "Devices that run what is affected now; a short page may have a next one",
        params: fleet7,
        query: affectedDevicesQuery,
        statuses: [200],
        answer: listOf(affectedDeviceShape)
      },
      getDisclosure: {
        method: "GET",
        path: "/api/v1/vulnerabilities/{vulnerability}/disclosure",
        tag,
        summary: "Deadlines of Article 14 of the CRA, and drafts of its reports with the facts that are known",
        params: vulnerability,
        statuses: [200],
        answer: disclosureShape
      },
      setAwareness: {
        method: "PUT",
        path: "/api/v1/vulnerabilities/{vulnerability}/awareness",
        tag,
        summary: "Say since when a vulnerability is known; deadlines count from there",
        params: vulnerability,
        body: awarenessBody,
        statuses: [200],
        answer: awarenessShape
      }
    };
  }
});

// packages/api/src/routes.ts
var routes, init_routes = __esm({
  "packages/api/src/routes.ts"() {
    "use strict";
    init_access2();
    init_approvals2();
    init_audit3();
    init_checks();
    init_devices();
    init_fleets();
    init_holds();
    init_paths();
    init_people2();
    init_publishers2();
    init_releases();
    init_rollouts();
    init_trust3();
    init_vulnerabilities2();
    routes = {
      ...accessRoutes,
      ...peopleRoutes,
      ...approvalRoutes,
      ...publisherRoutes,
      ...auditRoutes,
      ...fleetRoutes,
      ...releaseRoutes,
      ...checkRoutes,
      ...rolloutRoutes,
      ...holdRoutes,
      ...pathRoutes,
      ...deviceRoutes,
      ...trustRoutes,
      ...vulnerabilityRoutes
    };
  }
});

// packages/api/src/problem-error.ts
async function errorOf(response) {
  let text2 = (await response.text().catch(() => "")).slice(0, longestProblem), body = parse(text2), code = codeOf(body?.code) ?? byStatus[response.status] ?? (response.status >= 500 ? "internal" : "invalid-input"), detail = typeof body?.detail == "string" ? body.detail : void 0, requestId = typeof body?.instance == "string" ? body.instance : null, retryAfter = Number(response.headers.get("retry-after") ?? Number.NaN);
  return new FettleError(code, detail ?? `The server answered ${response.status} ${response.statusText}.`, {
    details: {
      ...scalars(body?.details),
      status: response.status,
      ...requestId === null ? {} : { requestId },
      ...Number.isFinite(retryAfter) ? { retryAfterSeconds: retryAfter } : {}
    }
  });
}
function parse(text2) {
  try {
    let value = JSON.parse(text2);
    return typeof value == "object" && value !== null ? value : void 0;
  } catch {
    return;
  }
}
function codeOf(value) {
  return typeof value == "string" && Object.hasOwn(errorCodes, value) ? value : void 0;
}
function scalars(value) {
  if (typeof value != "object" || value === null) return {};
  let kept = Object.entries(value).filter(
    ([, v]) => v === null || ["string", "number", "boolean"].includes(typeof v)
  );
  return Object.fromEntries(kept);
}
var byStatus, longestProblem, init_problem_error = __esm({
  "packages/api/src/problem-error.ts"() {
    "use strict";
    init_src();
    byStatus = {
      401: "not-authenticated",
      403: "forbidden",
      404: "not-found",
      413: "too-large",
      429: "limit-reached",
      502: "overloaded",
      503: "overloaded",
      504: "overloaded",
      507: "storage-full"
    }, longestProblem = 65536;
  }
});

// packages/api/src/send.ts
function sender(options) {
  let base2 = options.server.replace(/\/+$/, ""), doFetch = options.fetch ?? fetch;
  return async ({ method, path, headers, body, signal, timeoutMs: timeoutMs2 = options.timeoutMs ?? 3e4 }) => {
    let signals = [signal, timeoutMs2 > 0 ? AbortSignal.timeout(timeoutMs2) : void 0].filter((s) => s !== void 0), authorization = options.token ? { authorization: `Bearer ${options.token}` } : {}, response;
    try {
      response = await doFetch(`${base2}${path}`, {
        method,
        headers: { accept: "application/json", ...authorization, ...headers },
        ...signals.length > 0 ? { signal: AbortSignal.any(signals) } : {},
        // Streams need `duplex`, which the DOM types do not know yet.
        ...body === void 0 ? {} : { body, duplex: "half" },
        redirect: "error"
      });
    } catch (cause) {
      throw signal?.aborted ? signal.reason : unreachable(base2, cause, timeoutMs2);
    }
    if (!response.ok) throw await errorOf(response);
    return response;
  };
}
function unreachable(server, cause, timeoutMs2) {
  let timedOut = cause instanceof Error && cause.name === "TimeoutError", inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause.message : "", why = timedOut ? `no answer within ${timeoutMs2 / 1e3} s` : inner || String(cause.message ?? cause);
  return new FettleError("overloaded", `The server at ${server} cannot be reached: ${why}.`, {
    cause,
    details: { server, reachable: !1 }
  });
}
async function jsonOf(response) {
  try {
    return await response.json();
  } catch (cause) {
    throw unreachable(new URL(response.url).origin, cause, 0);
  }
}
var init_send = __esm({
  "packages/api/src/send.ts"() {
    "use strict";
    init_src();
    init_problem_error();
  }
});

// packages/api/src/upload.ts
async function uploadArtifact(send, request) {
  let { signal, maxBreaks = 8, wait: wait2 = fullJitter } = request, breaks = 0, farthest = -1, sent = !1;
  for (; ; ) {
    let problem;
    try {
      let state = await begin(send, request);
      if (state.complete || state.id === null) return { sent };
      if (state.receivedBytes > farthest && (breaks = 0), farthest = Math.max(farthest, state.receivedBytes), sent = !0, await append(send, state.id, { request, offset: state.receivedBytes })) return { sent };
      problem = new FettleError("overloaded", "The server took the bytes but the upload is not complete.");
    } catch (error) {
      if (signal?.throwIfAborted(), !(error instanceof FettleError) || !error.retryable) throw error;
      problem = error;
    }
    if (++breaks > maxBreaks) throw problem;
    await wait2(breaks, signal);
  }
}
async function begin(send, { sha256: sha2563, sizeBytes: sizeBytes2, signal }) {
  let { method, path } = routes.beginUpload, response = await send({ method, path, headers: { "content-type": "application/json" }, body: JSON.stringify({ sha256: sha2563, sizeBytes: sizeBytes2 }), signal });
  return await jsonOf(response);
}
async function append(send, upload2, { request, offset }) {
  let { method, path } = routes.appendUpload, source = await request.open(offset), response = await send({
    method,
    path: fillPath(path, { upload: upload2 }),
    headers: { "content-type": "application/offset+octet-stream", "upload-offset": String(offset) },
    body: streamOf(source, offset, request.onProgress),
    signal: request.signal,
    timeoutMs: 0
  }), { complete } = await jsonOf(response);
  return complete;
}
function streamOf(source, offset, onProgress) {
  let iterator = source[Symbol.asyncIterator](), sentBytes = offset;
  return new ReadableStream({
    async pull(controller) {
      let next2 = await iterator.next();
      if (next2.done) return controller.close();
      controller.enqueue(next2.value), sentBytes += next2.value.length, onProgress?.(sentBytes);
    },
    async cancel() {
      await iterator.return?.();
    }
  });
}
async function fullJitter(breaks, signal) {
  let milliseconds = Math.random() * Math.min(1e4, 250 * 2 ** breaks);
  signal?.throwIfAborted();
  let { promise, resolve: resolve5, reject } = Promise.withResolvers(), timer = setTimeout(resolve5, milliseconds), stop2 = () => reject(signal?.reason);
  signal?.addEventListener("abort", stop2, { once: !0 }), await promise.finally(() => {
    clearTimeout(timer), signal?.removeEventListener("abort", stop2);
  });
}
var init_upload = __esm({
  "packages/api/src/upload.ts"() {
    "use strict";
    init_src();
    init_route();
    init_routes();
    init_send();
  }
});

// packages/api/src/client.ts
function createClient(options) {
  let send = sender(options), call = async (definition, input, callOptions) => {
    let response = await send({ ...requestOf(definition, input), signal: callOptions?.signal });
    if (!(response.status === 204 || !definition.answer))
      return jsonOf(response);
  }, calls = {};
  for (let [name3, definition] of Object.entries(routes))
    name3 !== "appendUpload" && (calls[name3] = (input = {}, callOptions) => call(definition, input, callOptions));
  let extras = {
    server: options.server,
    upload: (request) => uploadArtifact(send, request),
    async *all(list, input, callOptions) {
      let after = null;
      do {
        let query = after === null ? input : { ...input, after }, page = await call(routes[list], query, callOptions);
        yield* page.items, after = page.next;
      } while (after !== null);
    }
  };
  return Object.assign(calls, extras);
}
function requestOf(definition, input) {
  let pick = (part2) => Object.fromEntries(
    Object.keys(part2?.properties ?? {}).filter((key) => input[key] !== void 0).map((key) => [key, input[key]])
  ), query = new URLSearchParams();
  for (let [key, value] of Object.entries(pick(definition.query))) query.set(key, String(value));
  let search = query.size > 0 ? `?${query}` : "", request = { method: definition.method, path: fillPath(definition.path, input) + search };
  return definition.body ? { ...request, headers: { "content-type": "application/json" }, body: JSON.stringify(pick(definition.body)) } : request;
}
var init_client = __esm({
  "packages/api/src/client.ts"() {
    "use strict";
    init_route();
    init_routes();
    init_send();
    init_upload();
  }
});

// packages/api/src/gate-report-view.ts
var init_gate_report_view = __esm({
  "packages/api/src/gate-report-view.ts"() {
    "use strict";
  }
});

// packages/api/src/plan-file.ts
function notationOf(name3, schema) {
  return schema.type === "integer" && name3.endsWith("Ms") ? "duration" : schema.type === "integer" && name3.startsWith("bytes") ? "bytes" : schema.type === "number" && schema.minimum === 0 && schema.maximum === 1 ? "share" : schema.format === "date-time" ? "instant" : "plain";
}
function fileNameOf(name3, schema) {
  return notationOf(name3, schema) === "duration" ? name3.slice(0, -2) : name3;
}
function bareFieldOf(schema) {
  let fields2 = Object.entries(schema.properties ?? {}).filter(([, field]) => field.const === void 0), [only] = fields2, isScalar2 = only?.[1].type !== void 0 && only[1].type !== "object" && only[1].type !== "array";
  return only && fields2.length === 1 && isScalar2 && only[1].type !== "string" ? only[0] : void 0;
}
function wordOf(schema, place) {
  let left = planFileDefaults[place] ?? {}, fields2 = Object.entries(schema.properties ?? {}), isNeeded = (name3) => schema.required?.includes(name3) && !(name3 in left);
  if (!fields2.some(([name3, field]) => field.const === void 0 && isNeeded(name3)))
    return fields2.find(([, field]) => field.const !== void 0)?.[1].const;
}
var planShape, policyShape2, planFileShape, planFileDefaults, init_plan_file = __esm({
  "packages/api/src/plan-file.ts"() {
    "use strict";
    init_src();
    init_rollout2();
    planShape = rolloutPlanShape, policyShape2 = planShape.properties?.policy ?? {}, planFileShape = {
      type: "object",
      properties: {
        preset: { enum: [...presetNames], description: "The plan that everything left out is taken from." },
        ...planShape.properties,
        ...policyShape2.properties,
        policy: policyShape2
      }
    }, planFileDefaults = {
      "phases[]": {
        maxInFlight: 100,
        failureThreshold: { share: 0.05 },
        successShare: 0.9,
        minSoakMs: 6e5,
        promote: "automatic"
      },
      "windows[]": { zone: "site" },
      gate: { ...defaultSequentialGate },
      "gate.metrics[]": { kind: "event", worse: "higher", dryRun: !1 }
    };
  }
});

// packages/api/src/shapes/problem.ts
var problemShape, init_problem = __esm({
  "packages/api/src/shapes/problem.ts"() {
    "use strict";
    init_src();
    init_build();
    init_common();
    problemShape = typebox_exports.Object({
      type: typebox_exports.String({ description: "where the code is explained" }),
      title: typebox_exports.String(),
      status: typebox_exports.Integer(),
      code: oneOf(Object.keys(errorCodes)),
      detail: typebox_exports.String({ description: "what was expected, what was found, what to do next" }),
      instance: typebox_exports.String({ description: "request id, also in the log of the server" }),
      retryable: typebox_exports.Boolean(),
      details: typebox_exports.Optional(
        typebox_exports.Record(typebox_exports.String(), typebox_exports.Union([typebox_exports.String(), typebox_exports.Number(), typebox_exports.Boolean(), typebox_exports.Null()]))
      )
    });
  }
});

// packages/api/src/index.ts
var init_src2 = __esm({
  "packages/api/src/index.ts"() {
    "use strict";
    init_client();
    init_gate_report_view();
    init_plan_file();
    init_problem_error();
    init_route();
    init_routes();
    init_problem();
  }
});

// packages/cli/src/parse/duration.ts
function parseDuration(text2, option) {
  let match = /^(\d+(?:\.\d+)?)(ms|s|m|min|h|d)$/.exec(text2.trim());
  if (text2.trim() === "0") return 0;
  let ms = match ? Number(match[1]) * (units[match[2] ?? ""] ?? Number.NaN) : Number.NaN;
  if (Number.isFinite(ms) && ms <= yearMs) return Math.round(ms);
  throw Number.isFinite(ms) ? new FettleError("invalid-input", `${option}: a year (365d) at most, found "${text2}".`) : new FettleError("invalid-input", `${option}: expected a duration such as 90s, 10m or 2h, found "${text2}".`);
}
var units, yearMs, init_duration = __esm({
  "packages/cli/src/parse/duration.ts"() {
    "use strict";
    init_src();
    units = {
      ms: 1,
      s: 1e3,
      m: 6e4,
      min: 6e4,
      h: 36e5,
      d: 864e5
    }, yearMs = 365 * 864e5;
  }
});

// packages/cli/src/parse/plan-wire.ts
function completePlan(given, preset = base) {
  let wire = toWire(preset), { preset: _, policy: nested, ...beside } = given, plan = { ...wire }, policy2 = { ...wire.policy };
  for (let [name3, value] of Object.entries(beside))
    name3 in wire ? plan[name3] = value : policy2[name3] = over(policy2[name3], value, name3);
  for (let [name3, value] of Object.entries(nested ?? {}))
    policy2[name3] = over(policy2[name3], value, name3);
  return { ...plan, policy: policy2 };
}
function over(old, given, name3) {
  return name3 === "budgets" || name3 === "demands" ? { ...old, ...given } : given;
}
function toWire(plan) {
  let { startAt, endAt, windows, budgets: budgets2, demands: demands2, ...policy2 } = plan.policy;
  return {
    ...plan,
    phases: plan.phases.map((phase2) => ({ ...phase2 })),
    policy: {
      ...structuredClone(policy2),
      startAt: startAt === null ? null : new Date(startAt).toISOString(),
      endAt: endAt === null ? null : new Date(endAt).toISOString(),
      windows: windows.map((window) => ({ ...window })),
      budgets: { ...budgets2 },
      demands: { ...demands2 }
    }
  };
}
function toModel(plan) {
  let { startAt = null, endAt = null, ...policy2 } = plan.policy ?? {};
  return {
    ...plan,
    policy: {
      ...defaultPolicy,
      ...policy2,
      startAt: instantOf(startAt),
      endAt: instantOf(endAt),
      budgets: { ...defaultPolicy.budgets, ...policy2.budgets },
      demands: { ...defaultPolicy.demands, ...policy2.demands }
    }
  };
}
function instantOf(text2) {
  return text2 === null ? null : Date.parse(text2);
}
var base, init_plan_wire = __esm({
  "packages/cli/src/parse/plan-wire.ts"() {
    "use strict";
    init_src();
    base = {
      phases: [],
      onFail: "abort",
      maxAttempts: 3,
      retryBackoffMs: 3e5,
      policy: defaultPolicy
    };
  }
});

// node_modules/yaml/dist/nodes/identity.js
var require_identity = __commonJS({
  "node_modules/yaml/dist/nodes/identity.js"(exports) {
    "use strict";
    var ALIAS = /* @__PURE__ */ Symbol.for("yaml.alias"), DOC = /* @__PURE__ */ Symbol.for("yaml.document"), MAP = /* @__PURE__ */ Symbol.for("yaml.map"), PAIR = /* @__PURE__ */ Symbol.for("yaml.pair"), SCALAR = /* @__PURE__ */ Symbol.for("yaml.scalar"), SEQ = /* @__PURE__ */ Symbol.for("yaml.seq"), NODE_TYPE = /* @__PURE__ */ Symbol.for("yaml.node.type"), isAlias3 = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === ALIAS, isDocument = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === DOC, isMap3 = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === MAP, isPair = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === PAIR, isScalar2 = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === SCALAR, isSeq2 = (node) => !!node && typeof node == "object" && node[NODE_TYPE] === SEQ;
    function isCollection(node) {
      if (node && typeof node == "object")
        switch (node[NODE_TYPE]) {
          case MAP:
          case SEQ:
            return !0;
        }
      return !1;
    }
    function isNode(node) {
      if (node && typeof node == "object")
        switch (node[NODE_TYPE]) {
          case ALIAS:
          case MAP:
          case SCALAR:
          case SEQ:
            return !0;
        }
      return !1;
    }
    var hasAnchor = (node) => (isScalar2(node) || isCollection(node)) && !!node.anchor;
    exports.ALIAS = ALIAS;
    exports.DOC = DOC;
    exports.MAP = MAP;
    exports.NODE_TYPE = NODE_TYPE;
    exports.PAIR = PAIR;
    exports.SCALAR = SCALAR;
    exports.SEQ = SEQ;
    exports.hasAnchor = hasAnchor;
    exports.isAlias = isAlias3;
    exports.isCollection = isCollection;
    exports.isDocument = isDocument;
    exports.isMap = isMap3;
    exports.isNode = isNode;
    exports.isPair = isPair;
    exports.isScalar = isScalar2;
    exports.isSeq = isSeq2;
  }
});

// node_modules/yaml/dist/visit.js
var require_visit = __commonJS({
  "node_modules/yaml/dist/visit.js"(exports) {
    "use strict";
    var identity = require_identity(), BREAK = /* @__PURE__ */ Symbol("break visit"), SKIP = /* @__PURE__ */ Symbol("skip children"), REMOVE = /* @__PURE__ */ Symbol("remove node");
    function visit(node, visitor) {
      let visitor_ = initVisitor(visitor);
      identity.isDocument(node) ? visit_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE && (node.contents = null) : visit_(null, node, visitor_, Object.freeze([]));
    }
    visit.BREAK = BREAK;
    visit.SKIP = SKIP;
    visit.REMOVE = REMOVE;
    function visit_(key, node, visitor, path) {
      let ctrl = callVisitor(key, node, visitor, path);
      if (identity.isNode(ctrl) || identity.isPair(ctrl))
        return replaceNode(key, path, ctrl), visit_(key, ctrl, visitor, path);
      if (typeof ctrl != "symbol") {
        if (identity.isCollection(node)) {
          path = Object.freeze(path.concat(node));
          for (let i = 0; i < node.items.length; ++i) {
            let ci = visit_(i, node.items[i], visitor, path);
            if (typeof ci == "number")
              i = ci - 1;
            else {
              if (ci === BREAK)
                return BREAK;
              ci === REMOVE && (node.items.splice(i, 1), i -= 1);
            }
          }
        } else if (identity.isPair(node)) {
          path = Object.freeze(path.concat(node));
          let ck = visit_("key", node.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          ck === REMOVE && (node.key = null);
          let cv = visit_("value", node.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          cv === REMOVE && (node.value = null);
        }
      }
      return ctrl;
    }
    async function visitAsync(node, visitor) {
      let visitor_ = initVisitor(visitor);
      identity.isDocument(node) ? await visitAsync_(null, node.contents, visitor_, Object.freeze([node])) === REMOVE && (node.contents = null) : await visitAsync_(null, node, visitor_, Object.freeze([]));
    }
    visitAsync.BREAK = BREAK;
    visitAsync.SKIP = SKIP;
    visitAsync.REMOVE = REMOVE;
    async function visitAsync_(key, node, visitor, path) {
      let ctrl = await callVisitor(key, node, visitor, path);
      if (identity.isNode(ctrl) || identity.isPair(ctrl))
        return replaceNode(key, path, ctrl), visitAsync_(key, ctrl, visitor, path);
      if (typeof ctrl != "symbol") {
        if (identity.isCollection(node)) {
          path = Object.freeze(path.concat(node));
          for (let i = 0; i < node.items.length; ++i) {
            let ci = await visitAsync_(i, node.items[i], visitor, path);
            if (typeof ci == "number")
              i = ci - 1;
            else {
              if (ci === BREAK)
                return BREAK;
              ci === REMOVE && (node.items.splice(i, 1), i -= 1);
            }
          }
        } else if (identity.isPair(node)) {
          path = Object.freeze(path.concat(node));
          let ck = await visitAsync_("key", node.key, visitor, path);
          if (ck === BREAK)
            return BREAK;
          ck === REMOVE && (node.key = null);
          let cv = await visitAsync_("value", node.value, visitor, path);
          if (cv === BREAK)
            return BREAK;
          cv === REMOVE && (node.value = null);
        }
      }
      return ctrl;
    }
    function initVisitor(visitor) {
      return typeof visitor == "object" && (visitor.Collection || visitor.Node || visitor.Value) ? Object.assign({
        Alias: visitor.Node,
        Map: visitor.Node,
        Scalar: visitor.Node,
        Seq: visitor.Node
      }, visitor.Value && {
        Map: visitor.Value,
        Scalar: visitor.Value,
        Seq: visitor.Value
      }, visitor.Collection && {
        Map: visitor.Collection,
        Seq: visitor.Collection
      }, visitor) : visitor;
    }
    function callVisitor(key, node, visitor, path) {
      if (typeof visitor == "function")
        return visitor(key, node, path);
      if (identity.isMap(node))
        return visitor.Map?.(key, node, path);
      if (identity.isSeq(node))
        return visitor.Seq?.(key, node, path);
      if (identity.isPair(node))
        return visitor.Pair?.(key, node, path);
      if (identity.isScalar(node))
        return visitor.Scalar?.(key, node, path);
      if (identity.isAlias(node))
        return visitor.Alias?.(key, node, path);
    }
    function replaceNode(key, path, node) {
      let parent = path[path.length - 1];
      if (identity.isCollection(parent))
        parent.items[key] = node;
      else if (identity.isPair(parent))
        key === "key" ? parent.key = node : parent.value = node;
      else if (identity.isDocument(parent))
        parent.contents = node;
      else {
        let pt = identity.isAlias(parent) ? "alias" : "scalar";
        throw new Error(`Cannot replace node with ${pt} parent`);
      }
    }
    exports.visit = visit;
    exports.visitAsync = visitAsync;
  }
});

// node_modules/yaml/dist/doc/directives.js
var require_directives = __commonJS({
  "node_modules/yaml/dist/doc/directives.js"(exports) {
    "use strict";
    var identity = require_identity(), visit = require_visit(), escapeChars = {
      "!": "%21",
      ",": "%2C",
      "[": "%5B",
      "]": "%5D",
      "{": "%7B",
      "}": "%7D"
    }, escapeTagName = (tn) => tn.replace(/[!,[\]{}]/g, (ch) => escapeChars[ch]), Directives = class _Directives {
      constructor(yaml, tags) {
        this.docStart = null, this.docEnd = !1, this.yaml = Object.assign({}, _Directives.defaultYaml, yaml), this.tags = Object.assign({}, _Directives.defaultTags, tags);
      }
      clone() {
        let copy = new _Directives(this.yaml, this.tags);
        return copy.docStart = this.docStart, copy;
      }
      /**
       * During parsing, get a Directives instance for the current document and
       * update the stream state according to the current version's spec.
       */
      atDocument() {
        let res = new _Directives(this.yaml, this.tags);
        switch (this.yaml.version) {
          case "1.1":
            this.atNextDocument = !0;
            break;
          case "1.2":
            this.atNextDocument = !1, this.yaml = {
              explicit: _Directives.defaultYaml.explicit,
              version: "1.2"
            }, this.tags = Object.assign({}, _Directives.defaultTags);
            break;
        }
        return res;
      }
      /**
       * @param onError - May be called even if the action was successful
       * @returns `true` on success
       */
      add(line, onError) {
        this.atNextDocument && (this.yaml = { explicit: _Directives.defaultYaml.explicit, version: "1.1" }, this.tags = Object.assign({}, _Directives.defaultTags), this.atNextDocument = !1);
        let parts = line.trim().split(/[ \t]+/), name3 = parts.shift();
        switch (name3) {
          case "%TAG": {
            if (parts.length !== 2 && (onError(0, "%TAG directive should contain exactly two parts"), parts.length < 2))
              return !1;
            let [handle, prefix] = parts;
            return this.tags[handle] = prefix, !0;
          }
          case "%YAML": {
            if (this.yaml.explicit = !0, parts.length !== 1)
              return onError(0, "%YAML directive should contain exactly one part"), !1;
            let [version2] = parts;
            if (version2 === "1.1" || version2 === "1.2")
              return this.yaml.version = version2, !0;
            {
              let isValid = /^\d+\.\d+$/.test(version2);
              return onError(6, `Unsupported YAML version ${version2}`, isValid), !1;
            }
          }
          default:
            return onError(0, `Unknown directive ${name3}`, !0), !1;
        }
      }
      /**
       * Resolves a tag, matching handles to those defined in %TAG directives.
       *
       * @returns Resolved tag, which may also be the non-specific tag `'!'` or a
       *   `'!local'` tag, or `null` if unresolvable.
       */
      tagName(source, onError) {
        if (source === "!")
          return "!";
        if (source[0] !== "!")
          return onError(`Not a valid tag: ${source}`), null;
        if (source[1] === "<") {
          let verbatim = source.slice(2, -1);
          return verbatim === "!" || verbatim === "!!" ? (onError(`Verbatim tags aren't resolved, so ${source} is invalid.`), null) : (source[source.length - 1] !== ">" && onError("Verbatim tags must end with a >"), verbatim);
        }
        let [, handle, suffix] = source.match(/^(.*!)([^!]*)$/s);
        suffix || onError(`The ${source} tag has no suffix`);
        let prefix = this.tags[handle];
        if (prefix)
          try {
            return prefix + decodeURIComponent(suffix);
          } catch (error) {
            return onError(String(error)), null;
          }
        return handle === "!" ? source : (onError(`Could not resolve tag: ${source}`), null);
      }
      /**
       * Given a fully resolved tag, returns its printable string form,
       * taking into account current tag prefixes and defaults.
       */
      tagString(tag2) {
        for (let [handle, prefix] of Object.entries(this.tags))
          if (tag2.startsWith(prefix))
            return handle + escapeTagName(tag2.substring(prefix.length));
        return tag2[0] === "!" ? tag2 : `!<${tag2}>`;
      }
      toString(doc) {
        let lines = this.yaml.explicit ? [`%YAML ${this.yaml.version || "1.2"}`] : [], tagEntries = Object.entries(this.tags), tagNames;
        if (doc && tagEntries.length > 0 && identity.isNode(doc.contents)) {
          let tags = {};
          visit.visit(doc.contents, (_key, node) => {
            identity.isNode(node) && node.tag && (tags[node.tag] = !0);
          }), tagNames = Object.keys(tags);
        } else
          tagNames = [];
        for (let [handle, prefix] of tagEntries)
          handle === "!!" && prefix === "tag:yaml.org,2002:" || (!doc || tagNames.some((tn) => tn.startsWith(prefix))) && lines.push(`%TAG ${handle} ${prefix}`);
        return lines.join(`
`);
      }
    };
    Directives.defaultYaml = { explicit: !1, version: "1.2" };
    Directives.defaultTags = { "!!": "tag:yaml.org,2002:" };
    exports.Directives = Directives;
  }
});

// node_modules/yaml/dist/doc/anchors.js
var require_anchors = __commonJS({
  "node_modules/yaml/dist/doc/anchors.js"(exports) {
    "use strict";
    var identity = require_identity(), visit = require_visit();
    function anchorIsValid(anchor) {
      if (/[\x00-\x19\s,[\]{}]/.test(anchor)) {
        let msg = `Anchor must not contain whitespace or control characters: ${JSON.stringify(anchor)}`;
        throw new Error(msg);
      }
      return !0;
    }
    function anchorNames(root) {
      let anchors = /* @__PURE__ */ new Set();
      return visit.visit(root, {
        Value(_key, node) {
          node.anchor && anchors.add(node.anchor);
        }
      }), anchors;
    }
    function findNewAnchor(prefix, exclude) {
      for (let i = 1; ; ++i) {
        let name3 = `${prefix}${i}`;
        if (!exclude.has(name3))
          return name3;
      }
    }
    function createNodeAnchors(doc, prefix) {
      let aliasObjects = [], sourceObjects = /* @__PURE__ */ new Map(), prevAnchors = null;
      return {
        onAnchor: (source) => {
          aliasObjects.push(source), prevAnchors ?? (prevAnchors = anchorNames(doc));
          let anchor = findNewAnchor(prefix, prevAnchors);
          return prevAnchors.add(anchor), anchor;
        },
        /**
         * With circular references, the source node is only resolved after all
         * of its child nodes are. This is why anchors are set only after all of
         * the nodes have been created.
         */
        setAnchors: () => {
          for (let source of aliasObjects) {
            let ref = sourceObjects.get(source);
            if (typeof ref == "object" && ref.anchor && (identity.isScalar(ref.node) || identity.isCollection(ref.node)))
              ref.node.anchor = ref.anchor;
            else {
              let error = new Error("Failed to resolve repeated object (this should not happen)");
              throw error.source = source, error;
            }
          }
        },
        sourceObjects
      };
    }
    exports.anchorIsValid = anchorIsValid;
    exports.anchorNames = anchorNames;
    exports.createNodeAnchors = createNodeAnchors;
    exports.findNewAnchor = findNewAnchor;
  }
});

// node_modules/yaml/dist/doc/applyReviver.js
var require_applyReviver = __commonJS({
  "node_modules/yaml/dist/doc/applyReviver.js"(exports) {
    "use strict";
    function applyReviver(reviver, obj, key, val) {
      if (val && typeof val == "object")
        if (Array.isArray(val))
          for (let i = 0, len = val.length; i < len; ++i) {
            let v0 = val[i], v1 = applyReviver(reviver, val, String(i), v0);
            v1 === void 0 ? delete val[i] : v1 !== v0 && (val[i] = v1);
          }
        else if (val instanceof Map)
          for (let k of Array.from(val.keys())) {
            let v0 = val.get(k), v1 = applyReviver(reviver, val, k, v0);
            v1 === void 0 ? val.delete(k) : v1 !== v0 && val.set(k, v1);
          }
        else if (val instanceof Set)
          for (let v0 of Array.from(val)) {
            let v1 = applyReviver(reviver, val, v0, v0);
            v1 === void 0 ? val.delete(v0) : v1 !== v0 && (val.delete(v0), val.add(v1));
          }
        else
          for (let [k, v0] of Object.entries(val)) {
            let v1 = applyReviver(reviver, val, k, v0);
            v1 === void 0 ? delete val[k] : v1 !== v0 && (val[k] = v1);
          }
      return reviver.call(obj, key, val);
    }
    exports.applyReviver = applyReviver;
  }
});

// node_modules/yaml/dist/nodes/toJS.js
var require_toJS = __commonJS({
  "node_modules/yaml/dist/nodes/toJS.js"(exports) {
    "use strict";
    var identity = require_identity();
    function toJS(value, arg, ctx) {
      if (Array.isArray(value))
        return value.map((v, i) => toJS(v, String(i), ctx));
      if (value && typeof value.toJSON == "function") {
        if (!ctx || !identity.hasAnchor(value))
          return value.toJSON(arg, ctx);
        let data = { aliasCount: 0, count: 1, res: void 0 };
        ctx.anchors.set(value, data), ctx.onCreate = (res2) => {
          data.res = res2, delete ctx.onCreate;
        };
        let res = value.toJSON(arg, ctx);
        return ctx.onCreate && ctx.onCreate(res), res;
      }
      return typeof value == "bigint" && !ctx?.keep ? Number(value) : value;
    }
    exports.toJS = toJS;
  }
});

// node_modules/yaml/dist/nodes/Node.js
var require_Node = __commonJS({
  "node_modules/yaml/dist/nodes/Node.js"(exports) {
    "use strict";
    var applyReviver = require_applyReviver(), identity = require_identity(), toJS = require_toJS(), NodeBase = class {
      constructor(type) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: type });
      }
      /** Create a copy of this node.  */
      clone() {
        let copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        return this.range && (copy.range = this.range.slice()), copy;
      }
      /** A plain JavaScript representation of this node. */
      toJS(doc, { mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        if (!identity.isDocument(doc))
          throw new TypeError("A document argument is required");
        let ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc,
          keep: !0,
          mapAsMap: mapAsMap === !0,
          mapKeyWarned: !1,
          maxAliasCount: typeof maxAliasCount == "number" ? maxAliasCount : 100
        }, res = toJS.toJS(this, "", ctx);
        if (typeof onAnchor == "function")
          for (let { count: count2, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count2);
        return typeof reviver == "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
    };
    exports.NodeBase = NodeBase;
  }
});

// node_modules/yaml/dist/nodes/Alias.js
var require_Alias = __commonJS({
  "node_modules/yaml/dist/nodes/Alias.js"(exports) {
    "use strict";
    var anchors = require_anchors(), visit = require_visit(), identity = require_identity(), Node = require_Node(), toJS = require_toJS(), Alias = class extends Node.NodeBase {
      constructor(source) {
        super(identity.ALIAS), this.source = source, Object.defineProperty(this, "tag", {
          set() {
            throw new Error("Alias nodes cannot have tags");
          }
        });
      }
      /**
       * Resolve the value of this alias within `doc`, finding the last
       * instance of the `source` anchor before this node.
       */
      resolve(doc, ctx) {
        if (ctx?.maxAliasCount === 0)
          throw new ReferenceError("Alias resolution is disabled");
        let nodes;
        ctx?.aliasResolveCache ? nodes = ctx.aliasResolveCache : (nodes = [], visit.visit(doc, {
          Node: (_key, node) => {
            (identity.isAlias(node) || identity.hasAnchor(node)) && nodes.push(node);
          }
        }), ctx && (ctx.aliasResolveCache = nodes));
        let found;
        for (let node of nodes) {
          if (node === this)
            break;
          node.anchor === this.source && (found = node);
        }
        if (found && ctx) {
          let { anchors: anchors2, doc: doc2, maxAliasCount } = ctx, data = anchors2.get(found);
          if (data || (toJS.toJS(found, null, ctx), data = anchors2.get(found)), data?.res === void 0) {
            let msg = "This should not happen: Alias anchor was not resolved?";
            throw new ReferenceError(msg);
          }
          if (maxAliasCount >= 0 && (data.count += 1, data.aliasCount === 0 && (data.aliasCount = getAliasCount(doc2, found, anchors2)), data.count * data.aliasCount > maxAliasCount)) {
            let msg = "Excessive alias count indicates a resource exhaustion attack";
            throw new ReferenceError(msg);
          }
        }
        return found;
      }
      toJSON(_arg, ctx) {
        if (!ctx)
          return { source: this.source };
        let source = this.resolve(ctx.doc, ctx);
        if (!source) {
          let msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
          throw new ReferenceError(msg);
        }
        return ctx.anchors.get(source).res;
      }
      toString(ctx, _onComment, _onChompKeep) {
        let src = `*${this.source}`;
        if (ctx) {
          if (anchors.anchorIsValid(this.source), ctx.options.verifyAliasOrder && !ctx.anchors.has(this.source)) {
            let msg = `Unresolved alias (the anchor must be set before the alias): ${this.source}`;
            throw new Error(msg);
          }
          if (ctx.implicitKey)
            return `${src} `;
        }
        return src;
      }
    };
    function getAliasCount(doc, node, anchors2) {
      if (identity.isAlias(node)) {
        let source = node.resolve(doc), anchor = anchors2 && source && anchors2.get(source);
        return anchor ? anchor.count * anchor.aliasCount : 0;
      } else if (identity.isCollection(node)) {
        let count2 = 0;
        for (let item of node.items) {
          let c = getAliasCount(doc, item, anchors2);
          c > count2 && (count2 = c);
        }
        return count2;
      } else if (identity.isPair(node)) {
        let kc = getAliasCount(doc, node.key, anchors2), vc = getAliasCount(doc, node.value, anchors2);
        return Math.max(kc, vc);
      }
      return 1;
    }
    exports.Alias = Alias;
  }
});

// node_modules/yaml/dist/nodes/Scalar.js
var require_Scalar = __commonJS({
  "node_modules/yaml/dist/nodes/Scalar.js"(exports) {
    "use strict";
    var identity = require_identity(), Node = require_Node(), toJS = require_toJS(), isScalarValue = (value) => !value || typeof value != "function" && typeof value != "object", Scalar = class extends Node.NodeBase {
      constructor(value) {
        super(identity.SCALAR), this.value = value;
      }
      toJSON(arg, ctx) {
        return ctx?.keep ? this.value : toJS.toJS(this.value, arg, ctx);
      }
      toString() {
        return String(this.value);
      }
    };
    Scalar.BLOCK_FOLDED = "BLOCK_FOLDED";
    Scalar.BLOCK_LITERAL = "BLOCK_LITERAL";
    Scalar.PLAIN = "PLAIN";
    Scalar.QUOTE_DOUBLE = "QUOTE_DOUBLE";
    Scalar.QUOTE_SINGLE = "QUOTE_SINGLE";
    exports.Scalar = Scalar;
    exports.isScalarValue = isScalarValue;
  }
});

// node_modules/yaml/dist/doc/createNode.js
var require_createNode = __commonJS({
  "node_modules/yaml/dist/doc/createNode.js"(exports) {
    "use strict";
    var Alias = require_Alias(), identity = require_identity(), Scalar = require_Scalar(), defaultTagPrefix = "tag:yaml.org,2002:";
    function findTagObject(value, tagName, tags) {
      if (tagName) {
        let match = tags.filter((t) => t.tag === tagName), tagObj = match.find((t) => !t.format) ?? match[0];
        if (!tagObj)
          throw new Error(`Tag ${tagName} not found`);
        return tagObj;
      }
      return tags.find((t) => t.identify?.(value) && !t.format);
    }
    function createNode(value, tagName, ctx) {
      if (identity.isDocument(value) && (value = value.contents), identity.isNode(value))
        return value;
      if (identity.isPair(value)) {
        let map = ctx.schema[identity.MAP].createNode?.(ctx.schema, null, ctx);
        return map.items.push(value), map;
      }
      (value instanceof String || value instanceof Number || value instanceof Boolean || typeof BigInt < "u" && value instanceof BigInt) && (value = value.valueOf());
      let { aliasDuplicateObjects, onAnchor, onTagObj, schema, sourceObjects } = ctx, ref;
      if (aliasDuplicateObjects && value && typeof value == "object") {
        if (ref = sourceObjects.get(value), ref)
          return ref.anchor ?? (ref.anchor = onAnchor(value)), new Alias.Alias(ref.anchor);
        ref = { anchor: null, node: null }, sourceObjects.set(value, ref);
      }
      tagName?.startsWith("!!") && (tagName = defaultTagPrefix + tagName.slice(2));
      let tagObj = findTagObject(value, tagName, schema.tags);
      if (!tagObj) {
        if (value && typeof value.toJSON == "function" && (value = value.toJSON()), !value || typeof value != "object") {
          let node2 = new Scalar.Scalar(value);
          return ref && (ref.node = node2), node2;
        }
        tagObj = value instanceof Map ? schema[identity.MAP] : Symbol.iterator in Object(value) ? schema[identity.SEQ] : schema[identity.MAP];
      }
      onTagObj && (onTagObj(tagObj), delete ctx.onTagObj);
      let node = tagObj?.createNode ? tagObj.createNode(ctx.schema, value, ctx) : typeof tagObj?.nodeClass?.from == "function" ? tagObj.nodeClass.from(ctx.schema, value, ctx) : new Scalar.Scalar(value);
      return tagName ? node.tag = tagName : tagObj.default || (node.tag = tagObj.tag), ref && (ref.node = node), node;
    }
    exports.createNode = createNode;
  }
});

// node_modules/yaml/dist/nodes/Collection.js
var require_Collection = __commonJS({
  "node_modules/yaml/dist/nodes/Collection.js"(exports) {
    "use strict";
    var createNode = require_createNode(), identity = require_identity(), Node = require_Node();
    function collectionFromPath(schema, path, value) {
      let v = value;
      for (let i = path.length - 1; i >= 0; --i) {
        let k = path[i];
        if (typeof k == "number" && Number.isInteger(k) && k >= 0) {
          let a = [];
          a[k] = v, v = a;
        } else
          v = /* @__PURE__ */ new Map([[k, v]]);
      }
      return createNode.createNode(v, void 0, {
        aliasDuplicateObjects: !1,
        keepUndefined: !1,
        onAnchor: () => {
          throw new Error("This should not happen, please report a bug.");
        },
        schema,
        sourceObjects: /* @__PURE__ */ new Map()
      });
    }
    var isEmptyPath = (path) => path == null || typeof path == "object" && !!path[Symbol.iterator]().next().done, Collection = class extends Node.NodeBase {
      constructor(type, schema) {
        super(type), Object.defineProperty(this, "schema", {
          value: schema,
          configurable: !0,
          enumerable: !1,
          writable: !0
        });
      }
      /**
       * Create a copy of this collection.
       *
       * @param schema - If defined, overwrites the original's schema
       */
      clone(schema) {
        let copy = Object.create(Object.getPrototypeOf(this), Object.getOwnPropertyDescriptors(this));
        return schema && (copy.schema = schema), copy.items = copy.items.map((it) => identity.isNode(it) || identity.isPair(it) ? it.clone(schema) : it), this.range && (copy.range = this.range.slice()), copy;
      }
      /**
       * Adds a value to the collection. For `!!map` and `!!omap` the value must
       * be a Pair instance or a `{ key, value }` object, which may not have a key
       * that already exists in the map.
       */
      addIn(path, value) {
        if (isEmptyPath(path))
          this.add(value);
        else {
          let [key, ...rest] = path, node = this.get(key, !0);
          if (identity.isCollection(node))
            node.addIn(rest, value);
          else if (node === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
      /**
       * Removes a value from the collection.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        let [key, ...rest] = path;
        if (rest.length === 0)
          return this.delete(key);
        let node = this.get(key, !0);
        if (identity.isCollection(node))
          return node.deleteIn(rest);
        throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        let [key, ...rest] = path, node = this.get(key, !0);
        return rest.length === 0 ? !keepScalar && identity.isScalar(node) ? node.value : node : identity.isCollection(node) ? node.getIn(rest, keepScalar) : void 0;
      }
      hasAllNullValues(allowScalar) {
        return this.items.every((node) => {
          if (!identity.isPair(node))
            return !1;
          let n = node.value;
          return n == null || allowScalar && identity.isScalar(n) && n.value == null && !n.commentBefore && !n.comment && !n.tag;
        });
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       */
      hasIn(path) {
        let [key, ...rest] = path;
        if (rest.length === 0)
          return this.has(key);
        let node = this.get(key, !0);
        return identity.isCollection(node) ? node.hasIn(rest) : !1;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        let [key, ...rest] = path;
        if (rest.length === 0)
          this.set(key, value);
        else {
          let node = this.get(key, !0);
          if (identity.isCollection(node))
            node.setIn(rest, value);
          else if (node === void 0 && this.schema)
            this.set(key, collectionFromPath(this.schema, rest, value));
          else
            throw new Error(`Expected YAML collection at ${key}. Remaining path: ${rest}`);
        }
      }
    };
    exports.Collection = Collection;
    exports.collectionFromPath = collectionFromPath;
    exports.isEmptyPath = isEmptyPath;
  }
});

// node_modules/yaml/dist/stringify/stringifyComment.js
var require_stringifyComment = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyComment.js"(exports) {
    "use strict";
    var stringifyComment = (str) => str.replace(/^(?!$)(?: $)?/gm, "#");
    function indentComment(comment, indent) {
      return /^\n+$/.test(comment) ? comment.substring(1) : indent ? comment.replace(/^(?! *$)/gm, indent) : comment;
    }
    var lineComment = (str, indent, comment) => str.endsWith(`
`) ? indentComment(comment, indent) : comment.includes(`
`) ? `
` + indentComment(comment, indent) : (str.endsWith(" ") ? "" : " ") + comment;
    exports.indentComment = indentComment;
    exports.lineComment = lineComment;
    exports.stringifyComment = stringifyComment;
  }
});

// node_modules/yaml/dist/stringify/foldFlowLines.js
var require_foldFlowLines = __commonJS({
  "node_modules/yaml/dist/stringify/foldFlowLines.js"(exports) {
    "use strict";
    var FOLD_FLOW = "flow", FOLD_BLOCK = "block", FOLD_QUOTED = "quoted";
    function foldFlowLines(text2, indent, mode = "flow", { indentAtStart, lineWidth = 80, minContentWidth = 20, onFold, onOverflow } = {}) {
      if (!lineWidth || lineWidth < 0)
        return text2;
      lineWidth < minContentWidth && (minContentWidth = 0);
      let endStep = Math.max(1 + minContentWidth, 1 + lineWidth - indent.length);
      if (text2.length <= endStep)
        return text2;
      let folds = [], escapedFolds = {}, end = lineWidth - indent.length;
      typeof indentAtStart == "number" && (indentAtStart > lineWidth - Math.max(2, minContentWidth) ? folds.push(0) : end = lineWidth - indentAtStart);
      let split, prev, overflow = !1, i = -1, escStart = -1, escEnd = -1;
      mode === FOLD_BLOCK && (i = consumeMoreIndentedLines(text2, i, indent.length), i !== -1 && (end = i + endStep));
      for (let ch; ch = text2[i += 1]; ) {
        if (mode === FOLD_QUOTED && ch === "\\") {
          switch (escStart = i, text2[i + 1]) {
            case "x":
              i += 3;
              break;
            case "u":
              i += 5;
              break;
            case "U":
              i += 9;
              break;
            default:
              i += 1;
          }
          escEnd = i;
        }
        if (ch === `
`)
          mode === FOLD_BLOCK && (i = consumeMoreIndentedLines(text2, i, indent.length)), end = i + indent.length + endStep, split = void 0;
        else {
          if (ch === " " && prev && prev !== " " && prev !== `
` && prev !== "	") {
            let next2 = text2[i + 1];
            next2 && next2 !== " " && next2 !== `
` && next2 !== "	" && (split = i);
          }
          if (i >= end)
            if (split)
              folds.push(split), end = split + endStep, split = void 0;
            else if (mode === FOLD_QUOTED) {
              for (; prev === " " || prev === "	"; )
                prev = ch, ch = text2[i += 1], overflow = !0;
              let j = i > escEnd + 1 ? i - 2 : escStart - 1;
              if (escapedFolds[j])
                return text2;
              folds.push(j), escapedFolds[j] = !0, end = j + endStep, split = void 0;
            } else
              overflow = !0;
        }
        prev = ch;
      }
      if (overflow && onOverflow && onOverflow(), folds.length === 0)
        return text2;
      onFold && onFold();
      let res = text2.slice(0, folds[0]);
      for (let i2 = 0; i2 < folds.length; ++i2) {
        let fold = folds[i2], end2 = folds[i2 + 1] || text2.length;
        fold === 0 ? res = `
${indent}${text2.slice(0, end2)}` : (mode === FOLD_QUOTED && escapedFolds[fold] && (res += `${text2[fold]}\\`), res += `
${indent}${text2.slice(fold + 1, end2)}`);
      }
      return res;
    }
    function consumeMoreIndentedLines(text2, i, indent) {
      let end = i, start = i + 1, ch = text2[start];
      for (; ch === " " || ch === "	"; )
        if (i < start + indent)
          ch = text2[++i];
        else {
          do
            ch = text2[++i];
          while (ch && ch !== `
`);
          end = i, start = i + 1, ch = text2[start];
        }
      return end;
    }
    exports.FOLD_BLOCK = FOLD_BLOCK;
    exports.FOLD_FLOW = FOLD_FLOW;
    exports.FOLD_QUOTED = FOLD_QUOTED;
    exports.foldFlowLines = foldFlowLines;
  }
});

// node_modules/yaml/dist/stringify/stringifyString.js
var require_stringifyString = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyString.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), foldFlowLines = require_foldFlowLines(), getFoldOptions = (ctx, isBlock) => ({
      indentAtStart: isBlock ? ctx.indent.length : ctx.indentAtStart,
      lineWidth: ctx.options.lineWidth,
      minContentWidth: ctx.options.minContentWidth
    }), containsDocumentMarker = (str) => /^(%|---|\.\.\.)/m.test(str);
    function lineLengthOverLimit(str, lineWidth, indentLength) {
      if (!lineWidth || lineWidth < 0)
        return !1;
      let limit = lineWidth - indentLength, strLen = str.length;
      if (strLen <= limit)
        return !1;
      for (let i = 0, start = 0; i < strLen; ++i)
        if (str[i] === `
`) {
          if (i - start > limit)
            return !0;
          if (start = i + 1, strLen - start <= limit)
            return !1;
        }
      return !0;
    }
    function doubleQuotedString(value, ctx) {
      let json = JSON.stringify(value);
      if (ctx.options.doubleQuotedAsJSON)
        return json;
      let { implicitKey } = ctx, minMultiLineLength = ctx.options.doubleQuotedMinMultiLineLength, indent = ctx.indent || (containsDocumentMarker(value) ? "  " : ""), str = "", start = 0;
      for (let i = 0, ch = json[i]; ch; ch = json[++i])
        if (ch === " " && json[i + 1] === "\\" && json[i + 2] === "n" && (str += json.slice(start, i) + "\\ ", i += 1, start = i, ch = "\\"), ch === "\\")
          switch (json[i + 1]) {
            case "u":
              {
                str += json.slice(start, i);
                let code = json.substr(i + 2, 4);
                switch (code) {
                  case "0000":
                    str += "\\0";
                    break;
                  case "0007":
                    str += "\\a";
                    break;
                  case "000b":
                    str += "\\v";
                    break;
                  case "001b":
                    str += "\\e";
                    break;
                  case "0085":
                    str += "\\N";
                    break;
                  case "00a0":
                    str += "\\_";
                    break;
                  case "2028":
                    str += "\\L";
                    break;
                  case "2029":
                    str += "\\P";
                    break;
                  default:
                    code.substr(0, 2) === "00" ? str += "\\x" + code.substr(2) : str += json.substr(i, 6);
                }
                i += 5, start = i + 1;
              }
              break;
            case "n":
              if (implicitKey || json[i + 2] === '"' || json.length < minMultiLineLength)
                i += 1;
              else {
                for (str += json.slice(start, i) + `

`; json[i + 2] === "\\" && json[i + 3] === "n" && json[i + 4] !== '"'; )
                  str += `
`, i += 2;
                str += indent, json[i + 2] === " " && (str += "\\"), i += 1, start = i + 1;
              }
              break;
            default:
              i += 1;
          }
      return str = start ? str + json.slice(start) : json, implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_QUOTED, getFoldOptions(ctx, !1));
    }
    function singleQuotedString(value, ctx) {
      if (ctx.options.singleQuote === !1 || ctx.implicitKey && value.includes(`
`) || /[ \t]\n|\n[ \t]/.test(value))
        return doubleQuotedString(value, ctx);
      let indent = ctx.indent || (containsDocumentMarker(value) ? "  " : ""), res = "'" + value.replace(/'/g, "''").replace(/\n+/g, `$&
${indent}`) + "'";
      return ctx.implicitKey ? res : foldFlowLines.foldFlowLines(res, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, !1));
    }
    function quotedString(value, ctx) {
      let { singleQuote } = ctx.options, qs;
      if (singleQuote === !1)
        qs = doubleQuotedString;
      else {
        let hasDouble = value.includes('"'), hasSingle = value.includes("'");
        hasDouble && !hasSingle ? qs = singleQuotedString : hasSingle && !hasDouble ? qs = doubleQuotedString : qs = singleQuote ? singleQuotedString : doubleQuotedString;
      }
      return qs(value, ctx);
    }
    var blockEndNewlines;
    try {
      blockEndNewlines = new RegExp(`(^|(?<!
))
+(?!
|$)`, "g");
    } catch {
      blockEndNewlines = /\n+(?!\n|$)/g;
    }
    function blockString({ comment, type, value }, ctx, onComment, onChompKeep) {
      let { blockQuote, commentString, lineWidth } = ctx.options;
      if (!blockQuote || /\n[\t ]+$/.test(value))
        return quotedString(value, ctx);
      let indent = ctx.indent || (ctx.forceBlockIndent || containsDocumentMarker(value) ? "  " : ""), literal = blockQuote === "literal" ? !0 : blockQuote === "folded" || type === Scalar.Scalar.BLOCK_FOLDED ? !1 : type === Scalar.Scalar.BLOCK_LITERAL ? !0 : !lineLengthOverLimit(value, lineWidth, indent.length);
      if (!value)
        return literal ? `|
` : `>
`;
      let chomp, endStart;
      for (endStart = value.length; endStart > 0; --endStart) {
        let ch = value[endStart - 1];
        if (ch !== `
` && ch !== "	" && ch !== " ")
          break;
      }
      let end = value.substring(endStart), endNlPos = end.indexOf(`
`);
      endNlPos === -1 ? chomp = "-" : value === end || endNlPos !== end.length - 1 ? (chomp = "+", onChompKeep && onChompKeep()) : chomp = "", end && (value = value.slice(0, -end.length), end[end.length - 1] === `
` && (end = end.slice(0, -1)), end = end.replace(blockEndNewlines, `$&${indent}`));
      let startWithSpace = !1, startEnd, startNlPos = -1;
      for (startEnd = 0; startEnd < value.length; ++startEnd) {
        let ch = value[startEnd];
        if (ch === " ")
          startWithSpace = !0;
        else if (ch === `
`)
          startNlPos = startEnd;
        else
          break;
      }
      let start = value.substring(0, startNlPos < startEnd ? startNlPos + 1 : startEnd);
      start && (value = value.substring(start.length), start = start.replace(/\n+/g, `$&${indent}`));
      let header = (startWithSpace ? indent ? "2" : "1" : "") + chomp;
      if (comment && (header += " " + commentString(comment.replace(/ ?[\r\n]+/g, " ")), onComment && onComment()), !literal) {
        let foldedValue = value.replace(/\n+/g, `
$&`).replace(/(?:^|\n)([\t ].*)(?:([\n\t ]*)\n(?![\n\t ]))?/g, "$1$2").replace(/\n+/g, `$&${indent}`), literalFallback = !1, foldOptions = getFoldOptions(ctx, !0);
        blockQuote !== "folded" && type !== Scalar.Scalar.BLOCK_FOLDED && (foldOptions.onOverflow = () => {
          literalFallback = !0;
        });
        let body = foldFlowLines.foldFlowLines(`${start}${foldedValue}${end}`, indent, foldFlowLines.FOLD_BLOCK, foldOptions);
        if (!literalFallback)
          return `>${header}
${indent}${body}`;
      }
      return value = value.replace(/\n+/g, `$&${indent}`), `|${header}
${indent}${start}${value}${end}`;
    }
    function plainString(item, ctx, onComment, onChompKeep) {
      let { type, value } = item, { actualString, implicitKey, indent, indentStep, inFlow } = ctx;
      if (implicitKey && value.includes(`
`) || inFlow && /[[\]{},]/.test(value))
        return quotedString(value, ctx);
      if (/^[\n\t ,[\]{}#&*!|>'"%@`]|^[?-]$|^[?-][ \t]|[\n:][ \t]|[ \t]\n|[\n\t ]#|[\n\t :]$/.test(value))
        return implicitKey || inFlow || !value.includes(`
`) ? quotedString(value, ctx) : blockString(item, ctx, onComment, onChompKeep);
      if (!implicitKey && !inFlow && type !== Scalar.Scalar.PLAIN && value.includes(`
`))
        return blockString(item, ctx, onComment, onChompKeep);
      if (containsDocumentMarker(value)) {
        if (indent === "")
          return ctx.forceBlockIndent = !0, blockString(item, ctx, onComment, onChompKeep);
        if (implicitKey && indent === indentStep)
          return quotedString(value, ctx);
      }
      let str = value.replace(/\n+/g, `$&
${indent}`);
      if (actualString) {
        let test = (tag2) => tag2.default && tag2.tag !== "tag:yaml.org,2002:str" && tag2.test?.test(str), { compat, tags } = ctx.doc.schema;
        if (tags.some(test) || compat?.some(test))
          return quotedString(value, ctx);
      }
      return implicitKey ? str : foldFlowLines.foldFlowLines(str, indent, foldFlowLines.FOLD_FLOW, getFoldOptions(ctx, !1));
    }
    function stringifyString(item, ctx, onComment, onChompKeep) {
      let { implicitKey, inFlow } = ctx, ss = typeof item.value == "string" ? item : Object.assign({}, item, { value: String(item.value) }), { type } = item;
      type !== Scalar.Scalar.QUOTE_DOUBLE && /[\x00-\x08\x0b-\x1f\x7f-\x9f\u{D800}-\u{DFFF}]/u.test(ss.value) && (type = Scalar.Scalar.QUOTE_DOUBLE);
      let _stringify = (_type) => {
        switch (_type) {
          case Scalar.Scalar.BLOCK_FOLDED:
          case Scalar.Scalar.BLOCK_LITERAL:
            return implicitKey || inFlow ? quotedString(ss.value, ctx) : blockString(ss, ctx, onComment, onChompKeep);
          case Scalar.Scalar.QUOTE_DOUBLE:
            return doubleQuotedString(ss.value, ctx);
          case Scalar.Scalar.QUOTE_SINGLE:
            return singleQuotedString(ss.value, ctx);
          case Scalar.Scalar.PLAIN:
            return plainString(ss, ctx, onComment, onChompKeep);
          default:
            return null;
        }
      }, res = _stringify(type);
      if (res === null) {
        let { defaultKeyType, defaultStringType } = ctx.options, t = implicitKey && defaultKeyType || defaultStringType;
        if (res = _stringify(t), res === null)
          throw new Error(`Unsupported default string type ${t}`);
      }
      return res;
    }
    exports.stringifyString = stringifyString;
  }
});

// node_modules/yaml/dist/stringify/stringify.js
var require_stringify = __commonJS({
  "node_modules/yaml/dist/stringify/stringify.js"(exports) {
    "use strict";
    var anchors = require_anchors(), identity = require_identity(), stringifyComment = require_stringifyComment(), stringifyString = require_stringifyString();
    function createStringifyContext(doc, options) {
      let opt = Object.assign({
        blockQuote: !0,
        commentString: stringifyComment.stringifyComment,
        defaultKeyType: null,
        defaultStringType: "PLAIN",
        directives: null,
        doubleQuotedAsJSON: !1,
        doubleQuotedMinMultiLineLength: 40,
        falseStr: "false",
        flowCollectionPadding: !0,
        indentSeq: !0,
        lineWidth: 80,
        minContentWidth: 20,
        nullStr: "null",
        simpleKeys: !1,
        singleQuote: null,
        trailingComma: !1,
        trueStr: "true",
        verifyAliasOrder: !0
      }, doc.schema.toStringOptions, options), inFlow;
      switch (opt.collectionStyle) {
        case "block":
          inFlow = !1;
          break;
        case "flow":
          inFlow = !0;
          break;
        default:
          inFlow = null;
      }
      return {
        anchors: /* @__PURE__ */ new Set(),
        doc,
        flowCollectionPadding: opt.flowCollectionPadding ? " " : "",
        indent: "",
        indentStep: typeof opt.indent == "number" ? " ".repeat(opt.indent) : "  ",
        inFlow,
        options: opt
      };
    }
    function getTagObject(tags, item) {
      if (item.tag) {
        let match = tags.filter((t) => t.tag === item.tag);
        if (match.length > 0)
          return match.find((t) => t.format === item.format) ?? match[0];
      }
      let tagObj, obj;
      if (identity.isScalar(item)) {
        obj = item.value;
        let match = tags.filter((t) => t.identify?.(obj));
        if (match.length > 1) {
          let testMatch = match.filter((t) => t.test);
          testMatch.length > 0 && (match = testMatch);
        }
        tagObj = match.find((t) => t.format === item.format) ?? match.find((t) => !t.format);
      } else
        obj = item, tagObj = tags.find((t) => t.nodeClass && obj instanceof t.nodeClass);
      if (!tagObj) {
        let name3 = obj?.constructor?.name ?? (obj === null ? "null" : typeof obj);
        throw new Error(`Tag not resolved for ${name3} value`);
      }
      return tagObj;
    }
    function stringifyProps(node, tagObj, { anchors: anchors$1, doc }) {
      if (!doc.directives)
        return "";
      let props = [], anchor = (identity.isScalar(node) || identity.isCollection(node)) && node.anchor;
      anchor && anchors.anchorIsValid(anchor) && (anchors$1.add(anchor), props.push(`&${anchor}`));
      let tag2 = node.tag ?? (tagObj.default ? null : tagObj.tag);
      return tag2 && props.push(doc.directives.tagString(tag2)), props.join(" ");
    }
    function stringify(item, ctx, onComment, onChompKeep) {
      if (identity.isPair(item))
        return item.toString(ctx, onComment, onChompKeep);
      if (identity.isAlias(item)) {
        if (ctx.doc.directives)
          return item.toString(ctx);
        if (ctx.resolvedAliases?.has(item))
          throw new TypeError("Cannot stringify circular structure without alias nodes");
        ctx.resolvedAliases ? ctx.resolvedAliases.add(item) : ctx.resolvedAliases = /* @__PURE__ */ new Set([item]), item = item.resolve(ctx.doc);
      }
      let tagObj, node = identity.isNode(item) ? item : ctx.doc.createNode(item, { onTagObj: (o) => tagObj = o });
      tagObj ?? (tagObj = getTagObject(ctx.doc.schema.tags, node));
      let props = stringifyProps(node, tagObj, ctx);
      props.length > 0 && (ctx.indentAtStart = (ctx.indentAtStart ?? 0) + props.length + 1);
      let str = typeof tagObj.stringify == "function" ? tagObj.stringify(node, ctx, onComment, onChompKeep) : identity.isScalar(node) ? stringifyString.stringifyString(node, ctx, onComment, onChompKeep) : node.toString(ctx, onComment, onChompKeep);
      return props ? identity.isScalar(node) || str[0] === "{" || str[0] === "[" ? `${props} ${str}` : `${props}
${ctx.indent}${str}` : str;
    }
    exports.createStringifyContext = createStringifyContext;
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/stringify/stringifyPair.js
var require_stringifyPair = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyPair.js"(exports) {
    "use strict";
    var identity = require_identity(), Scalar = require_Scalar(), stringify = require_stringify(), stringifyComment = require_stringifyComment();
    function stringifyPair({ key, value }, ctx, onComment, onChompKeep) {
      let { allNullValues, doc, indent, indentStep, options: { commentString, indentSeq, simpleKeys } } = ctx, keyComment = identity.isNode(key) && key.comment || null;
      if (simpleKeys) {
        if (keyComment)
          throw new Error("With simple keys, key nodes cannot have comments");
        if (identity.isCollection(key) || !identity.isNode(key) && typeof key == "object") {
          let msg = "With simple keys, collection cannot be used as a key value";
          throw new Error(msg);
        }
      }
      let explicitKey = !simpleKeys && (!key || keyComment && value == null && !ctx.inFlow || identity.isCollection(key) || (identity.isScalar(key) ? key.type === Scalar.Scalar.BLOCK_FOLDED || key.type === Scalar.Scalar.BLOCK_LITERAL : typeof key == "object"));
      ctx = Object.assign({}, ctx, {
        allNullValues: !1,
        implicitKey: !explicitKey && (simpleKeys || !allNullValues),
        indent: indent + indentStep
      });
      let keyCommentDone = !1, chompKeep = !1, str = stringify.stringify(key, ctx, () => keyCommentDone = !0, () => chompKeep = !0);
      if (!explicitKey && !ctx.inFlow && str.length > 1024) {
        if (simpleKeys)
          throw new Error("With simple keys, single line scalar must not span more than 1024 characters");
        explicitKey = !0;
      }
      if (ctx.inFlow) {
        if (allNullValues || value == null)
          return keyCommentDone && onComment && onComment(), str === "" ? "?" : explicitKey ? `? ${str}` : str;
      } else if (allNullValues && !simpleKeys || value == null && explicitKey)
        return str = `? ${str}`, keyComment && !keyCommentDone ? str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment)) : chompKeep && onChompKeep && onChompKeep(), str;
      keyCommentDone && (keyComment = null), explicitKey ? (keyComment && (str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment))), str = `? ${str}
${indent}:`) : (str = `${str}:`, keyComment && (str += stringifyComment.lineComment(str, ctx.indent, commentString(keyComment))));
      let vsb, vcb, valueComment;
      identity.isNode(value) ? (vsb = !!value.spaceBefore, vcb = value.commentBefore, valueComment = value.comment) : (vsb = !1, vcb = null, valueComment = null, value && typeof value == "object" && (value = doc.createNode(value))), ctx.implicitKey = !1, !explicitKey && !keyComment && identity.isScalar(value) && (ctx.indentAtStart = str.length + 1), chompKeep = !1, !indentSeq && indentStep.length >= 2 && !ctx.inFlow && !explicitKey && identity.isSeq(value) && !value.flow && !value.tag && !value.anchor && (ctx.indent = ctx.indent.substring(2));
      let valueCommentDone = !1, valueStr = stringify.stringify(value, ctx, () => valueCommentDone = !0, () => chompKeep = !0), ws = " ";
      if (keyComment || vsb || vcb) {
        if (ws = vsb ? `
` : "", vcb) {
          let cs = commentString(vcb);
          ws += `
${stringifyComment.indentComment(cs, ctx.indent)}`;
        }
        valueStr === "" && !ctx.inFlow ? ws === `
` && valueComment && (ws = `

`) : ws += `
${ctx.indent}`;
      } else if (!explicitKey && identity.isCollection(value)) {
        let vs0 = valueStr[0], nl0 = valueStr.indexOf(`
`), hasNewline = nl0 !== -1, flow = ctx.inFlow ?? value.flow ?? value.items.length === 0;
        if (hasNewline || !flow) {
          let hasPropsLine = !1;
          if (hasNewline && (vs0 === "&" || vs0 === "!")) {
            let sp0 = valueStr.indexOf(" ");
            vs0 === "&" && sp0 !== -1 && sp0 < nl0 && valueStr[sp0 + 1] === "!" && (sp0 = valueStr.indexOf(" ", sp0 + 1)), (sp0 === -1 || nl0 < sp0) && (hasPropsLine = !0);
          }
          hasPropsLine || (ws = `
${ctx.indent}`);
        }
      } else (valueStr === "" || valueStr[0] === `
`) && (ws = "");
      return str += ws + valueStr, ctx.inFlow ? valueCommentDone && onComment && onComment() : valueComment && !valueCommentDone ? str += stringifyComment.lineComment(str, ctx.indent, commentString(valueComment)) : chompKeep && onChompKeep && onChompKeep(), str;
    }
    exports.stringifyPair = stringifyPair;
  }
});

// node_modules/yaml/dist/log.js
var require_log = __commonJS({
  "node_modules/yaml/dist/log.js"(exports) {
    "use strict";
    var node_process = __require("process");
    function debug(logLevel, ...messages) {
      logLevel === "debug" && console.log(...messages);
    }
    function warn(logLevel, warning) {
      (logLevel === "debug" || logLevel === "warn") && (typeof node_process.emitWarning == "function" ? node_process.emitWarning(warning) : console.warn(warning));
    }
    exports.debug = debug;
    exports.warn = warn;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/merge.js
var require_merge = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/merge.js"(exports) {
    "use strict";
    var identity = require_identity(), Scalar = require_Scalar(), MERGE_KEY = "<<", merge = {
      identify: (value) => value === MERGE_KEY || typeof value == "symbol" && value.description === MERGE_KEY,
      default: "key",
      tag: "tag:yaml.org,2002:merge",
      test: /^<<$/,
      resolve: () => Object.assign(new Scalar.Scalar(Symbol(MERGE_KEY)), {
        addToJSMap: addMergeToJSMap
      }),
      stringify: () => MERGE_KEY
    }, isMergeKey = (ctx, key) => (merge.identify(key) || identity.isScalar(key) && (!key.type || key.type === Scalar.Scalar.PLAIN) && merge.identify(key.value)) && ctx?.doc.schema.tags.some((tag2) => tag2.tag === merge.tag && tag2.default);
    function addMergeToJSMap(ctx, map, value) {
      let source = resolveAliasValue(ctx, value);
      if (identity.isSeq(source))
        for (let it of source.items)
          mergeValue(ctx, map, it);
      else if (Array.isArray(source))
        for (let it of source)
          mergeValue(ctx, map, it);
      else
        mergeValue(ctx, map, source);
    }
    function mergeValue(ctx, map, value) {
      let source = resolveAliasValue(ctx, value);
      if (!identity.isMap(source))
        throw new Error("Merge sources must be maps or map aliases");
      let srcMap = source.toJSON(null, ctx, Map);
      for (let [key, value2] of srcMap)
        map instanceof Map ? map.has(key) || map.set(key, value2) : map instanceof Set ? map.add(key) : Object.prototype.hasOwnProperty.call(map, key) || Object.defineProperty(map, key, {
          value: value2,
          writable: !0,
          enumerable: !0,
          configurable: !0
        });
      return map;
    }
    function resolveAliasValue(ctx, value) {
      return ctx && identity.isAlias(value) ? value.resolve(ctx.doc, ctx) : value;
    }
    exports.addMergeToJSMap = addMergeToJSMap;
    exports.isMergeKey = isMergeKey;
    exports.merge = merge;
  }
});

// node_modules/yaml/dist/nodes/addPairToJSMap.js
var require_addPairToJSMap = __commonJS({
  "node_modules/yaml/dist/nodes/addPairToJSMap.js"(exports) {
    "use strict";
    var log = require_log(), merge = require_merge(), stringify = require_stringify(), identity = require_identity(), toJS = require_toJS();
    function addPairToJSMap(ctx, map, { key, value }) {
      if (identity.isNode(key) && key.addToJSMap)
        key.addToJSMap(ctx, map, value);
      else if (merge.isMergeKey(ctx, key))
        merge.addMergeToJSMap(ctx, map, value);
      else {
        let jsKey = toJS.toJS(key, "", ctx);
        if (map instanceof Map)
          map.set(jsKey, toJS.toJS(value, jsKey, ctx));
        else if (map instanceof Set)
          map.add(jsKey);
        else {
          let stringKey = stringifyKey(key, jsKey, ctx), jsValue = toJS.toJS(value, stringKey, ctx);
          stringKey in map ? Object.defineProperty(map, stringKey, {
            value: jsValue,
            writable: !0,
            enumerable: !0,
            configurable: !0
          }) : map[stringKey] = jsValue;
        }
      }
      return map;
    }
    function stringifyKey(key, jsKey, ctx) {
      if (jsKey === null)
        return "";
      if (typeof jsKey != "object")
        return String(jsKey);
      if (identity.isNode(key) && ctx?.doc) {
        let strCtx = stringify.createStringifyContext(ctx.doc, {});
        strCtx.anchors = /* @__PURE__ */ new Set();
        for (let node of ctx.anchors.keys())
          strCtx.anchors.add(node.anchor);
        strCtx.inFlow = !0, strCtx.inStringifyKey = !0;
        let strKey = key.toString(strCtx);
        if (!ctx.mapKeyWarned) {
          let jsonStr = JSON.stringify(strKey);
          jsonStr.length > 40 && (jsonStr = jsonStr.substring(0, 36) + '..."'), log.warn(ctx.doc.options.logLevel, `Keys with collection values will be stringified due to JS Object restrictions: ${jsonStr}. Set mapAsMap: true to use object keys.`), ctx.mapKeyWarned = !0;
        }
        return strKey;
      }
      return JSON.stringify(jsKey);
    }
    exports.addPairToJSMap = addPairToJSMap;
  }
});

// node_modules/yaml/dist/nodes/Pair.js
var require_Pair = __commonJS({
  "node_modules/yaml/dist/nodes/Pair.js"(exports) {
    "use strict";
    var createNode = require_createNode(), stringifyPair = require_stringifyPair(), addPairToJSMap = require_addPairToJSMap(), identity = require_identity();
    function createPair(key, value, ctx) {
      let k = createNode.createNode(key, void 0, ctx), v = createNode.createNode(value, void 0, ctx);
      return new Pair(k, v);
    }
    var Pair = class _Pair {
      constructor(key, value = null) {
        Object.defineProperty(this, identity.NODE_TYPE, { value: identity.PAIR }), this.key = key, this.value = value;
      }
      clone(schema) {
        let { key, value } = this;
        return identity.isNode(key) && (key = key.clone(schema)), identity.isNode(value) && (value = value.clone(schema)), new _Pair(key, value);
      }
      toJSON(_, ctx) {
        let pair = ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        return addPairToJSMap.addPairToJSMap(ctx, pair, this);
      }
      toString(ctx, onComment, onChompKeep) {
        return ctx?.doc ? stringifyPair.stringifyPair(this, ctx, onComment, onChompKeep) : JSON.stringify(this);
      }
    };
    exports.Pair = Pair;
    exports.createPair = createPair;
  }
});

// node_modules/yaml/dist/stringify/stringifyCollection.js
var require_stringifyCollection = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyCollection.js"(exports) {
    "use strict";
    var identity = require_identity(), stringify = require_stringify(), stringifyComment = require_stringifyComment();
    function stringifyCollection(collection, ctx, options) {
      return (ctx.inFlow ?? collection.flow ? stringifyFlowCollection : stringifyBlockCollection)(collection, ctx, options);
    }
    function stringifyBlockCollection({ comment, items }, ctx, { blockItemPrefix, flowChars, itemIndent, onChompKeep, onComment }) {
      let { indent, options: { commentString } } = ctx, itemCtx = Object.assign({}, ctx, { indent: itemIndent, type: null }), chompKeep = !1, lines = [];
      for (let i = 0; i < items.length; ++i) {
        let item = items[i], comment2 = null;
        if (identity.isNode(item))
          !chompKeep && item.spaceBefore && lines.push(""), addCommentBefore(ctx, lines, item.commentBefore, chompKeep), item.comment && (comment2 = item.comment);
        else if (identity.isPair(item)) {
          let ik = identity.isNode(item.key) ? item.key : null;
          ik && (!chompKeep && ik.spaceBefore && lines.push(""), addCommentBefore(ctx, lines, ik.commentBefore, chompKeep));
        }
        chompKeep = !1;
        let str2 = stringify.stringify(item, itemCtx, () => comment2 = null, () => chompKeep = !0);
        comment2 && (str2 += stringifyComment.lineComment(str2, itemIndent, commentString(comment2))), chompKeep && comment2 && (chompKeep = !1), lines.push(blockItemPrefix + str2);
      }
      let str;
      if (lines.length === 0)
        str = flowChars.start + flowChars.end;
      else {
        str = lines[0];
        for (let i = 1; i < lines.length; ++i) {
          let line = lines[i];
          str += line ? `
${indent}${line}` : `
`;
        }
      }
      return comment ? (str += `
` + stringifyComment.indentComment(commentString(comment), indent), onComment && onComment()) : chompKeep && onChompKeep && onChompKeep(), str;
    }
    function stringifyFlowCollection({ items }, ctx, { flowChars, itemIndent }) {
      let { indent, indentStep, flowCollectionPadding: fcPadding, options: { commentString } } = ctx;
      itemIndent += indentStep;
      let itemCtx = Object.assign({}, ctx, {
        indent: itemIndent,
        inFlow: !0,
        type: null
      }), reqNewline = !1, linesAtValue = 0, lines = [];
      for (let i = 0; i < items.length; ++i) {
        let item = items[i], comment = null;
        if (identity.isNode(item))
          item.spaceBefore && lines.push(""), addCommentBefore(ctx, lines, item.commentBefore, !1), item.comment && (comment = item.comment);
        else if (identity.isPair(item)) {
          let ik = identity.isNode(item.key) ? item.key : null;
          ik && (ik.spaceBefore && lines.push(""), addCommentBefore(ctx, lines, ik.commentBefore, !1), ik.comment && (reqNewline = !0));
          let iv = identity.isNode(item.value) ? item.value : null;
          iv ? (iv.comment && (comment = iv.comment), iv.commentBefore && (reqNewline = !0)) : item.value == null && ik?.comment && (comment = ik.comment);
        }
        comment && (reqNewline = !0);
        let str = stringify.stringify(item, itemCtx, () => comment = null);
        reqNewline || (reqNewline = lines.length > linesAtValue || str.includes(`
`)), i < items.length - 1 ? str += "," : ctx.options.trailingComma && (ctx.options.lineWidth > 0 && (reqNewline || (reqNewline = lines.reduce((sum, line) => sum + line.length + 2, 2) + (str.length + 2) > ctx.options.lineWidth)), reqNewline && (str += ",")), comment && (str += stringifyComment.lineComment(str, itemIndent, commentString(comment))), lines.push(str), linesAtValue = lines.length;
      }
      let { start, end } = flowChars;
      if (lines.length === 0)
        return start + end;
      if (!reqNewline) {
        let len = lines.reduce((sum, line) => sum + line.length + 2, 2);
        reqNewline = ctx.options.lineWidth > 0 && len > ctx.options.lineWidth;
      }
      if (reqNewline) {
        let str = start;
        for (let line of lines)
          str += line ? `
${indentStep}${indent}${line}` : `
`;
        return `${str}
${indent}${end}`;
      } else
        return `${start}${fcPadding}${lines.join(" ")}${fcPadding}${end}`;
    }
    function addCommentBefore({ indent, options: { commentString } }, lines, comment, chompKeep) {
      if (comment && chompKeep && (comment = comment.replace(/^\n+/, "")), comment) {
        let ic = stringifyComment.indentComment(commentString(comment), indent);
        lines.push(ic.trimStart());
      }
    }
    exports.stringifyCollection = stringifyCollection;
  }
});

// node_modules/yaml/dist/nodes/YAMLMap.js
var require_YAMLMap = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLMap.js"(exports) {
    "use strict";
    var stringifyCollection = require_stringifyCollection(), addPairToJSMap = require_addPairToJSMap(), Collection = require_Collection(), identity = require_identity(), Pair = require_Pair(), Scalar = require_Scalar();
    function findPair(items, key) {
      let k = identity.isScalar(key) ? key.value : key;
      for (let it of items)
        if (identity.isPair(it) && (it.key === key || it.key === k || identity.isScalar(it.key) && it.key.value === k))
          return it;
    }
    var YAMLMap = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:map";
      }
      constructor(schema) {
        super(identity.MAP, schema), this.items = [];
      }
      /**
       * A generic collection parsing method that can be extended
       * to other node classes that inherit from YAMLMap
       */
      static from(schema, obj, ctx) {
        let { keepUndefined, replacer } = ctx, map = new this(schema), add = (key, value) => {
          if (typeof replacer == "function")
            value = replacer.call(obj, key, value);
          else if (Array.isArray(replacer) && !replacer.includes(key))
            return;
          (value !== void 0 || keepUndefined) && map.items.push(Pair.createPair(key, value, ctx));
        };
        if (obj instanceof Map)
          for (let [key, value] of obj)
            add(key, value);
        else if (obj && typeof obj == "object")
          for (let key of Object.keys(obj))
            add(key, obj[key]);
        return typeof schema.sortMapEntries == "function" && map.items.sort(schema.sortMapEntries), map;
      }
      /**
       * Adds a value to the collection.
       *
       * @param overwrite - If not set `true`, using a key that is already in the
       *   collection will throw. Otherwise, overwrites the previous value.
       */
      add(pair, overwrite) {
        let _pair;
        identity.isPair(pair) ? _pair = pair : !pair || typeof pair != "object" || !("key" in pair) ? _pair = new Pair.Pair(pair, pair?.value) : _pair = new Pair.Pair(pair.key, pair.value);
        let prev = findPair(this.items, _pair.key), sortEntries = this.schema?.sortMapEntries;
        if (prev) {
          if (!overwrite)
            throw new Error(`Key ${_pair.key} already set`);
          identity.isScalar(prev.value) && Scalar.isScalarValue(_pair.value) ? prev.value.value = _pair.value : prev.value = _pair.value;
        } else if (sortEntries) {
          let i = this.items.findIndex((item) => sortEntries(_pair, item) < 0);
          i === -1 ? this.items.push(_pair) : this.items.splice(i, 0, _pair);
        } else
          this.items.push(_pair);
      }
      delete(key) {
        let it = findPair(this.items, key);
        return it ? this.items.splice(this.items.indexOf(it), 1).length > 0 : !1;
      }
      get(key, keepScalar) {
        let node = findPair(this.items, key)?.value;
        return (!keepScalar && identity.isScalar(node) ? node.value : node) ?? void 0;
      }
      has(key) {
        return !!findPair(this.items, key);
      }
      set(key, value) {
        this.add(new Pair.Pair(key, value), !0);
      }
      /**
       * @param ctx - Conversion context, originally set in Document#toJS()
       * @param {Class} Type - If set, forces the returned collection type
       * @returns Instance of Type, Map, or Object
       */
      toJSON(_, ctx, Type2) {
        let map = Type2 ? new Type2() : ctx?.mapAsMap ? /* @__PURE__ */ new Map() : {};
        ctx?.onCreate && ctx.onCreate(map);
        for (let item of this.items)
          addPairToJSMap.addPairToJSMap(ctx, map, item);
        return map;
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        for (let item of this.items)
          if (!identity.isPair(item))
            throw new Error(`Map items must all be pairs; found ${JSON.stringify(item)} instead`);
        return !ctx.allNullValues && this.hasAllNullValues(!1) && (ctx = Object.assign({}, ctx, { allNullValues: !0 })), stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "",
          flowChars: { start: "{", end: "}" },
          itemIndent: ctx.indent || "",
          onChompKeep,
          onComment
        });
      }
    };
    exports.YAMLMap = YAMLMap;
    exports.findPair = findPair;
  }
});

// node_modules/yaml/dist/schema/common/map.js
var require_map = __commonJS({
  "node_modules/yaml/dist/schema/common/map.js"(exports) {
    "use strict";
    var identity = require_identity(), YAMLMap = require_YAMLMap(), map = {
      collection: "map",
      default: !0,
      nodeClass: YAMLMap.YAMLMap,
      tag: "tag:yaml.org,2002:map",
      resolve(map2, onError) {
        return identity.isMap(map2) || onError("Expected a mapping for this tag"), map2;
      },
      createNode: (schema, obj, ctx) => YAMLMap.YAMLMap.from(schema, obj, ctx)
    };
    exports.map = map;
  }
});

// node_modules/yaml/dist/nodes/YAMLSeq.js
var require_YAMLSeq = __commonJS({
  "node_modules/yaml/dist/nodes/YAMLSeq.js"(exports) {
    "use strict";
    var createNode = require_createNode(), stringifyCollection = require_stringifyCollection(), Collection = require_Collection(), identity = require_identity(), Scalar = require_Scalar(), toJS = require_toJS(), YAMLSeq = class extends Collection.Collection {
      static get tagName() {
        return "tag:yaml.org,2002:seq";
      }
      constructor(schema) {
        super(identity.SEQ, schema), this.items = [];
      }
      add(value) {
        this.items.push(value);
      }
      /**
       * Removes a value from the collection.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       *
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        let idx = asItemIndex(key);
        return typeof idx != "number" ? !1 : this.items.splice(idx, 1).length > 0;
      }
      get(key, keepScalar) {
        let idx = asItemIndex(key);
        if (typeof idx != "number")
          return;
        let it = this.items[idx];
        return !keepScalar && identity.isScalar(it) ? it.value : it;
      }
      /**
       * Checks if the collection includes a value with the key `key`.
       *
       * `key` must contain a representation of an integer for this to succeed.
       * It may be wrapped in a `Scalar`.
       */
      has(key) {
        let idx = asItemIndex(key);
        return typeof idx == "number" && idx < this.items.length;
      }
      /**
       * Sets a value in this collection. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       *
       * If `key` does not contain a representation of an integer, this will throw.
       * It may be wrapped in a `Scalar`.
       */
      set(key, value) {
        let idx = asItemIndex(key);
        if (typeof idx != "number")
          throw new Error(`Expected a valid index, not ${key}.`);
        let prev = this.items[idx];
        identity.isScalar(prev) && Scalar.isScalarValue(value) ? prev.value = value : this.items[idx] = value;
      }
      toJSON(_, ctx) {
        let seq = [];
        ctx?.onCreate && ctx.onCreate(seq);
        let i = 0;
        for (let item of this.items)
          seq.push(toJS.toJS(item, String(i++), ctx));
        return seq;
      }
      toString(ctx, onComment, onChompKeep) {
        return ctx ? stringifyCollection.stringifyCollection(this, ctx, {
          blockItemPrefix: "- ",
          flowChars: { start: "[", end: "]" },
          itemIndent: (ctx.indent || "") + "  ",
          onChompKeep,
          onComment
        }) : JSON.stringify(this);
      }
      static from(schema, obj, ctx) {
        let { replacer } = ctx, seq = new this(schema);
        if (obj && Symbol.iterator in Object(obj)) {
          let i = 0;
          for (let it of obj) {
            if (typeof replacer == "function") {
              let key = obj instanceof Set ? it : String(i++);
              it = replacer.call(obj, key, it);
            }
            seq.items.push(createNode.createNode(it, void 0, ctx));
          }
        }
        return seq;
      }
    };
    function asItemIndex(key) {
      let idx = identity.isScalar(key) ? key.value : key;
      return idx && typeof idx == "string" && (idx = Number(idx)), typeof idx == "number" && Number.isInteger(idx) && idx >= 0 ? idx : null;
    }
    exports.YAMLSeq = YAMLSeq;
  }
});

// node_modules/yaml/dist/schema/common/seq.js
var require_seq = __commonJS({
  "node_modules/yaml/dist/schema/common/seq.js"(exports) {
    "use strict";
    var identity = require_identity(), YAMLSeq = require_YAMLSeq(), seq = {
      collection: "seq",
      default: !0,
      nodeClass: YAMLSeq.YAMLSeq,
      tag: "tag:yaml.org,2002:seq",
      resolve(seq2, onError) {
        return identity.isSeq(seq2) || onError("Expected a sequence for this tag"), seq2;
      },
      createNode: (schema, obj, ctx) => YAMLSeq.YAMLSeq.from(schema, obj, ctx)
    };
    exports.seq = seq;
  }
});

// node_modules/yaml/dist/schema/common/string.js
var require_string = __commonJS({
  "node_modules/yaml/dist/schema/common/string.js"(exports) {
    "use strict";
    var stringifyString = require_stringifyString(), string = {
      identify: (value) => typeof value == "string",
      default: !0,
      tag: "tag:yaml.org,2002:str",
      resolve: (str) => str,
      stringify(item, ctx, onComment, onChompKeep) {
        return ctx = Object.assign({ actualString: !0 }, ctx), stringifyString.stringifyString(item, ctx, onComment, onChompKeep);
      }
    };
    exports.string = string;
  }
});

// node_modules/yaml/dist/schema/common/null.js
var require_null = __commonJS({
  "node_modules/yaml/dist/schema/common/null.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), nullTag = {
      identify: (value) => value == null,
      createNode: () => new Scalar.Scalar(null),
      default: !0,
      tag: "tag:yaml.org,2002:null",
      test: /^(?:~|[Nn]ull|NULL)?$/,
      resolve: () => new Scalar.Scalar(null),
      stringify: ({ source }, ctx) => typeof source == "string" && nullTag.test.test(source) ? source : ctx.options.nullStr
    };
    exports.nullTag = nullTag;
  }
});

// node_modules/yaml/dist/schema/core/bool.js
var require_bool = __commonJS({
  "node_modules/yaml/dist/schema/core/bool.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), boolTag = {
      identify: (value) => typeof value == "boolean",
      default: !0,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:[Tt]rue|TRUE|[Ff]alse|FALSE)$/,
      resolve: (str) => new Scalar.Scalar(str[0] === "t" || str[0] === "T"),
      stringify({ source, value }, ctx) {
        if (source && boolTag.test.test(source)) {
          let sv = source[0] === "t" || source[0] === "T";
          if (value === sv)
            return source;
        }
        return value ? ctx.options.trueStr : ctx.options.falseStr;
      }
    };
    exports.boolTag = boolTag;
  }
});

// node_modules/yaml/dist/stringify/stringifyNumber.js
var require_stringifyNumber = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyNumber.js"(exports) {
    "use strict";
    function stringifyNumber({ format: format2, minFractionDigits, tag: tag2, value }) {
      if (typeof value == "bigint")
        return String(value);
      let num = typeof value == "number" ? value : Number(value);
      if (!isFinite(num))
        return isNaN(num) ? ".nan" : num < 0 ? "-.inf" : ".inf";
      let n = Object.is(value, -0) ? "-0" : JSON.stringify(value);
      if (!format2 && minFractionDigits && (!tag2 || tag2 === "tag:yaml.org,2002:float") && /^-?\d/.test(n) && !n.includes("e")) {
        let i = n.indexOf(".");
        i < 0 && (i = n.length, n += ".");
        let d = minFractionDigits - (n.length - i - 1);
        for (; d-- > 0; )
          n += "0";
      }
      return n;
    }
    exports.stringifyNumber = stringifyNumber;
  }
});

// node_modules/yaml/dist/schema/core/float.js
var require_float = __commonJS({
  "node_modules/yaml/dist/schema/core/float.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), stringifyNumber = require_stringifyNumber(), floatNaN = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    }, floatExp = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str),
      stringify(node) {
        let num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
      }
    }, float = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:\.[0-9]+|[0-9]+\.[0-9]*)$/,
      resolve(str) {
        let node = new Scalar.Scalar(parseFloat(str)), dot = str.indexOf(".");
        return dot !== -1 && str[str.length - 1] === "0" && (node.minFractionDigits = str.length - dot - 1), node;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports.float = float;
    exports.floatExp = floatExp;
    exports.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/core/int.js
var require_int = __commonJS({
  "node_modules/yaml/dist/schema/core/int.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber(), intIdentify = (value) => typeof value == "bigint" || Number.isInteger(value), intResolve = (str, offset, radix, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str.substring(offset), radix);
    function intStringify(node, radix, prefix) {
      let { value } = node;
      return intIdentify(value) && value >= 0 ? prefix + value.toString(radix) : stringifyNumber.stringifyNumber(node);
    }
    var intOct = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^0o[0-7]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 8, opt),
      stringify: (node) => intStringify(node, 8, "0o")
    }, int = {
      identify: intIdentify,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    }, intHex = {
      identify: (value) => intIdentify(value) && value >= 0,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^0x[0-9a-fA-F]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node) => intStringify(node, 16, "0x")
    };
    exports.int = int;
    exports.intHex = intHex;
    exports.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/core/schema.js
var require_schema = __commonJS({
  "node_modules/yaml/dist/schema/core/schema.js"(exports) {
    "use strict";
    var map = require_map(), _null = require_null(), seq = require_seq(), string = require_string(), bool = require_bool(), float = require_float(), int = require_int(), schema = [
      map.map,
      seq.seq,
      string.string,
      _null.nullTag,
      bool.boolTag,
      int.intOct,
      int.int,
      int.intHex,
      float.floatNaN,
      float.floatExp,
      float.float
    ];
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/json/schema.js
var require_schema2 = __commonJS({
  "node_modules/yaml/dist/schema/json/schema.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), map = require_map(), seq = require_seq();
    function intIdentify(value) {
      return typeof value == "bigint" || Number.isInteger(value);
    }
    var stringifyJSON = ({ value }) => JSON.stringify(value), jsonScalars = [
      {
        identify: (value) => typeof value == "string",
        default: !0,
        tag: "tag:yaml.org,2002:str",
        resolve: (str) => str,
        stringify: stringifyJSON
      },
      {
        identify: (value) => value == null,
        createNode: () => new Scalar.Scalar(null),
        default: !0,
        tag: "tag:yaml.org,2002:null",
        test: /^null$/,
        resolve: () => null,
        stringify: stringifyJSON
      },
      {
        identify: (value) => typeof value == "boolean",
        default: !0,
        tag: "tag:yaml.org,2002:bool",
        test: /^true$|^false$/,
        resolve: (str) => str === "true",
        stringify: stringifyJSON
      },
      {
        identify: intIdentify,
        default: !0,
        tag: "tag:yaml.org,2002:int",
        test: /^-?(?:0|[1-9][0-9]*)$/,
        resolve: (str, _onError, { intAsBigInt }) => intAsBigInt ? BigInt(str) : parseInt(str, 10),
        stringify: ({ value }) => intIdentify(value) ? value.toString() : JSON.stringify(value)
      },
      {
        identify: (value) => typeof value == "number",
        default: !0,
        tag: "tag:yaml.org,2002:float",
        test: /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]*)?(?:[eE][-+]?[0-9]+)?$/,
        resolve: (str) => parseFloat(str),
        stringify: stringifyJSON
      }
    ], jsonError = {
      default: !0,
      tag: "",
      test: /^/,
      resolve(str, onError) {
        return onError(`Unresolved plain scalar ${JSON.stringify(str)}`), str;
      }
    }, schema = [map.map, seq.seq].concat(jsonScalars, jsonError);
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/binary.js
var require_binary = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/binary.js"(exports) {
    "use strict";
    var node_buffer = __require("buffer"), Scalar = require_Scalar(), stringifyString = require_stringifyString(), binary = {
      identify: (value) => value instanceof Uint8Array,
      // Buffer inherits from Uint8Array
      default: !1,
      tag: "tag:yaml.org,2002:binary",
      /**
       * Returns a Buffer in node and an Uint8Array in browsers
       *
       * To use the resulting buffer as an image, you'll want to do something like:
       *
       *   const blob = new Blob([buffer], { type: 'image/jpeg' })
       *   document.querySelector('#photo').src = URL.createObjectURL(blob)
       */
      resolve(src, onError) {
        if (typeof node_buffer.Buffer == "function")
          return node_buffer.Buffer.from(src, "base64");
        if (typeof atob == "function") {
          let str = atob(src.replace(/[\n\r]/g, "")), buffer = new Uint8Array(str.length);
          for (let i = 0; i < str.length; ++i)
            buffer[i] = str.charCodeAt(i);
          return buffer;
        } else
          return onError("This environment does not support reading binary tags; either Buffer or atob is required"), src;
      },
      stringify({ comment, type, value }, ctx, onComment, onChompKeep) {
        if (!value)
          return "";
        let buf = value, str;
        if (typeof node_buffer.Buffer == "function")
          str = buf instanceof node_buffer.Buffer ? buf.toString("base64") : node_buffer.Buffer.from(buf.buffer).toString("base64");
        else if (typeof btoa == "function") {
          let s = "";
          for (let i = 0; i < buf.length; ++i)
            s += String.fromCharCode(buf[i]);
          str = btoa(s);
        } else
          throw new Error("This environment does not support writing binary tags; either Buffer or btoa is required");
        if (type ?? (type = Scalar.Scalar.BLOCK_LITERAL), type !== Scalar.Scalar.QUOTE_DOUBLE) {
          let lineWidth = Math.max(ctx.options.lineWidth - ctx.indent.length, ctx.options.minContentWidth), n = Math.ceil(str.length / lineWidth), lines = new Array(n);
          for (let i = 0, o = 0; i < n; ++i, o += lineWidth)
            lines[i] = str.substr(o, lineWidth);
          str = lines.join(type === Scalar.Scalar.BLOCK_LITERAL ? `
` : " ");
        }
        return stringifyString.stringifyString({ comment, type, value: str }, ctx, onComment, onChompKeep);
      }
    };
    exports.binary = binary;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/pairs.js
var require_pairs = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/pairs.js"(exports) {
    "use strict";
    var identity = require_identity(), Pair = require_Pair(), Scalar = require_Scalar(), YAMLSeq = require_YAMLSeq();
    function resolvePairs(seq, onError) {
      if (identity.isSeq(seq))
        for (let i = 0; i < seq.items.length; ++i) {
          let item = seq.items[i];
          if (!identity.isPair(item)) {
            if (identity.isMap(item)) {
              item.items.length > 1 && onError("Each pair must have its own sequence indicator");
              let pair = item.items[0] || new Pair.Pair(new Scalar.Scalar(null));
              if (item.commentBefore && (pair.key.commentBefore = pair.key.commentBefore ? `${item.commentBefore}
${pair.key.commentBefore}` : item.commentBefore), item.comment) {
                let cn = pair.value ?? pair.key;
                cn.comment = cn.comment ? `${item.comment}
${cn.comment}` : item.comment;
              }
              item = pair;
            }
            seq.items[i] = identity.isPair(item) ? item : new Pair.Pair(item);
          }
        }
      else
        onError("Expected a sequence for this tag");
      return seq;
    }
    function createPairs(schema, iterable, ctx) {
      let { replacer } = ctx, pairs2 = new YAMLSeq.YAMLSeq(schema);
      pairs2.tag = "tag:yaml.org,2002:pairs";
      let i = 0;
      if (iterable && Symbol.iterator in Object(iterable))
        for (let it of iterable) {
          typeof replacer == "function" && (it = replacer.call(iterable, String(i++), it));
          let key, value;
          if (Array.isArray(it))
            if (it.length === 2)
              key = it[0], value = it[1];
            else
              throw new TypeError(`Expected [key, value] tuple: ${it}`);
          else if (it && it instanceof Object) {
            let keys2 = Object.keys(it);
            if (keys2.length === 1)
              key = keys2[0], value = it[key];
            else
              throw new TypeError(`Expected tuple with one key, not ${keys2.length} keys`);
          } else
            key = it;
          pairs2.items.push(Pair.createPair(key, value, ctx));
        }
      return pairs2;
    }
    var pairs = {
      collection: "seq",
      default: !1,
      tag: "tag:yaml.org,2002:pairs",
      resolve: resolvePairs,
      createNode: createPairs
    };
    exports.createPairs = createPairs;
    exports.pairs = pairs;
    exports.resolvePairs = resolvePairs;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/omap.js
var require_omap = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/omap.js"(exports) {
    "use strict";
    var identity = require_identity(), toJS = require_toJS(), YAMLMap = require_YAMLMap(), YAMLSeq = require_YAMLSeq(), pairs = require_pairs(), YAMLOMap = class _YAMLOMap extends YAMLSeq.YAMLSeq {
      constructor() {
        super(), this.add = YAMLMap.YAMLMap.prototype.add.bind(this), this.delete = YAMLMap.YAMLMap.prototype.delete.bind(this), this.get = YAMLMap.YAMLMap.prototype.get.bind(this), this.has = YAMLMap.YAMLMap.prototype.has.bind(this), this.set = YAMLMap.YAMLMap.prototype.set.bind(this), this.tag = _YAMLOMap.tag;
      }
      /**
       * If `ctx` is given, the return type is actually `Map<unknown, unknown>`,
       * but TypeScript won't allow widening the signature of a child method.
       */
      toJSON(_, ctx) {
        if (!ctx)
          return super.toJSON(_);
        let map = /* @__PURE__ */ new Map();
        ctx?.onCreate && ctx.onCreate(map);
        for (let pair of this.items) {
          let key, value;
          if (identity.isPair(pair) ? (key = toJS.toJS(pair.key, "", ctx), value = toJS.toJS(pair.value, key, ctx)) : key = toJS.toJS(pair, "", ctx), map.has(key))
            throw new Error("Ordered maps must not include duplicate keys");
          map.set(key, value);
        }
        return map;
      }
      static from(schema, iterable, ctx) {
        let pairs$1 = pairs.createPairs(schema, iterable, ctx), omap2 = new this();
        return omap2.items = pairs$1.items, omap2;
      }
    };
    YAMLOMap.tag = "tag:yaml.org,2002:omap";
    var omap = {
      collection: "seq",
      identify: (value) => value instanceof Map,
      nodeClass: YAMLOMap,
      default: !1,
      tag: "tag:yaml.org,2002:omap",
      resolve(seq, onError) {
        let pairs$1 = pairs.resolvePairs(seq, onError), seenKeys = [];
        for (let { key } of pairs$1.items)
          identity.isScalar(key) && (seenKeys.includes(key.value) ? onError(`Ordered maps must not include duplicate keys: ${key.value}`) : seenKeys.push(key.value));
        return Object.assign(new YAMLOMap(), pairs$1);
      },
      createNode: (schema, iterable, ctx) => YAMLOMap.from(schema, iterable, ctx)
    };
    exports.YAMLOMap = YAMLOMap;
    exports.omap = omap;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/bool.js
var require_bool2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/bool.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    function boolStringify({ value, source }, ctx) {
      return source && (value ? trueTag : falseTag).test.test(source) ? source : value ? ctx.options.trueStr : ctx.options.falseStr;
    }
    var trueTag = {
      identify: (value) => value === !0,
      default: !0,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:Y|y|[Yy]es|YES|[Tt]rue|TRUE|[Oo]n|ON)$/,
      resolve: () => new Scalar.Scalar(!0),
      stringify: boolStringify
    }, falseTag = {
      identify: (value) => value === !1,
      default: !0,
      tag: "tag:yaml.org,2002:bool",
      test: /^(?:N|n|[Nn]o|NO|[Ff]alse|FALSE|[Oo]ff|OFF)$/,
      resolve: () => new Scalar.Scalar(!1),
      stringify: boolStringify
    };
    exports.falseTag = falseTag;
    exports.trueTag = trueTag;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/float.js
var require_float2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/float.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), stringifyNumber = require_stringifyNumber(), floatNaN = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      test: /^(?:[-+]?\.(?:inf|Inf|INF)|\.nan|\.NaN|\.NAN)$/,
      resolve: (str) => str.slice(-3).toLowerCase() === "nan" ? NaN : str[0] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY,
      stringify: stringifyNumber.stringifyNumber
    }, floatExp = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      format: "EXP",
      test: /^[-+]?(?:[0-9][0-9_]*)?(?:\.[0-9_]*)?[eE][-+]?[0-9]+$/,
      resolve: (str) => parseFloat(str.replace(/_/g, "")),
      stringify(node) {
        let num = Number(node.value);
        return isFinite(num) ? num.toExponential() : stringifyNumber.stringifyNumber(node);
      }
    }, float = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      test: /^[-+]?(?:[0-9][0-9_]*)?\.[0-9_]*$/,
      resolve(str) {
        let node = new Scalar.Scalar(parseFloat(str.replace(/_/g, ""))), dot = str.indexOf(".");
        if (dot !== -1) {
          let f = str.substring(dot + 1).replace(/_/g, "");
          f[f.length - 1] === "0" && (node.minFractionDigits = f.length);
        }
        return node;
      },
      stringify: stringifyNumber.stringifyNumber
    };
    exports.float = float;
    exports.floatExp = floatExp;
    exports.floatNaN = floatNaN;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/int.js
var require_int2 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/int.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber(), intIdentify = (value) => typeof value == "bigint" || Number.isInteger(value);
    function intResolve(str, offset, radix, { intAsBigInt }) {
      let sign2 = str[0];
      if ((sign2 === "-" || sign2 === "+") && (offset += 1), str = str.substring(offset).replace(/_/g, ""), intAsBigInt) {
        switch (radix) {
          case 2:
            str = `0b${str}`;
            break;
          case 8:
            str = `0o${str}`;
            break;
          case 16:
            str = `0x${str}`;
            break;
        }
        let n2 = BigInt(str);
        return sign2 === "-" ? BigInt(-1) * n2 : n2;
      }
      let n = parseInt(str, radix);
      return sign2 === "-" ? -1 * n : n;
    }
    function intStringify(node, radix, prefix) {
      let { value } = node;
      if (intIdentify(value)) {
        let str = value.toString(radix);
        return value < 0 ? "-" + prefix + str.substr(1) : prefix + str;
      }
      return stringifyNumber.stringifyNumber(node);
    }
    var intBin = {
      identify: intIdentify,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "BIN",
      test: /^[-+]?0b[0-1_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 2, opt),
      stringify: (node) => intStringify(node, 2, "0b")
    }, intOct = {
      identify: intIdentify,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "OCT",
      test: /^[-+]?0[0-7_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 1, 8, opt),
      stringify: (node) => intStringify(node, 8, "0")
    }, int = {
      identify: intIdentify,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      test: /^[-+]?[0-9][0-9_]*$/,
      resolve: (str, _onError, opt) => intResolve(str, 0, 10, opt),
      stringify: stringifyNumber.stringifyNumber
    }, intHex = {
      identify: intIdentify,
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "HEX",
      test: /^[-+]?0x[0-9a-fA-F_]+$/,
      resolve: (str, _onError, opt) => intResolve(str, 2, 16, opt),
      stringify: (node) => intStringify(node, 16, "0x")
    };
    exports.int = int;
    exports.intBin = intBin;
    exports.intHex = intHex;
    exports.intOct = intOct;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/set.js
var require_set = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/set.js"(exports) {
    "use strict";
    var identity = require_identity(), Pair = require_Pair(), YAMLMap = require_YAMLMap(), YAMLSet = class _YAMLSet extends YAMLMap.YAMLMap {
      constructor(schema) {
        super(schema), this.tag = _YAMLSet.tag;
      }
      add(key) {
        let pair;
        identity.isPair(key) ? pair = key : key && typeof key == "object" && "key" in key && "value" in key && key.value === null ? pair = new Pair.Pair(key.key, null) : pair = new Pair.Pair(key, null), YAMLMap.findPair(this.items, pair.key) || this.items.push(pair);
      }
      /**
       * If `keepPair` is `true`, returns the Pair matching `key`.
       * Otherwise, returns the value of that Pair's key.
       */
      get(key, keepPair) {
        let pair = YAMLMap.findPair(this.items, key);
        return !keepPair && identity.isPair(pair) ? identity.isScalar(pair.key) ? pair.key.value : pair.key : pair;
      }
      set(key, value) {
        if (typeof value != "boolean")
          throw new Error(`Expected boolean value for set(key, value) in a YAML set, not ${typeof value}`);
        let prev = YAMLMap.findPair(this.items, key);
        prev && !value ? this.items.splice(this.items.indexOf(prev), 1) : !prev && value && this.items.push(new Pair.Pair(key));
      }
      toJSON(_, ctx) {
        return super.toJSON(_, ctx, Set);
      }
      toString(ctx, onComment, onChompKeep) {
        if (!ctx)
          return JSON.stringify(this);
        if (this.hasAllNullValues(!0))
          return super.toString(Object.assign({}, ctx, { allNullValues: !0 }), onComment, onChompKeep);
        throw new Error("Set items must all have null values");
      }
      static from(schema, iterable, ctx) {
        let { replacer } = ctx, set2 = new this(schema);
        if (iterable && Symbol.iterator in Object(iterable))
          for (let value of iterable)
            typeof replacer == "function" && (value = replacer.call(iterable, value, value)), set2.items.push(Pair.createPair(value, null, ctx));
        return set2;
      }
    };
    YAMLSet.tag = "tag:yaml.org,2002:set";
    var set = {
      collection: "map",
      identify: (value) => value instanceof Set,
      nodeClass: YAMLSet,
      default: !1,
      tag: "tag:yaml.org,2002:set",
      createNode: (schema, iterable, ctx) => YAMLSet.from(schema, iterable, ctx),
      resolve(map, onError) {
        if (identity.isMap(map)) {
          if (map.hasAllNullValues(!0))
            return Object.assign(new YAMLSet(), map);
          onError("Set items must all have null values");
        } else
          onError("Expected a mapping for this tag");
        return map;
      }
    };
    exports.YAMLSet = YAMLSet;
    exports.set = set;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/timestamp.js
var require_timestamp = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/timestamp.js"(exports) {
    "use strict";
    var stringifyNumber = require_stringifyNumber();
    function parseSexagesimal(str, asBigInt) {
      let sign2 = str[0], parts = sign2 === "-" || sign2 === "+" ? str.substring(1) : str, num = (n) => asBigInt ? BigInt(n) : Number(n), res = parts.replace(/_/g, "").split(":").reduce((res2, p) => res2 * num(60) + num(p), num(0));
      return sign2 === "-" ? num(-1) * res : res;
    }
    function stringifySexagesimal(node) {
      let { value } = node, num = (n) => n;
      if (typeof value == "bigint")
        num = (n) => BigInt(n);
      else if (isNaN(value) || !isFinite(value))
        return stringifyNumber.stringifyNumber(node);
      let sign2 = "";
      value < 0 && (sign2 = "-", value *= num(-1));
      let _60 = num(60), parts = [value % _60];
      return value < 60 ? parts.unshift(0) : (value = (value - parts[0]) / _60, parts.unshift(value % _60), value >= 60 && (value = (value - parts[0]) / _60, parts.unshift(value))), sign2 + parts.map((n) => String(n).padStart(2, "0")).join(":").replace(/000000\d*$/, "");
    }
    var intTime = {
      identify: (value) => typeof value == "bigint" || Number.isInteger(value),
      default: !0,
      tag: "tag:yaml.org,2002:int",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+$/,
      resolve: (str, _onError, { intAsBigInt }) => parseSexagesimal(str, intAsBigInt),
      stringify: stringifySexagesimal
    }, floatTime = {
      identify: (value) => typeof value == "number",
      default: !0,
      tag: "tag:yaml.org,2002:float",
      format: "TIME",
      test: /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*$/,
      resolve: (str) => parseSexagesimal(str, !1),
      stringify: stringifySexagesimal
    }, timestamp = {
      identify: (value) => value instanceof Date,
      default: !0,
      tag: "tag:yaml.org,2002:timestamp",
      // If the time zone is omitted, the timestamp is assumed to be specified in UTC. The time part
      // may be omitted altogether, resulting in a date format. In such a case, the time part is
      // assumed to be 00:00:00Z (start of day, UTC).
      test: RegExp("^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:t|T|[ \\t]+)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2}(\\.[0-9]+)?)(?:[ \\t]*(Z|[-+][012]?[0-9](?::[0-9]{2})?))?)?$"),
      resolve(str) {
        let match = str.match(timestamp.test);
        if (!match)
          throw new Error("!!timestamp expects a date, starting with yyyy-mm-dd");
        let [, year, month, day2, hour3, minute3, second] = match.map(Number), millisec = match[7] ? Number((match[7] + "00").substr(1, 3)) : 0, date = Date.UTC(year, month - 1, day2, hour3 || 0, minute3 || 0, second || 0, millisec), tz = match[8];
        if (tz && tz !== "Z") {
          let d = parseSexagesimal(tz, !1);
          Math.abs(d) < 30 && (d *= 60), date -= 6e4 * d;
        }
        return new Date(date);
      },
      stringify: ({ value }) => value?.toISOString().replace(/(T00:00:00)?\.000Z$/, "") ?? ""
    };
    exports.floatTime = floatTime;
    exports.intTime = intTime;
    exports.timestamp = timestamp;
  }
});

// node_modules/yaml/dist/schema/yaml-1.1/schema.js
var require_schema3 = __commonJS({
  "node_modules/yaml/dist/schema/yaml-1.1/schema.js"(exports) {
    "use strict";
    var map = require_map(), _null = require_null(), seq = require_seq(), string = require_string(), binary = require_binary(), bool = require_bool2(), float = require_float2(), int = require_int2(), merge = require_merge(), omap = require_omap(), pairs = require_pairs(), set = require_set(), timestamp = require_timestamp(), schema = [
      map.map,
      seq.seq,
      string.string,
      _null.nullTag,
      bool.trueTag,
      bool.falseTag,
      int.intBin,
      int.intOct,
      int.int,
      int.intHex,
      float.floatNaN,
      float.floatExp,
      float.float,
      binary.binary,
      merge.merge,
      omap.omap,
      pairs.pairs,
      set.set,
      timestamp.intTime,
      timestamp.floatTime,
      timestamp.timestamp
    ];
    exports.schema = schema;
  }
});

// node_modules/yaml/dist/schema/tags.js
var require_tags = __commonJS({
  "node_modules/yaml/dist/schema/tags.js"(exports) {
    "use strict";
    var map = require_map(), _null = require_null(), seq = require_seq(), string = require_string(), bool = require_bool(), float = require_float(), int = require_int(), schema = require_schema(), schema$1 = require_schema2(), binary = require_binary(), merge = require_merge(), omap = require_omap(), pairs = require_pairs(), schema$2 = require_schema3(), set = require_set(), timestamp = require_timestamp(), schemas = /* @__PURE__ */ new Map([
      ["core", schema.schema],
      ["failsafe", [map.map, seq.seq, string.string]],
      ["json", schema$1.schema],
      ["yaml11", schema$2.schema],
      ["yaml-1.1", schema$2.schema]
    ]), tagsByName = {
      binary: binary.binary,
      bool: bool.boolTag,
      float: float.float,
      floatExp: float.floatExp,
      floatNaN: float.floatNaN,
      floatTime: timestamp.floatTime,
      int: int.int,
      intHex: int.intHex,
      intOct: int.intOct,
      intTime: timestamp.intTime,
      map: map.map,
      merge: merge.merge,
      null: _null.nullTag,
      omap: omap.omap,
      pairs: pairs.pairs,
      seq: seq.seq,
      set: set.set,
      timestamp: timestamp.timestamp
    }, coreKnownTags = {
      "tag:yaml.org,2002:binary": binary.binary,
      "tag:yaml.org,2002:merge": merge.merge,
      "tag:yaml.org,2002:omap": omap.omap,
      "tag:yaml.org,2002:pairs": pairs.pairs,
      "tag:yaml.org,2002:set": set.set,
      "tag:yaml.org,2002:timestamp": timestamp.timestamp
    };
    function getTags(customTags, schemaName, addMergeTag) {
      let schemaTags = schemas.get(schemaName);
      if (schemaTags && !customTags)
        return addMergeTag && !schemaTags.includes(merge.merge) ? schemaTags.concat(merge.merge) : schemaTags.slice();
      let tags = schemaTags;
      if (!tags)
        if (Array.isArray(customTags))
          tags = [];
        else {
          let keys2 = Array.from(schemas.keys()).filter((key) => key !== "yaml11").map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown schema "${schemaName}"; use one of ${keys2} or define customTags array`);
        }
      if (Array.isArray(customTags))
        for (let tag2 of customTags)
          tags = tags.concat(tag2);
      else typeof customTags == "function" && (tags = customTags(tags.slice()));
      return addMergeTag && (tags = tags.concat(merge.merge)), tags.reduce((tags2, tag2) => {
        let tagObj = typeof tag2 == "string" ? tagsByName[tag2] : tag2;
        if (!tagObj) {
          let tagName = JSON.stringify(tag2), keys2 = Object.keys(tagsByName).map((key) => JSON.stringify(key)).join(", ");
          throw new Error(`Unknown custom tag ${tagName}; use one of ${keys2}`);
        }
        return tags2.includes(tagObj) || tags2.push(tagObj), tags2;
      }, []);
    }
    exports.coreKnownTags = coreKnownTags;
    exports.getTags = getTags;
  }
});

// node_modules/yaml/dist/schema/Schema.js
var require_Schema = __commonJS({
  "node_modules/yaml/dist/schema/Schema.js"(exports) {
    "use strict";
    var identity = require_identity(), map = require_map(), seq = require_seq(), string = require_string(), tags = require_tags(), sortMapEntriesByKey = (a, b) => a.key < b.key ? -1 : a.key > b.key ? 1 : 0, Schema = class _Schema {
      constructor({ compat, customTags, merge, resolveKnownTags, schema, sortMapEntries, toStringDefaults }) {
        this.compat = Array.isArray(compat) ? tags.getTags(compat, "compat") : compat ? tags.getTags(null, compat) : null, this.name = typeof schema == "string" && schema || "core", this.knownTags = resolveKnownTags ? tags.coreKnownTags : {}, this.tags = tags.getTags(customTags, this.name, merge), this.toStringOptions = toStringDefaults ?? null, Object.defineProperty(this, identity.MAP, { value: map.map }), Object.defineProperty(this, identity.SCALAR, { value: string.string }), Object.defineProperty(this, identity.SEQ, { value: seq.seq }), this.sortMapEntries = typeof sortMapEntries == "function" ? sortMapEntries : sortMapEntries === !0 ? sortMapEntriesByKey : null;
      }
      clone() {
        let copy = Object.create(_Schema.prototype, Object.getOwnPropertyDescriptors(this));
        return copy.tags = this.tags.slice(), copy;
      }
    };
    exports.Schema = Schema;
  }
});

// node_modules/yaml/dist/stringify/stringifyDocument.js
var require_stringifyDocument = __commonJS({
  "node_modules/yaml/dist/stringify/stringifyDocument.js"(exports) {
    "use strict";
    var identity = require_identity(), stringify = require_stringify(), stringifyComment = require_stringifyComment();
    function stringifyDocument(doc, options) {
      let lines = [], hasDirectives = options.directives === !0;
      if (options.directives !== !1 && doc.directives) {
        let dir = doc.directives.toString(doc);
        dir ? (lines.push(dir), hasDirectives = !0) : doc.directives.docStart && (hasDirectives = !0);
      }
      hasDirectives && lines.push("---");
      let ctx = stringify.createStringifyContext(doc, options), { commentString } = ctx.options;
      if (doc.commentBefore) {
        lines.length !== 1 && lines.unshift("");
        let cs = commentString(doc.commentBefore);
        lines.unshift(stringifyComment.indentComment(cs, ""));
      }
      let chompKeep = !1, contentComment = null;
      if (doc.contents) {
        if (identity.isNode(doc.contents)) {
          if (doc.contents.spaceBefore && hasDirectives && lines.push(""), doc.contents.commentBefore) {
            let cs = commentString(doc.contents.commentBefore);
            lines.push(stringifyComment.indentComment(cs, ""));
          }
          ctx.forceBlockIndent = !!doc.comment, contentComment = doc.contents.comment;
        }
        let onChompKeep = contentComment ? void 0 : () => chompKeep = !0, body = stringify.stringify(doc.contents, ctx, () => contentComment = null, onChompKeep);
        contentComment && (body += stringifyComment.lineComment(body, "", commentString(contentComment))), (body[0] === "|" || body[0] === ">") && lines[lines.length - 1] === "---" ? lines[lines.length - 1] = `--- ${body}` : lines.push(body);
      } else
        lines.push(stringify.stringify(doc.contents, ctx));
      if (doc.directives?.docEnd)
        if (doc.comment) {
          let cs = commentString(doc.comment);
          cs.includes(`
`) ? (lines.push("..."), lines.push(stringifyComment.indentComment(cs, ""))) : lines.push(`... ${cs}`);
        } else
          lines.push("...");
      else {
        let dc = doc.comment;
        dc && chompKeep && (dc = dc.replace(/^\n+/, "")), dc && ((!chompKeep || contentComment) && lines[lines.length - 1] !== "" && lines.push(""), lines.push(stringifyComment.indentComment(commentString(dc), "")));
      }
      return lines.join(`
`) + `
`;
    }
    exports.stringifyDocument = stringifyDocument;
  }
});

// node_modules/yaml/dist/doc/Document.js
var require_Document = __commonJS({
  "node_modules/yaml/dist/doc/Document.js"(exports) {
    "use strict";
    var Alias = require_Alias(), Collection = require_Collection(), identity = require_identity(), Pair = require_Pair(), toJS = require_toJS(), Schema = require_Schema(), stringifyDocument = require_stringifyDocument(), anchors = require_anchors(), applyReviver = require_applyReviver(), createNode = require_createNode(), directives = require_directives(), Document = class _Document {
      constructor(value, replacer, options) {
        this.commentBefore = null, this.comment = null, this.errors = [], this.warnings = [], Object.defineProperty(this, identity.NODE_TYPE, { value: identity.DOC });
        let _replacer = null;
        typeof replacer == "function" || Array.isArray(replacer) ? _replacer = replacer : options === void 0 && replacer && (options = replacer, replacer = void 0);
        let opt = Object.assign({
          intAsBigInt: !1,
          keepSourceTokens: !1,
          logLevel: "warn",
          prettyErrors: !0,
          strict: !0,
          stringKeys: !1,
          uniqueKeys: !0,
          version: "1.2"
        }, options);
        this.options = opt;
        let { version: version2 } = opt;
        options?._directives ? (this.directives = options._directives.atDocument(), this.directives.yaml.explicit && (version2 = this.directives.yaml.version)) : this.directives = new directives.Directives({ version: version2 }), this.setSchema(version2, options), this.contents = value === void 0 ? null : this.createNode(value, _replacer, options);
      }
      /**
       * Create a deep copy of this Document and its contents.
       *
       * Custom Node values that inherit from `Object` still refer to their original instances.
       */
      clone() {
        let copy = Object.create(_Document.prototype, {
          [identity.NODE_TYPE]: { value: identity.DOC }
        });
        return copy.commentBefore = this.commentBefore, copy.comment = this.comment, copy.errors = this.errors.slice(), copy.warnings = this.warnings.slice(), copy.options = Object.assign({}, this.options), this.directives && (copy.directives = this.directives.clone()), copy.schema = this.schema.clone(), copy.contents = identity.isNode(this.contents) ? this.contents.clone(copy.schema) : this.contents, this.range && (copy.range = this.range.slice()), copy;
      }
      /** Adds a value to the document. */
      add(value) {
        assertCollection(this.contents) && this.contents.add(value);
      }
      /** Adds a value to the document. */
      addIn(path, value) {
        assertCollection(this.contents) && this.contents.addIn(path, value);
      }
      /**
       * Create a new `Alias` node, ensuring that the target `node` has the required anchor.
       *
       * If `node` already has an anchor, `name` is ignored.
       * Otherwise, the `node.anchor` value will be set to `name`,
       * or if an anchor with that name is already present in the document,
       * `name` will be used as a prefix for a new unique anchor.
       * If `name` is undefined, the generated anchor will use 'a' as a prefix.
       */
      createAlias(node, name3) {
        if (!node.anchor) {
          let prev = anchors.anchorNames(this);
          node.anchor = // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          !name3 || prev.has(name3) ? anchors.findNewAnchor(name3 || "a", prev) : name3;
        }
        return new Alias.Alias(node.anchor);
      }
      createNode(value, replacer, options) {
        let _replacer;
        if (typeof replacer == "function")
          value = replacer.call({ "": value }, "", value), _replacer = replacer;
        else if (Array.isArray(replacer)) {
          let keyToStr = (v) => typeof v == "number" || v instanceof String || v instanceof Number, asStr = replacer.filter(keyToStr).map(String);
          asStr.length > 0 && (replacer = replacer.concat(asStr)), _replacer = replacer;
        } else options === void 0 && replacer && (options = replacer, replacer = void 0);
        let { aliasDuplicateObjects, anchorPrefix, flow, keepUndefined, onTagObj, tag: tag2 } = options ?? {}, { onAnchor, setAnchors, sourceObjects } = anchors.createNodeAnchors(
          this,
          // eslint-disable-next-line @typescript-eslint/prefer-nullish-coalescing
          anchorPrefix || "a"
        ), ctx = {
          aliasDuplicateObjects: aliasDuplicateObjects ?? !0,
          keepUndefined: keepUndefined ?? !1,
          onAnchor,
          onTagObj,
          replacer: _replacer,
          schema: this.schema,
          sourceObjects
        }, node = createNode.createNode(value, tag2, ctx);
        return flow && identity.isCollection(node) && (node.flow = !0), setAnchors(), node;
      }
      /**
       * Convert a key and a value into a `Pair` using the current schema,
       * recursively wrapping all values as `Scalar` or `Collection` nodes.
       */
      createPair(key, value, options = {}) {
        let k = this.createNode(key, null, options), v = this.createNode(value, null, options);
        return new Pair.Pair(k, v);
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      delete(key) {
        return assertCollection(this.contents) ? this.contents.delete(key) : !1;
      }
      /**
       * Removes a value from the document.
       * @returns `true` if the item was found and removed.
       */
      deleteIn(path) {
        return Collection.isEmptyPath(path) ? this.contents == null ? !1 : (this.contents = null, !0) : assertCollection(this.contents) ? this.contents.deleteIn(path) : !1;
      }
      /**
       * Returns item at `key`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      get(key, keepScalar) {
        return identity.isCollection(this.contents) ? this.contents.get(key, keepScalar) : void 0;
      }
      /**
       * Returns item at `path`, or `undefined` if not found. By default unwraps
       * scalar values from their surrounding node; to disable set `keepScalar` to
       * `true` (collections are always returned intact).
       */
      getIn(path, keepScalar) {
        return Collection.isEmptyPath(path) ? !keepScalar && identity.isScalar(this.contents) ? this.contents.value : this.contents : identity.isCollection(this.contents) ? this.contents.getIn(path, keepScalar) : void 0;
      }
      /**
       * Checks if the document includes a value with the key `key`.
       */
      has(key) {
        return identity.isCollection(this.contents) ? this.contents.has(key) : !1;
      }
      /**
       * Checks if the document includes a value at `path`.
       */
      hasIn(path) {
        return Collection.isEmptyPath(path) ? this.contents !== void 0 : identity.isCollection(this.contents) ? this.contents.hasIn(path) : !1;
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      set(key, value) {
        this.contents == null ? this.contents = Collection.collectionFromPath(this.schema, [key], value) : assertCollection(this.contents) && this.contents.set(key, value);
      }
      /**
       * Sets a value in this document. For `!!set`, `value` needs to be a
       * boolean to add/remove the item from the set.
       */
      setIn(path, value) {
        Collection.isEmptyPath(path) ? this.contents = value : this.contents == null ? this.contents = Collection.collectionFromPath(this.schema, Array.from(path), value) : assertCollection(this.contents) && this.contents.setIn(path, value);
      }
      /**
       * Change the YAML version and schema used by the document.
       * A `null` version disables support for directives, explicit tags, anchors, and aliases.
       * It also requires the `schema` option to be given as a `Schema` instance value.
       *
       * Overrides all previously set schema options.
       */
      setSchema(version2, options = {}) {
        typeof version2 == "number" && (version2 = String(version2));
        let opt;
        switch (version2) {
          case "1.1":
            this.directives ? this.directives.yaml.version = "1.1" : this.directives = new directives.Directives({ version: "1.1" }), opt = { resolveKnownTags: !1, schema: "yaml-1.1" };
            break;
          case "1.2":
          case "next":
            this.directives ? this.directives.yaml.version = version2 : this.directives = new directives.Directives({ version: version2 }), opt = { resolveKnownTags: !0, schema: "core" };
            break;
          case null:
            this.directives && delete this.directives, opt = null;
            break;
          default: {
            let sv = JSON.stringify(version2);
            throw new Error(`Expected '1.1', '1.2' or null as first argument, but found: ${sv}`);
          }
        }
        if (options.schema instanceof Object)
          this.schema = options.schema;
        else if (opt)
          this.schema = new Schema.Schema(Object.assign(opt, options));
        else
          throw new Error("With a null YAML version, the { schema: Schema } option is required");
      }
      // json & jsonArg are only used from toJSON()
      toJS({ json, jsonArg, mapAsMap, maxAliasCount, onAnchor, reviver } = {}) {
        let ctx = {
          anchors: /* @__PURE__ */ new Map(),
          doc: this,
          keep: !json,
          mapAsMap: mapAsMap === !0,
          mapKeyWarned: !1,
          maxAliasCount: typeof maxAliasCount == "number" ? maxAliasCount : 100
        }, res = toJS.toJS(this.contents, jsonArg ?? "", ctx);
        if (typeof onAnchor == "function")
          for (let { count: count2, res: res2 } of ctx.anchors.values())
            onAnchor(res2, count2);
        return typeof reviver == "function" ? applyReviver.applyReviver(reviver, { "": res }, "", res) : res;
      }
      /**
       * A JSON representation of the document `contents`.
       *
       * @param jsonArg Used by `JSON.stringify` to indicate the array index or
       *   property name.
       */
      toJSON(jsonArg, onAnchor) {
        return this.toJS({ json: !0, jsonArg, mapAsMap: !1, onAnchor });
      }
      /** A YAML representation of the document. */
      toString(options = {}) {
        if (this.errors.length > 0)
          throw new Error("Document with errors cannot be stringified");
        if ("indent" in options && (!Number.isInteger(options.indent) || Number(options.indent) <= 0)) {
          let s = JSON.stringify(options.indent);
          throw new Error(`"indent" option must be a positive integer, not ${s}`);
        }
        return stringifyDocument.stringifyDocument(this, options);
      }
    };
    function assertCollection(contents) {
      if (identity.isCollection(contents))
        return !0;
      throw new Error("Expected a YAML collection as document contents");
    }
    exports.Document = Document;
  }
});

// node_modules/yaml/dist/errors.js
var require_errors = __commonJS({
  "node_modules/yaml/dist/errors.js"(exports) {
    "use strict";
    var YAMLError = class extends Error {
      constructor(name3, pos, code, message) {
        super(), this.name = name3, this.code = code, this.message = message, this.pos = pos;
      }
    }, YAMLParseError = class extends YAMLError {
      constructor(pos, code, message) {
        super("YAMLParseError", pos, code, message);
      }
    }, YAMLWarning = class extends YAMLError {
      constructor(pos, code, message) {
        super("YAMLWarning", pos, code, message);
      }
    }, prettifyError = (src, lc) => (error) => {
      if (error.pos[0] === -1)
        return;
      error.linePos = error.pos.map((pos) => lc.linePos(pos));
      let { line, col } = error.linePos[0];
      error.message += ` at line ${line}, column ${col}`;
      let ci = col - 1, lineStr = src.substring(lc.lineStarts[line - 1], lc.lineStarts[line]).replace(/[\n\r]+$/, "");
      if (ci >= 60 && lineStr.length > 80) {
        let trimStart = Math.min(ci - 39, lineStr.length - 79);
        lineStr = "…" + lineStr.substring(trimStart), ci -= trimStart - 1;
      }
      if (lineStr.length > 80 && (lineStr = lineStr.substring(0, 79) + "…"), line > 1 && /^ *$/.test(lineStr.substring(0, ci))) {
        let prev = src.substring(lc.lineStarts[line - 2], lc.lineStarts[line - 1]);
        prev.length > 80 && (prev = prev.substring(0, 79) + `…
`), lineStr = prev + lineStr;
      }
      if (/[^ ]/.test(lineStr)) {
        let count2 = 1, end = error.linePos[1];
        end?.line === line && end.col > col && (count2 = Math.max(1, Math.min(end.col - col, 80 - ci)));
        let pointer = " ".repeat(ci) + "^".repeat(count2);
        error.message += `:

${lineStr}
${pointer}
`;
      }
    };
    exports.YAMLError = YAMLError;
    exports.YAMLParseError = YAMLParseError;
    exports.YAMLWarning = YAMLWarning;
    exports.prettifyError = prettifyError;
  }
});

// node_modules/yaml/dist/compose/resolve-props.js
var require_resolve_props = __commonJS({
  "node_modules/yaml/dist/compose/resolve-props.js"(exports) {
    "use strict";
    function resolveProps(tokens, { flow, indicator, next: next2, offset, onError, parentIndent, startOnNewline }) {
      let spaceBefore = !1, atNewline = startOnNewline, hasSpace = startOnNewline, comment = "", commentSep = "", hasNewline = !1, reqSpace = !1, tab = null, anchor = null, tag2 = null, newlineAfterProp = null, comma = null, found = null, start = null;
      for (let token of tokens)
        switch (reqSpace && (token.type !== "space" && token.type !== "newline" && token.type !== "comma" && onError(token.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space"), reqSpace = !1), tab && (atNewline && token.type !== "comment" && token.type !== "newline" && onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation"), tab = null), token.type) {
          case "space":
            !flow && (indicator !== "doc-start" || next2?.type !== "flow-collection") && token.source.includes("	") && (tab = token), hasSpace = !0;
            break;
          case "comment": {
            hasSpace || onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
            let cb = token.source.substring(1) || " ";
            comment ? comment += commentSep + cb : comment = cb, commentSep = "", atNewline = !1;
            break;
          }
          case "newline":
            atNewline ? comment ? comment += token.source : (!found || indicator !== "seq-item-ind") && (spaceBefore = !0) : commentSep += token.source, atNewline = !0, hasNewline = !0, (anchor || tag2) && (newlineAfterProp = token), hasSpace = !0;
            break;
          case "anchor":
            anchor && onError(token, "MULTIPLE_ANCHORS", "A node can have at most one anchor"), token.source.endsWith(":") && onError(token.offset + token.source.length - 1, "BAD_ALIAS", "Anchor ending in : is ambiguous", !0), anchor = token, start ?? (start = token.offset), atNewline = !1, hasSpace = !1, reqSpace = !0;
            break;
          case "tag": {
            tag2 && onError(token, "MULTIPLE_TAGS", "A node can have at most one tag"), tag2 = token, start ?? (start = token.offset), atNewline = !1, hasSpace = !1, reqSpace = !0;
            break;
          }
          case indicator:
            (anchor || tag2) && onError(token, "BAD_PROP_ORDER", `Anchors and tags must be after the ${token.source} indicator`), found && onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.source} in ${flow ?? "collection"}`), found = token, atNewline = indicator === "seq-item-ind" || indicator === "explicit-key-ind", hasSpace = !1;
            break;
          case "comma":
            if (flow) {
              comma && onError(token, "UNEXPECTED_TOKEN", `Unexpected , in ${flow}`), comma = token, atNewline = !1, hasSpace = !1;
              break;
            }
          // else fallthrough
          default:
            onError(token, "UNEXPECTED_TOKEN", `Unexpected ${token.type} token`), atNewline = !1, hasSpace = !1;
        }
      let last = tokens[tokens.length - 1], end = last ? last.offset + last.source.length : offset;
      return reqSpace && next2 && next2.type !== "space" && next2.type !== "newline" && next2.type !== "comma" && (next2.type !== "scalar" || next2.source !== "") && onError(next2.offset, "MISSING_CHAR", "Tags and anchors must be separated from the next token by white space"), tab && (atNewline && tab.indent <= parentIndent || next2?.type === "block-map" || next2?.type === "block-seq") && onError(tab, "TAB_AS_INDENT", "Tabs are not allowed as indentation"), {
        comma,
        found,
        spaceBefore,
        comment,
        hasNewline,
        anchor,
        tag: tag2,
        newlineAfterProp,
        end,
        start: start ?? end
      };
    }
    exports.resolveProps = resolveProps;
  }
});

// node_modules/yaml/dist/compose/util-contains-newline.js
var require_util_contains_newline = __commonJS({
  "node_modules/yaml/dist/compose/util-contains-newline.js"(exports) {
    "use strict";
    function containsNewline(key) {
      if (!key)
        return null;
      switch (key.type) {
        case "alias":
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          if (key.source.includes(`
`))
            return !0;
          if (key.end) {
            for (let st of key.end)
              if (st.type === "newline")
                return !0;
          }
          return !1;
        case "flow-collection":
          for (let it of key.items) {
            for (let st of it.start)
              if (st.type === "newline")
                return !0;
            if (it.sep) {
              for (let st of it.sep)
                if (st.type === "newline")
                  return !0;
            }
            if (containsNewline(it.key) || containsNewline(it.value))
              return !0;
          }
          return !1;
        default:
          return !0;
      }
    }
    exports.containsNewline = containsNewline;
  }
});

// node_modules/yaml/dist/compose/util-flow-indent-check.js
var require_util_flow_indent_check = __commonJS({
  "node_modules/yaml/dist/compose/util-flow-indent-check.js"(exports) {
    "use strict";
    var utilContainsNewline = require_util_contains_newline();
    function flowIndentCheck(indent, fc, onError) {
      if (fc?.type === "flow-collection") {
        let end = fc.end[0];
        end.indent === indent && (end.source === "]" || end.source === "}") && utilContainsNewline.containsNewline(fc) && onError(end, "BAD_INDENT", "Flow end indicator should be more indented than parent", !0);
      }
    }
    exports.flowIndentCheck = flowIndentCheck;
  }
});

// node_modules/yaml/dist/compose/util-map-includes.js
var require_util_map_includes = __commonJS({
  "node_modules/yaml/dist/compose/util-map-includes.js"(exports) {
    "use strict";
    var identity = require_identity();
    function mapIncludes(ctx, items, search) {
      let { uniqueKeys } = ctx.options;
      if (uniqueKeys === !1)
        return !1;
      let isEqual = typeof uniqueKeys == "function" ? uniqueKeys : (a, b) => a === b || identity.isScalar(a) && identity.isScalar(b) && a.value === b.value;
      return items.some((pair) => isEqual(pair.key, search));
    }
    exports.mapIncludes = mapIncludes;
  }
});

// node_modules/yaml/dist/compose/resolve-block-map.js
var require_resolve_block_map = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-map.js"(exports) {
    "use strict";
    var Pair = require_Pair(), YAMLMap = require_YAMLMap(), resolveProps = require_resolve_props(), utilContainsNewline = require_util_contains_newline(), utilFlowIndentCheck = require_util_flow_indent_check(), utilMapIncludes = require_util_map_includes(), startColMsg = "All mapping items must start at the same column";
    function resolveBlockMap({ composeNode, composeEmptyNode }, ctx, bm, onError, tag2) {
      let NodeClass = tag2?.nodeClass ?? YAMLMap.YAMLMap, map = new NodeClass(ctx.schema);
      ctx.atRoot && (ctx.atRoot = !1);
      let offset = bm.offset, commentEnd = null;
      for (let collItem of bm.items) {
        let { start, key, sep, value } = collItem, keyProps = resolveProps.resolveProps(start, {
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: bm.indent,
          startOnNewline: !0
        }), implicitKey = !keyProps.found;
        if (implicitKey) {
          if (key && (key.type === "block-seq" ? onError(offset, "BLOCK_AS_IMPLICIT_KEY", "A block sequence may not be used as an implicit map key") : "indent" in key && key.indent !== bm.indent && onError(offset, "BAD_INDENT", startColMsg)), !keyProps.anchor && !keyProps.tag && !sep) {
            commentEnd = keyProps.end, keyProps.comment && (map.comment ? map.comment += `
` + keyProps.comment : map.comment = keyProps.comment);
            continue;
          }
          (keyProps.newlineAfterProp || utilContainsNewline.containsNewline(key)) && onError(key ?? start[start.length - 1], "MULTILINE_IMPLICIT_KEY", "Implicit keys need to be on a single line");
        } else keyProps.found?.indent !== bm.indent && onError(offset, "BAD_INDENT", startColMsg);
        ctx.atKey = !0;
        let keyStart = keyProps.end, keyNode = key ? composeNode(ctx, key, keyProps, onError) : composeEmptyNode(ctx, keyStart, start, null, keyProps, onError);
        ctx.schema.compat && utilFlowIndentCheck.flowIndentCheck(bm.indent, key, onError), ctx.atKey = !1, utilMapIncludes.mapIncludes(ctx, map.items, keyNode) && onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique");
        let valueProps = resolveProps.resolveProps(sep ?? [], {
          indicator: "map-value-ind",
          next: value,
          offset: keyNode.range[2],
          onError,
          parentIndent: bm.indent,
          startOnNewline: !key || key.type === "block-scalar"
        });
        if (offset = valueProps.end, valueProps.found) {
          implicitKey && (value?.type === "block-map" && !valueProps.hasNewline && onError(offset, "BLOCK_AS_IMPLICIT_KEY", "Nested mappings are not allowed in compact mappings"), ctx.options.strict && keyProps.start < valueProps.found.offset - 1024 && onError(keyNode.range, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit block mapping key"));
          let valueNode = value ? composeNode(ctx, value, valueProps, onError) : composeEmptyNode(ctx, offset, sep, null, valueProps, onError);
          ctx.schema.compat && utilFlowIndentCheck.flowIndentCheck(bm.indent, value, onError), offset = valueNode.range[2];
          let pair = new Pair.Pair(keyNode, valueNode);
          ctx.options.keepSourceTokens && (pair.srcToken = collItem), map.items.push(pair);
        } else {
          implicitKey && onError(keyNode.range, "MISSING_CHAR", "Implicit map keys need to be followed by map values"), valueProps.comment && (keyNode.comment ? keyNode.comment += `
` + valueProps.comment : keyNode.comment = valueProps.comment);
          let pair = new Pair.Pair(keyNode);
          ctx.options.keepSourceTokens && (pair.srcToken = collItem), map.items.push(pair);
        }
      }
      return commentEnd && commentEnd < offset && onError(commentEnd, "IMPOSSIBLE", "Map comment with trailing content"), map.range = [bm.offset, offset, commentEnd ?? offset], map;
    }
    exports.resolveBlockMap = resolveBlockMap;
  }
});

// node_modules/yaml/dist/compose/resolve-block-seq.js
var require_resolve_block_seq = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-seq.js"(exports) {
    "use strict";
    var YAMLSeq = require_YAMLSeq(), resolveProps = require_resolve_props(), utilFlowIndentCheck = require_util_flow_indent_check();
    function resolveBlockSeq({ composeNode, composeEmptyNode }, ctx, bs, onError, tag2) {
      let NodeClass = tag2?.nodeClass ?? YAMLSeq.YAMLSeq, seq = new NodeClass(ctx.schema);
      ctx.atRoot && (ctx.atRoot = !1), ctx.atKey && (ctx.atKey = !1);
      let offset = bs.offset, commentEnd = null;
      for (let { start, value } of bs.items) {
        let props = resolveProps.resolveProps(start, {
          indicator: "seq-item-ind",
          next: value,
          offset,
          onError,
          parentIndent: bs.indent,
          startOnNewline: !0
        });
        if (!props.found)
          if (props.anchor || props.tag || value)
            value?.type === "block-seq" ? onError(props.end, "BAD_INDENT", "All sequence items must start at the same column") : onError(offset, "MISSING_CHAR", "Sequence item without - indicator");
          else {
            commentEnd = props.end, props.comment && (seq.comment = props.comment);
            continue;
          }
        let node = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, start, null, props, onError);
        ctx.schema.compat && utilFlowIndentCheck.flowIndentCheck(bs.indent, value, onError), offset = node.range[2], seq.items.push(node);
      }
      return seq.range = [bs.offset, offset, commentEnd ?? offset], seq;
    }
    exports.resolveBlockSeq = resolveBlockSeq;
  }
});

// node_modules/yaml/dist/compose/resolve-end.js
var require_resolve_end = __commonJS({
  "node_modules/yaml/dist/compose/resolve-end.js"(exports) {
    "use strict";
    function resolveEnd(end, offset, reqSpace, onError) {
      let comment = "";
      if (end) {
        let hasSpace = !1, sep = "";
        for (let token of end) {
          let { source, type } = token;
          switch (type) {
            case "space":
              hasSpace = !0;
              break;
            case "comment": {
              reqSpace && !hasSpace && onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters");
              let cb = source.substring(1) || " ";
              comment ? comment += sep + cb : comment = cb, sep = "";
              break;
            }
            case "newline":
              comment && (sep += source), hasSpace = !0;
              break;
            default:
              onError(token, "UNEXPECTED_TOKEN", `Unexpected ${type} at node end`);
          }
          offset += source.length;
        }
      }
      return { comment, offset };
    }
    exports.resolveEnd = resolveEnd;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-collection.js
var require_resolve_flow_collection = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-collection.js"(exports) {
    "use strict";
    var identity = require_identity(), Pair = require_Pair(), YAMLMap = require_YAMLMap(), YAMLSeq = require_YAMLSeq(), resolveEnd = require_resolve_end(), resolveProps = require_resolve_props(), utilContainsNewline = require_util_contains_newline(), utilMapIncludes = require_util_map_includes(), blockMsg = "Block collections are not allowed within flow collections", isBlock = (token) => token && (token.type === "block-map" || token.type === "block-seq");
    function resolveFlowCollection({ composeNode, composeEmptyNode }, ctx, fc, onError, tag2) {
      let isMap3 = fc.start.source === "{", fcName = isMap3 ? "flow map" : "flow sequence", NodeClass = tag2?.nodeClass ?? (isMap3 ? YAMLMap.YAMLMap : YAMLSeq.YAMLSeq), coll = new NodeClass(ctx.schema);
      coll.flow = !0;
      let atRoot = ctx.atRoot;
      atRoot && (ctx.atRoot = !1), ctx.atKey && (ctx.atKey = !1);
      let offset = fc.offset + fc.start.source.length;
      for (let i = 0; i < fc.items.length; ++i) {
        let collItem = fc.items[i], { start, key, sep, value } = collItem, props = resolveProps.resolveProps(start, {
          flow: fcName,
          indicator: "explicit-key-ind",
          next: key ?? sep?.[0],
          offset,
          onError,
          parentIndent: fc.indent,
          startOnNewline: !1
        });
        if (!props.found) {
          if (!props.anchor && !props.tag && !sep && !value) {
            i === 0 && props.comma ? onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`) : i < fc.items.length - 1 && onError(props.start, "UNEXPECTED_TOKEN", `Unexpected empty item in ${fcName}`), props.comment && (coll.comment ? coll.comment += `
` + props.comment : coll.comment = props.comment), offset = props.end;
            continue;
          }
          !isMap3 && ctx.options.strict && utilContainsNewline.containsNewline(key) && onError(
            key,
            // checked by containsNewline()
            "MULTILINE_IMPLICIT_KEY",
            "Implicit keys of flow sequence pairs need to be on a single line"
          );
        }
        if (i === 0)
          props.comma && onError(props.comma, "UNEXPECTED_TOKEN", `Unexpected , in ${fcName}`);
        else if (props.comma || onError(props.start, "MISSING_CHAR", `Missing , between ${fcName} items`), props.comment) {
          let prevItemComment = "";
          loop: for (let st of start)
            switch (st.type) {
              case "comma":
              case "space":
                break;
              case "comment":
                prevItemComment = st.source.substring(1);
                break loop;
              default:
                break loop;
            }
          if (prevItemComment) {
            let prev = coll.items[coll.items.length - 1];
            identity.isPair(prev) && (prev = prev.value ?? prev.key), prev.comment ? prev.comment += `
` + prevItemComment : prev.comment = prevItemComment, props.comment = props.comment.substring(prevItemComment.length + 1);
          }
        }
        if (!isMap3 && !sep && !props.found) {
          let valueNode = value ? composeNode(ctx, value, props, onError) : composeEmptyNode(ctx, props.end, sep, null, props, onError);
          coll.items.push(valueNode), offset = valueNode.range[2], isBlock(value) && onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg);
        } else {
          ctx.atKey = !0;
          let keyStart = props.end, keyNode = key ? composeNode(ctx, key, props, onError) : composeEmptyNode(ctx, keyStart, start, null, props, onError);
          isBlock(key) && onError(keyNode.range, "BLOCK_IN_FLOW", blockMsg), ctx.atKey = !1;
          let valueProps = resolveProps.resolveProps(sep ?? [], {
            flow: fcName,
            indicator: "map-value-ind",
            next: value,
            offset: keyNode.range[2],
            onError,
            parentIndent: fc.indent,
            startOnNewline: !1
          });
          if (valueProps.found) {
            if (!isMap3 && !props.found && ctx.options.strict) {
              if (sep)
                for (let st of sep) {
                  if (st === valueProps.found)
                    break;
                  if (st.type === "newline") {
                    onError(st, "MULTILINE_IMPLICIT_KEY", "Implicit keys of flow sequence pairs need to be on a single line");
                    break;
                  }
                }
              props.start < valueProps.found.offset - 1024 && onError(valueProps.found, "KEY_OVER_1024_CHARS", "The : indicator must be at most 1024 chars after the start of an implicit flow sequence key");
            }
          } else value && ("source" in value && value.source?.[0] === ":" ? onError(value, "MISSING_CHAR", `Missing space after : in ${fcName}`) : onError(valueProps.start, "MISSING_CHAR", `Missing , or : between ${fcName} items`));
          let valueNode = value ? composeNode(ctx, value, valueProps, onError) : valueProps.found ? composeEmptyNode(ctx, valueProps.end, sep, null, valueProps, onError) : null;
          valueNode ? isBlock(value) && onError(valueNode.range, "BLOCK_IN_FLOW", blockMsg) : valueProps.comment && (keyNode.comment ? keyNode.comment += `
` + valueProps.comment : keyNode.comment = valueProps.comment);
          let pair = new Pair.Pair(keyNode, valueNode);
          if (ctx.options.keepSourceTokens && (pair.srcToken = collItem), isMap3) {
            let map = coll;
            utilMapIncludes.mapIncludes(ctx, map.items, keyNode) && onError(keyStart, "DUPLICATE_KEY", "Map keys must be unique"), map.items.push(pair);
          } else {
            let map = new YAMLMap.YAMLMap(ctx.schema);
            map.flow = !0, map.items.push(pair);
            let endRange = (valueNode ?? keyNode).range;
            map.range = [keyNode.range[0], endRange[1], endRange[2]], coll.items.push(map);
          }
          offset = valueNode ? valueNode.range[2] : valueProps.end;
        }
      }
      let expectedEnd = isMap3 ? "}" : "]", [ce, ...ee] = fc.end, cePos = offset;
      if (ce?.source === expectedEnd)
        cePos = ce.offset + ce.source.length;
      else {
        let name3 = fcName[0].toUpperCase() + fcName.substring(1), msg = atRoot ? `${name3} must end with a ${expectedEnd}` : `${name3} in block collection must be sufficiently indented and end with a ${expectedEnd}`;
        onError(offset, atRoot ? "MISSING_CHAR" : "BAD_INDENT", msg), ce && ce.source.length !== 1 && ee.unshift(ce);
      }
      if (ee.length > 0) {
        let end = resolveEnd.resolveEnd(ee, cePos, ctx.options.strict, onError);
        end.comment && (coll.comment ? coll.comment += `
` + end.comment : coll.comment = end.comment), coll.range = [fc.offset, cePos, end.offset];
      } else
        coll.range = [fc.offset, cePos, cePos];
      return coll;
    }
    exports.resolveFlowCollection = resolveFlowCollection;
  }
});

// node_modules/yaml/dist/compose/compose-collection.js
var require_compose_collection = __commonJS({
  "node_modules/yaml/dist/compose/compose-collection.js"(exports) {
    "use strict";
    var identity = require_identity(), Scalar = require_Scalar(), YAMLMap = require_YAMLMap(), YAMLSeq = require_YAMLSeq(), resolveBlockMap = require_resolve_block_map(), resolveBlockSeq = require_resolve_block_seq(), resolveFlowCollection = require_resolve_flow_collection();
    function resolveCollection(CN, ctx, token, onError, tagName, tag2) {
      let coll = token.type === "block-map" ? resolveBlockMap.resolveBlockMap(CN, ctx, token, onError, tag2) : token.type === "block-seq" ? resolveBlockSeq.resolveBlockSeq(CN, ctx, token, onError, tag2) : resolveFlowCollection.resolveFlowCollection(CN, ctx, token, onError, tag2), Coll = coll.constructor;
      return tagName === "!" || tagName === Coll.tagName ? (coll.tag = Coll.tagName, coll) : (tagName && (coll.tag = tagName), coll);
    }
    function composeCollection(CN, ctx, token, props, onError) {
      let tagToken = props.tag, tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null;
      if (token.type === "block-seq") {
        let { anchor, newlineAfterProp: nl } = props, lastProp = anchor && tagToken ? anchor.offset > tagToken.offset ? anchor : tagToken : anchor ?? tagToken;
        lastProp && (!nl || nl.offset < lastProp.offset) && onError(lastProp, "MISSING_CHAR", "Missing newline after block sequence props");
      }
      let expType = token.type === "block-map" ? "map" : token.type === "block-seq" ? "seq" : token.start.source === "{" ? "map" : "seq";
      if (!tagToken || !tagName || tagName === "!" || tagName === YAMLMap.YAMLMap.tagName && expType === "map" || tagName === YAMLSeq.YAMLSeq.tagName && expType === "seq")
        return resolveCollection(CN, ctx, token, onError, tagName);
      let tag2 = ctx.schema.tags.find((t) => t.tag === tagName && t.collection === expType);
      if (!tag2) {
        let kt = ctx.schema.knownTags[tagName];
        if (kt?.collection === expType)
          ctx.schema.tags.push(Object.assign({}, kt, { default: !1 })), tag2 = kt;
        else
          return kt ? onError(tagToken, "BAD_COLLECTION_TYPE", `${kt.tag} used for ${expType} collection, but expects ${kt.collection ?? "scalar"}`, !0) : onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, !0), resolveCollection(CN, ctx, token, onError, tagName);
      }
      let coll = resolveCollection(CN, ctx, token, onError, tagName, tag2), res = tag2.resolve?.(coll, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg), ctx.options) ?? coll, node = identity.isNode(res) ? res : new Scalar.Scalar(res);
      return node.range = coll.range, node.tag = tagName, tag2?.format && (node.format = tag2.format), node;
    }
    exports.composeCollection = composeCollection;
  }
});

// node_modules/yaml/dist/compose/resolve-block-scalar.js
var require_resolve_block_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-block-scalar.js"(exports) {
    "use strict";
    var Scalar = require_Scalar();
    function resolveBlockScalar(ctx, scalar2, onError) {
      let start = scalar2.offset, header = parseBlockScalarHeader(scalar2, ctx.options.strict, onError);
      if (!header)
        return { value: "", type: null, comment: "", range: [start, start, start] };
      let type = header.mode === ">" ? Scalar.Scalar.BLOCK_FOLDED : Scalar.Scalar.BLOCK_LITERAL, lines = scalar2.source ? splitLines(scalar2.source) : [], chompStart = lines.length;
      for (let i = lines.length - 1; i >= 0; --i) {
        let content = lines[i][1];
        if (content === "" || content === "\r")
          chompStart = i;
        else
          break;
      }
      if (chompStart === 0) {
        let value2 = header.chomp === "+" && lines.length > 0 ? `
`.repeat(Math.max(1, lines.length - 1)) : "", end2 = start + header.length;
        return scalar2.source && (end2 += scalar2.source.length), { value: value2, type, comment: header.comment, range: [start, end2, end2] };
      }
      let trimIndent = scalar2.indent + header.indent, offset = scalar2.offset + header.length, contentStart = 0;
      for (let i = 0; i < chompStart; ++i) {
        let [indent, content] = lines[i];
        if (content === "" || content === "\r")
          header.indent === 0 && indent.length > trimIndent && (trimIndent = indent.length);
        else {
          indent.length < trimIndent && onError(offset + indent.length, "MISSING_CHAR", "Block scalars with more-indented leading empty lines must use an explicit indentation indicator"), header.indent === 0 && (trimIndent = indent.length), contentStart = i, trimIndent === 0 && !ctx.atRoot && onError(offset, "BAD_INDENT", "Block scalar values in collections must be indented");
          break;
        }
        offset += indent.length + content.length + 1;
      }
      for (let i = lines.length - 1; i >= chompStart; --i)
        lines[i][0].length > trimIndent && (chompStart = i + 1);
      let value = "", sep = "", prevMoreIndented = !1;
      for (let i = 0; i < contentStart; ++i)
        value += lines[i][0].slice(trimIndent) + `
`;
      for (let i = contentStart; i < chompStart; ++i) {
        let [indent, content] = lines[i];
        offset += indent.length + content.length + 1;
        let crlf = content[content.length - 1] === "\r";
        if (crlf && (content = content.slice(0, -1)), content && indent.length < trimIndent) {
          let message = `Block scalar lines must not be less indented than their ${header.indent ? "explicit indentation indicator" : "first line"}`;
          onError(offset - content.length - (crlf ? 2 : 1), "BAD_INDENT", message), indent = "";
        }
        type === Scalar.Scalar.BLOCK_LITERAL ? (value += sep + indent.slice(trimIndent) + content, sep = `
`) : indent.length > trimIndent || content[0] === "	" ? (sep === " " ? sep = `
` : !prevMoreIndented && sep === `
` && (sep = `

`), value += sep + indent.slice(trimIndent) + content, sep = `
`, prevMoreIndented = !0) : content === "" ? sep === `
` ? value += `
` : sep = `
` : (value += sep + content, sep = " ", prevMoreIndented = !1);
      }
      switch (header.chomp) {
        case "-":
          break;
        case "+":
          for (let i = chompStart; i < lines.length; ++i)
            value += `
` + lines[i][0].slice(trimIndent);
          value[value.length - 1] !== `
` && (value += `
`);
          break;
        default:
          value += `
`;
      }
      let end = start + header.length + scalar2.source.length;
      return { value, type, comment: header.comment, range: [start, end, end] };
    }
    function parseBlockScalarHeader({ offset, props }, strict2, onError) {
      if (props[0].type !== "block-scalar-header")
        return onError(props[0], "IMPOSSIBLE", "Block scalar header not found"), null;
      let { source } = props[0], mode = source[0], indent = 0, chomp = "", error = -1;
      for (let i = 1; i < source.length; ++i) {
        let ch = source[i];
        if (!chomp && (ch === "-" || ch === "+"))
          chomp = ch;
        else {
          let n = Number(ch);
          !indent && n ? indent = n : error === -1 && (error = offset + i);
        }
      }
      error !== -1 && onError(error, "UNEXPECTED_TOKEN", `Block scalar header includes extra characters: ${source}`);
      let hasSpace = !1, comment = "", length = source.length;
      for (let i = 1; i < props.length; ++i) {
        let token = props[i];
        switch (token.type) {
          case "space":
            hasSpace = !0;
          // fallthrough
          case "newline":
            length += token.source.length;
            break;
          case "comment":
            strict2 && !hasSpace && onError(token, "MISSING_CHAR", "Comments must be separated from other tokens by white space characters"), length += token.source.length, comment = token.source.substring(1);
            break;
          case "error":
            onError(token, "UNEXPECTED_TOKEN", token.message), length += token.source.length;
            break;
          /* istanbul ignore next should not happen */
          default: {
            let message = `Unexpected token in block scalar header: ${token.type}`;
            onError(token, "UNEXPECTED_TOKEN", message);
            let ts = token.source;
            ts && typeof ts == "string" && (length += ts.length);
          }
        }
      }
      return { mode, indent, chomp, comment, length };
    }
    function splitLines(source) {
      let split = source.split(/\n( *)/), first = split[0], m = first.match(/^( *)/), lines = [m?.[1] ? [m[1], first.slice(m[1].length)] : ["", first]];
      for (let i = 1; i < split.length; i += 2)
        lines.push([split[i], split[i + 1]]);
      return lines;
    }
    exports.resolveBlockScalar = resolveBlockScalar;
  }
});

// node_modules/yaml/dist/compose/resolve-flow-scalar.js
var require_resolve_flow_scalar = __commonJS({
  "node_modules/yaml/dist/compose/resolve-flow-scalar.js"(exports) {
    "use strict";
    var Scalar = require_Scalar(), resolveEnd = require_resolve_end();
    function resolveFlowScalar(scalar2, strict2, onError) {
      let { offset, type, source, end } = scalar2, _type, value, _onError = (rel, code, msg) => onError(offset + rel, code, msg);
      switch (type) {
        case "scalar":
          _type = Scalar.Scalar.PLAIN, value = plainValue(source, _onError);
          break;
        case "single-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_SINGLE, value = singleQuotedValue(source, _onError);
          break;
        case "double-quoted-scalar":
          _type = Scalar.Scalar.QUOTE_DOUBLE, value = doubleQuotedValue(source, _onError);
          break;
        /* istanbul ignore next should not happen */
        default:
          return onError(scalar2, "UNEXPECTED_TOKEN", `Expected a flow scalar value, but found: ${type}`), {
            value: "",
            type: null,
            comment: "",
            range: [offset, offset + source.length, offset + source.length]
          };
      }
      let valueEnd = offset + source.length, re = resolveEnd.resolveEnd(end, valueEnd, strict2, onError);
      return {
        value,
        type: _type,
        comment: re.comment,
        range: [offset, valueEnd, re.offset]
      };
    }
    function plainValue(source, onError) {
      let badChar = "";
      switch (source[0]) {
        /* istanbul ignore next should not happen */
        case "	":
          badChar = "a tab character";
          break;
        case ",":
          badChar = "flow indicator character ,";
          break;
        case "%":
          badChar = "directive indicator character %";
          break;
        case "|":
        case ">": {
          badChar = `block scalar indicator ${source[0]}`;
          break;
        }
        case "@":
        case "`": {
          badChar = `reserved character ${source[0]}`;
          break;
        }
      }
      return badChar && onError(0, "BAD_SCALAR_START", `Plain value cannot start with ${badChar}`), unfoldLines(source);
    }
    function singleQuotedValue(source, onError) {
      return (source[source.length - 1] !== "'" || source.length === 1) && onError(source.length, "MISSING_CHAR", "Missing closing 'quote"), unfoldLines(source.slice(1, -1)).replace(/''/g, "'");
    }
    function unfoldLines(source) {
      let line = /(.*?)\r?\n/sy, match = line.exec(source);
      if (!match)
        return source;
      let trimEnd, trimBoth;
      try {
        trimEnd = new RegExp("(?<![ 	])[ 	]+$"), trimBoth = new RegExp("^[ 	]+|(?<![ 	])[ 	]+$", "g");
      } catch {
        trimEnd = /[ \t]+$/, trimBoth = /^[ \t]+|[ \t]+$/g;
      }
      let res = match[1].replace(trimEnd, ""), sep = " ", pos = line.lastIndex;
      for (; match = line.exec(source); ) {
        let lm = match[1].replace(trimBoth, "");
        lm === "" ? sep === `
` ? res += sep : sep = `
` : (res += sep + lm, sep = " "), pos = line.lastIndex;
      }
      let last = /[ \t]*(.*)/sy;
      return last.lastIndex = pos, match = last.exec(source), res + sep + (match?.[1] ?? "");
    }
    function doubleQuotedValue(source, onError) {
      let res = "";
      for (let i = 1; i < source.length - 1; ++i) {
        let ch = source[i];
        if (!(ch === "\r" && source[i + 1] === `
`))
          if (ch === `
`) {
            let { fold, offset } = foldNewline(source, i);
            res += fold, i = offset;
          } else if (ch === "\\") {
            let next2 = source[++i], cc = escapeCodes[next2];
            if (cc)
              res += cc;
            else if (next2 === `
`)
              for (next2 = source[i + 1]; next2 === " " || next2 === "	"; )
                next2 = source[++i + 1];
            else if (next2 === "\r" && source[i + 1] === `
`)
              for (next2 = source[++i + 1]; next2 === " " || next2 === "	"; )
                next2 = source[++i + 1];
            else if (next2 === "x" || next2 === "u" || next2 === "U") {
              let length = next2 === "x" ? 2 : next2 === "u" ? 4 : 8;
              res += parseCharCode(source, i + 1, length, onError), i += length;
            } else {
              let raw = source.substr(i - 1, 2);
              onError(i - 1, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`), res += raw;
            }
          } else if (ch === " " || ch === "	") {
            let wsStart = i, next2 = source[i + 1];
            for (; next2 === " " || next2 === "	"; )
              next2 = source[++i + 1];
            next2 !== `
` && !(next2 === "\r" && source[i + 2] === `
`) && (res += i > wsStart ? source.slice(wsStart, i + 1) : ch);
          } else
            res += ch;
      }
      return (source[source.length - 1] !== '"' || source.length === 1) && onError(source.length, "MISSING_CHAR", 'Missing closing "quote'), res;
    }
    function foldNewline(source, offset) {
      let fold = "", ch = source[offset + 1];
      for (; (ch === " " || ch === "	" || ch === `
` || ch === "\r") && !(ch === "\r" && source[offset + 2] !== `
`); )
        ch === `
` && (fold += `
`), offset += 1, ch = source[offset + 1];
      return fold || (fold = " "), { fold, offset };
    }
    var escapeCodes = {
      0: "\0",
      // null character
      a: "\x07",
      // bell character
      b: "\b",
      // backspace
      e: "\x1B",
      // escape character
      f: "\f",
      // form feed
      n: `
`,
      // line feed
      r: "\r",
      // carriage return
      t: "	",
      // horizontal tab
      v: "\v",
      // vertical tab
      N: "",
      // Unicode next line
      _: " ",
      // Unicode non-breaking space
      L: "\u2028",
      // Unicode line separator
      P: "\u2029",
      // Unicode paragraph separator
      " ": " ",
      '"': '"',
      "/": "/",
      "\\": "\\",
      "	": "	"
    };
    function parseCharCode(source, offset, length, onError) {
      let cc = source.substr(offset, length), code = cc.length === length && /^[0-9a-fA-F]+$/.test(cc) ? parseInt(cc, 16) : NaN;
      try {
        return String.fromCodePoint(code);
      } catch {
        let raw = source.substr(offset - 2, length + 2);
        return onError(offset - 2, "BAD_DQ_ESCAPE", `Invalid escape sequence ${raw}`), raw;
      }
    }
    exports.resolveFlowScalar = resolveFlowScalar;
  }
});

// node_modules/yaml/dist/compose/compose-scalar.js
var require_compose_scalar = __commonJS({
  "node_modules/yaml/dist/compose/compose-scalar.js"(exports) {
    "use strict";
    var identity = require_identity(), Scalar = require_Scalar(), resolveBlockScalar = require_resolve_block_scalar(), resolveFlowScalar = require_resolve_flow_scalar();
    function composeScalar(ctx, token, tagToken, onError) {
      let { value, type, comment, range } = token.type === "block-scalar" ? resolveBlockScalar.resolveBlockScalar(ctx, token, onError) : resolveFlowScalar.resolveFlowScalar(token, ctx.options.strict, onError), tagName = tagToken ? ctx.directives.tagName(tagToken.source, (msg) => onError(tagToken, "TAG_RESOLVE_FAILED", msg)) : null, tag2;
      ctx.options.stringKeys && ctx.atKey ? tag2 = ctx.schema[identity.SCALAR] : tagName ? tag2 = findScalarTagByName(ctx.schema, value, tagName, tagToken, onError) : token.type === "scalar" ? tag2 = findScalarTagByTest(ctx, value, token, onError) : tag2 = ctx.schema[identity.SCALAR];
      let scalar2;
      try {
        let res = tag2.resolve(value, (msg) => onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), ctx.options);
        scalar2 = identity.isScalar(res) ? res : new Scalar.Scalar(res);
      } catch (error) {
        let msg = error instanceof Error ? error.message : String(error);
        onError(tagToken ?? token, "TAG_RESOLVE_FAILED", msg), scalar2 = new Scalar.Scalar(value);
      }
      return scalar2.range = range, scalar2.source = value, type && (scalar2.type = type), tagName && (scalar2.tag = tagName), tag2.format && (scalar2.format = tag2.format), comment && (scalar2.comment = comment), scalar2;
    }
    function findScalarTagByName(schema, value, tagName, tagToken, onError) {
      if (tagName === "!")
        return schema[identity.SCALAR];
      let matchWithTest = [];
      for (let tag2 of schema.tags)
        if (!tag2.collection && tag2.tag === tagName)
          if (tag2.default && tag2.test)
            matchWithTest.push(tag2);
          else
            return tag2;
      for (let tag2 of matchWithTest)
        if (tag2.test?.test(value))
          return tag2;
      let kt = schema.knownTags[tagName];
      return kt && !kt.collection ? (schema.tags.push(Object.assign({}, kt, { default: !1, test: void 0 })), kt) : (onError(tagToken, "TAG_RESOLVE_FAILED", `Unresolved tag: ${tagName}`, tagName !== "tag:yaml.org,2002:str"), schema[identity.SCALAR]);
    }
    function findScalarTagByTest({ atKey, directives, schema }, value, token, onError) {
      let tag2 = schema.tags.find((tag3) => (tag3.default === !0 || atKey && tag3.default === "key") && tag3.test?.test(value)) || schema[identity.SCALAR];
      if (schema.compat) {
        let compat = schema.compat.find((tag3) => tag3.default && tag3.test?.test(value)) ?? schema[identity.SCALAR];
        if (tag2.tag !== compat.tag) {
          let ts = directives.tagString(tag2.tag), cs = directives.tagString(compat.tag), msg = `Value may be parsed as either ${ts} or ${cs}`;
          onError(token, "TAG_RESOLVE_FAILED", msg, !0);
        }
      }
      return tag2;
    }
    exports.composeScalar = composeScalar;
  }
});

// node_modules/yaml/dist/compose/util-empty-scalar-position.js
var require_util_empty_scalar_position = __commonJS({
  "node_modules/yaml/dist/compose/util-empty-scalar-position.js"(exports) {
    "use strict";
    function emptyScalarPosition(offset, before, pos) {
      if (before) {
        pos ?? (pos = before.length);
        for (let i = pos - 1; i >= 0; --i) {
          let st = before[i];
          switch (st.type) {
            case "space":
            case "comment":
            case "newline":
              offset -= st.source.length;
              continue;
          }
          for (st = before[++i]; st?.type === "space"; )
            offset += st.source.length, st = before[++i];
          break;
        }
      }
      return offset;
    }
    exports.emptyScalarPosition = emptyScalarPosition;
  }
});

// node_modules/yaml/dist/compose/compose-node.js
var require_compose_node = __commonJS({
  "node_modules/yaml/dist/compose/compose-node.js"(exports) {
    "use strict";
    var Alias = require_Alias(), identity = require_identity(), composeCollection = require_compose_collection(), composeScalar = require_compose_scalar(), resolveEnd = require_resolve_end(), utilEmptyScalarPosition = require_util_empty_scalar_position(), CN = { composeNode, composeEmptyNode };
    function composeNode(ctx, token, props, onError) {
      let atKey = ctx.atKey, { spaceBefore, comment, anchor, tag: tag2 } = props, node, isSrcToken = !0;
      switch (token.type) {
        case "alias":
          node = composeAlias(ctx, token, onError), (anchor || tag2) && onError(token, "ALIAS_PROPS", "An alias node must not specify any properties");
          break;
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "block-scalar":
          node = composeScalar.composeScalar(ctx, token, tag2, onError), anchor && (node.anchor = anchor.source.substring(1));
          break;
        case "block-map":
        case "block-seq":
        case "flow-collection":
          try {
            node = composeCollection.composeCollection(CN, ctx, token, props, onError), anchor && (node.anchor = anchor.source.substring(1));
          } catch (error) {
            let message = error instanceof Error ? error.message : String(error);
            onError(token, "RESOURCE_EXHAUSTION", message);
          }
          break;
        default: {
          let message = token.type === "error" ? token.message : `Unsupported token (type: ${token.type})`;
          onError(token, "UNEXPECTED_TOKEN", message), isSrcToken = !1;
        }
      }
      return node ?? (node = composeEmptyNode(ctx, token.offset, void 0, null, props, onError)), anchor && node.anchor === "" && onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string"), atKey && ctx.options.stringKeys && (!identity.isScalar(node) || typeof node.value != "string" || node.tag && node.tag !== "tag:yaml.org,2002:str") && onError(tag2 ?? token, "NON_STRING_KEY", "With stringKeys, all keys must be strings"), spaceBefore && (node.spaceBefore = !0), comment && (token.type === "scalar" && token.source === "" ? node.comment = comment : node.commentBefore = comment), ctx.options.keepSourceTokens && isSrcToken && (node.srcToken = token), node;
    }
    function composeEmptyNode(ctx, offset, before, pos, { spaceBefore, comment, anchor, tag: tag2, end }, onError) {
      let token = {
        type: "scalar",
        offset: utilEmptyScalarPosition.emptyScalarPosition(offset, before, pos),
        indent: -1,
        source: ""
      }, node = composeScalar.composeScalar(ctx, token, tag2, onError);
      return anchor && (node.anchor = anchor.source.substring(1), node.anchor === "" && onError(anchor, "BAD_ALIAS", "Anchor cannot be an empty string")), spaceBefore && (node.spaceBefore = !0), comment && (node.comment = comment, node.range[2] = end), node;
    }
    function composeAlias({ options }, { offset, source, end }, onError) {
      let alias = new Alias.Alias(source.substring(1));
      alias.source === "" && onError(offset, "BAD_ALIAS", "Alias cannot be an empty string"), alias.source.endsWith(":") && onError(offset + source.length - 1, "BAD_ALIAS", "Alias ending in : is ambiguous", !0);
      let valueEnd = offset + source.length, re = resolveEnd.resolveEnd(end, valueEnd, options.strict, onError);
      return alias.range = [offset, valueEnd, re.offset], re.comment && (alias.comment = re.comment), alias;
    }
    exports.composeEmptyNode = composeEmptyNode;
    exports.composeNode = composeNode;
  }
});

// node_modules/yaml/dist/compose/compose-doc.js
var require_compose_doc = __commonJS({
  "node_modules/yaml/dist/compose/compose-doc.js"(exports) {
    "use strict";
    var Document = require_Document(), composeNode = require_compose_node(), resolveEnd = require_resolve_end(), resolveProps = require_resolve_props();
    function composeDoc(options, directives, { offset, start, value, end }, onError) {
      let opts = Object.assign({ _directives: directives }, options), doc = new Document.Document(void 0, opts), ctx = {
        atKey: !1,
        atRoot: !0,
        directives: doc.directives,
        options: doc.options,
        schema: doc.schema
      }, props = resolveProps.resolveProps(start, {
        indicator: "doc-start",
        next: value ?? end?.[0],
        offset,
        onError,
        parentIndent: 0,
        startOnNewline: !0
      });
      props.found && (doc.directives.docStart = !0, value && (value.type === "block-map" || value.type === "block-seq") && !props.hasNewline && onError(props.end, "MISSING_CHAR", "Block collection cannot start on same line with directives-end marker")), doc.contents = value ? composeNode.composeNode(ctx, value, props, onError) : composeNode.composeEmptyNode(ctx, props.end, start, null, props, onError);
      let contentEnd = doc.contents.range[2], re = resolveEnd.resolveEnd(end, contentEnd, !1, onError);
      return re.comment && (doc.comment = re.comment), doc.range = [offset, contentEnd, re.offset], doc;
    }
    exports.composeDoc = composeDoc;
  }
});

// node_modules/yaml/dist/compose/composer.js
var require_composer = __commonJS({
  "node_modules/yaml/dist/compose/composer.js"(exports) {
    "use strict";
    var node_process = __require("process"), directives = require_directives(), Document = require_Document(), errors = require_errors(), identity = require_identity(), composeDoc = require_compose_doc(), resolveEnd = require_resolve_end();
    function getErrorPos(src) {
      if (typeof src == "number")
        return [src, src + 1];
      if (Array.isArray(src))
        return src.length === 2 ? src : [src[0], src[1]];
      let { offset, source } = src;
      return [offset, offset + (typeof source == "string" ? source.length : 1)];
    }
    function parsePrelude(prelude) {
      let comment = "", atComment = !1, afterEmptyLine = !1;
      for (let i = 0; i < prelude.length; ++i) {
        let source = prelude[i];
        switch (source[0]) {
          case "#":
            comment += (comment === "" ? "" : afterEmptyLine ? `

` : `
`) + (source.substring(1) || " "), atComment = !0, afterEmptyLine = !1;
            break;
          case "%":
            prelude[i + 1]?.[0] !== "#" && (i += 1), atComment = !1;
            break;
          default:
            atComment || (afterEmptyLine = !0), atComment = !1;
        }
      }
      return { comment, afterEmptyLine };
    }
    var Composer = class {
      constructor(options = {}) {
        this.doc = null, this.atDirectives = !1, this.prelude = [], this.errors = [], this.warnings = [], this.onError = (source, code, message, warning) => {
          let pos = getErrorPos(source);
          warning ? this.warnings.push(new errors.YAMLWarning(pos, code, message)) : this.errors.push(new errors.YAMLParseError(pos, code, message));
        }, this.directives = new directives.Directives({ version: options.version || "1.2" }), this.options = options;
      }
      decorate(doc, afterDoc) {
        let { comment, afterEmptyLine } = parsePrelude(this.prelude);
        if (comment) {
          let dc = doc.contents;
          if (afterDoc)
            doc.comment = doc.comment ? `${doc.comment}
${comment}` : comment;
          else if (afterEmptyLine || doc.directives.docStart || !dc)
            doc.commentBefore = comment;
          else if (identity.isCollection(dc) && !dc.flow && dc.items.length > 0) {
            let it = dc.items[0];
            identity.isPair(it) && (it = it.key);
            let cb = it.commentBefore;
            it.commentBefore = cb ? `${comment}
${cb}` : comment;
          } else {
            let cb = dc.commentBefore;
            dc.commentBefore = cb ? `${comment}
${cb}` : comment;
          }
        }
        if (afterDoc) {
          for (let i = 0; i < this.errors.length; ++i)
            doc.errors.push(this.errors[i]);
          for (let i = 0; i < this.warnings.length; ++i)
            doc.warnings.push(this.warnings[i]);
        } else
          doc.errors = this.errors, doc.warnings = this.warnings;
        this.prelude = [], this.errors = [], this.warnings = [];
      }
      /**
       * Current stream status information.
       *
       * Mostly useful at the end of input for an empty stream.
       */
      streamInfo() {
        return {
          comment: parsePrelude(this.prelude).comment,
          directives: this.directives,
          errors: this.errors,
          warnings: this.warnings
        };
      }
      /**
       * Compose tokens into documents.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *compose(tokens, forceDoc = !1, endOffset = -1) {
        for (let token of tokens)
          yield* this.next(token);
        yield* this.end(forceDoc, endOffset);
      }
      /** Advance the composer by one CST token. */
      *next(token) {
        switch (node_process.env.LOG_STREAM && console.dir(token, { depth: null }), token.type) {
          case "directive":
            this.directives.add(token.source, (offset, message, warning) => {
              let pos = getErrorPos(token);
              pos[0] += offset, this.onError(pos, "BAD_DIRECTIVE", message, warning);
            }), this.prelude.push(token.source), this.atDirectives = !0;
            break;
          case "document": {
            let doc = composeDoc.composeDoc(this.options, this.directives, token, this.onError);
            this.atDirectives && !doc.directives.docStart && this.onError(token, "MISSING_CHAR", "Missing directives-end/doc-start indicator line"), this.decorate(doc, !1), this.doc && (yield this.doc), this.doc = doc, this.atDirectives = !1;
            break;
          }
          case "byte-order-mark":
          case "space":
            break;
          case "comment":
          case "newline":
            this.prelude.push(token.source);
            break;
          case "error": {
            let msg = token.source ? `${token.message}: ${JSON.stringify(token.source)}` : token.message, error = new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg);
            this.atDirectives || !this.doc ? this.errors.push(error) : this.doc.errors.push(error);
            break;
          }
          case "doc-end": {
            if (!this.doc) {
              let msg = "Unexpected doc-end without preceding document";
              this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", msg));
              break;
            }
            this.doc.directives.docEnd = !0;
            let end = resolveEnd.resolveEnd(token.end, token.offset + token.source.length, this.doc.options.strict, this.onError);
            if (this.decorate(this.doc, !0), end.comment) {
              let dc = this.doc.comment;
              this.doc.comment = dc ? `${dc}
${end.comment}` : end.comment;
            }
            this.doc.range[2] = end.offset;
            break;
          }
          default:
            this.errors.push(new errors.YAMLParseError(getErrorPos(token), "UNEXPECTED_TOKEN", `Unsupported token ${token.type}`));
        }
      }
      /**
       * Call at end of input to yield any remaining document.
       *
       * @param forceDoc - If the stream contains no document, still emit a final document including any comments and directives that would be applied to a subsequent document.
       * @param endOffset - Should be set if `forceDoc` is also set, to set the document range end and to indicate errors correctly.
       */
      *end(forceDoc = !1, endOffset = -1) {
        if (this.doc)
          this.decorate(this.doc, !0), yield this.doc, this.doc = null;
        else if (forceDoc) {
          let opts = Object.assign({ _directives: this.directives }, this.options), doc = new Document.Document(void 0, opts);
          this.atDirectives && this.onError(endOffset, "MISSING_CHAR", "Missing directives-end indicator line"), doc.range = [0, endOffset, endOffset], this.decorate(doc, !1), yield doc;
        }
      }
    };
    exports.Composer = Composer;
  }
});

// node_modules/yaml/dist/parse/cst-scalar.js
var require_cst_scalar = __commonJS({
  "node_modules/yaml/dist/parse/cst-scalar.js"(exports) {
    "use strict";
    var resolveBlockScalar = require_resolve_block_scalar(), resolveFlowScalar = require_resolve_flow_scalar(), errors = require_errors(), stringifyString = require_stringifyString();
    function resolveAsScalar(token, strict2 = !0, onError) {
      if (token) {
        let _onError = (pos, code, message) => {
          let offset = typeof pos == "number" ? pos : Array.isArray(pos) ? pos[0] : pos.offset;
          if (onError)
            onError(offset, code, message);
          else
            throw new errors.YAMLParseError([offset, offset + 1], code, message);
        };
        switch (token.type) {
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return resolveFlowScalar.resolveFlowScalar(token, strict2, _onError);
          case "block-scalar":
            return resolveBlockScalar.resolveBlockScalar({ options: { strict: strict2 } }, token, _onError);
        }
      }
      return null;
    }
    function createScalarToken(value, context) {
      let { implicitKey = !1, indent, inFlow = !1, offset = -1, type = "PLAIN" } = context, source = stringifyString.stringifyString({ type, value }, {
        implicitKey,
        indent: indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: !0, lineWidth: -1 }
      }), end = context.end ?? [
        { type: "newline", offset: -1, indent, source: `
` }
      ];
      switch (source[0]) {
        case "|":
        case ">": {
          let he = source.indexOf(`
`), head = source.substring(0, he), body = source.substring(he + 1) + `
`, props = [
            { type: "block-scalar-header", offset, indent, source: head }
          ];
          return addEndtoBlockProps(props, end) || props.push({ type: "newline", offset: -1, indent, source: `
` }), { type: "block-scalar", offset, indent, props, source: body };
        }
        case '"':
          return { type: "double-quoted-scalar", offset, indent, source, end };
        case "'":
          return { type: "single-quoted-scalar", offset, indent, source, end };
        default:
          return { type: "scalar", offset, indent, source, end };
      }
    }
    function setScalarValue(token, value, context = {}) {
      let { afterKey = !1, implicitKey = !1, inFlow = !1, type } = context, indent = "indent" in token ? token.indent : null;
      if (afterKey && typeof indent == "number" && (indent += 2), !type)
        switch (token.type) {
          case "single-quoted-scalar":
            type = "QUOTE_SINGLE";
            break;
          case "double-quoted-scalar":
            type = "QUOTE_DOUBLE";
            break;
          case "block-scalar": {
            let header = token.props[0];
            if (header.type !== "block-scalar-header")
              throw new Error("Invalid block scalar header");
            type = header.source[0] === ">" ? "BLOCK_FOLDED" : "BLOCK_LITERAL";
            break;
          }
          default:
            type = "PLAIN";
        }
      let source = stringifyString.stringifyString({ type, value }, {
        implicitKey: implicitKey || indent === null,
        indent: indent !== null && indent > 0 ? " ".repeat(indent) : "",
        inFlow,
        options: { blockQuote: !0, lineWidth: -1 }
      });
      switch (source[0]) {
        case "|":
        case ">":
          setBlockScalarValue(token, source);
          break;
        case '"':
          setFlowScalarValue(token, source, "double-quoted-scalar");
          break;
        case "'":
          setFlowScalarValue(token, source, "single-quoted-scalar");
          break;
        default:
          setFlowScalarValue(token, source, "scalar");
      }
    }
    function setBlockScalarValue(token, source) {
      let he = source.indexOf(`
`), head = source.substring(0, he), body = source.substring(he + 1) + `
`;
      if (token.type === "block-scalar") {
        let header = token.props[0];
        if (header.type !== "block-scalar-header")
          throw new Error("Invalid block scalar header");
        header.source = head, token.source = body;
      } else {
        let { offset } = token, indent = "indent" in token ? token.indent : -1, props = [
          { type: "block-scalar-header", offset, indent, source: head }
        ];
        addEndtoBlockProps(props, "end" in token ? token.end : void 0) || props.push({ type: "newline", offset: -1, indent, source: `
` });
        for (let key of Object.keys(token))
          key !== "type" && key !== "offset" && delete token[key];
        Object.assign(token, { type: "block-scalar", indent, props, source: body });
      }
    }
    function addEndtoBlockProps(props, end) {
      if (end)
        for (let st of end)
          switch (st.type) {
            case "space":
            case "comment":
              props.push(st);
              break;
            case "newline":
              return props.push(st), !0;
          }
      return !1;
    }
    function setFlowScalarValue(token, source, type) {
      switch (token.type) {
        case "scalar":
        case "double-quoted-scalar":
        case "single-quoted-scalar":
          token.type = type, token.source = source;
          break;
        case "block-scalar": {
          let end = token.props.slice(1), oa = source.length;
          token.props[0].type === "block-scalar-header" && (oa -= token.props[0].source.length);
          for (let tok of end)
            tok.offset += oa;
          delete token.props, Object.assign(token, { type, source, end });
          break;
        }
        case "block-map":
        case "block-seq": {
          let nl = { type: "newline", offset: token.offset + source.length, indent: token.indent, source: `
` };
          delete token.items, Object.assign(token, { type, source, end: [nl] });
          break;
        }
        default: {
          let indent = "indent" in token ? token.indent : -1, end = "end" in token && Array.isArray(token.end) ? token.end.filter((st) => st.type === "space" || st.type === "comment" || st.type === "newline") : [];
          for (let key of Object.keys(token))
            key !== "type" && key !== "offset" && delete token[key];
          Object.assign(token, { type, indent, source, end });
        }
      }
    }
    exports.createScalarToken = createScalarToken;
    exports.resolveAsScalar = resolveAsScalar;
    exports.setScalarValue = setScalarValue;
  }
});

// node_modules/yaml/dist/parse/cst-stringify.js
var require_cst_stringify = __commonJS({
  "node_modules/yaml/dist/parse/cst-stringify.js"(exports) {
    "use strict";
    var stringify = (cst) => "type" in cst ? stringifyToken(cst) : stringifyItem(cst);
    function stringifyToken(token) {
      switch (token.type) {
        case "block-scalar": {
          let res = "";
          for (let tok of token.props)
            res += stringifyToken(tok);
          return res + token.source;
        }
        case "block-map":
        case "block-seq": {
          let res = "";
          for (let item of token.items)
            res += stringifyItem(item);
          return res;
        }
        case "flow-collection": {
          let res = token.start.source;
          for (let item of token.items)
            res += stringifyItem(item);
          for (let st of token.end)
            res += st.source;
          return res;
        }
        case "document": {
          let res = stringifyItem(token);
          if (token.end)
            for (let st of token.end)
              res += st.source;
          return res;
        }
        default: {
          let res = token.source;
          if ("end" in token && token.end)
            for (let st of token.end)
              res += st.source;
          return res;
        }
      }
    }
    function stringifyItem({ start, key, sep, value }) {
      let res = "";
      for (let st of start)
        res += st.source;
      if (key && (res += stringifyToken(key)), sep)
        for (let st of sep)
          res += st.source;
      return value && (res += stringifyToken(value)), res;
    }
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/parse/cst-visit.js
var require_cst_visit = __commonJS({
  "node_modules/yaml/dist/parse/cst-visit.js"(exports) {
    "use strict";
    var BREAK = /* @__PURE__ */ Symbol("break visit"), SKIP = /* @__PURE__ */ Symbol("skip children"), REMOVE = /* @__PURE__ */ Symbol("remove item");
    function visit(cst, visitor) {
      "type" in cst && cst.type === "document" && (cst = { start: cst.start, value: cst.value }), _visit(Object.freeze([]), cst, visitor);
    }
    visit.BREAK = BREAK;
    visit.SKIP = SKIP;
    visit.REMOVE = REMOVE;
    visit.itemAtPath = (cst, path) => {
      let item = cst;
      for (let [field, index] of path) {
        let tok = item?.[field];
        if (tok && "items" in tok)
          item = tok.items[index];
        else
          return;
      }
      return item;
    };
    visit.parentCollection = (cst, path) => {
      let parent = visit.itemAtPath(cst, path.slice(0, -1)), field = path[path.length - 1][0], coll = parent?.[field];
      if (coll && "items" in coll)
        return coll;
      throw new Error("Parent collection not found");
    };
    function _visit(path, item, visitor) {
      let ctrl = visitor(item, path);
      if (typeof ctrl == "symbol")
        return ctrl;
      for (let field of ["key", "value"]) {
        let token = item[field];
        if (token && "items" in token) {
          for (let i = 0; i < token.items.length; ++i) {
            let ci = _visit(Object.freeze(path.concat([[field, i]])), token.items[i], visitor);
            if (typeof ci == "number")
              i = ci - 1;
            else {
              if (ci === BREAK)
                return BREAK;
              ci === REMOVE && (token.items.splice(i, 1), i -= 1);
            }
          }
          typeof ctrl == "function" && field === "key" && (ctrl = ctrl(item, path));
        }
      }
      return typeof ctrl == "function" ? ctrl(item, path) : ctrl;
    }
    exports.visit = visit;
  }
});

// node_modules/yaml/dist/parse/cst.js
var require_cst = __commonJS({
  "node_modules/yaml/dist/parse/cst.js"(exports) {
    "use strict";
    var cstScalar = require_cst_scalar(), cstStringify = require_cst_stringify(), cstVisit = require_cst_visit(), BOM = "\uFEFF", DOCUMENT = "", FLOW_END = "", SCALAR = "", isCollection = (token) => !!token && "items" in token, isScalar2 = (token) => !!token && (token.type === "scalar" || token.type === "single-quoted-scalar" || token.type === "double-quoted-scalar" || token.type === "block-scalar");
    function prettyToken(token) {
      switch (token) {
        case BOM:
          return "<BOM>";
        case DOCUMENT:
          return "<DOC>";
        case FLOW_END:
          return "<FLOW_END>";
        case SCALAR:
          return "<SCALAR>";
        default:
          return JSON.stringify(token);
      }
    }
    function tokenType(source) {
      switch (source) {
        case BOM:
          return "byte-order-mark";
        case DOCUMENT:
          return "doc-mode";
        case FLOW_END:
          return "flow-error-end";
        case SCALAR:
          return "scalar";
        case "---":
          return "doc-start";
        case "...":
          return "doc-end";
        case "":
        case `
`:
        case `\r
`:
          return "newline";
        case "-":
          return "seq-item-ind";
        case "?":
          return "explicit-key-ind";
        case ":":
          return "map-value-ind";
        case "{":
          return "flow-map-start";
        case "}":
          return "flow-map-end";
        case "[":
          return "flow-seq-start";
        case "]":
          return "flow-seq-end";
        case ",":
          return "comma";
      }
      switch (source[0]) {
        case " ":
        case "	":
          return "space";
        case "#":
          return "comment";
        case "%":
          return "directive-line";
        case "*":
          return "alias";
        case "&":
          return "anchor";
        case "!":
          return "tag";
        case "'":
          return "single-quoted-scalar";
        case '"':
          return "double-quoted-scalar";
        case "|":
        case ">":
          return "block-scalar-header";
      }
      return null;
    }
    exports.createScalarToken = cstScalar.createScalarToken;
    exports.resolveAsScalar = cstScalar.resolveAsScalar;
    exports.setScalarValue = cstScalar.setScalarValue;
    exports.stringify = cstStringify.stringify;
    exports.visit = cstVisit.visit;
    exports.BOM = BOM;
    exports.DOCUMENT = DOCUMENT;
    exports.FLOW_END = FLOW_END;
    exports.SCALAR = SCALAR;
    exports.isCollection = isCollection;
    exports.isScalar = isScalar2;
    exports.prettyToken = prettyToken;
    exports.tokenType = tokenType;
  }
});

// node_modules/yaml/dist/parse/lexer.js
var require_lexer = __commonJS({
  "node_modules/yaml/dist/parse/lexer.js"(exports) {
    "use strict";
    var cst = require_cst();
    function isEmpty(ch) {
      switch (ch) {
        case void 0:
        case " ":
        case `
`:
        case "\r":
        case "	":
          return !0;
        default:
          return !1;
      }
    }
    var hexDigits = new Set("0123456789ABCDEFabcdef"), tagChars = new Set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-#;/?:@&=+$_.!~*'()"), flowIndicatorChars = new Set(",[]{}"), invalidAnchorChars = new Set(` ,[]{}
\r	`), isNotAnchorChar = (ch) => !ch || invalidAnchorChars.has(ch), Lexer = class {
      constructor() {
        this.atEnd = !1, this.blockScalarIndent = -1, this.blockScalarKeep = !1, this.buffer = "", this.flowKey = !1, this.flowLevel = 0, this.indentNext = 0, this.indentValue = 0, this.lineEndPos = null, this.next = null, this.pos = 0;
      }
      /**
       * Generate YAML tokens from the `source` string. If `incomplete`,
       * a part of the last line may be left as a buffer for the next call.
       *
       * @returns A generator of lexical tokens
       */
      *lex(source, incomplete = !1) {
        if (source) {
          if (typeof source != "string")
            throw TypeError("source is not a string");
          this.buffer = this.buffer ? this.buffer + source : source, this.lineEndPos = null;
        }
        this.atEnd = !incomplete;
        let next2 = this.next ?? "stream";
        for (; next2 && (incomplete || this.hasChars(1)); )
          next2 = yield* this.parseNext(next2);
      }
      atLineEnd() {
        let i = this.pos, ch = this.buffer[i];
        for (; ch === " " || ch === "	"; )
          ch = this.buffer[++i];
        return !ch || ch === "#" || ch === `
` ? !0 : ch === "\r" ? this.buffer[i + 1] === `
` : !1;
      }
      charAt(n) {
        return this.buffer[this.pos + n];
      }
      continueScalar(offset) {
        let ch = this.buffer[offset];
        if (this.indentNext > 0) {
          let indent = 0;
          for (; ch === " "; )
            ch = this.buffer[++indent + offset];
          if (ch === "\r") {
            let next2 = this.buffer[indent + offset + 1];
            if (next2 === `
` || !next2 && !this.atEnd)
              return offset + indent + 1;
          }
          return ch === `
` || indent >= this.indentNext || !ch && !this.atEnd ? offset + indent : -1;
        }
        if (ch === "-" || ch === ".") {
          let dt = this.buffer.substr(offset, 3);
          if ((dt === "---" || dt === "...") && isEmpty(this.buffer[offset + 3]))
            return -1;
        }
        return offset;
      }
      getLine() {
        let end = this.lineEndPos;
        return (typeof end != "number" || end !== -1 && end < this.pos) && (end = this.buffer.indexOf(`
`, this.pos), this.lineEndPos = end), end === -1 ? this.atEnd ? this.buffer.substring(this.pos) : null : (this.buffer[end - 1] === "\r" && (end -= 1), this.buffer.substring(this.pos, end));
      }
      hasChars(n) {
        return this.pos + n <= this.buffer.length;
      }
      setNext(state) {
        return this.buffer = this.buffer.substring(this.pos), this.pos = 0, this.lineEndPos = null, this.next = state, null;
      }
      peek(n) {
        return this.buffer.substr(this.pos, n);
      }
      *parseNext(next2) {
        switch (next2) {
          case "stream":
            return yield* this.parseStream();
          case "line-start":
            return yield* this.parseLineStart();
          case "block-start":
            return yield* this.parseBlockStart();
          case "doc":
            return yield* this.parseDocument();
          case "flow":
            return yield* this.parseFlowCollection();
          case "quoted-scalar":
            return yield* this.parseQuotedScalar();
          case "block-scalar":
            return yield* this.parseBlockScalar();
          case "plain-scalar":
            return yield* this.parsePlainScalar();
        }
      }
      *parseStream() {
        let line = this.getLine();
        if (line === null)
          return this.setNext("stream");
        if (line[0] === cst.BOM && (yield* this.pushCount(1), line = line.substring(1)), line[0] === "%") {
          let dirEnd = line.length, cs = line.indexOf("#");
          for (; cs !== -1; ) {
            let ch = line[cs - 1];
            if (ch === " " || ch === "	") {
              dirEnd = cs - 1;
              break;
            } else
              cs = line.indexOf("#", cs + 1);
          }
          for (; ; ) {
            let ch = line[dirEnd - 1];
            if (ch === " " || ch === "	")
              dirEnd -= 1;
            else
              break;
          }
          let n = (yield* this.pushCount(dirEnd)) + (yield* this.pushSpaces(!0));
          return yield* this.pushCount(line.length - n), this.pushNewline(), "stream";
        }
        if (this.atLineEnd()) {
          let sp = yield* this.pushSpaces(!0);
          return yield* this.pushCount(line.length - sp), yield* this.pushNewline(), "stream";
        }
        return yield cst.DOCUMENT, yield* this.parseLineStart();
      }
      *parseLineStart() {
        let ch = this.charAt(0);
        if (!ch && !this.atEnd)
          return this.setNext("line-start");
        if (ch === "-" || ch === ".") {
          if (!this.atEnd && !this.hasChars(4))
            return this.setNext("line-start");
          let s = this.peek(3);
          if ((s === "---" || s === "...") && isEmpty(this.charAt(3)))
            return yield* this.pushCount(3), this.indentValue = 0, this.indentNext = 0, s === "---" ? "doc" : "stream";
        }
        return this.indentValue = yield* this.pushSpaces(!1), this.indentNext > this.indentValue && !isEmpty(this.charAt(1)) && (this.indentNext = this.indentValue), yield* this.parseBlockStart();
      }
      *parseBlockStart() {
        let [ch0, ch1] = this.peek(2);
        if (!ch1 && !this.atEnd)
          return this.setNext("block-start");
        if ((ch0 === "-" || ch0 === "?" || ch0 === ":") && isEmpty(ch1)) {
          let n = (yield* this.pushCount(1)) + (yield* this.pushSpaces(!0));
          return this.indentNext = this.indentValue + 1, this.indentValue += n, "block-start";
        }
        return "doc";
      }
      *parseDocument() {
        yield* this.pushSpaces(!0);
        let line = this.getLine();
        if (line === null)
          return this.setNext("doc");
        let n = yield* this.pushIndicators();
        switch (line[n]) {
          case "#":
            yield* this.pushCount(line.length - n);
          // fallthrough
          case void 0:
            return yield* this.pushNewline(), yield* this.parseLineStart();
          case "{":
          case "[":
            return yield* this.pushCount(1), this.flowKey = !1, this.flowLevel = 1, "flow";
          case "}":
          case "]":
            return yield* this.pushCount(1), "doc";
          case "*":
            return yield* this.pushUntil(isNotAnchorChar), "doc";
          case '"':
          case "'":
            return yield* this.parseQuotedScalar();
          case "|":
          case ">":
            return n += yield* this.parseBlockScalarHeader(), n += yield* this.pushSpaces(!0), yield* this.pushCount(line.length - n), yield* this.pushNewline(), yield* this.parseBlockScalar();
          default:
            return yield* this.parsePlainScalar();
        }
      }
      *parseFlowCollection() {
        let nl, sp, indent = -1;
        do
          nl = yield* this.pushNewline(), nl > 0 ? (sp = yield* this.pushSpaces(!1), this.indentValue = indent = sp) : sp = 0, sp += yield* this.pushSpaces(!0);
        while (nl + sp > 0);
        let line = this.getLine();
        if (line === null)
          return this.setNext("flow");
        if ((indent !== -1 && indent < this.indentNext && line[0] !== "#" || indent === 0 && (line.startsWith("---") || line.startsWith("...")) && isEmpty(line[3])) && !(indent === this.indentNext - 1 && this.flowLevel === 1 && (line[0] === "]" || line[0] === "}")))
          return this.flowLevel = 0, yield cst.FLOW_END, yield* this.parseLineStart();
        let n = 0;
        for (; line[n] === ","; )
          n += yield* this.pushCount(1), n += yield* this.pushSpaces(!0), this.flowKey = !1;
        switch (n += yield* this.pushIndicators(), line[n]) {
          case void 0:
            return "flow";
          case "#":
            return yield* this.pushCount(line.length - n), "flow";
          case "{":
          case "[":
            return yield* this.pushCount(1), this.flowKey = !1, this.flowLevel += 1, "flow";
          case "}":
          case "]":
            return yield* this.pushCount(1), this.flowKey = !0, this.flowLevel -= 1, this.flowLevel ? "flow" : "doc";
          case "*":
            return yield* this.pushUntil(isNotAnchorChar), "flow";
          case '"':
          case "'":
            return this.flowKey = !0, yield* this.parseQuotedScalar();
          case ":": {
            let next2 = this.charAt(1);
            if (this.flowKey || isEmpty(next2) || next2 === ",")
              return this.flowKey = !1, yield* this.pushCount(1), yield* this.pushSpaces(!0), "flow";
          }
          // fallthrough
          default:
            return this.flowKey = !1, yield* this.parsePlainScalar();
        }
      }
      *parseQuotedScalar() {
        let quote2 = this.charAt(0), end = this.buffer.indexOf(quote2, this.pos + 1);
        if (quote2 === "'")
          for (; end !== -1 && this.buffer[end + 1] === "'"; )
            end = this.buffer.indexOf("'", end + 2);
        else
          for (; end !== -1; ) {
            let n = 0;
            for (; this.buffer[end - 1 - n] === "\\"; )
              n += 1;
            if (n % 2 === 0)
              break;
            end = this.buffer.indexOf('"', end + 1);
          }
        let qb = this.buffer.substring(0, end), nl = qb.indexOf(`
`, this.pos);
        if (nl !== -1) {
          for (; nl !== -1; ) {
            let cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = qb.indexOf(`
`, cs);
          }
          nl !== -1 && (end = nl - (qb[nl - 1] === "\r" ? 2 : 1));
        }
        if (end === -1) {
          if (!this.atEnd)
            return this.setNext("quoted-scalar");
          end = this.buffer.length;
        }
        return yield* this.pushToIndex(end + 1, !1), this.flowLevel ? "flow" : "doc";
      }
      *parseBlockScalarHeader() {
        this.blockScalarIndent = -1, this.blockScalarKeep = !1;
        let i = this.pos;
        for (; ; ) {
          let ch = this.buffer[++i];
          if (ch === "+")
            this.blockScalarKeep = !0;
          else if (ch > "0" && ch <= "9")
            this.blockScalarIndent = Number(ch) - 1;
          else if (ch !== "-")
            break;
        }
        return yield* this.pushUntil((ch) => isEmpty(ch) || ch === "#");
      }
      *parseBlockScalar() {
        let nl = this.pos - 1, indent = 0, ch;
        loop: for (let i2 = this.pos; ch = this.buffer[i2]; ++i2)
          switch (ch) {
            case " ":
              indent += 1;
              break;
            case `
`:
              nl = i2, indent = 0;
              break;
            case "\r": {
              let next2 = this.buffer[i2 + 1];
              if (!next2 && !this.atEnd)
                return this.setNext("block-scalar");
              if (next2 === `
`)
                break;
            }
            // fallthrough
            default:
              break loop;
          }
        if (!ch && !this.atEnd)
          return this.setNext("block-scalar");
        if (indent >= this.indentNext) {
          this.blockScalarIndent === -1 ? this.indentNext = indent : this.indentNext = this.blockScalarIndent + (this.indentNext === 0 ? 1 : this.indentNext);
          do {
            let cs = this.continueScalar(nl + 1);
            if (cs === -1)
              break;
            nl = this.buffer.indexOf(`
`, cs);
          } while (nl !== -1);
          if (nl === -1) {
            if (!this.atEnd)
              return this.setNext("block-scalar");
            nl = this.buffer.length;
          }
        }
        let i = nl + 1;
        for (ch = this.buffer[i]; ch === " "; )
          ch = this.buffer[++i];
        if (ch === "	") {
          for (; ch === "	" || ch === " " || ch === "\r" || ch === `
`; )
            ch = this.buffer[++i];
          nl = i - 1;
        } else if (!this.blockScalarKeep)
          do {
            let i2 = nl - 1, ch2 = this.buffer[i2];
            ch2 === "\r" && (ch2 = this.buffer[--i2]);
            let lastChar = i2;
            for (; ch2 === " "; )
              ch2 = this.buffer[--i2];
            if (ch2 === `
` && i2 >= this.pos && i2 + 1 + indent > lastChar)
              nl = i2;
            else
              break;
          } while (!0);
        return yield cst.SCALAR, yield* this.pushToIndex(nl + 1, !0), yield* this.parseLineStart();
      }
      *parsePlainScalar() {
        let inFlow = this.flowLevel > 0, end = this.pos - 1, i = this.pos - 1, ch;
        for (; ch = this.buffer[++i]; )
          if (ch === ":") {
            let next2 = this.buffer[i + 1];
            if (isEmpty(next2) || inFlow && flowIndicatorChars.has(next2))
              break;
            end = i;
          } else if (isEmpty(ch)) {
            let next2 = this.buffer[i + 1];
            if (ch === "\r" && (next2 === `
` ? (i += 1, ch = `
`, next2 = this.buffer[i + 1]) : end = i), next2 === "#" || inFlow && flowIndicatorChars.has(next2))
              break;
            if (ch === `
`) {
              let cs = this.continueScalar(i + 1);
              if (cs === -1)
                break;
              i = Math.max(i, cs - 2);
            }
          } else {
            if (inFlow && flowIndicatorChars.has(ch))
              break;
            end = i;
          }
        return !ch && !this.atEnd ? this.setNext("plain-scalar") : (yield cst.SCALAR, yield* this.pushToIndex(end + 1, !0), inFlow ? "flow" : "doc");
      }
      *pushCount(n) {
        return n > 0 ? (yield this.buffer.substr(this.pos, n), this.pos += n, n) : 0;
      }
      *pushToIndex(i, allowEmpty) {
        let s = this.buffer.slice(this.pos, i);
        return s ? (yield s, this.pos += s.length, s.length) : (allowEmpty && (yield ""), 0);
      }
      *pushIndicators() {
        let n = 0;
        loop: for (; ; ) {
          switch (this.charAt(0)) {
            case "!":
              n += yield* this.pushTag(), n += yield* this.pushSpaces(!0);
              continue loop;
            case "&":
              n += yield* this.pushUntil(isNotAnchorChar), n += yield* this.pushSpaces(!0);
              continue loop;
            case "-":
            // this is an error
            case "?":
            // this is an error outside flow collections
            case ":": {
              let inFlow = this.flowLevel > 0, ch1 = this.charAt(1);
              if (isEmpty(ch1) || inFlow && flowIndicatorChars.has(ch1)) {
                inFlow ? this.flowKey && (this.flowKey = !1) : this.indentNext = this.indentValue + 1, n += yield* this.pushCount(1), n += yield* this.pushSpaces(!0);
                continue loop;
              }
            }
          }
          break loop;
        }
        return n;
      }
      *pushTag() {
        if (this.charAt(1) === "<") {
          let i = this.pos + 2, ch = this.buffer[i];
          for (; !isEmpty(ch) && ch !== ">"; )
            ch = this.buffer[++i];
          return yield* this.pushToIndex(ch === ">" ? i + 1 : i, !1);
        } else {
          let i = this.pos + 1, ch = this.buffer[i];
          for (; ch; )
            if (tagChars.has(ch))
              ch = this.buffer[++i];
            else if (ch === "%" && hexDigits.has(this.buffer[i + 1]) && hexDigits.has(this.buffer[i + 2]))
              ch = this.buffer[i += 3];
            else
              break;
          return yield* this.pushToIndex(i, !1);
        }
      }
      *pushNewline() {
        let ch = this.buffer[this.pos];
        return ch === `
` ? yield* this.pushCount(1) : ch === "\r" && this.charAt(1) === `
` ? yield* this.pushCount(2) : 0;
      }
      *pushSpaces(allowTabs) {
        let i = this.pos - 1, ch;
        do
          ch = this.buffer[++i];
        while (ch === " " || allowTabs && ch === "	");
        let n = i - this.pos;
        return n > 0 && (yield this.buffer.substr(this.pos, n), this.pos = i), n;
      }
      *pushUntil(test) {
        let i = this.pos, ch = this.buffer[i];
        for (; !test(ch); )
          ch = this.buffer[++i];
        return yield* this.pushToIndex(i, !1);
      }
    };
    exports.Lexer = Lexer;
  }
});

// node_modules/yaml/dist/parse/line-counter.js
var require_line_counter = __commonJS({
  "node_modules/yaml/dist/parse/line-counter.js"(exports) {
    "use strict";
    var LineCounter = class {
      constructor() {
        this.lineStarts = [], this.addNewLine = (offset) => this.lineStarts.push(offset), this.linePos = (offset) => {
          let low = 0, high = this.lineStarts.length;
          for (; low < high; ) {
            let mid = low + high >> 1;
            this.lineStarts[mid] < offset ? low = mid + 1 : high = mid;
          }
          if (this.lineStarts[low] === offset)
            return { line: low + 1, col: 1 };
          if (low === 0)
            return { line: 0, col: offset };
          let start = this.lineStarts[low - 1];
          return { line: low, col: offset - start + 1 };
        };
      }
    };
    exports.LineCounter = LineCounter;
  }
});

// node_modules/yaml/dist/parse/parser.js
var require_parser = __commonJS({
  "node_modules/yaml/dist/parse/parser.js"(exports) {
    "use strict";
    var node_process = __require("process"), cst = require_cst(), lexer = require_lexer();
    function includesToken(list, type) {
      for (let i = 0; i < list.length; ++i)
        if (list[i].type === type)
          return !0;
      return !1;
    }
    function findNonEmptyIndex(list) {
      for (let i = 0; i < list.length; ++i)
        switch (list[i].type) {
          case "space":
          case "comment":
          case "newline":
            break;
          default:
            return i;
        }
      return -1;
    }
    function isFlowToken(token) {
      switch (token?.type) {
        case "alias":
        case "scalar":
        case "single-quoted-scalar":
        case "double-quoted-scalar":
        case "flow-collection":
          return !0;
        default:
          return !1;
      }
    }
    function getPrevProps(parent) {
      switch (parent.type) {
        case "document":
          return parent.start;
        case "block-map": {
          let it = parent.items[parent.items.length - 1];
          return it.sep ?? it.start;
        }
        case "block-seq":
          return parent.items[parent.items.length - 1].start;
        /* istanbul ignore next should not happen */
        default:
          return [];
      }
    }
    function getFirstKeyStartProps(prev) {
      if (prev.length === 0)
        return [];
      let i = prev.length;
      loop: for (; --i >= 0; )
        switch (prev[i].type) {
          case "doc-start":
          case "explicit-key-ind":
          case "map-value-ind":
          case "seq-item-ind":
          case "newline":
            break loop;
        }
      for (; prev[++i]?.type === "space"; )
        ;
      return prev.splice(i, prev.length);
    }
    function arrayPushArray(target, source) {
      if (source.length < 1e5)
        Array.prototype.push.apply(target, source);
      else
        for (let i = 0; i < source.length; ++i)
          target.push(source[i]);
    }
    function fixFlowSeqItems(fc) {
      if (fc.start.type === "flow-seq-start")
        for (let it of fc.items)
          it.sep && !it.value && !includesToken(it.start, "explicit-key-ind") && !includesToken(it.sep, "map-value-ind") && (it.key && (it.value = it.key), delete it.key, isFlowToken(it.value) ? it.value.end ? arrayPushArray(it.value.end, it.sep) : it.value.end = it.sep : arrayPushArray(it.start, it.sep), delete it.sep);
    }
    var Parser = class {
      /**
       * @param onNewLine - If defined, called separately with the start position of
       *   each new line (in `parse()`, including the start of input).
       */
      constructor(onNewLine) {
        this.atNewLine = !0, this.atScalar = !1, this.indent = 0, this.offset = 0, this.onKeyLine = !1, this.stack = [], this.source = "", this.type = "", this.lexer = new lexer.Lexer(), this.onNewLine = onNewLine;
      }
      /**
       * Parse `source` as a YAML stream.
       * If `incomplete`, a part of the last line may be left as a buffer for the next call.
       *
       * Errors are not thrown, but yielded as `{ type: 'error', message }` tokens.
       *
       * @returns A generator of tokens representing each directive, document, and other structure.
       */
      *parse(source, incomplete = !1) {
        this.onNewLine && this.offset === 0 && this.onNewLine(0);
        for (let lexeme of this.lexer.lex(source, incomplete))
          yield* this.next(lexeme);
        incomplete || (yield* this.end());
      }
      /**
       * Advance the parser by the `source` of one lexical token.
       */
      *next(source) {
        if (this.source = source, node_process.env.LOG_TOKENS && console.log("|", cst.prettyToken(source)), this.atScalar) {
          this.atScalar = !1, yield* this.step(), this.offset += source.length;
          return;
        }
        let type = cst.tokenType(source);
        if (type)
          if (type === "scalar")
            this.atNewLine = !1, this.atScalar = !0, this.type = "scalar";
          else {
            switch (this.type = type, yield* this.step(), type) {
              case "newline":
                this.atNewLine = !0, this.indent = 0, this.onNewLine && this.onNewLine(this.offset + source.length);
                break;
              case "space":
                this.atNewLine && source[0] === " " && (this.indent += source.length);
                break;
              case "explicit-key-ind":
              case "map-value-ind":
              case "seq-item-ind":
                this.atNewLine && (this.indent += source.length);
                break;
              case "doc-mode":
              case "flow-error-end":
                return;
              default:
                this.atNewLine = !1;
            }
            this.offset += source.length;
          }
        else {
          let message = `Not a YAML token: ${source}`;
          yield* this.pop({ type: "error", offset: this.offset, message, source }), this.offset += source.length;
        }
      }
      /** Call at end of input to push out any remaining constructions */
      *end() {
        for (; this.stack.length > 0; )
          yield* this.pop();
      }
      get sourceToken() {
        return {
          type: this.type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
      }
      *step() {
        let top = this.peek(1);
        if (this.type === "doc-end" && top?.type !== "doc-end") {
          for (; this.stack.length > 0; )
            yield* this.pop();
          this.stack.push({
            type: "doc-end",
            offset: this.offset,
            source: this.source
          });
          return;
        }
        if (!top)
          return yield* this.stream();
        switch (top.type) {
          case "document":
            return yield* this.document(top);
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return yield* this.scalar(top);
          case "block-scalar":
            return yield* this.blockScalar(top);
          case "block-map":
            return yield* this.blockMap(top);
          case "block-seq":
            return yield* this.blockSequence(top);
          case "flow-collection":
            return yield* this.flowCollection(top);
          case "doc-end":
            return yield* this.documentEnd(top);
        }
        yield* this.pop();
      }
      peek(n) {
        return this.stack[this.stack.length - n];
      }
      *pop(error) {
        let token = error ?? this.stack.pop();
        if (!token)
          yield { type: "error", offset: this.offset, source: "", message: "Tried to pop an empty stack" };
        else if (this.stack.length === 0)
          yield token;
        else {
          let top = this.peek(1);
          switch (token.type === "block-scalar" ? token.indent = "indent" in top ? top.indent : 0 : token.type === "flow-collection" && top.type === "document" && (token.indent = 0), token.type === "flow-collection" && fixFlowSeqItems(token), top.type) {
            case "document":
              top.value = token;
              break;
            case "block-scalar":
              top.props.push(token);
              break;
            case "block-map": {
              let it = top.items[top.items.length - 1];
              if (it.value) {
                top.items.push({ start: [], key: token, sep: [] }), this.onKeyLine = !0;
                return;
              } else if (it.sep)
                it.value = token;
              else {
                Object.assign(it, { key: token, sep: [] }), this.onKeyLine = !it.explicitKey;
                return;
              }
              break;
            }
            case "block-seq": {
              let it = top.items[top.items.length - 1];
              it.value ? top.items.push({ start: [], value: token }) : it.value = token;
              break;
            }
            case "flow-collection": {
              let it = top.items[top.items.length - 1];
              !it || it.value ? top.items.push({ start: [], key: token, sep: [] }) : it.sep ? it.value = token : Object.assign(it, { key: token, sep: [] });
              return;
            }
            /* istanbul ignore next should not happen */
            default:
              yield* this.pop(), yield* this.pop(token);
          }
          if ((top.type === "document" || top.type === "block-map" || top.type === "block-seq") && (token.type === "block-map" || token.type === "block-seq")) {
            let last = token.items[token.items.length - 1];
            last && !last.sep && !last.value && last.start.length > 0 && findNonEmptyIndex(last.start) === -1 && (token.indent === 0 || last.start.every((st) => st.type !== "comment" || st.indent < token.indent)) && (top.type === "document" ? top.end = last.start : top.items.push({ start: last.start }), token.items.splice(-1, 1));
          }
        }
      }
      *stream() {
        switch (this.type) {
          case "directive-line":
            yield { type: "directive", offset: this.offset, source: this.source };
            return;
          case "byte-order-mark":
          case "space":
          case "comment":
          case "newline":
            yield this.sourceToken;
            return;
          case "doc-mode":
          case "doc-start": {
            let doc = {
              type: "document",
              offset: this.offset,
              start: []
            };
            this.type === "doc-start" && doc.start.push(this.sourceToken), this.stack.push(doc);
            return;
          }
        }
        yield {
          type: "error",
          offset: this.offset,
          message: `Unexpected ${this.type} token in YAML stream`,
          source: this.source
        };
      }
      *document(doc) {
        if (doc.value)
          return yield* this.lineEnd(doc);
        switch (this.type) {
          case "doc-start": {
            findNonEmptyIndex(doc.start) !== -1 ? (yield* this.pop(), yield* this.step()) : doc.start.push(this.sourceToken);
            return;
          }
          case "anchor":
          case "tag":
          case "space":
          case "comment":
          case "newline":
            doc.start.push(this.sourceToken);
            return;
        }
        let bv = this.startBlockValue(doc);
        bv ? this.stack.push(bv) : yield {
          type: "error",
          offset: this.offset,
          message: `Unexpected ${this.type} token in YAML document`,
          source: this.source
        };
      }
      *scalar(scalar2) {
        if (this.type === "map-value-ind") {
          let prev = getPrevProps(this.peek(2)), start = getFirstKeyStartProps(prev), sep;
          scalar2.end ? (sep = scalar2.end, sep.push(this.sourceToken), delete scalar2.end) : sep = [this.sourceToken];
          let map = {
            type: "block-map",
            offset: scalar2.offset,
            indent: scalar2.indent,
            items: [{ start, key: scalar2, sep }]
          };
          this.onKeyLine = !0, this.stack[this.stack.length - 1] = map;
        } else
          yield* this.lineEnd(scalar2);
      }
      *blockScalar(scalar2) {
        switch (this.type) {
          case "space":
          case "comment":
          case "newline":
            scalar2.props.push(this.sourceToken);
            return;
          case "scalar":
            if (scalar2.source = this.source, this.atNewLine = !0, this.indent = 0, this.onNewLine) {
              let nl = this.source.indexOf(`
`) + 1;
              for (; nl !== 0; )
                this.onNewLine(this.offset + nl), nl = this.source.indexOf(`
`, nl) + 1;
            }
            yield* this.pop();
            break;
          /* istanbul ignore next should not happen */
          default:
            yield* this.pop(), yield* this.step();
        }
      }
      *blockMap(map) {
        let it = map.items[map.items.length - 1];
        switch (this.type) {
          case "newline":
            if (this.onKeyLine = !1, it.value) {
              let end = "end" in it.value ? it.value.end : void 0;
              (Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment" ? end?.push(this.sourceToken) : map.items.push({ start: [this.sourceToken] });
            } else it.sep ? it.sep.push(this.sourceToken) : it.start.push(this.sourceToken);
            return;
          case "space":
          case "comment":
            if (it.value)
              map.items.push({ start: [this.sourceToken] });
            else if (it.sep)
              it.sep.push(this.sourceToken);
            else {
              if (this.atIndentedComment(it.start, map.indent)) {
                let end = map.items[map.items.length - 2]?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start), end.push(this.sourceToken), map.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
        }
        if (this.indent >= map.indent) {
          let atMapIndent = !this.onKeyLine && this.indent === map.indent, atNextItem = atMapIndent && (it.sep || it.explicitKey) && this.type !== "seq-item-ind", start = [];
          if (atNextItem && it.sep && !it.value) {
            let nl = [];
            for (let i = 0; i < it.sep.length; ++i) {
              let st = it.sep[i];
              switch (st.type) {
                case "newline":
                  nl.push(i);
                  break;
                case "space":
                  break;
                case "comment":
                  st.indent > map.indent && (nl.length = 0);
                  break;
                default:
                  nl.length = 0;
              }
            }
            nl.length >= 2 && (start = it.sep.splice(nl[1]));
          }
          switch (this.type) {
            case "anchor":
            case "tag":
              atNextItem || it.value ? (start.push(this.sourceToken), map.items.push({ start }), this.onKeyLine = !0) : it.sep ? it.sep.push(this.sourceToken) : it.start.push(this.sourceToken);
              return;
            case "explicit-key-ind":
              !it.sep && !it.explicitKey ? (it.start.push(this.sourceToken), it.explicitKey = !0) : atNextItem || it.value ? (start.push(this.sourceToken), map.items.push({ start, explicitKey: !0 })) : this.stack.push({
                type: "block-map",
                offset: this.offset,
                indent: this.indent,
                items: [{ start: [this.sourceToken], explicitKey: !0 }]
              }), this.onKeyLine = !0;
              return;
            case "map-value-ind":
              if (it.explicitKey)
                if (it.sep)
                  if (it.value)
                    map.items.push({ start: [], key: null, sep: [this.sourceToken] });
                  else if (includesToken(it.sep, "map-value-ind"))
                    this.stack.push({
                      type: "block-map",
                      offset: this.offset,
                      indent: this.indent,
                      items: [{ start, key: null, sep: [this.sourceToken] }]
                    });
                  else if (isFlowToken(it.key) && !includesToken(it.sep, "newline")) {
                    let start2 = getFirstKeyStartProps(it.start), key = it.key, sep = it.sep;
                    sep.push(this.sourceToken), delete it.key, delete it.sep, this.stack.push({
                      type: "block-map",
                      offset: this.offset,
                      indent: this.indent,
                      items: [{ start: start2, key, sep }]
                    });
                  } else start.length > 0 ? it.sep = it.sep.concat(start, this.sourceToken) : it.sep.push(this.sourceToken);
                else if (includesToken(it.start, "newline"))
                  Object.assign(it, { key: null, sep: [this.sourceToken] });
                else {
                  let start2 = getFirstKeyStartProps(it.start);
                  this.stack.push({
                    type: "block-map",
                    offset: this.offset,
                    indent: this.indent,
                    items: [{ start: start2, key: null, sep: [this.sourceToken] }]
                  });
                }
              else
                it.sep ? it.value || atNextItem ? map.items.push({ start, key: null, sep: [this.sourceToken] }) : includesToken(it.sep, "map-value-ind") ? this.stack.push({
                  type: "block-map",
                  offset: this.offset,
                  indent: this.indent,
                  items: [{ start: [], key: null, sep: [this.sourceToken] }]
                }) : it.sep.push(this.sourceToken) : Object.assign(it, { key: null, sep: [this.sourceToken] });
              this.onKeyLine = !0;
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              let fs = this.flowScalar(this.type);
              atNextItem || it.value ? (map.items.push({ start, key: fs, sep: [] }), this.onKeyLine = !0) : it.sep ? this.stack.push(fs) : (Object.assign(it, { key: fs, sep: [] }), this.onKeyLine = !0);
              return;
            }
            default: {
              let bv = this.startBlockValue(map);
              if (bv) {
                if (bv.type === "block-seq") {
                  if (!it.explicitKey && it.sep && !includesToken(it.sep, "newline")) {
                    yield* this.pop({
                      type: "error",
                      offset: this.offset,
                      message: "Unexpected block-seq-ind on same line with key",
                      source: this.source
                    });
                    return;
                  }
                } else atMapIndent && map.items.push({ start });
                this.stack.push(bv);
                return;
              }
            }
          }
        }
        yield* this.pop(), yield* this.step();
      }
      *blockSequence(seq) {
        let it = seq.items[seq.items.length - 1];
        switch (this.type) {
          case "newline":
            if (it.value) {
              let end = "end" in it.value ? it.value.end : void 0;
              (Array.isArray(end) ? end[end.length - 1] : void 0)?.type === "comment" ? end?.push(this.sourceToken) : seq.items.push({ start: [this.sourceToken] });
            } else
              it.start.push(this.sourceToken);
            return;
          case "space":
          case "comment":
            if (it.value)
              seq.items.push({ start: [this.sourceToken] });
            else {
              if (this.atIndentedComment(it.start, seq.indent)) {
                let end = seq.items[seq.items.length - 2]?.value?.end;
                if (Array.isArray(end)) {
                  arrayPushArray(end, it.start), end.push(this.sourceToken), seq.items.pop();
                  return;
                }
              }
              it.start.push(this.sourceToken);
            }
            return;
          case "anchor":
          case "tag":
            if (it.value || this.indent <= seq.indent)
              break;
            it.start.push(this.sourceToken);
            return;
          case "seq-item-ind":
            if (this.indent !== seq.indent)
              break;
            it.value || includesToken(it.start, "seq-item-ind") ? seq.items.push({ start: [this.sourceToken] }) : it.start.push(this.sourceToken);
            return;
        }
        if (this.indent > seq.indent) {
          let bv = this.startBlockValue(seq);
          if (bv) {
            this.stack.push(bv);
            return;
          }
        }
        yield* this.pop(), yield* this.step();
      }
      *flowCollection(fc) {
        let it = fc.items[fc.items.length - 1];
        if (this.type === "flow-error-end") {
          let top;
          do
            yield* this.pop(), top = this.peek(1);
          while (top?.type === "flow-collection");
        } else if (fc.end.length === 0) {
          switch (this.type) {
            case "comma":
            case "explicit-key-ind":
              !it || it.sep ? fc.items.push({ start: [this.sourceToken] }) : it.start.push(this.sourceToken);
              return;
            case "map-value-ind":
              !it || it.value ? fc.items.push({ start: [], key: null, sep: [this.sourceToken] }) : it.sep ? it.sep.push(this.sourceToken) : Object.assign(it, { key: null, sep: [this.sourceToken] });
              return;
            case "space":
            case "comment":
            case "newline":
            case "anchor":
            case "tag":
              !it || it.value ? fc.items.push({ start: [this.sourceToken] }) : it.sep ? it.sep.push(this.sourceToken) : it.start.push(this.sourceToken);
              return;
            case "alias":
            case "scalar":
            case "single-quoted-scalar":
            case "double-quoted-scalar": {
              let fs = this.flowScalar(this.type);
              !it || it.value ? fc.items.push({ start: [], key: fs, sep: [] }) : it.sep ? this.stack.push(fs) : Object.assign(it, { key: fs, sep: [] });
              return;
            }
            case "flow-map-end":
            case "flow-seq-end":
              fc.end.push(this.sourceToken);
              return;
          }
          let bv = this.startBlockValue(fc);
          bv ? this.stack.push(bv) : (yield* this.pop(), yield* this.step());
        } else {
          let parent = this.peek(2);
          if (parent.type === "block-map" && (this.type === "map-value-ind" && parent.indent === fc.indent || this.type === "newline" && !parent.items[parent.items.length - 1].sep))
            yield* this.pop(), yield* this.step();
          else if (this.type === "map-value-ind" && parent.type !== "flow-collection") {
            let prev = getPrevProps(parent), start = getFirstKeyStartProps(prev);
            fixFlowSeqItems(fc);
            let sep = fc.end.splice(1, fc.end.length);
            sep.push(this.sourceToken);
            let map = {
              type: "block-map",
              offset: fc.offset,
              indent: fc.indent,
              items: [{ start, key: fc, sep }]
            };
            this.onKeyLine = !0, this.stack[this.stack.length - 1] = map;
          } else
            yield* this.lineEnd(fc);
        }
      }
      flowScalar(type) {
        if (this.onNewLine) {
          let nl = this.source.indexOf(`
`) + 1;
          for (; nl !== 0; )
            this.onNewLine(this.offset + nl), nl = this.source.indexOf(`
`, nl) + 1;
        }
        return {
          type,
          offset: this.offset,
          indent: this.indent,
          source: this.source
        };
      }
      startBlockValue(parent) {
        switch (this.type) {
          case "alias":
          case "scalar":
          case "single-quoted-scalar":
          case "double-quoted-scalar":
            return this.flowScalar(this.type);
          case "block-scalar-header":
            return {
              type: "block-scalar",
              offset: this.offset,
              indent: this.indent,
              props: [this.sourceToken],
              source: ""
            };
          case "flow-map-start":
          case "flow-seq-start":
            return {
              type: "flow-collection",
              offset: this.offset,
              indent: this.indent,
              start: this.sourceToken,
              items: [],
              end: []
            };
          case "seq-item-ind":
            return {
              type: "block-seq",
              offset: this.offset,
              indent: this.indent,
              items: [{ start: [this.sourceToken] }]
            };
          case "explicit-key-ind": {
            this.onKeyLine = !0;
            let prev = getPrevProps(parent), start = getFirstKeyStartProps(prev);
            return start.push(this.sourceToken), {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, explicitKey: !0 }]
            };
          }
          case "map-value-ind": {
            this.onKeyLine = !0;
            let prev = getPrevProps(parent), start = getFirstKeyStartProps(prev);
            return {
              type: "block-map",
              offset: this.offset,
              indent: this.indent,
              items: [{ start, key: null, sep: [this.sourceToken] }]
            };
          }
        }
        return null;
      }
      atIndentedComment(start, indent) {
        return this.type !== "comment" || this.indent <= indent ? !1 : start.every((st) => st.type === "newline" || st.type === "space");
      }
      *documentEnd(docEnd) {
        this.type !== "doc-mode" && (docEnd.end ? docEnd.end.push(this.sourceToken) : docEnd.end = [this.sourceToken], this.type === "newline" && (yield* this.pop()));
      }
      *lineEnd(token) {
        switch (this.type) {
          case "comma":
          case "doc-start":
          case "doc-end":
          case "flow-seq-end":
          case "flow-map-end":
          case "map-value-ind":
            yield* this.pop(), yield* this.step();
            break;
          case "newline":
            this.onKeyLine = !1;
          default:
            token.end ? token.end.push(this.sourceToken) : token.end = [this.sourceToken], this.type === "newline" && (yield* this.pop());
        }
      }
    };
    exports.Parser = Parser;
  }
});

// node_modules/yaml/dist/public-api.js
var require_public_api = __commonJS({
  "node_modules/yaml/dist/public-api.js"(exports) {
    "use strict";
    var composer = require_composer(), Document = require_Document(), errors = require_errors(), log = require_log(), identity = require_identity(), lineCounter = require_line_counter(), parser = require_parser();
    function parseOptions(options) {
      let prettyErrors = options.prettyErrors !== !1;
      return { lineCounter: options.lineCounter || prettyErrors && new lineCounter.LineCounter() || null, prettyErrors };
    }
    function parseAllDocuments(source, options = {}) {
      let { lineCounter: lineCounter2, prettyErrors } = parseOptions(options), parser$1 = new parser.Parser(lineCounter2?.addNewLine), composer$1 = new composer.Composer(options), docs = Array.from(composer$1.compose(parser$1.parse(source)));
      if (prettyErrors && lineCounter2)
        for (let doc of docs)
          doc.errors.forEach(errors.prettifyError(source, lineCounter2)), doc.warnings.forEach(errors.prettifyError(source, lineCounter2));
      return docs.length > 0 ? docs : Object.assign([], { empty: !0 }, composer$1.streamInfo());
    }
    function parseDocument2(source, options = {}) {
      let { lineCounter: lineCounter2, prettyErrors } = parseOptions(options), parser$1 = new parser.Parser(lineCounter2?.addNewLine), composer$1 = new composer.Composer(options), doc = null;
      for (let _doc of composer$1.compose(parser$1.parse(source), !0, source.length))
        if (!doc)
          doc = _doc;
        else if (doc.options.logLevel !== "silent") {
          doc.errors.push(new errors.YAMLParseError(_doc.range.slice(0, 2), "MULTIPLE_DOCS", "Source contains multiple documents; please use YAML.parseAllDocuments()"));
          break;
        }
      return prettyErrors && lineCounter2 && (doc.errors.forEach(errors.prettifyError(source, lineCounter2)), doc.warnings.forEach(errors.prettifyError(source, lineCounter2))), doc;
    }
    function parse4(src, reviver, options) {
      let _reviver;
      typeof reviver == "function" ? _reviver = reviver : options === void 0 && reviver && typeof reviver == "object" && (options = reviver);
      let doc = parseDocument2(src, options);
      if (!doc)
        return null;
      if (doc.warnings.forEach((warning) => log.warn(doc.options.logLevel, warning)), doc.errors.length > 0) {
        if (doc.options.logLevel !== "silent")
          throw doc.errors[0];
        doc.errors = [];
      }
      return doc.toJS(Object.assign({ reviver: _reviver }, options));
    }
    function stringify(value, replacer, options) {
      let _replacer = null;
      if (typeof replacer == "function" || Array.isArray(replacer) ? _replacer = replacer : options === void 0 && replacer && (options = replacer), typeof options == "string" && (options = options.length), typeof options == "number") {
        let indent = Math.round(options);
        options = indent < 1 ? void 0 : indent > 8 ? { indent: 8 } : { indent };
      }
      if (value === void 0) {
        let { keepUndefined } = options ?? replacer ?? {};
        if (!keepUndefined)
          return;
      }
      return identity.isDocument(value) && !_replacer ? value.toString(options) : new Document.Document(value, _replacer, options).toString(options);
    }
    exports.parse = parse4;
    exports.parseAllDocuments = parseAllDocuments;
    exports.parseDocument = parseDocument2;
    exports.stringify = stringify;
  }
});

// node_modules/yaml/dist/index.js
var require_dist = __commonJS({
  "node_modules/yaml/dist/index.js"(exports) {
    "use strict";
    var composer = require_composer(), Document = require_Document(), Schema = require_Schema(), errors = require_errors(), Alias = require_Alias(), identity = require_identity(), Pair = require_Pair(), Scalar = require_Scalar(), YAMLMap = require_YAMLMap(), YAMLSeq = require_YAMLSeq(), cst = require_cst(), lexer = require_lexer(), lineCounter = require_line_counter(), parser = require_parser(), publicApi = require_public_api(), visit = require_visit();
    exports.Composer = composer.Composer;
    exports.Document = Document.Document;
    exports.Schema = Schema.Schema;
    exports.YAMLError = errors.YAMLError;
    exports.YAMLParseError = errors.YAMLParseError;
    exports.YAMLWarning = errors.YAMLWarning;
    exports.Alias = Alias.Alias;
    exports.isAlias = identity.isAlias;
    exports.isCollection = identity.isCollection;
    exports.isDocument = identity.isDocument;
    exports.isMap = identity.isMap;
    exports.isNode = identity.isNode;
    exports.isPair = identity.isPair;
    exports.isScalar = identity.isScalar;
    exports.isSeq = identity.isSeq;
    exports.Pair = Pair.Pair;
    exports.Scalar = Scalar.Scalar;
    exports.YAMLMap = YAMLMap.YAMLMap;
    exports.YAMLSeq = YAMLSeq.YAMLSeq;
    exports.CST = cst;
    exports.Lexer = lexer.Lexer;
    exports.LineCounter = lineCounter.LineCounter;
    exports.Parser = parser.Parser;
    exports.parse = publicApi.parse;
    exports.parseAllDocuments = publicApi.parseAllDocuments;
    exports.parseDocument = publicApi.parseDocument;
    exports.stringify = publicApi.stringify;
    exports.visit = visit.visit;
    exports.visitAsync = visit.visitAsync;
  }
});

// packages/cli/src/parse/instant.ts
function parseInstant(text2, option) {
  let match = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?))? ?(Z|[+-]\d\d:\d\d|[A-Za-z].*)$/.exec(
    text2.trim()
  ), [, date, time = "00:00", zone = ""] = match ?? [], shown2 = Date.parse(`${date}T${time}Z`), exists = Number.isFinite(shown2) && new Date(shown2).toISOString().startsWith(date ?? "-");
  if (exists && /^(Z|[+-]\d\d:\d\d)$/.test(zone)) {
    let at = Date.parse(`${date}T${time}${zone}`);
    if (Number.isFinite(at)) return at;
  }
  if (exists && isZone(zone)) return firstInstantAt(zone, shown2);
  let message = `expected a time such as 2026-12-01T02:00:00Z or "2026-12-01 02:00 Europe/Berlin", found "${text2}".`;
  throw new FettleError("invalid-input", `${option}: ${message}`);
}
var init_instant = __esm({
  "packages/cli/src/parse/instant.ts"() {
    "use strict";
    init_src();
  }
});

// packages/cli/src/parse/plan-values.ts
function parseValue(value, notation) {
  let read2 = readers[notation](value);
  return read2 === void 0 ? { expected: wishes[notation] } : { value: read2 };
}
function roundShare(share3) {
  return Number(share3.toFixed(8));
}
function attempt(read2) {
  try {
    return read2();
  } catch {
    return;
  }
}
var bytesIn, wishes, readers, init_plan_values = __esm({
  "packages/cli/src/parse/plan-values.ts"() {
    "use strict";
    init_duration();
    init_instant();
    bytesIn = {
      B: 1,
      kB: 1e3,
      MB: 1e6,
      GB: 1e9,
      TB: 1e12,
      KiB: 2 ** 10,
      MiB: 2 ** 20,
      GiB: 2 ** 30,
      TiB: 2 ** 40
    }, wishes = {
      duration: "a duration such as 90s, 30m, 2h or 1d",
      share: "a share such as 5 % or 0.05",
      bytes: "a number of bytes such as 500 MB or 20 GB",
      instant: 'a time such as 2026-12-01T02:00:00Z or "2026-12-01 02:00 Europe/Berlin"'
    };
    readers = {
      duration: (value) => value === 0 ? 0 : typeof value == "string" ? attempt(() => parseDuration(value.replace(" ", ""), "")) : void 0,
      share: (value) => {
        if (typeof value == "number") return value >= 0 && value <= 1 ? value : void 0;
        if (value === "all") return 1;
        let match = typeof value == "string" ? /^(\d{1,3}(?:\.\d{1,4})?) ?%$/.exec(value) : null, share3 = match ? roundShare(Number(match[1]) / 100) : Number.NaN;
        return share3 >= 0 && share3 <= 1 ? share3 : void 0;
      },
      bytes: (value) => {
        if (typeof value == "number") return Number.isSafeInteger(value) ? value : void 0;
        let match = typeof value == "string" ? /^(\d+(?:\.\d+)?) ?([kMGT]?B|[KMGT]iB)$/.exec(value) : null, bytes = match ? Math.round(Number(match[1]) * (bytesIn[match[2] ?? ""] ?? Number.NaN)) : Number.NaN;
        return Number.isSafeInteger(bytes) ? bytes : void 0;
      },
      instant: (value) => typeof value == "string" ? attempt(() => new Date(parseInstant(value, "")).toISOString()) : void 0
    };
  }
});

// packages/cli/src/parse/plan-wish.ts
function wish(schema, name3) {
  if (schema.anyOf) return [...new Set(schema.anyOf.map((variant) => wishOfVariant(variant, name3)))].join(" or ");
  if (schema.properties) return `an object with ${fileNames(schema).join(", ")}`;
  if (schema.items) return "a list";
  let notation = notationOf(name3, schema);
  if (notation !== "plain") {
    let read2 = parseValue(void 0, notation), from = notation === "duration" ? spanOf(schema) : boundsOf(schema);
    return "expected" in read2 ? `${read2.expected}${notation === "share" ? "" : from}` : notation;
  }
  return schema.enum ? schema.enum.map(String).join(" or ") : schema.const !== void 0 ? String(schema.const) : schema.type === "boolean" ? "true or false" : schema.type === "string" ? `text${schema.description ? ` (${schema.description})` : ""}` : `${schema.type === "integer" ? "a whole number" : "a number"}${boundsOf(schema)}`;
}
function wishOfVariant(variant, name3) {
  if (variant.type === "null") return "none";
  let bare = bareFieldOf(variant), field = bare === void 0 ? void 0 : variant.properties?.[bare];
  return bare !== void 0 && field ? wish(field, bare) : wish(variant, name3);
}
function fileNames(schema) {
  return Object.entries(schema.properties ?? {}).map(
    ([name3, field]) => field.const === void 0 ? fileNameOf(name3, field) : `${name3}: ${String(field.const)}`
  );
}
function boundsOf({ minimum, exclusiveMinimum, maximum }) {
  let least = exclusiveMinimum ?? minimum;
  if (least === void 0) return "";
  let from = exclusiveMinimum === void 0 ? ` of ${least} or more` : ` above ${least}`;
  return maximum === void 0 || maximum >= 1e9 ? from : `${from}, at most ${maximum}`;
}
function spanOf({ minimum = 0, maximum = Number.POSITIVE_INFINITY }) {
  return `${minimum > 0 ? `, ${inUnits(minimum)} or more` : ""}${Number.isFinite(maximum) ? `, at most ${inUnits(maximum)}` : ""}`;
}
function inUnits(timeMs) {
  let [unit, ms] = units2.find(([, size]) => timeMs % size === 0) ?? ["ms", 1];
  return `${timeMs / ms}${unit}`;
}
var units2, init_plan_wish = __esm({
  "packages/cli/src/parse/plan-wish.ts"() {
    "use strict";
    init_src2();
    init_plan_values();
    units2 = [
      ["d", 864e5],
      ["h", 36e5],
      ["m", 6e4],
      ["s", 1e3],
      ["ms", 1]
    ];
  }
});

// packages/cli/src/parse/plan-reader.ts
function placeOf2(path) {
  return (path[0] === "policy" ? path.slice(1) : path).map((part2, index) => typeof part2 == "number" ? "[]" : `${index === 0 ? "" : "."}${part2}`).join("");
}
function lastOf(path) {
  return String(path.at(-1) ?? "");
}
function defaultsOf(schema, path) {
  let left = Object.entries(planFileDefaults[placeOf2(path)] ?? {});
  return structuredClone(Object.fromEntries(left.filter(([name3]) => schema.properties && name3 in schema.properties)));
}
function readValue2(reading, given, schema, path) {
  let node = given && (0, import_yaml.isAlias)(given) ? reading.follow(given) : given;
  if (!node) {
    reading.refuse(given, path, `expected ${wish(schema, lastOf(path))}, found nothing.`);
    return;
  }
  return reading.found.set(keyOf(path), node), schema.anyOf ? readVariant(reading, node, schema.anyOf, path) : schema.properties ? readObject(reading, node, schema, path) : schema.items ? readList(reading, node, schema, path) : readScalar(reading, node, schema, path);
}
function readList(reading, node, schema, path) {
  let { items = {}, maxItems = Number.POSITIVE_INFINITY } = schema;
  return (0, import_yaml.isSeq)(node) ? node.items.length > maxItems ? wrong(reading, node, path, `at most ${maxItems} entries`) : node.items.map((item, index) => readValue2(reading, item, items, [...path, index])) : wrong(reading, node, path, "a list");
}
function readObject(reading, node, schema, path) {
  if (!(0, import_yaml.isMap)(node)) return wrong(reading, node, path, wish(schema, lastOf(path)));
  let value = defaultsOf(schema, path), names3 = fieldNames(schema);
  for (let pair of node.items) {
    let name3 = names3.get(nameOf(pair)), field = name3 === void 0 ? void 0 : schema.properties?.[name3];
    if (name3 === void 0 || !field) {
      let known = Object.entries(schema.properties ?? {}).map(([known2, shape2]) => fileNameOf(known2, shape2));
      reading.refuse(pair.key, path, `expected one of ${known.join(", ")}, found "${nameOf(pair)}".`);
      continue;
    }
    value[name3] = readValue2(reading, pair.value ?? void 0, field, [...path, name3]);
  }
  for (let [name3, field] of Object.entries(schema.properties ?? {}))
    field.const !== void 0 && (value[name3] = field.const), !(!schema.required?.includes(name3) || name3 in value) && reading.refuse(node, path, `expected ${fileNameOf(name3, field)} (${wish(field, name3)}), found none.`);
  return value;
}
function fieldNames(schema) {
  let fields2 = Object.entries(schema.properties ?? {});
  return new Map(fields2.flatMap(([name3, field]) => [[name3, name3], [fileNameOf(name3, field), name3]]));
}
function readVariant(reading, node, variants, path) {
  let nothing = variants.find((variant) => variant.type === "null");
  if ((0, import_yaml.isScalar)(node)) {
    if (nothing && (node.value === null || node.value === "none")) return null;
    for (let variant of variants) {
      let bare = readBare(node.value, variant, path);
      if (bare) return bare;
    }
  }
  let others = variants.filter((variant) => variant !== nothing), [only] = others;
  if (only && others.length === 1) return readValue2(reading, node, only, path);
  let fitting = (0, import_yaml.isMap)(node) ? others.find((variant) => fits(node, variant)) : void 0;
  return fitting ? readObject(reading, node, fitting, path) : wrong(reading, node, path, wish({ anyOf: variants }, lastOf(path)));
}
function readBare(value, variant, path) {
  let fields2 = Object.entries(variant.properties ?? {}), kinds = Object.fromEntries(
    fields2.flatMap(([name3, { const: kind }]) => kind === void 0 ? [] : [[name3, kind]])
  ), word3 = wordOf(variant, placeOf2(path));
  if (word3 !== void 0 && word3 === value) return { ...defaultsOf(variant, path), ...kinds };
  let bare = bareFieldOf(variant), field = bare === void 0 ? void 0 : variant.properties?.[bare];
  if (bare === void 0 || !field) return;
  let notation = notationOf(bare, field);
  if (notation === "share" && typeof value == "number" && (value === 0 || value === 1)) return;
  let read2 = notation === "plain" ? plain(value, field) : parseValue(value, notation);
  return "value" in read2 ? { ...kinds, [bare]: read2.value } : void 0;
}
function fits(node, variant) {
  let names3 = fieldNames(variant);
  return node.items.every((pair) => {
    let name3 = names3.get(nameOf(pair));
    if (name3 === void 0) return !1;
    let kind = variant.properties?.[name3]?.const;
    return kind === void 0 || (0, import_yaml.isScalar)(pair.value) && pair.value.value === kind;
  });
}
function nameOf(pair) {
  return (0, import_yaml.isScalar)(pair.key) ? String(pair.key.value) : "";
}
function readScalar(reading, node, schema, path) {
  if (!(0, import_yaml.isScalar)(node)) return wrong(reading, node, path, wish(schema, lastOf(path)));
  let notation = notationOf(lastOf(path), schema), isBare = notation === "duration" && Number.isInteger(node.value) && isApiName(reading, path), read2 = notation === "plain" || isBare ? plain(node.value, schema) : parseValue(node.value, notation);
  return "value" in read2 && inBounds(read2.value, schema) ? read2.value : wrong(reading, node, path, wish(schema, lastOf(path)));
}
function isApiName(reading, path) {
  let parent = reading.found.get(keyOf(path.slice(0, -1)));
  return (0, import_yaml.isMap)(parent) && parent.has(path.at(-1));
}
function plain(value, schema) {
  return ((schema.enum?.includes(value) ?? !1) || schema.const !== void 0 && schema.const === value || schema.type === "integer" && Number.isSafeInteger(value) || schema.type !== void 0 && schema.enum === void 0 && schema.const === void 0 && typeof value === schema.type) && inBounds(value, schema) ? { value } : { expected: "" };
}
function inBounds(value, schema) {
  if (typeof value == "number") {
    let { minimum = -1 / 0, exclusiveMinimum = -1 / 0, maximum = 1 / 0 } = schema;
    return Number.isFinite(value) && value >= minimum && value > exclusiveMinimum && value <= maximum;
  }
  if (typeof value != "string") return !0;
  let { minLength = 0, maxLength: maxLength2 = 1 / 0, pattern } = schema;
  return value.length >= minLength && value.length <= maxLength2 && (!pattern || new RegExp(pattern, "u").test(value));
}
function wrong(reading, node, path, expected) {
  reading.refuse(node, path, `expected ${expected}, found ${shown(node)}.`);
}
function shown(node) {
  if ((0, import_yaml.isMap)(node)) return "an object";
  if ((0, import_yaml.isSeq)(node)) return "a list";
  if (!(0, import_yaml.isScalar)(node) || node.value === null) return "nothing";
  let text2 = String(node.value);
  return `"${text2.length > 60 ? `${text2.slice(0, 60)}…` : text2}"`;
}
var import_yaml, keyOf, init_plan_reader = __esm({
  "packages/cli/src/parse/plan-reader.ts"() {
    "use strict";
    init_src2();
    import_yaml = __toESM(require_dist(), 1);
    init_plan_values();
    init_plan_wish();
    keyOf = (path) => JSON.stringify(path);
  }
});

// packages/cli/src/parse/plan-file.ts
var plan_file_exports = {};
__export(plan_file_exports, {
  readPlanFile: () => readPlanFile,
  readPlanText: () => readPlanText
});
import { readFile as readFile2 } from "node:fs/promises";
async function readPlanFile(path, devices) {
  let bytes = await readFile2(path);
  if (bytes.length > mostBytes)
    throw new FettleError("too-large", `${path}: a plan has at most ${mostBytes} bytes, found ${bytes.length}.`);
  return readPlanText(bytes.toString("utf8"), { name: path, devices });
}
function readPlanText(text2, { name: name3, devices }) {
  let problems = new Problems(), document = parseYaml(text2, problems), plan = document && readDocument(document, problems, devices);
  if (plan) return plan;
  throw new FettleError("invalid-input", problems.told(name3, text2), {
    details: { next: `mend it, then fettle rollout plan check ${name3}` }
  });
}
function parseYaml(text2, problems) {
  let aliases = 0;
  try {
    let document = (0, import_yaml2.parseDocument)(text2, { prettyErrors: !1, version: "1.2", schema: "core" });
    for (let { pos, message } of document.errors) problems.add(pos[0], withHint(message, text2.charAt(pos[0])));
    let root = document.contents;
    if (!problems.isEmpty) return;
    if (!(0, import_yaml2.isMap)(root)) {
      problems.add(0, "expected a plan: `preset: safe`, or `phases:` and what goes with them.");
      return;
    }
    return { root, follow: (node) => (aliases += 1, (0, import_yaml2.isAlias)(node) && aliases <= mostAliases ? node.resolve(document) : void 0) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    problems.add(0, "is nested too deeply for a plan.");
    return;
  }
}
function withHint(message, at) {
  return at === "*" ? `${message}. An expression that begins with * has to stand in quotes.` : message;
}
function readDocument({ root, follow }, problems, devices) {
  let found = /* @__PURE__ */ new Map(), refuse = (node, path, message) => problems.add(node?.range?.[0] ?? offsetOf(found, path), `${placed(path)}${message}`), given = readValue2({ follow, refuse, found }, root, planFileShape, []);
  if (given?.preset === void 0 && given?.phases === void 0 && problems.isEmpty && refuse(root, [], "expected phases, or a preset to take them from."), !problems.isEmpty) return;
  let preset = given.preset, plan = completePlan(given, preset === void 0 ? void 0 : presetPlan(preset, devices));
  for (let { path, message } of planProblems(toModel(plan))) refuse(void 0, path, lowered(message));
  return problems.isEmpty ? plan : void 0;
}
function offsetOf(found, path) {
  for (let length = path.length; length >= 0; length -= 1) {
    let part2 = path.slice(0, length), node = found.get(keyOf(part2)) ?? (part2[0] === "policy" ? found.get(keyOf(part2.slice(1))) : void 0);
    if (node?.range) return node.range[0];
  }
  return 0;
}
function placed(path) {
  let text2 = (path[0] === "policy" ? path.slice(1) : path).map(
    (part2, index) => typeof part2 == "number" ? `[${part2}]` : `${index === 0 ? "" : "."}${part2.replace(/Ms$/, "")}`
  ).join("");
  return text2 === "" ? "" : `${text2}: `;
}
function lowered(message) {
  return message.charAt(0).toLowerCase() + message.slice(1);
}
var import_yaml2, mostBytes, mostAliases, mostProblems, Problems, init_plan_file2 = __esm({
  "packages/cli/src/parse/plan-file.ts"() {
    "use strict";
    init_src2();
    init_src();
    import_yaml2 = __toESM(require_dist(), 1);
    init_plan_reader();
    init_plan_wire();
    mostBytes = 65536, mostAliases = 100, mostProblems = 20;
    Problems = class {
      #all = [];
      get isEmpty() {
        return this.#all.length === 0;
      }
      add(offset, message) {
        this.#all.push({ offset, message });
      }
      told(name3, text2) {
        let lines = text2.split(`
`), listed = this.#all.toSorted((a, b) => a.offset - b.offset).slice(0, mostProblems).map(({ offset, message }) => {
          let before = text2.slice(0, offset).split(`
`), line = Math.min(before.length, lines.length);
          return `${name3}:${line}:${(before.at(-1) ?? "").length + 1}: ${message}`;
        }), rest = this.#all.length - listed.length;
        return [...listed, ...rest > 0 ? [`and ${rest} more`] : []].join(`
`);
      }
    };
  }
});

// packages/signers/src/locator.ts
function schemeOf(text2) {
  let at = text2.indexOf(":");
  if (at > 0 && text2.length <= maxLocatorLength && !/[\x00-\x1f\x7f]/.test(text2)) return text2.slice(0, at);
  throw new FettleError("invalid-input", `Expected a key locator, one of ${locatorExamples}.`);
}
function readLocator(text2, known) {
  let rest = text2.slice(schemeOf(text2).length + 1), at = rest.indexOf("?"), name3 = decode(at < 0 ? rest : rest.slice(0, at));
  if (name3 === "") throw new FettleError("invalid-input", `Expected a name after "${schemeOf(text2)}:", found none.`);
  return { name: name3, parameters: readPairs(at < 0 ? "" : rest.slice(at + 1), "&", known) };
}
function readPairs(text2, separator, known) {
  let pairs = /* @__PURE__ */ new Map();
  if (text2 === "") return pairs;
  for (let pair of text2.split(separator)) {
    let at = pair.indexOf("="), name3 = at < 0 ? pair : pair.slice(0, at);
    if (secretNames.has(name3)) {
      let message = `"${name3}" puts a secret into a locator, where others can read it: name its place, as ${sourceNameOf(known)}=file:PATH.`;
      throw new FettleError("invalid-input", message);
    }
    if (at < 0 || !known.includes(name3))
      throw new FettleError("invalid-input", `Expected one of ${known.join(", ")} in the locator, found "${name3}".`);
    if (pairs.has(name3)) throw new FettleError("invalid-input", `"${name3}" comes twice in the locator: say it once.`);
    pairs.set(name3, decode(pair.slice(at + 1)));
  }
  return pairs;
}
function writeLocator(scheme, name3, parameters) {
  let pairs = Object.entries(parameters).flatMap(
    ([key, value]) => value === void 0 ? [] : [`${key}=${encode(value)}`]
  );
  return `${scheme}:${encode(name3)}${pairs.length > 0 ? `?${pairs.join("&")}` : ""}`;
}
function encode(value) {
  return encodeURIComponent(value).replaceAll("%2F", "/").replaceAll("%3A", ":");
}
function decode(value) {
  try {
    return decodeURIComponent(value);
  } catch (cause) {
    let message = `Expected percent-encoded text in the locator, found "${value}": write a % as %25.`;
    throw new FettleError("invalid-input", message, { cause });
  }
}
function sourceNameOf(known) {
  return known.find((name3) => name3.endsWith("-source")) ?? "secret-source";
}
var locatorExamples, maxLocatorLength, secretNames, init_locator = __esm({
  "packages/signers/src/locator.ts"() {
    "use strict";
    init_src();
    locatorExamples = [
      "file:PATH",
      "pkcs11:token=LABEL;object=LABEL?module-path=PATH&pin-source=file:PATH",
      "vault:KEY?address=https://HOST:8200&secret-source=file:PATH",
      "awskms:KEY?region=REGION&secret-source=file:PATH"
    ].join(", "), maxLocatorLength = 4096, secretNames = /* @__PURE__ */ new Set([
      "pin",
      "pin-value",
      "passphrase",
      "password",
      "token-value",
      "secret",
      "secret-id",
      "jwt"
    ]);
  }
});

// packages/trust/src/keys.ts
import { constants, createHash, createPublicKey, verify } from "node:crypto";
function readPublicKey(input) {
  let key;
  try {
    key = typeof input == "string" ? createPublicKey({ key: requirePublicPem(input), format: "pem" }) : createPublicKey({ key: Buffer.from(input), format: "der", type: "spki" });
  } catch (cause) {
    throw new FettleError("invalid-input", "Expected a public key (SubjectPublicKeyInfo, PEM or DER).", { cause });
  }
  let kind = kindOf(key);
  if (!kind)
    throw new FettleError(
      "invalid-input",
      "Expected an Ed25519, ECDSA P-256, RSA (3072 to 8192 bits) or ML-DSA-44 public key."
    );
  return { id: keyIdOf(key), kind, key };
}
function keyIdOf(key) {
  return keyId(
    createHash("sha256").update(key.export({ format: "der", type: "spki" })).digest("hex")
  );
}
function verifySignature(key, message, signature2) {
  try {
    switch (key.kind) {
      case "ed25519":
      case "ml-dsa-44":
        return verify(null, message, key.key, signature2);
      case "ecdsa-p256":
        return verify("sha256", message, key.key, signature2);
      case "rsa-pss":
        return verify("sha256", message, pssOf(key.key), signature2);
    }
  } catch {
    return !1;
  }
}
function pssOf(key) {
  return { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_AUTO };
}
function kindOf(key) {
  if (key.type !== "public") return;
  let { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  if (type === "ed25519" || type === "ml-dsa-44") return type;
  if (type === "ec" && details?.namedCurve === "prime256v1") return "ecdsa-p256";
  let bits = details?.modulusLength ?? 0;
  return type === "rsa" && bits >= 3072 && bits <= 8192 ? "rsa-pss" : void 0;
}
function requirePublicPem(pem) {
  if (!pem.includes("-----BEGIN PUBLIC KEY-----")) throw new Error("no PUBLIC KEY block");
  return pem;
}
var init_keys3 = __esm({
  "packages/trust/src/keys.ts"() {
    "use strict";
    init_src();
  }
});

// packages/trust/src/dsse.ts
function preAuthEncoding(payloadType, payload2) {
  let type = Buffer.from(payloadType, "utf8"), head = Buffer.from(`DSSEv1 ${type.length} ${payloadType} ${payload2.length} `, "utf8");
  return Buffer.concat([head, payload2]);
}
async function signEnvelope(payloadType, payload2, signers) {
  let message = preAuthEncoding(payloadType, payload2), signatures = [];
  for (let signer of signers)
    signatures.push({ keyid: signer.keyId, sig: Buffer.from(await signer.sign(message)).toString("base64") });
  return { payloadType, payload: Buffer.from(payload2).toString("base64"), signatures };
}
var init_dsse = __esm({
  "packages/trust/src/dsse.ts"() {
    "use strict";
    init_src();
    init_keys3();
  }
});

// packages/trust/src/file-signer.ts
import { constants as constants2, createPrivateKey, createPublicKey as createPublicKey2, generateKeyPairSync, sign } from "node:crypto";
function signerFromPem(privateKeyPem) {
  let key;
  try {
    key = createPrivateKey(privateKeyPem);
  } catch (cause) {
    throw new FettleError("invalid-input", "Expected a private key in PEM (PKCS#8).", { cause });
  }
  return signerFromKey(key);
}
function signerFromKey(key) {
  if (key.type !== "private")
    throw new FettleError("invalid-input", `Expected a private key, found a ${key.type} one.`);
  let publicKey = readPublicKey(createPublicKey2(key).export({ format: "der", type: "spki" }));
  return { keyId: publicKey.id, publicKey, sign: async (message) => signWithKey(publicKey.kind, key, message) };
}
function generateKeyPem(kind = "ed25519") {
  let { privateKey, publicKey } = generatePair(kind);
  return {
    privateKeyPem: privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
    publicKeyPem: publicKey.export({ format: "pem", type: "spki" }).toString()
  };
}
function signWithKey(kind, key, message) {
  switch (kind) {
    case "ed25519":
    case "ml-dsa-44":
      return sign(null, message, key);
    case "ecdsa-p256":
      return sign("sha256", message, key);
    case "rsa-pss":
      return sign("sha256", message, {
        key,
        padding: constants2.RSA_PKCS1_PSS_PADDING,
        saltLength: constants2.RSA_PSS_SALTLEN_DIGEST
      });
  }
}
function generatePair(kind) {
  switch (kind) {
    case "ed25519":
      return generateKeyPairSync("ed25519");
    case "ml-dsa-44":
      return generateKeyPairSync("ml-dsa-44");
    case "ecdsa-p256":
      return generateKeyPairSync("ec", { namedCurve: "P-256" });
    case "rsa-pss":
      return generateKeyPairSync("rsa", { modulusLength: 3072 });
  }
}
var init_file_signer = __esm({
  "packages/trust/src/file-signer.ts"() {
    "use strict";
    init_src();
    init_keys3();
  }
});

// packages/trust/src/log/bundle.ts
var init_bundle = __esm({
  "packages/trust/src/log/bundle.ts"() {
    "use strict";
  }
});

// packages/trust/src/log/merkle.ts
import { hash } from "node:crypto";
function sha256(bytes) {
  return Buffer.from(hash("sha256", bytes, "binary"), "binary");
}
var hashBytes, leafPrefix, nodeBytes, emptyRoot, init_merkle = __esm({
  "packages/trust/src/log/merkle.ts"() {
    "use strict";
    hashBytes = 32, leafPrefix = Uint8Array.of(0), nodeBytes = Buffer.alloc(1 + 2 * hashBytes, 1), emptyRoot = sha256(new Uint8Array());
  }
});

// packages/trust/src/log/note.ts
var mostNoteBytes, init_note = __esm({
  "packages/trust/src/log/note.ts"() {
    "use strict";
    mostNoteBytes = 65536;
  }
});

// packages/trust/src/log/note-keys.ts
var spkiPrefix, init_note_keys = __esm({
  "packages/trust/src/log/note-keys.ts"() {
    "use strict";
    init_src();
    spkiPrefix = Buffer.from("302a300506032b6570032100", "hex");
  }
});

// packages/trust/src/log/checkpoint.ts
var init_checkpoint = __esm({
  "packages/trust/src/log/checkpoint.ts"() {
    "use strict";
    init_merkle();
    init_note();
    init_note_keys();
  }
});

// packages/trust/src/log/tiles.ts
var init_tiles = __esm({
  "packages/trust/src/log/tiles.ts"() {
    "use strict";
    init_src();
    init_merkle();
  }
});

// packages/trust/src/log/edge.ts
var init_edge = __esm({
  "packages/trust/src/log/edge.ts"() {
    "use strict";
    init_merkle();
    init_tiles();
  }
});

// packages/trust/src/log/entry.ts
var init_entry = __esm({
  "packages/trust/src/log/entry.ts"() {
    "use strict";
    init_src();
  }
});

// packages/trust/src/log/verify-proofs.ts
var init_verify_proofs = __esm({
  "packages/trust/src/log/verify-proofs.ts"() {
    "use strict";
    init_merkle();
  }
});

// packages/trust/src/log/growth.ts
var init_growth = __esm({
  "packages/trust/src/log/growth.ts"() {
    "use strict";
    init_merkle();
    init_verify_proofs();
  }
});

// packages/trust/src/log/policy.ts
var init_policy3 = __esm({
  "packages/trust/src/log/policy.ts"() {
    "use strict";
    init_src();
    init_note_keys();
  }
});

// packages/trust/src/log/proofs.ts
var init_proofs = __esm({
  "packages/trust/src/log/proofs.ts"() {
    "use strict";
    init_src();
    init_merkle();
  }
});

// packages/trust/src/log/signers.ts
var init_signers = __esm({
  "packages/trust/src/log/signers.ts"() {
    "use strict";
    init_checkpoint();
    init_note();
    init_note_keys();
  }
});

// packages/trust/src/log/witness.ts
var mostWitnessRequestBytes, init_witness = __esm({
  "packages/trust/src/log/witness.ts"() {
    "use strict";
    init_checkpoint();
    init_merkle();
    init_note();
    init_verify_proofs();
    mostWitnessRequestBytes = mostNoteBytes + 4096;
  }
});

// packages/trust/src/log/tlog-proof.ts
var init_tlog_proof = __esm({
  "packages/trust/src/log/tlog-proof.ts"() {
    "use strict";
    init_checkpoint();
    init_merkle();
    init_note();
    init_policy3();
    init_verify_proofs();
    init_witness();
  }
});

// packages/trust/src/manifest.ts
function encodeManifest(manifest) {
  let artifacts = manifest.artifacts.map((a) => ({
    deviceType: a.deviceType,
    component: a.component,
    kind: a.kind,
    sha256: a.digest,
    sizeBytes: a.sizeBytes,
    hardware: a.hardware
  })), { fleet: fleet8, version: version2, counter, securityFloor, allowDowngrade, mustPassThrough, notes } = manifest, requires = manifest.requires.map(({ component, counter: least }) => ({ component, counter: least })), body = { format: manifestFormat, fleet: fleet8, version: version2, ...{ counter, securityFloor, allowDowngrade, mustPassThrough, requires }, artifacts, notes };
  return Buffer.from(JSON.stringify(body), "utf8");
}
var manifestPayloadType, manifestFormat, init_manifest = __esm({
  "packages/trust/src/manifest.ts"() {
    "use strict";
    init_src();
    manifestPayloadType = "application/vnd.fettle.manifest+json", manifestFormat = "fettle-manifest/1";
  }
});

// packages/trust/src/statement.ts
var init_statement = __esm({
  "packages/trust/src/statement.ts"() {
    "use strict";
  }
});

// packages/trust/src/tuf/tuf-limits.ts
var tufLimits, init_tuf_limits = __esm({
  "packages/trust/src/tuf/tuf-limits.ts"() {
    "use strict";
    tufLimits = {
      /** Bytes of `N.root.json`. */
      rootBytes: 512e3,
      /** Bytes of `timestamp.json`. */
      timestampBytes: 16384,
      /** Bytes of a snapshot. */
      snapshotBytes: 2e6,
      /** Bytes of a targets file, delegated or not. */
      targetsBytes: 5e6,
      /** Bytes that one update of a device fetches from both repositories together. */
      updateBytes: 8388608,
      /** Bytes of a signed time. */
      timeBytes: 2048,
      /** New roots that one update follows; the next update goes on from there. */
      rootSteps: 256,
      /** Delegated roles that the search for one target visits. */
      delegations: 32,
      /** Delegations of one role. */
      delegatedRoles: 1024,
      /** Paths of one delegation. */
      pathsPerDelegation: 256,
      keys: 256,
      keysPerRole: 64,
      signatures: 64,
      /** Hexadecimal digits of a signature: ML-DSA-44 has 4,840. */
      signatureDigits: 16384,
      snapshotEntries: 2e4,
      targets: 2e4,
      /** Targets that a director assigns to one device. */
      assignments: 64,
      pathLength: 256,
      roleNameLength: 100,
      jsonDepth: 16,
      /** Members and elements of one file, all levels together. */
      jsonNodes: 5e5
    };
  }
});

// packages/trust/src/tuf/canonical.ts
function encodeCanonical(value) {
  return Buffer.from(canonicalText(value), "utf8");
}
function canonicalText(value) {
  return write(value, 0);
}
function wireText(canonical) {
  return canonical.replaceAll(`
`, "\\n");
}
function isCanonicalString(text2) {
  return plainAscii.test(text2) ? !0 : text2.isWellFormed() && !control.test(text2) && text2.normalize("NFC") === text2;
}
function isCanonicalKey(key) {
  return plainKey.test(key) && key !== "__proto__";
}
function write(value, depth) {
  switch (depth > tufLimits.jsonDepth && fail(`at most ${tufLimits.jsonDepth} levels of nesting`), typeof value) {
    case "string":
      return quote(value);
    case "number":
      return (!Number.isSafeInteger(value) || Object.is(value, -0)) && fail(`a safe integer, found ${value}`), String(value);
    case "boolean":
      return String(value);
    case "object":
      return value === null ? "null" : Array.isArray(value) ? `[${value.map((item) => write(item, depth + 1)).join(",")}]` : writeObject(value, depth);
    default:
      return fail(`a JSON value, found ${typeof value}`);
  }
}
function writeObject(value, depth) {
  let members = [];
  for (let key of Object.keys(value).sort()) {
    let member = value[key];
    member !== void 0 && (isCanonicalKey(key) || fail(`member names of letters, digits and "._/-", found "${key.slice(0, 40)}"`), members.push(`"${key}":${write(member, depth + 1)}`));
  }
  return `{${members.join(",")}}`;
}
function quote(text2) {
  return isCanonicalString(text2) || fail("text in Unicode NFC, of control characters the line feed only"), `"${text2.replace(/["\\]/g, "\\$&")}"`;
}
function fail(expected) {
  throw new FettleError("invalid-input", `Canonical JSON: expected ${expected}.`);
}
var plainAscii, plainKey, control, init_canonical = __esm({
  "packages/trust/src/tuf/canonical.ts"() {
    "use strict";
    init_src();
    init_tuf_limits();
    plainAscii = /^[\x20-\x7e]*$/, plainKey = /^[A-Za-z0-9._/-]+$/, control = new RegExp("(?!\\n)\\p{Cc}", "u");
  }
});

// packages/trust/src/tuf/problem.ts
function refusedBy(error) {
  if (!(error instanceof Refusal2)) throw error;
  return { ok: !1, code: error.code, attack: tufProblems[error.code].attack, message: error.message };
}
var tufProblems, Refusal2, init_problem2 = __esm({
  "packages/trust/src/tuf/problem.ts"() {
    "use strict";
    tufProblems = {
      "metadata-malformed": { attack: "hostile-input", summary: "A metadata file does not have the specified shape." },
      "metadata-not-canonical": { attack: "hostile-input", summary: "The signed part is not in canonical form." },
      "metadata-too-large": { attack: "endless-data", summary: "A metadata file has more bytes than its role may have." },
      "metadata-absent": { attack: "freeze", summary: "A metadata file that has to be there was not served." },
      "metadata-expired": { attack: "freeze", summary: "A metadata file is older than its expiry allows." },
      "time-unproven": {
        attack: "freeze",
        summary: "Neither a signed time nor a clock that can be right says whether metadata is fresh; try again."
      },
      "fetch-failed": { attack: "none", summary: "A metadata file could not be fetched; try again." },
      "state-unusable": { attack: "none", summary: "The stored root cannot be used; the device must be provisioned anew." },
      "root-signatures-missing": {
        attack: "arbitrary-software",
        summary: "A new root lacks signatures of the old or of its own threshold."
      },
      "root-version-wrong": { attack: "downgrade", summary: "A new root does not follow the one before." },
      "root-chain-too-long": { attack: "endless-data", summary: "More new roots were served than one update follows." },
      "timestamp-signatures-missing": {
        attack: "arbitrary-software",
        summary: "The timestamp lacks signatures of its keys."
      },
      "timestamp-version-fell": { attack: "downgrade", summary: "An older timestamp was served than the trusted one." },
      "snapshot-version-fell": { attack: "downgrade", summary: "The timestamp names an older snapshot than before." },
      "snapshot-hash": { attack: "mix-and-match", summary: "The snapshot is not the file that the timestamp names." },
      "snapshot-signatures-missing": {
        attack: "arbitrary-software",
        summary: "The snapshot lacks signatures of its keys."
      },
      "snapshot-version-wrong": { attack: "mix-and-match", summary: "The snapshot has another version than announced." },
      "target-entry-vanished": { attack: "downgrade", summary: "A role that the snapshot once listed is gone from it." },
      "targets-version-fell": { attack: "downgrade", summary: "The snapshot lists an older version of a role." },
      "targets-hash": { attack: "mix-and-match", summary: "A targets file is not the one that the snapshot names." },
      "targets-signatures-missing": {
        attack: "arbitrary-software",
        summary: "The top-level targets lack signatures of their keys."
      },
      "targets-version-wrong": { attack: "mix-and-match", summary: "A targets file has another version than announced." },
      "delegation-wrong-keys": {
        attack: "arbitrary-software",
        summary: "A delegated role lacks signatures of the keys of the delegation it was reached through."
      },
      "delegated-role-absent": { attack: "mix-and-match", summary: "A delegated role is not listed by the snapshot." },
      "delegations-too-many": { attack: "endless-data", summary: "The search for a target met too many delegations." },
      "path-not-delegated": { attack: "arbitrary-software", summary: "No delegation covers the path of the target." },
      "target-absent": { attack: "targeted-build", summary: "The image repository does not list the target." },
      "target-malformed": { attack: "hostile-input", summary: "The custom fields of a target are not as specified." },
      "director-delegates": { attack: "arbitrary-software", summary: "The director delegates, which it may not." },
      "wrong-device": { attack: "wrong-device", summary: "The assignment was made for another device." },
      "wrong-fleet": { attack: "wrong-hardware", summary: "The assignment names a target of another fleet." },
      "unknown-component": { attack: "wrong-hardware", summary: "The assignment names a component that is not here." },
      "component-assigned-twice": { attack: "mix-and-match", summary: "The assignment names a component twice." },
      "wrong-device-type": { attack: "wrong-hardware", summary: "The target is not for this device type." },
      "hardware-mismatch": { attack: "wrong-hardware", summary: "The target is not for this hardware revision." },
      "target-bytes-differ": {
        attack: "arbitrary-software",
        summary: "Director and image repository name different bytes for one path."
      },
      "match-differs": {
        attack: "wrong-hardware",
        summary: "Director and image repository say different things of one target."
      },
      "below-floor": { attack: "downgrade", summary: "The release counter is below the security floor." },
      "release-counter-fell": { attack: "downgrade", summary: "The release counter is below that of the device." }
    }, Refusal2 = class extends Error {
      code;
      constructor(code, message) {
        super(message), this.name = "Refusal", this.code = code;
      }
    };
  }
});

// packages/trust/src/tuf/fields.ts
function fail2(message) {
  throw new Refusal2("metadata-malformed", message);
}
function asRecord(value, what) {
  return (typeof value != "object" || value === null || Array.isArray(value)) && fail2(`Expected ${what} to be an object.`), value;
}
function asList(value, what, most2) {
  return Array.isArray(value) || fail2(`Expected ${what} to be a list.`), value.length > most2 && fail2(`Expected at most ${most2} entries in ${what}, found ${value.length}.`), value;
}
function asEntries(value, what, most2) {
  let entries = Object.entries(asRecord(value, what));
  return entries.length > most2 && fail2(`Expected at most ${most2} entries in ${what}, found ${entries.length}.`), entries;
}
function asText(value, what, most2) {
  return typeof value != "string" && fail2(`Expected ${what} to be a string.`), value.length > most2 && fail2(`Expected at most ${most2} characters in ${what}, found ${value.length}.`), value;
}
function asInteger(value, what, least) {
  return (typeof value != "number" || !Number.isSafeInteger(value) || value < least) && fail2(`Expected ${what} to be a whole number of ${least} or more.`), value;
}
function asBoolean(value, what) {
  return typeof value != "boolean" && fail2(`Expected ${what} to be true or false.`), value;
}
function hexText(value, what, digits) {
  let text2 = asText(value, what, digits);
  return (text2.length !== digits || !/^[0-9a-f]*$/.test(text2)) && fail2(`Expected ${what} to have ${digits} lower-case hexadecimal digits.`), text2;
}
function asInstant(value, what) {
  let text2 = asText(value, what, 20), instant2 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(text2) ? Date.parse(text2) : Number.NaN;
  return (Number.isNaN(instant2) || instantText(instant2) !== text2) && fail2(`Expected ${what} as YYYY-MM-DDTHH:MM:SSZ.`), instant2;
}
function instantText(instant2) {
  return `${new Date(instant2).toISOString().slice(0, 19)}Z`;
}
function unknownOf(value, known) {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !known.includes(key)));
}
var init_fields = __esm({
  "packages/trust/src/tuf/fields.ts"() {
    "use strict";
    init_problem2();
  }
});

// packages/trust/src/tuf/parse-json.ts
function parseJsonObject(text2) {
  let reader = { text: text2, at: 0, nodes: 0 };
  skipSpace(reader);
  let spans = /* @__PURE__ */ new Map(), value = readObject2(reader, 0, spans);
  return skipSpace(reader), reader.at !== text2.length && fail3(reader, "the end of the file"), { value, spans };
}
function readValue3(reader, depth) {
  switch (depth > tufLimits.jsonDepth && fail3(reader, `at most ${tufLimits.jsonDepth} levels of nesting`), reader.nodes += 1, reader.nodes > tufLimits.jsonNodes && fail3(reader, `at most ${tufLimits.jsonNodes} values`), reader.text[reader.at]) {
    case "{":
      return readObject2(reader, depth);
    case "[":
      return readArray(reader, depth);
    case '"':
      return readString(reader);
    case "t":
      return readWord(reader, "true", !0);
    case "f":
      return readWord(reader, "false", !1);
    case "n":
      return readWord(reader, "null", null);
    default:
      return readInteger(reader);
  }
}
function readObject2(reader, depth, spans) {
  let value = {};
  if (expect(reader, "{"), skipSpace(reader), take(reader, "}")) return value;
  do {
    skipSpace(reader);
    let key = readString(reader);
    key === "__proto__" && fail3(reader, "no member of the name __proto__"), Object.hasOwn(value, key) && fail3(reader, `the member "${key.slice(0, 40)}" once`), skipSpace(reader), expect(reader, ":"), skipSpace(reader);
    let start = reader.at;
    value[key] = readValue3(reader, depth + 1), spans?.set(key, { start, end: reader.at }), skipSpace(reader);
  } while (take(reader, ","));
  return expect(reader, "}"), value;
}
function readArray(reader, depth) {
  let value = [];
  if (expect(reader, "["), skipSpace(reader), take(reader, "]")) return value;
  do
    skipSpace(reader), value.push(readValue3(reader, depth + 1)), skipSpace(reader);
  while (take(reader, ","));
  return expect(reader, "]"), value;
}
function readString(reader) {
  let { text: text2 } = reader;
  text2[reader.at] !== '"' && fail3(reader, "a string");
  let start = reader.at, escaped = !1;
  for (let at = start + 1; at < text2.length; at += 1) {
    let code = text2.charCodeAt(at);
    if (code === 34)
      return reader.at = at + 1, escaped ? unescapeString(reader, text2.slice(start, at + 1)) : text2.slice(start + 1, at);
    code < 32 && fail3(reader, "control characters to be escaped"), code === 92 && (escaped = !0, at += 1);
  }
  return fail3(reader, "the end of a string");
}
function unescapeString(reader, token) {
  try {
    return JSON.parse(token);
  } catch {
    return fail3(reader, "a known escape before here");
  }
}
function readInteger(reader) {
  integerToken.lastIndex = reader.at;
  let token = integerToken.exec(reader.text)?.[0] ?? fail3(reader, "a value (numbers are integers)");
  reader.at += token.length;
  let value = Number(token);
  return (!Number.isSafeInteger(value) || Object.is(value, -0)) && fail3(reader, "an integer up to 2^53-1"), value;
}
function readWord(reader, word3, value) {
  return reader.text.startsWith(word3, reader.at) || fail3(reader, "a value"), reader.at += word3.length, value;
}
function skipSpace(reader) {
  for (; ; ) {
    let code = reader.text.charCodeAt(reader.at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) return;
    reader.at += 1;
  }
}
function take(reader, character) {
  return reader.text[reader.at] !== character ? !1 : (reader.at += 1, !0);
}
function expect(reader, character) {
  take(reader, character) || fail3(reader, `"${character}"`);
}
function fail3(reader, expected) {
  throw new Refusal2("metadata-malformed", `Expected ${expected} at character ${reader.at} of the metadata.`);
}
var integerToken, init_parse_json = __esm({
  "packages/trust/src/tuf/parse-json.ts"() {
    "use strict";
    init_problem2();
    init_tuf_limits();
    integerToken = /-?(?:0|[1-9][0-9]{0,15})(?![0-9.eE])/y;
  }
});

// packages/trust/src/tuf/parse-signed.ts
import { createHash as createHash2 } from "node:crypto";
function parseSigned(bytes, maxBytes) {
  if (bytes.length > maxBytes)
    throw new Refusal2("metadata-too-large", `Expected at most ${maxBytes} bytes of metadata, found more.`);
  let text2 = decodeUtf8(bytes), { value, spans } = parseJsonObject(text2), span = spans.get("signed") ?? fail2("Expected the members signatures and signed, found no signed."), signed = asRecord(value.signed, "signed"), canonical = canonicalOf(signed);
  if (text2.slice(span.start, span.end) !== wireText(canonical)) throw notCanonical();
  return { signed, signedBytes: Buffer.from(canonical, "utf8"), signatures: readSignatures(value.signatures), text: text2 };
}
function sha256Of(bytes) {
  return createHash2("sha256").update(bytes).digest("hex");
}
function notCanonical() {
  return new Refusal2("metadata-not-canonical", "Expected signed in canonical JSON, found other bytes.");
}
function decodeUtf8(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: !0, ignoreBOM: !0 }).decode(bytes);
  } catch {
    return fail2("Expected metadata in UTF-8.");
  }
}
function canonicalOf(signed) {
  try {
    return canonicalText(signed);
  } catch (cause) {
    throw new Refusal2("metadata-not-canonical", cause.message);
  }
}
function readSignatures(value) {
  let seen = /* @__PURE__ */ new Set();
  return asList(value, "signatures", tufLimits.signatures).map((entry) => {
    let { keyid: keyid2, sig } = asRecord(entry, "a signature"), id = hexText(keyid2, "keyid", 64);
    seen.has(id) && fail2(`Expected one signature of each key, found two of ${id.slice(0, 12)}.`), seen.add(id);
    let digits = asText(sig, "sig", tufLimits.signatureDigits);
    return /^(?:[0-9a-f]{2})*$/.test(digits) || fail2("Expected sig in hexadecimal."), { keyid: id, sig: digits };
  });
}
var init_parse_signed = __esm({
  "packages/trust/src/tuf/parse-signed.ts"() {
    "use strict";
    init_canonical();
    init_fields();
    init_parse_json();
    init_problem2();
    init_tuf_limits();
  }
});

// packages/trust/src/tuf/paths.ts
function isTargetPath(path) {
  return path.length <= tufLimits.pathLength && plainPath.test(path) && !climbs.test(path);
}
function isPathPattern(pattern) {
  return pattern.length <= tufLimits.pathLength && plainPattern.test(pattern);
}
function isDelegatedRoleName(name3) {
  return name3.length <= tufLimits.roleNameLength && roleName.test(name3) && !reserved.has(name3);
}
function pathMatches(pattern, path) {
  let patterns = pattern.split("/"), elements = path.split("/");
  return patterns.length === elements.length && patterns.every((part2, i) => elementMatches(part2, elements[i] ?? ""));
}
function elementMatches(pattern, text2) {
  let p = 0, star = -1, resume = 0;
  for (let t = 0; t < text2.length; )
    if (pattern[p] === "*")
      star = p++, resume = t;
    else if (pattern[p] === "?" || p < pattern.length && pattern[p] === text2[t])
      p += 1, t += 1;
    else if (star >= 0)
      p = star + 1, t = ++resume;
    else
      return !1;
  for (; pattern[p] === "*"; ) p += 1;
  return p === pattern.length;
}
var plainPath, climbs, plainPattern, roleName, reserved, init_paths2 = __esm({
  "packages/trust/src/tuf/paths.ts"() {
    "use strict";
    init_tuf_limits();
    plainPath = /^[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*$/, climbs = /(?:^|\/)\.{1,2}(?:\/|$)/, plainPattern = /^[A-Za-z0-9._*?-]+(?:\/[A-Za-z0-9._*?-]+)*$/, roleName = /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/, reserved = /* @__PURE__ */ new Set(["root", "targets", "snapshot", "timestamp"]);
  }
});

// packages/trust/src/tuf/tuf-key.ts
function tufKeyOf(publicKey) {
  let { keytype, scheme } = names[publicKey.kind], text2 = publicText(publicKey);
  return { keyid: keyidOf({ keytype, scheme, keyval: { public: text2 } }), keytype, scheme, public: text2, unknown: {} };
}
function encodeTufKey(key) {
  return { ...key.unknown, keytype: key.keytype, scheme: key.scheme, keyval: { public: key.public } };
}
function readTufKey(keyid2, value) {
  let object = asRecord(value, "a key"), keytype = asText(object.keytype, "keytype", 64), scheme = asText(object.scheme, "scheme", 64), keyval = asRecord(object.keyval, "keyval"), text2 = asText(keyval.public, "public", 8192);
  return keyidOf(object) !== keyid2 && fail2(`Expected keyid ${keyid2.slice(0, 12)} to be the SHA-256 of its key.`), { keyid: keyid2, keytype, scheme, public: text2, unknown: unknownOf(object, knownMembers) };
}
function publicKeyOf({ keytype, scheme, public: text2 }) {
  let known = Object.entries(names).find(([, name3]) => name3.keytype === keytype && name3.scheme === scheme);
  if (!known) return;
  let [kind] = known;
  try {
    let raw = kind === "ed25519" || kind === "ml-dsa-44" ? rawKeys[kind] : void 0;
    if (raw && !new RegExp(`^[0-9a-f]{${raw.digits}}$`).test(text2)) return;
    let publicKey = readPublicKey(raw ? Buffer.from(raw.prefix + text2, "hex") : text2);
    return publicKey.kind === kind ? publicKey : void 0;
  } catch (error) {
    if (error instanceof FettleError) return;
    throw error;
  }
}
function keyidOf(object) {
  return sha256Of(encodeCanonical(object));
}
function publicText(publicKey) {
  let { kind, key } = publicKey;
  return kind === "ecdsa-p256" || kind === "rsa-pss" ? key.export({ format: "pem", type: "spki" }).toString() : key.export({ format: "der", type: "spki" }).toString("hex").slice(-rawKeys[kind].digits);
}
var rawKeys, knownMembers, names, init_tuf_key = __esm({
  "packages/trust/src/tuf/tuf-key.ts"() {
    "use strict";
    init_src();
    init_keys3();
    init_canonical();
    init_fields();
    init_parse_signed();
    rawKeys = {
      ed25519: { prefix: "302a300506032b6570032100", digits: 64 },
      "ml-dsa-44": { prefix: "30820532300b06096086480165030403110382052100", digits: 2624 }
    };
    knownMembers = ["keytype", "scheme", "keyval"], names = {
      ed25519: { keytype: "ed25519", scheme: "ed25519" },
      "ecdsa-p256": { keytype: "ecdsa", scheme: "ecdsa-sha2-nistp256" },
      "rsa-pss": { keytype: "rsa", scheme: "rsassa-pss-sha256" },
      "ml-dsa-44": { keytype: "ml-dsa", scheme: "ml-dsa-44" }
    };
  }
});

// packages/trust/src/tuf/read-common.ts
function readCommon(signed, type, members) {
  signed._type !== type && fail2(`Expected metadata of type ${type}, found ${String(signed._type).slice(0, 40)}.`);
  let specVersion2 = asText(signed.spec_version, "spec_version", 32);
  return /^1\.\d+(?:\.\d+)?$/.test(specVersion2) || fail2(`Expected version 1 of the specification, found ${specVersion2}.`), {
    version: asInteger(signed.version, "version", 1),
    expiresAt: asInstant(signed.expires, "expires"),
    unknown: unknownOf(signed, [...commonMembers, ...members])
  };
}
function readKeys(value) {
  let entries = asEntries(value, "keys", tufLimits.keys);
  return new Map(entries.map(([keyid2, key]) => [keyid2, readTufKey(keyid2, key)]));
}
function readRoleKeys(value, keys2, role) {
  let keyids = asList(value.keyids, `keyids of ${role}`, tufLimits.keysPerRole).map(
    (keyid2) => hexText(keyid2, "a keyid", 64)
  );
  new Set(keyids).size !== keyids.length && fail2(`Expected each keyid of ${role} once.`);
  let stranger = keyids.find((keyid2) => !keys2.has(keyid2));
  return stranger !== void 0 && fail2(`Expected key ${stranger.slice(0, 12)} of ${role} among the keys.`), { keyids, threshold: asInteger(value.threshold, `threshold of ${role}`, 1) };
}
function readFileMeta(value, what) {
  let meta = asRecord(value, what);
  return {
    version: asInteger(meta.version, `version of ${what}`, 1),
    length: meta.length === void 0 ? void 0 : asInteger(meta.length, `length of ${what}`, 1),
    sha256: meta.hashes === void 0 ? void 0 : readSha256(meta.hashes, what)
  };
}
function readSha256(hashes, what) {
  return digest(hexText(asRecord(hashes, `hashes of ${what}`).sha256, `sha256 of ${what}`, 64));
}
var commonMembers, init_read_common = __esm({
  "packages/trust/src/tuf/read-common.ts"() {
    "use strict";
    init_src();
    init_fields();
    init_tuf_key();
    init_tuf_limits();
    commonMembers = ["_type", "spec_version", "version", "expires"];
  }
});

// packages/trust/src/tuf/read-metadata.ts
function readMetadata(signed) {
  switch (signed._type) {
    case "root":
      return readRoot(signed);
    case "targets":
      return readTargets(signed);
    case "snapshot":
      return readSnapshot(signed);
    case "timestamp":
      return readTimestamp(signed);
    default:
      return fail2(`Expected metadata of a known type, found ${String(signed._type).slice(0, 40)}.`);
  }
}
function readRoot(signed) {
  let common2 = readCommon(signed, "root", ["consistent_snapshot", "keys", "roles", "fettle"]);
  signed.consistent_snapshot !== !0 && fail2("Expected consistent_snapshot to be true.");
  let keys2 = readKeys(signed.keys), roles2 = asRecord(signed.roles, "roles"), role = (name3) => readRoleKeys(asRecord(roles2[name3], `role ${name3}`), keys2, name3), strange = Object.keys(unknownOf(roles2, topRoles))[0];
  strange !== void 0 && fail2(`Expected the roles ${topRoles.join(", ")}, found ${strange.slice(0, 40)}.`);
  let named = {
    root: role("root"),
    targets: role("targets"),
    snapshot: role("snapshot"),
    timestamp: role("timestamp")
  };
  return { type: "root", ...common2, keys: keys2, roles: named, time: readTimeAuthority(signed.fettle) };
}
function readTimeAuthority(fettle) {
  if (fettle === void 0) return;
  let { time } = asRecord(fettle, "fettle");
  if (time === void 0) return;
  let { keys: keys2, floor } = asRecord(time, "fettle.time");
  return {
    keys: [...readKeys(keys2).values()],
    floor: floor === void 0 ? void 0 : asInstant(floor, "fettle.time.floor")
  };
}
function readSnapshot(signed) {
  let common2 = readCommon(signed, "snapshot", ["meta"]), meta = new Map(
    asEntries(signed.meta, "meta", tufLimits.snapshotEntries).map(([file, value]) => {
      let name3 = file.endsWith(".json") ? file.slice(0, -5) : "";
      return name3 !== "targets" && !isDelegatedRoleName(name3) && fail2(`Expected the file of a role, found ${file.slice(0, 80)}.`), [name3, readFileMeta(value, file)];
    })
  );
  return { type: "snapshot", ...common2, meta };
}
function readTimestamp(signed) {
  let common2 = readCommon(signed, "timestamp", ["meta"]), snapshot = readFileMeta(asRecord(signed.meta, "meta")["snapshot.json"], "snapshot.json");
  return { type: "timestamp", ...common2, snapshot };
}
function readTargets(signed) {
  let common2 = readCommon(signed, "targets", ["targets", "delegations", "fettle"]), targets = new Map(
    asEntries(signed.targets, "targets", tufLimits.targets).map(([path, value]) => (isTargetPath(path) || fail2(`Expected a plain path of a target, found ${path.slice(0, 80)}.`), [path, readTargetFile(value, path)]))
  ), delegations = signed.delegations === void 0 ? void 0 : readDelegations(signed.delegations);
  return { type: "targets", ...common2, targets, delegations, ...readFettle(signed.fettle) };
}
function readTargetFile(value, path) {
  let target = asRecord(value, "a target");
  return {
    length: asInteger(target.length, `length of ${path}`, 0),
    sha256: readSha256(target.hashes, path),
    custom: target.custom === void 0 ? {} : asRecord(target.custom, `custom of ${path}`)
  };
}
function readDelegations(value) {
  let delegations = asRecord(value, "delegations"), keys2 = readKeys(delegations.keys), roles2 = asList(delegations.roles, "delegations", tufLimits.delegatedRoles).map(
    (entry) => readDelegatedRole(asRecord(entry, "a delegation"), keys2)
  );
  return new Set(roles2.map(({ name: name3 }) => name3)).size !== roles2.length && fail2("Expected each delegated role once."), { keys: keys2, roles: roles2 };
}
function readDelegatedRole(role, keys2) {
  let name3 = asText(role.name, "the name of a delegated role", tufLimits.roleNameLength);
  isDelegatedRoleName(name3) || fail2(`Expected a plain name of a delegated role, found ${name3}.`);
  let paths = asList(role.paths, `paths of ${name3}`, tufLimits.pathsPerDelegation).map((path) => {
    let pattern = asText(path, "a pattern", tufLimits.pathLength);
    return isPathPattern(pattern) || fail2(`Expected a plain pattern of ${name3}, found ${pattern}.`), pattern;
  }), terminating = asBoolean(role.terminating, `terminating of ${name3}`);
  return { name: name3, ...readRoleKeys(role, keys2, name3), paths, terminating };
}
function readFettle(value) {
  if (value === void 0) return { device: void 0, floors: /* @__PURE__ */ new Map() };
  let { device: device2, floors } = asRecord(value, "fettle"), entries = floors === void 0 ? [] : asEntries(floors, "fettle.floors", tufLimits.targets);
  return {
    device: device2 === void 0 ? void 0 : readDevice(device2),
    floors: new Map(entries.map(([place, floor]) => [place, asInteger(floor, `the floor of ${place}`, 0)]))
  };
}
function readDevice(value) {
  let id = asText(value, "fettle.device", 64);
  return new RegExp(deviceIdPattern).test(id) || fail2("Expected fettle.device to be a device id."), id;
}
var init_read_metadata = __esm({
  "packages/trust/src/tuf/read-metadata.ts"() {
    "use strict";
    init_src();
    init_fields();
    init_paths2();
    init_read_common();
    init_tuf_limits();
  }
});

// packages/trust/src/tuf/verify-role.ts
function validSigners(file, role, keys2) {
  let signatures = new Map(file.signatures.map(({ keyid: keyid2, sig }) => [keyid2, sig])), counted2 = /* @__PURE__ */ new Map();
  for (let keyid2 of role.keyids) {
    if (counted2.size >= role.threshold) break;
    let sig = signatures.get(keyid2), key = keys2.get(keyid2);
    if (sig === void 0 || key === void 0) continue;
    let publicKey = publicKeyOf(key);
    publicKey === void 0 || counted2.has(publicKey.id) || verifySignature(publicKey, file.signedBytes, Buffer.from(sig, "hex")) && counted2.set(publicKey.id, keyid2);
  }
  return [...counted2.values()];
}
function demandThreshold(file, role, demand) {
  let found = validSigners(file, role, demand.keys).length;
  if (role.threshold >= 1 && found >= role.threshold) return;
  let signed = file.signatures.map(({ keyid: keyid2 }) => keyid2.slice(0, 12)).join(", ") || "nobody";
  throw new Refusal2(
    demand.code,
    `Expected ${role.threshold} valid signature(s) for ${demand.what}, found ${found} (signed by ${signed}).`
  );
}
var init_verify_role = __esm({
  "packages/trust/src/tuf/verify-role.ts"() {
    "use strict";
    init_keys3();
    init_problem2();
    init_tuf_key();
  }
});

// packages/trust/src/tuf/client/trusted-state.ts
function trustRoot(bytes) {
  try {
    let { file, root } = readOwnRoot(bytes);
    return { ok: !0, state: { root: file.text, delegated: {} }, root };
  } catch (error) {
    return refusedBy(error);
  }
}
function keptUnder(before, after, state) {
  if (!onlineKeysChanged(before, after)) return state;
  let { timestamp: _, snapshot: __, ...rest } = state;
  return rest;
}
function onlineKeysChanged(before, after) {
  return ["timestamp", "snapshot"].some((role) => {
    let old = new Set(before.roles[role].keyids), { keyids, threshold } = after.roles[role];
    return !(keyids.length === old.size && keyids.every((keyid2) => old.has(keyid2))) || threshold !== before.roles[role].threshold;
  });
}
function readOwnRoot(bytes) {
  let file = parseSigned(bytes, tufLimits.rootBytes), root = readRoot(file.signed), what = `root ${root.version} by its own keys`;
  return demandThreshold(file, root.roles.root, { keys: root.keys, code: "root-signatures-missing", what }), { file, root };
}
var init_trusted_state = __esm({
  "packages/trust/src/tuf/client/trusted-state.ts"() {
    "use strict";
    init_src();
    init_parse_signed();
    init_problem2();
    init_read_metadata();
    init_tuf_limits();
    init_verify_role();
  }
});

// packages/trust/src/tuf/target-custom.ts
function readTargetCustom(custom) {
  try {
    return {
      match: readMatch(asRecord(custom.match, "custom.match")),
      info: custom.info === void 0 ? void 0 : readInfo(asRecord(custom.info, "custom.info")),
      release: custom.release === void 0 ? void 0 : readFacts(asRecord(custom.release, "custom.release")),
      assign: custom.assign === void 0 ? void 0 : readAssignment(asRecord(custom.assign, "custom.assign"))
    };
  } catch (error) {
    throw error instanceof Refusal2 ? new Refusal2("target-malformed", error.message) : error;
  }
}
function openTargetCustom(custom) {
  try {
    return { ok: !0, custom: readTargetCustom(custom) };
  } catch (error) {
    return refusedBy(error);
  }
}
function encodeTargetCustom({ match, info, release: release3, assign }) {
  return {
    match: present({ ...match }),
    ...info ? { info: present({ ...info }) } : {},
    ...release3 ? { release: encodeFacts(release3) } : {},
    ...assign ? { assign: present({ ...assign }) } : {}
  };
}
function signableText(text2) {
  return text2.toWellFormed().normalize("NFC").replace(/\r\n?/g, `
`).replace(new RegExp("(?!\\n)\\p{Cc}", "gu"), " ");
}
function encodeFacts(release3) {
  let requires = release3.requires.map(({ component, counter }) => ({ component, counter }));
  return { ...release3, requires, notes: signableText(release3.notes) };
}
function present(members) {
  let kept = Object.entries(members).filter((entry) => entry[1] !== void 0);
  return Object.fromEntries(kept);
}
function readMatch(match) {
  let types = asList(match.deviceTypes, "deviceTypes", limits.deviceTypesPerFleet);
  types.length === 0 && fail2("Expected one device type or more.");
  let version2 = asText(match.version, "version", 64);
  return isVersion(version2) || fail2(`Expected version to match ${versionPattern}.`), {
    component: name2(match.component, "component"),
    deviceTypes: types.map((type) => name2(type, "a device type")),
    version: version2,
    releaseCounter: asInteger(match.releaseCounter, "releaseCounter", 1),
    nativeSignature: optional(match.nativeSignature, (value) => name2(value, "nativeSignature"))
  };
}
function readInfo(info) {
  return {
    format: optional(info.format, (value) => asText(value, "format", 64)),
    nativeVersion: optional(info.nativeVersion, (value) => asText(value, "nativeVersion", 128)),
    sbom: optional(info.sbom, (value) => hash2(value, "sbom")),
    sourceDigest: optional(info.sourceDigest, (value) => hash2(value, "sourceDigest")),
    encrypted: info.encrypted === void 0 ? !1 : asBoolean(info.encrypted, "encrypted")
  };
}
function readFacts(release3) {
  let kind = artifactKinds.find((known) => known === release3.kind);
  return kind || fail2(`Expected kind to be one of ${artifactKinds.join(", ")}.`), {
    kind,
    securityFloor: asInteger(release3.securityFloor, "securityFloor", 0),
    allowDowngrade: asBoolean(release3.allowDowngrade, "allowDowngrade"),
    mustPassThrough: asBoolean(release3.mustPassThrough, "mustPassThrough"),
    requires: asList(release3.requires, "requires", limits.componentsPerDevice).map((entry) => {
      let requirement = asRecord(entry, "a requirement");
      return {
        component: name2(requirement.component, "component"),
        counter: asInteger(requirement.counter, "counter", 1)
      };
    }),
    hardware: asList(release3.hardware, "hardware", limits.hardwarePerArtifact).map(
      (revision) => asText(revision, "a hardware revision", limits.attributeValueLength)
    ),
    notes: asText(release3.notes, "notes", limits.notesLength)
  };
}
function readAssignment(assign) {
  return {
    componentSerial: asText(assign.componentSerial, "componentSerial", 128),
    deployment: optional(assign.deployment, (value) => asText(value, "deployment", 64)),
    rollout: optional(assign.rollout, (value) => asText(value, "rollout", 64)),
    deltaFrom: optional(assign.deltaFrom, (value) => hash2(value, "deltaFrom")),
    url: optional(assign.url, (value) => asText(value, "url", 2048))
  };
}
function optional(value, read2) {
  return value === void 0 ? void 0 : read2(value);
}
function name2(value, what) {
  let text2 = asText(value, what, 64);
  return nameRegExp2.test(text2) || fail2(`Expected ${what} to match ${namePattern}.`), text2;
}
function hash2(value, what) {
  let text2 = asText(value, what, 64);
  return digestRegExp2.test(text2) || fail2(`Expected ${what} to be a SHA-256 digest.`), text2;
}
var nameRegExp2, digestRegExp2, init_target_custom = __esm({
  "packages/trust/src/tuf/target-custom.ts"() {
    "use strict";
    init_src();
    init_fields();
    init_problem2();
    nameRegExp2 = new RegExp(namePattern), digestRegExp2 = new RegExp(digestPattern);
  }
});

// packages/trust/src/tuf/manifest-of-targets.ts
function targetPath({ fleet: fleet8, version: version2, component, deviceType: deviceType2 }) {
  let path = `${fleet8}/${component}/${version2.replace(/[+~]/g, "_")}.${deviceType2}`;
  if (isTargetPath(path)) return path;
  throw new FettleError("invalid-input", `Expected a shorter version or names: "${path.slice(0, 80)}…" is no path.`);
}
function targetsOfManifest(manifest, nativeSignatureOf = () => {
}) {
  let { fleet: fleet8, version: version2, counter, securityFloor, allowDowngrade, mustPassThrough, requires, notes } = manifest, entries = manifest.artifacts.map((artifact) => {
    let { component, deviceType: deviceType2, kind, hardware, digest: digest2, sizeBytes: sizeBytes2 } = artifact, match = {
      component,
      deviceTypes: [deviceType2],
      version: version2,
      releaseCounter: counter,
      nativeSignature: nativeSignatureOf(artifact)
    }, release3 = { ...{ securityFloor, allowDowngrade, mustPassThrough, requires, notes: signableText(notes) }, kind, hardware }, custom = encodeTargetCustom({ match, release: release3, info: void 0, assign: void 0 }), target = { length: sizeBytes2, sha256: digest2, custom };
    return [targetPath({ fleet: fleet8, version: version2, component, deviceType: deviceType2 }), target];
  });
  return new Map(entries);
}
var init_manifest_of_targets = __esm({
  "packages/trust/src/tuf/manifest-of-targets.ts"() {
    "use strict";
    init_src();
    init_canonical();
    init_paths2();
    init_target_custom();
  }
});

// packages/trust/src/tuf/time.ts
var init_time = __esm({
  "packages/trust/src/tuf/time.ts"() {
    "use strict";
    init_src();
    init_keys3();
    init_canonical();
    init_fields();
    init_parse_json();
    init_problem2();
    init_tuf_key();
    init_tuf_limits();
  }
});

// packages/trust/src/tuf/verify-assignment.ts
var init_verify_assignment = __esm({
  "packages/trust/src/tuf/verify-assignment.ts"() {
    "use strict";
    init_canonical();
    init_problem2();
    init_target_custom();
    init_tuf_limits();
  }
});

// packages/trust/src/tuf/client/bounded-fetch.ts
var init_bounded_fetch = __esm({
  "packages/trust/src/tuf/client/bounded-fetch.ts"() {
    "use strict";
    init_problem2();
  }
});

// packages/trust/src/tuf/client/cycle.ts
async function fetchBytes(cycle, name3, maxBytes) {
  let bytes;
  try {
    bytes = await cycle.fetch(name3, maxBytes);
  } catch (cause) {
    if (cause instanceof Refusal2) throw cause;
    let why = cause instanceof Error ? cause.message : String(cause);
    throw new Refusal2("fetch-failed", `Expected to fetch ${name3}: ${why.slice(0, 200)}`);
  }
  if (bytes !== "absent") {
    if (bytes.length > maxBytes)
      throw new Refusal2("metadata-too-large", `Expected at most ${maxBytes} bytes of ${name3}, more were served.`);
    return bytes;
  }
}
async function demandBytes(cycle, name3, maxBytes) {
  let bytes = await fetchBytes(cycle, name3, maxBytes);
  if (bytes === void 0) throw new Refusal2("metadata-absent", `Expected ${name3} to be served, it was not.`);
  return bytes;
}
function readVerified(bytes, maxBytes, { demand, read: read2 }) {
  let file = parseSigned(bytes, maxBytes);
  return demandThreshold(file, demand.role, demand), { file, metadata: read2(file.signed) };
}
function readTrusted(text2, maxBytes, how) {
  if (text2 !== void 0)
    try {
      return readVerified(Buffer.from(text2, "utf8"), maxBytes, how);
    } catch (error) {
      if (error instanceof Refusal2) return;
      throw error;
    }
}
function demandFresh(metadata, what, now) {
  if (metadata.expiresAt > now) return;
  let expired = instantText(metadata.expiresAt);
  throw new Refusal2(
    "metadata-expired",
    `Expected ${what} to be fresh, it expired at ${expired}; now is ${instantText(now)}.`
  );
}
var init_cycle = __esm({
  "packages/trust/src/tuf/client/cycle.ts"() {
    "use strict";
    init_fields();
    init_parse_signed();
    init_problem2();
    init_verify_role();
  }
});

// packages/trust/src/tuf/metadata.ts
function wireName(role, version2) {
  return role === "timestamp" ? "timestamp.json" : `${version2}.${role}.json`;
}
var init_metadata = __esm({
  "packages/trust/src/tuf/metadata.ts"() {
    "use strict";
  }
});

// packages/trust/src/tuf/client/update-snapshot.ts
async function updateSnapshot(cycle, root, { timestamp, now }) {
  let { role, meta } = { role: root.roles.snapshot, meta: timestamp.snapshot }, how = { demand: { role, keys: root.keys, code: "snapshot-signatures-missing", what: "the snapshot" }, read: readSnapshot }, trusted = readTrusted(cycle.state.snapshot, tufLimits.snapshotBytes, how);
  if (trusted && isListed(trusted.file.text, trusted.metadata.version, meta))
    return demandFresh(trusted.metadata, "the snapshot", now), trusted.metadata;
  let maxBytes = Math.min(meta.length ?? tufLimits.snapshotBytes, tufLimits.snapshotBytes), bytes = await demandBytes(cycle, wireName("snapshot", meta.version), maxBytes);
  if (!hasBytesOf(bytes, meta))
    throw new Refusal2(
      "snapshot-hash",
      `Expected snapshot ${meta.version} as the timestamp names it, found other bytes.`
    );
  let { file, metadata } = readVerified(bytes, maxBytes, how);
  if (metadata.version !== meta.version) {
    let message = `Expected snapshot ${meta.version}, found version ${metadata.version}.`;
    throw new Refusal2("snapshot-version-wrong", message);
  }
  return trusted && demandNoFall(trusted.metadata, metadata), demandFresh(metadata, "the snapshot", now), cycle.state = { ...cycle.state, snapshot: file.text }, metadata;
}
function hasBytesOf(bytes, meta) {
  return meta.length !== void 0 && bytes.length !== meta.length ? !1 : meta.sha256 === void 0 || sha256Of(bytes) === meta.sha256;
}
function isListed(text2, version2, meta) {
  return version2 === meta.version && hasBytesOf(Buffer.from(text2, "utf8"), meta);
}
function demandNoFall(trusted, next2) {
  for (let [role, { version: version2 }] of trusted.meta) {
    let now = next2.meta.get(role);
    if (now === void 0)
      throw new Refusal2("target-entry-vanished", `Expected ${role} in snapshot ${next2.version}, it was listed before.`);
    if (now.version < version2) {
      let message = `Expected ${role} ${version2} or newer, snapshot ${next2.version} lists ${now.version}.`;
      throw new Refusal2("targets-version-fell", message);
    }
  }
}
var init_update_snapshot = __esm({
  "packages/trust/src/tuf/client/update-snapshot.ts"() {
    "use strict";
    init_metadata();
    init_parse_signed();
    init_problem2();
    init_read_metadata();
    init_tuf_limits();
    init_cycle();
  }
});

// packages/trust/src/tuf/client/update-targets.ts
async function updateTargets(cycle, root, { snapshot, now }) {
  let meta = snapshot.meta.get("targets");
  if (!meta) throw new Refusal2("target-entry-vanished", "Expected targets in the snapshot, found none.");
  let demand = { role: root.roles.targets, keys: root.keys, code: "targets-signatures-missing", what: "the top-level targets" }, stored = cycle.state.targets, { text: text2, targets } = await loadTargets(cycle, { name: "targets", meta, stored, demand, now });
  return text2 !== stored && (cycle.state = { ...cycle.state, targets: text2 }), targets;
}
async function loadTargets(cycle, { name: name3, meta, stored, demand, now }) {
  let how = { demand, read: readTargets }, trusted = readTrusted(stored, tufLimits.targetsBytes, how);
  if (trusted && isListed(trusted.file.text, trusted.metadata.version, meta))
    return demandFresh(trusted.metadata, demand.what, now), { text: trusted.file.text, targets: trusted.metadata };
  let maxBytes = Math.min(meta.length ?? tufLimits.targetsBytes, tufLimits.targetsBytes), bytes = await demandBytes(cycle, wireName(name3, meta.version), maxBytes);
  if (!hasBytesOf(bytes, meta))
    throw new Refusal2("targets-hash", `Expected ${demand.what} as the snapshot names it, found other bytes.`);
  let { file, metadata } = readVerified(bytes, maxBytes, how);
  if (metadata.version !== meta.version) {
    let message = `Expected ${demand.what} in version ${meta.version}, found ${metadata.version}.`;
    throw new Refusal2("targets-version-wrong", message);
  }
  return demandFresh(metadata, demand.what, now), { text: file.text, targets: metadata };
}
var init_update_targets = __esm({
  "packages/trust/src/tuf/client/update-targets.ts"() {
    "use strict";
    init_metadata();
    init_problem2();
    init_read_metadata();
    init_tuf_limits();
    init_cycle();
    init_update_snapshot();
  }
});

// packages/trust/src/tuf/client/find-target.ts
async function findTarget(search, path) {
  try {
    return await walk(search, path);
  } catch (error) {
    return refusedBy(error);
  }
}
async function walk(search, path) {
  let visited = /* @__PURE__ */ new Set(), waiting = [], visit = { names: ["targets"], chain: [search.targets] };
  for (; ; ) {
    let target = visit.chain.at(-1)?.targets.get(path);
    if (target) return { ok: !0, path, target, roles: visit.names, floors: highestFloors(visit.chain) };
    let { roles: roles2, terminated } = rolesFor(visit, path), from = visit;
    waiting = [...roles2.map((role) => ({ from, role })), ...terminated ? [] : waiting];
    let next2 = waiting.findIndex(({ role }) => !visited.has(role.name)), step = waiting[next2];
    if (!step) throw notFound(search.targets, path);
    if (visited.size >= tufLimits.delegations) throw tooMany(path);
    waiting = waiting.slice(next2 + 1), visited.add(step.role.name), visit = await enter(search, step.from, step.role);
  }
}
function rolesFor({ chain }, path) {
  let matching = (chain.at(-1)?.delegations?.roles ?? []).filter(
    ({ paths }) => paths.some((pattern) => pathMatches(pattern, path))
  ), end = matching.findIndex(({ terminating }) => terminating);
  return { roles: end < 0 ? matching : matching.slice(0, end + 1), terminated: end >= 0 };
}
async function enter(search, from, role) {
  let { cycle, snapshot, now, loaded } = search, { name: name3 } = role, names3 = [...from.names, name3], way = names3.join("/"), known = loaded.get(way);
  if (known) return { names: names3, chain: [...from.chain, known] };
  let meta = snapshot.meta.get(name3);
  if (!meta) throw new Refusal2("delegated-role-absent", `Expected role ${name3} in the snapshot, it is not listed.`);
  let keys2 = from.chain.at(-1)?.delegations?.keys ?? /* @__PURE__ */ new Map(), what = `role ${name3} as ${from.names.at(-1)} delegates it`, demand = { role, keys: keys2, code: "delegation-wrong-keys", what }, stored = Object.hasOwn(cycle.state.delegated, name3) ? cycle.state.delegated[name3] : void 0, { text: text2, targets } = await loadTargets(cycle, { name: name3, meta, stored, demand, now });
  return loaded.set(way, targets), text2 !== stored && (cycle.state = { ...cycle.state, delegated: { ...cycle.state.delegated, [name3]: text2 } }), { names: names3, chain: [...from.chain, targets] };
}
function highestFloors(chain) {
  let highest = /* @__PURE__ */ new Map();
  for (let { floors } of chain)
    for (let [place, floor] of floors) highest.set(place, Math.max(floor, highest.get(place) ?? 0));
  return highest;
}
function tooMany(path) {
  return new Refusal2("delegations-too-many", `Expected ${path} within ${tufLimits.delegations} delegations.`);
}
function notFound({ delegations }, path) {
  return delegations?.roles.some(({ paths }) => paths.some((pattern) => pathMatches(pattern, path))) ? new Refusal2("target-absent", `Expected ${path} to be listed by the role it is delegated to.`) : new Refusal2("path-not-delegated", `Expected ${path} to be listed or delegated, nobody may sign for it.`);
}
var init_find_target = __esm({
  "packages/trust/src/tuf/client/find-target.ts"() {
    "use strict";
    init_paths2();
    init_problem2();
    init_tuf_limits();
    init_update_targets();
  }
});

// packages/trust/src/tuf/client/update-root.ts
async function updateRoot(cycle) {
  let root = loadRoot(cycle.state);
  for (let step = 0; step <= tufLimits.rootSteps; step += 1) {
    let bytes = await fetchBytes(cycle, wireName("root", root.version + 1), tufLimits.rootBytes);
    if (bytes === void 0) return root;
    if (step === tufLimits.rootSteps) break;
    root = followRoot(cycle, root, bytes);
  }
  throw new Refusal2("root-chain-too-long", `Expected at most ${tufLimits.rootSteps} new roots, more were served.`);
}
function followRoot(cycle, root, bytes) {
  let file = parseSigned(bytes, tufLimits.rootBytes), what = `root ${root.version + 1} by the keys of root ${root.version}`;
  demandThreshold(file, root.roles.root, { keys: root.keys, code: "root-signatures-missing", what });
  let { root: next2 } = readOwnRoot(bytes);
  if (next2.version !== root.version + 1)
    throw new Refusal2("root-version-wrong", `Expected root ${root.version + 1}, found version ${next2.version}.`);
  return cycle.state = { ...keptUnder(root, next2, cycle.state), root: file.text }, next2;
}
function loadRoot(state) {
  try {
    return readOwnRoot(Buffer.from(state.root, "utf8")).root;
  } catch (error) {
    throw error instanceof Refusal2 ? new Refusal2("state-unusable", `Expected a usable trusted root: ${error.message} Provision the device anew.`) : error;
  }
}
var init_update_root = __esm({
  "packages/trust/src/tuf/client/update-root.ts"() {
    "use strict";
    init_metadata();
    init_parse_signed();
    init_problem2();
    init_tuf_limits();
    init_verify_role();
    init_cycle();
    init_trusted_state();
  }
});

// packages/trust/src/tuf/client/update-timestamp.ts
async function updateTimestamp(cycle, root, now) {
  let how = { demand: {
    role: root.roles.timestamp,
    keys: root.keys,
    code: "timestamp-signatures-missing",
    what: "the timestamp"
  }, read: readTimestamp }, trusted = readTrusted(cycle.state.timestamp, tufLimits.timestampBytes, how), bytes = await demandBytes(cycle, "timestamp.json", tufLimits.timestampBytes), fetched = readVerified(bytes, tufLimits.timestampBytes, how), chosen = trusted?.metadata.version === fetched.metadata.version ? trusted : fetched;
  return trusted && demandNoFall2(trusted.metadata, fetched.metadata), demandFresh(chosen.metadata, "the timestamp", now), chosen !== trusted && (cycle.state = { ...cycle.state, timestamp: chosen.file.text }), chosen.metadata;
}
function demandNoFall2(trusted, next2) {
  if (next2.version < trusted.version) {
    let message = `Expected timestamp ${trusted.version} or newer, found ${next2.version}.`;
    throw new Refusal2("timestamp-version-fell", message);
  }
  if (next2.snapshot.version < trusted.snapshot.version) {
    let message = `Expected snapshot ${trusted.snapshot.version} or newer, the timestamp names ${next2.snapshot.version}.`;
    throw new Refusal2("snapshot-version-fell", message);
  }
}
var init_update_timestamp = __esm({
  "packages/trust/src/tuf/client/update-timestamp.ts"() {
    "use strict";
    init_problem2();
    init_read_metadata();
    init_tuf_limits();
    init_cycle();
  }
});

// packages/trust/src/tuf/client/update-repository.ts
async function updateRepository(state, fetch2, options) {
  let cycle = { fetch: fetch2, state };
  try {
    let root = await updateRoot(cycle), now = typeof options.now == "number" ? options.now : await options.now(root);
    demandFresh(root, `root ${root.version}`, now);
    let timestamp = await updateTimestamp(cycle, root, now), snapshot = await updateSnapshot(cycle, root, { timestamp, now }), targets = await updateTargets(cycle, root, { snapshot, now }), lookups = /* @__PURE__ */ new Map(), search = { cycle, snapshot, targets, now, loaded: /* @__PURE__ */ new Map() };
    for (let path of options.paths ?? []) lookups.set(path, await findTarget(search, path));
    return cycle.state = forgetUnlisted(cycle.state, snapshot), { ok: !0, state: cycle.state, now, root, timestamp, snapshot, targets, lookups };
  } catch (error) {
    return { ...refusedBy(error), state: cycle.state };
  }
}
function forgetUnlisted(state, snapshot) {
  let entries = Object.entries(state.delegated), kept = entries.filter(([name3]) => snapshot.meta.has(name3)).slice(-delegatedKept);
  return kept.length === entries.length ? state : { ...state, delegated: Object.fromEntries(kept) };
}
var delegatedKept, init_update_repository = __esm({
  "packages/trust/src/tuf/client/update-repository.ts"() {
    "use strict";
    init_problem2();
    init_cycle();
    init_find_target();
    init_update_root();
    init_update_snapshot();
    init_update_targets();
    init_update_timestamp();
    delegatedKept = 64;
  }
});

// packages/trust/src/tuf/client/update-device.ts
var writtenAfter, init_update_device = __esm({
  "packages/trust/src/tuf/client/update-device.ts"() {
    "use strict";
    init_manifest_of_targets();
    init_problem2();
    init_time();
    init_tuf_limits();
    init_verify_assignment();
    init_bounded_fetch();
    init_trusted_state();
    init_update_repository();
    writtenAfter = Date.UTC(2026, 0, 1);
  }
});

// packages/trust/src/tuf/diff.ts
var init_diff = __esm({
  "packages/trust/src/tuf/diff.ts"() {
    "use strict";
    init_src();
    init_canonical();
    init_fields();
  }
});

// packages/trust/src/tuf/encode-metadata.ts
function encodeMetadata(metadata) {
  switch (metadata.type) {
    case "root":
      return encodeRoot(metadata);
    case "targets":
      return encodeTargets(metadata);
    case "snapshot":
      return encodeSnapshot(metadata);
    case "timestamp":
      return encodeTimestamp(metadata);
  }
}
function encodeRoot(root) {
  let { time, roles: roles2 } = root, floor = time?.floor === void 0 ? {} : { floor: instantText(time.floor) }, fettle = time ? { fettle: { time: { keys: keyTable(time.keys), ...floor } } } : {};
  return encodeCanonical({
    ...common(root),
    consistent_snapshot: !0,
    keys: keyTable(root.keys.values()),
    roles: {
      root: { ...roles2.root },
      targets: { ...roles2.targets },
      snapshot: { ...roles2.snapshot },
      timestamp: { ...roles2.timestamp }
    },
    ...fettle
  });
}
function encodeTargets(targets) {
  let { device: device2, floors, delegations } = targets, fettle = {
    ...device2 === void 0 ? {} : { device: device2 },
    ...floors.size === 0 ? {} : { floors: Object.fromEntries(floors) }
  };
  return encodeCanonical({
    ...common(targets),
    targets: table2(targets.targets, encodeTargetFile),
    ...delegations ? { delegations: encodeDelegations(delegations) } : {},
    ...Object.keys(fettle).length === 0 ? {} : { fettle }
  });
}
function encodeSnapshot(snapshot) {
  let meta = Object.fromEntries([...snapshot.meta].map(([role, file]) => [`${role}.json`, encodeFileMeta(file)]));
  return encodeCanonical({ ...common(snapshot), meta });
}
function encodeTimestamp(timestamp) {
  return encodeCanonical({ ...common(timestamp), meta: { "snapshot.json": encodeFileMeta(timestamp.snapshot) } });
}
function common({ type, version: version2, expiresAt, unknown }) {
  return { ...unknown, _type: type, spec_version: specVersion, version: version2, expires: instantText(expiresAt) };
}
function keyTable(keys2) {
  return Object.fromEntries([...keys2].map((key) => [key.keyid, encodeTufKey(key)]));
}
function table2(entries, encode2) {
  return Object.fromEntries([...entries].map(([name3, value]) => [name3, encode2(value)]));
}
function encodeFileMeta({ version: version2, length, sha256: sha2563 }) {
  return {
    version: version2,
    ...length === void 0 ? {} : { length },
    ...sha2563 === void 0 ? {} : { hashes: { sha256: sha2563 } }
  };
}
function encodeTargetFile({ length, sha256: sha2563, custom }) {
  return { length, hashes: { sha256: sha2563 }, ...Object.keys(custom).length === 0 ? {} : { custom } };
}
function encodeDelegations({ keys: keys2, roles: roles2 }) {
  return {
    keys: keyTable(keys2.values()),
    roles: roles2.map(({ name: name3, keyids, threshold, paths, terminating }) => ({
      name: name3,
      keyids,
      threshold,
      paths,
      terminating
    }))
  };
}
var specVersion, init_encode_metadata = __esm({
  "packages/trust/src/tuf/encode-metadata.ts"() {
    "use strict";
    init_src();
    init_canonical();
    init_fields();
    init_parse_signed();
    init_tuf_key();
    specVersion = "1.0.34";
  }
});

// packages/trust/src/tuf/open-metadata.ts
function openMetadata(bytes) {
  try {
    let file = parseSigned(bytes, tufLimits.targetsBytes), metadata = readMetadata(file.signed);
    return demandSize(bytes, metadata), { ok: !0, file, metadata };
  } catch (error) {
    return refusedBy(error);
  }
}
function demandSize(bytes, { type }) {
  if (bytes.length <= largestBytes[type]) return;
  let message = `Expected at most ${largestBytes[type]} bytes of ${type}, found ${bytes.length}.`;
  throw new Refusal2("metadata-too-large", message);
}
var largestBytes, init_open_metadata = __esm({
  "packages/trust/src/tuf/open-metadata.ts"() {
    "use strict";
    init_encode_metadata();
    init_parse_signed();
    init_problem2();
    init_read_metadata();
    init_tuf_limits();
    largestBytes = {
      root: tufLimits.rootBytes,
      targets: tufLimits.targetsBytes,
      snapshot: tufLimits.snapshotBytes,
      timestamp: tufLimits.timestampBytes
    };
  }
});

// packages/trust/src/tuf/sign-metadata.ts
async function signMetadata(signed, signers) {
  let signatures = [];
  for (let signer of signers) signatures.push(await signatureBy(signed, signer));
  return assembleFile(signed, signatures);
}
async function signatureBy(signed, signer) {
  let sig = Buffer.from(await signer.sign(signed)).toString("hex");
  return { keyid: tufKeyOf(signer.publicKey).keyid, sig };
}
function assembleFile(signed, signatures) {
  let body = wireText(Buffer.from(signed).toString("utf8")), list = canonicalText(signatures.map(({ keyid: keyid2, sig }) => ({ keyid: keyid2, sig })));
  return Buffer.from(`{"signatures":${list},"signed":${body}}`, "utf8");
}
var init_sign_metadata = __esm({
  "packages/trust/src/tuf/sign-metadata.ts"() {
    "use strict";
    init_src();
    init_canonical();
    init_tuf_key();
  }
});

// packages/trust/src/tuf/successor.ts
function checkSuccessor(previous, next2, context) {
  let findings = [], demand = (holds, code, message) => {
    holds || findings.push({ code, message });
  }, type = isTopRole(context.role) ? context.role : "targets";
  if (next2.type !== type || previous && previous.type !== type)
    return [{ code: "wrong-type", message: `Expected metadata of type ${type}, found ${next2.type}.` }];
  let wanted = (previous?.version ?? 0) + 1;
  demand(next2.version === wanted, "version-not-next", `Expected version ${wanted}, found ${next2.version}.`), checkExpiry(next2, context, demand);
  let strange = Object.keys(next2.unknown)[0];
  switch (demand(strange === void 0, "unknown-members", `Expected nothing unknown in signed, found "${strange}".`), next2.type) {
    case "root":
      checkRoot(previous?.type === "root" ? previous : void 0, next2, demand);
      break;
    case "targets":
      checkTargets(previous?.type === "targets" ? previous : void 0, next2, { ...context, demand });
      break;
    case "snapshot":
      previous?.type === "snapshot" && checkMeta(previous.meta, next2.meta, demand);
      break;
    case "timestamp":
      previous?.type === "timestamp" && checkMeta(/* @__PURE__ */ new Map([["snapshot", previous.snapshot]]), /* @__PURE__ */ new Map([["snapshot", next2.snapshot]]), demand);
      break;
  }
  return findings;
}
function checkExpiry(next2, { repository: repository2, role, now }, demand) {
  let days = longestDays[repository2][isTopRole(role) ? role : "delegated"], livesDays = (next2.expiresAt - now) / dayMs, message = `Expected ${role} to live at most ${days} days from now, found ${livesDays.toFixed(1)}.`;
  demand(livesDays > 0 && livesDays <= days, "expiry-out-of-bounds", message);
}
function checkRoot(previous, next2, demand) {
  for (let role of topRoles)
    checkRoleKeys({ role, before: previous?.roles[role], after: next2.roles[role], keys: next2.keys }, demand);
}
function checkRoleKeys({ role, before, after, keys: keys2 }, demand) {
  let least = before?.threshold ?? 1, lowered2 = `Expected a threshold of ${least} or more for ${role}, found ${after.threshold}.`;
  demand(after.threshold >= least, "threshold-lowered", lowered2);
  let usable = /* @__PURE__ */ new Set();
  for (let keyid2 of after.keyids) {
    let key = keys2.get(keyid2), publicKey = key && publicKeyOf(key);
    demand(
      !key || Object.keys(key.unknown).length === 0,
      "unknown-members",
      `Expected nothing unknown in key ${keyid2}.`
    ), demand(publicKey !== void 0, "key-unusable", `Expected key ${keyid2.slice(0, 12)} of ${role} to be usable.`), publicKey && publicKey.kind !== "ml-dsa-44" && usable.add(publicKey.id);
  }
  let unreachable2 = `Expected ${after.threshold} different keys or more for ${role}, found ${usable.size}.`;
  demand(usable.size >= after.threshold, "threshold-unreachable", unreachable2);
}
function checkTargets(previous, next2, { repository: repository2, role, demand }) {
  if (repository2 === "director") {
    demand(next2.delegations === void 0, "director-delegates", "Expected no delegations of the director."), demand(next2.device !== void 0, "device-missing", "Expected the director to name the device.");
    let same = previous === void 0 || previous.device === next2.device;
    demand(same, "device-changed", `Expected targets for device ${previous?.device}, found them for ${next2.device}.`), checkCustoms(next2, repository2, demand);
    return;
  }
  role === "targets" && demand(next2.targets.size === 0, "top-level-lists-targets", "Expected the top-level targets to delegate only.");
  let before = new Map((previous?.delegations?.roles ?? []).map((delegated) => [delegated.name, delegated])), keys2 = next2.delegations?.keys ?? /* @__PURE__ */ new Map();
  for (let after of next2.delegations?.roles ?? [])
    checkRoleKeys({ role: after.name, before: before.get(after.name), after, keys: keys2 }, demand);
  checkCustoms(next2, repository2, demand);
  for (let [place, floor] of previous?.floors ?? []) {
    let now = next2.floors.get(place) ?? 0;
    demand(now >= floor, "floor-lowered", `Expected a floor of ${floor} or more for ${place}, found ${now}.`);
  }
}
function checkCustoms({ targets }, repository2, demand) {
  for (let [path, { custom }] of targets) {
    let opened = openTargetCustom(custom);
    if (!opened.ok) {
      demand(!1, "target-malformed", opened.message);
      continue;
    }
    let { info, release: release3, assign } = opened.custom;
    demand(repository2 === "image" ? !!release3 && !assign : !!assign && !release3 && !info, "target-malformed", `Expected custom of ${path} to have ${repository2 === "image" ? "match, release and perhaps info" : "match and assign"}.`);
    let known = canonicalText(encodeTargetCustom(opened.custom)) === canonicalText(custom);
    demand(known, "unknown-members", `Expected nothing unknown in custom of ${path}.`);
  }
}
function checkMeta(before, after, demand) {
  for (let [role, { version: version2 }] of before) {
    let now = after.get(role)?.version;
    demand(now !== void 0, "entry-vanished", `Expected ${role} to stay listed.`);
    let fell = `Expected ${role} ${version2} or newer, found ${now}.`;
    demand(now === void 0 || now >= version2, "listed-version-fell", fell);
  }
}
var dayMs, longestDays, init_successor = __esm({
  "packages/trust/src/tuf/successor.ts"() {
    "use strict";
    init_src();
    init_canonical();
    init_target_custom();
    init_tuf_key();
    dayMs = 864e5, longestDays = {
      image: { root: 366, targets: 184, delegated: 93, snapshot: 7, timestamp: 1 },
      // 7 days and a jitter of a fifth, so that not all devices come back for new files at once.
      director: { root: 366, targets: 8.4, delegated: 0, snapshot: 8.4, timestamp: 8.4 }
    };
  }
});

// packages/trust/src/verify-release.ts
var init_verify_release = __esm({
  "packages/trust/src/verify-release.ts"() {
    "use strict";
    init_dsse();
    init_manifest();
  }
});

// packages/trust/src/index.ts
var init_src3 = __esm({
  "packages/trust/src/index.ts"() {
    "use strict";
    init_dsse();
    init_file_signer();
    init_keys3();
    init_bundle();
    init_checkpoint();
    init_edge();
    init_entry();
    init_growth();
    init_merkle();
    init_note();
    init_note_keys();
    init_policy3();
    init_proofs();
    init_signers();
    init_tiles();
    init_tlog_proof();
    init_verify_proofs();
    init_witness();
    init_manifest();
    init_statement();
    init_canonical();
    init_trusted_state();
    init_update_device();
    init_update_repository();
    init_diff();
    init_encode_metadata();
    init_manifest_of_targets();
    init_metadata();
    init_open_metadata();
    init_paths2();
    init_problem2();
    init_sign_metadata();
    init_successor();
    init_target_custom();
    init_time();
    init_tuf_key();
    init_tuf_limits();
    init_verify_assignment();
    init_verify_role();
    init_verify_release();
  }
});

// packages/signers/src/within.ts
import { setTimeout as wait } from "node:timers/promises";
async function within(work, limit) {
  let over2 = new AbortController(), timer = setTimeout(() => over2.abort(new Error(`no answer within ${limit.timeoutMs} ms`)), limit.timeoutMs), signal = limit.signal ? AbortSignal.any([over2.signal, limit.signal]) : over2.signal, called = Promise.withResolvers(), stop2 = () => called.reject(calledOff(limit, signal.reason));
  signal.addEventListener("abort", stop2, { once: !0 });
  try {
    if (signal.aborted) throw calledOff(limit, signal.reason);
    return await Promise.race([work(signal), called.promise]);
  } catch (error) {
    throw signal.aborted && !(error instanceof FettleError) ? calledOff(limit, signal.reason) : error;
  } finally {
    clearTimeout(timer), signal.removeEventListener("abort", stop2);
  }
}
async function retrying(attempt3, retries) {
  let { signal, attempts = 6, firstMs = 50, capMs = 2e3, random = Math.random } = retries;
  for (let tried = 1; ; tried++)
    try {
      return await attempt3();
    } catch (error) {
      if (!(error instanceof FettleError && error.code === "signer-unavailable") || tried >= attempts || signal.aborted) throw error;
      await wait(random() * Math.min(capMs, firstMs * 2 ** (tried - 1)), void 0, { signal });
    }
}
function calledOff({ what, timeoutMs: timeoutMs2 }, cause) {
  let message = `Expected an answer of ${what}, found none: the call ended after its time limit (${timeoutMs2} ms) or was called off. Try again.`;
  return new FettleError("signer-unavailable", message, { cause });
}
var init_within = __esm({
  "packages/signers/src/within.ts"() {
    "use strict";
    init_src();
  }
});

// packages/signers/src/opened-signer.ts
function openedSigner(holder, timeoutMs2 = defaultTimeoutMs) {
  let waiting = 0, closed = !1, sign2 = async (message, options = {}) => {
    if (closed) throw new FettleError("wrong-state", "Expected an open signer, found one that was closed.");
    if (requireSignable(message), waiting >= maxWaiting)
      throw new FettleError("overloaded", `${waiting} signatures wait for ${holder.locator}; try again later.`);
    waiting++;
    try {
      let limit = { timeoutMs: timeoutMs2, signal: options.signal, what: holder.locator };
      return requireValid(holder, message, await within((signal) => holder.sign(message, signal), limit));
    } finally {
      waiting--;
    }
  }, close = async () => {
    closed || (closed = !0, await holder.close());
  }, { publicKey, protection, locator } = holder;
  return { keyId: publicKey.id, publicKey, protection, locator, sign: sign2, close };
}
function requireSignable(message) {
  if (message.length === 0) throw new FettleError("invalid-input", "Expected a message to sign, found no bytes.");
  if (message.length <= maxMessageBytes) return;
  let found = `found ${message.length} bytes`;
  throw new FettleError("too-large", `Expected a message of at most ${maxMessageBytes} bytes, ${found}.`);
}
function requireValid({ publicKey, locator }, message, signature2) {
  if (verifySignature(publicKey, message, signature2)) return signature2;
  throw new FettleError(
    "key-refused",
    `${locator} gave a signature that key ${publicKey.id} does not verify: another key answers there. Open it anew and compare the key id.`
  );
}
var defaultTimeoutMs, maxMessageBytes, maxWaiting, init_opened_signer = __esm({
  "packages/signers/src/opened-signer.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_within();
    defaultTimeoutMs = 1e4, maxMessageBytes = 8 * 1024 * 1024, maxWaiting = 1e3;
  }
});

// packages/signers/src/secrets.ts
import { read } from "node:fs";
import { open } from "node:fs/promises";
import { promisify } from "node:util";
function secretReader(places = {}) {
  let descriptors = /* @__PURE__ */ new Map();
  return async ({ source, what }) => {
    if (source === void 0) return checked(await ask(places, what), what);
    let at = source.indexOf(":"), [kind, place] = [source.slice(0, at), source.slice(at + 1)];
    if (kind === "file" && place !== "") return checked(await readSecretFile(place, what), what);
    if (kind === "env" && place !== "") return checked(fromEnvironment(places, place, what), what);
    if (kind === "fd" && /^\d{1,4}$/.test(place)) {
      let number = Number(place), once = descriptors.get(number) ?? readDescriptor(number, what);
      return descriptors.set(number, once), checked(await once, what);
    }
    throw new FettleError("invalid-input", `Expected file:PATH, fd:NUMBER or env:NAME as source of the ${what}.`);
  };
}
function refuseLooseMode2(mode, file) {
  if ((mode & 63) === 0) return;
  let found = (mode & 511).toString(8).padStart(4, "0");
  throw new FettleError("invalid-input", `Expected ${file} to be for its owner only (0600), found ${found}.`, {
    details: { next: `chmod 600 ${file}` }
  });
}
async function readSecretFile(file, what) {
  try {
    let handle = await open(file, "r");
    try {
      let { mode, size } = await handle.stat();
      if (refuseLooseMode2(mode, file), size > maxSecretBytes) throw tooLong(what);
      return (await handle.readFile("utf8")).slice(0, maxSecretBytes + 1);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    let code = cause.code ?? "unknown error";
    throw new FettleError("invalid-input", `Expected the ${what} in ${file}, could not read it (${code}).`, { cause });
  }
}
async function readDescriptor(descriptor, what) {
  let pieces = [];
  for (let total = 0; total <= maxSecretBytes; ) {
    let buffer = Buffer.alloc(4096), { bytesRead } = await readFromDescriptor(descriptor, buffer, 0, buffer.length, null).catch((cause) => {
      throw new FettleError("invalid-input", `Expected the ${what} on descriptor ${descriptor}, could not read it.`, {
        cause
      });
    });
    if (bytesRead === 0) return Buffer.concat(pieces).toString("utf8");
    pieces.push(buffer.subarray(0, bytesRead)), total += bytesRead;
  }
  throw tooLong(what);
}
function fromEnvironment({ environment: environment2 = {} }, name3, what) {
  let value = Object.hasOwn(environment2, name3) ? environment2[name3] : void 0;
  if (value !== void 0) return value;
  throw new FettleError("invalid-input", `Expected the ${what} in the variable ${name3}, found it unset.`);
}
async function ask({ prompt }, what) {
  if (prompt) return await prompt(what);
  let message = `Expected a source for the ${what}, found none and nobody to ask. Name one, as file:PATH.`;
  throw new FettleError("invalid-input", message);
}
function checked(secret, what) {
  if (secret.length > maxSecretBytes) throw tooLong(what);
  let line = secret.replace(/\r?\n$/, "");
  if (line === "") throw new FettleError("invalid-input", `Expected the ${what}, found it empty.`);
  return line;
}
function tooLong(what) {
  return new FettleError("too-large", `Expected the ${what} in at most ${maxSecretBytes} bytes, found more.`);
}
var readFromDescriptor, maxSecretBytes, init_secrets = __esm({
  "packages/signers/src/secrets.ts"() {
    "use strict";
    init_src();
    readFromDescriptor = promisify(read), maxSecretBytes = 65536;
  }
});

// packages/signers/src/file/container-shape.ts
function isContainer(text2) {
  return text2.trimStart().startsWith("{");
}
function readContainer(text2) {
  let whole = objectOf(parse2(text2), ["format", "keyId", "kind", "publicKey", "kdf", "cipher", "ciphertext"]);
  if (whole.format !== containerFormat) throw refused(`format "${containerFormat}"`);
  let kdf = objectOf(whole.kdf, ["name", "n", "r", "p", "salt"]), cipher = objectOf(whole.cipher, ["name", "iv", "tag"]);
  if (kdf.name !== "scrypt" || cipher.name !== "aes-256-gcm") throw refused("scrypt and aes-256-gcm");
  if (typeof whole.keyId != "string" || typeof whole.kind != "string") throw refused("keyId and kind");
  return {
    format: containerFormat,
    keyId: whole.keyId,
    kind: whole.kind,
    publicKey: bytesOf(whole.publicKey, { least: 32, most: 4096 }),
    cost: costOf(kdf),
    salt: bytesOf(kdf.salt, { least: 16, most: 64 }),
    iv: bytesOf(cipher.iv, { least: 12, most: 12 }),
    tag: bytesOf(cipher.tag, { least: 16, most: 16 }),
    ciphertext: bytesOf(whole.ciphertext, { least: 32, most: 16384 })
  };
}
function costOf({ n, r, p }) {
  if (!isWithin(n, 16384, 262144) || !Number.isInteger(Math.log2(n)))
    throw refused("n as a power of two from 16384 to 262144");
  if (!isWithin(r, 8, 16)) throw refused("r from 8 to 16");
  if (!isWithin(p, 1, 4)) throw refused("p from 1 to 4");
  if (n * r > 2097152 || n * r * p > 8388608) throw refused("n × r at most 2^21 and n × r × p at most 2^23");
  return { n, r, p };
}
function isWithin(value, least, most2) {
  return Number.isInteger(value) && value >= least && value <= most2;
}
function parse2(text2) {
  if (Buffer.byteLength(text2) > maxKeyFileBytes) throw refused(`at most ${maxKeyFileBytes} bytes`);
  try {
    return JSON.parse(text2);
  } catch {
    throw refused("JSON");
  }
}
function objectOf(value, names3) {
  let isObject2 = typeof value == "object" && value !== null && !Array.isArray(value), found = isObject2 ? Object.keys(value).sort().join() : "";
  if (!isObject2 || found !== [...names3].sort().join()) throw refused(`exactly the members ${names3.join(", ")}`);
  return value;
}
function bytesOf(value, { least, most: most2 }) {
  let bytes = Buffer.from(typeof value == "string" ? value : "", "base64");
  if (bytes.toString("base64") === value && bytes.length >= least && bytes.length <= most2) return bytes;
  throw refused(`base64 of ${least} to ${most2} bytes`);
}
function refused(expected) {
  return new FettleError("invalid-input", `Expected a key container (${containerFormat}) with ${expected}.`);
}
var containerFormat, maxKeyFileBytes, init_container_shape = __esm({
  "packages/signers/src/file/container-shape.ts"() {
    "use strict";
    init_src();
    containerFormat = "fettle-key/1", maxKeyFileBytes = 65536;
  }
});

// packages/signers/src/file/container.ts
import {
  createCipheriv,
  createDecipheriv,
  createPrivateKey as createPrivateKey2,
  createPublicKey as createPublicKey3,
  randomBytes,
  scrypt
} from "node:crypto";
import { promisify as promisify2 } from "node:util";
async function sealKey(key, passphrase, cost = usualCost) {
  if (passphrase.length < shortestPassphrase) {
    let message = `Expected a passphrase of at least ${shortestPassphrase} characters, found fewer.`;
    throw new FettleError("invalid-input", message);
  }
  let der = key.export({ format: "der", type: "pkcs8" }), spki = createPublicKey3(key).export({ format: "der", type: "spki" }), { id, kind } = readPublicKey(spki), [salt, iv] = [randomBytes(16), randomBytes(12)], header = {
    format: containerFormat,
    keyId: id,
    kind,
    publicKey: spki,
    cost,
    salt,
    iv
  }, wrapping = await wrappingKey(passphrase, salt, cost), cipher = createCipheriv("aes-256-gcm", wrapping, iv).setAAD(authenticated(header)), ciphertext = Buffer.concat([cipher.update(der), cipher.final()]);
  der.fill(0), wrapping.fill(0);
  let shown2 = {
    format: containerFormat,
    keyId: id,
    kind,
    publicKey: spki.toString("base64"),
    kdf: { name: "scrypt", ...cost, salt: salt.toString("base64") },
    cipher: { name: "aes-256-gcm", iv: iv.toString("base64"), tag: cipher.getAuthTag().toString("base64") },
    ciphertext: ciphertext.toString("base64")
  };
  return `${JSON.stringify(shown2, null, 2)}
`;
}
async function unsealKey(text2, passphrase) {
  let container = readContainer(text2), { salt, iv, tag: tag2, ciphertext, cost } = container, wrapping = await wrappingKey(passphrase, salt, cost), der;
  try {
    let cipher = createDecipheriv("aes-256-gcm", wrapping, iv, { authTagLength: 16 });
    cipher.setAAD(authenticated(container)).setAuthTag(tag2), der = Buffer.concat([cipher.update(ciphertext), cipher.final()]);
  } catch {
    throw new FettleError("not-authenticated", "The passphrase does not open the key file, or the file was changed.");
  } finally {
    wrapping.fill(0);
  }
  let key = createPrivateKey2({ key: der, format: "der", type: "pkcs8" });
  return der.fill(0), key;
}
function readPublicPart(text2) {
  return readPublicKey(readContainer(text2).publicKey);
}
async function wrappingKey(passphrase, salt, { n, r, p }) {
  return await deriveKey(passphrase.normalize("NFC"), salt, 32, { N: n, r, p, maxmem: 128 * n * r + 1024 * 1024 });
}
function authenticated(header) {
  let { format: format2, keyId: keyId2, kind, publicKey, cost, salt, iv } = header, inOrder = [format2, keyId2, kind, base64(publicKey), "scrypt", cost.n, cost.r, cost.p, base64(salt)];
  return Buffer.from(JSON.stringify([...inOrder, "aes-256-gcm", base64(iv)]), "utf8");
}
function base64(bytes) {
  return Buffer.from(bytes).toString("base64");
}
var deriveKey, usualCost, shortestPassphrase, init_container = __esm({
  "packages/signers/src/file/container.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_container_shape();
    deriveKey = promisify2(scrypt), usualCost = { n: 131072, r: 8, p: 1 }, shortestPassphrase = 8;
  }
});

// packages/signers/src/file/index.ts
var file_exports = {};
__export(file_exports, {
  createKeyFile: () => createKeyFile,
  openFileSigner: () => openFileSigner,
  readPublicHalf: () => readPublicHalf
});
import { createPrivateKey as createPrivateKey3 } from "node:crypto";
import { open as open2, rm } from "node:fs/promises";
async function createKeyFile({ path, kind, passphrase }) {
  let { privateKeyPem } = generateKeyPem(kind), key = createPrivateKey3(privateKeyPem), text2 = passphrase === void 0 ? privateKeyPem : await sealKey(key, passphrase);
  return await writeNew(path, text2), signerFromKey(key).publicKey;
}
async function openFileSigner(locator, readSecret) {
  let { name: path, parameters } = readLocator(locator, ["passphrase-source"]), text2 = await readKeyFile(path), source = parameters.get("passphrase-source"), plain2 = !isContainer(text2), signer = plain2 ? signerFromPem(text2) : await unseal(text2, await readSecret({ source, what: `passphrase of ${path}` })), closed = !1;
  return {
    keyId: signer.keyId,
    publicKey: signer.publicKey,
    protection: plain2 ? "plain-file" : "encrypted-file",
    locator: writeLocator("file", path, { "passphrase-source": source }),
    sign: async (message, options) => {
      if (closed) throw new FettleError("wrong-state", "Expected an open signer, found one that was closed.");
      if (options?.signal?.aborted) throw new FettleError("signer-unavailable", "The signature was called off.");
      return requireSignable(message), await signer.sign(message);
    },
    close: async () => {
      closed = !0;
    }
  };
}
async function readPublicHalf(path) {
  let text2 = await readKeyFile(path);
  return isContainer(text2) ? readPublicPart(text2) : signerFromPem(text2).publicKey;
}
async function unseal(text2, passphrase) {
  let signer = signerFromKey(await unsealKey(text2, passphrase));
  if (signer.keyId === readPublicPart(text2).id) return signer;
  throw new FettleError("key-refused", "The key file names another public key than its private half has.");
}
async function readKeyFile(path) {
  try {
    let handle = await open2(path, "r");
    try {
      let { mode, size } = await handle.stat();
      if (refuseLooseMode2(mode, path), size > maxKeyFileBytes)
        throw new FettleError("too-large", `Expected a key file of at most ${maxKeyFileBytes} bytes, found ${size}.`);
      return await handle.readFile("utf8");
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof FettleError) throw cause;
    let { code = "unknown error" } = cause, missing2 = code === "ENOENT", message = `Expected a key file at ${path}, ${missing2 ? "found no such file" : `could not read it (${code})`}.`;
    throw new FettleError(missing2 ? "not-found" : "invalid-input", message, { cause });
  }
}
async function writeNew(path, text2) {
  let handle = await open2(path, "wx", 384).catch((cause) => {
    let exists = cause.code === "EEXIST", found = exists ? "found a file: a key is never overwritten" : `could not write there (${cause.code})`;
    throw new FettleError(exists ? "already-exists" : "invalid-input", `Expected a new place at ${path}, ${found}.`, {
      cause
    });
  });
  try {
    await handle.writeFile(text2), await handle.sync();
  } catch (error) {
    throw await rm(path, { force: !0 }), error;
  } finally {
    await handle.close();
  }
}
var init_file = __esm({
  "packages/signers/src/file/index.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_locator();
    init_opened_signer();
    init_secrets();
    init_container();
    init_container_shape();
  }
});

// packages/signers/src/pkcs11/module-host.ts
import { realpath } from "node:fs/promises";
import { Worker } from "node:worker_threads";
async function acquireModule(modulePath) {
  let path = await realpath(modulePath).catch(() => modulePath);
  for (; ; ) {
    let host = hosts.get(path) ?? new ModuleHost(path);
    if (hosts.set(path, host), host.take()) return host;
    await host.ended;
  }
}
var SessionLost, stopTimeoutMs, hosts, ModuleHost, init_module_host = __esm({
  "packages/signers/src/pkcs11/module-host.ts"() {
    "use strict";
    init_src();
    SessionLost = class extends Error {
    }, stopTimeoutMs = 2e3, hosts = /* @__PURE__ */ new Map();
    ModuleHost = class {
      #path;
      #waiting = /* @__PURE__ */ new Map();
      #worker;
      #shares = 0;
      #next = 0;
      /** Set once the last share was given back. */
      ended;
      constructor(path) {
        this.#path = path;
      }
      /** False when this host is about to end. */
      take() {
        return this.ended ? !1 : (this.#shares++, !0);
      }
      /** @throws SessionLost, or FettleError with the code of the module's thread */
      async call(order) {
        let worker = this.#worker ?? this.#start(), id = this.#next++, { promise, resolve: resolve5, reject } = Promise.withResolvers();
        return this.#waiting.set(id, { resolve: resolve5, reject }), worker.ref(), worker.postMessage({ id, order }), await promise;
      }
      async release() {
        this.#shares--, !(this.#shares > 0) && (this.ended ??= this.#stop(), await this.ended);
      }
      async #stop() {
        let worker = this.#worker;
        if (worker) {
          let { promise: ended, resolve: resolve5 } = Promise.withResolvers();
          worker.once("exit", () => resolve5());
          let timer = setTimeout(() => {
            worker.unref(), worker.terminate(), resolve5();
          }, stopTimeoutMs);
          this.call({ act: "stop" }).catch(() => {
          }), await ended, clearTimeout(timer);
        }
        hosts.delete(this.#path);
      }
      #start() {
        let entry = new URL(
          import.meta.url.endsWith(".ts") ? "./module-thread.ts" : "./module-thread.js",
          import.meta.url
        ), worker = new Worker(entry, { workerData: { modulePath: this.#path }, execArgv: [] });
        return this.#worker = worker, worker.on("message", (answer) => this.#settle(worker, answer)), worker.on("error", (cause) => this.#fail(worker, cause)), worker.on("exit", () => this.#fail(worker, void 0)), worker.unref(), worker;
      }
      #settle(worker, { id, outcome, problem }) {
        let waiting = this.#waiting.get(id);
        this.#waiting.delete(id), this.#waiting.size === 0 && worker.unref(), waiting && (problem ? problem.code === "login-needed" ? waiting.reject(new SessionLost(problem.message)) : waiting.reject(new FettleError(problem.code, problem.message)) : waiting.resolve(outcome ?? {}));
      }
      #fail(worker, cause) {
        if (this.#worker !== worker) return;
        this.#worker = void 0;
        let message = `The thread of the PKCS#11 module ${this.#path} ended. The next call starts it again.`;
        for (let { reject } of this.#waiting.values()) reject(new FettleError("signer-unavailable", message, { cause }));
        this.#waiting.clear();
      }
    };
  }
});

// packages/signers/src/pkcs11/uri.ts
function readPkcs11Uri(text2) {
  let rest = text2.slice(7), at = rest.indexOf("?"), path = at < 0 ? rest : rest.slice(0, at), idPart = path.split(";").find((part2) => part2.startsWith("id=")), others = path.split(";").filter((part2) => part2 !== idPart), names3 = readPairs(others.join(";"), ";", ["token", "serial", "object", "id", "type"]), query = readPairs(at < 0 ? "" : rest.slice(at + 1), "&", ["module-path", "pin-source"]), [token, serial, object] = [names3.get("token"), names3.get("serial"), names3.get("object")];
  if (names3.has("id")) throw new FettleError("invalid-input", '"id" comes twice in the locator: say it once.');
  if ((names3.get("type") ?? "private") !== "private")
    throw new FettleError("invalid-input", "Expected type=private in the locator, or no type: only such keys sign.");
  if (!token && !serial) throw missing("a token", "token=LABEL");
  let id = idPart === void 0 ? void 0 : hexOfId(idPart.slice(3));
  if (!object && !id) throw missing("a key", "object=LABEL");
  let modulePath = query.get("module-path");
  if (!modulePath?.startsWith("/"))
    throw missing("the absolute path of the PKCS#11 module", "?module-path=/usr/lib/softhsm/libsofthsm2.so");
  return { tokenName: { token, serial }, keyName: { object, id }, modulePath, pinSource: query.get("pin-source") };
}
function writePkcs11Uri({ tokenName, keyName: keyName2, modulePath, pinSource }) {
  let { token, serial } = tokenName, { object, id } = keyName2, path = [
    ...token ? [`token=${encode(token)}`] : [],
    ...serial ? [`serial=${encode(serial)}`] : [],
    ...object ? [`object=${encode(object)}`] : [],
    ...id ? [`id=${id.replaceAll(/../g, "%$&")}`] : []
  ], query = [`module-path=${encode(modulePath)}`, ...pinSource ? [`pin-source=${encode(pinSource)}`] : []];
  return `pkcs11:${path.join(";")}?${query.join("&")}`;
}
function describeToken({ token, serial }) {
  return [...token ? [`"${token}"`] : [], ...serial ? [`with serial number ${serial}`] : []].join(" ");
}
function describeKey({ object, id }) {
  return [...object ? [`"${object}"`] : [], ...id ? [`with id ${id}`] : []].join(" ");
}
function hexOfId(text2) {
  if (/^(?:%[0-9A-Fa-f]{2}|[A-Za-z0-9._~-])+$/.test(text2)) {
    let bytes = text2.replaceAll(
      /%(..)|(.)/g,
      (_, hex, letter) => hex === void 0 ? letter.charCodeAt(0).toString(16) : hex.toLowerCase()
    );
    if (bytes.length <= 128) return bytes;
  }
  throw new FettleError("invalid-input", "Expected a key id of at most 64 bytes, percent-encoded as id=%01%02.");
}
function missing(what, example) {
  return new FettleError("invalid-input", `Expected ${what} in the locator, found none. Write ${example}.`);
}
var init_uri = __esm({
  "packages/signers/src/pkcs11/uri.ts"() {
    "use strict";
    init_src();
    init_locator();
  }
});

// packages/signers/src/pkcs11/token-client.ts
var TokenClient, init_token_client = __esm({
  "packages/signers/src/pkcs11/token-client.ts"() {
    "use strict";
    init_src();
    init_within();
    init_module_host();
    init_uri();
    TokenClient = class {
      #host;
      #token;
      #pin;
      /** A wrong PIN is tried once and never again: a token locks, or erases itself, after a few. */
      #refusal;
      #wasOpen = !1;
      constructor(host, token, pin) {
        this.#host = host, this.#token = token, this.#pin = pin;
      }
      /** Logs in, which finds the token and proves the PIN. @throws FettleError */
      async open(signal) {
        await retrying(() => this.#login(), { signal });
      }
      /** Carries out an order in the token. @throws FettleError */
      async call(order, signal) {
        return await retrying(() => this.#attempt(order), { signal });
      }
      async #attempt(order) {
        if (this.#refusal) throw this.#refusal;
        try {
          return await this.#host.call(order);
        } catch (error) {
          if (!(error instanceof SessionLost)) throw error;
        }
        await this.#login();
        try {
          return await this.#host.call(order);
        } catch (error) {
          throw error instanceof SessionLost ? this.#away(error) : error;
        }
      }
      async #login() {
        if (this.#refusal) throw this.#refusal;
        try {
          await this.#host.call({ act: "login", token: this.#token, pin: this.#pin }), this.#wasOpen = !0;
        } catch (error) {
          throw error instanceof SessionLost ? this.#away(error) : (error instanceof FettleError && error.code === "not-authenticated" && (this.#refusal = error), error instanceof FettleError && error.code === "not-found" && this.#wasOpen ? this.#away(error) : error);
        }
      }
      #away(cause) {
        let message = `The token ${describeToken(this.#token)} does not answer (${cause.message}). Insert or reconnect it and try again.`;
        return new FettleError("signer-unavailable", message, { cause });
      }
    };
  }
});

// packages/signers/src/pkcs11/index.ts
var pkcs11_exports = {};
__export(pkcs11_exports, {
  generateTokenKey: () => generateTokenKey,
  listTokenKeys: () => listTokenKeys,
  openPkcs11Signer: () => openPkcs11Signer
});
async function openPkcs11Signer(locator, options) {
  let uri = readPkcs11Uri(locator), { call, close } = await openToken(uri, options), { tokenName: token, keyName: key } = uri;
  try {
    let publicKey = readPublicKey(bytesOf2(await call({ act: "describe", token, key })));
    return openedSigner(
      {
        publicKey,
        protection: "token",
        locator: writePkcs11Uri(uri),
        sign: async (message, signal) => bytesOf2(await call({ act: "sign", token, key, message }, signal)),
        close
      },
      options.timeoutMs
    );
  } catch (error) {
    throw await close(), error;
  }
}
async function generateTokenKey(locator, kind, options) {
  let uri = readPkcs11Uri(locator), { object, id } = uri.keyName;
  if (!object || !id) {
    let found = describeKey(uri.keyName);
    throw new FettleError("invalid-input", `Expected object=LABEL and id=%01 for a new key, found only ${found}.`);
  }
  return await withToken(uri, options, async (call) => {
    let wanted = { object, id, kind };
    return readPublicKey(bytesOf2(await call({ act: "generate", token: uri.tokenName, wanted })));
  });
}
async function listTokenKeys(locator, options) {
  let uri = readPkcs11Uri(locator);
  return await withToken(uri, options, async (call) => (await call({ act: "list", token: uri.tokenName })).keys ?? []);
}
async function withToken(uri, options, act2) {
  let { call, close } = await openToken(uri, options);
  try {
    return await act2(call);
  } finally {
    await close();
  }
}
async function openToken(uri, { readSecret, timeoutMs: timeoutMs2 = defaultTimeoutMs }) {
  let what = `token ${describeToken(uri.tokenName)}`, pin = await readSecret({ source: uri.pinSource, what: `PIN of ${what}` }), host = await acquireModule(uri.modulePath), client = new TokenClient(host, uri.tokenName, pin);
  try {
    await within((over2) => client.open(over2), { timeoutMs: timeoutMs2, what });
  } catch (error) {
    throw await host.release(), error;
  }
  return { call: async (order, signal) => signal ? await client.call(order, signal) : await within((over2) => client.call(order, over2), { timeoutMs: timeoutMs2, what }), close: () => host.release() };
}
function bytesOf2({ bytes }) {
  if (bytes) return bytes;
  throw new FettleError("internal", "Expected bytes from the thread of the PKCS#11 module, found none.");
}
var init_pkcs11 = __esm({
  "packages/signers/src/pkcs11/index.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_opened_signer();
    init_within();
    init_module_host();
    init_token_client();
    init_uri();
  }
});

// packages/signers/src/json-call.ts
async function callJson({ url: url2, method, headers, body, signal }) {
  let response;
  try {
    response = await fetch(url2, {
      method,
      headers,
      signal,
      redirect: "manual",
      ...body === void 0 ? {} : { body }
    });
  } catch (cause) {
    throw signal.aborted ? cause : away(url2, reasonOf(cause), cause);
  }
  if (response.status >= 300 && response.status < 400)
    throw await response.body?.cancel(), new FettleError(
      "invalid-input",
      `Expected an answer of ${hostOf(url2)}, found a redirect. Name the host it leads to.`
    );
  let text2 = await readBounded(response, url2);
  return { status: response.status, body: text2 === "" ? {} : objectIn(text2, response, url2) };
}
function requireAddress(text2, example) {
  let url2 = text2 !== void 0 && URL.canParse(text2) ? new URL(text2) : void 0, isLocal = url2 !== void 0 && ["127.0.0.1", "[::1]", "localhost"].includes(url2.hostname), isSafe = url2?.protocol === "https:" || url2?.protocol === "http:" && isLocal;
  if (url2 && isSafe && url2.username === "" && url2.password === "" && url2.search === "" && url2.hash === "")
    return url2.href.replace(/\/$/, "");
  let message = `Expected an https address (http only on this machine), as ${example}, found ${text2 === void 0 ? "none" : "another"}.`;
  throw new FettleError("invalid-input", message);
}
async function readBounded(response, url2) {
  let pieces = [], total = 0;
  try {
    for await (let piece of response.body ?? [])
      if (pieces.push(piece), total += piece.length, total > maxAnswerBytes) break;
  } catch (cause) {
    throw away(url2, "the answer broke off", cause);
  }
  if (total > maxAnswerBytes) throw away(url2, `an answer of more than ${maxAnswerBytes} bytes`);
  return Buffer.concat(pieces).toString("utf8");
}
function objectIn(text2, { status }, url2) {
  try {
    let value = JSON.parse(text2);
    if (isObject(value)) return value;
  } catch {
  }
  if (status >= 400) return {};
  throw away(url2, "no JSON object");
}
function isObject(value) {
  return typeof value == "object" && value !== null && !Array.isArray(value);
}
function away(url2, found, cause) {
  let message = `Expected an answer of ${hostOf(url2)}, found ${found}. Check address and network, and try again.`;
  return new FettleError("signer-unavailable", message, { cause });
}
function hostOf(url2) {
  return new URL(url2).host;
}
function reasonOf(cause) {
  let inner = cause instanceof Error ? cause.cause : void 0, code = inner instanceof Error && "code" in inner ? inner.code : void 0;
  return typeof code == "string" ? code : "no connection";
}
var maxAnswerBytes, init_json_call = __esm({
  "packages/signers/src/json-call.ts"() {
    "use strict";
    init_src();
    maxAnswerBytes = 1048576;
  }
});

// packages/signers/src/vault/settings.ts
function readVaultSettings(locator) {
  let { name: name3, parameters } = readLocator(locator, names2), get = (parameter) => parameters.get(parameter), version2 = get("version");
  if (version2 !== void 0 && !/^[1-9]\d{0,8}$/.test(version2))
    throw new FettleError("invalid-input", `Expected a whole number as version of the key, found "${version2}".`);
  let login = readLogin(get);
  return {
    key: requirePath(name3, "key"),
    address: requireAddress(get("address"), "address=https://vault.example:8200"),
    mount: requirePath(get("mount") ?? "transit", "mount"),
    version: version2 === void 0 ? void 0 : Number(version2),
    namespace: get("namespace") === void 0 ? void 0 : requirePath(get("namespace") ?? "", "namespace"),
    login,
    secretSource: get("secret-source")
  };
}
function writeVaultLocator(settings2, version2) {
  let { key, address, mount, namespace, login, secretSource } = settings2;
  return writeLocator("vault", key, {
    address,
    mount: mount === "transit" ? void 0 : mount,
    version: String(version2),
    namespace,
    auth: login.auth === "token" ? void 0 : login.auth,
    "auth-mount": login.auth === "token" || login.mount === login.auth ? void 0 : login.mount,
    "role-id": login.auth === "approle" ? login.roleId : void 0,
    role: login.auth === "jwt" ? login.role : void 0,
    "secret-source": secretSource
  });
}
function readLogin(get) {
  let auth = get("auth") ?? "token", mount = requirePath(get("auth-mount") ?? auth, "auth-mount"), [roleId, role] = [get("role-id"), get("role")];
  if (auth === "token" && roleId === void 0 && role === void 0) return { auth };
  if (auth === "approle" && roleId && role === void 0) return { auth, mount, roleId };
  if (auth === "jwt" && role && roleId === void 0) return { auth, mount, role };
  let message = "Expected auth=token, auth=approle with role-id=ID, or auth=jwt with role=NAME in the locator.";
  throw new FettleError("invalid-input", message);
}
function requirePath(text2, what) {
  if (text2.length <= 256 && plainPath2.test(text2)) return text2;
  throw new FettleError(
    "invalid-input",
    `Expected letters, digits, ".", "_", "-" and "/" in the ${what}, found "${text2}".`
  );
}
var names2, plainPath2, init_settings3 = __esm({
  "packages/signers/src/vault/settings.ts"() {
    "use strict";
    init_src();
    init_json_call();
    init_locator();
    names2 = [
      "address",
      "mount",
      "version",
      "namespace",
      "auth",
      "auth-mount",
      "role-id",
      "role",
      "secret-source"
    ], plainPath2 = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
  }
});

// packages/signers/src/vault/vault-calls.ts
async function callVault({ address, namespace }, call) {
  let { path, body, token, signal } = call, answer = await callJson({
    url: `${address}/v1/${path}`,
    method: body ? "POST" : "GET",
    headers: {
      ...body ? { "content-type": "application/json" } : {},
      ...token === void 0 ? {} : { "x-vault-token": token },
      ...namespace === void 0 ? {} : { "x-vault-namespace": namespace },
      "x-vault-request": "true"
    },
    ...body ? { body: JSON.stringify(body) } : {},
    signal
  });
  if (answer.status === 200 || answer.status === 204) return answer.body;
  throw refusalOf(answer.status, answer.body, { address, ...call });
}
function part(body, name3) {
  let value = body[name3];
  if (isObject(value)) return value;
  throw new FettleError("signer-unavailable", `Expected "${name3}" in the answer of Vault, found none.`);
}
function refusalOf(status, body, call) {
  let code = codeOf2(status), next2 = {
    forbidden: "The token has expired, or its policy lacks update on the sign path and read on the keys path.",
    "not-found": "Correct the name of the key, mount and namespace.",
    "signer-unavailable": "It may be sealed or busy: try again."
  }, said2 = messagesIn(body, call), message = `Vault at ${call.address} refused ${call.path} (${status}${said2}). ${next2[code] ?? "The key was not used."}`;
  return new FettleError(code, message, { details: { status } });
}
function codeOf2(status) {
  return status === 403 ? "forbidden" : status === 404 ? "not-found" : status === 429 || status === 412 || status >= 472 ? "signer-unavailable" : "key-refused";
}
function messagesIn(body, { token, body: sent }) {
  let secrets = [token, sent?.secret_id, sent?.jwt].filter((text3) => typeof text3 == "string" && text3 !== ""), text2 = (Array.isArray(body.errors) ? body.errors.filter((text3) => typeof text3 == "string") : []).slice(0, 3).join("; ").slice(0, 2e3), line = secrets.reduce((rest, secret) => rest.replaceAll(String(secret), "(secret)"), text2).replaceAll(/[^\x20-\x7e]+/g, " ").slice(0, 300);
  return line === "" ? "" : `: ${line}`;
}
var init_vault_calls = __esm({
  "packages/signers/src/vault/vault-calls.ts"() {
    "use strict";
    init_src();
    init_json_call();
  }
});

// packages/signers/src/vault/transit-key.ts
function readTransitKey(body, { key, version: wanted }) {
  let data = part(body, "data");
  refuseUnsafe(data, key);
  let kind = Object.hasOwn(kindOfType, String(data.type)) ? kindOfType[String(data.type)] : void 0;
  if (!kind) throw refused2(key, "type ed25519, ecdsa-p256, rsa-3072 or rsa-4096", `type ${JSON.stringify(data.type)}`);
  let version2 = wanted ?? data.latest_version;
  if (typeof version2 != "number" || !Number.isSafeInteger(version2) || version2 < 1)
    throw refused2(key, "a latest_version", "none");
  let least = data.min_encryption_version;
  if (typeof least == "number" && least > version2)
    throw refused2(key, `a version that still signs (at least ${least})`, `version ${version2}`);
  let entry = part(data, "keys")[String(version2)];
  if (!isObject(entry) || typeof entry.public_key != "string") {
    let message = `Expected version ${version2} of the key "${key}" in Vault, found none. Open the version that is there as a new key.`;
    throw new FettleError("not-found", message);
  }
  let publicKey = publicKeyOf2(entry.public_key);
  if (publicKey.kind !== kind) throw refused2(key, `a public key of ${kind}`, publicKey.kind);
  return { publicKey, version: version2 };
}
function signRequest({ publicKey, version: version2 }, message) {
  let asked = { input: Buffer.from(message).toString("base64"), key_version: version2 };
  if (publicKey.kind === "ed25519") return asked;
  let hashed = { ...asked, hash_algorithm: "sha2-256", prehashed: !1 };
  return publicKey.kind === "ecdsa-p256" ? { ...hashed, marshaling_algorithm: "asn1" } : { ...hashed, signature_algorithm: "pss", salt_length: "hash" };
}
function readSignature2(body, { version: version2 }, key) {
  let { signature: signature2 } = part(body, "data"), [, found, text2] = /^vault:v(\d{1,9}):([A-Za-z0-9+/]+={0,2})$/.exec(String(signature2)) ?? [];
  if (found === void 0 || text2 === void 0) throw refused2(key, "a signature vault:vN:BASE64", "another form");
  if (Number(found) !== version2) throw refused2(key, `a signature of version ${version2}`, `one of version ${found}`);
  return Buffer.from(text2, "base64");
}
function refuseUnsafe(data, key) {
  if (data.exportable !== !1) throw refused2(key, "exportable false", "a key that can be exported");
  if (data.allow_plaintext_backup !== !1)
    throw refused2(key, "allow_plaintext_backup false", "a key that can be copied out in the clear");
  if (data.derived !== !1) throw refused2(key, "derived false", "a key that differs for every context");
}
function publicKeyOf2(text2) {
  if (text2.includes("BEGIN PUBLIC KEY")) return readPublicKey(text2);
  let bytes = Buffer.from(text2, "base64");
  if (bytes.length === 32) return readPublicKey(Buffer.concat([ed25519Prefix, bytes]));
  throw new FettleError("key-refused", "Expected a public key of Vault in PEM or as 32 bytes, found another form.");
}
function refused2(key, expected, found) {
  return new FettleError("key-refused", `Expected the key "${key}" in Vault with ${expected}, found ${found}.`);
}
var kindOfType, ed25519Prefix, init_transit_key = __esm({
  "packages/signers/src/vault/transit-key.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_json_call();
    init_vault_calls();
    kindOfType = {
      ed25519: "ed25519",
      "ecdsa-p256": "ecdsa-p256",
      "rsa-3072": "rsa-pss",
      "rsa-4096": "rsa-pss"
    }, ed25519Prefix = Buffer.from("302a300506032b6570032100", "hex");
  }
});

// packages/signers/src/vault/vault-session.ts
function leaseIn(body) {
  let { client_token: token, lease_duration: seconds, renewable } = part(body, "auth");
  if (typeof token == "string" && token !== "" && typeof seconds == "number" && Number.isFinite(seconds))
    return { token, seconds, renewable: renewable === !0 };
  throw new FettleError("signer-unavailable", "Expected client_token and lease_duration of Vault, found others.");
}
function isForbidden(error) {
  return error instanceof FettleError && error.code === "forbidden";
}
var VaultSession, init_vault_session = __esm({
  "packages/signers/src/vault/vault-session.ts"() {
    "use strict";
    init_src();
    init_opened_signer();
    init_within();
    init_vault_calls();
    VaultSession = class {
      #settings;
      #readSecret;
      #lease;
      #login;
      #timer;
      #closed = !1;
      constructor(settings2, readSecret) {
        this.#settings = settings2, this.#readSecret = readSecret;
      }
      /** A call with a valid token; a token that was refused is replaced once. @throws FettleError */
      async call(call) {
        let { token } = await this.#current(call.signal);
        try {
          return await callVault(this.#settings, { ...call, token });
        } catch (error) {
          if (!isForbidden(error)) throw error;
          this.#lease?.token === token && (this.#lease = void 0);
          let { token: fresh2 } = await this.#current(call.signal);
          if (fresh2 === token) throw error;
          return await callVault(this.#settings, { ...call, token: fresh2 });
        }
      }
      close() {
        this.#closed = !0, clearTimeout(this.#timer), this.#lease = void 0;
      }
      async #current(signal) {
        if (this.#lease) return this.#lease;
        this.#login ??= within((over2) => this.#logIn(over2), this.#limit()).finally(() => {
          this.#login = void 0;
        });
        let lease = await this.#login;
        return signal.throwIfAborted(), lease;
      }
      async #logIn(signal) {
        let { login, secretSource } = this.#settings, what = { token: "Vault token", approle: "AppRole secret id", jwt: "JWT" }[login.auth], secret = await this.#readSecret({ source: secretSource, what }), lease = login.auth === "token" ? await this.#tokenLease(secret, signal) : await this.#loginLease(secret, signal);
        return this.#keep(lease), lease;
      }
      async #loginLease(secret, signal) {
        let { login } = this.#settings;
        if (login.auth === "token") return { token: secret, seconds: 0, renewable: !1 };
        let body = login.auth === "approle" ? { role_id: login.roleId, secret_id: secret } : { role: login.role, jwt: secret };
        try {
          return leaseIn(await callVault(this.#settings, { path: `auth/${login.mount}/login`, body, signal }));
        } catch (error) {
          if (!(error instanceof FettleError) || error.code === "signer-unavailable") throw error;
          let message = `Vault refused the login by ${login.auth}. Check role, mount and secret. ${error.message}`;
          throw new FettleError("not-authenticated", message, { cause: error });
        }
      }
      // A given token is renewed at once, to learn how long it lives; root and batch tokens refuse that.
      async #tokenLease(token, signal) {
        try {
          return leaseIn(await callVault(this.#settings, { path: "auth/token/renew-self", body: {}, token, signal }));
        } catch (error) {
          if (error instanceof FettleError && error.code !== "signer-unavailable")
            return { token, seconds: 0, renewable: !1 };
          throw error;
        }
      }
      #keep(lease) {
        if (this.#closed || (this.#lease = lease, clearTimeout(this.#timer), !lease.renewable || lease.seconds <= 0)) return;
        let pauseMs = Math.min(lease.seconds * 1e3 * 2 / 3, 2 ** 31 - 1);
        this.#timer = setTimeout(() => {
          this.#renew(lease);
        }, pauseMs), this.#timer.unref();
      }
      async #renew(lease) {
        let call = { path: "auth/token/renew-self", body: {}, token: lease.token };
        try {
          let body = await within((signal) => callVault(this.#settings, { ...call, signal }), this.#limit());
          this.#keep(leaseIn(body));
        } catch (error) {
          let seconds = Math.floor(lease.seconds / 3);
          error instanceof FettleError && error.code === "signer-unavailable" && seconds > 0 && this.#keep({ ...lease, seconds });
        }
      }
      #limit() {
        return { timeoutMs: defaultTimeoutMs, what: `Vault at ${this.#settings.address}` };
      }
    };
  }
});

// packages/signers/src/vault/index.ts
var vault_exports = {};
__export(vault_exports, {
  openVaultSigner: () => openVaultSigner
});
async function openVaultSigner(locator, options) {
  let { readSecret, timeoutMs: timeoutMs2 = defaultTimeoutMs } = options, settings2 = readVaultSettings(locator), { key, mount, address } = settings2, session = new VaultSession(settings2, readSecret);
  try {
    let read2 = { path: `${mount}/keys/${key}` }, body = await within((signal) => retrying(() => session.call({ ...read2, signal }), { signal }), {
      timeoutMs: timeoutMs2,
      what: `Vault at ${address}`
    }), transitKey = readTransitKey(body, settings2), holder = {
      publicKey: transitKey.publicKey,
      protection: "service",
      locator: writeVaultLocator(settings2, transitKey.version),
      sign: async (message, signal) => {
        let call = { path: `${mount}/sign/${key}`, body: signRequest(transitKey, message), signal };
        return readSignature2(await retrying(() => session.call(call), { signal }), transitKey, key);
      },
      close: async () => session.close()
    };
    return openedSigner(holder, timeoutMs2);
  } catch (error) {
    throw session.close(), error;
  }
}
var init_vault = __esm({
  "packages/signers/src/vault/index.ts"() {
    "use strict";
    init_opened_signer();
    init_within();
    init_settings3();
    init_transit_key();
    init_vault_session();
  }
});

// packages/signers/src/aws-kms/credentials.ts
async function readCredentials(readSecret, source) {
  let text2 = await readSecret({ source, what: "AWS credentials" }), value = parse3(text2);
  if (isObject(value) && isWord(value.AccessKeyId) && isWord(value.SecretAccessKey)) {
    let { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken } = value;
    if (sessionToken == null) return { accessKeyId, secretAccessKey };
    if (isWord(sessionToken)) return { accessKeyId, secretAccessKey, sessionToken };
  }
  let message = "Expected AWS credentials as JSON with AccessKeyId, SecretAccessKey and maybe SessionToken: aws configure export-credentials --format process";
  throw new FettleError("invalid-input", message);
}
function parse3(text2) {
  try {
    return JSON.parse(text2);
  } catch {
    return;
  }
}
function isWord(value) {
  return typeof value == "string" && /^[\x21-\x7e]{1,8192}$/.test(value);
}
var init_credentials = __esm({
  "packages/signers/src/aws-kms/credentials.ts"() {
    "use strict";
    init_src();
    init_json_call();
  }
});

// packages/signers/src/aws-kms/sign-request.ts
import { createHash as createHash3, createHmac } from "node:crypto";
function signAwsRequest(request, credentials, { region, service, now }) {
  let time = now.toISOString().replaceAll(/[:-]|\.\d{3}/g, ""), date = time.slice(0, 8), headers = { ...request.headers, host: request.host, "x-amz-date": time };
  credentials.sessionToken !== void 0 && (headers["x-amz-security-token"] = credentials.sessionToken);
  let names3 = Object.keys(headers).sort(), signedHeaders = names3.join(";"), canonical = [
    request.method,
    request.path,
    "",
    ...names3.map((name3) => `${name3}:${headers[name3]?.trim().replaceAll(/ +/g, " ")}`),
    "",
    signedHeaders,
    sha2562(request.body)
  ].join(`
`), scope = `${date}/${region}/${service}/aws4_request`, toSign = ["AWS4-HMAC-SHA256", time, scope, sha2562(canonical)].join(`
`), key = [date, region, service, "aws4_request"].reduce(
    (secret, text2) => hmac(secret, text2),
    `AWS4${credentials.secretAccessKey}`
  ), signature2 = hmac(key, toSign).toString("hex"), authorization = `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature2}`;
  return { ...headers, authorization };
}
function sha2562(text2) {
  return createHash3("sha256").update(text2).digest("hex");
}
function hmac(key, text2) {
  return createHmac("sha256", key).update(text2).digest();
}
var init_sign_request = __esm({
  "packages/signers/src/aws-kms/sign-request.ts"() {
    "use strict";
  }
});

// packages/signers/src/aws-kms/kms-calls.ts
async function callKms({ endpoint, region }, credentials, { action, body, signal }) {
  let url2 = new URL(`${endpoint}/`), request = {
    method: "POST",
    host: url2.host,
    path: url2.pathname,
    headers: { "content-type": "application/x-amz-json-1.1", "x-amz-target": `TrentService.${action}` },
    body: JSON.stringify(body)
  }, headers = signAwsRequest(request, credentials, { region, service: "kms", now: /* @__PURE__ */ new Date() }), answer = await callJson({ url: url2.href, method: "POST", headers, body: request.body, signal });
  if (answer.status === 200) return answer.body;
  let type = /(?:^|#)([A-Za-z]{1,64})$/.exec(String(answer.body.__type))?.[1] ?? `status ${answer.status}`, code = answer.status >= 500 ? "signer-unavailable" : codeOfType[type] ?? "key-refused", message = `AWS KMS in ${region} refused ${action} (${type}). ${next[code] ?? "The key was not used."}`;
  throw new FettleError(code, message, { details: { type, status: answer.status } });
}
var codeOfType, next, init_kms_calls = __esm({
  "packages/signers/src/aws-kms/kms-calls.ts"() {
    "use strict";
    init_src();
    init_json_call();
    init_sign_request();
    codeOfType = {
      NotFoundException: "not-found",
      AccessDeniedException: "forbidden",
      UnrecognizedClientException: "not-authenticated",
      InvalidSignatureException: "not-authenticated",
      IncompleteSignature: "not-authenticated",
      MissingAuthenticationTokenException: "not-authenticated",
      ExpiredTokenException: "not-authenticated",
      ThrottlingException: "signer-unavailable",
      KMSInternalException: "signer-unavailable",
      DependencyTimeoutException: "signer-unavailable",
      KeyUnavailableException: "signer-unavailable"
    }, next = {
      "not-found": "Correct the key id and the region.",
      forbidden: "Allow kms:GetPublicKey and kms:Sign on the key.",
      "not-authenticated": "Check the credentials, and the clock of this machine.",
      "signer-unavailable": "Try again."
    };
  }
});

// packages/signers/src/aws-kms/index.ts
var aws_kms_exports = {};
__export(aws_kms_exports, {
  openKmsSigner: () => openKmsSigner
});
import { createHash as createHash4 } from "node:crypto";
async function openKmsSigner(locator, options) {
  let { readSecret, timeoutMs: timeoutMs2 = defaultTimeoutMs } = options, { name: name3, place, source, endpoint } = readKmsLocator(locator), call = sessionOf(place, readSecret, source), found = await within(
    (signal) => retrying(() => call({ action: "GetPublicKey", body: { KeyId: name3 }, signal }), { signal }),
    { timeoutMs: timeoutMs2, what: `AWS KMS in ${place.region}` }
  ), { keyId: keyId2, publicKey, algorithm } = readKmsKey(found, name3), holder = {
    publicKey,
    protection: "service",
    locator: writeLocator("awskms", keyId2, { region: place.region, endpoint, "secret-source": source }),
    sign: async (message, signal) => {
      let digest2 = createHash4("sha256").update(message).digest("base64"), body = { KeyId: keyId2, Message: digest2, MessageType: "DIGEST", SigningAlgorithm: algorithm }, { Signature } = await retrying(() => call({ action: "Sign", body, signal }), { signal });
      return bytesOf3(Signature, "Signature");
    },
    close: async () => {
    }
  };
  return openedSigner(holder, timeoutMs2);
}
function readKmsLocator(locator) {
  let { name: name3, parameters } = readLocator(locator, ["region", "endpoint", "secret-source"]), region = parameters.get("region") ?? "";
  if (!/^[a-z]{2}(?:-[a-z]+)+-\d$/.test(region))
    throw new FettleError("invalid-input", "Expected region=eu-central-1 or another in the locator, found none.");
  let usual = `https://kms.${region}.amazonaws.com${region.startsWith("cn-") ? ".cn" : ""}`, endpoint = parameters.get("endpoint"), place = { region, endpoint: requireAddress(endpoint ?? usual, `endpoint=${usual}`) };
  return { name: name3, place, endpoint, source: parameters.get("secret-source") };
}
function sessionOf(place, readSecret, source) {
  let credentials;
  return async (call) => {
    credentials ??= readCredentials(readSecret, source);
    let used = credentials;
    try {
      return await callKms(place, await used, call);
    } catch (error) {
      if (credentials === used && error instanceof FettleError && (credentials = void 0), !(error instanceof FettleError) || error.details.type !== "ExpiredTokenException") throw error;
    }
    return credentials ??= readCredentials(readSecret, source), await callKms(place, await credentials, call);
  };
}
function readKmsKey(found, name3) {
  let { KeyId: keyId2, KeyUsage: usage, PublicKey: spki } = found;
  if (usage !== "SIGN_VERIFY") throw refused3(name3, "KeyUsage SIGN_VERIFY", JSON.stringify(usage));
  if (typeof keyId2 != "string" || keyId2 === "") throw refused3(name3, "a KeyId", "none");
  let publicKey;
  try {
    publicKey = readPublicKey(bytesOf3(spki, "PublicKey"));
  } catch (cause) {
    throw cause instanceof FettleError && cause.code === "invalid-input" ? refused3(name3, "P-256 or RSA (3072 bits or more)", "another kind") : cause;
  }
  let algorithm = algorithmOf[publicKey.kind];
  if (!algorithm) throw refused3(name3, "P-256 or RSA (3072 bits or more)", publicKey.kind);
  return { keyId: keyId2, publicKey, algorithm };
}
function bytesOf3(value, what) {
  let bytes = Buffer.from(typeof value == "string" ? value : "", "base64");
  if (bytes.length > 0) return bytes;
  throw new FettleError("signer-unavailable", `Expected ${what} in the answer of AWS KMS, found none.`);
}
function refused3(name3, expected, found) {
  return new FettleError("key-refused", `Expected the key ${name3} in AWS KMS with ${expected}, found ${found}.`);
}
var algorithmOf, init_aws_kms = __esm({
  "packages/signers/src/aws-kms/index.ts"() {
    "use strict";
    init_src();
    init_src3();
    init_json_call();
    init_locator();
    init_opened_signer();
    init_within();
    init_credentials();
    init_kms_calls();
    algorithmOf = {
      "ecdsa-p256": "ECDSA_SHA_256",
      "rsa-pss": "RSASSA_PSS_SHA_256"
    };
  }
});

// actions/publish/src/action.ts
import { appendFile as appendFile2, mkdir as mkdir3 } from "node:fs/promises";

// packages/cli/src/check/gate-rows.ts
init_src();
function gateRows(reports) {
  return releaseGates.flatMap((gate2) => {
    let of = reports.filter((report) => report.gate === gate2), worst = of.find(({ verdict: verdict2 }) => verdict2 === "fail") ?? of.find(({ verdict: verdict2 }) => verdict2 !== "pass") ?? of[0];
    if (!worst) return [];
    let counts2 = countsOf(of.flatMap(({ findings }) => findings));
    return [{ gate: gate2, verdict: worst.verdict, counts: counts2, summary: worst.summary }];
  });
}
function countsOf(findings) {
  return severities.flatMap((severity) => {
    let count2 = findings.filter((one) => one.severity === severity).length;
    return count2 === 0 ? [] : [`${count2} ${severity}`];
  }).join(", ") || "-";
}

// packages/cli/src/ci/exchange.ts
init_src2();
init_src();

// packages/cli/src/ci/id-token.ts
init_src();
var variables = {
  /** What GitLab, Jenkins and others are told to put the token in. */
  token: "FETTLE_ID_TOKEN",
  audience: "FETTLE_AUDIENCE",
  requestUrl: "ACTIONS_ID_TOKEN_REQUEST_URL",
  requestToken: "ACTIONS_ID_TOKEN_REQUEST_TOKEN"
}, timeoutMs = 1e4, mostCharacters = 16384;
function hasIdToken(env) {
  return !!(env[variables.token] || env[variables.requestUrl] && env[variables.requestToken]);
}
function audienceOf(server, env) {
  return env[variables.audience] || server.replace(/\/+$/, "");
}
async function findIdToken(env, { audience: audience2, signal }) {
  let given = env[variables.token];
  if (given) return { token: given.trim(), from: variables.token };
  let { [variables.requestUrl]: url2, [variables.requestToken]: bearer } = env;
  if (!(!url2 || !bearer))
    return { token: await askRunner(url2, { bearer, audience: audience2, signal }), from: "the runner of GitHub Actions" };
}
async function askRunner(url2, { bearer, audience: audience2, signal }) {
  if (!URL.canParse(url2)) throw noToken(`${variables.requestUrl} is no URL`);
  let asked = new URL(url2);
  asked.searchParams.set("audience", audience2);
  let headers = { authorization: `Bearer ${bearer}`, accept: "application/json" }, limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]), text2, status;
  try {
    let response = await fetch(asked, { headers, signal: limit, redirect: "error" });
    status = response.status, text2 = await response.text();
  } catch (cause) {
    throw signal.aborted ? cause : noToken("it does not answer", cause);
  }
  if (status !== 200) throw noToken(`it answered with status ${status}`);
  let value = text2.length <= 2 * mostCharacters ? tokenIn(text2) : void 0;
  if (typeof value == "string" && value !== "") return value;
  throw noToken("its answer has no token");
}
function tokenIn(text2) {
  try {
    return JSON.parse(text2)?.value;
  } catch {
    return;
  }
}
function noToken(why, cause) {
  let message = `Expected an ID token from the runner of GitHub Actions, but ${why}.`;
  return new FettleError("not-authenticated", message, {
    ...cause === void 0 ? {} : { cause },
    details: { next: "give the job the permission id-token: write" }
  });
}

// packages/cli/src/ci/exchange.ts
async function exchangeHere({ server = "", fleet: fleet8 }, { env, signal }) {
  let found = await findIdToken(env, { audience: audienceOf(server, env), signal });
  if (!found) return;
  let client = createClient({ server, token: "" }), asked = { token: found.token, ...fleet8 ? { fleet: fleet8 } : {} };
  try {
    return await client.exchangeIdToken(asked, { signal });
  } catch (error) {
    if (!(error instanceof FettleError) || error.details.next !== void 0 || error.code !== "forbidden" && error.code !== "not-authenticated") throw error;
    let next2 = "fettle audit list, or fettle publisher list, as somebody who may";
    throw new FettleError(error.code, `${error.message} The ID token came from ${found.from}.`, {
      cause: error,
      details: { ...error.details, next: next2 }
    });
  }
}

// packages/cli/src/context.ts
init_src2();
init_src();

// packages/cli/src/config.ts
init_src();
import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
var environment = process.env, settingTable = {
  server: { variable: "FETTLE_SERVER", summary: "URL of the server" },
  token: { variable: "FETTLE_TOKEN", summary: "operator token" },
  fleet: { variable: "FETTLE_FLEET", summary: "fleet that commands are about" }
}, settingNames = Object.keys(settingTable);
function configFolder(env) {
  return join(env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config"), "fettle");
}
function configFile(env) {
  return join(configFolder(env), "config.json");
}
async function resolveSettings(options, env) {
  let saved = await loadSettings(env), settings2 = {};
  for (let name3 of settingNames) {
    let value = options[name3] ?? (env[settingTable[name3].variable] || void 0) ?? saved[name3];
    value !== void 0 && (settings2[name3] = value);
  }
  return options.token === void 0 && !env[settingTable.token.variable] && settings2.server !== saved.server && delete settings2.token, settings2;
}
async function loadSettings(env) {
  let file = configFile(env), text2;
  try {
    await refuseLooseMode(file), text2 = await readFile(file, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
  return parseSettings(text2, file);
}
async function refuseLooseMode(file) {
  let { mode } = await stat(file);
  if ((mode & 63) === 0) return;
  let found = (mode & 511).toString(8).padStart(4, "0");
  throw new FettleError("invalid-input", `${file}: expected mode 0600, found ${found}: others could read the secret.`, {
    details: { next: `chmod 600 ${file}` }
  });
}
function parseSettings(text2, file) {
  let value;
  try {
    value = JSON.parse(text2);
  } catch (cause) {
    throw damaged(file, "it is not JSON", cause);
  }
  if (typeof value != "object" || value === null || Array.isArray(value)) throw damaged(file, "it is no JSON object");
  let settings2 = {};
  for (let [key, entry] of Object.entries(value)) {
    let name3 = settingNames.find((known) => known === key);
    if (!name3) throw damaged(file, `"${key.slice(0, 40)}" is no setting`);
    if (typeof entry != "string") throw damaged(file, `${name3} is not a text`);
    settings2[name3] = entry;
  }
  return settings2;
}
function damaged(file, why, cause) {
  return new FettleError("invalid-input", `${file}: expected the settings that login writes, but ${why}.`, {
    cause,
    details: { next: `rm ${file} && fettle login --server URL --token TOKEN` }
  });
}

// packages/cli/src/output/style.ts
import { styleText } from "node:util";
function createStyle(sink, env) {
  let enabled = sink.isTTY === !0 && !env.NO_COLOR && env.TERM !== "dumb", paint = (format2) => (text2) => enabled ? styleText(format2, text2, { validateStream: !1 }) : text2;
  return {
    enabled,
    strong: paint("bold"),
    dim: paint("dim"),
    good: paint("green"),
    bad: paint("red"),
    waiting: paint("yellow"),
    accent: paint("cyan")
  };
}
function safeText(text2) {
  let clean = "";
  for (let character of text2) {
    let code = character.codePointAt(0) ?? 0, control2 = code < 32 || code >= 127 && code < 160 || code === 8232 || code === 8233, reorders = code >= 8234 && code <= 8238 || code >= 8294 && code <= 8297;
    clean += control2 || reorders ? "�" : character;
  }
  return clean;
}

// packages/cli/src/server-url.ts
init_src();
function demandServerUrl(server) {
  let url2 = URL.canParse(server) ? new URL(server) : void 0;
  if ((url2?.protocol === "http:" || url2?.protocol === "https:") && url2?.username === "" && url2.password === "") return;
  let found = server.includes("@") ? "one with a user or password" : `"${server.slice(0, 200)}"`;
  throw new FettleError(
    "invalid-input",
    `--server or FETTLE_SERVER: expected http://… or https://… without a password, found ${found}.`,
    { details: { next: "the same command with --server https://HOST, or http://127.0.0.1:PORT on this machine" } }
  );
}

// packages/cli/src/context.ts
function createContext(io, options) {
  let json = options.json === !0, style = createStyle(io.stdout, io.env), settings2, client, context = {
    io,
    json,
    options,
    style,
    say: (value, human) => io.stdout.write(`${json ? JSON.stringify(value, null, 2) : human(style)}
`),
    note: (text2) => {
      json || io.stderr.write(`${text2}
`);
    },
    settings: () => (settings2 ??= resolveSettings(options, io.env).then((resolved) => inJob(resolved, io)), settings2),
    client: () => (client ??= context.settings().then(connect), client),
    fleet: () => chooseFleet(context)
  };
  return context;
}
async function inJob(settings2, io) {
  if (settings2.token || !settings2.server || !hasIdToken(io.env)) return settings2;
  demandServerUrl(settings2.server);
  let given = await exchangeHere(settings2, io);
  return given ? { ...settings2, token: given.token, fleet: given.fleet } : settings2;
}
function connect(settings2) {
  if (!settings2.server || !settings2.token) {
    let missing2 = settings2.server ? "an operator token" : "a server to talk to";
    throw new FettleError("not-authenticated", `Expected ${missing2}, found none.`, {
      details: { next: "fettle login --server URL --token TOKEN" }
    });
  }
  return demandServerUrl(settings2.server), createClient({ server: settings2.server, token: settings2.token });
}
async function chooseFleet(context) {
  let { fleet: fleet8 } = await context.settings();
  if (fleet8) return fleetId(fleet8);
  let client = await context.client(), { fleets: bound = [] } = await client.whoami(), [own] = bound;
  if (own !== void 0 && bound.length === 1) return fleetId(own);
  let { items } = await client.listFleets({ limit: 2 }), [only] = items;
  if (only && items.length === 1) return fleetId(only.id);
  throw only ? new FettleError("invalid-input", "Expected the fleet that this is about: there are several.", {
    details: { next: "fettle fleet use NAME, or add --fleet NAME" }
  }) : new FettleError("not-found", "There is no fleet yet.", {
    details: { next: "fettle fleet create NAME --type DEVICE-TYPE" }
  });
}

// packages/cli/src/exit-codes.ts
var exitCodes = {
  ok: 0,
  unexpected: 1,
  usage: 2,
  notAllowed: 3,
  notFound: 4,
  conflict: 5,
  refused: 6,
  tryAgain: 7,
  badOutcome: 8,
  /** What was verified is consistent, but rests on keys that nobody gave. */
  unpinned: 9,
  interrupted: 130
}, exitCodeOf = {
  "invalid-input": exitCodes.usage,
  "invalid-id": exitCodes.usage,
  "too-large": exitCodes.usage,
  "not-found": exitCodes.notFound,
  "not-authenticated": exitCodes.notAllowed,
  forbidden: exitCodes.notAllowed,
  "already-exists": exitCodes.conflict,
  "wrong-state": exitCodes.conflict,
  "token-replayed": exitCodes.notAllowed,
  "offset-mismatch": exitCodes.tryAgain,
  "digest-mismatch": exitCodes.refused,
  "signature-invalid": exitCodes.refused,
  "counter-reused": exitCodes.conflict,
  "artifact-missing": exitCodes.refused,
  "image-refused": exitCodes.refused,
  "gate-failed": exitCodes.refused,
  "check-failed": exitCodes.refused,
  "device-rejected": exitCodes.conflict,
  "device-pending": exitCodes.conflict,
  "proof-invalid": exitCodes.notAllowed,
  "limit-reached": exitCodes.tryAgain,
  overloaded: exitCodes.tryAgain,
  "storage-full": exitCodes.tryAgain,
  "signer-unavailable": exitCodes.tryAgain,
  "key-refused": exitCodes.refused,
  "signing-refused": exitCodes.refused,
  internal: exitCodes.unexpected
};

// packages/cli/src/parse/artifact-spec.ts
init_src();
function parseArtifactSpecs(files, defaults) {
  let specs = files.flatMap((text2) => parseOne(text2, defaults)), places = /* @__PURE__ */ new Set();
  for (let { deviceType: type, component } of specs) {
    let place = `${type}/${component}`;
    if (places.has(place)) {
      let message = `Two files are for device type ${type}, component ${component}: expected one file for each place.`;
      throw new FettleError("invalid-input", message);
    }
    places.add(place);
  }
  return specs;
}
function parseOne(text2, defaults) {
  let parts = text2.split(":");
  if (parts.length >= 3) {
    let component2 = parts.pop() ?? "", type = parts.pop() ?? "";
    return [{ file: parts.join(":"), deviceType: deviceType(type), component: componentName(component2) }];
  }
  let { types, component } = defaults;
  if (types.length === 0 || component === void 0) {
    let message = `${text2}: expected what the file is for: --type and --component, or FILE:TYPE:COMPONENT.`;
    throw new FettleError("invalid-input", message);
  }
  return types.map((type) => ({ file: text2, deviceType: deviceType(type), component: componentName(component) }));
}

// packages/cli/src/publish/index.ts
init_duration();

// packages/cli/src/parse/plan.ts
init_src();
init_duration();

// packages/cli/src/parse/phases.ts
init_src();
function parsePhases(text2) {
  let sizes = text2.split(",").map((part2) => parseSize(part2.trim(), "--phases"));
  if (sizes.length > limits.phasesPerRollout)
    throw new FettleError(
      "invalid-input",
      `--phases: at most ${limits.phasesPerRollout} phases, found ${sizes.length}.`
    );
  let shares = sizes.map((size) => "share" in size ? size.share : 0).filter((share3) => share3 > 0);
  if (shares.some((share3, i) => i > 0 && share3 <= (shares[i - 1] ?? 0)))
    throw new FettleError("invalid-input", `--phases: each share must be above the one before it, found "${text2}".`);
  return sizes;
}
function parseThreshold(text2) {
  let percent = percentOf(text2.trim());
  if (percent !== void 0 && percent >= 0 && percent <= 100) return { share: percent / 100 };
  if (/^\d{1,9}$/.test(text2.trim())) return { count: Number(text2) };
  throw new FettleError("invalid-input", `--max-failures: expected a share (5%) or a count (3), found "${text2}".`);
}
function parseSize(text2, option) {
  if (text2 === "all") return { share: 1 };
  let percent = percentOf(text2);
  if (percent !== void 0 && percent > 0 && percent <= 100) return { share: percent / 100 };
  if (/^[1-9]\d{0,8}$/.test(text2)) return { count: Number(text2) };
  throw new FettleError("invalid-input", `${option}: expected shares or counts such as "5%,50%,all", found "${text2}".`);
}
function percentOf(text2) {
  let match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text2);
  return match ? Number(match[1]) : void 0;
}

// packages/cli/src/parse/plan.ts
init_plan_wire();
var planDefaults = {
  phases: "5%,25%,100%",
  maxInFlight: "100",
  soak: "10m",
  maxFailures: "5%",
  minSuccess: "90%",
  onFail: "abort",
  attempts: "3",
  retryAfter: "5m"
};
async function readPlan(options, devices) {
  let { plan: file, preset, ...others } = options, [first, second] = [
    ...file === void 0 ? [] : ["--plan"],
    ...preset === void 0 ? [] : ["--preset"],
    ...Object.keys(planDefaults).filter((name3) => Object.hasOwn(others, name3)).map((name3) => `--${dashed(name3)}`)
  ];
  if ((file !== void 0 || preset !== void 0) && second !== void 0)
    throw new FettleError("invalid-input", `Expected ${first} or ${second}, found both.`, {
      details: { next: "write `preset: NAME` and what differs into a plan file" }
    });
  if (file !== void 0) {
    let { readPlanFile: readPlanFile2 } = await Promise.resolve().then(() => (init_plan_file2(), plan_file_exports));
    return readPlanFile2(file, devices);
  }
  return toWire(preset === void 0 ? planFromOptions(options) : presetPlan(presetName(preset), devices));
}
function presetName(text2) {
  let name3 = presetNames.find((known) => known === text2);
  if (name3) return name3;
  throw new FettleError("invalid-input", `--preset: expected ${presetNames.join(", ")}, found "${text2}".`);
}
function planFromOptions(options) {
  let chosen = { ...planDefaults, ...options }, sizes = parsePhases(chosen.phases), common2 = {
    maxInFlight: wholeNumber(chosen.maxInFlight, "--max-in-flight"),
    failureThreshold: parseThreshold(chosen.maxFailures),
    successShare: parseShare(chosen.minSuccess, "--min-success"),
    minSoakMs: parseDuration(chosen.soak, "--soak"),
    promote: options.manual ? "manual" : "automatic"
  };
  return {
    phases: sizes.map((size, place) => ({ name: phaseName(place, sizes.length), size, ...common2 })),
    onFail: chosen.onFail,
    maxAttempts: wholeNumber(chosen.attempts, "--attempts"),
    retryBackoffMs: parseDuration(chosen.retryAfter, "--retry-after"),
    policy: defaultPolicy
  };
}
function wholeNumber(text2, option, least = 1) {
  let value = Number(text2);
  if (/^\d{1,15}$/.test(text2) && value >= least) return value;
  throw new FettleError("invalid-input", `${option}: expected a whole number of ${least} or more, found "${text2}".`);
}
function parseShare(text2, option) {
  let match = /^(\d{1,3}(?:\.\d{1,4})?)\s*%$/.exec(text2.trim()), share3 = match ? Number(match[1]) / 100 : Number.NaN;
  if (share3 >= 0 && share3 <= 1) return share3;
  throw new FettleError("invalid-input", `${option}: expected a share such as 90%, found "${text2}".`);
}
function phaseName(place, all) {
  return place === 0 && all > 1 ? "canary" : place === all - 1 ? "all" : `phase-${place + 1}`;
}
function dashed(name3) {
  return name3.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

// packages/cli/src/problems.ts
init_src();
function showProblem(error, command) {
  let path = ["fettle", ...command].join(" ");
  if (error instanceof FettleError) {
    let { next: next3, ...details } = error.details, chosen = typeof next3 == "string" && isOurs(error) ? next3 : nextStep(error, command);
    return { exit: exitCodeOf[error.code], code: error.code, message: error.message, next: chosen, details };
  }
  let system = error;
  if (typeof system?.code == "string" && typeof system.syscall == "string" && system.path !== void 0)
    return fileProblem(system, path);
  let message = error instanceof Error ? error.message : String(error);
  return { exit: exitCodes.unexpected, code: "internal", message: `Unexpected failure: ${message}`, next: "fettle --help, or report this with the command that you ran", details: {} };
}
function fileProblem(error, path) {
  let said2 = {
    ENOENT: "there is no such file",
    EACCES: "you may not open it",
    EEXIST: "it exists already",
    EISDIR: "it is a folder",
    ENOTDIR: "a part of the path is no folder",
    ENOSPC: "the disk is full"
  }, message = `${error.path}: ${said2[error.code ?? ""] ?? error.message}.`, next2 = error.code === "EEXIST" ? "the same command with another place" : `${path} --help`;
  return { exit: exitCodes.usage, code: "invalid-input", message, next: next2, details: {} };
}
var lists = {
  fleet: "fettle fleet list",
  group: "fettle fleet group list",
  release: "fettle release list",
  person: "fettle person list",
  token: "fettle token list",
  publisher: "fettle publisher list",
  waiver: "fettle waiver list",
  policy: "fettle policy show",
  rollout: "fettle rollout list",
  device: "fettle device list",
  why: "fettle device list",
  root: "fettle root show"
};
function isOurs(error) {
  return error.details.status === void 0;
}
function nextStep({ code, details }, command) {
  if (details.reachable === !1) return "fettle serve, or fettle login with the right --server URL";
  let [noun = ""] = command, typed = ["fettle", ...command].join(" "), help = `${typed} --help`, list = (typeof details.missing == "string" ? lists[details.missing] : void 0) ?? (lists[noun] === typed ? lists.fleet : lists[noun]) ?? help;
  return {
    "not-authenticated": details.wrong === "password" ? rightPassword : "fettle login --server URL --token TOKEN",
    forbidden: "fettle login --server URL --token TOKEN, with a token that allows this",
    "not-found": list,
    "already-exists": openRollout(details.rollout) ?? list,
    "wrong-state": list,
    "invalid-input": noun === "policy" ? "fettle policy presets; docs/release-policy.md shows a file" : help,
    "signature-invalid": signatureSteps[noun] ?? help,
    "digest-mismatch": "the same command again",
    "offset-mismatch": "the same command again: it resumes where the server stands",
    "counter-reused": "the same command again: it asks for the next counter",
    "image-refused": "fettle image inspect FILE, and fettle image policy show",
    "gate-failed": reportOf(details) ?? "fettle release checks, and fettle release report CHECK",
    "check-failed": noun === "check" ? "the same command again, with more memory free" : "fettle check FILE on this machine shows how far it comes",
    "artifact-missing": "the same command again: it uploads what is missing",
    "device-pending": "fettle device list --status pending",
    "limit-reached": "the same command later, or remove what is not needed any more",
    overloaded: "the same command again in a moment",
    "storage-full": "free room on the server, then the same command again",
    "signer-unavailable": "the same command again when the token, Vault or KMS answers",
    internal: "the same command again; the server's log has the cause"
  }[code] ?? help;
}
var rightPassword = "the same command with the right password; if it is lost: fettle person password NAME, by an admin", waiverKeys = "name the public key under waivers.keys of the policy, then fettle policy set FILE", signatureSteps = {
  root: "fettle root show",
  release: "fettle fleet key list, then fettle fleet key add PUBLIC-KEY-FILE",
  waiver: waiverKeys,
  check: waiverKeys
};
function reportOf({ check: check3, version: version2, checked: checked2 }) {
  if (typeof check3 == "string" && /^chk_[a-z0-9]{1,40}$/.test(check3)) return `fettle release report ${check3}`;
  if (!(typeof version2 != "string" || !isVersion(version2)))
    return `fettle release ${checked2 === !1 ? "check" : "report"} ${version2}`;
}
function openRollout(rollout2) {
  return typeof rollout2 == "string" && /^rol_[a-z0-9]{1,40}$/.test(rollout2) ? `fettle rollout watch ${rollout2}` : void 0;
}

// packages/cli/src/rollout/find-started.ts
async function findStarted(client, { fleet: fleet8, version: version2, group }, signal) {
  for await (let view of client.all("listRollouts", { fleet: fleet8 }, signal ? { signal } : {}))
    if (view.release.version === version2 && view.group === group && view.returns === null && view.status !== "aborted") return view;
}

// packages/cli/src/rollout/watch.ts
init_src();

// packages/cli/src/output/format.ts
function formatBytes(bytes) {
  let units3 = ["B", "KiB", "MiB", "GiB"], value = bytes, unit = 0;
  for (; value >= 1024 && unit < units3.length - 1; )
    value /= 1024, unit += 1;
  return `${unit === 0 ? value : trim(value)} ${units3[unit]}`;
}
function counted(count2, noun) {
  return `${count2} ${noun}${count2 === 1 ? "" : "s"}`;
}
function formatShare(share3) {
  return `${trim(share3 * 100)} %`;
}
function trim(value) {
  return value >= 100 ? value.toFixed(0) : value.toFixed(1).replace(/\.0$/, "");
}

// packages/cli/src/rollout/watch.ts
function standsStill({ status, phases }) {
  if (status !== "running") return !0;
  let place = phases.findIndex((phase2) => phase2.status !== "passed"), before = phases[place - 1];
  return place > 0 && phases[place]?.status === "waiting" && before?.promote === "manual";
}

// packages/cli/src/trust/open-key.ts
init_src();
import { resolve } from "node:path";

// packages/signers/src/open-signer.ts
init_src();
init_locator();
async function openSigner(locator, options) {
  let signer = await openByScheme(locator, options), { expectedKeyId } = options;
  if (expectedKeyId === void 0 || signer.keyId === expectedKeyId) return signer;
  await signer.close();
  let message = `Expected key ${expectedKeyId} at ${signer.locator}, found ${signer.keyId}. Name the right key, or enrol this one.`;
  throw new FettleError("key-refused", message);
}
async function openByScheme(locator, { readSecret, timeoutMs: timeoutMs2 }) {
  let scheme = schemeOf(locator);
  switch (scheme) {
    case "file":
      return await (await Promise.resolve().then(() => (init_file(), file_exports))).openFileSigner(locator, readSecret);
    case "pkcs11":
      return await (await Promise.resolve().then(() => (init_pkcs11(), pkcs11_exports))).openPkcs11Signer(locator, { readSecret, timeoutMs: timeoutMs2 });
    case "vault":
      return await (await Promise.resolve().then(() => (init_vault(), vault_exports))).openVaultSigner(locator, { readSecret, timeoutMs: timeoutMs2 });
    case "awskms":
      return await (await Promise.resolve().then(() => (init_aws_kms(), aws_kms_exports))).openKmsSigner(locator, { readSecret, timeoutMs: timeoutMs2 });
  }
  throw new FettleError("invalid-input", `Expected a key locator, one of ${locatorExamples}; found "${scheme}:".`);
}

// packages/signers/src/index.ts
init_secrets();

// packages/cli/src/trust/open-key.ts
init_file();
init_src3();
var schemes = /^(?:file|pkcs11|vault|awskms):/;
function locatorOf(text2) {
  return schemes.test(text2) ? text2 : `file:${encodeURIComponent(resolve(text2)).replaceAll("%2F", "/")}`;
}
function secretsOf({ env, ask: ask2 }) {
  return secretReader({
    environment: env,
    ...ask2 ? { prompt: (what) => ask2(`${what}: `, { hidden: !0 }) } : {}
  });
}
async function openKey(text2, io) {
  try {
    return await openSigner(locatorOf(text2), { readSecret: secretsOf(io) });
  } catch (error) {
    throw isMissing(error) ? missingFile(text2, error) : error;
  }
}
function isMissing(error) {
  return error instanceof FettleError && error.code === "not-found";
}
function missingFile(text2, cause) {
  let isFile2 = !schemes.test(text2), message = cause instanceof FettleError ? cause.message : String(cause), next2 = isFile2 ? `fettle key create --out ${text2}` : `fettle key show ${text2}`;
  return new FettleError(isFile2 ? "invalid-input" : "not-found", message, { cause, details: { next: next2 } });
}

// packages/cli/src/trust/public-repository.ts
init_src();
init_src3();
import { readFile as readFile4 } from "node:fs/promises";
import { resolve as resolve2 } from "node:path";

// packages/cli/src/trust/first-trust.ts
function sayFirstTrust({ io, style }, { name: name3, version: version2, fingerprint, shownBy, file }) {
  let { origin, repository: repository2 } = name3, lines = [
    style.waiting(`FIRST TRUST: the ${repository2} root of ${origin} is taken as ${shownBy} shows it.`),
    `  root ${version2}, SHA-256 ${fingerprint}`,
    `  Compare this with an officer by another way, or name a root by --root FILE. It is pinned in ${file}`
  ];
  io.stderr.write(`${lines.join(`
`)}
`);
}

// packages/cli/src/trust/follow-roots.ts
init_src();
init_src3();
import { createHash as createHash5 } from "node:crypto";
function openRoot(text2) {
  let verdict2 = trustRoot(Buffer.from(text2, "utf8"));
  if (!verdict2.ok) throw new FettleError("signature-invalid", `Not a root: ${verdict2.message}`);
  return { text: text2, root: verdict2.root, fingerprint: createHash5("sha256").update(text2).digest("hex") };
}

// packages/cli/src/trust/pins.ts
init_src();
import { mkdir as mkdir2, readFile as readFile3, rename as rename2, writeFile as writeFile2 } from "node:fs/promises";
import { dirname as dirname2, join as join2 } from "node:path";
var originPattern = /^[A-Za-z0-9[][A-Za-z0-9.:[\]-]{0,254}\/[a-z0-9][a-z0-9._-]{0,63}$/;
function readOrigin(text2) {
  if (originPattern.test(text2)) return text2;
  throw new FettleError("invalid-input", `Expected HOST/TENANT as origin, found "${text2.slice(0, 80)}".`);
}
function pinFile(env, { origin, repository: repository2 }) {
  let name3 = readOrigin(origin).replace(/[^A-Za-z0-9.-]/g, "_");
  return join2(configFolder(env), "trust", `${name3}.${repository2}.root.json`);
}
async function readPin(env, name3) {
  try {
    return await readFile3(pinFile(env, name3), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
}
async function keepPin(env, name3, text2) {
  let file = pinFile(env, name3), pinned = await readPin(env, name3);
  if (pinned !== void 0 && openRoot(pinned).root.version >= openRoot(text2).root.version) return file;
  await mkdir2(dirname2(file), { recursive: !0, mode: 448 });
  let fresh2 = `${file}.${process.pid}.tmp`;
  return await writeFile2(fresh2, text2, { mode: 384 }), await rename2(fresh2, file), file;
}

// packages/cli/src/trust/public-repository.ts
async function lookUpFleet(context, fleet8, options = {}) {
  let { server = "" } = await context.settings(), { tenant } = await (await context.client()).whoami(), name3 = { origin: `${new URL(server).host}/${tenant}`, repository: "image" }, fetchFile = fetcher(`${server.replace(/\/+$/, "")}/repository/${tenant}/metadata`, context.io.signal), start = await startOf(context, name3, { fetchFile, ...options });
  if (!start) return;
  let updated = await updateRepository(start, fetchFile, { now: Date.now() });
  if (await keepRoot(context, name3, updated.state), !updated.ok) {
    if (updated.code === "metadata-absent" && updated.state.timestamp === void 0 && !options.root) return;
    throw refusedBy2(updated);
  }
  let role = updated.targets.delegations?.roles.find((one) => one.name === fleet8), keys2 = updated.targets.delegations?.keys;
  if (!role || !keys2) return;
  let group = { what: `the keys of fleet ${fleet8}`, role, keys: keys2 }, previous = await previousOf({ fleet: fleet8, fetchFile, state: updated.state, snapshot: updated.snapshot });
  return { group, previous };
}
async function startOf(context, name3, { root, fetchFile }) {
  let { env } = context.io, pinned = await readPin(env, name3), text2 = root === void 0 ? pinned : await readFile4(resolve2(root), "utf8");
  if (text2 !== void 0) return stateOf(text2);
  let first = await fetchFile("1.root.json", 512e3);
  if (first === "absent") return;
  let shown2 = Buffer.from(first).toString("utf8"), { fingerprint } = openRoot(shown2), file = pinFile(env, name3);
  return sayFirstTrust(context, { name: name3, version: 1, fingerprint, shownBy: "the server", file }), stateOf(shown2);
}
function stateOf(text2) {
  let verdict2 = trustRoot(Buffer.from(text2, "utf8"));
  if (!verdict2.ok) throw refusedBy2(verdict2);
  return verdict2.state;
}
async function keepRoot({ io }, name3, { root }) {
  await keepPin(io.env, name3, root);
}
async function previousOf({ fleet: fleet8, fetchFile, state, snapshot }) {
  if (!snapshot.meta.has(fleet8)) return;
  let path = `${fleet8}/any/any`, found = await updateRepository(state, fetchFile, { now: 0, paths: [path] });
  if (!found.ok) throw refusedBy2(found);
  let lookup = found.lookups.get(path);
  if (lookup && !lookup.ok && lookup.code !== "target-absent") throw refusedBy2(lookup, `fettle root renew ${fleet8}`);
  let opened = openMetadata(Buffer.from(found.state.delegated[fleet8] ?? "", "utf8"));
  if (opened.ok && opened.metadata.type === "targets") return opened.metadata;
  throw new FettleError("internal", `Expected the file of fleet ${fleet8} after it was verified, found none.`);
}
function refusedBy2({ code, attack, message }, next2) {
  let what = attack === "none" ? "" : ` This is how ${attack} would look.`;
  return new FettleError(
    "signature-invalid",
    `The image repository is not to be trusted (${code}): ${message}${what}`,
    {
      details: { next: next2 ?? "fettle root show, and ask the officers" }
    }
  );
}
function fetcher(base2, signal) {
  return async (name3, maxBytes) => {
    let response = await fetch(`${base2}/${name3}`, {
      redirect: "error",
      signal: AbortSignal.any([signal, AbortSignal.timeout(3e4)])
    });
    if (response.status === 404)
      return await response.body?.cancel(), "absent";
    if (!response.ok) throw new Error(`the server answered ${response.status}`);
    let pieces = [], length = 0;
    for await (let piece of response.body ?? [])
      if (pieces.push(piece), length += piece.length, length > maxBytes) break;
    return Buffer.concat(pieces);
  };
}

// packages/cli/src/publish/key-file.ts
init_src();
init_file();
import { dirname as dirname3, join as join3 } from "node:path";
function defaultKeyFile(env) {
  return join3(configFolder(env), "release.key");
}

// packages/cli/src/publish/manifest-way.ts
init_src();
init_src3();
function manifestWay(client, signers, { hasOwnCounter }) {
  return {
    check({ id, keys: keys2 }) {
      let trusted = signers.find((signer) => keys2.some((key) => key.id === signer.keyId));
      if (trusted) return `fleet ${id}, key ${trusted.keyId.slice(0, 12)}`;
      let found = signers.map(({ keyId: keyId2 }) => keyId2.slice(0, 12)).join(", ");
      throw new FettleError("signature-invalid", `Expected a key that fleet ${id} trusts, found key ${found}.`, {
        details: { next: "fettle fleet key add PUBLIC-KEY-FILE" }
      });
    },
    async publish(manifest) {
      let envelope = await signEnvelope(manifestPayloadType, encodeManifest(manifest), signers);
      return client.publishRelease({ fleet: manifest.fleet, envelope: JSON.stringify(envelope) });
    },
    isOvertaken: async (error) => error instanceof FettleError && error.code === "counter-reused" && !hasOwnCounter
  };
}

// packages/cli/src/publish/targets-way.ts
init_src();
init_src3();
import { writeFile as writeFile3 } from "node:fs/promises";
import { resolve as resolve3 } from "node:path";

// packages/cli/src/trust/examine-change.ts
init_src();
init_src3();
function lacking(groups, signed) {
  return groups.flatMap(({ what, role, keys: keys2 }) => {
    let found = [...new Set(role.keyids.map((keyid2) => idOf(keys2.get(keyid2))))].filter((id) => id !== void 0 && signed.has(id)).length, missing2 = role.threshold - found;
    if (missing2 <= 0) return [];
    let left = role.keyids.filter((keyid2) => !signed.has(idOf(keys2.get(keyid2)) ?? "")).map((id) => id.slice(0, 12));
    return [`${missing2} more of ${what}: ${left.join(", ")}`];
  });
}
function idOf(key) {
  return key && publicKeyOf(key)?.id;
}

// packages/cli/src/trust/next-root.ts
init_src();
var dayMs2 = 864e5;
function inDays(now, days) {
  return Math.floor((now + days * dayMs2) / 1e3) * 1e3;
}

// packages/cli/src/trust/next-targets.ts
init_src();
init_src3();
function withRelease(previous, manifest, { rules, ...stamp }) {
  let targets = new Map(previous?.targets ?? []);
  for (let [path, target] of targetsOfManifest(manifest, (artifact) => nativeSignatureFor(rules, artifact))) {
    if (targets.has(path)) {
      let message = `The role of fleet ${manifest.fleet} lists ${path} already. Publish under a new version.`;
      throw new FettleError("already-exists", message);
    }
    targets.set(path, target);
  }
  let floors = new Map(previous?.floors ?? []);
  for (let { component, deviceType: deviceType2 } of manifest.artifacts) {
    let place = `${component}/${deviceType2}`, floor = Math.max(manifest.securityFloor, floors.get(place) ?? 0);
    floor > 0 && floors.set(place, floor);
  }
  return { ...emptyTargets(stamp), targets, floors };
}
function emptyTargets(stamp) {
  return {
    type: "targets",
    ...stamp,
    unknown: {},
    targets: /* @__PURE__ */ new Map(),
    delegations: void 0,
    device: void 0,
    floors: /* @__PURE__ */ new Map()
  };
}

// packages/cli/src/publish/targets-way.ts
var fleetRoleDays = 90;
function targetsWay(context, options) {
  let { fleet: fleet8, signers, root, hasOwnCounter } = options, { view } = options;
  return {
    check: ({ id }) => `fleet ${id}, under the image repository, ${describeSigners(view, signers)}`,
    async publish(manifest) {
      let now = Date.now(), stamp = { version: (view.previous?.version ?? 0) + 1, expiresAt: inDays(now, fleetRoleDays) }, { rules } = await (await context.client()).getImagePolicy({ fleet: fleet8 }), metadata = withRelease(view.previous, manifest, { ...stamp, rules }), problems = checkSuccessor(view.previous, metadata, { repository: "image", role: fleet8, now });
      if (problems.length > 0)
        throw new FettleError("signing-refused", problems.map(({ message }) => message).join(" "));
      let bytes = await signMetadata(encodeMetadata(metadata), signersOf(view, signers)), targets = Buffer.from(bytes).toString("utf8"), missing2 = lackingIn(view, targets);
      if (missing2.length === 0) return (await context.client()).publishRelease({ fleet: fleet8, targets });
      let file = resolve3(options.out ?? `${fleet8}-${manifest.version}.targets.json`);
      return await writeFile3(file, targets, { flag: "wx", mode: 420 }), { file, version: manifest.version, lacking: missing2 };
    },
    async isOvertaken(error) {
      if (!(error instanceof FettleError) || !raceCodes.has(error.code)) return !1;
      let before = view.previous?.version;
      return view = await lookUpFleet(context, fleet8, { root }) ?? view, view.previous?.version !== before ? !0 : error.code === "counter-reused" ? !hasOwnCounter : error.code === "wrong-state" && /same time/.test(error.message);
    }
  };
}
var raceCodes = /* @__PURE__ */ new Set(["counter-reused", "wrong-state", "invalid-input"]);
function lackingIn({ group }, text2) {
  let opened = openMetadata(Buffer.from(text2, "utf8"));
  if (!opened.ok) throw new FettleError("invalid-input", `Expected a targets file: ${opened.message}`);
  let { role, keys: keys2 } = group;
  if (validSigners(opened.file, role, keys2).length >= role.threshold) return [];
  let all = { ...role, threshold: Number.POSITIVE_INFINITY }, signed = validSigners(opened.file, all, keys2), still = {
    ...role,
    keyids: role.keyids.filter((id) => !signed.includes(id)),
    threshold: role.threshold - signed.length
  };
  return lacking([{ ...group, role: still }], /* @__PURE__ */ new Set());
}
function signersOf({ group }, signers) {
  for (let signer of signers) {
    let { keyid: keyid2 } = tufKeyOf(signer.publicKey);
    if (group.role.keyids.includes(keyid2)) continue;
    let known = group.role.keyids.map((id) => id.slice(0, 12)).join(", "), message = `Expected ${group.what} (${known}), found key ${keyid2.slice(0, 12)}.`;
    throw new FettleError("signature-invalid", message, {
      details: { next: "the same command with --key LOCATOR, or fettle root show" }
    });
  }
  return signers;
}
function describeSigners(view, signers) {
  let { threshold } = view.group.role, names3 = signersOf(view, signers).map(({ publicKey }) => tufKeyOf(publicKey).keyid.slice(0, 12));
  return `key ${names3.join(", ")} (${names3.length} of ${threshold} needed)`;
}

// packages/cli/src/publish/choose-way.ts
async function chooseWay(context, fleet8, options) {
  if (options.checkOnly) return { way: void 0, close: async () => {
  } };
  let { key: keys2 = [defaultKeyFile(context.io.env)], root, out, counter } = options, signers = [], close = async () => {
    for (let signer of signers.splice(0)) await signer.close();
  };
  try {
    for (let key of keys2) signers.push(await openKey(key, context.io));
    let view = await lookUpFleet(context, fleet8, { root }), hasOwnCounter = counter !== void 0;
    return { way: view ? targetsWay(context, { fleet: fleet8, view, signers, root, out, hasOwnCounter }) : manifestWay(await context.client(), signers, { hasOwnCounter }), close };
  } catch (error) {
    throw await close(), error;
  }
}

// packages/cli/src/publish/publish.ts
init_src();
import { createReadStream as createReadStream2 } from "node:fs";

// packages/cli/src/check/server-check.ts
init_src();
import { readFile as readFile5 } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
var firstLookMs = 200, mostLookMs = 3e3;
async function checkOnServer(work, say) {
  let { client, fleet: fleet8, version: version2, artifacts, anew, signal } = work, supplied = [];
  for (let { kind, file } of work.documents) {
    let text2 = await readFile5(file, "utf8").catch((cause) => {
      throw new FettleError("invalid-input", `${file}: expected a document (${kind}) that can be read.`, { cause });
    }), { sha256: sha2563 } = await client.supplyEvidence({ fleet: fleet8, kind, text: text2 }, { signal });
    supplied.push({ kind, sha256: sha2563 });
  }
  let check3 = (await client.requestCheck({ fleet: fleet8, version: version2, artifacts: [...artifacts], supplied, anew }, { signal })).check;
  for (let waitMs = firstLookMs; check3.status === "queued" || check3.status === "running"; waitMs = longer(waitMs))
    say(`${check3.status}: ${check3.statusReason}`), await delay(waitMs, void 0, { signal }), check3 = await client.getCheck({ fleet: fleet8, check: check3.id }, { signal });
  if (check3.status === "done") return check3;
  throw new FettleError("check-failed", `The check of ${version2} failed: ${check3.statusReason}`, {
    details: { check: check3.id, next: `fettle release report ${check3.id}` }
  });
}
function longer(waitMs) {
  return Math.min(mostLookMs, waitMs * 1.5);
}

// packages/cli/src/check/waived-words.ts
function waivedWords(stages2) {
  let sums = stages2.map(({ gates }) => gates.reduce((sum, { waived }) => sum + waived, 0)), most2 = Math.max(0, ...sums);
  return most2 === 0 ? "" : `${counted(most2, "finding")} waived`;
}

// packages/cli/src/publish/digest.ts
init_src();
import { createHash as createHash6 } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat as stat2 } from "node:fs/promises";
var chunkBytes = 1048576;
async function identifyFile(file, options) {
  let found = await stat2(file), { size } = found;
  if (found.isDirectory()) {
    let message = `${file} is a folder: pack it first, then name the archive.`;
    throw new FettleError("invalid-input", message, { details: { next: "tar -cf FILE.tar -C FOLDER ." } });
  }
  if (!found.isFile()) throw new FettleError("invalid-input", `${file}: expected a file, found something else.`);
  if (size === 0) throw new FettleError("invalid-input", `${file}: expected firmware, found an empty file.`);
  if (size > limits.artifactBytes)
    throw new FettleError(
      "too-large",
      `${file}: an artifact has at most ${limits.artifactBytes} bytes, found ${size}.`
    );
  let hash3 = createHash6("sha256"), done = 0;
  for await (let chunk of createReadStream(file, { highWaterMark: chunkBytes, signal: options.signal }))
    hash3.update(chunk), done += chunk.length, options.onProgress?.(done / size);
  return { file, digest: digest(hash3.digest("hex")), sizeBytes: done };
}

// packages/cli/src/publish/publish.ts
function publishSteps(work) {
  let files = [], outcome, { way } = work, steps = [
    { title: "check", run: () => checkFleet(work) },
    {
      title: "hash",
      run: async (say) => (files = await identifyAll(work, say), await demandSameBefore(work, artifactsOf(work, files)), files.map(({ digest: digest2, sizeBytes: sizeBytes2 }) => `${digest2.slice(0, 12)} (${formatBytes(sizeBytes2)})`).join(", "))
    },
    { title: "upload", run: (say) => uploadAll(work, files, say) },
    { title: "gates", run: (say) => passGates(work, artifactsOf(work, files), say) }
  ];
  return way && steps.push({
    title: "sign and publish",
    run: async () => {
      if (outcome = await signAndPublish({ ...work, way }, artifactsOf(work, files)), "file" in outcome) return `signed into ${outcome.file}`;
      let { version: version2, counter } = outcome.release;
      return outcome.created ? `${version2}, counter ${counter}` : `${version2} was published already`;
    }
  }), { steps, result: () => {
    if (!outcome) throw new FettleError("internal", "Expected a published release, found none.");
    return outcome;
  } };
}
async function passGates(work, artifacts, say) {
  let { client, fleet: fleet8, version: version2, documents, signal, way, onCheck, alwaysCheck } = work, { policy: policy2 } = await client.getReleasePolicy({ fleet: fleet8 }, { signal });
  if (!policy2 && documents.length === 0 && way && !alwaysCheck)
    return "this fleet demands nothing (fettle policy set standard)";
  let named = artifacts.map(({ deviceType: deviceType2, component, digest: digest2 }) => ({ deviceType: deviceType2, component, sha256: digest2 })), check3 = await checkOnServer({ client, fleet: fleet8, version: version2, artifacts: named, documents, anew: !1, signal }, say);
  if (await onCheck?.(check3), !policy2 || isCleared(check3)) return [check3.statusReason, waivedWords(check3.stages)].filter(Boolean).join(", ");
  let message = `The gates clear ${version2} for no stage of fleet ${fleet8}: ${check3.statusReason}.`;
  throw new FettleError("gate-failed", message, {
    details: { check: check3.id, next: `fettle release report ${check3.id}` }
  });
}
async function checkFleet({ client, fleet: fleet8, way, specs, signal }) {
  let view = await client.getFleet({ fleet: fleet8 }, { signal }), said2 = way?.check(view) ?? `fleet ${fleet8}, nobody signs here`, { deviceTypes: deviceTypes3 } = view, stranger = specs.find((spec) => !deviceTypes3.includes(spec.deviceType));
  if (stranger) {
    let message = `Expected a device type of fleet ${fleet8} (${deviceTypes3.join(", ")}), found ${stranger.deviceType}.`;
    throw new FettleError("invalid-input", message, { details: { next: `fettle fleet show ${fleet8}` } });
  }
  return said2;
}
async function identifyAll(work, say) {
  let files = [];
  for (let file of new Set(work.specs.map((spec) => spec.file))) {
    let onProgress = (share3) => say(`${file} ${formatShare(share3)}`);
    files.push(await identifyFile(file, { signal: work.signal, onProgress }));
  }
  return files;
}
async function uploadAll(work, files, say) {
  let sent = 0;
  for (let { file, digest: digest2, sizeBytes: sizeBytes2 } of files)
    (await work.client.upload({
      sha256: digest2,
      sizeBytes: sizeBytes2,
      open: (offset) => createReadStream2(file, { start: offset, highWaterMark: 262144 }),
      onProgress: (bytes) => say(`${file} ${formatBytes(bytes)} of ${formatBytes(sizeBytes2)}`),
      signal: work.signal
    })).sent && (sent += sizeBytes2);
  return sent === 0 ? "the server has it already" : formatBytes(sent);
}
function artifactsOf({ specs, hardware }, files) {
  return specs.map(({ file, deviceType: deviceType2, component }) => {
    let identity = files.find((known) => known.file === file);
    if (!identity) throw new FettleError("internal", `${file} was not hashed.`);
    return { deviceType: deviceType2, component, kind: "image", digest: identity.digest, sizeBytes: identity.sizeBytes, hardware };
  });
}
var mostRaces = 5;
async function signAndPublish(work, artifacts) {
  let { client, fleet: fleet8, version: version2, signal, way } = work;
  for (let race = 1; ; race++) {
    let there = await findRelease(work);
    if (there) return confirmSame(there, work, artifacts);
    let counter = work.counter ?? (await client.nextCounter({ fleet: fleet8 }, { signal })).counter, floor = work.securityFloor ?? (await client.getFleet({ fleet: fleet8 }, { signal })).securityFloor, { allowDowngrade, mustPassThrough, requires, notes } = work, manifest = { fleet: fleet8, version: version2, ...{ counter, securityFloor: floor, allowDowngrade, mustPassThrough, requires }, artifacts, notes };
    try {
      return await way.publish(manifest);
    } catch (error) {
      if (race >= mostRaces || !await way.isOvertaken(error)) throw error;
    }
  }
}
async function findRelease({ client, fleet: fleet8, version: version2, signal }) {
  try {
    return await client.getRelease({ fleet: fleet8, version: version2 }, { signal });
  } catch (error) {
    if (error instanceof FettleError && error.code === "not-found") return;
    throw error;
  }
}
async function demandSameBefore(work, artifacts) {
  let there = await findRelease(work);
  there && (work.way ? confirmSame(there, work, artifacts) : demandSame(there, work, otherArtifacts(there, artifacts)));
}
function confirmSame(there, work, artifacts) {
  let { securityFloor = there.securityFloor, allowDowngrade, notes } = work;
  return demandSame(there, work, [
    ...otherArtifacts(there, artifacts),
    ...allowDowngrade === there.allowDowngrade ? [] : [`--allow-downgrade (${there.allowDowngrade ? "set" : "not set"})`],
    ...securityFloor === there.securityFloor ? [] : [`another --security-floor (${there.securityFloor})`],
    ...notes === there.notes ? [] : [`other notes (${there.notes === "" ? "none" : `"${shorten(there.notes)}"`})`]
  ]), { release: there, created: !1 };
}
function otherArtifacts(there, artifacts) {
  let placesOf = (list, digestOf) => new Map(list.map(({ deviceType: deviceType2, component }, place) => [`${deviceType2}/${component}`, digestOf(place)])), known = placesOf(there.artifacts, (place) => there.artifacts[place]?.sha256 ?? ""), wanted = placesOf(artifacts, (place) => artifacts[place]?.digest ?? ""), others = [.../* @__PURE__ */ new Set([...known.keys(), ...wanted.keys()])].filter((place) => known.get(place) !== wanted.get(place));
  return others.length === 0 ? [] : [`other contents for ${others.slice(0, mostNamed).join(", ")}`];
}
var mostNamed = 8;
function demandSame(there, { version: version2, fleet: fleet8 }, different) {
  if (different.length === 0 && there.status === "published") return;
  let found = there.status === "revoked" ? "a revoked one" : `one with ${different.join(" and ")}`;
  throw new FettleError("already-exists", `Expected no release ${version2} in fleet ${fleet8}, found ${found}.`, {
    details: { next: `fettle release show ${version2}, then publish under a new version` }
  });
}
function shorten(text2) {
  return text2.length > 60 ? `${text2.slice(0, 57)}...` : text2;
}

// actions/publish/src/action.ts
init_src();

// actions/publish/src/commands.ts
import { randomUUID } from "node:crypto";
import { appendFile } from "node:fs/promises";
function annotation(level, title, message) {
  return `::${level} title=${escapeProperty(title)}::${escapeData(message)}
`;
}
function mask(secret) {
  return secret.trim() === "" ? "" : `::add-mask::${escapeData(secret)}
`;
}
function plainLines(text2) {
  return text2.split(/\r\n|\r|\n/).map((line) => line.replace(/^(?=\s*::)/, "| ").replaceAll("##[", "## [")).join(`
`);
}
async function writeOutput(file, name3, value) {
  if (!file) return;
  let delimiter = `ghadelimiter_${randomUUID()}`;
  await appendFile(file, `${name3}<<${delimiter}
${value}
${delimiter}
`);
}
function escapeData(text2) {
  return text2.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll(`
`, "%0A");
}
function escapeProperty(text2) {
  return escapeData(text2).replaceAll(":", "%3A").replaceAll(",", "%2C");
}

// actions/publish/src/exits.ts
init_src();
var exits = {
  ok: 0,
  /** A gate, the release or the rollout did not come out as it has to. */
  badVerdict: 1,
  /** Inputs, files or trust are not set up; the same run will not do better. */
  misuse: 2,
  /** The server was not reached within the time, however often it was tried. */
  unreachable: 3
}, misuse = /* @__PURE__ */ new Set([
  "invalid-input",
  "invalid-id",
  "too-large",
  "not-found",
  "not-authenticated",
  "forbidden",
  "token-replayed"
]);
function exitOf(error) {
  return error instanceof FettleError ? misuse.has(error.code) ? exits.misuse : isAway(error) ? exits.unreachable : exits.badVerdict : isFileTrouble(error) ? exits.misuse : exits.badVerdict;
}
function isAway(error) {
  return error instanceof FettleError && error.retryable;
}
function isFileTrouble(error) {
  let { code, path } = error ?? {};
  return typeof code == "string" && path !== void 0;
}

// actions/publish/src/inputs.ts
init_src();
var waits = ["none", "gates", "rollout"];
var mostLines = 100, dayMs3 = 864e5;
function readInputs(env) {
  let text2 = (name3) => (env[`INPUT_${name3.toUpperCase()}`] ?? "").trim(), optional2 = (name3) => text2(name3) || void 0, lines = (name3) => linesOf(name3, text2(name3)), version2 = required("version", text2("version"));
  if (!isVersion(version2)) throw wrong2("version", "a version such as 7.28.0", version2);
  let { rollout: rollout2, wait: wait2 } = readRollout(optional2("rollout"), text2("wait") || "gates"), types = lines("type").flatMap((line) => line.split(",").map((part2) => part2.trim())).filter(Boolean), keys2 = lines("key"), token = keys2.find((key) => key.startsWith("pkcs11:"));
  if (token) throw wrong2("key", "vault:, awskms: or file: (a token signs by ci/publish.sh beside it)", token);
  if (keys2.length === 0 && rollout2) throw wrong2("rollout", "none without a key, as nothing is published", rollout2);
  return {
    server: serverUrl(required("server", text2("server"))),
    fleet: optional2("fleet"),
    version: version2,
    artifacts: linesOf("artifact", required("artifact", text2("artifact"))).map(
      (line) => artifactLine(line, { types, component: text2("component") })
    ),
    sbom: lines("sbom"),
    vex: lines("vex"),
    provenance: lines("provenance"),
    keys: keys2,
    root: optional2("root"),
    notes: text2("notes"),
    rollout: rollout2,
    wait: wait2,
    group: text2("group") || "all",
    failOn: readSeverity(text2("fail-on") || "none"),
    timeoutMs: Math.min(parseDuration(text2("timeout") || "30m", "timeout"), dayMs3),
    audience: optional2("audience")
  };
}
function readRollout(wanted, waiting) {
  let rollout2 = wanted === "none" ? void 0 : wanted, wait2 = waits.find((known) => known === waiting);
  if (!wait2) throw wrong2("wait", waits.join(", "), waiting);
  if (wait2 === "rollout" && !rollout2) throw wrong2("wait", "none or gates where rollout is none", wait2);
  return { rollout: rollout2, wait: wait2 };
}
function readSeverity(text2) {
  if (text2 === "none") return;
  let severity = severities.find((known) => known === text2);
  if (!severity) throw wrong2("fail-on", `none, ${severities.join(", ")}`, text2);
  return severity;
}
function serverUrl(text2) {
  if (!URL.canParse(text2)) throw wrong2("server", "a URL", text2);
  let { protocol, hostname, username, password: password2 } = new URL(text2);
  if (protocol !== "https:" && !(protocol === "http:" && (hostname === "127.0.0.1" || hostname === "[::1]" || hostname === "localhost"))) throw wrong2("server", "a URL with https", text2);
  if (username || password2) throw wrong2("server", "a URL without credentials", "one with some");
  return text2.replace(/\/+$/, "");
}
function artifactLine(line, { types, component }) {
  let parts = line.split(":");
  if (parts.length >= 3) {
    let [ownType = "", own = ""] = parts.slice(-2);
    return { glob: parts.slice(0, -2).join(":"), types: [ownType], component: own };
  }
  if (types.length > 0 && component !== "") return { glob: line, types, component };
  throw wrong2("artifact", "what the file is for: inputs type and component, or FILE:TYPE:COMPONENT", line);
}
function linesOf(name3, text2) {
  let lines = text2.split(`
`).map((line) => line.trim()).filter((line) => line !== "");
  if (lines.length > mostLines) throw wrong2(name3, `at most ${mostLines} lines`, String(lines.length));
  return lines;
}
function required(name3, text2) {
  if (text2 === "") throw wrong2(name3, "a value", "none");
  return text2;
}
function wrong2(name3, expected, found) {
  let message = `Input ${name3}: expected ${expected}, found "${found.slice(0, 200)}".`;
  return new FettleError("invalid-input", message, { details: { next: "mend the input of the step" } });
}

// actions/publish/src/publish.ts
import { rm as rm2 } from "node:fs/promises";
import { join as join5, resolve as resolve4 } from "node:path";
init_src();

// actions/publish/src/attempts.ts
import { setTimeout as delay2 } from "node:timers/promises";
var firstWaitMs = 1e3, mostWaitMs = 3e4, mostAttempts = 8;
async function withAttempts(work, { signal, say, random = Math.random }) {
  for (let attempt3 = 1; ; attempt3++)
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || attempt3 >= mostAttempts || signal.aborted) throw error;
      let waitMs = random() * Math.min(mostWaitMs, firstWaitMs * 2 ** (attempt3 - 1));
      say(
        `${error.message} Trying again in ${Math.ceil(waitMs / 1e3)} s (${attempt3} of ${mostAttempts}).`
      ), await delay2(waitMs, void 0, { signal }).catch(() => {
        throw error;
      });
    }
}

// actions/publish/src/find-files.ts
init_src();
import { glob, stat as stat3 } from "node:fs/promises";
import { isAbsolute, join as join4 } from "node:path";
var mostFiles = 200;
async function findArtifacts(lines, workspace) {
  let specs = [];
  for (let { glob: pattern, types, component } of lines)
    for (let file of await findFiles(pattern, workspace))
      specs.push(...types.map((type) => `${file}:${type}:${component}`));
  return [...new Set(specs)];
}
async function findFiles(pattern, workspace) {
  let found = [], literal = isAbsolute(pattern) ? pattern : join4(workspace, pattern);
  if (await isFile(literal)) return [literal];
  for await (let name3 of glob(pattern, { cwd: workspace })) {
    let file = isAbsolute(name3) ? name3 : join4(workspace, name3);
    if (await isFile(file) && found.push(file), found.length > mostFiles)
      throw new FettleError("invalid-input", `${pattern}: expected at most ${mostFiles} files, found more.`);
  }
  if (found.length > 0) return found.sort();
  throw new FettleError("invalid-input", `${pattern}: expected a file in ${workspace}, found none.`, {
    details: { next: "look whether the build made it, and whether the step runs after it" }
  });
}
function isFile(path) {
  return stat3(path).then(
    (found) => found.isFile(),
    () => !1
  );
}

// actions/publish/src/report.ts
init_src();
var mostAnnotations = 50, mostCharacters2 = 300;
function annotationsOf({ check: check3, reports }) {
  let stopping = new Set(
    check3.stages.flatMap(({ gates }) => gates.filter(({ verdict: verdict2 }) => verdict2 !== "pass").map(({ gate: gate2 }) => gate2))
  ), findings = reports.flatMap((report) => report.findings).sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity)), said2 = findings.slice(0, mostAnnotations).map(({ gate: gate2, rule, severity, place, offset, message }) => {
    let at = `${place === "" ? "the image" : place}${offset === void 0 ? "" : ` at ${offset}`}`, isBad = stopping.has(gate2) && (severity === "critical" || severity === "high"), title = safeText(`${gate2}: ${rule} (${severity})`);
    return annotation(isBad ? "error" : severity === "info" ? "notice" : "warning", title, short(safeText(`${at}: ${message}`)));
  }), left = findings.length - said2.length + reports.reduce((sum, one) => sum + one.findingsLeftOut, 0);
  return left > 0 && said2.push(annotation("notice", "more findings", `${left} more are in the report.`)), said2.join("");
}
function summaryOf(facts, found) {
  let { fleet: fleet8, version: version2, digests, reportUrl, outcome } = facts, head = [`## Fettle: ${cell(version2)} for fleet ${cell(fleet8)}`, ...outcome.map((one) => `- ${cell(one)}`)], foot = ["", ...digests.map((digest2) => `- SHA-256 \`${cell(digest2)}\``)];
  return reportUrl !== "" && foot.push(
    `- [report](${reportUrl.replace(/[()\s<>]/g, (sign2) => `%${sign2.charCodeAt(0).toString(16).padStart(2, "0")}`)})`
  ), `${[...head, ...found ? gateTable(found) : [], ...foot].join(`
`)}
`;
}
function gateTable({ check: check3, reports }) {
  let rows = gateRows(reports).map(({ gate: gate2, verdict: verdict2, counts: counts2, summary }) => `| ${gate2} | ${mark(verdict2)} | ${counts2} | ${cell(summary)} |`), stages2 = check3.stages.map(({ stage: stage2, verdict: verdict2, gates: gates2 }) => {
    let why = gates2.filter((gate2) => gate2.verdict !== "pass").map((gate2) => `${gate2.gate}: ${cell(gate2.why)}`);
    return `| ${stage2} | ${mark(verdict2)} | ${why.join("<br>") || "-"} |`;
  }), gates = ["", "| gate | verdict | findings | summary |", "|---|---|---|---|", ...rows];
  return stages2.length === 0 ? gates : [...gates, "", "| stage | verdict | why |", "|---|---|---|", ...stages2];
}
function mark(verdict2) {
  return { pass: "✅ pass", fail: "❌ fail", inconclusive: "⚠️ inconclusive" }[verdict2];
}
function cell(text2) {
  return short(safeText(text2.replace(/[\r\n]+/g, " "))).replace(/[&<>]/g, (sign2) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign2] ?? sign2).replace(/[\\`*_[\]|!]/g, "\\$&");
}
function short(text2) {
  return text2.length > mostCharacters2 ? `${text2.slice(0, mostCharacters2)} …` : text2;
}
function gateVerdictOf({ stages: stages2 }) {
  return stages2.length === 0 ? "none" : isCleared({ stages: stages2 }) ? "pass" : stages2.some(({ verdict: verdict2 }) => verdict2 === "fail") ? "fail" : "inconclusive";
}
function countFrom({ check: check3, reports }, worst) {
  let bad = severities.slice(0, severities.indexOf(worst) + 1), judged = new Map(check3.stages.flatMap(({ gates }) => gates.map((gate2) => [gate2.gate, gate2.open]))), open3 = [...judged.values()].flatMap((counts2) => bad.map((one) => Number(counts2[one] ?? 0))), others = reports.filter(({ gate: gate2 }) => !judged.has(gate2)).flatMap(({ findings }) => findings);
  return open3.reduce((sum, one) => sum + one, 0) + others.filter(({ severity }) => bad.includes(severity)).length;
}

// actions/publish/src/session.ts
init_src();
async function openSession(inputs, host, signal) {
  let { server, audience: audience2 = server } = inputs, env = host.env, found = await findIdToken(env, { audience: audience2, signal });
  if (!found)
    throw new FettleError("not-authenticated", "Expected a job that can prove what it is, found no ID token.", {
      details: { next: "permissions: { id-token: write, contents: read } in the job" }
    });
  host.write(mask(found.token));
  let given = await exchangeHere(
    { server, ...inputs.fleet === void 0 ? {} : { fleet: inputs.fleet } },
    { env: { FETTLE_ID_TOKEN: found.token }, signal }
  );
  if (!given) throw new FettleError("internal", "Expected a token for the ID token, found none.");
  host.write(mask(given.token));
  let { token, fleet: fleet8 } = given, log = { write: (text2) => host.write(plainLines(text2)) }, io = { stdout: log, stderr: log, env: { ...env, XDG_CONFIG_HOME: host.folder }, signal };
  return { context: createContext(io, { server, token, fleet: fleet8 }), fleet: fleet8, expiresAt: Date.parse(given.expiresAt) };
}

// actions/publish/src/publish.ts
async function publishRelease(run) {
  let { inputs, host, signal, known } = run, files = await filesOf(inputs, host.workspace), say = (text2) => host.write(`${plainLines(text2)}
`), session;
  await withAttempts(
    async () => {
      session = session !== void 0 && Date.now() < session.expiresAt - tokenMarginMs && session ? session : await openSession(inputs, host, signal), known.fleet = session.fleet;
      try {
        known.outcome = await attempt2(session, run, files);
      } catch (error) {
        throw isExpired(error, session) ? new FettleError("overloaded", "The token of this job has ended.", { cause: error }) : error;
      }
    },
    { signal, say }
  );
}
var tokenMarginMs = 3e4;
function isExpired(error, { expiresAt }) {
  return error instanceof FettleError && error.code === "not-authenticated" && Date.now() >= expiresAt;
}
async function filesOf({ artifacts, sbom, vex, provenance }, workspace) {
  let documents = [];
  for (let [kind, patterns] of Object.entries({ sbom, vex, provenance }))
    for (let pattern of patterns)
      for (let file of await findFiles(pattern, workspace)) documents.push({ kind, file });
  return { artifacts: await findArtifacts(artifacts, workspace), documents };
}
async function attempt2({ context, fleet: fleet8 }, run, files) {
  let { inputs, host, signal } = run, { version: version2, keys: keys2, root, notes, wait: wait2, failOn } = inputs, client = await context.client(), onCheck = (check3) => takeCheck(run, check3, () => client.getCheckReports({ fleet: fleet8, check: check3.id })), out = join5(host.workspace, `${fleet8}-${version2}.targets.json`);
  await rm2(out, { force: !0 });
  let { way, close } = await chooseWay(context, fleetId(fleet8), {
    key: keys2.map((key) => inWorkspace(key, host.workspace)),
    ...root === void 0 ? {} : { root: resolve4(host.workspace, root) },
    out,
    checkOnly: keys2.length === 0
  });
  try {
    let { steps, result } = publishSteps({
      client,
      way,
      signal,
      fleet: fleetId(fleet8),
      version: version2,
      notes,
      specs: parseArtifactSpecs(files.artifacts, { types: [], component: void 0 }),
      documents: files.documents,
      allowDowngrade: !1,
      securityFloor: void 0,
      counter: void 0,
      mustPassThrough: !1,
      requires: [],
      hardware: [],
      onCheck,
      alwaysCheck: wait2 !== "none" || failOn !== void 0
    });
    for (let { title, run: run2 } of steps) host.write(`${plainLines(`${title}: ${await run2(() => {
    })}`)}
`);
    return way ? result() : void 0;
  } finally {
    await close();
  }
}
function inWorkspace(key, workspace) {
  return /^[a-z0-9]+:/.test(key) ? key : resolve4(workspace, key);
}
async function takeCheck({ inputs, known, onReports }, check3, ask2) {
  let reports = await ask2();
  known.reports?.check.id !== check3.id && onReports(reports), known.reports = reports;
  let { failOn, version: version2 } = inputs, found = failOn === void 0 ? 0 : countFrom(reports, failOn);
  if (found === 0) return;
  let message = `${found} findings in ${version2} are ${failOn} or worse, and fail-on says ${failOn}.`;
  throw new FettleError("gate-failed", message, {
    details: { check: check3.id, next: `fettle release report ${check3.id}` }
  });
}

// actions/publish/src/roll-out.ts
init_src2();
import { join as join6 } from "node:path";
import { setTimeout as delay3 } from "node:timers/promises";
init_src();
var rolloutVariable = "FETTLE_ROLLOUT_TOKEN", lookEveryMs = 2e3;
function demandRolloutToken({ rollout: rollout2 }, host) {
  let token = host.env[rolloutVariable] ?? "";
  if (host.write(mask(token)), rollout2 === void 0 || token !== "") return;
  let message = `Input rollout: the token of a publisher starts no rollout; expected ${rolloutVariable}, found none.`;
  throw new FettleError("invalid-input", message, {
    details: { next: `env: { ${rolloutVariable}: … } from an environment with required reviewers, or rollout: none` }
  });
}
async function rollOut(asked) {
  let { inputs, host, signal } = asked, client = createClient({ server: inputs.server, token: host.env[rolloutVariable] ?? "" }), say = (text2) => host.write(`${plainLines(text2)}
`), started = await withAttempts(() => startOnce(client, asked), { signal, say });
  if (say(`rollout: ${started.id}, ${started.status}`), inputs.wait !== "rollout") return started;
  let look = () => client.getRollout({ rollout: started.id }, { signal });
  for (let view = started; ; view = await withAttempts(look, { signal, say })) {
    if (standsStill(view)) return view;
    await delay3(lookEveryMs, void 0, { signal });
  }
}
async function startOnce(client, { inputs, host, fleet: fleet8, signal }) {
  let { version: version2, group, rollout: rollout2 = "" } = inputs, there = await findStarted(client, { fleet: fleet8, version: version2, group }, signal);
  if (there) return there;
  let isPreset = presetNames.some((name3) => name3 === rollout2), devices = group === "all" ? (await client.countDevices({ fleet: fleet8 }, { signal })).accepted : 0, plan = await readPlan(
    isPreset ? { preset: rollout2 } : { plan: join6(host.workspace, rollout2) },
    devices > 0 ? devices : void 0
  );
  return client.createRollout({ fleet: fleet8, version: version2, group, plan, start: !0, reason: reasonOf2(host) }, { signal });
}
function reasonOf2({ env }) {
  let { GITHUB_REPOSITORY: repository2 = "CI", GITHUB_RUN_ID: run = "-" } = env;
  return `published by ${repository2}, run ${run}`.slice(0, 200);
}

// actions/publish/src/action.ts
async function runAction(host) {
  let inputs;
  try {
    inputs = readInputs(host.env), demandRolloutToken(inputs, host);
  } catch (error) {
    return complain(host, error);
  }
  let known = { fleet: inputs.fleet ?? "", reports: void 0, outcome: void 0 }, signal = AbortSignal.any([host.signal, AbortSignal.timeout(inputs.timeoutMs)]), rollout2, exit = exits.ok, trouble = "";
  try {
    await mkdir3(host.folder, { recursive: !0, mode: 448 }), await publishRelease({ inputs, host, signal, known, onReports: (reports) => host.write(annotationsOf(reports)) }), inputs.rollout !== void 0 && isPublished(known) && (rollout2 = await rollOut({ inputs, host, signal, fleet: known.fleet }), inputs.wait === "rollout" && rollout2.status !== "completed" && (exit = exits.badVerdict, trouble = `The rollout ${rollout2.id} is ${rollout2.status}: ${rollout2.statusReason}`, host.write(annotation("error", "Fettle", trouble))));
  } catch (error) {
    let ended = signal.aborted && !isAway(error) ? endedBy(host) : error;
    exit = complain(host, ended), trouble = ended.message;
  }
  return await tell({ host, inputs, known, rollout: rollout2, trouble }), exit;
}
function isPublished({ outcome }) {
  return outcome !== void 0 && "release" in outcome;
}
function endedBy({ signal }) {
  let message = signal.aborted ? "The job was told to end before this was over." : "It was not over within the time that the input timeout allows.";
  return new FettleError("check-failed", message, {
    details: { next: "the same job again: it goes on where this one ended" }
  });
}
function complain(host, error) {
  let { message, next: next2, code } = showProblem(error, ["release", "publish"]);
  return host.write(annotation("error", `Fettle: ${code}`, plainLines(message))), host.write(`${plainLines(`next: ${next2}`)}
`), exitOf(error);
}
async function tell({ host, inputs, known, rollout: rollout2, trouble }) {
  let { outcome, reports, fleet: fleet8 } = known, release3 = outcome && "release" in outcome ? outcome.release : void 0, named = release3?.artifacts ?? reports?.check.artifacts ?? [], digests = [...new Set(named.map(({ sha256: sha2563 }) => sha2563))], check3 = reports?.check, place = `${inputs.server}/api/v1/fleets/${encodeURIComponent(fleet8)}/checks`, reportUrl = check3 ? `${place}/${encodeURIComponent(check3.id)}/reports` : "", outputs = {
    "release-id": release3?.id ?? "",
    "artifact-digest": digests.join(`
`),
    "gate-verdict": check3 ? gateVerdictOf(check3) : "none",
    "rollout-id": rollout2?.id ?? "",
    "report-url": reportUrl,
    "targets-file": outcome && "file" in outcome ? outcome.file : ""
  };
  for (let [name3, value] of Object.entries(outputs)) await writeOutput(host.env.GITHUB_OUTPUT, name3, value);
  let said2 = [...outcomeLines(known), ...rollout2 ? [`rollout ${rollout2.id}: ${rollout2.status}`] : []];
  trouble !== "" && said2.push(`failed: ${trouble}`);
  let facts = { fleet: fleet8, version: inputs.version, digests, reportUrl, outcome: said2 }, { GITHUB_STEP_SUMMARY: page } = host.env;
  page && await appendFile2(page, summaryOf(facts, reports));
}
function outcomeLines({ outcome, reports }) {
  if (!outcome) return reports ? ["not published by this job"] : [];
  if ("file" in outcome) return [`not published yet, it waits for ${outcome.lacking.join("; ")}: ${outcome.file}`];
  let { version: version2, counter, id } = outcome.release;
  return [`${version2} is published (${id}, counter ${counter})${outcome.created ? "" : "; it was before this run"}`];
}

// actions/publish/src/host.ts
import { tmpdir } from "node:os";
import { join as join7 } from "node:path";
function hostOf2(env, { write: write3, cwd, signal }) {
  let workspace = env.GITHUB_WORKSPACE || cwd;
  return { env, write: write3, workspace, folder: join7(env.RUNNER_TEMP || tmpdir(), "fettle-publish"), signal };
}

// actions/publish/src/main.ts
var stop = new AbortController(), onSignal = () => stop.abort();
process.on("SIGINT", onSignal);
process.on("SIGTERM", onSignal);
var write2 = (text2) => {
  process.stdout.write(text2);
};
process.exitCode = await runAction(hostOf2(process.env, { write: write2, cwd: process.cwd(), signal: stop.signal }));
process.off("SIGINT", onSignal);
process.off("SIGTERM", onSignal);
