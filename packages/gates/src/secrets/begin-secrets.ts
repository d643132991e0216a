import { createHash } from 'node:crypto';
import type { WalkedFile, WalkResult } from '@fettle/images';
import { type Finding, type Severity, severities } from '@fettle/model';
import { makeFinding, worstFirst } from '../core/findings.ts';
import type { Collector, FactValue, GateContext, GateReport } from '../core/gate.ts';
import { counted } from '../core/shown.ts';
import type { Found, View } from './detector.ts';
import type { secretsFacts } from './facts.ts';
import { findSecrets } from './find-secrets.ts';
import { knownPasswords, PasswordTrial } from './known-passwords.ts';
import { isPackagedDocumentation, placeKindOf } from './place-kind.ts';
import { accountRules } from './rules/accounts.ts';
import { SecretLedger } from './secret-ledger.ts';
import { fileReaders, secretFamilies, secretRules } from './secret-rules.ts';
import { isToldByItsParts } from './told-by-parts.ts';

export interface SecretsSettings {
  /** Findings from here on make the gate fail; `medium` when absent. Secrets of one device always do. */
  readonly failAt?: Severity | undefined;
  /** Passwords that the vendor's devices were delivered with, beside the known ones. */
  readonly passwords?: readonly string[] | undefined;
}

const windowBytes = 8_388_608;
/** In front of a window, for what stands before a literal; behind it, for the longest key. */
const overlapBytes = 65_536;
const readerBytes = 1_048_576;

/** Looks for secrets in every file of a walk; memory for findings only. */
export function beginSecrets(context: GateContext, settings: SecretsSettings = {}): Collector<GateReport> {
  const { deviceType, fleet, component } = context.candidate;
  const trial = new PasswordTrial([...(settings.passwords ?? []), deviceType, fleet, component]);
  const ledger = new SecretLedger();
  let bytesRead = 0;
  let unreadFiles = 0;

  const take = (file: WalkedFile, base: number, found: Found) => {
    const { password } = found;
    const isKnown = password !== undefined && trial.isKnown(password.value, password.user);
    const judged = isKnown ? { ...found, rule: accountRules['default-password'] } : found;
    const severity = isPackagedDocumentation(file.path) ? 'low' : judged.rule.severity;
    ledger.add(judged, { place: file.place, offset: base + found.at, isContainer: file.isContainer, severity });
  };
  const file = async (walked: WalkedFile) => {
    if (walked.isContainer && (await isToldByItsParts(walked.content))) return;
    bytesRead += walked.sizeBytes;
    for await (const { view, from, to, base } of viewsOf(walked)) {
      const { found, isCutOff } = findSecrets(view, { from, to });
      if (isCutOff) unreadFiles += 1;
      for (const each of found) take(walked, base, each);
      if (walked.sizeBytes > readerBytes) continue;
      for (const reader of fileReaders) {
        if (reader.reads(view.path)) for (const each of reader.read(view)) take(walked, base, each);
      }
    }
  };
  const end = (walk: WalkResult) => {
    const unseen = walk.problems.length + unreadFiles;
    return reportOf(ledger, settings.failAt ?? 'medium', { bytesRead, unseen, untriedPasswords: trial.untried });
  };
  return { file, end };
}

interface Window {
  readonly view: View;
  readonly from: number;
  readonly to: number;
  /** Where the view's bytes begin in the file. */
  readonly base: number;
}

