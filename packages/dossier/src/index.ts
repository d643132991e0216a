export { verifierFile } from './verifier-file.ts';
export type { Options } from './verify/pins.ts';
export { type Verdict, verifyDossier } from './verify/verify-dossier.ts';
