import type { AuditEventView, DeploymentView } from '@fettle/api';
import { type DeploymentStatus, deploymentTable, isFinal } from '@fettle/model';
import { agrees, type LedgerEntry, type PretendFleet } from '@fettle/simulator';
import type { ServerRecord } from './record.ts';

/** What the devices know. */
export type FleetWitness = Pick<PretendFleet, 'ledger' | 'violations'>;

/** What a test knows besides the record. */
export interface Witness {
  /** When an abort was answered, by rollout. */
  readonly abortedAt: ReadonlyMap<string, number>;
  /** What the fleet's security floor was raised to; the audit log tells when. */
  readonly floor: number;
}

/**
 * Holds the server's record against what the devices lived through and against the invariants of the design (§4).
 * @returns everything that is wrong, one sentence each; empty when all is well
 */
export function judge(record: ServerRecord, fleets: readonly FleetWitness[], witness: Witness): string[] {
  const ledger = fleets.flatMap((fleet) => fleet.ledger());
  return [
    ...fleets.flatMap(broken),
    ...lostReports(record, ledger),
    ...untoldEnds(record, ledger),
    ...stuck(record),
    ...wrongDevices(record, ledger),
    ...replay(record, witness.floor),
    ...offersAfterAbort(record, ledger, witness),
  ];
}

/** Promises that devices saw broken: wrong signatures, types, digests, downgrades, floors, offers made twice. */
function broken(fleet: FleetWitness): string[] {
  return fleet.violations().map((violation) => `A device saw: ${JSON.stringify(violation)}`);
}

/** Every acknowledged report is on record, with the status that was reported. */
function lostReports(record: ServerRecord, ledger: readonly LedgerEntry[]): string[] {
  const lost: string[] = [];
  for (const { deployment, device, acknowledged } of ledger) {
    const kept = new Map(record.reports.get(deployment)?.map((report) => [report.sequence, report.status]));
    for (const { sequence, status } of acknowledged) {
      if (kept.get(sequence) !== status) {
        lost.push(
          `${device} ${deployment}: acknowledged report ${sequence} (${status}) is ${kept.get(sequence) ?? 'lost'}.`,
        );
      }
    }
  }
  return lost;
}

/** Every deployment ended as the device really ended it. */
function untoldEnds(record: ServerRecord, ledger: readonly LedgerEntry[]): string[] {
  const wrong: string[] = [];
  const known = new Set(ledger.map(({ deployment }) => deployment));
  for (const { deployment, device, deed } of ledger) {
    const status = record.deployments.get(deployment)?.status;
    if (status === undefined) wrong.push(`${device}: deployment ${deployment} is not on record.`);
    else if (deed === null)
      wrong.push(`${device}: deployment ${deployment} is still under way, on record as ${status}.`);
    else if (!agrees(deed, status)) wrong.push(`${device}: ${deployment} was ${deed}, on record as ${status}.`);
  }
  for (const { id, device } of record.deployments.values()) {
    if (!known.has(id)) wrong.push(`${device}: deployment ${id} is on record, but no device ever had it.`);
  }
  return wrong;
}

/** Nothing is open any more, and every rollout counts what its deployments say. */
function stuck(record: ServerRecord): string[] {
  const wrong: string[] = [];
  for (const { id, status, deadlineAt } of record.deployments.values()) {
    if (!isFinal(status)) wrong.push(`${id} is stuck in ${status}.`);
    if (isFinal(status) && deadlineAt !== null) wrong.push(`${id} is ${status} and has a deadline.`);
  }
  for (const { id, openDeployment } of record.devices.values()) {
    if (openDeployment !== null) wrong.push(`${id} has ${openDeployment} open.`);
  }
  for (const rollout of record.rollouts.values()) {
    const counted = rollout.phases.reduce(
      (sum, { counts }) => sum + counts.succeeded + counts.failed + counts.neutral,
      0,
    );
    const open = rollout.phases.reduce((sum, { counts }) => sum + counts.open, 0);
    const mine = [...record.deployments.values()].filter((deployment) => deployment.rollout === rollout.id);
    const devices = new Set(mine.map(({ device }) => device)).size;
    if (open !== 0) wrong.push(`${rollout.id} counts ${open} open deployments, there are none.`);
    if (counted !== devices) wrong.push(`${rollout.id} counts ${counted} ends of ${devices} devices.`);
  }
  return wrong;
}

