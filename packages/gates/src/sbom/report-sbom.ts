import type { WalkResult } from '@fettle/images';
import type { Finding, Verdict } from '@fettle/model';
import { makeFinding, worstFirst } from '../core/findings.ts';
import type { FactValue, GateContext, GateDocument, GateReport } from '../core/gate.ts';
import { gateLimits } from '../core/gate-limits.ts';
import { counted } from '../core/shown.ts';
import type { SoftwareInventory } from './component.ts';
import { type DocumentFacts, serialNumberOf } from './documents/document-facts.ts';
import { writeCyclonedx } from './documents/write-cyclonedx.ts';
import { writeSpdx } from './documents/write-spdx.ts';
import type { InventoryDraft } from './inventory/draft.ts';
import { judgeMinimumContent, type MinimumContent } from './minimum-content.ts';
import type { SbomFact } from './sbom-facts.ts';
import { sbomLimits } from './sbom-limits.ts';
import type { SbomSettings } from './sbom-settings.ts';
import { judgeSupplied, type SuppliedJudgement } from './supplied-documents.ts';

interface SbomInput {
  readonly context: GateContext;
  readonly settings: SbomSettings;
  readonly draft: InventoryDraft;
  readonly found: SoftwareInventory;
  readonly walk: WalkResult;
}

/** Makes the report, its documents and the inventory of what a walk has shown. */
export async function reportSbom(input: SbomInput): Promise<{ report: GateReport; inventory: SoftwareInventory }> {
  const { settings, draft, found, walk } = input;
  const supplied = await judgeSupplied(settings.supplied ?? [], found);
  const inventory = supplied.inventory;
  const minimum = judgeMinimumContent(inventory.components);
  const parts: Parts = { ...input, supplied, inventory, minimum };
  const findings = [
    ...supplied.findings,
    ...minimum.findings,
    ...draft.problems.map(problemFinding),
    ...unseen(walk),
    ...overfull(inventory),
  ];
  const documents = [...ownDocuments(parts), ...supplied.documents];
  const tooLarge = documents.filter(({ bytes }) => bytes.length > gateLimits.documentBytes);
  const verdict = tooLarge.length > 0 ? 'inconclusive' : judge(parts);
  const report: GateReport = {
    gate: 'sbom',
    verdict,
    summary: summarise(parts),
    ...worstFirst([...findings, ...tooLarge.map(documentFinding)]),
    facts: factsOf(parts),
    inputs: supplied.inputs,
    documents: documents.filter((document) => !tooLarge.includes(document)),
  };
  return { report, inventory };
}

interface Parts extends SbomInput {
  readonly supplied: SuppliedJudgement;
  readonly inventory: SoftwareInventory;
  readonly minimum: MinimumContent;
}

/** An invalid document is a failure; what nobody could see or tell is unknown. */
function judge({ supplied, draft, found, inventory, walk }: Parts): Verdict {
  if (supplied.invalid > 0) return 'fail';
  if (inventory.components.length >= sbomLimits.components) return 'inconclusive';
  if (supplied.valid.length > 0) return 'pass';
  const isKnown = found.components.some(({ type }) => type !== 'file');
  return isKnown && draft.problems.length === 0 && walk.problems.length === 0 ? 'pass' : 'inconclusive';
}

function ownDocuments({ context, settings, inventory, draft, walk }: Parts): GateDocument[] {
  const { candidate, now } = context;
  const { explainedBytes, executableBytes } = inventory.coverage;
  const isSeen = draft.problems.length === 0 && walk.problems.length === 0;
  const facts: DocumentFacts = {
    candidate,
    inventory,
    timestamp: now,
    serialNumber: settings.serialNumber ?? serialNumberOf(candidate.digest),
    supplier: settings.supplier,
    toolVersion: settings.toolVersion,
    completeness:
      executableBytes === 0 ? 'unknown' : isSeen && explainedBytes === executableBytes ? 'complete' : 'incomplete',
  };
  const cyclonedx = writeCyclonedx(facts, settings.cyclonedx ?? '1.6');
  return [
    { kind: 'sbom-cyclonedx', mediaType: 'application/vnd.cyclonedx+json', bytes: cyclonedx },
    { kind: 'sbom-spdx', mediaType: 'application/spdx+json', bytes: writeSpdx(facts) },
  ];
}

