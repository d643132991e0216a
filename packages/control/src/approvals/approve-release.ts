import { FettleError, type FleetId, limits, type Person, type Release, type ReleaseApproval } from '@fettle/model';
import { type Envelope, readPublicKey, statementPayloadType, verifyEnvelope } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import type { EvidenceSigner } from '../audit/evidence-signer.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { evidenceOf } from '../checks/evidence.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { provePassword } from '../people/prove-password.ts';
import { requireSelf } from '../people/require-person.ts';
import { type ApprovalWords, manifestDigest, wordsOf } from './approval-statement.ts';
import { judgementText } from './judgement.ts';
import { demandedApprovals, prepareApproval } from './prepare-approval.ts';
import { demandUnused } from './used-statement.ts';

/** How old the words may be that somebody signs. */
const mostAgeMs = 15 * 60_000;
const approvalKind = 'approval';
const envelopeType = 'application/vnd.dsse.envelope.v1+json';

export interface ApprovalWish {
  readonly version: string;
  readonly meaning: string;
  /** The only one of the person's roles that fits, when it is not named. */
  readonly role?: string | undefined;
  readonly reason: string;
  readonly method: ApprovalWords['method'];
}

/**
 * The statement that a person would sign, to be shown first and then to come back signed.
 * @throws FettleError what `approveRelease` throws
 */
export async function draftApproval(scope: Scope, brain: Brain, fleet: FleetId, wish: ApprovalWish): Promise<string> {
  demand(scope, 'release.approve');
  const reads = brain.store.reads(scope);
  const self = await requireSelf(reads, scope);
  const fits = demandedApprovals(await requireFleet(reads, fleet)).filter((one) => one.meaning === wish.meaning);
  const own = fits.find((one) => self.roles.includes(one.role)) ?? fits[0];
  const now = brain.clock.now();
  const words: ApprovalWords = { ...wish, role: wish.role ?? own?.role ?? '', at: now };
  const { statement } = await prepareApproval(reads, self, { fleet, version: wish.version, now }, words);
  return Buffer.from(statement).toString('utf8');
}

export interface NewApproval {
  readonly version: string;
  /** The drafted statement, as it was shown. */
  readonly statement: string;
  /** Who signs proves it now: the password again, or an envelope that their registered key has signed elsewhere. */
  readonly proof: { readonly password: string } | { readonly envelope: string };
}

/**
 * A person signs for a release: proven anew, never for their own, bound to the manifest, the check and what was shown of
 * its verdicts. The statement, signed by the evidence key too, is kept.
 * @throws FettleError `forbidden`, `not-authenticated`, `signature-invalid`, `wrong-state` when anything changed since it
 * was shown, `already-exists`, `invalid-input`
 * @source 21 CFR 11.200(a): two components at signing
 */
export async function approveRelease(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: NewApproval,
): Promise<{ readonly release: Release; readonly approval: ReleaseApproval }> {
  demand(scope, 'release.approve');
  const signer = requireEvidence(brain);
  const now = brain.clock.now();
  const about = { fleet, version: input.version, now };
  const words = wordsOf(input.statement);
  const reads = brain.store.reads(scope);
  const self = await requireSelf(reads, scope);
  demandFresh(words, now);
  const drafted = await prepareApproval(reads, self, about, words);
  demandSame(drafted.statement, input.statement);
  const own = await prove(brain, scope, self, { ...input, words });
  const signed = await signer.sign(drafted.statement);
  const text = JSON.stringify({ ...signed, signatures: [...own, ...signed.signatures] });
  const evidence = evidenceOf(approvalKind, envelopeType, text);
  const done = await brain.store.transact(scope, async (tx) => {
    const person = await requireSelf(tx, scope);
    const again = { ...about, now: brain.clock.now(), known: drafted.known };
    const { release, statement, shown } = await prepareApproval(tx, person, again, words);
    demandSame(statement, input.statement);
    await demandUnused(tx, release, { statement, at: words.at });
    const approvals = release.approvals ?? [];
    if (approvals.length >= limits.approvalsPerRelease) {
      throw new FettleError('limit-reached', `A release has at most ${limits.approvalsPerRelease} approvals.`);
    }
    const judged = shown && judgementText(shown.judgement);
    const approval: ReleaseApproval = {
      ...{ meaning: words.meaning, role: words.role, person: person.id, fullName: person.fullName },
      ...{ reason: words.reason, at: words.at, method: words.method, manifest: manifestDigest(release) },
      ...{ check: release.clearance?.check ?? null, evidence: evidence.digest },
      ...(judged ? { judged: judged.digest } : {}),
    };
    await tx.keepEvidence(evidence);
    if (judged) await tx.keepEvidence(judged);
    const next: Release = { ...release, approvals: [...approvals, approval] };
    await tx.updateRelease(next);
    await tx.appendAudit({
      verb: 'release.approved',
      object: `release/${release.id}`,
      fleet,
      before: null,
      after: evidence.digest,
      reason: `${words.meaning} by ${person.name} (${person.fullName}) as ${words.role}: ${words.reason}`.slice(0, 500),
    });
    return { release: next, approval };
  });
  fleetChanged(brain, scope.tenant, fleet);
  return done;
}

interface ToProve extends NewApproval {
  readonly words: ApprovalWords;
}

/** @returns signatures of the person's own key, where they proved it with that */
async function prove(
  brain: Brain,
  { tenant }: Scope,
  self: Person,
  { proof, statement, words }: ToProve,
): Promise<Envelope['signatures']> {
  const method = 'password' in proof ? 'password' : 'key';
  if (words.method !== method) {
    throw new FettleError('invalid-input', `The statement says it is signed by ${words.method}, found a ${method}.`);
  }
  if ('password' in proof) {
    await provePassword(brain, tenant, self.id, proof.password);
    return [];
  }
  if (!self.key) throw new FettleError('forbidden', `${self.name} has registered no key: fettle person key KEY.pub`);
  const key = readPublicKey(self.key.publicKeyPem);
  const verdict = verifyEnvelope(proof.envelope, { payloadType: statementPayloadType, keys: [key], threshold: 1 });
  if (!verdict.ok)
    throw new FettleError('signature-invalid', `The registered key did not sign this: ${verdict.message}`);
  if (!Buffer.from(verdict.payload).equals(Buffer.from(statement, 'utf8'))) {
    throw new FettleError('signature-invalid', 'The key signed another statement than the one that was drafted.');
  }
  const { signatures } = JSON.parse(proof.envelope) as Envelope;
  return signatures.filter(({ keyid }) => keyid === key.id).slice(0, 1);
}

function demandSame(statement: Uint8Array, shown: string): void {
  if (Buffer.from(shown, 'utf8').equals(statement)) return;
  const message = 'What was shown is not what stands now: the release, its check, its verdicts or your roles changed.';
  throw new FettleError('wrong-state', message, { details: { next: 'look at it again and sign anew' } });
}

function demandFresh({ at }: ApprovalWords, now: number): void {
  if (at <= now && now - at <= mostAgeMs) return;
  throw new FettleError('wrong-state', `Expected words of the last ${mostAgeMs / 60_000} minutes. Look at it again.`);
}

function requireEvidence({ evidence }: Brain): EvidenceSigner {
  if (evidence) return evidence;
  throw new FettleError('wrong-state', 'This server has no evidence key: it can keep no approvals.');
}
