import type { WalkedFile } from '@fettle/images';
import type { Severity } from '@fettle/model';
import type { FindingList } from '../../core/finding-list.ts';
import { type Facts, isAt, linesOf, NameSet, type Watcher } from '../watcher.ts';

interface Setting {
  readonly isWeak: (value: string) => boolean;
  readonly severity: Severity;
  readonly message: string;
}

const isZero = (value: string) => value === '0';

/** @source Linux, Documentation/admin-guide/sysctl; core(5) */
const settings: Readonly<Record<string, Setting>> = {
  'kernel.randomize_va_space': {
    isWeak: (value) => value === '0' || value === '1',
    severity: 'high',
    message: 'Programs do not get random addresses. Set kernel.randomize_va_space to 2.',
  },
  'kernel.core_pattern': {
    isWeak: (value) => /^\/(?:tmp|var\/tmp|dev\/shm)\//.test(value),
    severity: 'medium',
    message: 'The memory of crashed programs, secrets and all, is written where everybody can read it.',
  },
  'fs.suid_dumpable': {
    isWeak: (value) => value === '1',
    severity: 'medium',
    message: 'Set-user-ID programs write their memory to files that their caller can read. Set fs.suid_dumpable to 0.',
  },
  'kernel.kptr_restrict': {
    isWeak: isZero,
    severity: 'low',
    message: 'Every program sees addresses of the kernel. Set kernel.kptr_restrict to 1 or 2.',
  },
  'kernel.yama.ptrace_scope': {
    isWeak: isZero,
    severity: 'low',
    message: 'A program may read the memory of its neighbours. Set kernel.yama.ptrace_scope to 1.',
  },
  'fs.protected_symlinks': {
    isWeak: isZero,
    severity: 'medium',
    message: 'Links in shared folders are followed for everybody. Set fs.protected_symlinks to 1.',
  },
  'fs.protected_hardlinks': {
    isWeak: isZero,
    severity: 'medium',
    message: 'Everybody may make hard links to files of others. Set fs.protected_hardlinks to 1.',
  },
};
const sysctlFile = /(?:^|\/)(?:etc|usr\/lib|lib|run)\/sysctl\.d\/[^/]+\.conf$/;
const limitsFile = /(?:^|\/)etc\/security\/limits(?:\.conf|\.d\/[^/]+\.conf)$/;

/** Looks at what the system tells its kernel at start, and at core dumps. */
export class SystemSettingWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #weak = new NameSet();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  file(file: WalkedFile): void {
    if (isAt(file.path, 'etc/sysctl.conf') || sysctlFile.test(file.path)) {
      for (const line of linesOf(file)) this.#judgeSysctl(file, line);
    } else if (limitsFile.test(file.path)) {
      for (const line of linesOf(file)) this.#judgeLimit(file, line);
    }
  }

  end(): Facts {
    return { weakSystemSettings: this.#weak.list() };
  }

  /** @source sysctl.d(5) */
  #judgeSysctl({ place }: WalkedFile, line: string): void {
    const at = line.indexOf('=');
    if (at < 0 || /^\s*[#;]/.test(line)) return;
    const name = line.slice(0, at).trim().replace(/^-/, '').replaceAll('/', '.');
    const setting = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (!setting?.isWeak(line.slice(at + 1).trim())) return;
    this.#weak.add(name);
    const { severity, message } = setting;
    this.#findings.add({ rule: 'weak-system-setting', severity, place, about: [name], message });
  }

  /** @source limits.conf(5) */
  #judgeLimit({ place }: WalkedFile, line: string): void {
    const [domain = '', , item, value = '0'] = line.trim().split(/\s+/);
    if (item !== 'core' || value === '0' || domain.startsWith('#')) return;
    this.#weak.add('core');
    const message = 'Crashed programs write their memory, secrets and all, to files (limits: core).';
    this.#findings.add({ rule: 'core-dumps', severity: 'low', place, about: [domain], message });
  }
}
