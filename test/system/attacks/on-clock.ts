import { signTime } from '@fettle/trust';
import { newSigners } from '../../../packages/control/test/ceremony.ts';
import { type Attack, attack } from './attack.ts';
import { type Forger, signed } from './forger.ts';

const dayMs = 86_400_000;

/** Devices whose clock begins in 1970 at every start, and so know the time only by what was signed. */
export const attacksOnClock: readonly Attack[] = [
  attack('1970: a director that is frozen, with the true time', 'metadata-expired', {
    with: 'the key of the timestamp, kept for a day',
    director: frozen,
  }),
  attack('1970: a director that is frozen, and the time by a stranger', 'time-unproven', {
    with: 'the key of the timestamp, kept for a day',
    director: frozen,
    time: (_, nonce) => tell(nonce, newSigners(1)),
  }),
  attack('1970: a director that is frozen, and the stolen time key says 1970 too', 'time-unproven', {
    with: 'the key of the timestamp, kept for a day, and the time key',
    director: frozen,
    time: (forger, nonce) => tell(nonce, [forger.keys.time]),
  }),
  attack('1970: a timestamp of the image repository that ended yesterday', 'metadata-expired', {
    with: 'the key of the timestamp, kept for a day',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const made = { ...timestamp.metadata, expiresAt: yesterday() };
      return new Map([['timestamp.json', await signed(made, forger.keys['image-timestamp'])]]);
    },
  }),
];

async function frozen(forger: Forger, token: string) {
  const { timestamp } = await forger.director(token);
  const made = { ...timestamp.metadata, expiresAt: yesterday() };
  return new Map([['timestamp.json', await signed(made, forger.keys['director-timestamp'])]]);
}

async function tell(nonce: string, signers: ReturnType<typeof newSigners>): Promise<Uint8Array> {
  const [signer] = signers;
  if (!signer) throw new Error('A key is needed.');
  return await signTime(nonce, 5_000, signer);
}

function yesterday(): number {
  return Math.floor((Date.now() - dayMs) / 1_000) * 1_000;
}
