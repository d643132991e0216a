import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { bytesSource, inspectImage, judgeImage } from '@fettle/images';
import { keyIdOf } from '@fettle/trust';
import { seededBytes, seededRandom } from '../../../packages/images/test/random.ts';
import { need } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';
import { workFolder } from './work-folder.ts';

// mkimage as Debian ships it signs; we verify. dumpimage tells what it reads in the same file.
const folder = workFolder();
const keys = new Map<string, KeyObject>();

/** Keys as mkimage wants them: NAME.key and a certificate for RSA, NAME.pem for ECDSA. */
function makeKeys(): void {
  const keyFolder = join(folder.path, 'keys');
  mkdirSync(keyFolder);
  for (const [name, modulusLength] of [
    ['rsa2048', 2_048],
    ['rsa3072', 3_072],
  ] as const) {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength });
    const file = join(keyFolder, `${name}.key`);
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }));
    run('openssl', [
      'req',
      '-new',
      '-x509',
      '-key',
      file,
      '-out',
      join(keyFolder, `${name}.crt`),
      '-subj',
      '/CN=test',
      '-days',
      '10',
    ]);
    keys.set(name, createPublicKey(privateKey));
  }
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeFileSync(join(keyFolder, 'ecdsa256.pem'), privateKey.export({ format: 'pem', type: 'sec1' }));
  keys.set('ecdsa256', createPublicKey(privateKey));
}

function source(algorithm: string, padding: string): string {
  const [, name = ''] = algorithm.split(',');
  const image = (type: string, file: string, hashes: string) =>
    `description = "${type}"; data = /incbin/("${file}"); type = "${type}"; arch = "arm64"; os = "linux"; compression = "none";` +
    ` load = <0x80000>; entry = <0x80000>; ${hashes}`;
  return `/dts-v1/;
/ { description = "gateway 4.2"; #address-cells = <1>;
  images {
    kernel-1 { ${image('kernel', 'kernel.bin', 'hash-1 { algo = "sha256"; };')} };
    fdt-1 { ${image('flat_dt', 'tree.bin', 'hash-1 { algo = "sha512"; }; hash-2 { algo = "crc32"; }; hash-3 { algo = "sha1"; };')} };
    spare { ${image('ramdisk', 'tree.bin', 'hash-1 { algo = "md5"; };')} };
  };
  configurations { default = "conf-1";
    conf-1 { description = "one"; kernel = "kernel-1"; fdt = "fdt-1"; compatible = "acme,gateway", "acme,any";
      signature-1 { algo = "${algorithm}"; key-name-hint = "${name}"; ${padding} sign-images = "kernel", "fdt"; }; };
  };
};`;
}

function makeFit(algorithm: string, padding: string, flags: readonly string[]): Buffer {
  const its = folder.write('fit.its', source(algorithm, padding));
  const [, name = ''] = algorithm.split(',');
  const made = join(folder.path, 'fit.itb');
  const keyFile = name.startsWith('ecdsa') ? ['-G', join(folder.path, 'keys', `${name}.pem`)] : [];
  const search = ['-D', `-I dts -O dtb -i ${folder.path}`];
  run('mkimage', [...search, '-f', its, '-k', join(folder.path, 'keys'), ...keyFile, '-r', ...flags, made]);
  return readFileSync(made);
}

const forms = [
  ['sha256,rsa2048', '', []],
  ['sha256,rsa3072', '', []],
  ['sha256,rsa3072', 'padding = "pss";', []],
  ['sha384,rsa3072', '', ['-E']],
  ['sha256,ecdsa256', '', []],
  ['sha256,ecdsa256', '', ['-E', '-p', '0x2000']],
] as const;

if (need('FIT images by mkimage and dumpimage', ['mkimage', 'dumpimage', 'openssl'])) {
  before(() => {
    makeKeys();
    folder.write('kernel.bin', seededBytes(4, 9_000));
    folder.write('tree.bin', seededBytes(5, 900));
  });

  for (const [algorithm, padding, flags] of forms) {
    test(`what mkimage signs with ${algorithm} ${padding}${flags.join(' ')} is good, and dumpimage reads the same`, async () => {
      const bytes = makeFit(algorithm, padding, flags);
      const ring = [...keys].map(([name, key]) => ({ key, name }));
      const found = await inspectImage(bytesSource(bytes), { keys: ring });
      const key = keys.get(algorithm.split(',')[1] ?? '');
      assert.ok(key);
      assert.deepEqual([found.problem, found.warnings], [undefined, []]);
      assert.deepEqual(
        found.signatures.map(({ verdict, keyId }) => [verdict, keyId]),
        [['ok', keyIdOf(key)]],
      );
      assert.deepEqual(
        found.hashes.map(({ ok }) => ok),
        [true, true, true, true, true],
      );
      assert.deepEqual(found.hardwareIds, ['acme,gateway', 'acme,any']);
      assert.equal(judgeImage(found, { format: 'fit', signedBy: [keyIdOf(key)] }).verdict, 'pass');
      const told = run('dumpimage', ['-l', join(folder.path, 'fit.itb')]);
      assert.match(told, new RegExp(`FIT description: ${found.description}[\\s\\S]*Sign algo: +${algorithm}`));
      await requireNoFlipPasses(bytes, ring);
    });
  }

  test('a stranger who signs with the same name of a key is found', async () => {
    const bytes = makeFit('sha256,rsa3072', '', []);
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 3_072 });
    const found = await inspectImage(bytesSource(bytes), { keys: [{ key: publicKey, name: 'rsa3072' }] });
    assert.equal(found.signatures[0]?.verdict, 'bad');
  });
}

/** Flips that leave the signature good may lie only where it is not meant to look: values and the spare image. */
async function requireNoFlipPasses(bytes: Buffer, ring: readonly { key: KeyObject; name: string }[]): Promise<void> {
  const [kernel, tree] = [bytes.indexOf(seededBytes(4, 64)), bytes.indexOf(seededBytes(5, 64))];
  const random = seededRandom(7);
  const spots = [kernel, kernel + 8_999, tree, tree + 899, bytes.indexOf('acme,gateway'), bytes.indexOf('kernel-1\0')];
  for (let more = 0; more < 20; more++) spots.push(kernel + Math.floor(random() * 9_000));
  for (const at of spots) {
    const copy = Buffer.from(bytes);
    copy.writeUInt8(copy.readUInt8(at) ^ 0x01, at);
    const found = await inspectImage(bytesSource(copy), { keys: ring });
    assert.ok(!found.signatures.some(({ verdict }) => verdict === 'ok'), `a flip at ${at} passes`);
  }
}
