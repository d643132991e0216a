import assert from 'node:assert/strict';
import test from 'node:test';
import { deflateSync } from 'node:zlib';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { writeElf, writeNote } from '../../../test/sbom/write-elf.ts';
import { type ElfFile, readElf, sectionType } from './elf-file.ts';
import { readProgramNotes } from './elf-notes.ts';
import { readGoBuildInfo } from './go-build-info.ts';
import { readKernelModule } from './kernel-module.ts';
import { readRustCrates } from './rust-audit.ts';

async function opened(bytes: Uint8Array): Promise<ElfFile> {
  const elf = await readElf(bytesSource(bytes));
  assert.ok(elf);
  return elf;
}

const modules = [
  'path\texample.com/t',
  'mod\texample.com/t\t(devel)\t',
  'dep\ta.b/c\tv1.0.0\th1:x',
  'dep\td.e/f\tv2.0.0',
];
const replaced = ['=>\tg.h/f\tv2.0.1\th1:y', 'dep\ti.j/k\tv3.0.0', '=>\t../k\t(devel)', ''];
const moduleText = Buffer.concat([
  Buffer.alloc(16, 7),
  Buffer.from([...modules, ...replaced].join('\n')),
  Buffer.alloc(16, 8),
]);
const goMagic = Buffer.from('\xff Go buildinf:', 'latin1');

/** The layout since Go 1.18: texts follow the header, each after its length. */
function inlineInfo(version: string): Buffer {
  const length = (bytes: Uint8Array) =>
    Buffer.from(bytes.length < 128 ? [bytes.length] : [(bytes.length & 0x7f) | 0x80, bytes.length >> 7]);
  const head = Buffer.concat([goMagic, Buffer.from([8, 2]), Buffer.alloc(16)]);
  return Buffer.concat([head, length(Buffer.from(version)), Buffer.from(version), length(moduleText), moduleText]);
}

/** The layout before: pointers to texts, as the machine writes them. */
function pointerInfo(shape: { isWide: boolean; isBig: boolean }, base: number): Buffer {
  const size = shape.isWide ? 8 : 4;
  const pointer = (value: number) => {
    const bytes = Buffer.alloc(size);
    if (size === 8 && shape.isBig) bytes.writeBigUInt64BE(BigInt(value));
    else if (size === 8) bytes.writeBigUInt64LE(BigInt(value));
    else if (shape.isBig) bytes.writeUInt32BE(value);
    else bytes.writeUInt32LE(value);
    return bytes;
  };
  const version = Buffer.from('go1.16.3');
  const head = Buffer.alloc(32);
  goMagic.copy(head);
  head.writeUInt8(size, 14);
  head.writeUInt8(shape.isBig ? 1 : 0, 15);
  const slots = base + 32;
  const texts = slots + 4 * size;
  pointer(slots).copy(head, 16);
  pointer(slots + 2 * size).copy(head, 16 + size);
  const strings = [
    pointer(texts),
    pointer(version.length),
    pointer(texts + version.length),
    pointer(moduleText.length),
  ];
  return Buffer.concat([head, ...strings, version, moduleText]);
}

const expectedModules = {
  main: { path: 'example.com/t', version: '' },
  modules: [
    { path: 'a.b/c', version: 'v1.0.0' },
    { path: 'g.h/f', version: 'v2.0.1' },
    { path: 'i.j/k', version: 'v3.0.0' },
  ],
};

test('Go modules are read where the texts are in place, replaced ones by what replaced them', async () => {
  const bytes = writeElf([{ name: '.go.buildinfo', bytes: inlineInfo('go1.24.4 X:loopvar'), address: 0x1000 }]);
  assert.deepEqual(await readGoBuildInfo(bytesSource(bytes), await opened(bytes)), {
    goVersion: '1.24.4',
    ...expectedModules,
  });
});

for (const shape of [
  { isWide: true, isBig: false },
  { isWide: true, isBig: true },
  { isWide: false, isBig: false },
  { isWide: false, isBig: true },
]) {
  const name = `${shape.isWide ? 64 : 32} bit, ${shape.isBig ? 'big' : 'little'} end first`;
  test(`Go modules are read behind pointers: ${name}`, async () => {
    const info = pointerInfo(shape, 0x8000);
    const bytes = writeElf([{ name: '.go.buildinfo', bytes: info, address: 0x8000 }], shape);
    assert.deepEqual(await readGoBuildInfo(bytesSource(bytes), await opened(bytes)), {
      goVersion: '1.16.3',
      ...expectedModules,
    });
  });
}

test('a Go program without sections is found by its data', async () => {
  const bytes = writeElf([{ name: 'x', bytes: inlineInfo('go1.20'), address: 0x1000 }], { hasSections: false });
  assert.equal((await readGoBuildInfo(bytesSource(bytes), await opened(bytes)))?.goVersion, '1.20');
});

