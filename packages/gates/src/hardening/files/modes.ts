import type { WalkedEntry } from '@fettle/images';
import type { FindingList } from '../../core/finding-list.ts';
import { type Facts, NameSet, nameOf, type Watcher } from '../watcher.ts';

const setUser = 0o4000;
const setGroup = 0o2000;
const sticky = 0o1000;
const othersWrite = 0o002;
const groupOrOthersWrite = 0o022;
const execute = 0o111;
/** Devices that everybody may write to on every system; of the others nobody should. */
const openDevices =
  /(?:^|\/)dev\/(?:null|zero|full|random|urandom|tty|ptmx|pts\/ptmx|fuse|net\/tun|vhost-.*|kvm|u?dsp)$/;

/** Looks at permissions: set-user-ID programs, what everybody may write to. */
export class ModeWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #allowed: ReadonlySet<string> | undefined;
  readonly #setUser = new NameSet();
  readonly #setGroup = new NameSet();
  readonly #writable = new NameSet();

  constructor(findings: FindingList, allowed: readonly string[] | undefined) {
    this.#findings = findings;
    this.#allowed = allowed && new Set(allowed);
  }

  entry(entry: WalkedEntry): void {
    const { kind, mode } = entry;
    if (mode === null || kind === 'link') return;
    if (kind === 'file') this.#judgeSetId(entry, mode);
    if ((mode & othersWrite) !== 0) this.#judgeWritable(entry, mode);
  }

  end(): Facts {
    return {
      setUserIdFiles: this.#setUser.list(),
      setGroupIdFiles: this.#setGroup.list(),
      worldWritable: this.#writable.list(),
    };
  }

  #judgeSetId(entry: WalkedEntry, mode: number): void {
    // Without the right to execute, the bit of the group means locks, not rights.
    const isSetGroup = (mode & setGroup) !== 0 && (mode & 0o010) !== 0;
    if ((mode & setUser) === 0 && !isSetGroup) return;
    const path = nameOf(entry);
    const what = (mode & setUser) === 0 ? `group ${entry.groupId ?? '?'}` : `user ${entry.userId ?? '?'}`;
    (mode & setUser ? this.#setUser : this.#setGroup).add(path);
    const about = [path];
    if ((mode & groupOrOthersWrite) !== 0) {
      const message = `Others than its owner may write to this program, which runs as ${what}.`;
      this.#findings.add({ rule: 'writable-set-id', severity: 'critical', place: entry.place, about, message });
    }
    if (this.#allowed && !this.#allowed.has(path)) {
      const message = `It runs as ${what} whoever starts it, and is not on the list of those that may.`;
      this.#findings.add({ rule: 'set-id-not-allowed', severity: 'high', place: entry.place, about, message });
    } else if (!this.#allowed) {
      const message = `It runs as ${what} whoever starts it.`;
      this.#findings.add({ rule: 'set-id', severity: 'info', place: entry.place, about, message });
    }
  }

  #judgeWritable(entry: WalkedEntry, mode: number): void {
    const { kind, place } = entry;
    const path = nameOf(entry);
    const tell = (rule: string, severity: 'high' | 'medium', message: string) => {
      this.#writable.add(path);
      this.#findings.add({ rule, severity, place, about: [path], message });
    };
    if (kind === 'folder' && (mode & sticky) === 0) {
      tell('world-writable-folder', 'medium', 'Everybody may put, replace and remove files here. Set its sticky bit.');
    }
    if (kind === 'device' && !openDevices.test(path)) {
      tell('world-writable-device', 'high', 'Everybody may write to this device.');
    }
    if (kind !== 'file') return;
    const isGrave = (mode & execute) !== 0 || /(?:^|\/)etc\//.test(path);
    tell('world-writable-file', isGrave ? 'high' : 'medium', 'Everybody may change this file.');
  }
}
