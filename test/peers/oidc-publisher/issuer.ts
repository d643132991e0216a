import { createHmac, randomUUID } from 'node:crypto';
import { OAuth2Server } from 'oauth2-mock-server';

/** Claims of a push to main of one repository on GitHub. */
export const githubClaims = {
  sub: 'repo:acme@77/thermostat@1001:environment:release',
  repository: 'acme/thermostat',
  repository_id: '1001',
  repository_owner: 'acme',
  repository_owner_id: '77',
  ref: 'refs/tags/v1.2.3',
  ref_type: 'tag',
  sha: '1f'.repeat(20),
  event_name: 'push',
  environment: 'release',
  runner_environment: 'github-hosted',
  job_workflow_ref: 'acme/ci/.github/workflows/publish.yml@refs/tags/v2',
  workflow_ref: 'acme/thermostat/.github/workflows/ci.yml@refs/tags/v1.2.3',
  run_id: '4711',
  run_attempt: '1',
  actor: 'ada',
} as const;

export const audience = 'https://fettle.test';
export type TokenClaims = Readonly<Record<string, unknown>>;

/** npm's oauth2-mock-server as an issuer of ID tokens. */
export class Issuer implements AsyncDisposable {
  readonly #server: OAuth2Server;
  isUp = true;

  private constructor(server: OAuth2Server) {
    this.#server = server;
  }

  static async start(): Promise<Issuer> {
    const server = new OAuth2Server();
    await server.issuer.keys.generate('RS256');
    await server.start(0, '127.0.0.1');
    return new Issuer(server);
  }

  get url(): string {
    return String(this.#server.issuer.url);
  }

  get jwks(): string {
    return JSON.stringify({ keys: this.#server.issuer.keys.toJSON() });
  }

  /** @param changes a claim that is undefined is left out */
  mint(changes: TokenClaims = {}, header: TokenClaims = {}): Promise<string> {
    const said = { ...githubClaims, aud: audience, jti: randomUUID(), ...changes };
    return this.#server.issuer.buildToken({
      expiresIn: 300,
      scopesOrTransform(tokenHeader, payload) {
        Object.assign(tokenHeader, header);
        Object.assign(payload, said);
        for (const [name, value] of Object.entries(payload)) if (value === undefined) delete payload[name];
      },
    });
  }

  async stop(): Promise<void> {
    if (this.isUp) await this.#server.stop();
    this.isUp = false;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A token with another header and a signature of the attacker's. */
export function forge(token: string, header: TokenClaims, secret?: string): string {
  const payload = token.split('.')[1] ?? '';
  const signed = `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}`;
  return `${signed}.${secret === undefined ? '' : createHmac('sha256', secret).update(signed).digest('base64url')}`;
}
