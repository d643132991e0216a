import { shownText } from '../reading/text.ts';
import type { Source } from '../source.ts';
import type { Budget, LayerAccount } from './core/budget.ts';
import { headOf, isContainer, type Kind, kindOf } from './core/kind-of.ts';
import { cleanPath } from './core/names.ts';
import { type Content, type EntryFacts, type FileFacts, type OpenLayer, partFacts } from './core/open-layer.ts';
import { PartReader, rangeSource } from './core/part-reader.ts';
import { type Taken, takeContent } from './core/take-content.ts';
import { outside, Unseen, unseenOf, WalkOver } from './core/unseen.ts';
import { openers } from './openers.ts';
import { isFillerFrom } from './raw/filler.ts';
import { PartFinder } from './raw/find-parts.ts';
import { partSize } from './raw/signatures.ts';
import type { Scratch, Visitor, WalkedLayer, WalkFormat, WalkProblem } from './walked.ts';

/** What all layers of one walk share. */
export interface WalkState {
  readonly visitor: Visitor;
  readonly scratch: Scratch;
  readonly budget: Budget;
  readonly problems: WalkProblem[];
  /** Of files in memory whose layers are open. */
  heldBytes: number;
}

export interface LayerPlace {
  readonly format: WalkFormat;
  readonly parent: WalkedLayer | null;
  readonly place: string;
  readonly depth: number;
  readonly looksThrough: boolean;
  /** Whether the source ends where the layer should: what comes after it is then a part of its own. */
  readonly isWhole: boolean;
}

/** File systems hold files of all kinds; a device's image in them is the exception, which its own magic shows. */
export const fileSystems: ReadonlySet<WalkFormat> = new Set(['squashfs', 'ext', 'ar']);
const maxHeldBytes = 64 * 1_048_576;
/** Less cannot hold what is looked for. */
const leastPartBytes = 2_048;

/** One layer while it is walked. */
export class LayerWalk implements OpenLayer {
  readonly layer: WalkedLayer;
  readonly reader: PartReader;
  readonly source: Source;
  readonly looksThrough: boolean;
  readonly #state: WalkState;
  readonly #at: LayerPlace;
  readonly #account: LayerAccount;

  constructor(state: WalkState, source: Source, at: LayerPlace) {
    const { parent, format, place } = at;
    this.layer = { id: state.budget.layers++, parent: parent?.id ?? null, format, place, sizeBytes: source.size };
    this.reader = new PartReader(source, state.budget);
    this.source = source;
    this.looksThrough = at.looksThrough;
    this.#state = state;
    this.#at = at;
    this.#account = { layer: this.layer, bytes: 0 };
  }

  /** Walks it to its end. @returns the offset after its last byte, as far as that is known */
  async run(): Promise<number | null> {
    const { visitor } = this.#state;
    await outside(() => visitor.layer?.(this.layer));
    try {
      const end = await openers[this.layer.format](this);
      if (end !== null && this.#at.isWhole) await this.#rest(end);
      return end;
    } catch (error) {
      this.problem('', error);
      return null;
    }
  }

  async entry(facts: EntryFacts): Promise<void> {
    this.#state.budget.entry();
    const path = this.#pathOf(facts.path);
    if (path === undefined) return;
    const entry = { ...facts, path, layer: this.layer, place: this.layer.place + path };
    await outside(() => this.#state.visitor.entry?.(entry));
  }

  async file(facts: FileFacts, content: Content): Promise<void> {
    await this.#file(facts, content, this.looksThrough);
  }

  async part(path: string, content: Content, sizeBytes: number): Promise<void> {
    await this.#file(partFacts(path, sizeBytes), content, true);
  }

  problem(path: string, error: unknown): void {
    this.#tell(path, error, true);
  }

  #tell(path: string, error: unknown, ofLayer: boolean): void {
    if (error instanceof WalkOver) throw error;
    const { code, message } = unseenOf(error);
    const { problems, budget } = this.#state;
    if (problems.length >= budget.limits.problems) return;
    const place = this.layer.place + path;
    problems.push({ code, place, message, ...(ofLayer && code === 'malformed' ? { hidesUnknown: true } : {}) });
  }

  async #file(facts: FileFacts, content: Content, looksThrough: boolean): Promise<void> {
    this.#state.budget.entry();
    const path = this.#pathOf(facts.path);
    if (path === undefined) return;
    const taken = await this.#take({ ...facts, path }, content);
    if (!taken) return;
    try {
      const kind = await this.#present({ ...facts, path }, taken);
      const place = this.layer.place + path;
      if (isContainer(kind)) await this.#enter(kind.format, place, { taken, looksThrough });
      else if (kind.isImage || (looksThrough && kind.format === null && taken.sizeBytes >= leastPartBytes)) {
        await this.#lookThrough(place, taken);
      }
    } finally {
      await taken.discard();
    }
  }

