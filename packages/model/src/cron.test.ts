import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Cron, firesOn, parseCron } from './cron.ts';

function read(text: string): Cron {
  const parsed = parseCron(text);
  assert.ok(parsed.ok, parsed.ok ? '' : `${text}: ${parsed.message}`);
  return parsed.cron;
}

function refusal(text: string): { message: string; position: number } {
  const parsed = parseCron(text);
  assert.ok(!parsed.ok, `${text} was read`);
  return parsed;
}

test('values, ranges, lists and steps are read', () => {
  assert.deepEqual(read('30 2 * * *').minutesOfDay, [150]);
  assert.deepEqual(read('0,30 1-2 * * *').minutesOfDay, [60, 90, 120, 150]);
  assert.deepEqual(read('0 */8 * * *').minutesOfDay, [0, 480, 960]);
  assert.deepEqual(read('10-50/20 0 * * *').minutesOfDay, [10, 30, 50]);
  assert.deepEqual([...read('0 0 1,15-17 */6 *').months], [1, 7]);
  assert.deepEqual([...(read('0 0 1,15-17 * *').monthDays ?? [])], [1, 15, 16, 17]);
});

test('months and days of the week have names, and Sunday is 0 and 7', () => {
  assert.deepEqual([...read('0 0 * jan-MAR *').months], [1, 2, 3]);
  assert.deepEqual([...(read('0 0 * * mon,wed').weekDays ?? [])], [1, 3]);
  assert.deepEqual([...(read('0 0 * * 7').weekDays ?? [])], [0]);
  assert.deepEqual([...(read('0 0 * * fri-sun').weekDays ?? [])], [5, 6, 0]);
});

test('spaces and tabs around fields do no harm', () => {
  assert.deepEqual(read(' 5\t4  * * * '), read('5 4 * * *'));
});

test('a day fires by day of month, by day of week, or by either when both are restricted', () => {
  const friday13 = new Date('2026-03-13T00:00Z');
  const friday20 = new Date('2026-03-20T00:00Z');
  const monday13 = new Date('2026-04-13T00:00Z');
  const days = [friday13, friday20, monday13];
  const fires = (text: string) => days.map((day) => firesOn(read(text), day));
  assert.deepEqual(fires('0 0 * * *'), [true, true, true]);
  assert.deepEqual(fires('0 0 13 * *'), [true, false, true]);
  assert.deepEqual(fires('0 0 * * 5'), [true, true, false]);
  assert.deepEqual(fires('0 0 13 * 5'), [true, true, true]);
  assert.deepEqual(fires('0 0 13 3 *'), [true, false, false]);
});

test('an expression that could never fire is refused', () => {
  for (const text of ['30 2 31 2 *', '0 0 30-31 feb *', '0 0 31 4,6,9,11 *']) {
    assert.match(refusal(text).message, /never fire/);
    assert.equal(refusal(text).position, text.indexOf('3', text.indexOf(' ', 3)));
  }
  read('0 0 29 2 *');
  read('0 0 31 2 1');
});

test('extensions are refused by name, with their place', () => {
  for (const text of ['0 0 L * *', '0 0 15W * *', '0 0 * * 5#2', '0 0 ? * 1', '0 0 * * 5L']) {
    assert.match(refusal(text).message, /Extensions such as L, W, #, \? and @daily are not read/);
  }
  assert.equal(refusal('0 0 L * *').position, 4);
  assert.equal(refusal('0 0 1,15W * *').position, 6);
  assert.match(refusal('@daily').message, /Expected five fields .* found 1/);
});

test('what is out of bounds, backwards or half a step is refused with what to write instead', () => {
  assert.match(refusal('60 0 * * *').message, /^minute: expected .* 0-59, found "60"/);
  assert.match(refusal('0 22-4 * * *').message, /write it as two, 22-23,0-4/);
  assert.match(refusal('5/15 * * * *').message, /write 5-59\/15 instead/);
  assert.match(refusal('*/0 * * * *').message, /a step is from 1 to 59/);
  assert.match(refusal('0 0 * * monday').message, /day of week: expected/);
  assert.match(refusal('0 0 * *').message, /found 4/);
  assert.match(refusal('0 0 0 * * *').message, /found 6/);
  assert.equal(refusal('0 0 0 * * *').position, 10);
  assert.match(refusal('1'.repeat(300)).message, /At most 200/);
});

test('whatever is written, reading it gives an expression or a place', () => {
  const pieces = fc.constantFrom('*', '1', '59', '-', '/', ',', ' ', 'L', 'mon', 'x', '0', '99', '?', '\n', '31');
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces, { maxLength: 20 }).map((all) => all.join('')),
      ),
      (text) => {
        const parsed = parseCron(text);
        if (parsed.ok) assert.ok(parsed.cron.minutesOfDay.length > 0);
        else assert.ok(parsed.position >= 0 && parsed.position <= text.length);
      },
    ),
  );
});