/** An artifact goes to its own device type only: the release of every deployment fits the device. */
function wrongDevices(record: ServerRecord, ledger: readonly LedgerEntry[]): string[] {
  const wrong: string[] = [];
  for (const { id, device, release } of record.deployments.values()) {
    const type = record.devices.get(device)?.type;
    const fits = record.releases.get(release)?.artifacts.some(({ deviceType }) => deviceType === type);
    if (!fits) wrong.push(`${device} of type ${type} was given ${id}, a release without an artifact for it.`);
  }
  for (const { device, deployment } of ledger) {
    const owner = record.deployments.get(deployment)?.device;
    if (owner !== undefined && owner !== device) wrong.push(`${device} was given ${deployment}, which is ${owner}'s.`);
  }
  return wrong;
}

/** Walks the audit log from the first event: budgets, ends and floors must have held at every single moment. */
function replay(record: ServerRecord, floor: number): string[] {
  const run = new Replay(record, floor);
  record.audit.forEach((event, index) => {
    if (event.sequence !== index + 1) run.wrong.push(`Audit event ${event.sequence} stands at place ${index + 1}.`);
    run.take(event);
  });
  for (const { id, status } of record.deployments.values()) {
    const told = run.ends.get(id);
    if (told !== status) run.wrong.push(`${id} is ${status}, the audit log says ${told ?? 'nothing'}.`);
  }
  return run.wrong;
}

class Replay {
  readonly wrong: string[] = [];
  readonly ends = new Map<string, DeploymentStatus>();
  readonly #record: ServerRecord;
  readonly #floor: number;
  #floorHolds = false;
  readonly #limits = new Map<string, number>();
  readonly #aborted = new Set<string>();
  readonly #openByRollout = new Map<string, Set<string>>();
  readonly #openByDevice = new Map<string, string>();

  constructor(record: ServerRecord, floor: number) {
    this.#record = record;
    this.#floor = floor;
  }

  take({ verb, object, reason, sequence }: AuditEventView): void {
    const [kind, id = ''] = object.split('/');
    if (verb === 'fleet.changed') this.#floorHolds = true;
    if (verb === 'rollout.aborted') this.#aborted.add(id);
    if (verb === 'rollout.phase-opened') {
      const phases = this.#record.rollouts.get(id)?.phases;
      this.#limits.set(id, phases?.find(({ name }) => reason.startsWith(`${name}:`))?.maxInFlight ?? 0);
    }
    if (kind !== 'deployment') return;
    const deployment = this.#record.deployments.get(id);
    if (!deployment) this.wrong.push(`Event ${sequence} names an unknown ${id}.`);
    else if (verb === 'deployment.offered') this.#offered(deployment, sequence);
    else if (verb === 'deployment.ended') this.#ended(deployment, /^\S+: (\w+)/.exec(reason)?.[1] as DeploymentStatus);
  }

  #offered({ id, rollout, device, release }: DeploymentView, sequence: number): void {
    const open = this.#openByRollout.get(rollout) ?? new Set();
    this.#openByRollout.set(rollout, open.add(id));
    const most = this.#limits.get(rollout) ?? 0;
    const complain = (what: string) => this.wrong.push(`Event ${sequence}: ${what}.`);
    if (open.size > most) complain(`${open.size} open in ${rollout}, at most ${most} may be`);
    if (this.#aborted.has(rollout)) complain(`${id} was offered after ${rollout} was aborted`);
    const other = this.#openByDevice.get(device);
    if (other !== undefined) complain(`${device} has ${other} open already`);
    this.#openByDevice.set(device, id);
    const counter = this.#record.releases.get(release)?.counter ?? 0;
    if (this.#floorHolds && counter < this.#floor) complain(`${id} is below the floor ${this.#floor}`);
  }

  #ended({ id, rollout, device }: DeploymentView, status: DeploymentStatus): void {
    const before = this.ends.get(id);
    if (before && !deploymentTable[before].next.includes(status)) {
      this.wrong.push(`${id} ended as ${before}, then as ${status}.`);
    }
    this.ends.set(id, status);
    this.#openByRollout.get(rollout)?.delete(id);
    if (this.#openByDevice.get(device) === id) this.#openByDevice.delete(device);
  }
}

/** A device that asked after the abort was answered got nothing of that rollout. */
function offersAfterAbort(record: ServerRecord, ledger: readonly LedgerEntry[], { abortedAt }: Witness): string[] {
  const wrong: string[] = [];
  for (const { deployment, device, askedAt, version } of ledger) {
    const rollout = record.deployments.get(deployment)?.rollout ?? '';
    const ended = abortedAt.get(rollout);
    // An empty version: the device never saw the offer, it only confirmed the abort.
    if (ended !== undefined && askedAt > ended && version !== '') {
      wrong.push(`${device} was offered ${deployment} ${askedAt - ended} ms after ${rollout} was aborted.`);
    }
  }
  return wrong;
}
