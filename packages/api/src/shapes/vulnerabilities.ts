import { dataSetKinds, limits, presetNames, releaseStatuses } from '@fettle/model';
import { type Static, Type } from 'typebox';
import {
  count,
  deviceIdText,
  digestText,
  instant,
  madeId,
  name,
  nullable,
  oneOf,
  reasonText,
  strict,
  versionText,
} from './common.ts';
import { rolloutPlanShape } from './rollout.ts';

const most = 200;
/** `CVE-2026-1234`, `GHSA-…`, `DSA-…`. */
export const vulnerabilityId = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]{0,127}$' });

export const dataSetShape = Type.Object({
  sha256: digestText,
  kind: oneOf(dataSetKinds),
  source: Type.String(),
  publishedAt: instant,
  importedAt: instant,
  records: count,
  isSigned: Type.Boolean({ description: 'whether a signed statement came with it' }),
  keyIds: Type.Array(Type.String(), {
    description: 'keys that are said to have signed it; whose signatures count, each release policy says (`dataSets`)',
  }),
  addedBy: Type.String(),
  isCurrent: Type.Boolean({
    description: 'the newest of its kind and source: verdicts rest on it where a policy asks for no signatures',
  }),
});
export type DataSetView = Static<typeof dataSetShape>;

export const addDataSetBody = strict({
  sha256: digestText,
  kind: oneOf(dataSetKinds),
  records: count,
  envelope: Type.Optional(Type.String({ maxLength: limits.envelopeBytes, description: 'DSSE envelope, JSON text' })),
});
export const removeDataSetBody = strict({ reason: reasonText });

export const affectedQuery = strict({
  vulnerability: Type.Optional(vulnerabilityId),
  purl: Type.Optional(Type.String({ minLength: 5, maxLength: 512, description: 'with or without a version' })),
});

const texts = Type.Array(Type.String());
const counts = Type.Record(Type.String(), count);
const rating = Type.Object({
  cvss: nullable(Type.Number()),
  vector: nullable(Type.String()),
  severity: nullable(Type.String()),
});
export const knowledgeShape = Type.Object({
  names: texts,
  summary: Type.String(),
  rating,
  exploited: nullable(Type.Object({ since: Type.String(), isRansomware: Type.Boolean() })),
  likelihood: nullable(Type.Object({ probability: Type.Number(), percentile: Type.Number() })),
  records: texts,
});

export const affectedComponentShape = Type.Object({
  artifact: digestText,
  name: Type.String(),
  version: Type.String(),
  purl: Type.String(),
  place: Type.String(),
  why: nullable(
    Type.Object({
      by: oneOf(['versions', 'range', 'commit']),
      range: Type.String(),
      fixedIn: texts,
      records: texts,
      isGuess: Type.Boolean({ description: 'the order of versions is a guess, so this is one too' }),
    }),
  ),
  vex: Type.String({ description: 'not_affected, affected, fixed, under_investigation, unknown or none' }),
  isOpen: Type.Boolean({ description: 'nothing says that it does not matter' }),
});
export const affectedReleaseShape = Type.Object({
  id: madeId,
  version: versionText,
  counter: count,
  status: oneOf(releaseStatuses),
  publishedAt: instant,
  isOpen: Type.Boolean(),
  devices: count,
  components: Type.Array(affectedComponentShape),
});

export const fixShape = Type.Object({
  release: madeId,
  version: versionText,
  publishedAt: instant,
  unreachable: Type.Array(Type.Object({ type: Type.String(), counter: count, why: Type.String() })),
  command: Type.String({ description: 'makes a draft; `fettle rollout start ROLLOUT` starts it' }),
  rollout: strict({
    version: versionText,
    group: name,
    plan: rolloutPlanShape,
    start: Type.Boolean({ description: 'false: only a draft' }),
  }),
  preset: oneOf(presetNames),
});

export const affectedFleetShape = Type.Object({
  fleet: name,
  devices: Type.Object({
    total: count,
    byType: counts,
    byCountry: Type.Record(Type.String(), count, { description: 'under an empty name those that say none' }),
    elsewhere: Type.Integer({
      minimum: 0,
      description: 'devices that run the bytes of an affected artifact under another release counter',
    }),
  }),
  releases: Type.Array(affectedReleaseShape),
  fix: nullable(fixShape),
  noFix: Type.String({ description: 'why there is none' }),
});
export type AffectedFleetView = Static<typeof affectedFleetShape>;

export const unknownFleetShape = Type.Object(
  {
    fleet: name,
    releaseCount: count,
    releases: Type.Array(
      Type.Object({
        id: madeId,
        version: versionText,
        counter: count,
        status: oneOf(releaseStatuses),
        publishedAt: instant,
        why: oneOf(['never-checked', 'waiting', 'revoked']),
        devices: count,
      }),
      { description: 'of which nobody knows the components; those with most devices first, at most 100' },
    ),
    devices: Type.Object({
      onUnknownReleases: Type.Integer({ minimum: 0, description: 'run bytes of such releases' }),
      onNoRelease: Type.Integer({ minimum: 0, description: 'run bytes of no release of the fleet' }),
      silent: Type.Integer({ minimum: 0, description: 'have never said what they run' }),
    }),
    strangers: Type.Array(
      Type.Object({ component: Type.String(), sha256: digestText, counter: count, devices: count }),
      {
        description: 'what runs and is no release; most devices first, at most 20',
      },
    ),
  },
  { description: 'what the answer cannot speak of' },
);
export type UnknownFleetView = Static<typeof unknownFleetShape>;

export const affectedShape = Type.Object({
  vulnerability: nullable(Type.String()),
  purl: nullable(Type.String()),
  knowledge: nullable(knowledgeShape),
  dataSets: Type.Array(digestText),
  fleets: Type.Array(affectedFleetShape),
  unknown: Type.Array(unknownFleetShape),
});
export type AffectedView = Static<typeof affectedShape>;

export const affectedDeviceShape = Type.Object({
  device: deviceIdText,
  component: Type.String(),
  sha256: digestText,
  counter: count,
  version: nullable(versionText),
});

export const affectedDevicesQuery = strict({
  ...affectedQuery.properties,
  after: Type.Optional(Type.String({ maxLength: 256 })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageSize, default: 100 })),
});

export const awarenessBody = strict({
  at: instant,
  reason: Type.String({ minLength: 1, maxLength: most, description: 'how it became known; kept in the audit log' }),
});
export const awarenessShape = Type.Object({
  vulnerability: Type.String(),
  at: instant,
  saidBy: Type.String(),
  reason: Type.String(),
});

const when = nullable(instant);
export const disclosureShape = Type.Object({
  vulnerability: Type.String(),
  at: instant,
  isExploited: Type.Boolean(),
  clock: Type.Object({
    awareAt: when,
    awareBy: nullable(Type.String()),
    reason: Type.String(),
    warningBy: when,
    notificationBy: when,
    fixAvailableAt: when,
    finalReportBy: when,
  }),
  affected: affectedShape,
  unknown: texts,
  drafts: Type.Object({
    earlyWarning: Type.String(),
    notification: Type.String(),
    finalReport: Type.String(),
  }),
});
export type DisclosureView = Static<typeof disclosureShape>;
