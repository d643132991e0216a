import { createActor } from './act.ts';
import { afterFailureMs } from './after-failure.ts';
import { attributes, currentArtifacts } from './current.ts';
import type { Ports } from './kit.ts';
import { createServerTalk, type ServerTalk } from './server-talk.ts';
import { markGood, prepareJournal } from './start-up.ts';
import { takeAbort, takeOffer } from './take-offer.ts';

/** How a run ended: `unheard` only with `once`, when the server could not be told or asked. */
export type RunEnd = 'stopped' | 'done' | 'unheard';

/** Until a first answer: how long a device waits that knows nothing better. */
const firstIntervalMs = 60_000;
/** Offers that are dealt with one after the other without waiting. */
const atOnceLimit = 4;
/** What the device was asked before a step a moment ago need not be asked again to be told. */
const justAskedMs = 2_000;

/**
 * The agent: act on what is at hand, ask the server, wait, again.
 * @param mode `once`: one pass (check in, act, deliver reports), then end; `stay`: until the signal
 */
export async function runAgent(ports: Ports, mode: 'once' | 'stay'): Promise<RunEnd> {
  const { journal, clock, config, log, signal } = ports;
  const origin = await journal.open();
  await prepareJournal(ports, origin, await ports.readFacts());
  await markGood(ports, await ports.readFacts());
  const talk = createServerTalk(ports);
  const act = createActor(ports, talk);
  let failures = 0;
  let wasHeard = false;
  let intervalMs = Math.min(firstIntervalMs, config.checkIn.maxSeconds * 1_000);
  let atOnce = 0;
  if (mode === 'stay') await spreadStart(ports);

  while (!signal.aborted) {
    const acted = await act();
    if (signal.aborted) break;
    if (acted.ended === 'wait' && acted.quiet) {
      if (mode === 'once') return 'done';
      await clock.sleep(acted.waitMs, signal);
      continue;
    }
    const facts = await ports.readFacts();
    const readiness = await ports.readiness.ask({ booted: facts.booted, maxAgeMs: justAskedMs });
    if (signal.aborted) break;
    const said = attributes(ports, facts, { origin, readiness });
    const answer = await talk.checkIn({ attributes: said, current: currentArtifacts(ports, facts) });
    if (!answer.ok) {
      failures++;
      log.warn('no-answer', { kind: answer.kind, message: answer.message, failures });
      if (mode === 'once') return 'unheard';
      const { work, reports } = journal.journal;
      const toldMs = wasHeard ? intervalMs : undefined;
      const unheard = { ...answer, failures, toldMs, hasNews: work !== null || reports.length > 0 };
      const waitMs = afterFailureMs(unheard, boundsOf(config.checkIn), ports.random);
      await clock.sleep(acted.ended === 'wait' ? Math.min(acted.waitMs, waitMs) : waitMs, signal);
      continue;
    }
    failures = 0;
    wasHeard = true;
    intervalMs = clampMs(answer.value.nextCheckInSeconds * 1_000, config.checkIn);
    const { offer, abort } = answer.value;
    const given = abort === undefined ? false : await takeAbort(abort, ports);
    const offered = (offer ? await takeOffer(offer, facts, ports) : false) || given || isCalledOff(ports, talk);
    // Bounded: a server that always has one more offer must not make a device run in circles.
    if (offered && atOnce++ < atOnceLimit) continue;
    atOnce = 0;
    if (mode === 'once') return 'done';
    await clock.sleep(acted.ended === 'wait' ? Math.min(acted.waitMs, intervalMs) : intervalMs, signal);
  }
  return 'stopped';
}

/** What the device waits with is not wanted any more: no need to wait any longer. */
function isCalledOff({ journal }: Ports, talk: ServerTalk): boolean {
  const { work } = journal.journal;
  return typeof work?.waitingFor === 'string' && work.deployment !== null && talk.isAborted(work.deployment);
}

/** After a power cut in a whole town all devices start at once; those with something to do or to tell do not wait. */
async function spreadStart({ journal, clock, config, random, signal }: Ports): Promise<void> {
  const { startSpreadSeconds } = config.checkIn;
  const { work, reports } = journal.journal;
  if (startSpreadSeconds === 0 || work || reports.length > 0) return;
  await clock.sleep(random() * startSpreadSeconds * 1_000, signal);
}

function clampMs(valueMs: number, checkIn: CheckInBounds): number {
  const { leastMs, mostMs } = boundsOf(checkIn);
  return Math.min(mostMs, Math.max(leastMs, valueMs));
}

type CheckInBounds = Ports['config']['checkIn'];

function boundsOf({ minSeconds, maxSeconds }: CheckInBounds): { leastMs: number; mostMs: number } {
  return { leastMs: minSeconds * 1_000, mostMs: maxSeconds * 1_000 };
}
