import { randomBytes } from 'node:crypto';
import { componentName, deviceId, deviceType, fleetId, type Repository } from '@fettle/model';
import type { native } from '@fettle/protocol';
import {
  type DeviceFacts,
  type DeviceTrust,
  type DeviceVerdict,
  type FetchMetadata,
  isWorthWaiting,
  updateDevice,
  type VerifiedAssignment,
} from '@fettle/trust';
import type { Clock } from '../clock.ts';
import { errorCode, isNoSpace } from '../disk.ts';
import type { AgentErrorCode } from '../errors.ts';
import { currentCounterOf } from '../journal.ts';
import type { Log } from '../log.ts';
import type { Transport } from '../transports/transport.ts';
import { beginTrust, type FirstTrust } from './first-trust.ts';
import type { Opening, OpeningDemand, ReleaseOpener } from './release-opener.ts';
import type { TrustStore } from './trust-store.ts';

export interface RepositoriesSetting {
  readonly fleet: string;
  readonly device: string;
  readonly deviceType: string;
  readonly hardwareRevision: string | null;
  readonly components: readonly string[];
  readonly first: FirstTrust;
  /** No time before this is believed: when the image of this device was built. */
  readonly timeFloor: number;
  /** Updates in a row that cannot fetch what they need before the deployment fails. */
  readonly attempts: number;
  readonly store: TrustStore;
  readonly transport: Pick<Transport, 'fetchMetadata' | 'askTime'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}

/** Metadata of one update that takes longer is left for the next one. */
const wholeMs = 900_000;

/** Releases are targets that both repositories name; whatever else an offer says of them is not looked at. */
export function repositoriesOpener(setting: RepositoriesSetting): ReleaseOpener {
  let failures = 0;
  const refuse = ({ code, message }: { readonly code: AgentErrorCode; readonly message: string }): Opening => {
    // The server may be on its way back, or the agent on its way down: the offer stands until it is found to be wrong.
    const waits = setting.signal.aborted || (isWorthWaiting(code) && ++failures < setting.attempts);
    if (waits) return { ok: false, code, message, later: true };
    failures = 0;
    return { ok: false, code, message };
  };
  return {
    origin: setting.first.how,
    async open(offer, demand) {
      try {
        const begun = await beginTrust(setting);
        if (!begun.ok) return refuse(begun);
        const verdict = await update(setting, begun.trust, demand);
        if (verdict.time?.problem) setting.log.warn('signed-time', { problem: verdict.time.problem });
        if (!verdict.ok) return refuse(verdict);
        failures = 0;
        return openAssignment(verdict, offer);
      } catch (error) {
        if (errorCode(error) === undefined) throw error;
        const message = `What is trusted cannot be written down: ${(error as Error).message}`;
        return refuse({ code: isNoSpace(error) ? 'no-space' : 'storage-failed', message });
      }
    },
  };
}

function update(setting: RepositoriesSetting, trust: DeviceTrust, demand: OpeningDemand): Promise<DeviceVerdict> {
  const { transport, clock, store, fleet, signal } = setting;
  const endMs = clock.monotonicMs() + wholeMs;
  const fetch =
    (repository: Repository): FetchMetadata =>
    (name, maxBytes) => {
      if (clock.monotonicMs() > endMs) throw new Error(`The update took over ${wholeMs / 60_000} minutes.`);
      return transport.fetchMetadata({ repository, name, maxBytes, signal });
    };
  let stored = trust;
  return updateDevice(trust, {
    fleet: fleetId(fleet),
    device: factsOf(setting, demand),
    fetchDirector: fetch('director'),
    fetchImage: fetch('image'),
    nonce: randomBytes(32).toString('hex'),
    askTime: (nonce) => transport.askTime(nonce),
    clock: clock.now(),
    keep: async (newer) => {
      await store.save(stored, newer);
      stored = newer;
    },
  });
}

function factsOf(setting: RepositoriesSetting, { journal, booted }: OpeningDemand): DeviceFacts {
  const releaseCounter = currentCounterOf(journal, booted);
  const { floor } = journal;
  return {
    id: deviceId(setting.device),
    type: deviceType(setting.deviceType),
    hardwareRevision: setting.hardwareRevision,
    components: setting.components.map((name) => {
      return { component: componentName(name), serial: name, releaseCounter, floor };
    }),
  };
}

function openAssignment({ assigned, manifest }: VerifiedAssignment, offer: native.OfferMessage): Opening {
  if (!manifest) {
    const message = 'The server offers a release, the director assigns none to this device.';
    return { ok: false, code: 'not-assigned', message };
  }
  const strange = assigned.find(({ assign }) => (assign.deployment ?? offer.deployment) !== offer.deployment);
  if (strange) {
    const message = `The director assigns for deployment ${strange.assign.deployment}, ${offer.deployment} was offered.`;
    return { ok: false, code: 'not-assigned', message };
  }
  const nativeSignatures: Record<string, string> = {};
  for (const { match } of assigned) {
    if (match.nativeSignature !== undefined) nativeSignatures[match.component] = match.nativeSignature;
  }
  const securityFloor = Math.max(...assigned.map(({ floor }) => floor));
  return { ok: true, manifest, securityFloor, nativeSignatures };
}
