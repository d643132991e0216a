import { madeIdPattern } from '@fettle/model';
import type { Slot } from '../boot/boot-driver.ts';
import { deploymentError } from '../errors.ts';
import { goOn, type Ports, type StepResult } from '../kit.ts';
import { reportOutcome } from '../reports.ts';
import { type At, adoptTrial, noteReverted, recoveredSequence } from '../transitions.ts';

const idPattern = new RegExp(madeIdPattern);

interface Found {
  readonly booted: Slot;
  readonly at: At;
  /** What the boot settings carry: the deployment of the trial. */
  readonly marker: string;
}

/** This slot runs on trial and the journal of how it came to that is lost: check it all the same. */
export async function adopt({ journal, log }: Ports, { booted, at, marker }: Found): Promise<StepResult> {
  log.warn('trial-adopted', { slot: booted, marker });
  const deployment = idPattern.test(marker) ? marker : null;
  await journal.save(adoptTrial(journal.journal, { deployment, slot: booted }, at));
  return goOn;
}

/** A trial of the other slot without a journal: ends it, and tells what can be known about it. */
export async function settleStrange(
  { journal, boot, log }: Ports,
  { booted, at, marker, tried }: Found & { readonly tried: boolean },
): Promise<StepResult> {
  log.warn('trial-ended', { slot: booted, marker, tried });
  const known = journal.journal.finished.some((entry) => entry.deployment === marker);
  if (idPattern.test(marker) && !known) {
    const error = tried
      ? deploymentError('boot-failed', 'The new slot was given up by the boot loader; the journal was lost.')
      : deploymentError('journal-lost', 'The journal was lost before the new slot was started; nothing was changed.');
    const status = tried ? 'rolledBack' : 'failed';
    const outcome = { deployment: marker, sequence: recoveredSequence, status, error } as const;
    // Noted before the marker goes: a power cut in between only means to note it again.
    await journal.save(reportOutcome(journal.journal, outcome, at.now));
  }
  await boot.settle(booted, 'unusable');
  return goOn;
}

/** A committed slot was left: tells the server, who believes that it runs. */
export async function revertNoted({ journal, log }: Ports, at: At): Promise<StepResult> {
  log.warn('reverted', { deployment: journal.journal.committed?.deployment ?? '' });
  await journal.note(noteReverted(journal.journal, at));
  return goOn;
}
