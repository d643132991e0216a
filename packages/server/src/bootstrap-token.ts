import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Brain, ensureBootstrapToken } from '@fettle/control';

/** The file that the first administrator's token is written to, once. */
export function tokenFile(dataDir: string): string {
  return join(dataDir, 'admin.token');
}

/**
 * On the first start of an installation makes the administrator's token and keeps it in a file for its owner only.
 * @returns the token, this one time
 */
export async function firstToken(brain: Brain, dataDir: string): Promise<string | undefined> {
  const token = await ensureBootstrapToken(brain);
  if (token !== undefined) writeFileSync(tokenFile(dataDir), `${token}\n`, { mode: 0o600 });
  return token;
}

/** What the first start says. */
export function firstTokenNotice(token: string, url: string, dataDir: string): string {
  return `
  First start. This is the administrator's token; it is shown only now:

      ${token}

  Use it:          fettle login --server ${url} --token ${token}
  It is also in:   ${tokenFile(dataDir)}   (only you may read it; delete the file once you are logged in)

`;
}
