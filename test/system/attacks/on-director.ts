import { deviceId } from '@fettle/model';
import { encodeTargetCustom, openTargetCustom, type TargetFile } from '@fettle/trust';
import { newSigners } from '../../../packages/control/test/ceremony.ts';
import { type Attack, attack } from './attack.ts';
import { assignedLike, evilPath, evilTarget, type Forger, signed } from './forger.ts';

const keys = 'all online keys';

/** In place of what was assigned: another target that the image repository lists, as it lists it. */
async function assignListed(forger: Forger, token: string, path: string) {
  const { fleet } = await forger.image();
  const listed = fleet.metadata.targets.get(path);
  if (!listed) throw new Error(`The image repository does not list ${path}.`);
  return await forger.assigning(token, (_, target) => [path, assignedLike(listed, target)]);
}

/** Who holds the director's keys says who gets what: never anything that officers did not list. */
export const attacksOnDirector: readonly Attack[] = [
  attack('a targeted secret build: the director names what the image repository does not list', 'target-absent', {
    with: keys,
    director: (forger, token) => forger.assigning(token, (_, target) => [evilPath, evilTarget(target, 'assigned')]),
  }),
  attack('other bytes under the path of a release', 'target-bytes-differ', {
    with: keys,
    director: (forger, token) =>
      forger.assigning(token, (path, target) => {
        const { length, sha256 } = evilTarget(target, 'assigned');
        return [path, { ...target, length, sha256 }];
      }),
  }),
  attack('a release counter that the image repository does not say', 'match-differs', {
    with: keys,
    director: (forger, token) => forger.assigning(token, (path, target) => [path, withCounter(target, 9_999)]),
  }),
  attack('an older release that is not below the floor', 'release-counter-fell', {
    with: keys,
    director: (forger, token) => assignListed(forger, token, 'thermostat/rootfs/1.1.0.board-a'),
  }),
  attack('a release below the security floor', 'below-floor', {
    with: keys,
    director: (forger, token) => assignListed(forger, token, 'thermostat/rootfs/1.0.0.board-a'),
  }),
  attack('a release for another device type', 'wrong-device-type', {
    with: keys,
    director: (forger, token) => assignListed(forger, token, 'thermostat/rootfs/1.2.0.board-b'),
  }),
  attack("another device's director metadata", 'wrong-device', {
    with: keys,
    director: (forger, token) =>
      forger.directed(token, (targets) => ({ ...targets, device: deviceId('somebody-else') })),
  }),
  attack('director metadata that names no device at all', 'wrong-device', {
    with: keys,
    director: (forger, token) => forger.directed(token, (targets) => ({ ...targets, device: undefined })),
  }),
  attack('a target of another fleet', 'wrong-fleet', {
    with: keys,
    director: (forger, token) =>
      forger.assigning(token, (_, target) => ['kettle/rootfs/6.6.6.board-a', evilTarget(target, 'assigned')]),
  }),
  attack('one component twice', 'component-assigned-twice', {
    with: keys,
    director: async (forger, token) => {
      const { fleet } = await forger.image();
      return await forger.directed(token, (made) => {
        const [first] = [...made.targets.values()];
        const [, other] = [...fleet.metadata.targets].find(([path]) => path.endsWith('1.2.0.board-a')) ?? [];
        if (!first || !other) throw new Error('Two releases are needed.');
        const more = ['thermostat/rootfs/1.2.0.board-a', assignedLike(other, first)] as const;
        return { ...made, targets: new Map([...made.targets, more]) };
      });
    },
  }),
  attack('a director that delegates', 'director-delegates', {
    with: keys,
    director: async (forger, token) => {
      const { targets } = await forger.image();
      return await forger.directed(token, (made) => ({ ...made, delegations: targets.metadata.delegations }));
    },
  }),
  attack('no assignment at all, but an offer', 'not-assigned', {
    with: 'a fleet key and the image repository, not the director',
    director: (forger, token) => forger.directed(token, (made) => ({ ...made, targets: new Map() })),
    image: async (forger) =>
      forger.listing(new Map([['thermostat', await forger.evilFleetRole(forger.officers.keysOfFleet('thermostat'))]])),
  }),
  attack("a stranger's timestamp of the director", 'timestamp-signatures-missing', {
    with: 'nothing more',
    director: async (forger, token) => {
      const { timestamp } = await forger.director(token);
      const made = await signed({ ...timestamp.metadata, version: 2 ** 31 }, ...newSigners(1));
      return new Map([['timestamp.json', made]]);
    },
  }),
];

function withCounter(target: TargetFile, releaseCounter: number): TargetFile {
  const read = openTargetCustom(target.custom);
  if (!read.ok) throw new Error(read.message);
  const { match, ...rest } = read.custom;
  return { ...target, custom: encodeTargetCustom({ ...rest, match: { ...match, releaseCounter } }) };
}
