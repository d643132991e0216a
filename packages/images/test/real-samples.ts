import { writeMcuboot } from '../src/mcuboot/write-mcuboot.ts';
import { testKey, testSigner } from './keys.ts';
import type { Sample } from './samples.ts';
import { signEsp32, writeEsp32 } from './write-esp32.ts';
import { writeUf2 } from './write-small.ts';

/** Samples with programs in them that run somewhere: raw, and as each format that holds a program. */
export async function samplesOf(name: string, program: Uint8Array): Promise<Sample[]> {
  const key = testKey('p256');
  const keys = [{ key: key.publicKey }];
  const input = { body: program, version: '7.28.0', counter: 3, headerSize: 512 };
  const mcuboot = Buffer.from(await writeMcuboot(input, testSigner(key)));
  const half = Math.floor(program.length / 2);
  const code = [program.subarray(0, half), program.subarray(half)] as const;
  const esp32 = signEsp32(writeEsp32({ chipId: 9, version: '7.28.0', secureVersion: 3, code, hasHash: true }), [key]);
  const uf2 = writeUf2(program, 0x10000000, 0xe48bff56);
  const mcubootSigned = [{ offset: 0, length: 512 + program.length + 12 }];
  const esp32Signed = [{ offset: 0, length: esp32.length - 4096 }];
  const start = [4, 8, 12, 16, 20, 24, 28, 32, 512];
  return [
    { name: `${name} raw`, format: 'raw', bytes: Buffer.from(program), keys: [], signed: [], edges: [] },
    { name: `${name} mcuboot`, format: 'mcuboot', bytes: mcuboot, keys, signed: mcubootSigned, edges: start },
    { name: `${name} esp32`, format: 'esp32', bytes: esp32, keys, signed: esp32Signed, edges: start },
    { name: `${name} uf2`, format: 'uf2', bytes: uf2, keys: [], signed: [], edges: start },
  ];
}
