import type { Repository } from '@fettle/model';
import { places } from './fake-board.ts';
import { fullPath, refused, type Scenario } from './scenario.ts';
import { repositoriesOf, repositoryNames, rotate, secondRefused, trusting, updateOnce } from './trusting.ts';
import type { World } from './world.ts';

const fileOf = (repository: Repository) => `${places.state}/trust-${repository}`;
const nonsense = Buffer.from('nonsense');

const succeedsTwice = { status: 'succeeded', running: 'offered' } as const;

const damages: readonly Scenario[] = repositoryNames.flatMap(
  (repository) =>
    [
      {
        // With a pin nothing but the backup helps.
        options: { trust: 'first-use' },
        name: `${repository}: what was trusted is damaged, its backup takes over`,
        arrange: async (world) => {
          await updateOnce(world);
          world.disk.poke(fileOf(repository), nonsense);
        },
        expected: succeedsTwice,
      },
      {
        ...trusting,
        name: `${repository}: what was trusted is lost, the provisioned root leads to the newest`,
        arrange: async (world) => {
          await updateOnce(world);
          await rotate(repositoriesOf(world)[repository], 2);
          world.disk.poke(fileOf(repository), nonsense);
          world.disk.poke(`${fileOf(repository)}.backup`, nonsense);
        },
        expected: succeedsTwice,
      },
      {
        name: `${repository}: what was pinned at first contact is lost: not pinned a second time`,
        options: { trust: 'first-use' },
        arrange: async (world) => {
          await updateOnce(world);
          world.disk.poke(fileOf(repository), nonsense);
          world.disk.poke(`${fileOf(repository)}.backup`, nonsense);
        },
        expected: secondRefused('state-unusable'),
      },
      {
        ...trusting,
        name: `${repository}: what is trusted cannot be written down`,
        arrange: (world) => failWrites(world, fileOf(repository), 'EIO'),
        expected: refused('storage-failed'),
      },
      {
        ...trusting,
        name: `${repository}: no room for what is trusted`,
        arrange: (world) => failWrites(world, fileOf(repository), 'ENOSPC'),
        expected: refused('no-space'),
      },
      {
        ...trusting,
        name: `${repository}: gone for a few check-ins`,
        arrange: (world) => breakFetches(world, repository, 3),
        expected: { status: 'succeeded', running: 'new', moves: fullPath },
      },
      {
        ...trusting,
        name: `${repository}: so slow that an update takes over a quarter of an hour`,
        arrange: (world) => {
          repositoriesOf(world).tamper = (demand) => {
            if (demand.repository === repository && demand.name === 'timestamp.json') world.monotonicMs += 1_000_000;
            return undefined;
          };
        },
        expected: refused('fetch-failed'),
      },
      {
        ...trusting,
        name: `${repository}: never to be had`,
        arrange: (world) => breakFetches(world, repository, Number.POSITIVE_INFINITY),
        expected: refused('fetch-failed'),
      },
      {
        name: `${repository}: a root by strangers at first contact is no root`,
        options: { trust: 'first-use' },
        arrange: (world) => {
          const repositories = repositoriesOf(world);
          const other = repositories[repository === 'image' ? 'director' : 'image'];
          const [own, foreign] = [repositories.root(repository), other.file('1.root.json')];
          const forged = Buffer.from(own)
            .toString('utf8')
            .replace(/"signed".*$/s, signedOf(foreign));
          repositories.tamper = ({ repository: asked, name }) =>
            asked === repository && name === '1.root.json' ? Buffer.from(forged) : undefined;
        },
        expected: refused('root-signatures-missing'),
      },
    ] satisfies readonly Scenario[],
);

/** What the device remembers, and what it does without. */
export const trustedState: readonly Scenario[] = [
  {
    name: 'first contact pins both roots where that is configured',
    options: { trust: 'first-use' },
    expected: { status: 'succeeded', running: 'new', moves: fullPath },
  },
  ...damages,
];

function failWrites(world: World, path: string, code: string): void {
  world.disk.fail = (operation) => (operation.path.startsWith(path) && operation.what !== 'remove' ? code : undefined);
}

function breakFetches(world: World, repository: Repository, times: number): void {
  let left = times;
  repositoriesOf(world).tamper = (demand) => {
    if (demand.repository !== repository || demand.name !== 'timestamp.json') return undefined;
    return left-- > 0 ? new Error('The connection was reset.') : undefined;
  };
}

function signedOf(file: Uint8Array): string {
  return /"signed".*$/s.exec(Buffer.from(file).toString('utf8'))?.[0] ?? '';
}
