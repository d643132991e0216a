import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { bytesSource } from '@fettle/images';
import fc from 'fast-check';
import { all, makeSet, osvRecord } from '../../../test/vulnerabilities/small-data.ts';
import { makeZip } from '../../../test/vulnerabilities/small-zip.ts';
import { parseBoundedJson } from '../reading/bounded-json.ts';
import { gunzip, linesOf } from '../reading/lines.ts';
import { readZip } from '../reading/zip.ts';
import { importEpss } from './import-epss.ts';
import { importKev } from './import-kev.ts';
import { importOsv } from './import-osv.ts';

const good = Buffer.from(JSON.stringify(osvRecord('X-1', { ecosystem: 'Go', name: 'm' })));
const bounds = { entryBytes: 1_000, bytes: 2_000, entries: 10 };

describe('hostile JSON', () => {
  const limits = { bytes: 9_000_000, depth: 48, values: 1_000 };

  it('is measured before it is parsed', () => {
    assert.equal(parseBoundedJson(Buffer.from('['.repeat(8_000_000)), limits).ok, false);
    assert.equal(parseBoundedJson(Buffer.from(`[${'0,'.repeat(4_000)}0]`), limits).ok, false);
    assert.equal(parseBoundedJson(Buffer.from(`[${'[],'.repeat(4_000)}0]`), limits).ok, false);
    assert.equal(parseBoundedJson(Buffer.alloc(9_000_001, '1'), limits).ok, false);
  });

  it('may have any signs within strings', () => {
    const inside = [`${'[{,'.repeat(5_000)}`, '"'.repeat(3_000), '\\'.repeat(5_000), '\\"['.repeat(2_000)];
    for (const text of inside) {
      const parsed = parseBoundedJson(Buffer.from(JSON.stringify({ text })), limits);
      assert.deepEqual(parsed, { ok: true, value: { text } });
    }
  });

  it('gives what JSON.parse gives, or nothing', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify([value, 'x'.repeat(5_000)]);
        assert.deepEqual(parseBoundedJson(Buffer.from(text), { ...limits, values: 1_000_000 }), {
          ok: true,
          value: JSON.parse(text),
        });
      }),
    );
  });
});

describe('a hostile zip', () => {
  it('cannot unpack to more than it says, or than is allowed', async () => {
    const bomb = Buffer.alloc(1_000_000);
    const entries = [
      { name: 'small-said.json', bytes: bomb, saidSize: 100 },
      { name: 'large.json', bytes: bomb },
      { name: 'good.json', bytes: good },
    ];
    const found = await all(readZip(bytesSource(makeZip(entries)), bounds));
    assert.deepEqual(
      found.map(({ name, bytes }) => [name, bytes?.length]),
      [
        ['small-said.json', undefined],
        ['large.json', undefined],
        ['good.json', good.length],
      ],
    );
    const many = Array.from({ length: 9 }, (_, at) => ({ name: `${at}.json`, bytes: Buffer.alloc(900) }));
    await assert.rejects(all(readZip(bytesSource(makeZip(many)), bounds)), { code: 'too-large' });
    const tooMany = Array.from({ length: 11 }, (_, at) => ({ name: `${at}`, bytes: Buffer.alloc(1) }));
    await assert.rejects(all(readZip(bytesSource(makeZip(tooMany)), bounds)), { code: 'too-large' });
  });

  it('with any byte changed gives entries, problems or an error with a code', async () => {
    const zip = makeZip(
      [
        { name: 'a.json', bytes: good },
        { name: 'b.json', bytes: good, stored: true },
      ],
      { zip64: true },
    );
    for (let at = 0; at < zip.length; at++) {
      for (const mask of [0x01, 0xff]) {
        const other = Buffer.from(zip);
        other[at] = (other[at] ?? 0) ^ mask;
        const outcome = await all(readZip(bytesSource(other), bounds)).catch((error: unknown) => error);
        assert.ok(
          Array.isArray(outcome) || (outcome instanceof Error && 'code' in outcome),
          `byte ${at}: ${String(outcome)}`,
        );
      }
    }
  });

  it('that is cut is refused with a code', async () => {
    const zip = makeZip([{ name: 'a.json', bytes: good }]);
    for (let length = 22; length < zip.length; length += 7) {
      await assert.rejects(all(readZip(bytesSource(zip.subarray(0, length)), bounds)), { code: 'invalid-input' });
    }
  });
});

describe('hostile lines and gzip', () => {
  it('are read up to a bound, and no further', async () => {
    const packed = bytesSource(gzipSync(Buffer.alloc(3_000_000)));
    await assert.rejects(all(gunzip(packed, 1_000_000)), { code: 'too-large' });
    await assert.rejects(all(linesOf(gunzip(packed, 5_000_000), 1_000)), { code: 'too-large' });
    const cut = bytesSource(gzipSync(lines(500)).subarray(0, 100));
    await assert.rejects(all(gunzip(cut, 1_000_000)), { code: 'invalid-input' });
  });

  it('of records of all sorts never make an import fail without a code', async () => {
    const value = fc.oneof(fc.json(), fc.string(), fc.constant(good.toString()));
    await fc.assert(
      fc.asyncProperty(fc.array(value, { maxLength: 6 }), async (texts) => {
        for (const run of [importOsv, importKev, importEpss]) {
          const outcome = await makeSet(run, texts.join('\n')).catch((error: unknown) => error);
          if (outcome instanceof Error) assert.ok('code' in outcome, String(outcome));
        }
      }),
      { numRuns: 200 },
    );
  });
});

function lines(count: number): string {
  return Array.from({ length: count }, (_, at) => `line ${at * 7_919}`).join('\n');
}
