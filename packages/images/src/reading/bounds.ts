/** Bytes of one field that is held in memory: larger ones are streamed or refused. */
export const maxFieldBytes = 16 * 1_048_576;
/** Levels of nesting: nodes of a tree, layers inside layers. */
export const maxDepth = 16;
/** Nodes, properties, segments, blocks, tags of one image. */
export const maxEntries = 65_536;
/** Signatures of one image: a FIT for many products has one for each configuration. */
export const maxSignatures = 256;
/** Reads of one inspection, in place of a clock: what is within needs seconds, not minutes. */
export const maxSteps = 4_194_304;
/** Bytes that one inspection may read or hash: this much more than so many times the image. */
export const workPerByte = 16;
export const workBytes = 64 * 1_048_576;
/** What is read at once, and kept until another place is read. */
export const windowBytes = 65_536;
/** What is hashed at once. */
export const chunkBytes = 262_144;
/** Characters of a text that an image may put into an answer. */
export const maxTextLength = 256;
/** Warnings of one inspection; further ones are counted. */
export const maxWarnings = 64;
