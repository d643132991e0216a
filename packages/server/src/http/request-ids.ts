import { randomBytes } from 'node:crypto';

/** Makes ids of requests: unique over restarts, cheap, in order. */
export function createRequestIds(): () => string {
  const boot = randomBytes(5).toString('hex');
  let count = 0;
  return () => `req-${boot}-${(++count).toString(36)}`;
}
