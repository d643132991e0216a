import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { collect, contextOf } from '../../test/hardening/fake-tree.ts';
import { writeProgram } from '../../test/hardening/write-program.ts';
import { beginHardening } from './begin-hardening.ts';
import { findCertificates } from './certificates/find-certificates.ts';
import { readElf } from './elf/read-elf.ts';

const megabytes = 4 * 1_048_576;
const repeat = (text: string | Buffer) => Buffer.alloc(megabytes, text);

// Each of these is quadratic for a reader that begins anew at every start.
const floods: readonly (readonly [string, Buffer])[] = [
  ['starts of PEM without an end', repeat('-----BEGIN CERTIFICATE-----')],
  ['starts and ends of PEM', repeat('-----BEGIN CERTIFICATE----------END CERTIFICATE-----')],
  ['ends of PEM alone', repeat('-----END CERTIFICATE-----')],
  ['anchors of DER', repeat(Buffer.from('a003020102', 'hex'))],
  ['certificates that begin one in the other', repeat(Buffer.from('3082ff003082f000a003020102', 'hex'))],
  ['starts of configurations of kernels', repeat(Buffer.from('IKCFG_ST\x1f\x8b', 'latin1'))],
];
for (const [what, content] of floods) {
  test(`4 MiB of ${what} end in a verdict`, async () => {
    const report = await collect(beginHardening(contextOf(), {}), [{ path: 'flood', content }]);
    assert.equal(report.facts.certificates, 0);
    assert.match(report.verdict, /^(?:pass|inconclusive)$/);
  });
}

test('more certificates than are looked at are inconclusive, never a pass', async () => {
  const content = repeat('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const report = await collect(beginHardening(contextOf(), {}), [{ path: 'flood', content }]);
  assert.equal(report.verdict, 'inconclusive');
});

test('names of megabytes in a program are cut off', async () => {
  const long = '_'.repeat(megabytes);
  const symbols = [long, ...Array.from({ length: 20_000 }, (_, index) => `f${index}`)];
  const program = writeProgram({ symbols, rpath: `/${'x'.repeat(megabytes)}` });
  const reading = await readElf(bytesSource(program));
  assert.ok(reading.ok);
  assert.ok((reading.elf.rpath[0]?.length ?? 0) <= 4_096);
});

test('random bytes hold no certificate, and reading them never throws', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
      const anchored = Buffer.concat([Buffer.from('3082010030810100a003020102', 'hex'), bytes]);
      for (const { offset, bytes: found } of findCertificates(anchored)) {
        assert.ok(offset + found.length <= anchored.length);
      }
    }),
  );
});
