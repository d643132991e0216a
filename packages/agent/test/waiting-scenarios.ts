import { places } from './fake-board.ts';
import type { OfferOptions } from './fake-server.ts';
import { fullPath, type Scenario } from './scenario.ts';
import type { World, WorldOptions } from './world.ts';

const consentFile = '/data/consent';
/** A device with a readiness program. */
const asking: WorldOptions = { config: { readiness: { command: ['readiness'], timeoutSeconds: 5, consentFile } } };

type Demands = NonNullable<NonNullable<OfferOptions['message']>['demands']>;
const demands = (asked: Demands): OfferOptions => ({ message: { demands: asked } });
const goes = (...waited: readonly string[]) =>
  ({ status: 'succeeded', running: 'new', moves: fullPath, waits: waited }) as const;
const givenUp = (...moves: readonly ('downloading' | 'installing' | 'rebooting')[]) =>
  ({ status: 'aborted', running: 'old', moves: [...moves, 'aborted'] }) as const;

/** Says this at a stage for the first `times` times that it is asked there, and nothing otherwise. */
function says(
  stage: string,
  said: () => ReturnType<World['readiness']>,
  times = 3,
): (world: World) => ReturnType<World['readiness']> {
  let asked = 0;
  return (world) => (world.stage === stage && asked++ < times ? said() : {});
}

const inUse = () => ({ 'in-use': true });
const arrangeSaying =
  (...answers: readonly ((world: World) => ReturnType<World['readiness']>)[]) =>
  (world: World): void => {
    world.readiness = () => Object.assign({}, ...answers.map((answer) => answer(world)));
  };
/** Asks for an abort when the server has heard of the wait. */
const abortWhenWaiting = (world: World): void => {
  world.server.onReport = (deployment, { detail }) => {
    if (detail?.startsWith('waiting: ')) deployment.abort = true;
  };
};
const cutWhenWaiting = (world: World): void => {
  let done = false;
  world.server.onReport = (_deployment, { detail }) => {
    if (!done && detail?.startsWith('waiting: ')) {
      done = true;
      world.onSleep = () => {
        world.onSleep = undefined;
        world.cutPower();
      };
    }
  };
};

