import { createHash } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { openMetadata, type RootMetadata, trustRoot, validSigners } from '@fettle/trust';

/** A root that is trusted. */
export interface TrustedRoot {
  readonly text: string;
  readonly root: RootMetadata;
  /** SHA-256 of the file: what people compare. */
  readonly fingerprint: string;
}

/**
 * Walks from a trusted root to the newest of those that are shown.
 * @param trusted undefined at first trust: then the first one shown is taken as it is
 * @param shown root files in order of their version
 * @throws FettleError `signature-invalid` when one does not follow the one before it
 * @source TUF 1.0.34 §5.3
 */
export function followRoots(trusted: string | undefined, shown: readonly string[]): TrustedRoot | undefined {
  const [first, ...rest] = trusted === undefined ? shown : [trusted, ...shown];
  if (first === undefined) return undefined;
  return rest.reduce(step, openRoot(first));
}

/** A root by its own threshold. @throws FettleError `signature-invalid` */
export function openRoot(text: string): TrustedRoot {
  const verdict = trustRoot(Buffer.from(text, 'utf8'));
  if (!verdict.ok) throw new FettleError('signature-invalid', `Not a root: ${verdict.message}`);
  return { text, root: verdict.root, fingerprint: createHash('sha256').update(text).digest('hex') };
}

function step(before: TrustedRoot, text: string): TrustedRoot {
  const next = openRoot(text);
  const { version } = next.root;
  if (version < before.root.version) return before;
  if (version === before.root.version) {
    if (signedOf(text) === signedOf(before.text)) return before;
    throw refused(`root ${version} is another one than the one that is trusted here`);
  }
  // §5.3.5: exactly the next version.
  if (version !== before.root.version + 1) throw refused(`root ${version} comes after root ${before.root.version}`);
  // §5.3.4: the threshold of the trusted root; that of the new one was looked at when it was opened.
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  const role = before.root.roles.root;
  const found = opened.ok ? validSigners(opened.file, role, before.root.keys).length : 0;
  if (found >= role.threshold) return next;
  throw refused(`root ${version} has ${found} of ${role.threshold} signatures of the keys of root ${version - 1}`);
}

function signedOf(text: string): string {
  const opened = openMetadata(Buffer.from(text, 'utf8'));
  return opened.ok ? Buffer.from(opened.file.signedBytes).toString('utf8') : '';
}

function refused(found: string): FettleError {
  const message = `Expected roots that follow one another, but ${found}. Somebody shows another repository: ask the officers.`;
  return new FettleError('signature-invalid', message);
}
