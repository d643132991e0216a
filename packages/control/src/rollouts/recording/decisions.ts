import {
  type AuditEvent,
  type Deployment,
  deploymentId,
  type Instant,
  isFinal,
  type RolloutId,
  releaseId,
  rolloutId,
} from '@fettle/model';
import type { Page, PageRequest, Reads } from '../../ports.ts';
import type { Act, DecidedBy, RecordingLine } from './line.ts';
import { isOf, type Recorded } from './recorded.ts';

/** After its start: where the audit list tells of it. */
export async function startOf(reads: Reads, { rollout }: Recorded): Promise<string> {
  const { items } = await reads.auditEvents({ object: `rollout/${rollout.id}`, oldestFirst: true, limit: 50 });
  return String(items.find(({ verb }) => verb === 'rollout.started')?.sequence ?? 0);
}

/** What the audit list says was decided and done, in its order. Cost: one or two look-ups an event. */
export async function recordDecisions(
  reads: Reads,
  recorded: Recorded,
  page: PageRequest,
): Promise<Page<RecordingLine>> {
  const asked = { ...page, fleet: recorded.rollout.fleet, oldestFirst: true };
  const { items, next } = await reads.auditEvents(asked);
  const lines: RecordingLine[] = [];
  for (const event of items) {
    if (event.at > recorded.until) return { items: lines, next: null };
    lines.push(...(await linesOf(reads, recorded, event)));
  }
  return { items: lines, next };
}

async function linesOf(reads: Reads, recorded: Recorded, event: AuditEvent): Promise<RecordingLine[]> {
  const [kind, id = ''] = event.object.split('/');
  if (kind === 'deployment') return deploymentLines(reads, recorded, { event, id });
  if (kind === 'rollout') return rolloutLines(reads, recorded, { event, id: rolloutId(id) });
  const act = await actOf(reads, recorded, event);
  if (act) return [{ kind: 'act', act }];
  const text = unknowable[event.verb];
  return text === undefined ? [] : [{ kind: 'assumption', text }];
}

/** What happened meanwhile and cannot be done again, as what it was before or became is not kept. */
const unknowable: Readonly<Partial<Record<AuditEvent['verb'], string>>> = {
  'fleet.changed': 'The fleet was changed meanwhile: its floor, interval and freeze periods are those of the end.',
  'group.saved': 'Groups were changed meanwhile: they are those of the end.',
  'group.deleted': 'Groups were deleted meanwhile: they are missing from the beginning.',
  'device.tagged': 'Tags of devices were changed meanwhile: they are those of the end.',
  'device.removed': 'Devices were removed meanwhile: they are missing from the beginning.',
  'device.rejected': 'Devices were rejected meanwhile: they are rejected from the beginning.',
  'rollout.unheld': 'A hold was lifted meanwhile: in the replay it stays until it expires.',
};

async function deploymentLines(
  reads: Reads,
  recorded: Recorded,
  { event, id }: { readonly event: AuditEvent; readonly id: string },
): Promise<RecordingLine[]> {
  const deployment = await reads.deployment(deploymentId(id));
  if (!deployment || !isOf(recorded, deployment.rollout)) return [];
  const isOffer = event.verb === 'deployment.offered';
  const at = isOffer ? deployment.createdAt : await endedAt(reads, deployment, event);
  const by: DecidedBy = event.actor.startsWith('device:') ? 'device' : event.actor === 'server' ? 'tick' : 'person';
  return [decisionLine(recorded, { at, what: whatOf(event), by, rollout: deployment.rollout })];
}

