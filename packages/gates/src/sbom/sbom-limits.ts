/** Bounds of what an inventory takes in and holds. */
export const sbomLimits = {
  /** Components of one inventory, and of one supplied document: their documents take some 15 kB of memory each. */
  components: 20_000,
  /** Edges between components, all together. */
  dependencies: 500_000,
  /** Places that are told of one component; more are counted by nobody. */
  evidence: 16,
  /** Paths that package databases say they installed: as numbers, about 40 bytes each. */
  listedPaths: 1_000_000,
  executables: 100_000,
  /** Programs that nothing explains and nothing names, listed as files. */
  unknownFiles: 2_000,
  /** Kernels that modules are for, in all layers together. */
  kernels: 1_000,
  databaseBytes: 268_435_456,
  /** Of text that is parsed as a whole: package databases other than rpm's. */
  textBytes: 33_554_432,
  /** Of small files: package.json, METADATA, os-release. */
  smallFileBytes: 1_048_576,
  textCharacters: 512,
} as const;

/** One line of at most the bound, without control characters; empty when nothing is left. */
export function plainText(text: string, limit: number = sbomLimits.textCharacters): string {
  let plain = '';
  for (const character of text.slice(0, limit)) {
    const code = character.codePointAt(0) ?? 0;
    plain += code < 0x20 || code === 0x7f || (code >= 0xd800 && code <= 0xdfff) ? ' ' : character;
  }
  return plain.trim();
}
