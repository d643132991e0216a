import type { native } from '@fettle/protocol';
import type { Ports } from './kit.ts';
import { acknowledge, dropReport, nextReports } from './reports.ts';
import type { Answer, NoAnswer } from './transports/transport.ts';

/** Conversations with the server, and what it asked for in them. */
export interface ServerTalk {
  /** Check-in: what runs, what waits to be told; back comes an offer, an abort, the next time. */
  checkIn(about: Pick<native.CheckInRequest, 'attributes' | 'current'>): Promise<Answer<native.CheckInResponse>>;
  /** Sends reports until none waits. @returns whether the server answered */
  deliver(): Promise<boolean>;
  isAborted(deployment: string): boolean;
}

export function createServerTalk({ transport, journal, clock, log }: Ports): ServerTalk {
  let aborted: string | null = null;

  const learn = async (answer: { acknowledged?: readonly native.Acknowledgement[]; abort?: string }) => {
    if (answer.abort !== undefined) aborted = answer.abort;
    const after = acknowledge(journal.journal, answer.acknowledged ?? []);
    if (after !== journal.journal) await journal.note(after);
  };

  /** One message the server will never take must not hold up all others: it is sent alone, and dropped. */
  const sendSingly = async (batch: readonly native.ReportMessage[]): Promise<NoAnswer | null> => {
    for (const report of batch) {
      const answer = await transport.sendReports([report]);
      if (answer.ok) await learn(answer.value);
      else if (answer.kind !== 'rejected') return answer;
      else {
        log.error('report-rejected', { message: answer.message, deployment: report.deployment });
        await journal.note(dropReport(journal.journal, report));
      }
    }
    return null;
  };

  const deliverAll = async (): Promise<NoAnswer | null> => {
    for (;;) {
      const batch = nextReports(journal.journal);
      if (batch.length === 0) return null;
      const answer = await transport.sendReports(batch);
      if (!answer.ok) {
        if (answer.kind !== 'rejected') return answer;
        const failed = await sendSingly(batch);
        if (failed) return failed;
        continue;
      }
      const waiting = journal.journal.reports.length;
      await learn(answer.value);
      // An answer that acknowledges nothing would be asked for for ever.
      if (journal.journal.reports.length === waiting) return null;
    }
  };

  return {
    async checkIn(about) {
      const request = () => ({ ...about, deviceTime: new Date(clock.now()).toISOString() });
      const reports = nextReports(journal.journal);
      const first = await transport.checkIn(reports.length > 0 ? { ...request(), reports } : request());
      if (first.ok || first.kind !== 'rejected' || reports.length === 0) {
        if (first.ok) await learn(first.value);
        return first;
      }
      const failed = await sendSingly(reports);
      if (failed) return failed;
      const second = await transport.checkIn(request());
      if (second.ok) await learn(second.value);
      return second;
    },
    async deliver() {
      const failed = await deliverAll();
      if (failed) log.warn('undelivered', { kind: failed.kind, message: failed.message });
      return failed === null;
    },
    isAborted: (deployment) => aborted === deployment,
  };
}
