import { writeFileSync } from 'node:fs';
import { verifierFile } from '../verifier-file.ts';
import { bundleVerifier } from './bundle.ts';

writeFileSync(verifierFile, bundleVerifier());
