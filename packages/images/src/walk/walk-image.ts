import { recognise } from '../recognise.ts';
import type { Source } from '../source.ts';
import { Budget } from './core/budget.ts';
import { headOf, kindOf } from './core/kind-of.ts';
import { Outside, outside, WalkOver } from './core/unseen.ts';
import { fileSystems, LayerWalk, type WalkState } from './layer-walk.ts';
import { type WalkLimits, walkLimits } from './walk-limits.ts';
import type { Scratch, Visitor, WalkResult } from './walked.ts';

/** So many layers may give as much as one gives freely. */
const freeLayers = 16;

export interface WalkOptions {
  readonly scratch: Scratch;
  readonly limits?: WalkLimits;
}

/**
 * Walks into everything that an image holds, layer by layer, and presents every name and every file to the visitor.
 * Never throws for what an image contains: what cannot be read, or is too much, ends as a problem in the result.
 * Memory: 128 MiB at most beside the bytes of one file.
 * @throws whatever the source, the scratch or the visitor throws
 */
export async function walkImage(source: Source, visitor: Visitor, options: WalkOptions): Promise<WalkResult> {
  const limits = options.limits ?? walkLimits;
  const state: WalkState = {
    visitor,
    scratch: options.scratch,
    budget: new Budget({ ...limits, bytes: mostBytes(limits, source) }),
    problems: [],
    heldBytes: 0,
  };
  const image: Source = { size: source.size, read: (at, length) => outside(() => source.read(at, length)) };
  try {
    const format = kindOf(await headOf(image), image.size).format ?? 'raw';
    const looksThrough = !fileSystems.has(format) || (await isBundle(image));
    await new LayerWalk(state, image, { format, parent: null, place: '', depth: 0, looksThrough, isWhole: true }).run();
  } catch (error) {
    if (error instanceof Outside) throw error.cause;
    if (!(error instanceof WalkOver)) throw error;
    state.problems.unshift({
      code: error.code,
      place: '',
      message: `${error.message} What follows was not looked at.`,
    });
  }
  const { layers, entries, bytes } = state.budget;
  return { layers, entries, bytes, problems: state.problems.slice(0, limits.problems) };
}

/** Layers within layers each give bytes freely at first: a small image cannot use that again and again. */
function mostBytes({ bytes, ratio, ratioFreeBytes }: WalkLimits, { size }: Source): number {
  return Math.min(bytes, freeLayers * ratioFreeBytes + ratio * size);
}

/** A RAUC bundle is a squashfs, but holds images as an archive does. */
async function isBundle(image: Source): Promise<boolean> {
  return (await recognise(image)) === 'rauc';
}
