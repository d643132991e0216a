import { createHash, timingSafeEqual } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type Cryptoki, type Handle, returnName, type TokenSlot } from './cryptoki.ts';
import { ourSignature, tokenInput } from './ec-keys.ts';
import { type FoundKey, findKey, type KeyInToken, listKeysOf, makeKey, type NewTokenKey } from './token-keys.ts';
import { describeToken, type KeyName, type TokenName } from './uri.ts';

/** The session is gone, or never was: log in, then ask again. */
export class LoginNeeded extends Error {}

interface LoggedIn {
  readonly slot: Handle;
  readonly session: Handle;
  readonly keys: Map<string, FoundKey>;
}

// Anything here means: forget every handle, initialise anew, find the token by its name again.
const lost =
  /^CKR_(?:DEVICE_ERROR|DEVICE_REMOVED|TOKEN_NOT_PRESENT|TOKEN_NOT_RECOGNIZED|SESSION_HANDLE_INVALID|SESSION_CLOSED|USER_NOT_LOGGED_IN|KEY_HANDLE_INVALID|OBJECT_HANDLE_INVALID|SLOT_ID_INVALID|CRYPTOKI_NOT_INITIALIZED|GENERAL_ERROR|FUNCTION_FAILED|HOST_MEMORY|DEVICE_MEMORY)$/;
const refusedPin = /^CKR_(?:PIN_INCORRECT|PIN_INVALID|PIN_LEN_RANGE|PIN_LOCKED|PIN_EXPIRED)$/;

/** One PKCS#11 module in this process: initialised once, one logged-in session for each token. Calls block. */
export class OpenModule {
  readonly #cryptoki: Cryptoki;
  readonly #tokens = new Map<string, LoggedIn>();
  readonly #pins = new Map<string, Buffer>();
  #initialised = false;
  #stale = true;

  constructor(cryptoki: Cryptoki) {
    this.#cryptoki = cryptoki;
  }

  /** @throws FettleError `not-authenticated`, `not-found` for the token, `signer-unavailable` */
  login(name: TokenName, pin: string): void {
    const known = this.#tokens.get(tokenKey(name));
    if (known) this.#requireSamePin(known.slot, pin);
    this.#reach(name, () => (known ? this.#findToken(name) : this.#openSession(name, pin)));
  }

  /** @throws LoginNeeded, or FettleError for a key that is not there or not to be used */
  describe(name: TokenName, key: KeyName): FoundKey {
    return this.#with(name, (token) => this.#keyOf(token, key));
  }

