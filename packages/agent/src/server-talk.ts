import type { native } from '@fettle/protocol';
import { createMetricsAsker } from './ask-metrics.ts';
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

export function createServerTalk(ports: Ports): ServerTalk {
  const { transport, journal, log } = ports;
  const metrics = createMetricsAsker(ports);
  let aborted: string | null = null;
  let wanted: readonly string[] = [];

  const learn = async (answer: { acknowledged?: readonly native.Acknowledgement[]; abort?: string }) => {
    if (answer.abort !== undefined) aborted = answer.abort;
    const after = acknowledge(journal.journal, answer.acknowledged ?? []);
    if (after !== journal.journal) await journal.note(after);
  };

  /**
   * An open deployment is offered again at every check-in. One that the device waits with and that is offered no more
   * has ended for the server: by its deadline, mostly.
   */
  const learnMore = async (answer: native.CheckInResponse) => {
    await learn(answer);
    wanted = answer.wantMetrics ?? [];
    const { work } = journal.journal;
    if (typeof work?.waitingFor === 'string' && answer.offer?.deployment !== work.deployment) aborted = work.deployment;
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
    async checkIn(said) {
      const measured = await metrics.ask(wanted);
      const about = measured ? { ...said, metrics: measured } : said;
      const reports = nextReports(journal.journal);
      const first = await transport.checkIn(reports.length > 0 ? { ...about, reports } : about);
      if (first.ok || first.kind !== 'rejected' || reports.length === 0) {
        if (first.ok) await learnMore(first.value);
        return first;
      }
      const failed = await sendSingly(reports);
      if (failed) return failed;
      const second = await transport.checkIn(about);
      if (second.ok) await learnMore(second.value);
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
