import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { HoldView, SegmentSearchView } from '@fettle/api';
import { createStyle } from '../src/output/style.ts';
import { segmentLines } from '../src/rollout/segments.ts';
import { startFakeServer } from './fake-server.ts';
import { idOf, rollout } from './samples.ts';
import { openTerminal } from './terminal.ts';

const plain = createStyle({ write: () => {} }, {});
const until = '2030-01-31T00:00:00.000Z';
const held: HoldView = {
  id: idOf('hld', 1),
  fleet: 'hubs',
  rollout: idOf('rol', 1),
  expression: 'attribute.hw == "C"',
  reason: 'bug',
  heldBy: 'operator:anna',
  createdAt: '2026-11-01T10:00:00.000Z',
  expiresAt: until,
};
const search: SegmentSearchView = {
  at: '2026-11-01T10:00:00.000Z',
  started: 300,
  devices: 300,
  failures: 9,
  candidates: 40,
  alpha: 0.05,
  fleetDevices: 1_000,
  segments: [],
};

test('hold takes a found segment of the only paused rollout, and says that the rest goes on', async () => {
  const server = await startFakeServer({
    listRollouts: () => ({ items: [rollout({ status: 'paused' })], next: null }),
    holdSegment: () => held,
  });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const { exit, out } = await terminal.type([
      'rollout',
      'hold',
      '--segment',
      '1',
      '--until',
      until,
      '--reason',
      'bug',
    ]);
    assert.equal(exit, 0);
    assert.deepEqual(server.calls.at(-1)?.input, { rollout: idOf('rol', 1), segment: 1, until, reason: 'bug' });
    assert.match(out, /goes on/);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('hold takes any devices by an expression, for every rollout unless one is named', async () => {
  const server = await startFakeServer({ createHold: () => held });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const { exit } = await terminal.type(['rollout', 'hold', '--where', 'attribute.hw == "C"', '--allow-unknown']);
    assert.equal(exit, 0);
    const expected = { fleet: 'hubs', rollout: null, expression: 'attribute.hw == "C"', allowUnknown: true };
    assert.deepEqual(server.calls.at(-1)?.input, expected);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('hold wants to know which devices, and one end', async () => {
  const server = await startFakeServer({});
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    for (const options of [
      [],
      ['--segment', '1', '--where', 'type == "a"'],
      ['--where', 'x', '--until', until, '--for', '1d'],
    ]) {
      const { exit } = await terminal.type(['rollout', 'hold', idOf('rol', 1), ...options]);
      assert.equal(exit, 2);
    }
    assert.equal(server.calls.length, 0);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('holds are listed with their end, and one can be lifted', async () => {
  const server = await startFakeServer({
    listHolds: () => ({ items: [held, { ...held, rollout: null, expiresAt: '2020-01-01T00:00:00.000Z' }], next: null }),
    liftHold: () => undefined,
  });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const listed = await terminal.type(['rollout', 'holds']);
    assert.match(listed.out, /attribute\.hw == "C" +rol_\w+ +in [\d.]+ d +operator:anna +bug\n.* all rollouts +over /);
    const lifted = await terminal.type(['rollout', 'unhold', held.id, '--reason', 'mended']);
    assert.deepEqual([listed.exit, lifted.exit], [0, 0]);
    assert.deepEqual(server.calls.at(-1)?.input, { fleet: 'hubs', hold: held.id, reason: 'mended' });
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a search that found nothing says so, and what was not searched too', () => {
  assert.match(segmentLines(null, 'r', plain).join(' '), /nothing was looked for/);
  assert.match(segmentLines(search, 'r', plain).join(' '), /9 of 300 devices failed; 40 .* none stands out/);
});

test('an answer shows rates, chance, reach and what is about as likely; text of devices is made safe', () => {
  const segment = {
    expression: 'attribute.hw == "C\u001b"',
    devices: 6,
    failures: 6,
    rateInside: 1,
    rateOutside: 0,
    lift: null,
    interval: [0.4, 1],
    chance: 1e-12,
    alike: ['attribute.modem == "q7"'],
    fleetDevices: 8,
  };
  const text = segmentLines({ ...search, segments: [segment] }, 'rol_1', plain).join('\n');
  assert.match(text, /6 of 6 failed: 100 % \(40 % to 100 %\), no other device failed/);
  assert.match(text, /more than a billion searches; a hold would hold 8 devices \(0\.8 % of the fleet\)/);
  assert.match(text, /about as likely: attribute\.modem == "q7"/);
  assert.equal(text.includes('\u001b'), false);
});
