import {
  type CheckView,
  gateReportView,
  type ReleasePolicyView,
  type StageVerdictView,
  type WaiverView,
} from '@fettle/api';
import {
  addWaiver,
  checkReports,
  getCheck,
  getEvidence,
  getReleasePolicy,
  listChecks,
  listWaivers,
  requestCheck,
  revokeWaiver,
  setReleasePolicy,
  supplyEvidence,
  tryReleasePolicy,
  type ValidWaiver,
} from '@fettle/control';
import {
  checkId,
  digest,
  fleetId,
  type Release,
  type ReleaseCheck,
  type ReleasePolicy,
  type StageVerdict,
} from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { instantOrNull, instantText } from './instants.ts';
import { pageOf, viewPage, wholeList } from './page.ts';

export const checkHandlers: ManageHandlers = {
  async getReleasePolicy({ scope, brain, params }) {
    return policyAnswer(await getReleasePolicy(scope, brain, fleetId(params.fleet)));
  },
  async setReleasePolicy({ scope, brain, params, body }) {
    return policyAnswer(await setReleasePolicy(scope, brain, fleetId(params.fleet), body.policy ?? undefined));
  },
  async tryReleasePolicy({ scope, brain, params, body }) {
    const { tried, neverChecked } = await tryReleasePolicy(scope, brain, fleetId(params.fleet), body.policy);
    const stages = (found: readonly StageVerdict[]) => found.map(stageView);
    return {
      tried: tried.map(({ version, before, after }) => ({ version, before: stages(before), after: stages(after) })),
      neverChecked,
    };
  },
  async supplyEvidence({ scope, brain, params, body }) {
    const { kind, digest: sha256, sizeBytes } = await supplyEvidence(scope, brain, fleetId(params.fleet), body);
    return { kind, sha256, sizeBytes };
  },
  async getEvidence({ scope, brain, params }) {
    const found = await getEvidence(scope, brain, fleetId(params.fleet), digest(params.sha256));
    return { sha256: found.digest, kind: found.kind, mediaType: found.mediaType, text: found.text };
  },
  async requestCheck({ scope, brain, params, body, reply }) {
    const { version, artifacts, supplied = [], anew = false } = body;
    const { check, created } = await requestCheck(scope, brain, fleetId(params.fleet), {
      version,
      artifacts: artifacts.map(({ sha256, ...place }) => ({ ...place, digest: sha256 })),
      supplied: supplied.map(({ kind, sha256 }) => ({ kind, digest: sha256 })),
      anew,
    });
    if (!created) reply.code(200);
    return { check: checkView(check), created };
  },
  async listChecks({ scope, brain, params, query }) {
    return viewPage(await listChecks(scope, brain, fleetId(params.fleet), pageOf(query)), checkView);
  },
  async getCheck({ scope, brain, params }) {
    return checkView(await getCheck(scope, brain, fleetId(params.fleet), checkId(params.check)));
  },
  async getCheckReports({ scope, brain, params }) {
    const { check, reports } = await checkReports(scope, brain, fleetId(params.fleet), checkId(params.check));
    const views = reports.flatMap(({ artifact, reports }) => reports.map((report) => gateReportView(artifact, report)));
    const records = check.records.map(({ digest: sha256, ...record }) => ({ ...record, sha256 }));
    return { check: checkView(check), reports: views, records };
  },
  async listWaivers({ scope, brain, params }) {
    return wholeList(await listWaivers(scope, brain, fleetId(params.fleet)), waiverView);
  },
  async addWaiver({ scope, brain, params, body }) {
    const added = await addWaiver(scope, brain, fleetId(params.fleet), body.envelope);
    return { sha256: added.digest, expiresAt: instantText(added.expiresAt) };
  },
  async revokeWaiver({ scope, brain, params, body }) {
    const which = { digest: digest(params.sha256), reason: body.reason };
    await revokeWaiver(scope, brain, fleetId(params.fleet), which);
    return undefined;
  },
};

function policyAnswer(policy: ReleasePolicy | undefined): { policy: ReleasePolicyView | null } {
  if (!policy) return { policy: null };
  const { stages, settings, waivers, dataSets, onNewFindings } = policy;
  return {
    policy: {
      stages: stages.map(({ stage, groups, demands, approvals }) => ({
        stage,
        groups: [...groups],
        demands: demands.map((demand) => ({ ...demand })),
        approvals: approvals.map((approval) => ({ ...approval })),
      })),
      settings: settings as ReleasePolicyView['settings'],
      waivers: { keys: [...waivers.keys], threshold: waivers.threshold },
      ...(dataSets ? { dataSets: { keys: [...dataSets.keys], threshold: dataSets.threshold } } : {}),
      onNewFindings,
    },
  };
}

function checkView(check: ReleaseCheck): CheckView {
  const { id, fleet, version, status, statusReason, policyDigest, requestedBy } = check;
  return {
    id,
    fleet,
    version,
    artifacts: check.artifacts.map(({ digest: sha256, ...artifact }) => ({ ...artifact, sha256 })),
    supplied: check.supplied.map(({ kind, digest: sha256 }) => ({ kind, sha256 })),
    status,
    statusReason,
    policyDigest,
    stages: check.stages.map(stageView),
    requestedBy,
    createdAt: instantText(check.createdAt),
    startedAt: instantOrNull(check.startedAt),
    endedAt: instantOrNull(check.endedAt),
  };
}

export function clearanceView({ clearance }: Release) {
  if (!clearance) return null;
  const { check, policyDigest, stages, at } = clearance;
  return { check, policyDigest, stages: stages.map(stageView), at: instantText(at) };
}

export function stageView({ stage, verdict, gates }: StageVerdict): StageVerdictView {
  return { stage, verdict, gates: gates.map((gate) => ({ ...gate, open: { ...gate.open } })) };
}

function waiverView({ stored, waiver, signedBy }: ValidWaiver): WaiverView {
  const { gate, rule, fingerprint = null, place = null, reason, author } = waiver;
  return {
    sha256: stored.digest,
    gate,
    rule,
    fingerprint,
    place,
    reason,
    author,
    signedBy: [...signedBy],
    issuedAt: instantText(waiver.issuedAt),
    expiresAt: instantText(waiver.expiresAt),
  };
}