  /** The signature of a message, in our form. */
  sign(name: TokenName, key: KeyName, message: Uint8Array): Buffer {
    return this.#with(name, (token) => {
      const { handle, kind, mechanism } = this.#keyOf(token, key);
      return ourSignature(kind, this.#cryptoki.sign(token.session, { mechanism, handle }, tokenInput(kind, message)));
    });
  }

  list(name: TokenName): KeyInToken[] {
    return this.#with(name, ({ session }) => listKeysOf(this.#cryptoki, session));
  }

  /** Makes a key that cannot leave the token. */
  generate(name: TokenName, wanted: NewTokenKey): FoundKey {
    return this.#with(name, ({ slot }) => {
      const session = this.#cryptoki.openSession(slot, 'write');
      try {
        return makeKey(this.#cryptoki, session, wanted);
      } finally {
        this.#cryptoki.closeSession(session);
      }
    });
  }

  close(): void {
    this.#forget();
    if (this.#initialised) ignoreReturn(() => this.#cryptoki.finalize());
    this.#initialised = false;
  }

  #openSession(name: TokenName, pin: string): void {
    if (this.#stale) this.#initialise();
    const { slot } = this.#findToken(name);
    const session = this.#cryptoki.openSession(slot, 'read');
    // Another session of this process may have logged in: it stands for all of them (PKCS#11 2.40 §2.6.4).
    if (this.#pins.has(slotKey(slot))) this.#requireSamePin(slot, pin);
    allow('CKR_USER_ALREADY_LOGGED_IN', () => this.#cryptoki.login(session, pin));
    this.#pins.set(slotKey(slot), digestOf(pin));
    this.#tokens.set(tokenKey(name), { slot, session, keys: new Map() });
  }

  // Anew after trouble: handles of before may mean anything now, and some modules see tokens only here.
  #initialise(): void {
    if (this.#initialised) ignoreReturn(() => this.#cryptoki.finalize());
    allow('CKR_CRYPTOKI_ALREADY_INITIALIZED', () => this.#cryptoki.initialize());
    this.#initialised = true;
    this.#stale = false;
  }

  #findToken(name: TokenName): TokenSlot {
    const all = this.#cryptoki.listTokens();
    const fitting = all.filter(
      ({ label, serial }) =>
        (name.token === undefined || name.token === label) && (name.serial === undefined || name.serial === serial),
    );
    const [first, second] = fitting;
    if (first && !second) return first;
    if (!first) this.#lose();
    const labels = all.map(({ label }) => label).filter((label) => label !== '');
    const found = labels.map((label) => `"${label}"`).join(', ') || 'none';
    const message = first
      ? `Expected one token ${describeToken(name)}, found ${fitting.length}. Name it by serial=NUMBER as well.`
      : `Expected the token ${describeToken(name)}, found ${found}. Insert it, or correct token=LABEL.`;
    throw new FettleError(first ? 'key-refused' : 'not-found', message);
  }

  #keyOf(token: LoggedIn, key: KeyName): FoundKey {
    const index = JSON.stringify([key.object, key.id]);
    const found = token.keys.get(index) ?? findKey(this.#cryptoki, token.session, key);
    token.keys.set(index, found);
    return found;
  }

  #with<T>(name: TokenName, act: (token: LoggedIn) => T): T {
    const token = this.#tokens.get(tokenKey(name));
    if (!token) throw new LoginNeeded('no session');
    return this.#reach(name, () => act(token));
  }

  #reach<T>(name: TokenName, act: () => T): T {
    try {
      return act();
    } catch (error) {
      const code = returnName(error);
      if (code === undefined) throw error;
      if (refusedPin.test(code)) throw pinRefused(name, code);
      if (!lost.test(code)) throw tokenRefused(name, code);
      this.#lose();
      throw new LoginNeeded(code);
    }
  }

  #requireSamePin(slot: Handle, pin: string): void {
    const known = this.#pins.get(slotKey(slot));
    if (known && timingSafeEqual(known, digestOf(pin))) return;
    throw new FettleError('not-authenticated', 'Expected the PIN that opened this token before, found another one.');
  }

  #lose(): void {
    this.#forget();
    this.#stale = true;
  }

  #forget(): void {
    this.#tokens.clear();
    this.#pins.clear();
  }
}

function pinRefused(name: TokenName, code: string): FettleError {
  const message = `The token ${describeToken(name)} refused the PIN (${code}). Correct it before trying again: tokens lock after a few wrong ones.`;
  return new FettleError('not-authenticated', message, { details: { returnValue: code } });
}

function tokenRefused(name: TokenName, code: string): FettleError {
  const message = `The token ${describeToken(name)} refused the call (${code}). Its manual tells why; the key was not used.`;
  return new FettleError('key-refused', message, { details: { returnValue: code } });
}

function tokenKey({ token, serial }: TokenName): string {
  return JSON.stringify([token, serial]);
}

function slotKey(slot: Handle): string {
  return slot.toString('hex');
}

function digestOf(pin: string): Buffer {
  return createHash('sha256').update(pin).digest();
}

function allow(code: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    if (returnName(error) !== code) throw error;
  }
}

// What is thrown away anyway may fail in any way that PKCS#11 knows.
function ignoreReturn(act: () => void): void {
  try {
    act();
  } catch (error) {
    if (returnName(error) === undefined) throw error;
  }
}
