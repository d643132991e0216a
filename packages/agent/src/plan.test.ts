import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import type { BootState } from './boot/boot-driver.ts';
import { emptyJournal, type Journal, type Stage, stages, type Work } from './journal.ts';
import { type Facts, plan, planLimits, type Step } from './plan.ts';
import type { Readiness } from './readiness.ts';

const deployment = 'dep_00000000000000000000000001';

const work = (stage: Stage, change: Partial<Work> = {}): Journal => ({
  ...emptyJournal,
  work: {
    deployment,
    version: '2.0.0',
    counter: 2,
    securityFloor: 0,
    artifacts: [],
    from: 'a',
    to: 'b',
    stage,
    bootId: 'boot-1',
    download: { index: 0, offsetBytes: 0, etag: null, failures: 0, fullRetries: 0 },
    activations: 0,
    rebootAttempts: 0,
    checksStarted: 0,
    ending: null,
    lastSequence: 1,
    ...change,
  },
});

const on = (slot: 'a' | 'b', trial = false, marker = ''): BootState => ({ slot, trial, marker, bootCount: 0 });
const held = (attributes: Readiness['attributes']) => ({
  ...facts('a', on('b', true, deployment)),
  readiness: { attributes, problem: null },
});
const heldFromA = (attributes: Readiness['attributes']) => ({
  ...facts('a', on('a')),
  readiness: { attributes, problem: null },
});
const demanding = { demands: { notInUse: true, unmeteredLink: true } };
const facts = (booted: 'a' | 'b' | null, state: BootState | null, bootId: string | null = 'boot-1'): Facts => ({
  booted,
  bootId,
  boot: state ? { ok: true, state } : { ok: false, message: 'damaged' },
  readiness: { attributes: {}, problem: null },
});

const rows: readonly [string, Journal, Facts, Step['do']][] = [
  ['nothing to do', emptyJournal, facts('a', on('a')), 'idle'],
  ['booted slot unknown', work('downloading'), facts(null, on('a')), 'hold'],
  ['boot id unknown', work('downloading'), facts('a', on('a'), null), 'hold'],
  ['downloading', work('downloading'), facts('a', on('a')), 'download'],
  ['downloading, another boot', work('downloading'), facts('a', on('a'), 'boot-2'), 'download'],
  ['downloading, running from the slot that is written', work('downloading'), facts('b', on('b')), 'finish'],
  ['downloading, settings unreadable', work('downloading'), facts('a', null), 'finish'],
  ['downloaded', work('downloaded'), facts('a', on('a')), 'verify'],
  ['activating, write not made', work('activating'), facts('a', on('a')), 'verify'],
  ['activating, write not made, power was cut', work('activating'), facts('a', on('a'), 'boot-2'), 'verify'],
  ['activating, write made', work('activating'), facts('a', on('b', true, deployment)), 'note-activated'],
  ['activating, trial of somebody else', work('activating'), facts('a', on('b', true, 'x')), 'verify'],
  ['activating, booted into it', work('activating'), facts('b', on('b', true, deployment), 'boot-2'), 'check'],
  ['activating, fell back', work('activating'), facts('a', on('a', false, deployment), 'boot-2'), 'fell-back'],
  ['activating, too often', work('activating', { activations: 3 }), facts('a', on('a')), 'finish'],
  ['activated', work('activated'), facts('a', on('b', true, deployment)), 'reboot'],
  ['activated, no reboot', work('activated', { rebootAttempts: 3 }), facts('a', on('b', true, deployment)), 'undo'],
  ['activated, taken back by somebody', work('activated'), facts('a', on('a')), 'finish'],
  ['activated, fell back', work('activated'), facts('a', on('a'), 'boot-2'), 'fell-back'],
  ['activated, boot loader ignores trials', work('activated'), facts('a', on('b', true), 'boot-2'), 'fell-back'],
  ['activated, new slot runs', work('activated'), facts('b', on('b', true), 'boot-2'), 'check'],
  ['downloading, not asked', work('downloading'), { ...facts('a', on('a')), readiness: undefined }, 'ask-readiness'],
  ['downloading, metered', work('downloading', demanding), heldFromA({ 'link-metered': true }), 'wait'],
  ['downloading, in use', work('downloading', demanding), heldFromA({ 'in-use': true }), 'download'],
  ['downloaded, in use', work('downloaded', demanding), heldFromA({ 'in-use': true }), 'wait'],
  ['downloaded, in use, nobody minds', work('downloaded'), heldFromA({ 'in-use': true }), 'verify'],
  ['downloaded, not ready', work('downloaded'), heldFromA({ ready: false }), 'wait'],
  ['activating, write not made, in use', work('activating', demanding), heldFromA({ 'in-use': true }), 'wait'],
  ['activated, in use', work('activated', demanding), held({ 'in-use': true }), 'wait'],
  ['activated, metered', work('activated', demanding), held({ 'link-metered': true }), 'reboot'],
  [
    'activated, in use, no reboot',
    work('activated', { ...demanding, rebootAttempts: 3 }),
    held({ 'in-use': true }),
    'undo',
  ],
  [
    'rolling back, in use',
    work('rollingBack', demanding),
    { ...facts('b', on('a')), readiness: { attributes: { 'in-use': true }, problem: null } },
    'reboot',
  ],
  ['undoing', work('undoing'), facts('a', on('b', true)), 'finish-as-decided'],
  ['undoing, too late', work('undoing'), facts('b', on('b', true), 'boot-2'), 'check'],
  ['checking', work('checking'), facts('b', on('b', true)), 'check'],
  ['checking too often', work('checking', { checksStarted: 5 }), facts('b', on('b', true)), 'fail-checks'],
  ['checking, settings unreadable', work('checking'), facts('b', null), 'hold'],
  ['checking, fell back', work('checking'), facts('a', on('a'), 'boot-2'), 'fell-back'],
  ['committing, written', work('committing'), facts('b', on('b')), 'succeed'],
  ['committing, written, then power cut', work('committing'), facts('b', on('b'), 'boot-2'), 'succeed'],
  ['committing, not written', work('committing'), facts('b', on('b', true), 'boot-2'), 'check'],
  ['committing, fell back', work('committing'), facts('a', on('a'), 'boot-2'), 'fell-back'],
  ['rolling back', work('rollingBack'), facts('b', on('b', true)), 'return'],
  ['rolling back, written', work('rollingBack'), facts('b', on('a')), 'reboot'],
  ['rolling back, reboot does nothing', work('rollingBack', { rebootAttempts: 9 }), facts('b', on('a')), 'reboot'],
  ['rolling back, settings unreadable', work('rollingBack'), facts('b', null), 'hold'],
  ['rolled back', work('rollingBack'), facts('a', on('a'), 'boot-2'), 'finish-as-decided'],
  ['trial without a journal', emptyJournal, facts('b', on('b', true, deployment)), 'adopt'],
  ['trial of somebody else: left alone', emptyJournal, facts('b', on('b', true)), 'idle'],
  ['pending trial of somebody else: left alone', emptyJournal, facts('a', on('b', true)), 'idle'],
  ['fallen back without a journal', emptyJournal, facts('a', on('a', false, deployment)), 'settle-strange'],
  ['pending trial without a journal', emptyJournal, facts('a', on('b', true, deployment)), 'settle-strange'],
  [
    'a committed slot was left',
    { ...emptyJournal, committed: { deployment, lastSequence: 5, slot: 'b' } },
    facts('a', on('a')),
    'note-reverted',
  ],
];

