import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Reason, ReasonCode, RolloutId } from '@fettle/model';
import { reasonTable } from '@fettle/model';
import type { RolloutContext } from './context.ts';
import { noChange, stability } from './stability.ts';

type Row = readonly [code: ReasonCode, rollout: string | null, until?: number];

function reasonsOf(rows: readonly Row[]): Reason[] {
  return rows.map(([code, rollout, until]) => ({
    code,
    owner: reasonTable[code].owner,
    summary: '',
    evidence: {},
    earliestChangeAt: until ?? null,
    remedy: '',
    rollout: rollout as RolloutId | null,
    release: null,
  }));
}

const contextOf = (...ids: string[]) => ({
  rollouts: ids.map((id) => ({ rollout: { id } }) as unknown as RolloutContext),
});

const cases: readonly [what: string, rollouts: string[], reasons: readonly Row[], until: number | undefined][] = [
  ['a fleet without rollouts', [], [['no-rollout', null]], noChange],
  ['a device that is up to date', ['a'], [['up-to-date', 'a']], noChange],
  ['a reason of the clock alone', ['a'], [['outside-window', 'a', 500]], 500],
  [
    'two clocks: the later one of a rollout',
    ['a'],
    [
      ['outside-window', 'a', 500],
      ['backing-off', 'a', 900],
    ],
    900,
  ],
  [
    'two rollouts: the one that can go first',
    ['a', 'b'],
    [
      ['outside-window', 'a', 500],
      ['freeze-period', 'b', 300],
    ],
    300,
  ],
  [
    'a firm reason beside a clock',
    ['a'],
    [
      ['outside-window', 'a', 500],
      ['up-to-date', 'a'],
    ],
    noChange,
  ],
  ['a hold that expires', ['a'], [['held-segment', 'a', 700]], 700],
  ['what others have under way', ['a'], [['too-many-in-flight', 'a']], undefined],
  ['others, although with a time', ['a'], [['rate-limited', 'a', 500]], undefined],
  [
    'others beside a firm reason',
    ['a'],
    [
      ['too-many-in-flight', 'a'],
      ['phase-not-open', 'a'],
    ],
    noChange,
  ],
  [
    'others in one of two rollouts',
    ['a', 'b'],
    [
      ['up-to-date', 'a'],
      ['budget-spent', 'b'],
    ],
    undefined,
  ],
  [
    'a device that nothing goes to',
    ['a', 'b'],
    [
      ['device-quarantined', null],
      ['budget-spent', 'b'],
    ],
    noChange,
  ],
  ['a rollout that nothing speaks against', ['a', 'b'], [['up-to-date', 'a']], undefined],
];

for (const [what, rollouts, reasons, until] of cases) {
  test(`${what} ${until === undefined ? 'can change at any moment' : `holds until ${until}`}`, () => {
    assert.equal(stability(reasonsOf(reasons), contextOf(...rollouts))?.until, until);
  });
}
