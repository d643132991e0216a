import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HabitOptions, parseInUse, parseSites, sayingOf } from './habits.ts';

const hour = 3_600_000;
const noon = Date.UTC(2026, 0, 15, 12);
const devices = Array.from({ length: 1_000 }, (_, index) => ({ id: `sim-${index}`, index }));
const sayings = (options: HabitOptions) => devices.map((device) => sayingOf(options, 'seed', device));
const shareOf = (options: HabitOptions, at: number, name: string, value: unknown) =>
  sayings(options).filter((says) => says(at)[name] === value).length / devices.length;

describe('what pretend devices say of themselves', () => {
  it('is the same for the same seed, and says nothing that was not asked for', () => {
    const [first] = sayings({});
    const [again] = sayings({});
    assert.deepEqual(first?.(noon), again?.(noon));
    assert.deepEqual(Object.keys(first?.(noon) ?? {}), ['simulated', 'region', 'hardware-revision']);
  });

  it('in use within its hours, a share of the devices, also over midnight', () => {
    const inUse = { fromHour: 8, untilHour: 18, share: 0.3 };
    assert.ok(Math.abs(shareOf({ inUse }, noon, 'in-use', true) - 0.3) < 0.05);
    assert.equal(shareOf({ inUse }, noon + 6 * hour, 'in-use', true), 0);
    const night = { fromHour: 22, untilHour: 6, share: 1 };
    const used = (at: number) => shareOf({ inUse: night }, at, 'in-use', true);
    assert.deepEqual([noon, noon + 10 * hour, noon + 17 * hour, noon + 18 * hour].map(used), [0, 1, 1, 0]);
  });

  it('hours are those of the site', () => {
    const options = {
      inUse: { fromHour: 20, untilHour: 22, share: 1 },
      sites: [{ name: 'tokyo', zone: 'Asia/Tokyo' }],
    };
    assert.equal(shareOf(options, noon, 'in-use', true), 1);
    assert.equal(shareOf(options, noon, 'time-zone', 'Asia/Tokyo'), 1);
    assert.equal(shareOf(options, noon + 2 * hour, 'in-use', true), 0);
  });

  it('a battery is charged to the full once a day and told in steps', () => {
    for (const says of sayings({ battery: 1 }).slice(0, 20)) {
      const day = Array.from({ length: 24 * 60 }, (_, minute) => says(noon + minute * 60_000));
      const charges = new Set(day.map((said) => said['battery-percent']));
      assert.deepEqual([Math.min(...([...charges] as number[])), charges.size <= 19], [10, true]);
      assert.ok(Math.max(...([...charges] as number[])) >= 95);
      const onMains = day.filter((said) => said['power-source'] === 'mains').length / day.length;
      assert.ok(Math.abs(onMains - 0.25) < 0.01, String(onMains));
    }
    assert.equal(shareOf({ battery: 0 }, noon, 'power-source', 'mains'), 1);
  });

  it('the two of a pair have a name of their own and stand at the same site', () => {
    const said = sayings({ pairs: 'pair-', sites: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] }).map((says) =>
      says(0),
    );
    assert.deepEqual([said[0]?.pair, said[1]?.pair, said[2]?.pair], ['pair-1', 'pair-1', 'pair-2']);
    for (let index = 0; index < said.length; index += 2) assert.equal(said[index]?.site, said[index + 1]?.site);
    assert.equal(new Set(said.map(({ site }) => site)).size, 3);
  });

  it('hardware revisions are those given', () => {
    assert.ok(Math.abs(shareOf({ hardware: ['C', 'D'] }, noon, 'hardware-revision', 'C') - 0.5) < 0.06);
    assert.ok(Math.abs(shareOf({ metered: 0.1 }, noon, 'link-metered', true) - 0.1) < 0.04);
  });
});

describe('habits on the command line', () => {
  it('are read from hours, shares, names and zones', () => {
    assert.deepEqual(parseInUse('22-6=30%'), { fromHour: 22, untilHour: 6, share: 0.3 });
    assert.deepEqual(parseInUse('8-18'), { fromHour: 8, untilHour: 18, share: 1 });
    assert.deepEqual(parseSites('lab, berlin@Europe/Berlin'), [
      { name: 'lab' },
      { name: 'berlin', zone: 'Europe/Berlin' },
    ]);
  });

  it('are refused with what was expected', () => {
    for (const wrong of ['8', '8-8', '8-25', '8-18=x', 'eight-nine']) {
      assert.throws(() => parseInUse(wrong), { code: 'invalid-input' });
    }
    for (const wrong of ['', 'a,,b', 'x@Berlin', 'x@UTC@UTC']) {
      assert.throws(() => parseSites(wrong), { code: 'invalid-input' });
    }
  });
});
