import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RolloutView } from '@fettle/api';
import { createStyle } from '../src/output/style.ts';
import { rolloutLines } from '../src/rollout/picture.ts';
import { standsStill } from '../src/rollout/watch.ts';
import { Refusal, startFakeServer } from './fake-server.ts';
import { fleet, idOf, nobody, phase, rollout } from './samples.ts';
import { openTerminal } from './terminal.ts';

const plain = createStyle({ write: () => {} }, {});

test('start sends the plan that the options make', async () => {
  const server = await startFakeServer({ createRollout: () => rollout() });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const options = [
      '--phases',
      '5%,all',
      '--max-in-flight',
      '7',
      '--soak',
      '2s',
      '--max-failures',
      '1',
      '--on-fail',
      'pause',
    ];
    const { exit } = await terminal.type(['rollout', 'start', '--version', '1.0.0', ...options, '--reason', 'because']);
    assert.equal(exit, 0);
    const { plan, ...rest } = (server.calls[0]?.input ?? {}) as { plan: RolloutView };
    assert.deepEqual(rest, { fleet: 'hubs', version: '1.0.0', group: 'all', start: true, reason: 'because' });
    assert.deepEqual([plan.phases.length, plan.phases[0]?.maxInFlight, plan.onFail], [2, 7, 'pause']);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('watch tells each change once as JSON lines and exits with 0 when the rollout completed', async () => {
  const views = [rollout(), rollout(), rollout({ status: 'completed', revision: 2 })];
  const server = await startFakeServer({ getRollout: () => views.shift() });
  const terminal = await openTerminal(server.url);
  try {
    const { exit, out } = await terminal.type(['rollout', 'watch', idOf('rol', 1), '--every', '100ms', '--json']);
    const statuses = out
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as RolloutView).status);
    assert.deepEqual([exit, statuses], [0, ['running', 'completed']]);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('watch outlives a server that restarts, and exits with 8 when the rollout aborted itself', async () => {
  let asked = 0;
  const server = await startFakeServer({
    getRollout: () => {
      if (++asked < 3) throw new Refusal('overloaded', 503);
      return rollout({ status: 'aborted', statusReason: 'The gate of phase canary failed.' });
    },
  });
  const terminal = await openTerminal(server.url);
  try {
    const { exit, out, err } = await terminal.type(['rollout', 'watch', idOf('rol', 1)]);
    assert.deepEqual([exit, /gate of phase canary/.test(out), /fettle why/.test(err)], [8, true, true]);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a rollout stands still when it ended, is paused, or waits for a person to promote it', () => {
  const manual = (status: 'open' | 'passed') => [phase({ status, promote: 'manual' }), phase({ status: 'waiting' })];
  assert.deepEqual(
    [
      standsStill(rollout()),
      standsStill(rollout({ status: 'paused' })),
      standsStill(rollout({ phases: manual('open') })),
      standsStill(rollout({ phases: manual('passed') })),
    ],
    [false, true, false, true],
  );
});

test('the picture adds earlier phases up and never rounds a single failure away', () => {
  const counts = { ...nobody, started: 995, succeeded: 990, open: 4 };
  const view = rollout({
    phases: [
      phase({ status: 'passed', members: 10, counts: { ...nobody, started: 10, succeeded: 10 } }),
      phase({ name: 'all', size: { share: 1 }, members: 1_005, counts: { ...counts, failed: 1, rolledBack: 1 } }),
      phase({ name: 'later', status: 'waiting' }),
    ],
  });
  const [, canary = '', all = '', later = ''] = rolloutLines(view, plain, 0);
  assert.match(canary, /^ {2}canary {5}5 % {2}█{28} {2}10\/10 {2}passed$/);
  assert.match(all, /█+▓▒░* {2}1000\/1005 {2}open {2}4 under way {2}1 failed \(1 rolled back\)/);
  assert.match(later, /░{28} {2}waiting$/);
});

test('what a sequential gate has seen stands below the phases', () => {
  const gate = {
    rule: 1,
    alpha: 0.05,
    e: 27.2,
    started: 210,
    proven: 96,
    failed: 6,
    watching: 108,
    control: 4_860,
    share: { low: 0.01, high: 0.12 },
    margin: 0.05,
    tests: [
      {
        name: 'failures',
        decides: true,
        measure: 'rate-ratio' as const,
        effect: 7.2,
        interval: { low: 1.25, high: null },
        e: 52,
        seen: 6,
      },
      {
        name: 'boot-ms\u001b[2J',
        decides: false,
        measure: 'worse-share' as const,
        effect: 0.61,
        interval: { low: 0.4, high: 0.8 },
        e: 1.5,
        seen: 40,
      },
    ],
    suspectSince: '2026-11-01T10:00:00.000Z',
    asksSince: null,
  };
  const lines = rolloutLines(rollout({ gate }), plain, 0).slice(2);
  assert.match(
    lines[0] ?? '',
    /gate {2}E 27.2 of 20 {3}96 proven, 6 failed, 108 watched beside 4860 held back {3}1 %-12 % fail/,
  );
  assert.match(lines[1] ?? '', /failures {4,}× 7.2 \[1.25-∞\] of the others' rate {3}E 52, 6 seen/);
  assert.match(lines[2] ?? '', /worse in 61 % \[40 %-80 %\] of comparisons {3}E 1.5, 40 seen, dry run/);
  assert.ok(!lines.join('').includes('\u001b'));
  assert.match(lines[3] ?? '', /nobody new starts/);
});

test('an act without an id means the only rollout that it can mean, and asks when there are two', async () => {
  const running = rollout({ id: idOf('rol', 1) });
  let items = [rollout({ id: idOf('rol', 2), status: 'completed' }), running];
  const server = await startFakeServer({
    listFleets: () => ({ items: [fleet()], next: null }),
    listRollouts: () => ({ items, next: null }),
    abortRollout: () => rollout({ status: 'aborted' }),
  });
  const terminal = await openTerminal(server.url);
  try {
    assert.equal((await terminal.type(['rollout', 'abort', '--reason', 'bad'])).exit, 0);
    assert.deepEqual(server.calls.at(-1), { route: 'abortRollout', input: { rollout: running.id, reason: 'bad' } });
    items = [running, rollout({ id: idOf('rol', 3), status: 'paused' })];
    const unclear = await terminal.type(['rollout', 'abort']);
    assert.deepEqual([unclear.exit, unclear.err.includes(idOf('rol', 3))], [2, true]);
    items = [];
    assert.equal((await terminal.type(['rollout', 'pause'])).exit, 4);
  } finally {
    await server.close();
    await terminal.leave();
  }
});
