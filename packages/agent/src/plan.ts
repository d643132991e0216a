import type { BootReading, Slot } from './boot/boot-driver.ts';
import type { AgentErrorCode } from './errors.ts';
import type { Journal, Stage, Work } from './journal.ts';
import { type Moment, type Readiness, reasonsToWait } from './readiness.ts';

/** What is true right now, besides what the journal remembers. */
export interface Facts {
  /** The slot that really booted; null when nobody can say. */
  readonly booted: Slot | null;
  /** Changes with every boot; null when nobody can say. */
  readonly bootId: string | null;
  readonly boot: BootReading;
  /** Whether the device may go on now; absent while it was not asked. */
  readonly readiness?: Readiness;
}

/** The next step, as data. Executors are in `steps/`. */
export type Step =
  | { readonly do: 'idle' }
  | { readonly do: 'hold'; readonly message: string }
  /** The next step depends on the readiness of the device: plan again with it. */
  | { readonly do: 'ask-readiness' }
  | { readonly do: 'wait'; readonly reasons: readonly string[] }
  | { readonly do: 'download' | 'verify' | 'reboot' | 'check' | 'return' | 'succeed' }
  | { readonly do: 'note-activated' }
  | { readonly do: 'undo' | 'finish'; readonly code: AgentErrorCode; readonly message: string }
  | { readonly do: 'finish-as-decided' }
  | { readonly do: 'fell-back'; readonly message: string }
  | { readonly do: 'fail-checks'; readonly message: string }
  | { readonly do: 'adopt'; readonly marker: string }
  | { readonly do: 'settle-strange'; readonly marker: string; readonly tried: boolean }
  | { readonly do: 'note-reverted'; readonly booted: Slot };

export const planLimits = { activations: 3, reboots: 3, checks: 5 } as const;

/** What the boot loader's settings mean for the work at hand. */
type Setting =
  | 'old' // the old slot starts, no trial
  | 'trial' // the new slot is on trial
  | 'new' // the new slot starts, no trial: committed
  | 'other'
  | 'unreadable';

interface View {
  readonly work: Work;
  readonly setting: Setting;
  /** No boot since the journal entered this stage. */
  readonly sameBoot: boolean;
  /** The settings still name this work: its trial was written, whatever the boot loader did since. */
  readonly marked: boolean;
}

interface Row {
  readonly stage: Stage | readonly Stage[];
  readonly booted: 'old' | 'new';
  readonly when?: (view: View) => boolean;
  /** The device has to be ready for this before the step is taken; until then it waits, and looks again. */
  readonly before?: Moment;
  readonly step: Step | ((view: View) => Step);
}

const fellBack = (message: string): Step => ({ do: 'fell-back', message });
const unreadable: Step = {
  do: 'finish',
  code: 'boot-environment-unreadable',
  message: 'The boot settings cannot be read, so no other slot can be started. Repair them (docs/agent.md).',
};
const holdUnreadable: Step = {
  do: 'hold',
  message: 'The boot settings cannot be read: the new slot runs and can neither be committed nor given up.',
};

/** The one transition table: first row that fits. `old` is the slot the update came from, `new` the one it went to. */
const table: readonly Row[] = [
  {
    stage: ['downloading', 'downloaded'],
    booted: 'new',
    step: {
      do: 'finish',
      code: 'booted-elsewhere',
      message: 'Somebody started the slot that was being written. Nothing was activated by this update.',
    },
  },
  { stage: ['downloading', 'downloaded'], booted: 'old', when: is('unreadable'), step: unreadable },
  { stage: 'downloading', booted: 'old', before: 'download', step: { do: 'download' } },
  { stage: 'downloaded', booted: 'old', before: 'install', step: { do: 'verify' } },

  // The environment write lies between `activating` and `activated`: the environment says whether it happened.
  { stage: ['activating', 'activated', 'undoing'], booted: 'new', step: { do: 'check' } },
  { stage: ['activating', 'activated'], booted: 'old', when: is('unreadable'), step: unreadable },
  {
    stage: 'activating',
    booted: 'old',
    when: (v) => v.sameBoot && v.setting === 'trial' && v.marked,
    step: { do: 'note-activated' },
  },
  {
    stage: 'activating',
    booted: 'old',
    when: (v) => !v.sameBoot && v.marked,
    step: fellBack('The new slot was activated and the device came back with the old one.'),
  },
  {
    stage: 'activating',
    booted: 'old',
    when: (v) => v.work.activations >= planLimits.activations,
    step: {
      do: 'finish',
      code: 'activation-failed',
      message: `The new slot could not be activated in ${planLimits.activations} attempts.`,
    },
  },
  // The write never happened. The slot is verified again before the next attempt.
  { stage: 'activating', booted: 'old', before: 'install', step: { do: 'verify' } },

  {
    stage: 'activated',
    booted: 'old',
    when: (v) => !v.sameBoot,
    step: fellBack('The new slot did not start, or did not stay up: the boot loader went back to the old one.'),
  },
  {
    stage: 'activated',
    booted: 'old',
    when: (v) => v.setting !== 'trial',
    step: {
      do: 'finish',
      code: 'environment-changed',
      message: 'Somebody changed the boot settings after the new slot was activated; the old slot still runs.',
    },
  },
  {
    stage: 'activated',
    booted: 'old',
    when: (v) => v.work.rebootAttempts >= planLimits.reboots,
    step: {
      do: 'undo',
      code: 'reboot-failed',
      message: `The device did not reboot after ${planLimits.reboots} reboot commands.`,
    },
  },
  { stage: 'activated', booted: 'old', before: 'reboot', step: { do: 'reboot' } },
  { stage: 'undoing', booted: 'old', step: { do: 'finish-as-decided' } },

  // Commit is one write: once the environment says so it is true, whether the journal knows or not.
  { stage: 'committing', booted: 'new', when: is('new'), step: { do: 'succeed' } },
  { stage: ['checking', 'committing'], booted: 'new', when: is('unreadable'), step: holdUnreadable },
  {
    stage: ['checking', 'committing'],
    booted: 'new',
    when: (v) => v.work.checksStarted >= planLimits.checks,
    step: {
      do: 'fail-checks',
      message: `Health checks were started ${planLimits.checks} times and never came to an end.`,
    },
  },
  { stage: ['checking', 'committing'], booted: 'new', step: { do: 'check' } },
  {
    stage: ['checking', 'committing'],
    booted: 'old',
    step: fellBack('The new slot started but was given up before it was committed: the old one runs again.'),
  },

  { stage: 'rollingBack', booted: 'old', step: { do: 'finish-as-decided' } },
  { stage: 'rollingBack', booted: 'new', when: is('unreadable'), step: holdUnreadable },
  { stage: 'rollingBack', booted: 'new', when: is('old'), step: { do: 'reboot' } },
  { stage: 'rollingBack', booted: 'new', step: { do: 'return' } },
];