const waitThenGo: readonly Scenario[] = [
  {
    name: 'a metered link: the download waits',
    options: asking,
    offer: demands({ unmeteredLink: true }),
    arrange: arrangeSaying(says('downloading', () => ({ 'link-metered': true }))),
    expected: goes('metered-link'),
  },
  {
    name: 'a metered link that the rollout does not mind',
    options: asking,
    offer: demands({}),
    arrange: arrangeSaying(() => ({ 'link-metered': true })),
    expected: goes(),
  },
  {
    name: 'no space for the slot file: the download waits until there is',
    options: { config: { components: { rootfs: { slots: places.slots, slotSizeBytes: 40_000 } } } },
    arrange: (world) => {
      world.disk.erase(places.slots.b);
      world.disk.freeBytes = 1_000_000;
      let waits = 0;
      world.onSleep = () => {
        if (++waits === 3) world.disk.freeBytes = 2_000_000;
      };
    },
    expected: goes('no-space'),
  },
  {
    name: 'in use before the installation',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: arrangeSaying(says('downloaded', inUse)),
    expected: goes('in-use'),
  },
  {
    name: 'in use before the reboot',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: arrangeSaying(says('activated', inUse)),
    expected: goes('in-use'),
  },
  {
    name: 'in use before the reboot, RAUC names',
    options: { ...asking, profile: 'rauc' },
    offer: demands({ notInUse: true }),
    arrange: arrangeSaying(says('activated', inUse)),
    expected: goes('in-use'),
  },
  {
    name: 'in use, and a server that knows no demands',
    options: asking,
    arrange: arrangeSaying(inUse),
    expected: goes(),
  },
  {
    name: 'not ready without anybody demanding anything',
    options: asking,
    arrange: arrangeSaying(
      says('downloaded', () => ({ ready: false, 'not-ready-reason': 'calibrating' }), 2),
      says('activated', () => ({ ready: false }), 2),
    ),
    expected: goes('device-not-ready', 'device-not-ready'),
  },
  {
    name: 'the battery falls between download and installation',
    options: asking,
    offer: demands({ minBatteryPercent: 50 }),
    arrange: arrangeSaying(
      () => ({ 'battery-percent': 81 }),
      says('downloaded', () => ({ 'battery-percent': 49.9 })),
    ),
    expected: goes('battery-low'),
  },
  {
    name: 'on battery where mains power is demanded',
    options: asking,
    offer: demands({ mainsPower: true }),
    arrange: arrangeSaying(
      () => ({ 'power-source': 'mains' }),
      says('downloaded', () => ({ 'power-source': 'battery' })),
    ),
    expected: goes('wrong-power'),
  },
  {
    name: 'consent comes by the readiness program',
    options: asking,
    offer: demands({ consent: true }),
    arrange: arrangeSaying(
      () => ({ consent: 'any' }),
      says('downloaded', () => ({ consent: '1.9.9' })),
    ),
    expected: goes('awaiting-consent'),
  },
  {
    name: 'consent comes by the consent file, for this version and no other',
    options: { config: { readiness: { consentFile } } },
    offer: demands({ consent: true }),
    arrange: (world) => {
      let waits = 0;
      world.onSleep = () => {
        waits++;
        if (waits === 2) world.disk.poke(consentFile, Buffer.from('1.9.9\n'));
        if (waits === 4) world.disk.poke(consentFile, Buffer.from('two words'));
        if (waits === 6) world.disk.poke(consentFile, Buffer.from('2.0.0\n'));
      };
    },
    expected: goes('awaiting-consent'),
  },
  {
    name: 'reasons that come and go are told as they change',
    options: asking,
    offer: demands({ notInUse: true, minBatteryPercent: 50, mainsPower: true }),
    arrange: (world) => {
      const answers = [
        { 'in-use': true, 'battery-percent': 10 },
        { 'in-use': true, 'battery-percent': 12 },
        { 'battery-percent': 50, 'power-source': 'battery' },
      ];
      world.readiness = () => (world.stage === 'downloaded' ? (answers.shift() ?? {}) : {});
    },
    expected: goes('in-use, battery-low', 'wrong-power'),
  },
  {
    name: 'an operator lifts the demand while the device waits',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = inUse;
      let waits = 0;
      world.onSleep = () => {
        if (++waits === 4) Object.assign(world.server.last.offer, { demands: {} });
      };
    },
    expected: goes('in-use'),
  },
  {
    name: 'the server is away while the device waits, and it is ready meanwhile',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      arrangeSaying(says('downloaded', inUse, 8))(world);
      let waits = 0;
      world.onSleep = () => waits++;
      world.server.isDown = () => world.stage === 'downloaded' && waits < 6;
    },
    expected: goes('in-use'),
  },
  {
    name: 'the journal cannot be written while the device waits',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      arrangeSaying(says('downloaded', inUse))(world);
      let left = 2;
      world.disk.fail = ({ what, path }) =>
        what === 'write' && path.endsWith('journal.new') && world.stage === 'downloaded' && left-- > 0
          ? 'ENOSPC'
          : undefined;
    },
    expected: { status: 'succeeded', running: 'new' },
  },
  {
    name: 'a release that rolls back after a wait, while the device is in use: the way back does not wait',
    options: asking,
    behaviour: 'health-fails',
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = () => (world.stage === 'downloaded' && world.asked < 6 ? { 'in-use': true } : {});
      world.onCheck = () => {
        world.readiness = inUse;
        return undefined;
      };
    },
    expected: { status: 'rolledBack', code: 'health-failed', running: 'old', waits: ['in-use'] },
  },
];

const unknown = (why: string) => `readiness-unknown (the readiness program ${why})`;
const hangs = () => ({ ended: 'timed-out', message: 'did not end within 5 s', output: '' }) as const;

