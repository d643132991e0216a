export { memoryScratch } from './walk/memory-scratch.ts';
export { type WalkOptions, walkImage } from './walk/walk-image.ts';
