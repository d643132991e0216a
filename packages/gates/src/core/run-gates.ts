import type { Scratch, Visitor, WalkLimits } from '@fettle/images';
import { walkImage } from '@fettle/images/walk';
import { fettleVersion, type ReleaseGate } from '@fettle/model';
import { beginContents } from '../contents/begin-contents.ts';
import { beginHardening } from '../hardening/begin-hardening.ts';
import { checkProvenance } from '../provenance/check-provenance.ts';
import { provenanceSettings } from '../provenance/read-settings.ts';
import { beginSbom } from '../sbom/begin-sbom.ts';
import { inventoryKind, type SoftwareInventory } from '../sbom/component.ts';
import type { SuppliedDocument } from '../sbom/supplied-documents.ts';
import { beginSecrets } from '../secrets/begin-secrets.ts';
import { checkSignature } from '../signature/check-signature.ts';
import { checkVulnerabilities } from '../vulnerabilities/check/check-vulnerabilities.ts';
import type { OpenDataSet } from '../vulnerabilities/data/data-set.ts';
import type { VexStatement } from '../vulnerabilities/vex/vex-statement.ts';
import type { Collector, GateContext, GateDocument, GateReport } from './gate.ts';

/** Settings of gates, as a policy and the server give them; each gate has refused what it cannot use. */
export type AllSettings = Readonly<Partial<Record<ReleaseGate, Readonly<Record<string, unknown>>>>>;

export interface GateRun {
  readonly context: GateContext;
  readonly settings: AllSettings;
  readonly supplied: {
    readonly sboms: readonly SuppliedDocument[];
    readonly vex: readonly VexStatement[];
    readonly bundles: readonly Uint8Array[];
  };
  readonly dataSets: readonly OpenDataSet[];
  readonly scratch: Scratch;
  readonly limits?: WalkLimits;
  /** Told of the bytes that were presented so far. */
  readonly onProgress?: (bytes: number) => void;
}

export interface GateRunResult {
  readonly reports: readonly GateReport[];
  /** What came out of all layers. */
  readonly bytes: number;
  readonly entries: number;
}

/**
 * Runs every gate over one artifact: one walk through it that all who look into files share, then the gates that ask what
 * was found. Memory: that of the walk (128 MiB and one file), and the findings.
 */
export async function runGates(run: GateRun): Promise<GateRunResult> {
  const { context, settings, supplied, dataSets } = run;
  const secrets = beginSecrets(context, settings.secrets);
  const hardening = beginHardening(context, settings.hardening);
  const contents = beginContents(context, settings.contents);
  const sbom = beginSbom(context, { ...sbomDefaults(context), ...settings.sbom, supplied: supplied.sboms });
  const watching = { bytes: 0 };
  const visitor = together([secrets, hardening, contents, sbom], ({ bytes }) => {
    watching.bytes += bytes;
    run.onProgress?.(watching.bytes);
  });
  const { scratch, limits } = run;
  const walk = await walkImage(context.source, visitor, limits === undefined ? { scratch } : { scratch, limits });
  const found = await sbom.end(walk);
  const reports = [
    await contents.end(walk),
    await checkSignature(context, settings.signature),
    await secrets.end(walk),
    { ...found.report, documents: [...found.report.documents, inventoryDocument(found.inventory)] },
    await checkVulnerabilities({
      context,
      inventory: found.inventory,
      dataSets,
      vex: supplied.vex,
      settings: { ...settings.vulnerabilities },
    }),
    await hardening.end(walk),
    await provenanceReport(run),
  ];
  return { reports, bytes: walk.bytes, entries: walk.entries };
}

/** A policy that accepts no build has nothing to compare with: that is no fault of the artifact. */
async function provenanceReport({ context, settings, supplied: { bundles } }: GateRun): Promise<GateReport> {
  const accepted = provenanceSettings({ ...settings.provenance });
  if (accepted.identities.length > 0) return checkProvenance({ context, bundles, settings: accepted });
  const summary = 'The policy names no build that it accepts (settings.provenance.identities): not judged.';
  const facts = { ...(await checkProvenance({ context, bundles: [], settings: accepted })).facts };
  const none = { findings: [], findingsLeftOut: 0, inputs: [], documents: [] };
  return { gate: 'provenance', verdict: 'inconclusive', summary, facts, ...none };
}

function sbomDefaults({ candidate }: GateContext) {
  return { supplier: candidate.fleet, toolVersion: fettleVersion };
}

/** One visitor for several: each is shown everything, one after the other. */
function together(visitors: readonly Collector<unknown>[], onFile: (file: { bytes: number }) => void): Visitor {
  return {
    async layer(layer) {
      for (const visitor of visitors) await visitor.layer?.(layer);
    },
    async entry(entry) {
      for (const visitor of visitors) {
        const told = visitor.entry?.(entry);
        if (told) await told;
      }
    },
    async file(file) {
      for (const visitor of visitors) {
        const told = visitor.file?.(file);
        if (told) await told;
      }
      onFile({ bytes: file.sizeBytes });
    },
  };
}

function inventoryDocument(inventory: SoftwareInventory): GateDocument {
  return { kind: inventoryKind, mediaType: 'application/json', bytes: Buffer.from(JSON.stringify(inventory), 'utf8') };
}
