import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { FettleError, type Instant } from '@fettle/model';

export interface ServerCertificate {
  readonly subject: string;
  readonly expiresAt: Instant;
}

const longestMs = 10_000;

/**
 * Looks at the certificate that a server shows; undefined for a server without TLS.
 * @throws FettleError `overloaded` when it does not answer
 */
export async function serverCertificate(server: string, signal: AbortSignal): Promise<ServerCertificate | undefined> {
  const { protocol, hostname, port } = new URL(server);
  if (protocol !== 'https:') return undefined;
  const host = hostname.replace(/^\[|\]$/g, '');
  const shown = Promise.withResolvers<ServerCertificate>();
  // Its date is read, nothing is said to it: whether it is the right one is for the calls that send a token.
  const options = { host, port: Number(port || 443), rejectUnauthorized: false };
  const socket = connect({ ...options, ...(isIP(host) === 0 ? { servername: host } : {}) }, () => {
    const { subject, valid_to: until } = socket.getPeerCertificate();
    const name = subject?.CN;
    shown.resolve({ subject: (Array.isArray(name) ? name[0] : name) ?? host, expiresAt: Date.parse(until) });
  });
  const refuse = (cause: unknown) => {
    shown.reject(new FettleError('overloaded', `${server} shows no certificate: ${String(cause)}`, { cause }));
  };
  const stop = () => refuse(signal.reason);
  socket.setTimeout(longestMs, () => refuse('no answer'));
  socket.once('error', refuse);
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await shown.promise;
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
}
