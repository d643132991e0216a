import { randomUUID } from 'node:crypto';
import { type TransitBody, TransitDouble } from './transit-double.ts';
import { startUnsteadyServer, type UnsteadyServer, type WebAnswer, type WebRequest } from './unsteady-server.ts';

interface Issued {
  lease: number;
  readonly renewable: boolean;
  valid: boolean;
}

/**
 * A double of Vault's HTTP interface as far as its documentation tells it: logins, tokens, namespaces, the transit
 * engine and the shapes of errors. Driven by our signer and by the third-party client `node-vault`.
 * Not doubled: policies per path (a token may do all or nothing), and signing of digests.
 */
export interface VaultDouble {
  readonly server: UnsteadyServer;
  readonly rootToken: string;
  readonly roleId: string;
  readonly secretId: string;
  readonly jwt: string;
  readonly namespace: string;
  readonly transit: TransitDouble;
  readonly tokens: Map<string, Issued>;
  sealed: boolean;
  /** How long the next logins live, in seconds. */
  leaseSeconds: number;
}

export async function startVaultDouble(): Promise<VaultDouble> {
  const server = await startUnsteadyServer((request) => answerTo(vault, request));
  const vault: VaultDouble = {
    server,
    rootToken: `hvs.root-${randomUUID()}`,
    roleId: randomUUID(),
    secretId: `secret-${randomUUID()}`,
    jwt: `header.${randomUUID()}.signature`,
    namespace: 'team/firmware',
    transit: new TransitDouble(),
    tokens: new Map(),
    sealed: false,
    leaseSeconds: 3_600,
  };
  vault.tokens.set(vault.rootToken, { lease: 0, renewable: false, valid: true });
  return vault;
}

function answerTo(vault: VaultDouble, request: WebRequest): WebAnswer {
  if (vault.sealed) return refuse(503, 'Vault is sealed');
  const body = bodyOf(request);
  if (body === undefined) return refuse(400, 'failed to parse JSON input');
  const namespace = request.headers['x-vault-namespace'] ?? '';
  if (namespace !== '' && namespace !== vault.namespace) return refuse(404);
  const path = request.path.replace(/^\/v1\//, '');
  if (path === 'auth/approle/login') {
    const isGood = body.role_id === vault.roleId && body.secret_id === vault.secretId;
    return isGood ? issue(vault) : refuse(400, 'invalid role or secret ID');
  }
  if (path === 'auth/jwt/login') {
    if (body.role !== 'fettle') return refuse(400, `role ${JSON.stringify(body.role)} could not be found`);
    return body.jwt === vault.jwt ? issue(vault) : refuse(403, 'permission denied');
  }
  const token = vault.tokens.get(request.headers['x-vault-token'] ?? '');
  if (!token?.valid) return refuse(403, 'permission denied');
  if (path === 'auth/token/renew-self') return renew(vault, token, request);
  if (!path.startsWith('transit/')) return refuse(404);
  return vault.transit.answer(request.method, path.slice('transit/'.length), body);
}

function issue(vault: VaultDouble): WebAnswer {
  const token = `hvs.${randomUUID()}`;
  vault.tokens.set(token, { lease: vault.leaseSeconds, renewable: true, valid: true });
  return authOf(token, vault.leaseSeconds, true);
}

function renew(vault: VaultDouble, token: Issued, request: WebRequest): WebAnswer {
  if (!token.renewable) return refuse(400, 'lease is not renewable');
  token.lease = vault.leaseSeconds;
  return authOf(request.headers['x-vault-token'] ?? '', token.lease, true);
}

function authOf(client_token: string, lease_duration: number, renewable: boolean): WebAnswer {
  return { status: 200, body: { auth: { client_token, lease_duration, renewable, policies: ['default', 'fettle'] } } };
}

function refuse(status: number, ...errors: string[]): WebAnswer {
  return { status, body: { errors } };
}

function bodyOf({ body }: WebRequest): TransitBody | undefined {
  if (body.length === 0) return {};
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
