import type { WalkedFile, WalkResult } from '@fettle/images';
import type { Collector, GateContext, GateReport } from '../core/gate.ts';
import { collectDatabase, recogniseDatabase } from './collect/database-files.ts';
import { kernelComponent } from './collect/kernel-components.ts';
import { collectManifest, recogniseManifest } from './collect/manifest-files.ts';
import { collectProgram } from './collect/program-files.ts';
import type { SoftwareInventory } from './component.ts';
import { fileNumber, InventoryDraft } from './inventory/draft.ts';
import { settleInventory } from './inventory/settle.ts';
import { reportSbom } from './report-sbom.ts';
import type { SbomSettings } from './sbom-settings.ts';

export interface SbomResult {
  readonly report: GateReport;
  /** What was found and what was supplied, together: what vulnerabilities are looked up for. */
  readonly inventory: SoftwareInventory;
}

/**
 * Watches a walk for everything that tells what software is in an image, and makes its SBOM.
 * Memory: the inventory, and numbers for the paths that packages installed; no contents.
 */
export function beginSbom(context: GateContext, settings: SbomSettings): Collector<SbomResult> {
  const draft = new InventoryDraft();
  return {
    layer: (layer) => draft.roots.noteLayer(layer),
    file: (file) => collectFile(draft, file),
    end: (walk: WalkResult) => reportSbom({ context, settings, draft, found: settleInventory(draft), walk }),
  };
}

async function collectFile(draft: InventoryDraft, file: WalkedFile): Promise<void> {
  if (file.path !== '') {
    const database = recogniseDatabase(file.path);
    if (database) return collectDatabase(draft, file, database);
    const manifest = recogniseManifest(file.path);
    if (manifest) return collectManifest(draft, file, manifest);
    addKernelModules(draft, file);
  }
  return collectProgram(draft, file);
}

/** `lib/modules/6.1.55-v8+/modules.builtin` tells of a kernel, wherever its image lies. */
function addKernelModules(draft: InventoryDraft, file: WalkedFile): void {
  if (!file.path.endsWith('/modules.builtin') && !file.path.endsWith('/modules.dep')) return;
  const version = /(?:^|\/)lib\/modules\/(\d+\.\d[^/]{0,100})\/[^/]+$/.exec(file.path)?.[1];
  if (version === undefined) return;
  const component = kernelComponent(version, { method: 'string', place: file.place, confidence: 0.7 });
  draft.addFind({ component, method: 'string', file: fileNumber(file), givesWayToPackage: true, isSameByName: true });
}
