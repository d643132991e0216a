import type { AffectedFleetView, AffectedView } from '@fettle/api';
import {
  type Affected,
  type AffectedComponent,
  type AffectedFleet,
  type AffectedRelease,
  addDataSet,
  affected,
  affectedDevices,
  type Disclosure,
  discloseVulnerability,
  disclosureText,
  type FixSearch,
  type ListedDataSet,
  listDataSets,
  readQuestion,
  removeDataSet,
  setAwareness,
  type UnknownFleet,
} from '@fettle/control';
import { digest, fleetId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { instantOrNull, instantText, readInstant } from './instants.ts';
import { pageOf, viewPage, wholeList } from './page.ts';
import { policyView } from './plans.ts';

export const vulnerabilityHandlers: ManageHandlers = {
  async listDataSets({ scope, brain }) {
    return wholeList(await listDataSets(scope, brain), dataSetView);
  },
  async addDataSet({ scope, brain, body }) {
    const { sha256, kind, records, envelope = '' } = body;
    const added = await addDataSet(scope, brain, { digest: digest(sha256), kind, records, envelope });
    const listed = (await listDataSets(scope, brain)).find((one) => one.digest === added.digest);
    return dataSetView(listed ?? { ...added, isCurrent: false, claimedKeys: [] });
  },
  async removeDataSet({ scope, brain, params, body }) {
    await removeDataSet(scope, brain, { digest: digest(params.sha256), reason: body.reason });
    return undefined;
  },
  async findAffected({ scope, brain, query }) {
    return affectedView(await affected(scope, brain, { question: readQuestion(query) }));
  },
  async findAffectedInFleet({ scope, brain, params, query }) {
    const input = { question: readQuestion(query), fleet: fleetId(params.fleet) };
    return affectedView(await affected(scope, brain, input));
  },
  async listAffectedDevices({ scope, brain, params, query }) {
    const input = { question: readQuestion(query), page: pageOf(query) };
    const page = await affectedDevices(scope, brain, fleetId(params.fleet), input);
    return viewPage(page, ({ device, component, digest: sha256, counter, version }) => ({
      device,
      component,
      sha256,
      counter,
      version,
    }));
  },
  async getDisclosure({ scope, brain, params }) {
    return disclosureView(await discloseVulnerability(scope, brain, params.vulnerability));
  },
  async setAwareness({ scope, brain, params, body }) {
    const { vulnerability } = params;
    const at = readInstant(body.at, 'at');
    const said = await setAwareness(scope, brain, { vulnerability, at, reason: body.reason });
    return { ...said, at: instantText(said.at) };
  },
};

function dataSetView({ digest: sha256, kind, source, records, envelope, addedBy, isCurrent, ...more }: ListedDataSet) {
  return {
    sha256,
    kind,
    source,
    publishedAt: instantText(more.publishedAt),
    importedAt: instantText(more.importedAt),
    records,
    isSigned: envelope !== '',
    keyIds: [...more.claimedKeys],
    addedBy,
    isCurrent,
  };
}

function affectedView({ question, knowledge, sets, fleets, unknown }: Affected): AffectedView {
  return {
    vulnerability: 'vulnerability' in question ? question.vulnerability : null,
    purl: 'purl' in question ? question.purl : null,
    knowledge: knowledge && {
      names: [...knowledge.names],
      summary: knowledge.summary,
      rating: { ...knowledge.rating },
      exploited: knowledge.exploited && { ...knowledge.exploited },
      likelihood: knowledge.likelihood && { ...knowledge.likelihood },
      records: [...knowledge.records],
    },
    dataSets: sets.map((set) => set.digest),
    fleets: fleets.map(fleetView),
    unknown: unknown.map(unknownView),
  };
}

function unknownView({
  fleet,
  releaseCount,
  releases,
  strangers,
  onUnknownReleases,
  onNoRelease,
  silent,
}: UnknownFleet) {
  return {
    fleet,
    releaseCount,
    releases: releases.map(({ release: { id, version, counter, status, publishedAt }, cause, devices }) => {
      return { id, version, counter, status, publishedAt: instantText(publishedAt), why: cause, devices };
    }),
    devices: { onUnknownReleases, onNoRelease, silent },
    strangers: strangers.map(({ digest: sha256, ...one }) => ({ ...one, sha256 })),
  };
}

function fleetView({ fleet, releases, devices, fix }: AffectedFleet): AffectedFleetView {
  const { total, byType, byCountry, elsewhere, byRelease } = devices;
  return {
    fleet: fleet.id,
    devices: { total, byType: { ...byType }, byCountry: { ...byCountry }, elsewhere },
    releases: releases.map((one) => releaseView(one, byRelease.get(one.release.id) ?? 0)),
    fix: fixView(fleet.id, fix),
    noFix: fix.ok ? '' : fix.why,
  };
}

function releaseView({ release, components, isOpen }: AffectedRelease, devices: number) {
  const { id, version, counter, status, publishedAt } = release;
  const about = { id, version, counter, status, publishedAt: instantText(publishedAt), isOpen, devices };
  return { ...about, components: components.map(componentView) };
}

function componentView({ artifact, component, why, vex, isOpen }: AffectedComponent) {
  const { name, version, purl, place } = component;
  return {
    artifact,
    name,
    version,
    purl,
    place,
    why: why && { ...why, fixedIn: [...why.fixedIn], records: [...why.records] },
    vex,
    isOpen,
  };
}

function fixView(fleet: string, search: FixSearch): AffectedFleetView['fix'] {
  if (!search.ok) return null;
  const { release, unreachable, draft } = search.fix;
  const { version, group, preset, plan } = draft;
  const { policy, ...rest } = plan;
  return {
    release: release.id,
    version: release.version,
    publishedAt: instantText(release.publishedAt),
    unreachable: unreachable.map((one) => ({ ...one })),
    command: `fettle rollout start --fleet ${fleet} --version ${version} --group ${group} --preset ${preset} --draft`,
    rollout: {
      version,
      group,
      start: false,
      plan: { ...rest, phases: rest.phases.map((phase) => ({ ...phase })), policy: policyView(policy) },
    },
    preset,
  };
}

function disclosureView(disclosure: Disclosure) {
  const { vulnerability, at, clock, isExploited, unknown } = disclosure;
  return {
    vulnerability,
    at: instantText(at),
    isExploited,
    clock: {
      awareAt: instantOrNull(clock.awareAt),
      awareBy: clock.awareBy,
      reason: clock.reason,
      warningBy: instantOrNull(clock.warningBy),
      notificationBy: instantOrNull(clock.notificationBy),
      fixAvailableAt: instantOrNull(clock.fixAvailableAt),
      finalReportBy: instantOrNull(clock.finalReportBy),
    },
    affected: affectedView(disclosure.affected),
    unknown: [...unknown],
    drafts: {
      earlyWarning: disclosureText(disclosure, 'early-warning'),
      notification: disclosureText(disclosure, 'notification'),
      finalReport: disclosureText(disclosure, 'final-report'),
    },
  };
}
