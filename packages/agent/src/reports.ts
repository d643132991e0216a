import type { DeploymentError, DeploymentStatus } from '@fettle/model';
import { isFinal, limits } from '@fettle/model';
import type { native } from '@fettle/protocol';
import { cutMiddle } from './errors.ts';
import type { Finished, Journal, JournalReport } from './journal.ts';

const maxReports = 128;
const maxFinished = 16;

export interface NewReport {
  readonly status: DeploymentStatus;
  readonly error?: DeploymentError | null;
  readonly detail?: string;
  /** `progress` is replaced by the next one and dropped first. */
  readonly progress?: boolean;
}

/** Puts a report of the deployment at work into the queue; nothing for work that belongs to no deployment. */
export function reportWork(journal: Journal, report: NewReport, now: number): Journal {
  const { work } = journal;
  if (!work?.deployment) return journal;
  const sequence = work.lastSequence + 1;
  const reports = enqueue(journal, { ...report, deployment: work.deployment, sequence }, now);
  return { ...journal, ...reports, work: { ...work, lastSequence: sequence } };
}

/** Puts an outcome into the queue and remembers it, so that the same offer is never carried out twice. */
export function reportOutcome(
  journal: Journal,
  outcome: NewReport & { readonly deployment: string; readonly sequence: number },
  now: number,
): Journal {
  const finished: Finished = {
    deployment: outcome.deployment,
    lastSequence: outcome.sequence,
    status: outcome.status,
    error: outcome.error ?? null,
  };
  const others = journal.finished.filter((entry) => entry.deployment !== outcome.deployment);
  return {
    ...journal,
    ...enqueue(journal, outcome, now),
    finished: [...others, finished].slice(-maxFinished),
  };
}

/** Drops what the server has kept for good. @returns the same object when it was nothing new */
export function acknowledge(journal: Journal, acknowledged: readonly native.Acknowledgement[]): Journal {
  const upTo = new Map(acknowledged.map((entry) => [entry.deployment, entry.sequence]));
  const reports = journal.reports.filter((report) => report.sequence > (upTo.get(report.deployment) ?? 0));
  return reports.length === journal.reports.length ? journal : { ...journal, reports };
}

/** Drops one report that the server will never take. */
export function dropReport(journal: Journal, refused: native.ReportMessage): Journal {
  const reports = journal.reports.filter(
    (report) => report.deployment !== refused.deployment || report.sequence !== refused.sequence,
  );
  return { ...journal, reports, droppedReports: journal.droppedReports + journal.reports.length - reports.length };
}

/** The oldest reports that fit one message, as they go over the wire. */
export function nextReports(journal: Journal, maxBytes = limits.deviceBodyBytes / 2): native.ReportMessage[] {
  const batch: native.ReportMessage[] = [];
  let bytes = 0;
  for (const report of journal.reports.slice(0, limits.reportsPerCheckIn)) {
    const { deployment, sequence, status, deviceTime, error, detail } = report;
    const message: native.ReportMessage = {
      deployment,
      sequence,
      status,
      deviceTime,
      ...(error ? { error } : {}),
      ...(detail ? { detail } : {}),
    };
    bytes += Buffer.byteLength(JSON.stringify(message));
    if (batch.length > 0 && bytes > maxBytes) break;
    batch.push(message);
  }
  return batch;
}

function enqueue(
  journal: Journal,
  report: NewReport & { deployment: string; sequence: number },
  now: number,
): Pick<Journal, 'reports' | 'droppedReports'> {
  const entry: JournalReport = {
    deployment: report.deployment,
    sequence: report.sequence,
    status: report.status,
    deviceTime: new Date(now).toISOString(),
    error: report.error ?? null,
    detail: cutMiddle(report.detail ?? '', limits.reportDetailLength),
    weight: isFinal(report.status) ? 'outcome' : report.progress ? 'progress' : 'status',
  };
  const kept = journal.reports.filter((other) => other.weight !== 'progress' || other.deployment !== report.deployment);
  const reports = [...kept, entry];
  let droppedReports = journal.droppedReports;
  while (reports.length > maxReports) {
    const light = reports.findIndex((other) => other.weight !== 'outcome');
    reports.splice(light < 0 ? 0 : light, 1);
    droppedReports++;
  }
  return { reports, droppedReports };
}
