import { isPasswordOf, readCrypt } from './crypt.ts';

/** Passwords that boards, distributions and cameras were delivered with; the most common first. */
export const knownPasswords: readonly string[] = [
  ...[
    'root',
    'admin',
    'password',
    '123456',
    '1234',
    '12345',
    '12345678',
    'toor',
    'default',
    'pass',
    'user',
    'changeme',
  ],
  ...['raspberry', 'alpine', 'temppwd', 'debian', 'ubuntu', 'linaro', 'orangepi', 'odroid', 'rock', 'radxa', 'khadas'],
  ...['oelinux123', 'openwrt', 'buildroot', 'yocto', 'poky', 'torizon', 'ubnt', 'vagrant', 'test', 'guest', 'demo'],
  ...['support', 'service', 'system', 'master', 'secret', 'qwerty', 'letmein', 'fa', 'linux', 'embedded', 'device'],
  ...['xc3511', 'vizxv', 'Zte521', 'juantech', 'hi3518', 'klv123', 'realtek', 'dreambox', '7ujMko0admin', 'anko'],
];

/** Hashes over hashes in one check: some seconds on one core. */
export const crackRounds = 3_000_000;

/** Tries known passwords against the hashes of one artifact, until the rounds are used up. */
export class PasswordTrial {
  readonly #passwords: readonly string[];
  #roundsLeft = crackRounds;
  #untried = 0;

  constructor(more: readonly string[]) {
    this.#passwords = [...new Set([...more, ...knownPasswords])];
  }

  /** Hashes that were not, or not wholly, tried: of another scheme, or beyond the bound. */
  get untried(): number {
    return this.#untried;
  }

  /** Whether a known password, the user's name or nothing makes the hash. */
  isKnown(text: string, user: string): boolean {
    const crypt = readCrypt(text);
    if (crypt === undefined) {
      this.#untried += 1;
      return false;
    }
    for (const password of new Set(['', user, ...this.#passwords])) {
      if (this.#roundsLeft < crypt.rounds) {
        this.#untried += 1;
        return false;
      }
      this.#roundsLeft -= crypt.rounds;
      if (isPasswordOf(password, crypt)) return true;
    }
    return false;
  }
}
