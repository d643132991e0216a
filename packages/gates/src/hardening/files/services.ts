import type { WalkedEntry, WalkedFile } from '@fettle/images';
import type { Severity } from '@fettle/model';
import type { FindingList } from '../../core/finding-list.ts';
import { type Facts, isAt, linesOf, NameSet, type Watcher } from '../watcher.ts';

/** Programs that give access without a key, or to debuggers; by the name of the program. */
const services: Readonly<Record<string, string>> = {
  telnetd: 'telnet',
  utelnetd: 'telnet',
  'in.telnetd': 'telnet',
  ftpd: 'ftp',
  'in.ftpd': 'ftp',
  vsftpd: 'ftp',
  proftpd: 'ftp',
  'pure-ftpd': 'ftp',
  bftpd: 'ftp',
  tftpd: 'tftp',
  'in.tftpd': 'tftp',
  atftpd: 'tftp',
  rshd: 'rsh',
  'in.rshd': 'rsh',
  rlogind: 'rlogin',
  'in.rlogind': 'rlogin',
  rexecd: 'rexec',
  'in.rexecd': 'rexec',
  gdbserver: 'gdbserver',
  'lldb-server': 'lldb',
  adbd: 'adb',
  'tcf-agent': 'tcf',
};
const programFolders = /(?:^|\/)(?:s?bin|libexec)\/([^/]+)$/;
/** Where something that is started at boot stands: scripts of System V and BusyBox, and what systemd wants. */
const startFolders = [
  /(?:^|\/)etc\/(?:rc\.d\/)?(?:rc[S\d]\.d|init\.d|rc\.d)\/S\d\d-?([\w.-]+)$/,
  /(?:^|\/)etc\/systemd\/system\/[\w.@-]+\.(?:wants|requires)\/([\w.-]+?)(?:@[^/]*)?\.(?:service|socket)$/,
] as const;
/** Services of inetd that need no key; the others of this list only tell of themselves. @source inetd.conf(5) */
const inetdNames: Readonly<Record<string, Severity>> = {
  telnet: 'high',
  ftp: 'high',
  shell: 'high',
  login: 'high',
  exec: 'high',
  tftp: 'medium',
  finger: 'medium',
  echo: 'low',
  chargen: 'low',
  discard: 'low',
  daytime: 'low',
};

/** Looks for services that a released device should not have. */
export class ServiceWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #found = new NameSet();
  readonly #started = new NameSet();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  entry(entry: WalkedEntry): void {
    const { kind, path, place } = entry;
    if (kind !== 'file' && kind !== 'link') return;
    const program = programFolders.exec(path)?.[1];
    const service = program === undefined ? undefined : own(services, program);
    if (program !== undefined && service !== undefined) {
      this.#found.add(service);
      const message = `The program ${program} is here: it gives access (${service}) without a key or encryption.`;
      this.#findings.add({ rule: 'debug-service', severity: 'medium', place, about: [program], message });
    }
    for (const pattern of startFolders) {
      const name = pattern.exec(path)?.[1];
      if (name !== undefined) this.#judgeStart(entry, name);
    }
  }

  file(file: WalkedFile): void {
    if (isAt(file.path, 'etc/inetd.conf')) for (const line of linesOf(file)) this.#judgeInetd(file, line);
  }

  end(): Facts {
    return { debugServices: this.#found.list(), startedDebugServices: this.#started.list() };
  }

  #judgeStart({ place }: WalkedEntry, name: string): void {
    const service = own(services, name) ?? own(services, `${name}d`);
    if (service === undefined) return;
    this.#tellStarted(service, place, { severity: 'high', how: 'when the device starts' });
  }

  #judgeInetd({ place }: WalkedFile, line: string): void {
    const [name = '', socket] = line.trim().split(/\s+/, 2);
    const severity = own(inetdNames, name.replace(/^.*:/, ''));
    if (severity === undefined || socket === undefined) return;
    this.#tellStarted(name, place, { severity, how: 'for everybody who connects (inetd)' });
  }

  #tellStarted(service: string, place: string, { severity, how }: { severity: Severity; how: string }): void {
    this.#started.add(service);
    const message = `The service ${service} is started ${how}.`;
    this.#findings.add({ rule: 'debug-service-started', severity, place, about: [service], message });
  }
}

function own<T>(table: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(table, key) ? table[key] : undefined;
}
