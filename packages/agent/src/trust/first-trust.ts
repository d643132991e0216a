import type { Repository } from '@fettle/model';
import { type DeviceTrust, type Refused, resumeTrust, type TrustedState, trustRoot, tufLimits } from '@fettle/trust';
import type { AgentErrorCode } from '../errors.ts';
import type { Log } from '../log.ts';
import type { Transport } from '../transports/transport.ts';
import type { FileReading } from './checked-file.ts';
import type { TrustStore } from './trust-store.ts';

/** Where trust begins: root files that were provisioned, or whatever the first contact brings. */
export type FirstTrust =
  | { readonly how: 'provisioned'; readonly director: Uint8Array; readonly image: Uint8Array }
  | { readonly how: 'first-use' };

export interface FirstSetting {
  readonly first: FirstTrust;
  readonly timeFloor: number;
  readonly store: TrustStore;
  readonly transport: Pick<Transport, 'fetchMetadata'>;
  readonly log: Log;
  readonly signal: AbortSignal;
}

type Begun =
  | { readonly ok: true; readonly trust: DeviceTrust }
  | { readonly ok: false; readonly code: AgentErrorCode; readonly message: string };

/**
 * What is trusted when an update begins. Lost state falls back to the provisioned roots, which lead to the newest ones;
 * without them a pin that was lost is not made a second time by itself.
 * @throws the storage error when a first pin cannot be written
 */
export async function beginTrust(setting: FirstSetting): Promise<Begun> {
  const { first, store } = setting;
  const storedDirector = await store.readDirector();
  const storedImage = await store.readImage();
  const floor = Math.max(setting.timeFloor, storedDirector.found === 'good' ? storedDirector.value.timeFloor : 0);
  const pinDirector = (state: TrustedState) => store.saveDirector(state, floor);
  const pinImage = (state: TrustedState) => store.saveImage(state);
  const director =
    first.how === 'provisioned'
      ? resumeTrust(first.director, stateOf(storedDirector))
      : await pinned(setting, 'director', { stored: storedDirector, pin: pinDirector });
  if (!director.ok) return director;
  const image =
    first.how === 'provisioned'
      ? resumeTrust(first.image, stateOf(storedImage))
      : await pinned(setting, 'image', { stored: storedImage, pin: pinImage });
  if (!image.ok) return image;
  return { ok: true, trust: { director: director.state, image: image.state, timeFloor: floor } };
}

interface Stored {
  readonly state: TrustedState;
}

function stateOf(stored: FileReading<Stored>): TrustedState | undefined {
  return stored.found === 'good' ? stored.value.state : undefined;
}

/** The root that was pinned, or at the very first contact the first one of the repository. */
async function pinned(
  { transport, log, signal }: FirstSetting,
  repository: Repository,
  { stored, pin }: { stored: FileReading<Stored>; pin: (state: TrustedState) => Promise<void> },
): Promise<{ readonly ok: true; readonly state: TrustedState } | Refused | Extract<Begun, { ok: false }>> {
  const usable = stored.found === 'good' && trustRoot(Buffer.from(stored.value.state.root, 'utf8')).ok;
  if (usable) return { ok: true, state: stored.value.state };
  if (stored.found !== 'none') {
    const message = `The root of repository ${repository} that was pinned at first contact is lost. Provision roots.`;
    return { ok: false, code: 'state-unusable', message };
  }
  const demand = { repository, name: '1.root.json', maxBytes: tufLimits.rootBytes, signal };
  const bytes = await transport.fetchMetadata(demand).catch((error: Error) => error);
  if (bytes instanceof Error) return { ok: false, code: 'fetch-failed', message: bytes.message };
  if (bytes === 'absent') return { ok: false, code: 'metadata-absent', message: `${repository} has no 1.root.json.` };
  const trust = trustRoot(bytes);
  if (!trust.ok) return trust;
  await pin(trust.state);
  log.warn('root-pinned', { repository, version: trust.root.version });
  return trust;
}
