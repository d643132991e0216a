import type { ComponentEvidence, SoftwareComponent } from '../component.ts';
import { simpleComponent } from '../inventory/find.ts';
import type { KernelModule } from '../programs/kernel-module.ts';
import { cpeName, upstreamKernel } from '../strings/string-rule.ts';
import { stringRules } from '../strings/string-rules.ts';

const kernelRule = stringRules.find(({ product }) => product === 'linux');

/**
 * The kernel that something beside it is for.
 * @param release as `uname -r` tells it
 */
export function kernelComponent(release: string, evidence: ComponentEvidence): SoftwareComponent {
  const { supplier, licence, cpe } = kernelRule ?? {};
  return simpleComponent({
    type: 'operating-system',
    name: 'linux',
    version: release,
    supplier,
    licence,
    cpe: cpeName(cpe, upstreamKernel(release)),
    evidence: [evidence],
  });
}

/** A module that was built beside the kernel's own source. */
export function moduleComponent(module: KernelModule, place: string): SoftwareComponent {
  const { name, version, licence, kernelRelease } = module;
  const kernel = kernelComponent(kernelRelease, { method: 'note', place, confidence: 0.8 });
  return simpleComponent({
    name,
    version,
    licence: licence === '' ? undefined : licence,
    evidence: kernel.evidence,
    dependsOn: [kernel.purl],
  });
}
