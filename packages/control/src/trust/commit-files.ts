import { FettleError, isTopRole, type NewAuditEvent, type TrustFile } from '@fettle/model';
import type { Writes } from '../ports.ts';
import { digestOfText } from './stored-files.ts';
import type { TrustReads } from './trust-store.ts';

/** Which files stood when somebody began to sign over them. */
export type Standing = Awaited<ReturnType<TrustReads['trustVersions']>>;

/**
 * Stores files that were signed over what stood, with an audit event for each.
 * @throws FettleError `wrong-state` when something else stands by now: somebody else was faster
 */
export async function commitFiles(
  tx: Writes,
  files: readonly TrustFile[],
  { standing, reason }: { readonly standing: Standing; readonly reason: string },
): Promise<void> {
  const [first] = files;
  if (!first) return;
  if (!isSame(standing, await tx.trustVersions(first.repository))) throw overtaken();
  for (const file of files) {
    const previous = await tx.trustFile(file.repository, file.role);
    await tx.insertTrustFile(file);
    await tx.appendAudit(eventOf(file, previous, reason));
  }
}

/** @param cause what the signer said; absent when the store found out */
export function overtaken(cause?: Error): FettleError {
  const why = cause ? ` (${cause.message})` : '';
  const message = `Somebody else publishes at this moment, or was cut off while publishing${why}. Nothing was changed. Try again; if that does not help, publish first what was cut off.`;
  return new FettleError('wrong-state', message, cause ? { cause } : {});
}

function isSame(a: Standing, b: Standing): boolean {
  return a.length === b.length && a.every(({ role, version }, i) => b[i]?.role === role && b[i]?.version === version);
}

function eventOf(file: TrustFile, previous: TrustFile | undefined, reason: string): NewAuditEvent {
  const { repository, role, version, text } = file;
  const isOnline = role === 'snapshot' || role === 'timestamp';
  return {
    verb: isOnline ? 'trust.refreshed' : 'trust.published',
    object: `trust/${repository}/${role}`,
    fleet: isTopRole(role) ? null : role,
    before: previous ? digestOfText(previous.text) : null,
    after: digestOfText(text),
    reason: `version ${version}${reason === '' ? '' : `: ${reason}`}`,
  };
}