/** The moment by which it was decided: the list is written a moment later. */
async function endedAt(reads: Reads, deployment: Deployment, { at, reason }: AuditEvent): Promise<Instant> {
  const status = /^\S+: (\w+)/.exec(reason)?.[1];
  const reports = (await reads.reports(deployment.id)).filter(({ receivedAt }) => receivedAt <= at);
  if (status === deployment.status && deployment.changedAt <= at) {
    // What was seen beside a report came after it, although the check-in that brought both began before.
    return Math.max(deployment.changedAt, ...reports.map(({ receivedAt }) => receivedAt));
  }
  const own = reports.findLast((report) => report.status === status && isFinal(report.status));
  return own?.receivedAt ?? at;
}

async function rolloutLines(
  reads: Reads,
  recorded: Recorded,
  { event, id }: { readonly event: AuditEvent; readonly id: RolloutId },
): Promise<RecordingLine[]> {
  const { verb, actor, reason } = event;
  if (!isOf(recorded, id)) return [];
  const byPerson = !actor.startsWith('rollout:');
  if (verb === 'rollout.created') return [];
  const at = await stepAt(reads, event);
  const act = byPerson ? personAct(event, id !== recorded.rollout.id) : undefined;
  const acts: RecordingLine[] = act
    ? [{ kind: 'act', act: { ...act, at: at - recorded.from, actor, reason } as Act }]
    : [];
  if (verb === 'rollout.started') return acts;
  const line = decisionLine(recorded, { at, what: whatOf(event), by: byPerson ? 'person' : 'tick', rollout: id });
  const text = unknowable[verb];
  return [...acts, line, ...(text === undefined ? [] : [{ kind: 'assumption', text } as const])];
}

/** What one step says is written down one after the other: all of it was decided at the moment of the first. */
async function stepAt(reads: Reads, { object, sequence, at, verb, actor }: AuditEvent): Promise<Instant> {
  if (!followUps.has(verb)) return at;
  const { items } = await reads.auditEvents({ object, after: String(sequence), limit: 1 });
  const [before] = items;
  return before?.sequence === sequence - 1 && before.actor === actor && !followUps.has(before.verb) ? before.at : at;
}

const followUps: ReadonlySet<AuditEvent['verb']> = new Set<AuditEvent['verb']>([
  'rollout.completed',
  'rollout.paused',
  'rollout.aborted',
]);

const personVerbs: Readonly<Record<string, 'pause' | 'resume' | 'abort' | 'promote'>> = {
  'rollout.paused': 'pause',
  'rollout.resumed': 'resume',
  'rollout.aborted': 'abort',
  'rollout.promoted': 'promote',
};

function personAct({ verb, reason }: AuditEvent, isReturn: boolean) {
  if (isReturn) return verb === 'rollout.started' ? { kind: 'send-back' } : undefined;
  const kind = personVerbs[verb];
  if (kind) return { kind };
  const held = verb === 'rollout.held' ? /^(.*) until (\S+Z): /s.exec(reason) : null;
  return held ? { kind: 'hold', expression: held[1] ?? '', until: Date.parse(held[2] ?? '') } : undefined;
}

async function actOf(reads: Reads, { rollout, from }: Recorded, event: AuditEvent): Promise<Act | undefined> {
  const { verb, object, reason, actor } = event;
  const [, id = ''] = object.split('/');
  const common = { at: event.at - from, actor, reason };
  if (verb === 'release.revoked') {
    const release = await reads.release(releaseId(id));
    return release?.id === rollout.release ? { ...common, kind: 'revoke', version: release.version } : undefined;
  }
  if (verb === 'device.quarantined') return { ...common, kind: 'quarantine', device: id };
  return verb === 'device.accepted' ? { ...common, kind: 'accept', device: id } : undefined;
}

function whatOf({ verb, reason }: AuditEvent): string {
  return `${verb} ${reason}`;
}

function decisionLine(
  recorded: Recorded,
  { at, what, by, rollout }: { at: Instant; what: string; by: DecidedBy; rollout: RolloutId },
): RecordingLine {
  const line = { kind: 'decision', at: at - recorded.from, what, by } as const;
  return rollout === recorded.rollout.id ? line : { ...line, isReturn: true };
}
