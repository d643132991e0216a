import { type Deployment, isFinal, type Release, type Report } from '@fettle/model';
import type { KeptAttempt, KeptTell } from './line.ts';

type Received = Report & { readonly receivedAt: number };

export interface KeptDeployment {
  readonly deployment: Deployment;
  readonly release: Release;
  readonly reports: readonly Received[];
}

/** How often a device that has something under way calls, and how many of those calls are written down. */
const activeMs = 60_000;
const mostContacts = 400;

/** What a device did with each offer, oldest first; `offeredAt` is an instant. */
export function attemptsOf(kept: readonly KeptDeployment[]): KeptAttempt[] {
  return kept.map(({ deployment, release, reports }, index) => {
    const { createdAt, status, error } = deployment;
    const isReverted = error?.code === 'reverted-by-itself';
    const runsAt = ranAt(deployment, reports);
    const ended = isFinal(status) ? deployment.changedAt : createdAt;
    const contacts = Math.min(mostContacts, Math.floor((ended - createdAt) / activeMs));
    return {
      version: release.version,
      number: deployment.attempt,
      offeredAt: createdAt,
      contacts: Array.from({ length: contacts }, (_, turn) => (turn + 1) * activeMs),
      tells: tellsFrom(kept, index),
      runsMs: runsAt === undefined ? null : runsAt - createdAt,
      revertsMs: isReverted && runsAt !== undefined ? deployment.changedAt - createdAt : null,
      end: status,
      isAborted: status === 'aborted',
    };
  });
}

/** It runs the release from when it began to check it; one that was given up and runs it after all, from when that showed. */
function ranAt({ status, error, changedAt }: Deployment, reports: readonly Received[]): number | undefined {
  const succeeded = reports.find((report) => report.status === 'succeeded');
  if (!succeeded) return status === 'succeeded' ? changedAt : undefined;
  // One that said so and never ran it gave itself away.
  const checked = reports.find((report) => report.status === 'checking');
  const ran = Math.min(checked?.receivedAt ?? succeeded.receivedAt, succeeded.receivedAt);
  const neverRan = error?.code === 'reverted-by-itself' && (!checked || ran >= changedAt);
  return neverRan ? undefined : ran;
}

/** Reports that came after this offer and before the next, those of earlier attempts among them. */
function tellsFrom(kept: readonly KeptDeployment[], index: number): KeptTell[] {
  const from = index === 0 ? 0 : startOf(kept, index);
  const until = startOf(kept, index + 1);
  const own = startOf(kept, index);
  const byMoment = new Map<number, KeptTell['reports'][number][]>();
  const received = kept
    .slice(0, index + 1)
    .flatMap(({ reports }, of) => reports.map((report) => ({ report, back: index - of })))
    .filter(({ report }) => report.receivedAt >= from && report.receivedAt < until)
    .sort((a, b) => a.report.receivedAt - b.report.receivedAt || a.report.sequence - b.report.sequence);
  for (const { report, back } of received) {
    const { sequence, status, error, detail } = report;
    const said = { back, sequence, status, ...(error ? { error } : {}), ...(detail === '' ? {} : { detail }) };
    const ms = Math.max(0, report.receivedAt - own);
    byMoment.set(ms, [...(byMoment.get(ms) ?? []), said]);
  }
  return [...byMoment].map(([ms, reports]) => ({ ms, isCheckIn: false, reports }));
}

function startOf(kept: readonly KeptDeployment[], index: number): number {
  return kept[index]?.deployment.createdAt ?? Number.MAX_SAFE_INTEGER;
}
