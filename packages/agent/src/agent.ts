import { createActor } from './act.ts';
import { backoffMs } from './backoff.ts';
import { attributes, currentArtifacts } from './current.ts';
import type { Ports } from './kit.ts';
import { createServerTalk } from './server-talk.ts';
import { markGood, prepareJournal } from './start-up.ts';
import { takeAbort, takeOffer } from './take-offer.ts';
import type { NoAnswer } from './transports/transport.ts';

/** How a run ended: `unheard` only with `once`, when the server could not be told or asked. */
export type RunEnd = 'stopped' | 'done' | 'unheard';

/** Until a first answer: how long a device waits that knows nothing better. */
const firstIntervalMs = 60_000;
/** Offers that are dealt with one after the other without waiting. */
const atOnceLimit = 4;

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
    const about = { attributes: attributes(ports, facts, origin), current: currentArtifacts(ports, facts) };
    const answer = await talk.checkIn(about);
    if (!answer.ok) {
      failures++;
      log.warn('no-answer', { kind: answer.kind, message: answer.message, failures });
      if (mode === 'once') return 'unheard';
      const waitMs = afterFailureMs(answer, { failures, intervalMs }, ports);
      await clock.sleep(acted.ended === 'wait' ? Math.min(acted.waitMs, waitMs) : waitMs, signal);
      continue;
    }
    failures = 0;
    intervalMs = clampMs(answer.value.nextCheckInSeconds * 1_000, config.checkIn);
    const { offer, abort } = answer.value;
    const given = abort === undefined ? false : await takeAbort(abort, ports);
    const offered = (offer ? await takeOffer(offer, facts, ports) : false) || given;
    // Bounded: a server that always has one more offer must not make a device run in circles.
    if (offered && atOnce++ < atOnceLimit) continue;
    atOnce = 0;
    if (mode === 'once') return 'done';
    await clock.sleep(acted.ended === 'wait' ? Math.min(acted.waitMs, intervalMs) : intervalMs, signal);
  }
  return 'stopped';
}

/** After a power cut in a whole town all devices start at once; those with something to do or to tell do not wait. */
async function spreadStart({ journal, clock, config, random, signal }: Ports): Promise<void> {
  const { startSpreadSeconds } = config.checkIn;
  const { work, reports } = journal.journal;
  if (startSpreadSeconds === 0 || work || reports.length > 0) return;
  await clock.sleep(random() * startSpreadSeconds * 1_000, signal);
}

/** A refused device slows down, never speeds up; an absent server is asked again with jittered back-off. */
function afterFailureMs(
  answer: NoAnswer,
  state: { readonly failures: number; readonly intervalMs: number },
  { config, random }: Ports,
): number {
  const { minSeconds, maxSeconds } = config.checkIn;
  const capMs = maxSeconds * 1_000;
  const { failures, intervalMs } = state;
  const { retryAfterMs } = answer;
  const leastMs = minSeconds * 1_000;
  if (answer.kind === 'refused' || answer.kind === 'rejected') {
    return backoffMs({ failures, retryAfterMs, baseMs: 60_000, capMs, leastMs: Math.max(leastMs, intervalMs) }, random);
  }
  return backoffMs({ failures, retryAfterMs, baseMs: 2_000, capMs: Math.min(capMs, 900_000), leastMs }, random);
}

function clampMs(valueMs: number, { minSeconds, maxSeconds }: { minSeconds: number; maxSeconds: number }): number {
  return Math.min(maxSeconds * 1_000, Math.max(minSeconds * 1_000, valueMs));
}