/**
 * What to do next: desired + current + journal → one step.
 * @returns `idle` when nothing is left to do but to ask the server
 */
export function plan(journal: Journal, facts: Facts): Step {
  const { booted, bootId } = facts;
  if (booted === null) return { do: 'hold', message: 'Nobody can say which slot booted (config bootedSlot).' };
  if (bootId === null) return { do: 'hold', message: 'Nobody can say which boot this is (config bootId).' };
  const { work } = journal;
  if (!work) return planWithoutWork(journal, booted, facts.boot);
  const view: View = {
    work,
    setting: settingOf(work, facts.boot),
    sameBoot: work.bootId === bootId,
    marked: facts.boot.ok && facts.boot.state.marker === markerOf(work),
  };
  const side = booted === work.to ? 'new' : 'old';
  const row = table.find(
    (candidate) =>
      (Array.isArray(candidate.stage) ? candidate.stage.includes(work.stage) : candidate.stage === work.stage) &&
      candidate.booted === side &&
      (candidate.when?.(view) ?? true),
  );
  if (!row) return { do: 'hold', message: `The plan has no row for ${work.stage} in the ${side} slot.` };
  const step = typeof row.step === 'function' ? row.step(view) : row.step;
  return row.before === undefined ? step : (whenReady(row.before, work, facts.readiness) ?? step);
}

/** @returns what has to come before the step; undefined when nothing stands in its way */
function whenReady(before: Moment, work: Work, readiness: Readiness | undefined): Step | undefined {
  if (!readiness) return { do: 'ask-readiness' };
  const sizeBytes = work.artifacts.reduce((sum, artifact) => sum + artifact.sizeBytes, 0);
  const reasons = reasonsToWait(before, readiness, { demands: work.demands ?? {}, version: work.version, sizeBytes });
  return reasons.length > 0 ? { do: 'wait', reasons } : undefined;
}

/** What the boot settings carry to name the work on trial. */
export function markerOf(work: Work): string {
  return work.deployment ?? 'local';
}

/**
 * Without work the settings may still hold a trial. With our marker the journal was lost;
 * without it somebody else's tool is at work and is left alone.
 */
function planWithoutWork(journal: Journal, booted: Slot, boot: BootReading): Step {
  if (boot.ok) {
    const { slot, trial, marker, bootCount } = boot.state;
    if (marker !== '' && trial && slot === booted) return { do: 'adopt', marker };
    if (marker !== '' && (trial || slot === booted)) {
      return { do: 'settle-strange', marker, tried: !trial || (bootCount ?? 0) > 0 };
    }
  }
  if (journal.committed && journal.committed.slot !== booted) return { do: 'note-reverted', booted };
  return { do: 'idle' };
}

function settingOf(work: Work, boot: BootReading): Setting {
  if (!boot.ok) return 'unreadable';
  const { slot, trial } = boot.state;
  if (slot === work.to) return trial ? 'trial' : 'new';
  return slot === work.from && !trial ? 'old' : 'other';
}

function is(setting: Setting): (view: View) => boolean {
  return (view) => view.setting === setting;
}
