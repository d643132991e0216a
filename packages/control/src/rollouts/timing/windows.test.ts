import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MaintenanceWindow } from '@fettle/model';
import fc from 'fast-check';
import { minuteWalk } from '../../../test/minute-walk.ts';
import { never } from './time-state.ts';
import { windowState, windowsState } from './windows.ts';

const hour = 3_600_000;
const utc = (text: string) => Date.parse(`${text}Z`);
const told = ({ open, changesAt }: { open: boolean; changesAt: number }) =>
  `${open ? 'open' : 'shut'} until ${new Date(changesAt).toISOString().slice(0, 16)}`;

function at(text: string, window: Partial<MaintenanceWindow>, siteZone = 'UTC'): string {
  const whole = { cron: '30 2 * * *', durationMs: hour, zone: 'site', ...window };
  return told(windowState(whole, siteZone, utc(text)));
}

test('a window opens by the clocks of its zone and stays open for its duration', () => {
  assert.equal(at('2026-01-10T01:29:59', { zone: 'Europe/Berlin' }), 'shut until 2026-01-10T01:30');
  assert.equal(at('2026-01-10T01:30', { zone: 'Europe/Berlin' }), 'open until 2026-01-10T02:30');
  assert.equal(at('2026-01-10T02:29:59', { zone: 'Europe/Berlin' }), 'open until 2026-01-10T02:30');
  assert.equal(at('2026-01-10T02:30', { zone: 'Europe/Berlin' }), 'shut until 2026-01-11T01:30');
});

test('a window of the site goes by the zone of the device', () => {
  assert.equal(at('2026-01-10T00:00', {}, 'Asia/Kolkata'), 'shut until 2026-01-10T21:00');
  assert.equal(at('2026-01-10T00:00', {}, 'America/New_York'), 'shut until 2026-01-10T07:30');
});

test('a window in a zone that does not exist never opens', () => {
  const shut = { open: false, changesAt: never };
  const { open, changesAt } = windowState({ cron: '* * * * *', durationMs: hour, zone: 'site' }, 'Mars/Base', 0);
  assert.deepEqual({ open, changesAt }, shut);
});

test('in spring a start that does not exist opens when the gap ends', () => {
  assert.equal(at('2026-03-29T00:59', { zone: 'Europe/Berlin' }), 'shut until 2026-03-29T01:00');
  assert.equal(at('2026-03-29T01:00', { zone: 'Europe/Berlin' }), 'open until 2026-03-29T02:00');
  // The day that Samoa left out.
  const noon = { cron: '0 12 30 12 *', zone: 'Pacific/Apia' };
  assert.equal(at('2011-12-29T00:00', noon), 'shut until 2011-12-30T10:00');
  assert.equal(at('2011-12-30T10:59:59.999', noon), 'open until 2011-12-30T11:00');
});

test('in autumn a start that exists twice opens once, at the first', () => {
  const berlin = { zone: 'Europe/Berlin', durationMs: hour / 2 };
  assert.equal(at('2026-10-25T00:00', berlin), 'shut until 2026-10-25T00:30');
  assert.equal(at('2026-10-25T00:30', berlin), 'open until 2026-10-25T01:00');
  assert.equal(at('2026-10-25T01:30', berlin), 'shut until 2026-10-26T01:30');
});

test('the duration is elapsed time, whatever clocks show meanwhile', () => {
  const night = { cron: '0 0 * * *', zone: 'Europe/Berlin', durationMs: 6 * hour };
  assert.equal(at('2026-03-28T23:30', night), 'open until 2026-03-29T05:00');
  assert.equal(at('2026-10-24T23:30', night), 'open until 2026-10-25T04:00');
});

test('starts that overlap or touch make one stretch, and one that never ends is told piece by piece', () => {
  assert.equal(at('2026-01-10T05:10', { cron: '0 3-6 * * *' }), 'open until 2026-01-10T07:00');
  let now = utc('2026-01-10T05:10:30');
  for (let piece = 0; piece < 50; piece += 1) {
    const state = windowState({ cron: '* * * * *', durationMs: hour, zone: 'UTC' }, 'UTC', now);
    assert.ok(state.open && state.changesAt > now);
    now = state.changesAt;
  }
});

test('a window that opens on leap days only says when', () => {
  assert.equal(at('2026-01-01T00:00', { cron: '0 0 29 2 *' }), 'shut until 2028-02-29T00:00');
  assert.equal(at('2096-03-01T00:00', { cron: '0 0 29 2 *' }), 'shut until 2104-02-29T00:00');
});

test('of several windows one is enough, and none at all is always open', () => {
  const early = { cron: '0 1 * * *', durationMs: hour, zone: 'UTC' };
  const late = { cron: '0 5 * * *', durationMs: hour, zone: 'UTC' };
  const both = (text: string) => told(windowsState([late, early], 'UTC', utc(text)));
  assert.equal(both('2026-01-10T00:30'), 'shut until 2026-01-10T01:00');
  assert.equal(both('2026-01-10T01:30'), 'open until 2026-01-10T02:00');
  assert.equal(both('2026-01-10T03:00'), 'shut until 2026-01-10T05:00');
  assert.deepEqual(windowsState([], 'UTC', 0), { open: true, changesAt: never });
});