describe('plan', () => {
  for (const [name, journal, seen, step] of rows) {
    test(`${name}: ${step}`, () => assert.equal(plan(journal, seen).do, step));
  }

  const anyFacts = fc.record({
    booted: fc.constantFrom('a' as const, 'b' as const, null),
    bootId: fc.constantFrom('boot-1', 'boot-2', null),
    readiness: fc.constantFrom<Readiness | undefined>(
      undefined,
      { attributes: {}, problem: null },
      { attributes: { 'in-use': true, 'link-metered': true }, problem: null },
      { attributes: {}, problem: 'it hangs' },
    ),
    boot: fc.oneof(
      fc.constant({ ok: false as const, message: 'damaged' }),
      fc.record({
        ok: fc.constant(true as const),
        state: fc.record({
          slot: fc.constantFrom('a' as const, 'b' as const, null),
          trial: fc.boolean(),
          marker: fc.constantFrom('', deployment, 'other'),
          bootCount: fc.constantFrom(0, 3, null),
        }),
      }),
    ),
  });
  const anyWork = fc
    .record({
      stage: fc.constantFrom(...stages),
      activations: fc.nat(planLimits.activations),
      rebootAttempts: fc.nat(planLimits.reboots),
      checksStarted: fc.nat(planLimits.checks),
      demands: fc.constantFrom({}, { notInUse: true, unmeteredLink: true }),
    })
    .map(({ stage, ...counts }) => work(stage, counts));

  test('every stage has a row for everything that can be true', () => {
    fc.assert(
      fc.property(anyWork, anyFacts, (journal, seen) => {
        const step = plan(journal, seen);
        assert.ok(step.do !== 'hold' || !step.message.includes('no row'), JSON.stringify(step));
      }),
    );
  });

  test('success is never declared but for a slot that runs, is committed and passed its checks', () => {
    fc.assert(
      fc.property(anyWork, anyFacts, (journal, seen) => {
        if (plan(journal, seen).do !== 'succeed') return;
        assert.equal(journal.work?.stage, 'committing');
        assert.equal(seen.booted, 'b');
        assert.deepEqual(seen.boot.ok && [seen.boot.state.slot, seen.boot.state.trial], ['b', false]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a wait is for the old slot only, and asking once is enough to get out of it', () => {
    fc.assert(
      fc.property(anyWork, anyFacts, (journal, seen) => {
        const step = plan(journal, seen);
        if (step.do === 'wait') assert.equal(seen.booted, 'a');
        if (step.do !== 'ask-readiness' && step.do !== 'wait') return;
        const next = plan(journal, { ...seen, readiness: { attributes: {}, problem: null } });
        assert.ok(['download', 'verify', 'reboot'].includes(next.do), next.do);
      }),
      { numRuns: 2_000 },
    );
  });

  test('a rollback is never told while the new slot still runs', () => {
    fc.assert(
      fc.property(anyWork, anyFacts, (journal, seen) => {
        const step = plan(journal, seen).do;
        if (step === 'fell-back' || step === 'finish-as-decided') assert.equal(seen.booted, 'a');
      }),
      { numRuns: 2_000 },
    );
  });
});
