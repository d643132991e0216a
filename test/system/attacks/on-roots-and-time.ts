import { type RootMetadata, signTime, tufKeyOf, wireName } from '@fettle/trust';
import { newSigners } from '../../../packages/control/test/ceremony.ts';
import { type Attack, attack } from './attack.ts';
import { type Forged, type Forger, signed } from './forger.ts';

const dayMs = 86_400_000;

/** Nobody but a threshold of officers changes who may sign; no clock and no time key makes old things new. */
export const attacksOnRootsAndTime: readonly Attack[] = [
  attack('a new image root by one officer of two', 'root-signatures-missing', {
    with: 'all online keys, one root officer',
    image: async (forger) => {
      const [officer] = forger.officers.rootOfficers;
      if (!officer) throw new Error('An officer is needed.');
      const { root } = await forger.image();
      return await nextRoot(root.metadata, [officer]);
    },
  }),
  attack("a new director root by the image repository's officers", 'root-signatures-missing', {
    with: 'all online keys, all root officers of the image repository',
    director: async (forger, token) => {
      const { root } = await forger.director(token);
      return await nextRoot(root.metadata, forger.officers.rootOfficers);
    },
  }),
  attack('a new image root by officers whose keys were taken out of use', 'root-signatures-missing', {
    with: 'all online keys, all former root officers',
    image: async (forger) => {
      const { root } = await forger.image();
      return await nextRoot(root.metadata, forger.formerOfficers);
    },
  }),
  attack('the same root once more under the next number', 'root-version-wrong', {
    with: 'nothing more',
    image: async (forger) => {
      const { root } = await forger.image();
      return new Map([[wireName('root', root.metadata.version + 1), root.bytes]]);
    },
  }),
  attack('forged time: a stranger says it is last week, for a director that is frozen', 'metadata-expired', {
    with: 'the key of the timestamp, kept for a day',
    time: (_, nonce) => tell(nonce, Date.now() - 7 * dayMs, newSigners(1)),
    director: frozen,
  }),
  attack('the stolen time key says it is last week, for a director that is frozen', 'metadata-expired', {
    with: 'the time key, and the key of the timestamp, kept for a day',
    time: (forger, nonce) => tell(nonce, Date.now() - 7 * dayMs, [forger.keys.time]),
    director: frozen,
  }),
  attack('a replayed answer to another nonce, for a director that is frozen', 'metadata-expired', {
    with: 'the key of the timestamp, kept for a day',
    time: (forger) => tell('ab'.repeat(32), Date.now() - 2 * dayMs, [forger.keys.time]),
    director: frozen,
  }),
];

async function nextRoot(root: RootMetadata, signers: ReturnType<typeof newSigners>): Promise<Forged> {
  const own = newSigners(1);
  const keys = new Map([
    ...root.keys,
    ...own.map(({ publicKey }) => tufKeyOf(publicKey)).map((key) => [key.keyid, key] as const),
  ]);
  const role = { keyids: own.map(({ publicKey }) => tufKeyOf(publicKey).keyid), threshold: 1 };
  const made = { ...root, version: root.version + 1, keys, roles: { ...root.roles, root: role, targets: role } };
  return new Map([[wireName('root', made.version), await signed(made, ...signers, ...own)]]);
}

async function frozen(forger: Forger, token: string): Promise<Forged> {
  const { timestamp } = await forger.director(token);
  const expiresAt = Math.floor((Date.now() - dayMs) / 1_000) * 1_000;
  const made = await signed({ ...timestamp.metadata, expiresAt }, forger.keys['director-timestamp']);
  return new Map([['timestamp.json', made]]);
}

async function tell(nonce: string, instant: number, signers: ReturnType<typeof newSigners>): Promise<Uint8Array> {
  const [signer] = signers;
  if (!signer) throw new Error('A key is needed.');
  return await signTime(nonce, Math.floor(instant / 1_000) * 1_000, signer);
}
