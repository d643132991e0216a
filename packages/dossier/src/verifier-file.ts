/** The verifier as one file, which goes with every dossier. Made by `build/write-verifier.ts`. */
export const verifierFile: URL = new URL('../verifier/verify.mjs', import.meta.url);
