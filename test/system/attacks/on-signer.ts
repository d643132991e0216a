import { join } from 'node:path';
import { tenantId } from '@fettle/model';
import { encodeMetadata, fileMetaOf, openMetadata } from '@fettle/trust';
import { childSocket } from '../../../packages/server/src/signer/child.ts';
import { createSignerClient, type SignerClient } from '../../../packages/server/src/signer/client.ts';
import { byHand, type HandAttack, refusalOf } from './by-hand.ts';
import { fleet } from './forger.ts';
import type { Stage } from './stage.ts';

const of = { tenant: tenantId('default'), repository: 'image', role: 'timestamp' } as const;
const loot = 'the API process: it may ask the signer';

/** Who may ask the signer gets nothing twice and nothing anew. */
export const attacksOnSigner: readonly HandAttack[] = [
  byHand('a replayed signature request of an earlier version', 'signing-refused: version-not-next', {
    with: loot,
    attempt: (stage) =>
      asThief(stage, async (signer) => {
        const payload = signedBytes((await stage.forger().image()).timestamp.bytes);
        await stage.release(nextVersion());
        return await refusalOf(signer.sign({ of, payload }));
      }),
  }),
  byHand('other contents under the version that was signed last', 'signing-refused: already-signed-otherwise', {
    with: loot,
    attempt: (stage) =>
      asThief(stage, async (signer) => {
        const { timestamp } = await stage.forger().image();
        const expiresAt = timestamp.metadata.expiresAt - 1_000;
        return await refusalOf(signer.sign({ of, payload: encodeMetadata({ ...timestamp.metadata, expiresAt }) }));
      }),
  }),
  byHand('the last signature request once more', 'the very same signature', {
    with: loot,
    attempt: (stage) =>
      asThief(stage, async (signer) => {
        const { bytes } = (await stage.forger().image()).timestamp;
        const read = openMetadata(bytes);
        if (!read.ok) throw new Error(read.message);
        const again = await signer.sign({ of, payload: read.file.signedBytes });
        return read.file.signatures.some(({ sig }) => sig === again.sig) ? 'the very same signature' : 'another one';
      }),
  }),
  byHand(
    'metadata of the next version that nobody asked for, kept for later',
    'signing-refused: expiry-out-of-bounds',
    {
      with: loot,
      attempt: (stage) =>
        asThief(stage, async (signer) => {
          const { timestamp } = await stage.forger().image();
          const { metadata } = timestamp;
          const hoard = {
            ...metadata,
            version: metadata.version + 1,
            expiresAt: metadata.expiresAt + 365 * 86_400_000,
          };
          return await refusalOf(signer.sign({ of, payload: encodeMetadata(hoard) }));
        }),
    },
  ),
  byHand('a snapshot of a release that is never published, to hold up those that come', 'the next one is published', {
    with: `${loot}; a file that the team has signed`,
    attempt: (stage) =>
      asThief(stage, async (signer) => {
        const text = await stage.signRelease(nextVersion(), stage.officers.keysOfFleet(fleet));
        const { snapshot, fleet: standing } = await stage.forger().image();
        const version = standing.metadata.version + 1;
        const meta = new Map(snapshot.metadata.meta).set(fleet, fileMetaOf(version, Buffer.from(text)));
        const ofSnapshot = { ...of, role: 'snapshot' } as const;
        const next = { ...snapshot.metadata, version: (await signer.lastVersion(ofSnapshot)) + 1, meta };
        const evidence = [{ repository: 'image', role: fleet, version, text }] as const;
        await signer.sign({ of: ofSnapshot, payload: encodeMetadata(next), evidence });
        // Of another fleet: there the first one's file is listed as it stands, which is older than what was signed.
        await stage.release(nextVersion(), {}, 'kettle');
        const now = (await stage.forger().image()).snapshot.metadata;
        return now.version === next.version + 1 ? 'the next one is published' : `snapshot ${now.version}`;
      }),
  }),
];

async function asThief(stage: Stage, attempt: (signer: SignerClient) => Promise<string>): Promise<string> {
  const signer = createSignerClient(childSocket(join(stage.server.dataDir, 'signer')));
  try {
    return await attempt(signer);
  } finally {
    signer.close();
  }
}

let releases = 0;
/** A version that no release has yet. */
export function nextVersion(): string {
  releases += 1;
  return `5.0.${releases}`;
}

function signedBytes(bytes: Uint8Array): Uint8Array {
  const read = openMetadata(bytes);
  if (!read.ok) throw new Error(read.message);
  return read.file.signedBytes;
}
