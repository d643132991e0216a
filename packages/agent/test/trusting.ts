import type { Repository } from '@fettle/model';
import type { TargetFile } from '@fettle/trust';
import { dayMs, type TestRepository, testSigners } from '@fettle/trust/testing';
import type { FakeRepositories } from './fake-repositories.ts';
import type { Expected } from './judge.ts';
import type { Scenario } from './scenario.ts';
import { image, type World } from './world.ts';

/** Rows in which both repositories have to agree. */
export const trusting = { options: { trust: 'repositories' } } as const satisfies Partial<Scenario>;
export const repositoryNames: readonly Repository[] = ['director', 'image'];

export function repositoriesOf({ server }: World): FakeRepositories {
  if (!server.repositories) throw new Error('This world has no repositories.');
  return server.repositories;
}

/** Serves this in place of a file. */
export function serve(
  world: World,
  place: { readonly repository: Repository; readonly name: string | RegExp },
  instead: Uint8Array | 'absent' | Error,
): void {
  repositoriesOf(world).tamper = ({ repository, name }) => {
    const meant = typeof place.name === 'string' ? name === place.name : place.name.test(name);
    return meant && repository === place.repository ? instead : undefined;
  };
}

/** A first update goes well; then a second release is offered. */
export async function updateOnce(world: World): Promise<void> {
  await world.run();
  const third = image('3.0.0', 3);
  world.board.images.push(third);
  await world.server.offer(third);
}

/** The second release was refused: the first one goes on running. */
export const secondRefused = (code: string): Expected => ({
  status: 'failed',
  code,
  running: 'new',
  moves: ['failed'],
});

/** The server's time goes on, and with it what the device may be told. */
export function passDays(world: World, days: number): void {
  const repositories = repositoriesOf(world);
  repositories.nowMs = () => repositories.startMs + days * dayMs + world.monotonicMs;
  world.nowMs += days * dayMs;
}

/** Everybody's keys change, root by root, and all is signed anew. */
export async function rotate(repository: TestRepository, generations: number): Promise<void> {
  for (let n = 0; n < generations; n++) {
    repository.holders = {
      root: testSigners(3),
      targets: testSigners(3),
      snapshot: testSigners(1),
      timestamp: testSigners(1),
    };
    await repository.publishRoot();
  }
  await repository.publishTargets();
  await repository.publish();
}

/** What the director lists, changed. */
export async function reassign(
  world: World,
  change: (path: string, target: TargetFile) => readonly [string, TargetFile],
  device = 'dev-1',
): Promise<void> {
  const repositories = repositoriesOf(world);
  const listed = repositories.director.targets.get('targets')?.targets ?? new Map();
  await repositories.assign(new Map([...listed].map(([path, target]) => change(path, target))), device);
}
