import { assembleFile, openMetadata, tufKeyOf, wireName } from '@fettle/trust';
import { newSigners } from '../../../packages/control/test/ceremony.ts';
import { type Attack, attack } from './attack.ts';
import { evilPath, evilTarget, type Forged, type Forger, signed } from './forger.ts';

const keys = 'all online keys';

/** The director names the evil target, as it does in every attempt to have it installed. */
const assignEvil = (forger: Forger, token: string): Promise<Forged> =>
  forger.assigning(token, (_, target) => [evilPath, evilTarget(target, 'assigned')]);

async function only(name: string, bytes: Promise<Uint8Array> | Uint8Array): Promise<Forged> {
  return new Map([[name, await bytes]]);
}

/** Who holds snapshot and timestamp says how new things are: never what is in them. */
export const attacksOnImage: readonly Attack[] = [
  attack('an arbitrary image, listed by nobody who may', 'delegation-wrong-keys', {
    with: keys,
    director: assignEvil,
    image: async (forger) => forger.listing(new Map([['thermostat', await forger.evilFleetRole(newSigners(1))]])),
  }),
  attack('a swapped delegation: the fleet given to a key of the attacker', 'targets-signatures-missing', {
    with: keys,
    director: assignEvil,
    image: swappedDelegation,
  }),
  attack('one targets officer who signs under two names', 'targets-signatures-missing', {
    with: `${keys}, one targets officer`,
    director: assignEvil,
    image: oneOfficerTwice,
  }),
  attack("another fleet's stolen key for this fleet's path", 'target-absent', {
    with: `${keys}, the key of fleet kettle`,
    director: assignEvil,
    image: async (forger) => {
      const { fleet } = await forger.image();
      const [some] = fleet.metadata.targets.values();
      if (!some) throw new Error('The fleet has no release yet.');
      const made = { ...fleet.metadata, version: 1, targets: new Map([[evilPath, evilTarget(some, 'listed')]]) };
      const bytes = await signed(made, ...forger.officers.keysOfFleet('kettle'));
      return await forger.listing(new Map([['kettle', bytes]]));
    },
  }),
  attack('mix-and-match: the snapshot of yesterday under the name of today', 'snapshot-hash', {
    with: 'nothing more',
    image: async (forger) => {
      const { snapshot } = await forger.image();
      const { version } = snapshot.metadata;
      const old = Buffer.from(await forger.old(wireName('snapshot', version - 1)));
      return only(wireName('snapshot', version), sameLength(old, snapshot.bytes.length));
    },
  }),
  attack('mix-and-match: one swapped file of the fleet', 'targets-hash', {
    with: 'nothing more',
    image: async (forger) => {
      const { fleet } = await forger.image();
      const { version } = fleet.metadata;
      const old = Buffer.from(await forger.old(wireName('thermostat', version - 1)));
      return only(wireName('thermostat', version), sameLength(old, fleet.bytes.length));
    },
  }),
  attack('a snapshot that no longer lists the fleet', 'target-entry-vanished', {
    with: 'the keys of snapshot and timestamp',
    image: async (forger) => {
      const { snapshot } = await forger.image();
      return await forger.over({
        meta: new Map([...snapshot.metadata.meta].filter(([role]) => role !== 'thermostat')),
      });
    },
  }),
  attack('a snapshot that lists an older file of the fleet', 'targets-version-fell', {
    with: 'the keys of snapshot and timestamp',
    image: async (forger) => {
      const { snapshot } = await forger.image();
      const older = { version: 1, length: undefined, sha256: undefined };
      return await forger.over({ meta: new Map([...snapshot.metadata.meta, ['thermostat', older]]) });
    },
  }),
  attack('a newer timestamp that names an older snapshot', 'snapshot-version-fell', {
    with: 'the key of the timestamp',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const snapshot = { version: 1, length: undefined, sha256: undefined };
      return only('timestamp.json', signed({ ...timestamp.metadata, snapshot }, forger.keys['image-timestamp']));
    },
  }),
  attack('an older timestamp', 'timestamp-version-fell', {
    with: 'the key of the timestamp',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      return only('timestamp.json', signed({ ...timestamp.metadata, version: 1 }, forger.keys['image-timestamp']));
    },
  }),
  attack('fast-forward: the highest timestamp there can be, by a stranger', 'timestamp-signatures-missing', {
    with: 'nothing more',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const far = { ...timestamp.metadata, version: 2 ** 40 };
      return only('timestamp.json', signed(far, ...newSigners(1)));
    },
  }),
  attack("a snapshot by the timestamp's key", 'snapshot-signatures-missing', {
    with: 'the key of the timestamp',
    image: async (forger) => {
      const stolen = forger.keys;
      const mixed = { ...stolen, 'image-snapshot': stolen['image-timestamp'] };
      return await forger.with(mixed).over({});
    },
  }),
  attack('endless data: a timestamp that does not end', 'metadata-too-large', {
    with: 'nothing more',
    image: async () => only('timestamp.json', Buffer.alloc(5_000_000, ' ')),
  }),
  attack('freeze: a timestamp that ended yesterday', 'metadata-expired', {
    with: 'the key of the timestamp, kept for a day',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const expiresAt = wholeSecond(Date.now() - 86_400_000);
      return only('timestamp.json', signed({ ...timestamp.metadata, expiresAt }, forger.keys['image-timestamp']));
    },
  }),
  attack('a signed part that can be read in two ways', 'metadata-not-canonical', {
    with: 'nothing more',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const text = Buffer.from(timestamp.bytes).toString('utf8').replace('"signed":{', '"signed":{ ');
      return only('timestamp.json', Buffer.from(text));
    },
  }),
  attack('one signature counted twice', 'metadata-malformed', {
    with: 'nothing more',
    image: async (forger) => {
      const { timestamp } = await forger.image();
      const read = openMetadata(timestamp.bytes);
      if (!read.ok) throw new Error(read.message);
      const { signedBytes, signatures } = read.file;
      return only('timestamp.json', assembleFile(signedBytes, [...signatures, ...signatures]));
    },
  }),
];

