import { createPublicKey } from 'node:crypto';
import { errorOf } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Context } from '../context.ts';

/** The largest kind of public key in PEM has less than 3 kB. */
const mostBytes = 16_384;

/** The key that the server seals dossiers and signs evidence with, as it says itself. */
export async function fetchEvidenceKey({ settings, io }: Context): Promise<{ readonly publicKeyPem: string }> {
  const { server = '', token = '' } = await settings();
  const response = await fetch(`${server.replace(/\/+$/, '')}/api/v1/evidence-key`, {
    headers: { authorization: `Bearer ${token}` },
    signal: io.signal,
    redirect: 'error',
  });
  if (!response.ok) throw await errorOf(response);
  const bytes = await response.bytes();
  try {
    if (bytes.length > mostBytes) throw new Error('too long');
    const key = createPublicKey(Buffer.from(bytes).toString('utf8'));
    return { publicKeyPem: key.export({ format: 'pem', type: 'spki' }).toString() };
  } catch (cause) {
    throw new FettleError('invalid-input', 'Expected a public key in PEM from the server, found something else.', {
      cause,
    });
  }
}
