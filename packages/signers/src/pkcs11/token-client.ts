import { FettleError } from '@fettle/model';
import { retrying } from '../within.ts';
import type { Order, Outcome } from './messages.ts';
import { type ModuleHost, SessionLost } from './module-host.ts';
import { describeToken, type TokenName } from './uri.ts';

/** One token behind a module's thread: logs in when needed, and again with back-off when the token was away. */
export class TokenClient {
  readonly #host: Pick<ModuleHost, 'call'>;
  readonly #token: TokenName;
  readonly #pin: string;
  /** A wrong PIN is tried once and never again: a token locks, or erases itself, after a few. */
  #refusal: FettleError | undefined;
  #wasOpen = false;

  constructor(host: Pick<ModuleHost, 'call'>, token: TokenName, pin: string) {
    this.#host = host;
    this.#token = token;
    this.#pin = pin;
  }

  /** Logs in, which finds the token and proves the PIN. @throws FettleError */
  async open(signal: AbortSignal): Promise<void> {
    await retrying(() => this.#login(), { signal });
  }

  /** Carries out an order in the token. @throws FettleError */
  async call(order: Order, signal: AbortSignal): Promise<Outcome> {
    return await retrying(() => this.#attempt(order), { signal });
  }

  async #attempt(order: Order): Promise<Outcome> {
    if (this.#refusal) throw this.#refusal;
    try {
      return await this.#host.call(order);
    } catch (error) {
      if (!(error instanceof SessionLost)) throw error;
    }
    await this.#login();
    try {
      return await this.#host.call(order);
    } catch (error) {
      throw error instanceof SessionLost ? this.#away(error) : error;
    }
  }

  async #login(): Promise<void> {
    if (this.#refusal) throw this.#refusal;
    try {
      await this.#host.call({ act: 'login', token: this.#token, pin: this.#pin });
      this.#wasOpen = true;
    } catch (error) {
      if (error instanceof SessionLost) throw this.#away(error);
      if (error instanceof FettleError && error.code === 'not-authenticated') this.#refusal = error;
      // A token that was there is missed; one that never was is a mistake in the locator.
      if (error instanceof FettleError && error.code === 'not-found' && this.#wasOpen) throw this.#away(error);
      throw error;
    }
  }

  #away(cause: Error): FettleError {
    const message = `The token ${describeToken(this.#token)} does not answer (${cause.message}). Insert or reconnect it and try again.`;
    return new FettleError('signer-unavailable', message, { cause });
  }
}