test('crates are read, those of the build left out, others keep what they need', async () => {
  const packages = [
    { name: 'a', version: '1.0.0', source: 'crates.io', dependencies: [1, 2] },
    { name: 'b', version: '2.0.0', source: 'git', kind: 'build' },
    { name: 'c', version: '3.0.0', source: 'local', root: true },
  ];
  const bytes = writeElf([{ name: '.dep-v0', bytes: deflateSync(JSON.stringify({ packages })) }]);
  const crates = await readRustCrates(bytesSource(bytes), await opened(bytes));
  assert.deepEqual(
    crates?.map(({ name, isFromRegistry, isRoot }) => [name, isFromRegistry, isRoot]),
    [
      ['a', true, false],
      ['', false, false],
      ['c', false, true],
    ],
  );
});

for (const [what, content] of [
  ['a bomb', deflateSync(Buffer.alloc(40_000_000))],
  ['no zlib', Buffer.from('plain')],
  ['no list', deflateSync('{"packages":7}')],
  ['a crate without a name', deflateSync('{"packages":[{"version":"1"}]}')],
] as const) {
  test(`a section of crates that is ${what} says nothing`, async () => {
    const bytes = writeElf([{ name: '.dep-v0', bytes: content }]);
    assert.equal(await readRustCrates(bytesSource(bytes), await opened(bytes)), undefined);
  });
}

for (const isBig of [true, false]) {
  test(`notes tell build and package, ${isBig ? 'big' : 'little'} end first`, async () => {
    const json =
      '{"type":"deb","os":"ubuntu","osVersion":"24.04","name":"tool","version":"1.0-1","architecture":"arm64"}';
    const notes = Buffer.concat([
      writeNote('GNU', 3, Buffer.from('0a0b0c', 'hex'), isBig),
      writeNote('FDO', 0xcafe1a7e, Buffer.from(`${json}\0`), isBig),
    ]);
    const bytes = writeElf([{ name: '.note.package', type: sectionType.note, bytes: notes }], {
      isBig,
      isWide: !isBig,
    });
    const found = await readProgramNotes(bytesSource(bytes), await opened(bytes));
    assert.deepEqual([found.buildId, found.package?.name, found.package?.osVersion], ['0a0b0c', 'tool', '24.04']);
  });
}

const modinfo = 'version=1.8\0license=GPL\0alias=x\0srcversion=AB\0depends=\0name=8021q\0';

for (const [told, isOfKernel] of [
  ['intree=Y\0vermagic=6.1.0-13-amd64 SMP preempt mod_unload \0', true],
  ['vermagic=6.1.0-13-amd64 SMP preempt mod_unload \0', false],
] as const) {
  test(`a module tells its kernel, and that it is ${isOfKernel ? '' : 'not '}of the kernel’s source`, async () => {
    const bytes = writeElf([{ name: '.modinfo', bytes: Buffer.from(modinfo + told) }]);
    const expected = { name: '8021q', version: '1.8', licence: 'GPL', kernelRelease: '6.1.0-13-amd64', isOfKernel };
    assert.deepEqual(await readKernelModule(bytesSource(bytes), await opened(bytes)), expected);
  });
}

test('a kernel itself, with texts of the modules that are built in, is no module', async () => {
  const bytes = writeElf([{ name: '.modinfo', bytes: Buffer.from(modinfo.replaceAll('\0', '\0x.')) }]);
  assert.equal(await readKernelModule(bytesSource(bytes), await opened(bytes)), undefined);
});

test('programs that are changed anywhere are read without an error', async () => {
  const good = writeElf([
    { name: '.go.buildinfo', bytes: pointerInfo({ isWide: true, isBig: false }, 0x8000), address: 0x8000 },
    { name: '.note', type: sectionType.note, bytes: writeNote('GNU', 3, Buffer.alloc(20)) },
    { name: '.dep-v0', bytes: deflateSync('{"packages":[]}') },
    { name: '.modinfo', bytes: Buffer.from('name=x\0vermagic=6.1.0-13-amd64 SMP \0') },
  ]);
  const changes = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(changes, fc.nat(good.length), async (list, length) => {
      const bytes = Buffer.from(good.subarray(0, length));
      for (const [at, byte] of list) if (at < length) bytes[at] = byte;
      const [source, elf] = [bytesSource(bytes), await readElf(bytesSource(bytes))];
      if (!elf) return;
      await readGoBuildInfo(source, elf);
      await readProgramNotes(source, elf);
      await readRustCrates(source, elf);
      await readKernelModule(source, elf);
    }),
    { numRuns: 500 },
  );
});