async function swappedDelegation(forger: Forger): Promise<Forged> {
  const { targets } = await forger.image();
  const own = newSigners(2);
  const made = withDelegationTo(targets.metadata, own);
  const fleetRole = await forger.evilFleetRole(own.slice(0, 1));
  return await forger.listing(
    new Map([
      ['targets', await signed(made, ...own)],
      ['thermostat', fleetRole],
    ]),
  );
}

async function oneOfficerTwice(forger: Forger): Promise<Forged> {
  const { targets } = await forger.image();
  const own = newSigners(1);
  const [officer, other] = forger.officers.targetsOfficers;
  if (!officer || !other) throw new Error('Two officers are needed.');
  const read = openMetadata(await signed(withDelegationTo(targets.metadata, own), officer));
  if (!read.ok) throw new Error(read.message);
  const [signature] = read.file.signatures;
  if (!signature) throw new Error('Nobody signed.');
  const twice = { keyid: tufKeyOf(other.publicKey).keyid, sig: signature.sig };
  return await forger.listing(
    new Map([
      ['targets', assembleFile(read.file.signedBytes, [signature, twice])],
      ['thermostat', await forger.evilFleetRole(own)],
    ]),
  );
}

type Targets = Awaited<ReturnType<Forger['image']>>['targets']['metadata'];

function withDelegationTo(targets: Targets, signers: ReturnType<typeof newSigners>): Targets {
  const keys = new Map(signers.map(({ publicKey }) => tufKeyOf(publicKey)).map((key) => [key.keyid, key]));
  const roles = (targets.delegations?.roles ?? []).map((role) => ({ ...role, keyids: [...keys.keys()], threshold: 1 }));
  return { ...targets, delegations: { keys, roles } };
}

/** Only a hash can tell these apart. */
function sameLength(bytes: Buffer, length: number): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(Math.max(0, length - bytes.length), ' ')]).subarray(0, length);
}

function wholeSecond(instant: number): number {
  return Math.floor(instant / 1_000) * 1_000;
}
