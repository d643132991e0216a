import { join } from 'node:path';
import type { EvidenceSigner, OnlineSigner } from '@fettle/control';
import type { LogSigner } from '@fettle/trust';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config-keys.ts';
import { openFileLogSigner } from '../witness/file-log-signer.ts';
import { childSocket, createSignerChild } from './child.ts';
import { createSignerClient, type SignerClient } from './client.ts';
import { openFileEvidenceSigner } from './file-evidence-signer.ts';

/** All that signs for the server by itself. */
export interface ServerSigners {
  readonly online: OnlineSigner;
  readonly logs: LogSigner;
  readonly evidence: EvidenceSigner;
}

type Undo = (() => unknown)[];

/**
 * The signer as the server reaches it: the one that somebody runs, or else a child of this process. Neither is asked
 * or started before there is something to sign. The keys of audit log and evidence are with the one that somebody runs;
 * a child is of the same user as this process, and so they are then files in the data folder.
 */
export function openSigners(config: ServerConfig, log: Logger, undo: Undo): ServerSigners {
  const given = config['signer.socket'];
  const client = given === '' ? openChild(config, log, undo) : createSignerClient(given);
  undo.push(() => client.close());
  const keyFile = config['audit.keyFile'];
  const apart = given === '' ? undefined : client;
  return {
    online: client,
    logs: keyFile === '' && apart ? apart.logs : openLogFile(keyFile || join(config['data.dir'], 'audit.key'), undo),
    evidence: apart ? apart.evidence : openFileEvidenceSigner(join(config['data.dir'], 'evidence.key')),
  };
}

function openLogFile(file: string, undo: Undo): LogSigner {
  const signer = openFileLogSigner(file);
  undo.push(() => signer.close());
  return signer;
}

function openChild(config: ServerConfig, log: Logger, undo: Undo): SignerClient {
  const folder = config['signer.folder'] || join(config['data.dir'], 'signer');
  const socket = childSocket(folder);
  const child = createSignerChild({
    folder,
    socket,
    onComplaint: (line) => log.error({ line }, 'the signer complains'),
  });
  undo.push(() => child.close());
  return createSignerClient(socket, { prepare: () => child.ensure() });
}
