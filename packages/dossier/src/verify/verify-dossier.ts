import { type Context, fileIn, jsonIn, type Options } from './context.ts';
import { type NoteKey, readVkey } from './log.ts';
import { type Files, readZip } from './read-zip.ts';
import { type Refusal, Report } from './report.ts';
import { checkAudit } from './rules-audit.ts';
import { checkEvidence } from './rules-evidence.ts';
import { checkApprovals } from './rules-people.ts';
import { checkRelease } from './rules-release.ts';
import { checkSums } from './rules-sums.ts';
import { type Key, keyOf, sha256 } from './signatures.ts';
import { at, textOf } from './values.ts';

export type { Options } from './context.ts';

export interface Verdict {
  readonly ok: boolean;
  /** What it is about: `FLEET VERSION`. */
  readonly about: string;
  readonly refusals: readonly Refusal[];
  readonly notes: readonly string[];
  readonly passed: readonly string[];
}

/**
 * Whether a dossier holds: its files, every signature, digests across files, the way to the audit log's checkpoint, and
 * approvals by the policy. Needs nothing but its arguments.
 * @param zip the archive
 */
export function verifyDossier(zip: Uint8Array, options: Options = {}): Verdict {
  const report = new Report();
  let about = 'nothing that could be read';
  let files: Files = new Map();
  report.rule('archive', 'archive', () => {
    files = readZip(zip);
    return `${files.size} files`;
  });
  if (report.refusals.length === 0) {
    report.rule('contents', 'dossier.json', (refuse) => {
      const pinned = (options.keys ?? []).map(keyOf);
      checkSums(
        files,
        report,
        keysIn(files, pinned, (path) => path === 'keys/evidence.pub.pem'),
      );
      // What is not as it was sealed is not worth reading.
      if (report.refusals.length > 0) return 'not read';
      const dossier = jsonIn(files, 'dossier.json');
      if (at(dossier, 'format') !== 'fettle-dossier/1') refuse('it is of a format that this verifier does not know');
      about = `${textOf(at(dossier, 'fleet'))} ${textOf(at(dossier, 'version'))}`;
      if (at(dossier, 'verifier', 'sha256') !== sha256(fileIn(files, 'verify/verify.mjs')))
        refuse('it is not the verifier that dossier.json names', 'verify/verify.mjs');
      const context = contextOf(files, { report, dossier, pinned, options });
      for (const check of [checkRelease, checkEvidence, checkApprovals, checkAudit]) check(context);
      return 'dossier.json names what is here';
    });
  }
  const { refusals, notes, passed } = report;
  return { ok: refusals.length === 0, about, refusals, notes, passed };
}

interface Parts {
  readonly report: Report;
  readonly dossier: unknown;
  readonly pinned: readonly Key[];
  readonly options: Options;
}

function contextOf(files: Files, { report, dossier, pinned, options }: Parts): Context {
  if (pinned.length === 0)
    report.note(
      'KEYS ARE THOSE OF THE DOSSIER ITSELF: it shows that nothing was changed, not who made it. Give --key.',
    );
  const vkeys = (options.vkeys ?? []).map(readVkey);
  const inside = files.has('keys/log.vkey')
    ? readVkey(Buffer.from(fileIn(files, 'keys/log.vkey')).toString('utf8'))
    : undefined;
  return {
    ...{ files, report, dossier, root: options.root, statements: new Map() },
    evidenceKeys: keysIn(files, pinned, (path) => path === 'keys/evidence.pub.pem'),
    releaseKeys: keysIn(files, pinned, (path) => path.startsWith('keys/release-')),
    waiverKeys: keysIn(files, pinned, (path) => path.startsWith('keys/waiver-')),
    log: logKey(report, vkeys, inside),
    witnesses: vkeys.filter(({ type }) => type === 4),
  };
}

/** Keys of a use that the dossier brings; of these only pinned ones, as soon as any is pinned. */
function keysIn(files: Files, pinned: readonly Key[], isOfUse: (path: string) => boolean): readonly Key[] {
  const brought = [...files].filter(([path]) => isOfUse(path)).map(([path, bytes]) => keyIn(path, bytes));
  return pinned.length === 0 ? brought : brought.filter(({ id }) => pinned.some((key) => key.id === id));
}

function keyIn(path: string, bytes: Uint8Array): Key {
  try {
    return keyOf(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new Error(`${path} is not a public key in PEM`);
  }
}

function logKey(report: Report, vkeys: readonly NoteKey[], inside: NoteKey | undefined): NoteKey | undefined {
  const logs = vkeys.filter(({ type }) => type === 1);
  if (logs.length > 0) return logs.find(({ name }) => name === inside?.name) ?? logs[0];
  report.note('the key of the audit log is the one of the dossier itself: give --vkey');
  return inside;
}
