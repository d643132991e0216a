import { createHash } from 'node:crypto';
import { readWaiver, ruleProblem } from '@fettle/gates';
import { type Digest, digest, FettleError, type FleetId, limits, type StoredWaiver } from '@fettle/model';
import { readPublicKey } from '@fettle/trust';
import { demand, type Scope } from '../access/scope.ts';
import { type Brain, fleetChanged } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { type ValidWaiver, validWaivers } from './judge-check.ts';
import { rejudgeReleases } from './rejudge.ts';

/**
 * Takes in a signed exception; releases that it concerns are judged anew. The same one again changes nothing.
 * @param envelope DSSE envelope as JSON text, kept byte for byte
 * @throws FettleError `signature-invalid`, `invalid-input`, `wrong-state` without a policy, `limit-reached`
 */
export async function addWaiver(scope: Scope, brain: Brain, fleet: FleetId, envelope: string): Promise<StoredWaiver> {
  demand(scope, 'release.publish');
  const now = brain.clock.now();
  const stored = await brain.store.transact(scope, async (tx) => {
    const { releasePolicy } = await requireFleet(tx, fleet);
    if (!releasePolicy || releasePolicy.waivers.keys.length === 0) {
      throw new FettleError('wrong-state', `The policy of fleet ${fleet} names no keys that may sign waivers.`);
    }
    const keys = releasePolicy.waivers.keys.map(readPublicKey);
    const read = readWaiver(envelope, { keys, threshold: releasePolicy.waivers.threshold });
    if (!read.ok) throw new FettleError('signature-invalid', `The waiver is not believed: ${read.message}`);
    const { waiver, signedBy } = read;
    if (waiver.fleet !== fleet) {
      throw new FettleError('invalid-input', `Expected a waiver for fleet ${fleet}, found one for ${waiver.fleet}.`);
    }
    const problem = ruleProblem(waiver.gate, waiver.rule);
    if (problem !== undefined) throw new FettleError('invalid-input', `The waiver could cover nothing. ${problem}`);
    if (waiver.expiresAt <= now) throw new FettleError('invalid-input', 'The waiver has expired already.');
    const known = await tx.waivers(fleet);
    const name = digest(createHash('sha256').update(envelope, 'utf8').digest('hex'));
    const there = known.find((one) => one.digest === name);
    if (there) return there;
    if (known.length >= limits.waiversPerFleet) {
      throw new FettleError('limit-reached', `A fleet has at most ${limits.waiversPerFleet} waivers. Revoke one.`);
    }
    const { expiresAt } = waiver;
    const made: StoredWaiver = {
      digest: name,
      fleet,
      envelope,
      addedBy: scope.actor,
      createdAt: now,
      expiresAt,
      revokedAt: null,
    };
    await tx.insertWaiver(made);
    const until = new Date(expiresAt).toISOString();
    await tx.appendAudit({
      verb: 'waiver.added',
      object: `waiver/${name}`,
      fleet,
      before: null,
      after: name,
      reason: `${waiver.gate}/${waiver.rule} until ${until}, by ${signedBy.join(', ')}: ${waiver.reason}`.slice(0, 500),
    });
    return made;
  });
  await rejudgeReleases(scope, brain, fleet);
  fleetChanged(brain, scope.tenant, fleet);
  return stored;
}

/** The exceptions that count today. */
export async function listWaivers(scope: Scope, brain: Brain, fleet: FleetId): Promise<readonly ValidWaiver[]> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  return validWaivers(reads, await requireFleet(reads, fleet), brain.clock.now());
}

/** From now on the exception covers nothing: its findings are back. */
export async function revokeWaiver(
  scope: Scope,
  brain: Brain,
  fleet: FleetId,
  input: { readonly digest: Digest; readonly reason: string },
): Promise<void> {
  demand(scope, 'release.publish');
  await brain.store.transact(scope, async (tx) => {
    const found = (await tx.waivers(fleet)).find((one) => one.digest === input.digest);
    if (!found) throw new FettleError('not-found', `Fleet ${fleet} has no waiver ${input.digest}.`);
    await tx.revokeWaiver(fleet, { digest: input.digest, at: brain.clock.now() });
    const object = `waiver/${input.digest}`;
    await tx.appendAudit({ verb: 'waiver.revoked', object, fleet, before: null, after: null, reason: input.reason });
  });
  await rejudgeReleases(scope, brain, fleet);
  fleetChanged(brain, scope.tenant, fleet);
}
