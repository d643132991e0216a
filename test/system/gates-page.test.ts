import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { logSumExp } from '../../packages/control/src/rollouts/gates/mixture.ts';
import {
  addEvent,
  noRatioEvidence,
  type RatioEvidence,
  ratioEstimate,
  ratioInterval,
  ratioLogE,
} from '../../packages/control/src/rollouts/gates/ratio.ts';
import { devicesToPass } from '../../packages/control/src/rollouts/gates/share.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/gates.md'), 'utf8');
const rows = [...page.matchAll(/^\| (\d+) \| (held back|on the release) \| (\d+) \| (\d+) \| ([\d.]+) \|$/gm)];

function take(evidence: RatioEvidence, row: RegExpMatchArray, count = Number(row[1])): RatioEvidence {
  const side = row[2] === 'held back' ? 'control' : 'treated';
  let next = evidence;
  for (let i = 0; i < count; i++) next = addEvent(next, side, { treated: Number(row[3]), control: Number(row[4]) });
  return next;
}

const rounded = (value: number, digits = 3) => Number(value.toPrecision(digits));

test('the worked example of the page about gates says what the gate says', () => {
  assert.equal(rows.length, 8);
  let evidence = noRatioEvidence;
  let before = evidence;
  for (const row of rows) {
    before = evidence;
    evidence = take(evidence, row);
    assert.equal(rounded(Math.exp(ratioLogE(evidence))), Number(row[5]), row[0]);
  }
  assert.equal(evidence.treatedEvents, 6);
  assert.equal(evidence.treatedEvents + evidence.controlEvents, 40);
  assert.match(page, new RegExp(`about ${rounded(ratioEstimate(evidence), 2)} times`));
  const { low, high } = ratioInterval(evidence, 0.05);
  assert.match(page, new RegExp(`at least ${low} and at most ${high} times`));
  const together = Math.exp(logSumExp([Math.log(0.52) + ratioLogE(evidence), Math.log(0.48 * 0.3)]));
  assert.match(page, new RegExp(`together E is ${Math.round(together)},`));
  const [last] = rows.slice(-1);
  assert.ok(last);
  const other = [...last];
  other[2] = 'held back';
  const otherwise = take(take(before, last, 1), other as unknown as RegExpMatchArray, 2);
  assert.match(page, new RegExp(`E would be ${rounded(Math.exp(ratioLogE(otherwise)), 2)},`));
});

test('the page says how many devices it takes to pass', () => {
  assert.match(
    page,
    new RegExp(
      `${devicesToPass(0.05, 0.05)} devices without a failure show 5 %, ${devicesToPass(0.02, 0.05)} show 2 %`,
    ),
  );
});
