import type { Client } from '@fettle/api';
import type { OnlineKeys } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { TufKey } from '@fettle/trust';
import { Ceremony, type Staged } from '../../../packages/control/test/ceremony.ts';

/** The online keys of a server, as it tells them. */
export async function onlineKeysOf(client: Client): Promise<OnlineKeys> {
  const { online } = await client.trustState();
  const key = (repository: string | null, role: string): TufKey => {
    const found = online?.find((one) => one.repository === repository && one.role === role)?.key;
    if (!found) throw new FettleError('not-found', `no online key for ${role}`);
    return { ...found, unknown: {} };
  };
  return {
    image: { snapshot: key('image', 'snapshot'), timestamp: key('image', 'timestamp') },
    director: {
      targets: key('director', 'targets'),
      snapshot: key('director', 'snapshot'),
      timestamp: key('director', 'timestamp'),
    },
    time: key(null, 'time'),
  };
}

/** Requests a change, adds its signatures, and publishes it, all through the management API. */
export async function publishStaged(client: Client, file: Staged, force = false): Promise<void> {
  const payload = Buffer.from(file.payload).toString('base64');
  const { repository, role } = file;
  const { id: change } = await client.requestTrustChange({ repository, role, payload, reason: 'a ceremony' });
  for (const { keyid, sig } of file.signatures)
    await client.signTrustChange({ change, keyid, sig, meaning: 'released' });
  await client.publishTrustChange({ change, force, reason: 'as agreed' });
}

/** Officers who have made both repositories of a server, with delegations to these fleets. */
export async function officersOf(client: Client, fleets: readonly string[]): Promise<Ceremony> {
  const officers = new Ceremony(() => Date.now());
  const online = await onlineKeysOf(client);
  await publishStaged(client, await officers.imageRoot(online));
  officers.stands('image root');
  await publishStaged(client, await officers.targets(fleets));
  officers.stands('image targets');
  await publishStaged(client, await officers.directorRoot(online));
  officers.stands('director root');
  return officers;
}
