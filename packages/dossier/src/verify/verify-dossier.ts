import { type Context, fileIn, jsonIn } from './context.ts';
import { type NoteKey, readVkey } from './log.ts';
import { type Options, type Pins, readPins } from './pins.ts';
import { type Files, readZip } from './read-zip.ts';
import { type Refusal, Report } from './report.ts';
import { checkActs } from './rules-acts.ts';
import { checkLog } from './rules-audit.ts';
import { checkEvidence } from './rules-evidence.ts';
import { checkApprovals } from './rules-people.ts';
import { checkPolicy } from './rules-policy.ts';
import { checkRelease } from './rules-release.ts';
import { checkSums } from './rules-sums.ts';
import { type Key, keyOf, sha256 } from './signatures.ts';
import { at, textOf } from './values.ts';

export interface Verdict {
  /** Only where it is accepted. */
  readonly ok: boolean;
  /**
   * `unpinned`: it is consistent, but rests on keys that nobody pinned, so that anybody could have made it.
   */
  readonly verdict: 'accepted' | 'unpinned' | 'refused';
  /** What it is about: `FLEET VERSION`. */
  readonly about: string;
  readonly refusals: readonly Refusal[];
  /** For each key that is lacking: what that leaves open, and how to give it. */
  readonly unpinned: readonly string[];
  readonly notes: readonly string[];
  readonly passed: readonly string[];
}

/**
 * Whether a dossier holds: its files, every signature, digests across files, the way to the audit log's checkpoint, and
 * approvals by the policy. Needs nothing but its arguments.
 * @param zip the archive
 * @throws Error when what is pinned cannot be read
 */
export function verifyDossier(zip: Uint8Array, options: Options = {}): Verdict {
  const pins = readPins(options);
  const report = new Report();
  let about = 'nothing that could be read';
  let files: Files = new Map();
  report.rule('archive', 'archive', () => {
    files = readZip(zip);
    return `${files.size} files`;
  });
  if (report.refusals.length === 0) {
    report.rule('contents', 'dossier.json', (refuse) => {
      const evidenceKeys = keysFor(files, pins.evidence, (path) => path === 'keys/evidence.pub.pem');
      checkSums(files, report, evidenceKeys);
      // What is not as it was sealed is not worth reading.
      if (report.refusals.length > 0) return 'not read';
      const dossier = jsonIn(files, 'dossier.json');
      if (at(dossier, 'format') !== 'fettle-dossier/1') refuse('it is of a format that this verifier does not know');
      about = `${textOf(at(dossier, 'fleet'))} ${textOf(at(dossier, 'version'))}`;
      if (at(dossier, 'verifier', 'sha256') !== sha256(fileIn(files, 'verify/verify.mjs')))
        refuse('it is not the verifier that dossier.json names', 'verify/verify.mjs');
      const context = contextOf(files, { report, dossier, pins, evidenceKeys });
      // What the log proves comes first: the rules after it rest on it.
      for (const check of [checkRelease, checkLog, checkPolicy, checkEvidence, checkApprovals, checkActs])
        check(context);
      return 'dossier.json names what is here';
    });
  }
  const { refusals, unpinned, notes, passed } = report;
  const verdict = refusals.length > 0 ? 'refused' : unpinned.length > 0 ? 'unpinned' : 'accepted';
  return { ok: verdict === 'accepted', verdict, about, refusals, unpinned, notes, passed };
}

interface Parts {
  readonly report: Report;
  readonly dossier: unknown;
  readonly pins: Pins;
  readonly evidenceKeys: readonly Key[];
}

function contextOf(files: Files, { report, dossier, pins, evidenceKeys }: Parts): Context {
  if (pins.evidence.length === 0)
    report.lack(
      'NO EVIDENCE KEY WAS PINNED: it shows that nothing was changed since it was sealed, not who sealed it. Give --evidence-key.',
    );
  return {
    ...{ files, report, dossier, pins, evidenceKeys, statements: new Map(), events: [] },
    releaseKeys: keysFor(files, pins.release, (path) => path.startsWith('keys/release-')),
    log: logKey(files, pins),
  };
}

/** Keys that were pinned for a use; where none was, those that the dossier brings for it. */
function keysFor(files: Files, pinned: readonly Key[], isOfUse: (path: string) => boolean): readonly Key[] {
  if (pinned.length > 0) return pinned;
  return [...files].filter(([path]) => isOfUse(path)).map(([path, bytes]) => keyIn(path, bytes));
}

function keyIn(path: string, bytes: Uint8Array): Key {
  try {
    return keyOf(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw new Error(`${path} is not a public key in PEM`);
  }
}

/** Of several pinned logs the one that the dossier names. */
function logKey(files: Files, { logs }: Pins): NoteKey | undefined {
  const bytes = files.get('keys/log.vkey');
  const inside = bytes && readVkey(Buffer.from(bytes).toString('utf8'));
  return logs.length > 0 ? (logs.find(({ name }) => name === inside?.name) ?? logs[0]) : inside;
}
