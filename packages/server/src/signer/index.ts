import { join } from 'node:path';
import type { OnlineSigner } from '@fettle/control';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config-keys.ts';
import { childSocket, createSignerChild } from './child.ts';
import { createSignerClient } from './client.ts';

/**
 * The signer as the server reaches it: the one that somebody runs, or else a child of this process. Neither is asked
 * or started before the first tenant has a repository.
 */
export function openOnlineSigner(config: ServerConfig, log: Logger, undo: (() => unknown)[]): OnlineSigner {
  const given = config['signer.socket'];
  if (given !== '') {
    const client = createSignerClient(given);
    undo.push(() => client.close());
    return client;
  }
  const folder = config['signer.folder'] || join(config['data.dir'], 'signer');
  const socket = childSocket(folder);
  const child = createSignerChild({
    folder,
    socket,
    onComplaint: (line) => log.error({ line }, 'the signer complains'),
  });
  undo.push(() => child.close());
  const client = createSignerClient(socket, { prepare: () => child.ensure() });
  undo.push(() => client.close());
  return client;
}