function factsOf({ found, inventory, supplied, minimum, draft, walk }: Parts): Record<SbomFact, FactValue> {
  const { components, distribution, coverage } = inventory;
  const by = (method: string) => components.filter(({ evidence }) => evidence[0]?.method === method).length;
  const packages = components.filter(({ evidence }) => evidence.some(({ method }) => method === 'package-database'));
  const share = coverage.executableBytes === 0 ? null : coverage.explainedBytes / coverage.executableBytes;
  return {
    components: components.length,
    packages: packages.length,
    stringComponents: by('string') - components.filter(({ type }) => type === 'file').length,
    unknownFiles: found.components.filter(({ type }) => type === 'file').length,
    distribution: distribution === null ? '' : [distribution.id, distribution.versionId].filter(Boolean).join('-'),
    coverage: share === null ? null : Math.round(share * 10_000) / 10_000,
    suppliedSboms: supplied.valid.length,
    suppliedInvalid: supplied.invalid,
    suppliedFormats: [...new Set(supplied.valid.map(({ format, specVersion }) => `${format}-${specVersion}`))].sort(),
    missingFromSupplied: supplied.difference.missing.length,
    extraInSupplied: supplied.difference.extra.length,
    otherVersions: supplied.difference.otherVersion.length,
    withoutSupplier: minimum.withoutSupplier,
    withoutVersion: minimum.withoutVersion,
    withoutLicence: minimum.withoutLicence,
    withoutDependencies: minimum.withoutDependencies,
    minimumContent: minimum.isMet,
    unreadDatabases: draft.problems.filter(({ rule }) => rule.startsWith('database-')).length,
    unseenParts: walk.problems.length,
  };
}

function summarise({ inventory, supplied, draft, walk }: Parts): string {
  const { components, distribution, coverage } = inventory;
  const share = coverage.executableBytes === 0 ? '' : `, packages explain ${percent(coverage)} of its programs`;
  const unread = draft.problems.length + walk.problems.length;
  return [
    `${counted(components.length, 'component')}${distribution === null ? '' : ` on ${distribution.name}`}${share}.`,
    ...(supplied.valid.length === 0 ? [] : [differenceSentence(supplied)]),
    ...(supplied.invalid === 0 ? [] : [`${counted(supplied.invalid, 'supplied SBOM')} not valid.`]),
    ...(unread === 0 ? [] : [`${counted(unread, 'part')} could not be read.`]),
  ].join(' ');
}

function differenceSentence({ difference: { missing, extra, otherVersion } }: SuppliedJudgement): string {
  return `Against the supplied SBOM ${missing.length} are missing, ${extra.length} extra, ${otherVersion.length} of another version.`;
}

function percent({ explainedBytes, executableBytes }: SoftwareInventory['coverage']): string {
  return `${Math.floor((explainedBytes / executableBytes) * 100)} %`;
}

function problemFinding({ rule, place, message }: InventoryDraft['problems'][number]): Finding {
  return finding(rule, 'medium', { place, message });
}

function unseen(walk: WalkResult): Finding[] {
  return walk.problems.map(({ code, place, message }) => {
    const text = `A part could not be opened (${code}), what is in it is not in the SBOM: ${message}`;
    return finding('part-unseen', 'medium', { place, message: text });
  });
}

function overfull({ components }: SoftwareInventory): Finding[] {
  if (components.length < sbomLimits.components) return [];
  const message = `Expected fewer than ${sbomLimits.components} components; what is more was left out.`;
  return [finding('inventory-too-large', 'medium', { place: '', message })];
}

function documentFinding({ kind, bytes }: GateDocument): Finding {
  const message = `Expected a document of at most ${gateLimits.documentBytes} bytes, found ${kind} of ${bytes.length}: it is not kept.`;
  return finding('document-too-large', 'high', { place: '', message });
}

function finding(rule: string, severity: Finding['severity'], at: Pick<Finding, 'place' | 'message'>): Finding {
  return makeFinding('sbom', { rule, severity, ...at, about: [at.place] });
}