const programFails: readonly Scenario[] = [
  {
    name: 'the readiness program hangs: not ready, until it answers',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: arrangeSaying(says('downloaded', hangs)),
    expected: goes(unknown('did not end within 5 s')),
  },
  {
    name: 'the readiness program fails before the reboot',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: arrangeSaying(
      says('activated', () => ({ ended: 'failed', message: 'ended with exit code 3', output: 'no' })),
    ),
    expected: goes(unknown('ended with exit code 3')),
  },
  {
    name: 'the readiness program prints nonsense',
    options: asking,
    offer: demands({ minBatteryPercent: 20 }),
    arrange: arrangeSaying(says('downloaded', () => ({ ended: 'ok', output: '', stdout: '{"in-use": maybe}' }))),
    expected: goes(unknown('printed no JSON')),
  },
  {
    name: 'the readiness program is not there, and the link may be metered',
    options: asking,
    offer: demands({ unmeteredLink: true }),
    arrange: arrangeSaying(says('downloading', () => ({ ended: 'not-started', message: 'spawn ENOENT', output: '' }))),
    expected: goes(unknown('spawn ENOENT')),
  },
  {
    name: 'the readiness program fails for good, and the rollout demands nothing: a mend still gets through',
    options: asking,
    offer: demands({}),
    arrange: arrangeSaying(hangs),
    expected: goes(),
  },
  {
    name: 'the readiness program fails for good, and what is demanded is configured',
    options: { config: { ...asking.config, attributes: { 'power-source': 'mains' } } },
    offer: demands({ mainsPower: true }),
    arrange: arrangeSaying(hangs),
    expected: goes(),
  },
];

const waitThenEnd: readonly Scenario[] = [
  {
    name: 'abort while the download waits',
    options: asking,
    offer: demands({ unmeteredLink: true }),
    arrange: (world) => {
      world.readiness = () => ({ 'link-metered': true });
      abortWhenWaiting(world);
    },
    expected: { ...givenUp('downloading'), waits: ['metered-link'] },
  },
  {
    name: 'abort while the installation waits',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = inUse;
      abortWhenWaiting(world);
    },
    expected: { ...givenUp('downloading'), waits: ['in-use'] },
  },
  {
    name: 'abort while the reboot waits: the activation is taken back',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = () => (world.stage === 'activated' ? { 'in-use': true } : {});
      abortWhenWaiting(world);
    },
    expected: { ...givenUp('downloading', 'installing', 'rebooting'), waits: ['in-use'] },
  },
  {
    name: 'abort while the reboot waits, RAUC names',
    options: { ...asking, profile: 'rauc' },
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = () => (world.stage === 'activated' ? { 'in-use': true } : {});
      abortWhenWaiting(world);
    },
    expected: { ...givenUp('downloading', 'installing', 'rebooting'), waits: ['in-use'] },
  },
  {
    name: 'power cut while the download waits',
    options: asking,
    offer: demands({ unmeteredLink: true }),
    arrange: (world) => {
      arrangeSaying(says('downloading', () => ({ 'link-metered': true }), 5))(world);
      cutWhenWaiting(world);
    },
    expected: goes('metered-link'),
  },
  {
    name: 'power cut while the installation waits: nothing is loaded twice, nothing told twice',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      arrangeSaying(says('downloaded', inUse, 5))(world);
      cutWhenWaiting(world);
    },
    expected: goes('in-use'),
  },
  {
    name: 'power cut while the reboot waits: that is the reboot',
    options: asking,
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = () => (world.stage === 'activated' ? { 'in-use': true } : {});
      cutWhenWaiting(world);
    },
    expected: goes('in-use'),
  },
  {
    name: 'power cut while the reboot waits, and the new image does not boot',
    options: asking,
    behaviour: 'boot-fails',
    offer: demands({ notInUse: true }),
    arrange: (world) => {
      world.readiness = () => (world.stage === 'activated' ? { 'in-use': true } : {});
      cutWhenWaiting(world);
    },
    expected: { status: 'rolledBack', code: 'boot-failed', running: 'old', waits: ['in-use'] },
  },
];

/** Rows about a device that is not ready yet. */
export const waits: readonly Scenario[] = [...waitThenGo, ...programFails, ...waitThenEnd];