async function* viewsOf(file: WalkedFile): AsyncGenerator<Window> {
  const { path } = file;
  const placeKind = placeKindOf(path);
  if (file.bytes !== undefined) {
    yield { view: { bytes: bufferOf(file.bytes), path, placeKind }, from: 0, to: file.bytes.length, base: 0 };
    return;
  }
  for (let start = 0; start < file.content.size; start += windowBytes) {
    const base = Math.max(0, start - overlapBytes);
    const last = Math.min(file.content.size, start + windowBytes + overlapBytes);
    const bytes = bufferOf(await file.content.read(base, last - base));
    // Literals that straddle the border belong to the window before: three bytes further on the next one sees its end.
    const to = Math.min(bytes.length, start - base + windowBytes + 3);
    yield { view: { bytes, path, placeKind }, from: start - base, to, base };
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

interface Seen {
  readonly bytesRead: number;
  readonly unseen: number;
  readonly untriedPasswords: number;
}

function reportOf(ledger: SecretLedger, failAt: Severity, seen: Seen): GateReport {
  const isFailing = ({ rule, severity }: Entry) =>
    rule.perDevice === true || severities.indexOf(severity) <= severities.indexOf(failAt);
  const findings = ledger.entries.map((entry) => findingOf(entry, isFailing(entry)));
  const fails = ledger.entries.filter(isFailing).length;
  const verdict = fails > 0 || ledger.leftOut > 0 ? 'fail' : seen.unseen > 0 ? 'inconclusive' : 'pass';
  const count = findings.length + ledger.leftOut;
  const unseen = seen.unseen > 0 ? `; ${counted(seen.unseen, 'part')} could not be looked into` : '';
  const worst = worstFirst(findings);
  return {
    gate: 'secrets',
    verdict,
    summary: `Found ${counted(count, 'secret')} in ${seen.bytesRead} bytes, ${fails} of them at ${failAt} or worse${unseen}.`,
    findings: worst.findings,
    findingsLeftOut: worst.findingsLeftOut + ledger.leftOut,
    facts: factsOf(ledger, seen),
    inputs: [{ name: 'secret-rules', version: rulesDigest(), publishedAt: null }],
    documents: [],
  };
}

type Entry = SecretLedger['entries'][number];

function findingOf(entry: Entry, blocks: boolean): Finding {
  const { rule, sealed, note } = entry;
  const what = note === undefined ? rule.name : `${rule.name} (${note})`;
  const message = `Found a secret, ${what}. ${rule.why}`;
  return makeFinding('secrets', {
    ...(blocks ? { blocks } : {}),
    rule: rule.name,
    severity: entry.severity,
    place: entry.place,
    offset: entry.offset,
    message,
    about: sealed === undefined ? [entry.place] : [sealed.secretHash],
    details: {
      places: entry.places,
      perDevice: rule.perDevice === true,
      ...(entry.alsoIn.length === 0 ? {} : { alsoIn: entry.alsoIn.join(', ') }),
      ...(sealed === undefined ? {} : { secretHash: sealed.secretHash, hashKind: sealed.hashKind }),
      ...(sealed === undefined || sealed.masked === '' ? {} : { masked: sealed.masked }),
    },
  });
}

function factsOf({ entries, leftOut }: SecretLedger, seen: Seen): Record<keyof typeof secretsFacts, FactValue> {
  const count = (isOne: (entry: Entry) => boolean) => entries.filter(isOne).length;
  const bySeverity = (severity: Severity) => count((entry) => entry.severity === severity);
  const keyRules = [...(secretFamilies['private keys'] ?? []), ...(secretFamilies.keystores ?? [])];
  return {
    secrets: entries.length + leftOut,
    criticalFindings: bySeverity('critical'),
    highFindings: bySeverity('high'),
    mediumFindings: bySeverity('medium'),
    lowFindings: bySeverity('low'),
    privateKeys: count(({ rule }) => keyRules.includes(rule)),
    perDeviceSecrets: count(({ rule }) => rule.perDevice === true),
    emptyPasswords: count(({ rule }) => rule === accountRules['empty-password']),
    defaultPasswords: count(({ rule }) => rule === accountRules['default-password']),
    untriedPasswords: seen.untriedPasswords,
    secretRules: [...new Set(entries.map(({ rule }) => rule.name))].sort(),
    unseenParts: seen.unseen,
  };
}

/** Of all that decides what is found and how bad it is, as far as it is data. */
function rulesDigest(): string {
  return createHash('sha256')
    .update(JSON.stringify([secretRules, knownPasswords]))
    .digest('hex');
}
