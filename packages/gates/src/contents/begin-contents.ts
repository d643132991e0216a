import {
  type Inspection,
  inspectImage,
  type WalkedEntry,
  type WalkedFile,
  type WalkedLayer,
  type WalkFormat,
  type WalkResult,
} from '@fettle/images';
import type { Verdict } from '@fettle/model';
import { FindingList } from '../core/finding-list.ts';
import type { Collector, FactValue, GateContext, GateReport } from '../core/gate.ts';
import { counted, shown } from '../core/shown.ts';
import { Inventory } from './inventory.ts';
import { judgeContents, own, publishedVersions } from './judge-contents.ts';
import { type ContentsSettings, contentsDefaults, contentsLimits } from './settings.ts';
import { judgeWalk, type Unseen } from './walk-findings.ts';

/** Changes when a rule does; policies and statements name it. */
export const contentsRulesVersion = '1';
const mostFindings = 4_000;
const wrappers: ReadonlySet<WalkFormat> = new Set(['gzip', 'xz', 'lzma', 'zstd', 'lz4', 'bzip2', 'lzop']);

/**
 * The contents gate: whether the image is what it was declared to be, fits its slot, was not published under another
 * version, and could be looked into. Its document is the inventory of everything in the image.
 * Memory: 64 MiB, most of it the inventory.
 */
export function beginContents(context: GateContext, settings: ContentsSettings = {}): Collector<GateReport> {
  return new ContentsCollector(context, settings);
}

class ContentsCollector implements Collector<GateReport> {
  readonly #context: GateContext;
  readonly #settings: ContentsSettings;
  readonly #inventory = new Inventory();
  readonly #sizes = new Map<string, number>();

  constructor(context: GateContext, settings: ContentsSettings) {
    this.#context = context;
    this.#settings = settings;
  }

  layer({ place, sizeBytes }: WalkedLayer): void {
    // Of what was found at an offset, nobody knows where it ends: it is given everything up to the end.
    if (!/@0x[0-9a-f]+!$/.test(place)) this.#remember(place, sizeBytes);
  }

  entry(entry: WalkedEntry): void {
    this.#inventory.entry(entry);
    if (entry.kind !== 'file') return;
    // What a packed stream holds has often no size before it was read; if it cannot be, as much is hidden as is packed.
    const isStream = entry.path === 'content' && wrappers.has(entry.layer.format);
    this.#remember(entry.place, isStream ? Math.max(entry.sizeBytes, entry.layer.sizeBytes) : entry.sizeBytes);
  }

  file(file: WalkedFile): void {
    this.#inventory.file(file);
  }

  async end(walk: WalkResult): Promise<GateReport> {
    const { candidate, source } = this.#context;
    const settings = this.#settings;
    const findings = new FindingList('contents', mostFindings);
    const inspection = await inspectImage(source);
    if (source.size !== candidate.sizeBytes) {
      const message = `Expected ${candidate.sizeBytes} bytes, as declared; the artifact has ${source.size}.`;
      findings.add({ rule: 'size-mismatch', severity: 'high', place: '', about: [], message });
    }
    judgeContents(findings, { candidate, inspection, settings });
    const sizeOf = (place: string) => this.#sizes.get(place) ?? this.#sizes.get(place.replace(/!$/, ''));
    const unseen = judgeWalk(findings, walk, { sizeBytes: candidate.sizeBytes, sizeOf });
    return {
      gate: 'contents',
      verdict: this.#verdict(findings, unseen),
      summary: this.#summary(walk, inspection),
      ...findings.report(),
      facts: { ...this.#facts(walk, inspection), ...unseenFacts(walk, unseen) },
      inputs: [{ name: 'contents-rules', version: contentsRulesVersion, publishedAt: null }],
      documents: [this.#inventory.document()],
    };
  }

  #remember(place: string, sizeBytes: number): void {
    const leastBytes = Math.min(contentsLimits.leastSizeKept, this.#context.candidate.sizeBytes / 1_000);
    const isSmall = sizeBytes < leastBytes || place.length > contentsLimits.placeCharacters;
    if (isSmall || this.#sizes.size >= contentsLimits.sizes) return;
    this.#sizes.set(place, sizeBytes);
  }

  #verdict(findings: FindingList, { hiddenShare, isCut }: Unseen): Verdict {
    if (findings.reaches('high')) return 'fail';
    const mostHidden = this.#settings.hiddenShare ?? contentsDefaults.hiddenShare;
    return hiddenShare > mostHidden || isCut ? 'inconclusive' : 'pass';
  }

  #facts(walk: WalkResult, inspection: Inspection): Readonly<Record<string, FactValue>> {
    const { candidate } = this.#context;
    const { format, version, hardwareIds, counter } = inspection;
    return {
      format,
      statedVersion: version === undefined ? null : shown(version),
      hardwareIds: hardwareIds.slice(0, 100),
      counter: counter ?? null,
      sizeBytes: candidate.sizeBytes,
      slotBytes: own(this.#settings.slotBytes, candidate.component) ?? null,
      layers: walk.layers,
      files: this.#inventory.files,
      entries: this.#inventory.entries,
      unpackedBytes: walk.bytes,
      publishedAs: publishedVersions({ candidate, settings: this.#settings }).slice(0, 100),
      inventoryComplete: this.#inventory.isComplete,
    };
  }

  #summary(walk: WalkResult, { format, version }: Inspection): string {
    const stated = version === undefined ? 'states no version' : `states version ${shown(version)}`;
    const unseen =
      walk.problems.length === 0 ? 'all of it was seen' : `${counted(walk.problems.length, 'part')} not seen`;
    return `An image of format ${format} that ${stated}, with ${counted(this.#inventory.files, 'file')} in ${counted(walk.layers, 'layer')}; ${unseen}.`;
  }
}

function unseenFacts(walk: WalkResult, unseen: Unseen): Readonly<Record<string, FactValue>> {
  const { hiddenShare, limitsReached, encryptedParts } = unseen;
  return { walkProblems: walk.problems.length, limitsReached, encryptedParts, hiddenShare };
}