  async #take(facts: FileFacts, content: Content): Promise<Taken | undefined> {
    const { budget, scratch, visitor } = this.#state;
    try {
      const give = (bytes: number) => budget.give(this.#account, bytes);
      return await takeContent(content, { sizeBytes: facts.sizeBytes, limits: budget.limits, scratch, give });
    } catch (error) {
      const place = this.layer.place + facts.path;
      await outside(() => visitor.entry?.({ ...facts, kind: 'file', layer: this.layer, place }));
      // One bomb is enough to know the layer.
      if (error instanceof Unseen && error.code === 'too-compressed') throw error;
      this.#tell(facts.path, error, false);
      return undefined;
    }
  }

  // Apart from what follows, so that nothing here keeps the bytes alive while inner layers are walked.
  async #present(facts: FileFacts, taken: Taken): Promise<Kind> {
    const { visitor } = this.#state;
    const { sha256, content, bytes, sizeBytes } = taken;
    const kind = kindOf(bytes ?? (await headOf(content)), sizeBytes);
    const place = this.layer.place + facts.path;
    const entry = { ...facts, kind: 'file', sizeBytes, layer: this.layer, place } as const;
    await outside(() => visitor.entry?.(entry));
    await outside(() => visitor.file?.({ ...entry, sha256, content, bytes, isContainer: isContainer(kind) }));
    return kind;
  }

  async #enter(
    format: WalkFormat,
    place: string,
    file: { readonly taken: Taken; readonly looksThrough: boolean },
  ): Promise<void> {
    const { taken, looksThrough } = file;
    const source = await this.#hold(taken);
    const held = taken.heldBytes();
    this.#state.heldBytes += held;
    try {
      await this.#open(source, { format, place: `${place}!`, looksThrough, isWhole: true });
    } finally {
      this.#state.heldBytes -= held;
    }
  }

  async #open(
    source: Source,
    at: Pick<LayerPlace, 'format' | 'place' | 'looksThrough' | 'isWhole'>,
  ): Promise<number | null> {
    const { budget } = this.#state;
    const depth = this.#at.depth + 1;
    const path = at.place.slice(this.layer.place.length);
    if (depth > budget.limits.depth) {
      this.problem(
        path,
        new Unseen('too-deep', `More than ${budget.limits.depth} layers within layers are not entered.`),
      );
      return null;
    }
    if (budget.layers >= budget.limits.layers) {
      this.problem(path, new Unseen('too-many', `More than ${budget.limits.layers} layers are not entered.`));
      return null;
    }
    const looksThrough = at.looksThrough && !fileSystems.has(at.format);
    return await new LayerWalk(this.#state, source, { ...at, looksThrough, parent: this.layer, depth }).run();
  }

  /** Everything that file systems and images are found in, at any offset. */
  async #lookThrough(place: string, taken: Taken): Promise<void> {
    const source = await this.#hold(taken);
    const held = taken.heldBytes();
    this.#state.heldBytes += held;
    try {
      await this.#searchIn(source, place);
    } finally {
      this.#state.heldBytes -= held;
    }
  }

  async #searchIn(source: Source, place: string): Promise<void> {
    const finder = new PartFinder(new PartReader(source, this.#state.budget));
    for (let from = 0; ; ) {
      const found = await finder.next(from);
      if (!found) return;
      const { offset, signature } = found;
      const name = `${place}@0x${offset.toString(16)}!`;
      const rest = rangeSource(source, offset, source.size - offset);
      const part = rangeSource(source, offset, await partSize(signature, rest));
      const at = { format: signature.format, place: name, looksThrough: true, isWhole: false };
      const end = await this.#open(part, at);
      from = offset + Math.max(end ?? 0, signature.magic.length);
    }
  }

  /** What comes after the layer's own bytes: another image, a signature, a second archive. */
  async #rest(end: number): Promise<void> {
    if (end >= this.source.size || (await isFillerFrom(this.reader, end))) return;
    const size = this.source.size - end;
    const source = rangeSource(this.source, end, size);
    await this.#file(partFacts(`@0x${end.toString(16)}`, size), { kind: 'range', source }, this.#at.looksThrough);
  }

  /** Bytes of outer layers stay while inner ones are walked: beyond a bound they go into the scratch. */
  async #hold(taken: Taken): Promise<Source> {
    if (this.#state.heldBytes + taken.heldBytes() <= maxHeldBytes) return taken.content;
    return await taken.spill();
  }

  #pathOf(path: string): string | undefined {
    try {
      const clean = cleanPath(path, this.#state.budget.limits);
      if (clean.leadsOut) {
        this.#tell(
          clean.path,
          new Unseen('leads-out', 'The path leads out of its layer; it was taken as inside.'),
          false,
        );
      }
      return clean.path;
    } catch (error) {
      this.problem(shownText(Buffer.from(path.slice(0, 64))), error);
      return undefined;
    }
  }
}
