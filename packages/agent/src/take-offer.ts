import { isDeepStrictEqual } from 'node:util';
import type { native } from '@fettle/protocol';
import { hardwareRevisionOf } from './ask-readiness.ts';
import { otherSlot, type Slot } from './boot/boot-driver.ts';
import { isNoSpace } from './disk.ts';
import { deploymentError } from './errors.ts';
import type { Journal } from './journal.ts';
import type { Ports } from './kit.ts';
import { judgeOffer, type OfferVerdict } from './offer.ts';
import type { Facts } from './plan.ts';
import { reportOutcome } from './reports.ts';
import { type At, changeWork, finishOffer, finishWithout, recoveredSequence, startWork } from './transitions.ts';
import type { OpenedRelease } from './trust/release-opener.ts';

/**
 * Takes an offer up, refuses it, or finds it done already.
 * @returns whether there is something to do or to tell now
 */
export async function takeOffer(offer: native.OfferMessage, facts: Facts, ports: Ports): Promise<boolean> {
  const { journal, clock, log } = ports;
  const { work } = journal.journal;
  const { booted, bootId, boot } = facts;
  if (work?.deployment === offer.deployment) return keepDemands(offer, ports);
  // Past the activation the device is between two slots: first the end of that, then something new.
  if (work && work.stage !== 'downloading' && work.stage !== 'downloaded') return false;
  if (journal.journal.finished.some(({ deployment }) => deployment === offer.deployment)) {
    await tellAgain(offer.deployment, ports);
    return false;
  }
  const at: At = { now: clock.now(), bootId: bootId ?? '' };
  if (booted === null || bootId === null || !boot.ok) {
    const code = boot.ok ? 'boot-facts-missing' : 'boot-environment-unreadable';
    const message = boot.ok ? 'The device cannot tell which slot booted, or which boot this is.' : boot.message;
    const refused = { deployment: offer.deployment, error: deploymentError(code, message), detail: '' };
    await journal.note(finishOffer(journal.journal, refused, at));
    return true;
  }
  if (work) await journal.save(finishWithout(journal.journal, { status: 'aborted', error: null }, at));
  const opened = await ports.releases.open(offer, { booted, journal: journal.journal });
  if (!opened.ok && opened.later) {
    log.warn('offer-unread', { deployment: offer.deployment, code: opened.code, message: opened.message });
    return false;
  }
  const verdict: OfferVerdict = opened.ok
    ? await judge(offer, { release: opened, booted }, ports)
    : { ...opened, verdict: 'refuse' };
  log.info('offer', { deployment: offer.deployment, version: offer.version, verdict: verdict.verdict });
  await act(verdict, { offer, booted, at }, ports);
  return true;
}

/** The rollout may have come to demand something else since. @returns whether the device should look again at once */
async function keepDemands({ demands = {} }: native.OfferMessage, { journal }: Ports): Promise<boolean> {
  const { work } = journal.journal;
  if (!work || isDeepStrictEqual(work.demands ?? {}, demands)) return false;
  await journal.note(changeWork(journal.journal, { demands }));
  return typeof work.waitingFor === 'string';
}

async function judge(
  offer: native.OfferMessage,
  { release, booted }: { readonly release: OpenedRelease; readonly booted: Slot },
  ports: Ports,
): Promise<OfferVerdict> {
  const { config, installer, journal } = ports;
  const roomBytes = new Map<string, number | undefined>();
  for (const component of Object.keys(config.components)) {
    roomBytes.set(component, await installer.roomBytes(component, otherSlot(booted)));
  }
  return judgeOffer(offer, {
    release,
    deviceType: config.deviceType,
    hardwareRevision: hardwareRevisionOf(config),
    roomBytes,
    booted,
    journal: journal.journal,
  });
}

async function act(
  verdict: OfferVerdict,
  about: { offer: native.OfferMessage; booted: Slot; at: At },
  { journal, log }: Ports,
): Promise<void> {
  const { offer, booted, at } = about;
  const { deployment } = offer;
  if (verdict.verdict === 'refuse') {
    log.error('refused', { deployment, code: verdict.code, message: verdict.message });
    const error = deploymentError(verdict.code, verdict.message);
    return journal.note(finishOffer(journal.journal, { deployment, error, detail: '' }, at));
  }
  if (verdict.verdict === 'already') {
    const relabelled = relabel(journal.journal, booted, verdict.manifest);
    const detail = 'The device runs these artifacts already.';
    return journal.note(finishOffer(relabelled, { deployment, error: null, detail }, at));
  }
  try {
    await journal.save(startWork(journal.journal, verdict.work, at));
  } catch (failure) {
    const code = isNoSpace(failure) ? 'no-space' : 'storage-failed';
    const error = deploymentError(code, `The journal cannot be written: ${(failure as Error).message}`);
    await journal.note(finishOffer(journal.journal, { deployment, error, detail: '' }, at));
  }
}

/** Equal artifacts under a newer release: the same bytes have a new name. The counter never sinks by this. */
function relabel(
  journal: Journal,
  booted: Slot,
  manifest: { version: string; counter: number; securityFloor: number },
): Journal {
  const contents = journal.slots[booted];
  if (contents.state !== 'known' || manifest.counter < contents.counter) return journal;
  const { version, counter, securityFloor } = manifest;
  const floor = Math.max(journal.floor, securityFloor);
  return { ...journal, floor, slots: { ...journal.slots, [booted]: { ...contents, version, counter } } };
}

/**
 * The server wants a deployment given up. What is at work here notices by itself; what never began, as its offer
 * was lost on the way, is told to be over: else the server would wait for its deadline.
 * @returns whether there is something to tell now
 */
export async function takeAbort(deployment: string, ports: Ports): Promise<boolean> {
  const { journal, clock, log } = ports;
  const { work } = journal.journal;
  if (work?.deployment === deployment) return typeof work.waitingFor === 'string';
  if (journal.journal.finished.some((entry) => entry.deployment === deployment)) {
    await tellAgain(deployment, ports);
    return false;
  }
  log.info('aborted-unseen', { deployment });
  const detail = 'Nothing of it was begun.';
  const outcome = { deployment, sequence: recoveredSequence, status: 'aborted', error: null, detail } as const;
  await journal.note(reportOutcome(journal.journal, outcome, clock.now()));
  return true;
}

/** The server offers what has ended here: it does not know the outcome, so the next check-in tells it once more. */
async function tellAgain(deployment: string, { journal, clock, log }: Ports): Promise<void> {
  const now = journal.journal;
  if (now.reports.some((report) => report.deployment === deployment && report.weight === 'outcome')) return;
  const past = now.finished.find((entry) => entry.deployment === deployment);
  if (!past) return;
  log.warn('offered-again', { deployment, status: past.status });
  const { status, error } = past;
  const sequence = past.lastSequence + 1;
  await journal.note(reportOutcome(now, { deployment, sequence, status, error }, clock.now()));
}
