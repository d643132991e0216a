import { type Device, type PhaseGate, type Rollout, said } from '@fettle/model';

/** Kinds of device that are compared apart, at most. */
export const mostStrata = 64;

/** What a device is compared by, as far as it tells: its type and the revision of its hardware. */
export function fullStratum(device: Pick<Device, 'type' | 'attributes'>): string {
  const revision = said(device, 'hardware-revision');
  return revision === undefined || revision === '' ? device.type : `${device.type}/${revision}`;
}

/** The stratum of a device among those that were found when the phase was measured; its type where that is too rare. */
export function stratumOf(device: Pick<Device, 'type' | 'attributes'>, gate: PhaseGate | undefined): string {
  const full = fullStratum(device);
  return gate?.strata.includes(full) ? full : device.type;
}

/** What the gate found out when it last measured a phase; undefined before the first. */
export function phaseGateOf(rollout: Rollout): PhaseGate | undefined {
  return rollout.phases.findLast((phase) => phase.gate !== undefined)?.gate;
}
