import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { writeMcuboot } from '@fettle/images';
import { generateKeyPem, signerFromPem } from '@fettle/trust';
import { places } from './fake-board.ts';
import { judge, judgeStaysAfterPowerCycle } from './judge.ts';
import { fullPath, refused } from './scenario.ts';
import { seededBytes } from './seeded.ts';
import { image, World } from './world.ts';

const accepted = generateKeyPem();
const stranger = generateKeyPem();
const keyFile = '/etc/fettle/native.pem';

interface Row {
  readonly name: string;
  /** Whose key signed the image; null for one that is not signed at all. */
  readonly signedBy: { readonly privateKeyPem: string } | null;
  readonly keyFiles: readonly string[];
  readonly demanded: string | undefined;
  /** What is wrong; undefined when it is installed. */
  readonly wrong: RegExp | undefined;
}

const rows: readonly Row[] = [
  { name: 'signed by an accepted key', signedBy: accepted, keyFiles: [keyFile], demanded: 'mcuboot', wrong: undefined },
  {
    name: 'signed by a key that this device does not accept',
    signedBy: stranger,
    keyFiles: [keyFile],
    demanded: 'mcuboot',
    wrong: /none of the known keys/,
  },
  { name: 'not signed', signedBy: null, keyFiles: [keyFile], demanded: 'mcuboot', wrong: /format mcuboot, found raw/ },
  {
    name: 'of another format than is demanded',
    signedBy: accepted,
    keyFiles: [keyFile],
    demanded: 'esp32',
    wrong: /format esp32, found mcuboot/,
  },
  { name: 'of no known kind', signedBy: accepted, keyFiles: [keyFile], demanded: 'sealing-wax', wrong: /sealing-wax/ },
  {
    name: 'on a device that accepts no key at all',
    signedBy: accepted,
    keyFiles: [],
    demanded: 'mcuboot',
    wrong: /nativeKeyFiles/,
  },
  { name: 'not signed, and not demanded', signedBy: null, keyFiles: [keyFile], demanded: undefined, wrong: undefined },
];

describe('a native signature that both repositories demand', () => {
  for (const row of rows) test(row.name, () => play(row));
});

async function play({ signedBy, keyFiles, demanded, wrong }: Row): Promise<void> {
  const body = seededBytes(5, 30_000);
  const bytes = signedBy
    ? await writeMcuboot({ body, version: '2.0.0' }, signerFromPem(signedBy.privateKeyPem))
    : Buffer.from(body);
  const components = { rootfs: { slots: places.slots, nativeKeyFiles: keyFiles } };
  const next = { ...image('2.0.0', 2), bytes: Buffer.from(bytes) };
  const world = new World({ trust: 'repositories', config: { components } }, next);
  world.disk.poke(keyFile, Buffer.from(accepted.publicKeyPem));
  await world.server.offer(world.next, { release: demanded === undefined ? {} : { nativeSignature: demanded } });

  assert.equal(await world.run(), 'settled', world.lines.slice(-25).join(''));

  const refusal = { ...refused('native-signature-invalid'), moves: ['downloading', 'installing', 'failed'] as const };
  judge(world, wrong ? { ...refusal, message: wrong } : { status: 'succeeded', running: 'new', moves: fullPath });
  judgeStaysAfterPowerCycle(world);
}
