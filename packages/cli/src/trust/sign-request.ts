import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { FettleError } from '@fettle/model';
import type { Context } from '../context.ts';
import { examineChange } from './examine-change.ts';
import { sayFirstTrust } from './first-trust.ts';
import { keepPin, pinFile, readPin } from './pins.ts';
import { readRequest, sha256, writeSignature } from './request-file.ts';
import { shownChange } from './show-change.ts';
import { type SignOptions, signChange } from './sign-change.ts';

export interface RequestSigning extends SignOptions {
  readonly root?: string | undefined;
  /** Where the signature goes; it must not exist. */
  readonly out: string;
}

/**
 * Signs a `.tosign` file without a network: what it changes is found out here, from the payload and from files that the
 * root trusted on this machine proves; what the request says of itself is not believed.
 */
export async function signRequestFile(context: Context, text: string, options: RequestSigning): Promise<void> {
  const now = Date.now();
  const { env } = context.io;
  const request = readRequest(text, now);
  const { repository, role, origin, payload, evidence } = request;
  const name = { origin, repository };
  const pinned = await readPin(env, name);
  const trusted = options.root === undefined ? pinned : await readFile(resolve(options.root), 'utf8');
  const examined = examineChange({ repository, role, payload }, evidence, { trusted, now });
  if (examined.next.version !== request.version) {
    throw new FettleError(
      'digest-mismatch',
      `The request says version ${request.version}, its payload ${examined.next.version}.`,
    );
  }
  if (examined.root && trusted === undefined) {
    const { root, fingerprint } = examined.root;
    const shown = { name, version: root.version, fingerprint, shownBy: 'the request', file: pinFile(env, name) };
    sayFirstTrust(context, shown);
  }
  const about = { ...request, id: request.change, payload };
  const shown = shownChange(about, examined, new Set());
  const signature = await signChange(context, { payload, examined, shown, signed: new Set() }, options);
  const { keyid, sig, meaning } = signature;
  const signer = env.USER ?? env.LOGNAME ?? 'unnamed';
  await writeNew(
    options.out,
    writeSignature({ requestSha256: sha256(text), change: request.change, keyid, sig, signer, meaning, time: now }),
  );
  if (examined.root) await keepPin(env, name, examined.root.text);
  context.say({ ...shown, keyid, meaning, file: options.out }, (style) => `${style.good('signed')} in ${options.out}`);
  context.note(`next: carry it back, then fettle root import ${options.out}`);
}

async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx', 0o644);
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
