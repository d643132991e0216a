import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { WalkedFile } from '@fettle/images';
import type { FindingList } from '../../core/finding-list.ts';
import { hardeningLimits } from '../settings.ts';
import { type Facts, NameSet, nameOf, type Watcher } from '../watcher.ts';
import { type KernelOptions, kernelRules } from './kernel-rules.ts';

const start = Buffer.from('IKCFG_ST');
const end = Buffer.from('IKCFG_ED');
const configFile =
  /(?:^|\/)(?:boot\/config-[^/]+|lib\/modules\/[^/]+\/(?:build\/\.?)?config|usr\/src\/linux[^/]*\/\.config)$/;

/** Looks at how kernels were built, by the file beside them or by the copy that they carry. */
export class KernelConfigWatcher implements Watcher {
  readonly #findings: FindingList;
  readonly #seen = new Set<string>();
  readonly #weak = new NameSet();
  #hasVerity = false;
  #attempts = 0;

  constructor(findings: FindingList) {
    this.#findings = findings;
  }

  file(file: WalkedFile): void {
    const { bytes, path } = file;
    if (bytes && bytes.length <= hardeningLimits.kernelConfigBytes && configFile.test(path)) {
      this.#judge(file, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
    }
  }

  /** Takes a window of a file in which a copy may begin. */
  look(file: WalkedFile, window: Buffer): void {
    for (let at = window.indexOf(start); at >= 0; at = window.indexOf(start, at + start.length)) {
      const from = at + start.length;
      if (window[from] !== 0x1f || window[from + 1] !== 0x8b) continue;
      this.#attempts += 1;
      if (this.#attempts > hardeningLimits.kernelConfigAttempts) return;
      const part = window.subarray(from, from + hardeningLimits.kernelConfigBytes);
      const to = part.indexOf(end);
      const text = to < 0 ? undefined : unpack(part.subarray(0, to));
      if (text !== undefined) this.#judge(file, text);
    }
  }

  end(): Facts {
    return {
      kernelConfigs: this.#seen.size,
      kernelWeaknesses: this.#weak.list(),
      kernelHasVerity: this.#seen.size === 0 ? null : this.#hasVerity,
    };
  }

  #judge(file: WalkedFile, text: string): void {
    const digest = createHash('sha256').update(text).digest('hex');
    if (this.#seen.has(digest) || this.#seen.size >= hardeningLimits.kernelConfigs) return;
    const options = readOptions(text);
    if (options.size < 20) return;
    this.#seen.add(digest);
    if (options.has('DM_VERITY')) this.#hasVerity = true;
    for (const { option, severity, isWeak, message } of kernelRules) {
      if (!isWeak(options)) continue;
      this.#weak.add(option);
      const rule = `kernel-${option.toLowerCase().replaceAll('_', '-')}`;
      this.#findings.add({ rule, severity, place: file.place, about: [kernelName(nameOf(file))], message });
    }
  }
}

/** The same in the next build, which has another version in its name. */
function kernelName(path: string): string {
  return path.replace(/\d+(?:\.\d+)+[\w.+-]*/, '*');
}

function unpack(packed: Buffer): string | undefined {
  try {
    return gunzipSync(packed, { maxOutputLength: hardeningLimits.kernelConfigBytes }).toString('latin1');
  } catch {
    // Eight letters in a file that is no kernel: nothing was claimed by them.
    return undefined;
  }
}

/** @source Linux, Documentation/kbuild/kconfig-language.rst */
function readOptions(text: string): KernelOptions {
  const options = new Map<string, string>();
  for (const line of text.split('\n')) {
    const at = line.indexOf('=');
    if (at > 7 && line.startsWith('CONFIG_')) options.set(line.slice(7, at), line.slice(at + 1).trim());
  }
  return options;
}
