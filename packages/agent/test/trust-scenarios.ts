import { delegationOf, delegations, testSigners } from '@fettle/trust/testing';
import { assigned } from './fake-repositories.ts';
import { fullPath, refused, type Scenario } from './scenario.ts';
import {
  reassign,
  repositoriesOf,
  repositoryNames,
  rotate,
  secondRefused,
  serve,
  trusting,
  updateOnce,
} from './trusting.ts';

const endless = Buffer.alloc(9_000_000, 0x20);

const perRepository: readonly Scenario[] = repositoryNames.flatMap(
  (repository) =>
    [
      {
        ...trusting,
        name: `${repository}: no timestamp`,
        arrange: (world) => serve(world, { repository, name: 'timestamp.json' }, 'absent'),
        expected: refused('metadata-absent'),
      },
      {
        ...trusting,
        name: `${repository}: a timestamp without an end`,
        arrange: (world) => serve(world, { repository, name: 'timestamp.json' }, endless),
        expected: refused('metadata-too-large'),
      },
      {
        ...trusting,
        name: `${repository}: targets without an end`,
        arrange: (world) => serve(world, { repository, name: /\.targets\.json$/ }, endless),
        expected: refused('metadata-too-large'),
      },
      {
        ...trusting,
        name: `${repository}: a snapshot of other bytes`,
        arrange: (world) => serve(world, { repository, name: /snapshot/ }, Buffer.from('{}')),
        expected: refused('snapshot-hash'),
      },
      {
        ...trusting,
        name: `${repository}: no JSON at all`,
        arrange: (world) => serve(world, { repository, name: 'timestamp.json' }, Buffer.from('<html>')),
        expected: refused('metadata-malformed'),
      },
      {
        ...trusting,
        name: `${repository}: targets with half the threshold`,
        arrange: async (world) => {
          const held = repositoriesOf(world)[repository];
          await held.publishTargets('targets', {}, held.holders.targets.slice(0, 1));
          await held.publish();
        },
        expected: refused('targets-signatures-missing'),
      },
      {
        ...trusting,
        name: `${repository}: a timestamp by a stranger`,
        arrange: async (world) => void (await repositoriesOf(world)[repository].publishTimestamp({}, testSigners(1))),
        expected: refused('timestamp-signatures-missing'),
      },
      {
        ...trusting,
        name: `${repository}: an older timestamp than the one before`,
        arrange: async (world) => {
          const held = repositoriesOf(world)[repository];
          const old = held.file('timestamp.json');
          await held.publishTimestamp();
          await updateOnce(world);
          serve(world, { repository, name: 'timestamp.json' }, old);
        },
        expected: secondRefused('timestamp-version-fell'),
      },
      {
        ...trusting,
        name: `${repository}: its keys changed three times while the device slept`,
        arrange: async (world) => {
          await rotate(repositoriesOf(world)[repository], 3);
        },
        expected: { status: 'succeeded', running: 'new', moves: fullPath },
      },
      {
        ...trusting,
        name: `${repository}: a new root by one officer alone`,
        arrange: async (world) => {
          const held = repositoriesOf(world)[repository];
          await held.publishRoot({}, held.holders.root.slice(0, 1));
        },
        expected: refused('root-signatures-missing'),
      },
      {
        ...trusting,
        name: `${repository}: versions driven to the top by a thief, until new keys come`,
        arrange: async (world) => {
          const held = repositoriesOf(world)[repository];
          await held.publishTimestamp({ version: 2 ** 31 });
          await updateOnce(world);
          held.timestamp = undefined;
          await rotate(held, 1);
        },
        expected: { status: 'succeeded', running: 'offered' },
      },
    ] satisfies readonly Scenario[],
);

