import type { Release } from '@fettle/model';

/**
 * What the audit log tells of a publication beside the digest of what was signed. The check stands in it so that nobody
 * can say later that none was demanded: the verifier of dossiers reads these words (`packages/dossier`, rule `acts`).
 */
export function publishedWords({ version, counter, clearance, signedBy }: Release): string {
  return `version ${version}, counter ${counter}, cleared by ${clearance?.check ?? 'no check'}, signed by ${signedBy.join(', ')}`;
}
