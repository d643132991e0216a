import type { WalkedEntry, WalkedFile, WalkedLayer, WalkFormat, WalkResult } from '@fettle/images';
import type { Verdict } from '@fettle/model';
import { FindingList } from '../core/finding-list.ts';
import type { Collector, GateContext, GateReport } from '../core/gate.ts';
import { CertificateWatcher } from './certificates/certificate-watcher.ts';
import { mapEntropy } from './entropy/entropy-map.ts';
import { entropyDocument, explanationOf, judgeEntropy } from './entropy/entropy-report.ts';
import { AccountWatcher } from './files/accounts.ts';
import { ConsoleWatcher } from './files/consoles.ts';
import { KernelConfigWatcher } from './files/kernel-config.ts';
import { ModeWatcher } from './files/modes.ts';
import { ServiceWatcher } from './files/services.ts';
import { SshWatcher } from './files/ssh.ts';
import { SystemSettingWatcher } from './files/system-settings.ts';
import { ProgramWatcher } from './programs.ts';
import { findRegressions } from './regressions.ts';
import { type HardeningSettings, hardeningDefaults, hardeningLimits } from './settings.ts';
import type { Facts, Watcher } from './watcher.ts';
import { eachWindow } from './windows.ts';

/** Changes when a rule does; policies and statements name it. */
export const hardeningRulesVersion = '1';

/**
 * The hardening gate: how programs are protected, permissions, accounts, services, kernels, certificates, entropy.
 * Watches a walk; reads the artifact's bytes once more at the end. Memory: findings, and 16 KiB a certificate at most.
 * @returns a report that fails on findings of `settings.failAt` and worse, regressions among them
 */
export function beginHardening(context: GateContext, settings: HardeningSettings = {}): Collector<GateReport> {
  return new HardeningCollector(context, settings);
}

class HardeningCollector implements Collector<GateReport> {
  readonly #context: GateContext;
  readonly #settings: HardeningSettings & Omit<typeof hardeningDefaults, 'expiringDays'>;
  readonly #findings = new FindingList('hardening', hardeningLimits.findings);
  readonly #programs = new ProgramWatcher(this.#findings);
  readonly #kernels = new KernelConfigWatcher(this.#findings);
  readonly #certificates: CertificateWatcher;
  readonly #watchers: readonly Watcher[];
  #format: WalkFormat | undefined;

  constructor(context: GateContext, settings: HardeningSettings) {
    const { expiringDays, opaqueShare, tolerance, failAt } = { ...hardeningDefaults, ...given(settings) };
    this.#context = context;
    this.#settings = { ...settings, opaqueShare, tolerance, failAt };
    this.#certificates = new CertificateWatcher(this.#findings, { now: context.now, expiringDays });
    this.#watchers = [
      this.#programs,
      new ModeWatcher(this.#findings, settings.setIdAllowed),
      new AccountWatcher(this.#findings),
      new ServiceWatcher(this.#findings),
      new SshWatcher(this.#findings),
      new ConsoleWatcher(this.#findings),
      new SystemSettingWatcher(this.#findings),
      this.#kernels,
      this.#certificates,
    ];
  }

  layer(layer: WalkedLayer): void {
    if (layer.parent === null) this.#format = layer.format;
  }

  entry(entry: WalkedEntry): void {
    for (const watcher of this.#watchers) watcher.entry?.(entry);
  }

  async file(file: WalkedFile): Promise<void> {
    for (const watcher of this.#watchers) {
      const pending = watcher.file?.(file);
      if (pending) await pending;
    }
    // What is in a container comes by itself.
    if (file.isContainer) return;
    await eachWindow(file, (window) => {
      this.#certificates.look(file, window);
      this.#kernels.look(file, window);
    });
  }

  async end(walk: WalkResult): Promise<GateReport> {
    const { opaqueShare: mostOpaque, tolerance, previous } = this.#settings;
    const findings = this.#findings;
    const map = await mapEntropy(this.#context.source, { explained: explanationOf(this.#format) });
    const seen: Facts = {
      ...Object.assign({}, ...this.#watchers.map((watcher) => watcher.end())),
      ...judgeEntropy(findings, map, { mostOpaque, previous }),
    };
    const regressions = previous ? findRegressions(findings, { now: seen, previous, tolerance }) : null;
    const verdict = this.#verdict(walk);
    return {
      gate: 'hardening',
      verdict,
      summary: summaryOf(seen, findings, regressions),
      ...findings.report(this.#settings.failAt),
      facts: { ...counts(findings), regressions, ...seen },
      inputs: [{ name: 'hardening-rules', version: hardeningRulesVersion, publishedAt: null }],
      documents: [this.#certificates.document(), entropyDocument(map)],
    };
  }

  /** What was not looked at could be anything. */
  #verdict(walk: WalkResult): Verdict {
    if (this.#findings.reaches(this.#settings.failAt)) return 'fail';
    const isCut = walk.problems.some(({ code }) => code.startsWith('too-'));
    return isCut || this.#programs.unreadable > 0 || !this.#certificates.isComplete ? 'inconclusive' : 'pass';
  }
}

/** Settings that were given; `undefined` is none. */
function given(settings: HardeningSettings): HardeningSettings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}

function counts(findings: FindingList): Facts {
  return {
    criticalFindings: findings.count('critical'),
    highFindings: findings.count('high'),
    mediumFindings: findings.count('medium'),
    lowFindings: findings.count('low'),
  };
}

function summaryOf(seen: Facts, findings: FindingList, regressions: number | null): string {
  const grave = findings.count('critical') + findings.count('high');
  const steps = regressions === null ? 'no release to compare with' : `${regressions} steps back from the last release`;
  return (
    `${seen.programs} programs and ${seen.libraries} libraries, ${seen.certificates} certificates: ` +
    `${grave} grave and ${findings.count('medium')} medium findings, ${steps}.`
  );
}
