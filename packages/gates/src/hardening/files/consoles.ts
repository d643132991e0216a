import type { WalkedFile } from '@fettle/images';
import type { FindingList } from '../../core/finding-list.ts';
import { type Facts, isAt, linesOf, NameSet, type Watcher } from '../watcher.ts';

/** BusyBox's `askfirst:-/bin/sh`: a shell in place of a login. */
const shell = /^-?(?:\/[\w.]+)*\/(?:(?:ba|a|da|k|z)?sh|login\.sh)$/;
const units = /(?:^|\/)(?:etc|usr\/lib|lib)\/systemd\/system\/[^/]*getty[^/]*(?:\/[^/]+\.conf|\.service)?$/;

/** Looks for consoles that let everybody in who reaches the wires. */
export class ConsoleWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #open = new NameSet();

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  file(file: WalkedFile): void {
    if (isAt(file.path, 'etc/inittab')) for (const line of linesOf(file)) this.#judgeInittab(file, line);
    else if (units.test(file.path)) for (const line of linesOf(file)) this.#judgeUnit(file, line);
  }

  end(): Facts {
    return { openConsoles: this.#open.list() };
  }

  /** @source inittab(5): id:runlevels:action:process */
  #judgeInittab(file: WalkedFile, line: string): void {
    const [id = '', , action = '', ...rest] = line.trim().split(':');
    if (id.startsWith('#') || !/^(?:respawn|askfirst|once|wait)$/.test(action)) return;
    const command = rest.join(':');
    const isConsole = action === 'respawn' || action === 'askfirst';
    const what = isConsole && shell.test(command.trim()) ? noLogin : judgeGetty(command);
    if (what !== undefined) this.#tell(file, id || 'console', what);
  }

  #judgeUnit(file: WalkedFile, line: string): void {
    if (!/^ExecStart\s*=/.test(line)) return;
    const what = judgeGetty(line.slice(line.indexOf('=') + 1));
    if (what !== undefined) this.#tell(file, file.path, what);
  }

  #tell({ place }: WalkedFile, console: string, what: string): void {
    this.#open.add(console.slice(0, 200));
    const message = `A console (${console}) ${what}: who opens the case is root.`;
    this.#findings.add({ rule: 'open-console', severity: 'high', place, about: [console], message });
  }
}

const noLogin = 'gives a shell of root without a login';
const autologin = 'logs root in by itself';

/** What a getty does in place of asking for name and password. @source agetty(8); BusyBox getty: -n -l PROGRAM */
function judgeGetty(command: string): string | undefined {
  const words = command.trim().split(/\s+/);
  const getty = words.findIndex((word) => word.endsWith('getty'));
  if (getty < 0) return undefined;
  const options = words.slice(getty + 1);
  const after = (...names: string[]) => options.find((_, index) => names.includes(options[index - 1] ?? ''));
  if (after('-a', '--autologin') === 'root' || options.includes('--autologin=root')) return autologin;
  const program = after('-l', '--login-program', '-nl') ?? '';
  return shell.test(program) ? noLogin : undefined;
}
