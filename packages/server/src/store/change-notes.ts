import type { Reads, Writes } from '@fettle/control';
import type { DeviceId, FleetId, RolloutId, TenantId } from '@fettle/model';

/** What a commit changed of that which other processes may keep in memory. */
export interface ChangeNotice {
  readonly tenant: TenantId;
  /** Fleets of which anything but counts changed. */
  readonly structure: readonly FleetId[];
  /** Rollouts whose counts changed, by fleet. */
  readonly counts: Readonly<Record<FleetId, readonly RolloutId[]>>;
  /** Devices whose record was written. */
  readonly devices: readonly DeviceId[];
  /** Nobody knows what changed: everything of the tenant may have. */
  readonly everything: boolean;
}

/** Devices of one commit that are told one by one; when more were written, everything is forgotten. */
const mostDevices = 4_000;

/** Collects what was written in one transaction, or by one caller of it. */
export class ChangeNotes {
  readonly structure = new Set<FleetId>();
  readonly counts = new Map<FleetId, Set<RolloutId>>();
  readonly devices = new Set<DeviceId>();
  everything = false;

  clear(): void {
    this.structure.clear();
    this.counts.clear();
    this.devices.clear();
    this.everything = false;
  }

  addCounts(fleet: FleetId, rollouts: Iterable<RolloutId>): void {
    const known = this.counts.get(fleet) ?? new Set();
    for (const rollout of rollouts) known.add(rollout);
    this.counts.set(fleet, known);
  }

  /** Takes over what another has collected. */
  add(other: ChangeNotes): void {
    for (const fleet of other.structure) this.structure.add(fleet);
    for (const [fleet, rollouts] of other.counts) this.addCounts(fleet, rollouts);
    for (const device of other.devices) this.devices.add(device);
    this.everything ||= other.everything || this.devices.size > mostDevices;
  }

  get isEmpty(): boolean {
    return !this.everything && this.structure.size + this.counts.size + this.devices.size === 0;
  }
}

type Change = Exclude<keyof Writes, keyof Reads>;
type Noting = {
  readonly [K in Change]: ((notes: Noter, ...asked: Parameters<Writes[K]>) => void) | null;
};

/** Fleets of rollouts, which never change theirs; learned from whatever passes by. */
const fleetOf = new Map<RolloutId, FleetId>();
const mostFleetsKnown = 10_000;

class Noter {
  readonly notes: ChangeNotes;
  constructor(notes: ChangeNotes) {
    this.notes = notes;
  }

  structure(fleet: FleetId): void {
    this.notes.structure.add(fleet);
  }

  device(id: DeviceId): void {
    this.notes.devices.add(id);
  }

  counts(rollout: RolloutId): void {
    const fleet = fleetOf.get(rollout);
    if (fleet === undefined) this.notes.everything = true;
    else this.notes.addCounts(fleet, [rollout]);
  }

  learn({ id, fleet }: { readonly id: RolloutId; readonly fleet: FleetId }): void {
    if (fleetOf.size >= mostFleetsKnown) fleetOf.clear();
    fleetOf.set(id, fleet);
  }
}

/** What each way to write changes of that which is kept in memory; null: nothing. The compiler sees that none is missing. */
const noting: Noting = {
  insertFleet: (noter, fleet) => noter.structure(fleet.id),
  updateFleet: (noter, fleet) => noter.structure(fleet.id),
  saveGroup: (noter, group) => noter.structure(group.fleet),
  deleteGroup: (noter, fleet) => noter.structure(fleet),
  insertClaimToken: null,
  updateClaimToken: null,
  insertOperatorToken: null,
  revokeOperatorToken: null,
  savePublisher: null,
  deletePublisher: null,
  useTokenId: null,
  revokePublisherTokens: null,
  deleteEndedTokens: null,
  insertArtifact: null,
  insertUpload: null,
  updateUpload: null,
  deleteUpload: null,
  insertRelease: (noter, release) => noter.structure(release.fleet),
  updateRelease: (noter, release) => noter.structure(release.fleet),
  insertRollout: (noter, rollout) => {
    noter.learn(rollout);
    noter.structure(rollout.fleet);
  },
  updateRollout: (noter, rollout) => noter.structure(rollout.fleet),
  addCounts: (noter, rollout) => noter.counts(rollout),
  addStart: (noter, rollout) => noter.counts(rollout),
  insertHold: (noter, hold) => noter.structure(hold.fleet),
  deleteHold: (noter) => {
    noter.notes.everything = true;
  },
  saveSegmentSearch: null,
  saveGateState: null,
  addGateTotals: null,
  saveGateWindow: null,
  deleteGateWindow: null,
  insertGateEvent: null,
  forgetGateWindows: null,
  insertDevice: (noter, device) => noter.device(device.id),
  updateDevice: (noter, device) => noter.device(device.id),
  deleteDevice: (noter, device) => noter.device(device),
  insertDeployment: (noter, { rollout, fleet }) => noter.learn({ id: rollout, fleet }),
  updateDeployment: (noter, { rollout, fleet }) => noter.learn({ id: rollout, fleet }),
  insertReport: null,
  appendAudit: null,
  demandTerm: null,
  setNoticesTold: null,
  insertTrustFile: null,
  insertTrustChange: null,
  updateTrustChange: null,
  insertTrustSignature: null,
  saveDirectorSet: null,
  insertCheck: null,
  updateCheck: null,
  keepEvidence: null,
  insertDataSet: null,
  deleteDataSet: null,
  insertComponents: null,
  deleteComponents: null,
  saveReleaseWatch: null,
  saveFinding: null,
  deleteFinding: null,
  saveAwareness: null,
  insertWaiver: null,
  revokeWaiver: null,
  insertPerson: null,
  updatePerson: null,
  insertPersonToken: null,
  deletePersonToken: null,
  deletePersonTokens: null,
  deleteExpiredPersonTokens: null,
};

/** The same ways to read and write, with notes taken of what is written. */
export function noteWrites(writes: Writes, notes: ChangeNotes): Writes {
  const noter = new Noter(notes);
  const noted: PropertyDescriptorMap = {};
  for (const [name, note] of Object.entries(noting)) {
    if (note === null) continue;
    const write = Reflect.get(writes, name) as (...asked: unknown[]) => unknown;
    const value = (...asked: unknown[]): unknown => {
      (note as (noter: Noter, ...asked: unknown[]) => void)(noter, ...asked);
      return write.apply(writes, asked);
    };
    noted[name] = { value };
  }
  noted.rollout = {
    value: async (id: RolloutId) => {
      const found = await writes.rollout(id);
      if (found) noter.learn(found);
      return found;
    },
  };
  return Object.create(writes, noted) as Writes;
}
