import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { createStyle } from '../../packages/cli/src/output/style.ts';
import { segmentLines } from '../../packages/cli/src/rollout/segments.ts';
import { findSegments } from '../../packages/control/src/rollouts/segments/find-segments.ts';
import type { ExposedDevice } from '../../packages/control/src/rollouts/segments/sample.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/segments.md'), 'utf8');

/** The devices of the table: `| hw | locale | devices | failed |`. */
function readTable(): ExposedDevice[] {
  return [...page.matchAll(/^\| ([A-C]) \| ([a-z]+) \| (\d+) \| (\d+) \|$/gm)].flatMap((row, line) => {
    const [, hw = '', locale = '', devices = '0', failed = '0'] = row;
    return Array.from({ length: Number(devices) }, (_, i) => ({
      id: `dev-${line}-${i}`,
      traits: { 'attribute.hw': hw, 'attribute.locale': locale },
      failed: i < Number(failed),
    }));
  });
}

test('the worked example of the page about segments says what the search says', () => {
  const devices = readTable();
  assert.equal(devices.length, 680);
  const found = findSegments(devices);
  const segments = found.segments.map((one) => {
    return { ...one, interval: [...one.interval], alike: [...one.alike], fleetDevices: 400 };
  });
  const search = { ...found, at: '2026-11-22T12:00:00.000Z', started: 680, fleetDevices: 50_000, segments };
  const plain = createStyle({ write: () => {} }, {});
  const text = segmentLines(search, 'rol_01kb5v2m7w0000000000000000', plain).join('\n');
  const [, shown = ''] = /```\n(\d+ of 680 devices failed[\s\S]*?)\n```/.exec(page) ?? [];
  assert.equal(shown, text);
});
