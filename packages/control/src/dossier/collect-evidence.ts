import { type Digest, FettleError, type Fleet, type Release, type ReleaseCheck } from '@fettle/model';
import type { Judgement } from '../approvals/judgement.ts';
import type { Reads } from '../ports.ts';
import { type DossierFile, fileOf, jsonFile } from './dossier-file.ts';
import type { PolicyOfRelease } from './policy-of-release.ts';

/** What a file of evidence is. */
export interface EvidenceEntry {
  readonly file: string;
  readonly kind: string;
  readonly gate: string | null;
  readonly artifact: Digest | null;
  readonly mediaType: string;
}

export interface Collected {
  readonly files: readonly DossierFile[];
  readonly entries: readonly EvidenceEntry[];
}

const folders: Readonly<Record<string, string>> = {
  statement: 'attestations',
  summary: 'attestations',
  'gate-reports': 'gates',
  sbom: 'sbom',
  'sbom-cyclonedx': 'sbom',
  'sbom-spdx': 'sbom',
  vex: 'vex',
  provenance: 'attestations',
};

/** What a check made and what came with it: statements, reports, SBOMs, VEX, each under its digest. */
export async function evidenceFiles(reads: Reads, check: ReleaseCheck | undefined): Promise<Collected> {
  if (!check) return { files: [], entries: [] };
  const supplied = check.supplied.map(({ kind, digest }) => ({
    ...{ kind, digest, gate: null, artifact: null, mediaType: 'application/json' },
  }));
  const files = new Map<string, DossierFile>();
  const entries: EvidenceEntry[] = [];
  for (const { kind, digest, gate, artifact, mediaType } of [...check.records, ...supplied]) {
    const folder = folders[kind] ?? (kind.includes('sbom') ? 'sbom' : 'gates');
    const file = `${folder}/${kind}-${gate === null ? '' : `${gate}-`}${digest.slice(0, 16)}${endingOf(mediaType)}`;
    if (!files.has(file)) files.set(file, await lazyFile(reads, file, digest));
    entries.push({ file, kind, gate, artifact, mediaType });
  }
  return { files: [...files.values()], entries };
}

/** A text that is kept by digest: looked at for its size now, held in memory only while it is written. */
async function lazyFile(reads: Reads, path: string, digest: Digest): Promise<DossierFile> {
  const read = async () => {
    const kept = await reads.evidence(digest);
    if (!kept) throw new FettleError('internal', `The evidence ${digest} should be kept, but is not there.`);
    return Buffer.from(kept.text, 'utf8');
  };
  return { path, sha256: digest, sizeBytes: (await read()).length, read };
}

/** Signed statements of people, those that are void too, and what each of them was shown. */
export async function approvalFiles(reads: Reads, { approvals = [] }: Release): Promise<readonly DossierFile[]> {
  const files = approvals.flatMap((one) => [
    lazyFile(reads, approvalPath(one), one.evidence),
    ...(one.judged === undefined ? [] : [lazyFile(reads, judgedPath(one.judged), one.judged)]),
  ]);
  return Promise.all(files);
}

/** What the gates said, as it was shown to somebody who signed. */
export function judgedPath(judged: Digest): string {
  return `approvals/judged-${judged.slice(0, 16)}.json`;
}

export function approvalPath({ meaning, evidence }: { readonly meaning: string; readonly evidence: string }): string {
  return `approvals/${meaning.replace(/[^A-Za-z0-9._-]/g, '_')}-${evidence.slice(0, 16)}.dsse.json`;
}

/** Exceptions of the fleet that were never revoked; the verifier tells which of them a verdict rests on. */
export async function waiverFiles(reads: Reads, { id }: Fleet): Promise<readonly (DossierFile & { digest: string })[]> {
  const waivers = await reads.waivers(id);
  return waivers.map(({ digest, envelope }) => ({
    ...fileOf(`waivers/${digest.slice(0, 16)}.dsse.json`, envelope),
    digest,
  }));
}

/** What the gates were asked and what came of it, as the database has it. */
export function checkFiles(
  release: Release,
  check: ReleaseCheck | undefined,
  { policy, today }: { readonly policy: PolicyOfRelease | undefined; readonly today: Judgement | undefined },
): readonly DossierFile[] {
  return [
    ...(check ? [jsonFile('gates/check.json', check)] : []),
    ...(release.clearance ? [jsonFile('gates/clearance.json', release.clearance)] : []),
    // What signatures are held against.
    ...(today ? [jsonFile('gates/judged.json', today)] : []),
    ...(policy?.text === undefined ? [] : [fileOf('gates/policy.json', policy.text)]),
  ];
}

function endingOf(mediaType: string): string {
  if (mediaType.includes('dsse')) return '.dsse.json';
  return mediaType.includes('json') ? '.json' : '.txt';
}