// Each zone with the time around a change of its clocks.
const changes: readonly (readonly [zone: string, around: string])[] = [
  ['Europe/Berlin', '2026-03-29T01:00'],
  ['Europe/Berlin', '2026-10-25T01:00'],
  ['America/New_York', '2026-03-08T07:00'],
  ['Australia/Lord_Howe', '2026-10-03T15:30'],
  ['Australia/Lord_Howe', '2026-04-04T15:00'],
  ['Africa/Casablanca', '2026-02-15T02:00'],
  ['Africa/Casablanca', '2026-03-22T02:00'],
  ['America/Sao_Paulo', '2018-11-04T03:00'],
  ['America/Sao_Paulo', '2019-02-17T02:00'],
  ['Pacific/Apia', '2011-12-30T10:00'],
  ['Asia/Kathmandu', '2026-01-01T00:00'],
];

interface Field {
  readonly text: string;
  readonly has: (value: number) => boolean;
}
const any: Field = { text: '*', has: () => true };
const oneOf = (most: number, least = 0) =>
  fc.integer({ min: least, max: most }).map((value): Field => ({ text: String(value), has: (v) => v === value }));
const every = (most: number) =>
  fc.integer({ min: 1, max: most }).map((step): Field => ({ text: `*/${step}`, has: (v) => v % step === 0 }));
const range = (most: number) =>
  fc.tuple(fc.integer({ min: 0, max: most }), fc.integer({ min: 0, max: most })).map(([a, b]): Field => {
    const [from, to] = a < b ? [a, b] : [b, a];
    return { text: `${from}-${to}`, has: (v) => v >= from && v <= to };
  });
const windowText = fc.record({
  minute: fc.oneof(oneOf(59), oneOf(59), every(59)),
  hour: fc.oneof(oneOf(3), oneOf(23), range(23), every(12), fc.constant(any)),
  monthDay: fc.oneof(fc.constant(any), fc.constant(any), oneOf(31, 1)),
  weekDay: fc.oneof(fc.constant(any), fc.constant(any), oneOf(6)),
  minutes: fc.oneof(fc.integer({ min: 1, max: 90 }), fc.integer({ min: 1, max: 3_000 })),
});

test('property: windows agree with a walk from minute to minute over the clocks of the zone', () => {
  fc.assert(
    fc.property(fc.constantFrom(...changes), windowText, ([zone, around], parts) => {
      const { minute, hour: hours, monthDay, weekDay, minutes } = parts;
      const cron = `${minute.text} ${hours.text} ${monthDay.text} * ${weekDay.text}`;
      const window = { cron, durationMs: minutes * 60_000, zone };
      const walk = minuteWalk(zone, utc(around), {
        durationMs: window.durationMs,
        fires: (local) =>
          minute.has(local.minute) &&
          hours.has(local.hour) &&
          (monthDay === any
            ? weekDay.has(local.weekDay)
            : monthDay.has(local.monthDay) || (weekDay !== any && weekDay.has(local.weekDay))),
      });
      let now = walk.from;
      for (const [index, open] of walk.open.entries()) {
        const state = windowState(window, 'UTC', now);
        assert.equal(state.open, open, `${cron} ${minutes} min ${zone} at ${new Date(now).toISOString()}`);
        assert.ok(state.changesAt > now);
        const change = Math.round((state.changesAt - walk.from) / 60_000);
        const later = walk.open.slice(index, Math.min(change, walk.open.length));
        assert.ok(
          later.every((other) => other === open),
          `${cron} ${zone}: changes before it says`,
        );
        if (!open && change < walk.open.length) assert.equal(walk.open[change], true, `${cron} ${zone}: opens then`);
        now += 60_000;
      }
    }),
    { numRuns: 60 },
  );
});

test('property: whatever was asked before, the answer is the same', () => {
  const zones = ['UTC', 'Europe/Berlin', 'Asia/Tokyo'];
  const ask = fc.tuple(fc.constantFrom(...zones), fc.integer({ min: 0, max: 40 * 24 }));
  fc.assert(
    fc.property(fc.array(ask, { maxLength: 40 }), fc.integer({ min: 0, max: 59 }), (asks, minute) => {
      const window = { cron: `${minute} 2-4 * * *`, durationMs: 2 * hour, zone: 'site' };
      for (const [zone, hours] of asks) {
        const now = utc('2026-03-10T00:00') + hours * hour;
        // The same window under a text of its own: nothing is remembered for it.
        const fresh = windowState({ ...window, durationMs: window.durationMs }, zone, now);
        const other = windowState(
          { ...window, cron: ` ${window.cron} `.repeat(1) + ' '.repeat(hours % 50) },
          zone,
          now,
        );
        assert.equal(fresh.open, other.open);
        if (!fresh.open) assert.equal(fresh.changesAt, other.changesAt);
      }
    }),
  );
});
