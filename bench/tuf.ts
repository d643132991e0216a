import {
  type TrustedState,
  trustRoot,
  type UpdatedRepository,
  updateRepository,
  verifyAssignment,
} from '@fettle/trust';
import {
  delegationOf,
  delegations,
  deviceFacts,
  imagePath,
  imageTarget,
  type TestFleet,
  type TestRepository,
  testFleet,
  testSigners,
  testStart,
} from '@fettle/trust/testing';

const rounds = 300;
const manyFleets = 1_000;
const manyTargets = 2_000;

interface Trusted {
  readonly image: TrustedState;
  readonly director: TrustedState;
}

/**
 * What full verification costs a device: both repositories, one delegation, one assigned target, without any IO.
 * Cold: only both roots are stored. Warm: everything is, and nothing is new. Wide: a thousand fleets beside this one,
 * and two thousand releases of its own.
 * @param note told what goes on
 */
export async function measureTuf(note: (text: string) => void): Promise<Record<string, number>> {
  note(`tuf: ${rounds} full verifications, cold and warm`);
  const fleet = await testFleet();
  const cold = { image: rootOf(fleet.image), director: rootOf(fleet.director) };
  const first = await timed(() => verify(fleet, cold));
  const coldMs = await median(() => verify(fleet, cold));
  const warm = await verify(fleet, cold);
  const warmMs = await median(() => verify(fleet, warm));
  note(`tuf: the same beside ${manyFleets} fleets and ${manyTargets} releases`);
  const wide = await widen(await testFleet());
  const wideRoots = { image: rootOf(wide.image), director: rootOf(wide.director) };
  const wideMs = await median(() => verify(wide, wideRoots), 20);
  return {
    'tuf.verify_ms': coldMs,
    'tuf.verify_first_ms': first,
    'tuf.verify_warm_ms': warmMs,
    'tuf.verify_wide_ms': wideMs,
  };
}

async function verify({ image, director }: TestFleet, trusted: Trusted): Promise<Trusted> {
  const directed = good(await updateRepository(trusted.director, director.fetch, { now: testStart }));
  const paths = [...directed.targets.targets.keys()];
  const imaged = good(await updateRepository(trusted.image, image.fetch, { now: testStart, paths }));
  const verdict = verifyAssignment({ director: directed.targets, image: imaged, device: deviceFacts });
  if (!verdict.ok || verdict.assigned.length !== 1) throw new Error('expected one target to be assigned');
  return { image: imaged.state, director: directed.state };
}

function good(result: Awaited<ReturnType<typeof updateRepository>>): UpdatedRepository {
  if (!result.ok) throw new Error(result.message);
  return result;
}

async function widen(fleet: TestFleet): Promise<TestFleet> {
  const { image, fleetSigners } = fleet;
  const others = testSigners(8);
  const entries = Array.from({ length: manyFleets }, (_, i) => {
    const signers = [others[i % others.length] ?? fail(), others[(i + 1) % others.length] ?? fail()];
    image.meta.set(`fleet-${i}`, { version: 1, length: 1_000, sha256: undefined });
    return [delegationOf(`fleet-${i}`, signers), signers] as const;
  });
  await image.publishTargets(
    'targets',
    delegations(...entries, [delegationOf('thermostat', fleetSigners), fleetSigners]),
  );
  const more = Array.from(
    { length: manyTargets },
    (_, i) => [`thermostat/rootfs/0.0.${i}.img`, imageTarget()] as const,
  );
  await image.publishTargets('thermostat', { targets: new Map([...more, [imagePath, imageTarget()]]) }, fleetSigners);
  await image.publish();
  return fleet;
}

function fail(): never {
  throw new Error('expected a signer');
}

function rootOf(repository: TestRepository): TrustedState {
  const trust = trustRoot(repository.file('1.root.json'));
  if (!trust.ok) throw new Error(trust.message);
  return trust.state;
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await act();
  return performance.now() - start;
}

async function median(act: () => Promise<unknown>, times = rounds): Promise<number> {
  const taken: number[] = [];
  for (let i = 0; i < times; i += 1) taken.push(await timed(act));
  taken.sort((a, b) => a - b);
  return taken[Math.floor(taken.length / 2)] ?? Number.NaN;
}
