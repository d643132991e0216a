import type { WalkedFile } from '@fettle/images';
import type { Severity } from '@fettle/model';
import type { FindingList } from '../../core/finding-list.ts';
import { type Facts, isAt, linesOf, NameSet, type Watcher } from '../watcher.ts';

interface SshRule {
  readonly rule: string;
  readonly severity: Severity;
  readonly message: string;
}

/** By option in lower case and value. @source sshd_config(5) */
const sshd: Readonly<Record<string, SshRule>> = {
  'permitrootlogin yes': {
    rule: 'ssh-root-login',
    severity: 'high',
    message: 'Root may log in over SSH with a password (PermitRootLogin yes).',
  },
  'passwordauthentication yes': {
    rule: 'ssh-password-login',
    severity: 'medium',
    message: 'SSH takes passwords, which can be guessed (PasswordAuthentication yes). Demand keys.',
  },
  'permitemptypasswords yes': {
    rule: 'ssh-empty-password',
    severity: 'high',
    message: 'SSH takes empty passwords (PermitEmptyPasswords yes).',
  },
  'hostbasedauthentication yes': {
    rule: 'ssh-host-login',
    severity: 'medium',
    message: 'SSH believes other machines who their users are (HostbasedAuthentication yes).',
  },
};
const sshdOptions = new Set(Object.keys(sshd).map((key) => key.split(' ')[0] ?? ''));
const isOn = /^(?:on|1|yes|true|enabled)$/;

/** Looks at the settings of SSH servers. */
export class SshWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #weak = new NameSet();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  file(file: WalkedFile): void {
    if (isAt(file.path, 'etc/ssh/sshd_config') || isAt(file.path, 'etc/sshd_config')) this.#readSshd(file);
    else if (/(?:^|\/)etc\/ssh\/sshd_config\.d\/[^/]+\.conf$/.test(file.path)) this.#readSshd(file);
    else if (isAt(file.path, 'etc/config/dropbear')) this.#readUci(file);
    else if (isAt(file.path, 'etc/default/dropbear')) this.#readDropbear(file);
  }

  end(): Facts {
    return { weakSshSettings: this.#weak.list() };
  }

  /** The first value of an option counts; what a `Match` allows is allowed to some, and so is told. */
  #readSshd(file: WalkedFile): void {
    const seen = new Set<string>();
    for (const line of linesOf(file)) {
      const [option = '', value = ''] = line
        .trim()
        .toLowerCase()
        .split(/[\s=]+/, 2);
      if (option === 'match') seen.clear();
      if (!sshdOptions.has(option) || seen.has(option)) continue;
      seen.add(option);
      const key = `${option} ${value.replaceAll('"', '')}`;
      const rule = Object.hasOwn(sshd, key) ? sshd[key] : undefined;
      if (rule) this.#tell(file, rule);
    }
  }

  /** OpenWrt: `option RootPasswordAuth 'on'`; both are on when nothing is said. */
  #readUci(file: WalkedFile): void {
    const values = new Map<string, string>();
    for (const line of linesOf(file)) {
      const found = /^\s*option\s+(\w+)\s+['"]?(\w+)/.exec(line);
      if (found?.[1] && found[2]) values.set(found[1].toLowerCase(), found[2].toLowerCase());
    }
    const has = (name: string) => isOn.test(values.get(name) ?? 'on');
    if (!has('passwordauth') || values.get('enable') === '0') return;
    const message = 'Dropbear takes passwords, which can be guessed. Set PasswordAuth and RootPasswordAuth to off.';
    this.#tell(file, { rule: 'ssh-password-login', severity: 'medium', message });
  }

  /** @source dropbear(8): -B allows empty passwords */
  #readDropbear(file: WalkedFile): void {
    for (const line of linesOf(file)) {
      if (!/^\s*DROPBEAR_(?:EXTRA_)?ARGS=.*(?:^|[\s"'=])-[a-zA-Z]*B/.test(line)) continue;
      const message = 'Dropbear takes empty passwords (-B).';
      this.#tell(file, { rule: 'ssh-empty-password', severity: 'high', message });
    }
  }

  #tell({ place, path }: WalkedFile, rule: SshRule): void {
    this.#weak.add(rule.rule);
    this.#findings.add({ ...rule, place, about: [path] });
  }
}
