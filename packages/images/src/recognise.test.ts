import assert from 'node:assert/strict';
import { test } from 'node:test';
import { allSamples } from '../test/samples.ts';
import { text, writeTree } from '../test/write-fit.ts';
import type { ImageFormat } from './inspection.ts';
import { recognise } from './recognise.ts';
import { bytesSource } from './source.ts';

/** Bytes with something at some places. */
function at(size: number, ...places: readonly (readonly [number, string | Buffer])[]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [offset, what] of places) bytes.set(typeof what === 'string' ? Buffer.from(what, 'latin1') : what, offset);
  return bytes;
}

const hex = (digits: string) => Buffer.from(digits, 'hex');
const sizeOf = (length: number) => hex(length.toString(16).padStart(16, '0'));

const known: readonly (readonly [ImageFormat, Buffer])[] = [
  ['mcuboot-v1', at(64, [0, hex('3cb8f396')])],
  ['device-tree', writeTree([['compatible', text('acme,gateway')]])],
  ['fit', at(64, [0, hex('d00dfeed')])],
  ['uefi-capsule', at(64, [0, hex('edd5cb6d2de8444cbda17194199ad92a')])],
  ['cabinet', at(64, [0, 'MSCF'])],
  ['dfu', at(64, [56, 'UFD'], [59, hex('10')])],
  ['dfu', at(64, [0, 'DfuSe'])],
  ['rauc', at(200, [0, 'hsqs'], [92, hex('30')], [192, sizeOf(100)])],
  ['squashfs', at(200, [0, 'hsqs'], [192, sizeOf(100)])],
  ['squashfs', at(200, [0, 'hsqs'], [192, hex('ffffffffffffffff')])],
  ['swupdate', at(200, [0, '070702'], [110, 'sw-description'])],
  ['cpio', at(200, [0, '070701'], [110, 'another'])],
  ['mender', at(1_024, [0, 'version'], [257, 'ustar'], [512, '{"format":"mender","version":3}'])],
  ['android-boot', at(64, [0, 'ANDROID!'])],
  ['avb-vbmeta', at(256, [0, 'AVB0'])],
  ['avb-footer', at(256, [192, 'AVBf'])],
  ['suit', at(64, [0, hex('d86b')])],
  ['s-record', Buffer.from('S00600004844521B\nS9030000FC\n')],
  ['ext', at(2_000, [1080, hex('53ef')])],
  ['gzip', at(64, [0, hex('1f8b08')])],
  ['xz', at(64, [0, hex('fd377a585a00')])],
  ['zstd', at(64, [0, hex('28b52ffd')])],
  ['raw', Buffer.alloc(0)],
  ['raw', at(1, [0, hex('e9')])],
  ['raw', at(64, [0, hex('e911')])],
  ['raw', at(4_096, [0, 'version'], [257, 'ustar'], [512, '{"format":"other"}'])],
];

for (const [index, [format, bytes]] of known.entries()) {
  test(`the content of row ${index} is recognised as ${format}`, async () => {
    assert.equal(await recognise(bytesSource(bytes)), format);
  });
}

test('what our writers make is recognised as what it is', async () => {
  for (const sample of await allSamples())
    assert.equal(await recognise(bytesSource(sample.bytes)), sample.format, sample.name);
});
