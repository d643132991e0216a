import { signTime } from '@fettle/trust';
import { fullPath, refused, type Scenario } from './scenario.ts';
import { passDays, repositoriesOf, secondRefused, trusting, updateOnce } from './trusting.ts';
import type { World } from './world.ts';

const installs = { status: 'succeeded', running: 'new', moves: fullPath } as const;
const clocks: readonly (readonly [string, number])[] = [
  ['1970', 0],
  ['2099', Date.UTC(2099, 0, 1)],
];

function noAnswer(world: World): void {
  world.server.isDown = (call) => call === 'time';
}

/** Somebody holds back what is new: only signed time, or a clock that runs, finds out. */
async function freeze(world: World): Promise<void> {
  await updateOnce(world);
  passDays(world, 2);
}

const withAnswer: readonly Scenario[] = clocks.flatMap(
  ([year, at]) =>
    [
      {
        ...trusting,
        name: `the clock says ${year}, a signed time comes`,
        arrange: (world) => {
          world.nowMs = at;
        },
        expected: installs,
      },
      {
        ...trusting,
        name: `the clock says ${year}, a signed time comes, metadata is held back`,
        arrange: async (world) => {
          await freeze(world);
          world.nowMs = at;
        },
        expected: secondRefused('metadata-expired'),
      },
    ] satisfies readonly Scenario[],
);

/** Who may say what time it is, and what happens when nobody does. */
export const trustedTime: readonly Scenario[] = [
  ...withAnswer,
  { ...trusting, name: 'no signed time, and a clock that can be right', arrange: noAnswer, expected: installs },
  {
    ...trusting,
    name: 'no signed time, and a clock behind everything that is known',
    arrange: (world) => {
      noAnswer(world);
      world.nowMs = 0;
    },
    expected: refused('time-unproven'),
  },
  {
    name: 'no signed time, and a clock behind the floor that was provisioned',
    options: { trust: 'repositories', config: { trust: timeFloorOf('2026-06-01T00:00:00Z') } },
    arrange: noAnswer,
    expected: refused('time-unproven'),
  },
  {
    ...trusting,
    name: 'no signed time for a few check-ins, and no clock',
    arrange: (world) => {
      let left = 3;
      world.server.isDown = (call) => call === 'time' && left-- > 0;
      world.nowMs = 0;
    },
    expected: installs,
  },
  {
    ...trusting,
    name: 'no signed time, and a clock in 2099',
    arrange: (world) => {
      noAnswer(world);
      world.nowMs = Date.UTC(2099, 0, 1);
    },
    expected: refused('metadata-expired'),
  },
  {
    ...trusting,
    name: 'an answer to another nonce, and a clock behind the time of the last update',
    arrange: async (world) => {
      await updateOnce(world);
      world.nowMs = Date.UTC(1999, 0, 1);
      const { director, nowMs } = repositoriesOf(world);
      repositoriesOf(world).answerTime = () => signTime('ab'.repeat(32), nowMs(), director.time);
    },
    expected: secondRefused('time-unproven'),
  },
  {
    ...trusting,
    name: 'a signed time by somebody else, and a clock behind the time of the last update',
    arrange: async (world) => {
      await updateOnce(world);
      world.nowMs = Date.UTC(1999, 0, 1);
      const { image, nowMs } = repositoriesOf(world);
      repositoriesOf(world).answerTime = (nonce) => signTime(nonce, nowMs(), image.time);
    },
    expected: secondRefused('time-unproven'),
  },
  {
    ...trusting,
    name: 'metadata held back, no signed time, a clock that stood still in 1970',
    arrange: async (world) => {
      await freeze(world);
      noAnswer(world);
      world.nowMs = 0;
    },
    expected: secondRefused('time-unproven'),
  },
  {
    ...trusting,
    name: 'a stolen time key told of 2099, a new root of the director sets the floor back',
    arrange: async (world) => {
      const repositories = repositoriesOf(world);
      repositories.answerTime = (nonce) => signTime(nonce, Date.UTC(2099, 0, 1), repositories.director.time);
      await world.run();
      repositories.answerTime = undefined;
      const { director, startMs } = repositories;
      const keys = director.root?.time?.keys ?? [];
      await director.publishRoot({ time: { keys, floor: startMs } });
      await updateAgain(world);
    },
    expected: { status: 'succeeded', running: 'new' },
  },
];

/** The same release once more: what was refused before was no fault of its own. */
async function updateAgain(world: World): Promise<void> {
  await world.server.offer(world.next);
}

function timeFloorOf(timeFloor: string) {
  return { roots: { image: 'image-root.json', director: 'director-root.json' }, timeFloor };
}
