import { takeReports } from '@fettle/control';
import { type DeploymentStatus, FettleError, type Release } from '@fettle/model';
import type { native } from '@fettle/protocol';
import type { Actor } from './actor.ts';
import { type Deed, deedsOf, type Running } from './deeds.ts';
import { actorOf, type Play, type Staged } from './play.ts';
import type { Offset, RecordedAttempt, Tell } from './recording.ts';
import type { Stage } from './stage.ts';
import { usualAttempt } from './usual-attempt.ts';

/** A device that hears that it should give up says so at its next breath. */
const givesUpAfterMs = 1_000;

/** A device takes an offer: what it did with one in the recording it does again. */
export function beginAttempt(play: Staged, device: number, at: Offset, offer: native.OfferMessage): void {
  const actor = actorOf(play, device);
  actor.deployments.push(offer.deployment);
  actor.waits = undefined;
  const attempt = attemptOf(play, actor, offer);
  const running: Running = {
    device,
    turn: actor.deployments.length,
    attempt,
    deployment: offer.deployment,
    release: releaseOf(play.stage, offer.version),
    deeds: deedsOf(attempt, at),
    done: 0,
    contactsLeft: attempt.contacts.length,
    isGivenUp: false,
    hasRebooted: false,
    lastSequence: 0,
    lookedAt: play.changes,
  };
  actor.running = running;
  play.agenda.begin(running);
}

function attemptOf(play: Play, actor: Actor, { version, attempt: number }: native.OfferMessage): RecordedAttempt {
  const recorded = actor.recordedAttempt(version);
  // With the plan that ran, everything goes as it went; else one that was called off might have gone on.
  if (recorded && (!play.options.plan || !recorded.isAborted)) return recorded;
  play.guessed++;
  return play.donors.draw(actor.recorded, { version, number }) ?? usualAttempt(version, number);
}

function releaseOf({ store }: Stage, version: string): Release {
  for (const release of store.tables.releases.values()) if (release.version === version) return release;
  throw new FettleError('internal', `The recording has no release ${version}.`);
}

/** Whether a deed is left out, as its device gave the attempt up before. */
export function isLeftOut({ isGivenUp }: Running, deed: Deed): boolean {
  if (!isGivenUp || deed.kind === 'contact') return false;
  return deed.kind !== 'tell' || deed.tell.reports.every(({ status }) => status !== 'aborted');
}

export function isOpen({ store }: Stage, { deployment }: Running): boolean {
  return store.tables.deployments.get(deployment as never)?.deadlineAt != null;
}

/** Whether a check-in while the attempt is open can only be told the same again: only a stop would be news. */
export function isQuiet(play: Staged, running: Running, at: Offset): boolean {
  const actor = actorOf(play, running.device);
  if (actor.running !== running || running.lookedAt !== play.changes || !actor.isTold) return false;
  return at < actor.nextSayingAt && isOpen(play.stage, running);
}

/** Keeps what a device tells of its attempt, before it tells it. */
export function noteTell(running: Running, { reports }: Tell): void {
  for (const { sequence, status, back } of reports) {
    if (back !== 0) continue;
    running.lastSequence = Math.max(running.lastSequence, sequence);
    if (status === 'rebooting' || status === 'checking') running.hasRebooted = true;
  }
}

/** Reports that come without a check-in. */
export async function sendReports(play: Staged, device: number, at: Offset, tell: Tell): Promise<void> {
  play.handled++;
  const scope = play.scopes[device] as (typeof play.scopes)[number];
  const answer = await takeReports(scope, play.stage.brain, { reports: reportsOf(actorOf(play, device), tell) });
  if (answer.abort !== undefined) giveUp(play, device, at, answer.abort);
}

export function reportsOf({ deployments }: Actor, tell: Tell): native.ReportMessage[] {
  const newest = deployments.length - 1;
  return tell.reports.flatMap(({ back, sequence, status, error, detail }) => {
    const deployment = deployments[newest - back];
    if (deployment === undefined) return [];
    return [{ deployment, sequence, status, ...(error ? { error } : {}), ...(detail ? { detail } : {}) }];
  });
}

/** Told to give up where it was not told in the recording: it does, unless it is too late. */
export function giveUp(play: Play, device: number, at: Offset, deployment: string): void {
  const { running } = actorOf(play, device);
  if (running?.deployment !== deployment || running.attempt.isAborted || running.isGivenUp || running.hasRebooted)
    return;
  running.isGivenUp = true;
  running.contactsLeft = 0;
  const report = { back: 0, sequence: running.lastSequence + 1, status: 'aborted' as DeploymentStatus };
  const tell = { ms: 0, isCheckIn: false, reports: [report] };
  play.agenda.add(running, { at: at + givesUpAfterMs, deed: { kind: 'tell', tell } });
}
