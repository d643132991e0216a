import { FettleError, type FleetId, limits, type Publisher } from '@fettle/model';
import { demand, type Scope } from '../access/scope.ts';
import { digestOf } from '../audit/digest-of.ts';
import type { Brain } from '../brain.ts';
import { requireFleet } from '../fleets/fleets.ts';
import { issuerProblem, publisherProblems } from './publisher-problems.ts';

export type NewPublisher = Omit<Publisher, 'createdAt'>;

/**
 * Lets jobs of CI publish to a fleet, or changes which ones. What it would let in too much is refused here.
 * @throws FettleError `invalid-input` with everything that is wrong, `limit-reached`
 */
export async function savePublisher(scope: Scope, brain: Brain, wanted: NewPublisher): Promise<Publisher> {
  demand(scope, 'publisher.write');
  // Who makes a publisher gives away the right to publish: only who has it can.
  demand(scope, 'release.publish');
  const publisher: Publisher = { ...wanted, createdAt: brain.clock.now() };
  const problems = publisherProblems(publisher);
  if (problems.length > 0) throw new FettleError('invalid-input', problems.slice(0, 20).join(' '));
  return brain.store.transact(scope, async (tx) => {
    const fleet = await requireFleet(tx, publisher.fleet);
    const stranger = publisher.deviceTypes.find((type) => !fleet.deviceTypes.includes(type));
    if (stranger) throw new FettleError('invalid-input', `Fleet ${fleet.id} has no device type ${stranger}.`);
    const known = await tx.publishers();
    const before = known.find(({ name }) => name === publisher.name);
    const mixed = issuerProblem(publisher, known);
    if (mixed !== undefined) throw new FettleError('invalid-input', mixed);
    if (!before && known.length >= limits.publishersPerTenant) {
      throw new FettleError('limit-reached', `A tenant has at most ${limits.publishersPerTenant} publishers.`);
    }
    const saved = before ? { ...publisher, createdAt: before.createdAt } : publisher;
    await tx.savePublisher(saved);
    // What was given under other rules ends with them.
    if (before) await tx.revokePublisherTokens(saved.name, brain.clock.now());
    await tx.appendAudit({
      verb: 'publisher.saved',
      object: `publisher/${saved.name}`,
      fleet: saved.fleet,
      before: before ? digestOf(before) : null,
      after: digestOf(saved),
      reason: `${saved.issuer}, ${Object.entries(saved.match)
        .map(([claim, value]) => `${claim}=${value}`)
        .join(', ')}`,
    });
    return saved;
  });
}

export async function listPublishers(scope: Scope, brain: Brain): Promise<readonly Publisher[]> {
  demand(scope, 'publisher.write');
  return brain.store.reads(scope).publishers();
}

export async function getPublisher(scope: Scope, brain: Brain, name: string): Promise<Publisher> {
  const found = (await listPublishers(scope, brain)).find((publisher) => publisher.name === name);
  if (!found) throw new FettleError('not-found', `There is no publisher ${name.slice(0, 80)}.`);
  return found;
}

/** Its jobs publish no more; tokens that they hold end at once. */
export async function removePublisher(scope: Scope, brain: Brain, name: string): Promise<void> {
  demand(scope, 'publisher.write');
  await brain.store.transact(scope, async (tx) => {
    const found = (await tx.publishers()).find((publisher) => publisher.name === name);
    if (!found) throw new FettleError('not-found', `There is no publisher ${name.slice(0, 80)}.`);
    await tx.deletePublisher(name);
    await tx.revokePublisherTokens(name, brain.clock.now());
    const fleet: FleetId = found.fleet;
    await tx.appendAudit({
      verb: 'publisher.removed',
      object: `publisher/${name}`,
      fleet,
      before: digestOf(found),
      after: null,
      reason: '',
    });
  });
}
