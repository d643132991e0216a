import { FettleError } from '@fettle/model';
import { defaultTimeoutMs } from '../opened-signer.ts';
import type { ReadSecret } from '../secrets.ts';
import { within } from '../within.ts';
import type { VaultSettings } from './settings.ts';
import { callVault, part, type VaultBody, type VaultCall } from './vault-calls.ts';

interface Lease {
  readonly token: string;
  readonly seconds: number;
  readonly renewable: boolean;
}

/** A login to Vault: the token is renewed in good time, and after it expired a new one is fetched where that is possible. */
export class VaultSession {
  readonly #settings: VaultSettings;
  readonly #readSecret: ReadSecret;
  #lease: Lease | undefined;
  #login: Promise<Lease> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #closed = false;

  constructor(settings: VaultSettings, readSecret: ReadSecret) {
    this.#settings = settings;
    this.#readSecret = readSecret;
  }

  /** A call with a valid token; a token that was refused is replaced once. @throws FettleError */
  async call(call: Omit<VaultCall, 'token'>): Promise<VaultBody> {
    const { token } = await this.#current(call.signal);
    try {
      return await callVault(this.#settings, { ...call, token });
    } catch (error) {
      if (!isForbidden(error)) throw error;
      // Only whoever comes first throws the refused token away: many signatures may have met it.
      if (this.#lease?.token === token) this.#lease = undefined;
      const { token: fresh } = await this.#current(call.signal);
      // A given token is the same again, unless somebody wrote a new one to its place.
      if (fresh === token) throw error;
      return await callVault(this.#settings, { ...call, token: fresh });
    }
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#lease = undefined;
  }

  async #current(signal: AbortSignal): Promise<Lease> {
    if (this.#lease) return this.#lease;
    // Shared by all who wait, so it must not end with the first of them that is called off.
    this.#login ??= within((over) => this.#logIn(over), this.#limit()).finally(() => {
      this.#login = undefined;
    });
    const lease = await this.#login;
    signal.throwIfAborted();
    return lease;
  }

  async #logIn(signal: AbortSignal): Promise<Lease> {
    const { login, secretSource } = this.#settings;
    const what = { token: 'Vault token', approle: 'AppRole secret id', jwt: 'JWT' }[login.auth];
    const secret = await this.#readSecret({ source: secretSource, what });
    const lease =
      login.auth === 'token' ? await this.#tokenLease(secret, signal) : await this.#loginLease(secret, signal);
    this.#keep(lease);
    return lease;
  }

  async #loginLease(secret: string, signal: AbortSignal): Promise<Lease> {
    const { login } = this.#settings;
    if (login.auth === 'token') return { token: secret, seconds: 0, renewable: false };
    const body =
      login.auth === 'approle' ? { role_id: login.roleId, secret_id: secret } : { role: login.role, jwt: secret };
    try {
      return leaseIn(await callVault(this.#settings, { path: `auth/${login.mount}/login`, body, signal }));
    } catch (error) {
      // A wrong role or secret is told as 400 or 403, by the version.
      if (!(error instanceof FettleError) || error.code === 'signer-unavailable') throw error;
      const message = `Vault refused the login by ${login.auth}. Check role, mount and secret. ${error.message}`;
      throw new FettleError('not-authenticated', message, { cause: error });
    }
  }

  // A given token is renewed at once, to learn how long it lives; root and batch tokens refuse that.
  async #tokenLease(token: string, signal: AbortSignal): Promise<Lease> {
    try {
      return leaseIn(await callVault(this.#settings, { path: 'auth/token/renew-self', body: {}, token, signal }));
    } catch (error) {
      if (error instanceof FettleError && error.code !== 'signer-unavailable') {
        return { token, seconds: 0, renewable: false };
      }
      throw error;
    }
  }

  #keep(lease: Lease): void {
    if (this.#closed) return;
    this.#lease = lease;
    clearTimeout(this.#timer);
    if (!lease.renewable || lease.seconds <= 0) return;
    const pauseMs = Math.min((lease.seconds * 1_000 * 2) / 3, 2 ** 31 - 1);
    this.#timer = setTimeout(() => void this.#renew(lease), pauseMs);
    this.#timer.unref();
  }

  async #renew(lease: Lease): Promise<void> {
    const call = { path: 'auth/token/renew-self', body: {}, token: lease.token };
    try {
      const body = await within((signal) => callVault(this.#settings, { ...call, signal }), this.#limit());
      this.#keep(leaseIn(body));
    } catch (error) {
      // Away: what is left of the lease is tried in ever smaller steps. Refused: the next signature logs in anew.
      const seconds = Math.floor(lease.seconds / 3);
      if (error instanceof FettleError && error.code === 'signer-unavailable' && seconds > 0) {
        this.#keep({ ...lease, seconds });
      }
    }
  }

  #limit() {
    return { timeoutMs: defaultTimeoutMs, what: `Vault at ${this.#settings.address}` };
  }
}

function leaseIn(body: VaultBody): Lease {
  const { client_token: token, lease_duration: seconds, renewable } = part(body, 'auth');
  if (typeof token === 'string' && token !== '' && typeof seconds === 'number' && Number.isFinite(seconds)) {
    return { token, seconds, renewable: renewable === true };
  }
  throw new FettleError('signer-unavailable', 'Expected client_token and lease_duration of Vault, found others.');
}

function isForbidden(error: unknown): boolean {
  return error instanceof FettleError && error.code === 'forbidden';
}
