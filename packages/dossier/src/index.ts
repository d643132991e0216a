export { verifierFile } from './verifier-file.ts';
export { type Options, type Verdict, verifyDossier } from './verify/verify-dossier.ts';
