import { FettleError } from '@fettle/model';

/**
 * Refuses what no request could be sent to, before anything is tried and tried again.
 * @throws FettleError `invalid-input`
 */
export function demandServerUrl(server: string): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  const isWeb = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (isWeb && url?.username === '' && url.password === '') return;
  // What has a password in it is not shown again.
  const found = server.includes('@') ? 'one with a user or password' : `"${server.slice(0, 200)}"`;
  throw new FettleError(
    'invalid-input',
    `--server or FETTLE_SERVER: expected http://… or https://… without a password, found ${found}.`,
    { details: { next: 'the same command with --server https://HOST, or http://127.0.0.1:PORT on this machine' } },
  );
}
