import type { Client } from '@fettle/api';
import { FettleError, type Repository } from '@fettle/model';
import type { TufKey } from '@fettle/trust';
import type { Context } from '../context.ts';
import type { OnlineHolders } from './next-root.ts';

/** The keys that the server's signer has for a repository, shown so that people compare them with the signer's own. */
export async function onlineHolders(context: Context, client: Client, repository: Repository): Promise<OnlineHolders> {
  const { online } = await client.trustState();
  if (!online) {
    throw new FettleError(
      'wrong-state',
      'Expected a server with a signer, it has none: nothing could be signed online.',
      {
        details: { next: 'fettle serve, with signer.socket or signer.folder set (docs/signer.md)' },
      },
    );
  }
  const key = (of: Repository | null, role: string): TufKey => {
    const found = online.find((one) => one.repository === of && one.role === role)?.key;
    if (!found) throw new FettleError('internal', `The signer has no key for ${of ?? ''} ${role}.`);
    context.note(`  online key ${of === null ? role : `${of} ${role}`}: ${found.keyid}`);
    return { ...found, unknown: {} };
  };
  context.note('Online keys as the server tells them; compare with those of the signer:');
  const isDirector = repository === 'director';
  return {
    targets: isDirector ? key(repository, 'targets') : undefined,
    snapshot: key(repository, 'snapshot'),
    timestamp: key(repository, 'timestamp'),
    time: isDirector ? key(null, 'time') : undefined,
  };
}