const disagreements: readonly Scenario[] = [
  {
    ...trusting,
    name: 'the assignment of another device',
    arrange: (world) => reassign(world, (path, target) => [path, target], 'dev-2'),
    expected: refused('wrong-device'),
  },
  {
    ...trusting,
    name: 'an empty assignment of another device',
    arrange: (world) => repositoriesOf(world).assign(new Map(), 'dev-2'),
    expected: refused('wrong-device'),
  },
  {
    ...trusting,
    name: 'an offer of what the director does not assign',
    arrange: (world) => repositoriesOf(world).assign(new Map(), 'dev-1'),
    expected: refused('not-assigned'),
  },
  {
    ...trusting,
    name: 'an offer signed by keys of long ago, where roots were provisioned since',
    offer: { message: { envelope: '{"payloadType":"x","payload":"","signatures":[]}' } },
    arrange: (world) => repositoriesOf(world).assign(new Map(), 'dev-1'),
    expected: refused('not-assigned'),
  },
  {
    ...trusting,
    name: 'an offer of another deployment than the director assigns for',
    arrange: (world) => reassign(world, (path, target) => [path, assigned(target, `dep_${'0'.repeat(26)}`)]),
    expected: refused('not-assigned'),
  },
  {
    ...trusting,
    name: 'the director names other bytes',
    arrange: (world) => reassign(world, (path, target) => [path, { ...target, length: target.length - 1 }]),
    expected: refused('target-bytes-differ'),
  },
  {
    ...trusting,
    name: 'the director names what the image repository does not list',
    arrange: (world) => reassign(world, (path, target) => [path.replace('2.0.0', '6.6.6'), target]),
    expected: refused('target-absent'),
  },
  {
    ...trusting,
    name: 'the director names a target of another fleet',
    arrange: (world) => reassign(world, (path, target) => [path.replace('thermostat', 'toaster'), target]),
    expected: refused('wrong-fleet'),
  },
  {
    ...trusting,
    name: 'the role of another fleet in place of this one',
    arrange: async (world) => {
      const { image, fleetSigners } = repositoriesOf(world);
      const bytes = await image.publishTargets('toaster', {}, fleetSigners);
      serve(world, { repository: 'image', name: /thermostat/ }, bytes);
    },
    expected: refused('targets-hash'),
  },
  {
    ...trusting,
    name: 'the role of the fleet with half its threshold',
    arrange: async (world) => {
      const { image, fleetSigners } = repositoriesOf(world);
      await image.publishTargets('thermostat', {}, fleetSigners.slice(0, 1));
      await image.publish();
    },
    expected: refused('delegation-wrong-keys'),
  },
  {
    ...trusting,
    name: 'the fleet delegated to other keys, and its role signed by those before',
    arrange: async (world) => {
      const { image } = repositoriesOf(world);
      const others = testSigners(2);
      await image.publishTargets('targets', delegations([delegationOf('thermostat', others), others]));
      await image.publish();
    },
    expected: refused('delegation-wrong-keys'),
  },
  {
    ...trusting,
    name: 'a release below the floor that its fleet has signed',
    offer: { release: { floor: 3 } },
    expected: refused('below-floor'),
  },
  {
    ...trusting,
    name: 'a release with a lower counter than what runs',
    options: { trust: 'repositories', config: { factory: { version: '1.0.0', counter: 5 } } },
    expected: refused('release-counter-fell'),
  },
  {
    ...trusting,
    name: 'a release for another device type, in both repositories',
    offer: { deviceType: 'board-z' },
    expected: refused('wrong-device-type'),
  },
  {
    ...trusting,
    name: 'another artifact offered than both repositories name',
    offer: (world) => ({
      message: {
        artifacts: [
          { component: 'rootfs', kind: 'image', sha256: 'f'.repeat(64), sizeBytes: world.next.bytes.length, url: '/x' },
        ],
      },
    }),
    expected: refused('offer-mismatch'),
  },
];

/** What two repositories have to say alike, and what is refused where they do not. */
export const trusted: readonly Scenario[] = [
  {
    ...trusting,
    name: 'both repositories agree: installed, checked and committed',
    expected: { status: 'succeeded', running: 'new', moves: fullPath },
  },
  ...perRepository,
  ...disagreements,
];
