import type { WalkedFile } from '@fettle/images';
import type { FindingList } from '../../core/finding-list.ts';
import { shown } from '../../core/shown.ts';
import { hardeningLimits } from '../settings.ts';
import { type Facts, isAt, linesOf, NameSet, rootOf, type Watcher } from '../watcher.ts';

const passwd = 'etc/passwd';
const shadow = 'etc/shadow';
const noLogin = /\/(?:nologin|false|sync|shutdown|halt|true)$/;

interface Account {
  readonly name: string;
  readonly root: string;
  readonly place: string;
}

/** Looks at the accounts that an image comes with. Passwords that are known are what the gate of secrets looks for. */
export class AccountWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #extraRoots = new NameSet();
  readonly #openLogins = new NameSet();
  /** Accounts that may log in and whose password is in the other file, and those without one there. */
  readonly #logins = new Map<string, Account>();
  readonly #empty = new Map<string, Account>();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  file(file: WalkedFile): void {
    if (isAt(file.path, passwd)) this.#readPasswd(file);
    else if (isAt(file.path, shadow)) this.#readShadow(file);
  }

  end(): Facts {
    for (const [key, account] of this.#empty) if (this.#logins.has(key)) this.#tellOpen(account);
    return { extraRoots: this.#extraRoots.list(), loginsWithoutPassword: this.#openLogins.list() };
  }

  /** @source passwd(5) */
  #readPasswd(file: WalkedFile): void {
    const root = rootOf(file, passwd);
    for (const line of linesOf(file).slice(0, hardeningLimits.accounts)) {
      const [name = '', password = '', user, , , , shell = ''] = line.split(':');
      if (user === undefined || line.startsWith('#')) continue;
      const account: Account = { name: shown(name, 64), root, place: file.place };
      if (/^0+$/.test(user) && name !== 'root') this.#tellRoot(account);
      if (noLogin.test(shell)) continue;
      if (password === '') this.#tellOpen(account);
      else if (this.#logins.size < hardeningLimits.accounts) this.#logins.set(`${root}:${name}`, account);
    }
  }

  /** @source shadow(5) */
  #readShadow(file: WalkedFile): void {
    const root = rootOf(file, shadow);
    for (const line of linesOf(file).slice(0, hardeningLimits.accounts)) {
      const [name = '', password] = line.split(':');
      if (password !== '' || this.#empty.size >= hardeningLimits.accounts) continue;
      this.#empty.set(`${root}:${name}`, { name: shown(name, 64), root, place: file.place });
    }
  }

  #tellRoot({ name, place }: Account): void {
    this.#extraRoots.add(name);
    const message = `Account "${name}" has the user number 0, and so every right of root under another name.`;
    this.#findings.add({ rule: 'second-root', severity: 'high', place, about: [name], message });
  }

  #tellOpen({ name, place }: Account): void {
    this.#openLogins.add(name);
    const message = `Account "${name}" can log in without a password. Lock it with "*" or "!".`;
    this.#findings.add({ rule: 'login-without-password', severity: 'high', place, about: [name], message });
  }
}
