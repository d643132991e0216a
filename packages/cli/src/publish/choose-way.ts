import type { FleetId } from '@fettle/model';
import type { OpenedSigner } from '@fettle/signers';
import type { Context } from '../context.ts';
import { openKey } from '../trust/open-key.ts';
import { lookUpFleet } from '../trust/public-repository.ts';
import { defaultKeyFile } from './key-file.ts';
import { manifestWay } from './manifest-way.ts';
import type { PublishWay } from './publish-way.ts';
import { targetsWay } from './targets-way.ts';

export interface WayOptions {
  readonly key?: readonly string[];
  readonly root?: string;
  readonly out?: string;
  readonly counter?: string;
  /** No key is opened: somebody else signs. */
  readonly checkOnly?: boolean;
}

/** Opens the keys, and finds out how the fleet's releases are signed. Whoever calls closes it. */
export async function chooseWay(
  context: Context,
  fleet: FleetId,
  options: WayOptions,
): Promise<{ readonly way: PublishWay | undefined; readonly close: () => Promise<void> }> {
  if (options.checkOnly) return { way: undefined, close: async () => {} };
  const { key: keys = [defaultKeyFile(context.io.env)], root, out, counter } = options;
  const signers: OpenedSigner[] = [];
  const close = async () => {
    for (const signer of signers.splice(0)) await signer.close();
  };
  try {
    for (const key of keys) signers.push(await openKey(key, context.io));
    const view = await lookUpFleet(context, fleet, { root });
    const hasOwnCounter = counter !== undefined;
    const way = view
      ? targetsWay(context, { fleet, view, signers, root, out, hasOwnCounter })
      : manifestWay(await context.client(), signers, { hasOwnCounter });
    return { way, close };
  } catch (error) {
    await close();
    throw error;
  }
}
