import {
  type AuditLogs,
  type Brain,
  expireUploads,
  expireWaivers,
  runChecks,
  serverScope,
  tickRollouts,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Logger } from 'pino';
import type { ServerConfig } from './config-keys.ts';
import type { Metrics } from './http/metrics.ts';
import type { OpenStore } from './store/index.ts';
import type { Undo } from './undo.ts';
import { startAuditDuties } from './work/audit-duties.ts';
import { type Duty, type DutyOptions, startDuty } from './work/duty.ts';
import { type NoticesOptions, noticesWork } from './work/notices.ts';
import { startRetention } from './work/retention.ts';
import { refreshTrust, trustRefreshMs } from './work/trust-refresh.ts';
import { startVulnerabilityDuty } from './work/vulnerability-duty.ts';

const housekeepingMs = 3_600_000;
const noticesMs = 2_000;
/** Publishing waits for a check, so one that was asked for begins soon. */
const checksMs = 1_000;
const waiversMs = 60_000;

export interface WorkNeeds {
  readonly store: OpenStore;
  readonly brain: Brain;
  readonly auditLogs: AuditLogs;
  readonly metrics: Metrics;
  readonly undo: Undo;
}

export interface Duties {
  readonly rollouts: Duty;
  stats(): Readonly<Record<string, number>>;
}

/** Starts what the server does by itself; of several processes one at a time has each duty. */
export function startWork(
  config: ServerConfig,
  log: Logger,
  { store, brain, auditLogs, metrics, undo }: WorkNeeds,
): Duties {
  const counts = { replaced: 0 };
  const common = (name: string) => ({
    name,
    brain,
    lead: (duty: string, taken: () => void) => store.lead(duty, taken),
    onReplaced(error: FettleError) {
      counts.replaced++;
      log.warn({ duty: name, term: error.details.term }, 'another process has taken over; a late write was refused');
    },
  });
  const rollouts = startDuty({
    ...common('rollouts'),
    work: tickRollouts,
    everyMs: config['work.tickMs'],
    soonMs: Math.min(20, config['work.tickMs']),
    onDone(seconds, error) {
      metrics.tick(seconds, error !== undefined);
      if (error !== undefined) log.error({ err: error }, 'the look at the rollouts failed; it is tried again');
    },
  });
  undo.push(() => rollouts.stop());
  const uploads = housework(log, undo, {
    ...common('uploads'),
    work: expireAllUploads,
    everyMs: housekeepingMs,
    failure: 'housekeeping failed',
  });
  housework(log, undo, {
    ...common('trust'),
    work: refreshTrust,
    everyMs: trustRefreshMs,
    failure: 'a repository was not refreshed',
  });
  undo.push(startChecks(log, common('checks')));
  housework(log, undo, {
    ...common('waivers'),
    work: endWaivers(),
    everyMs: waiversMs,
    failure: 'releases were not judged anew',
  });
  undo.push(startVulnerabilityDuty(log, common('vulnerabilities')));
  undo.push(startRetention(config, log, common('retention')));
  const audit = startAuditDuties({
    config,
    logs: auditLogs,
    common,
    onFailure: (error) => log.error({ err: error }, 'the audit log does not grow; it is tried again'),
    onTrouble: (witness, why) => log.warn({ witness, why }, 'a witness did not cosign the audit log'),
  });
  undo.push(() => Promise.all(audit.map((duty) => duty.stop())));
  if (config['notify.url'] !== '') undo.push(startNotices(config, log, common('notices')));
  const leads = (duty: Duty) => (duty.isLeading ? 1 : 0);
  return {
    rollouts,
    stats: () => ({ leadsRollouts: leads(rollouts), leadsUploads: leads(uploads), lateWritesRefused: counts.replaced }),
  };
}

type Common = Pick<DutyOptions, 'name' | 'brain' | 'lead' | 'onReplaced'>;
type Housework = Common & Pick<DutyOptions, 'work' | 'everyMs'> & { readonly failure: string };

/** A duty that nobody waits for: what fails is said, and done again the next time. */
function housework(log: Logger, undo: Undo, { failure, ...options }: Housework): Duty {
  const onDone = (_seconds: number, error: unknown) => error !== undefined && log.error({ err: error }, failure);
  const duty = startDuty({ ...options, soonMs: 1_000, onDone });
  undo.push(() => duty.stop());
  return duty;
}

/** What ran out while no server ran is looked for as well. */
function endWaivers(): DutyOptions['work'] {
  let since = Date.now() - 7 * 86_400_000;
  return async (ours) => {
    const now = Date.now();
    await expireWaivers(ours, since);
    since = now - waiversMs;
  };
}

function startNotices(config: ServerConfig, log: Logger, common: Common): () => Promise<void> {
  const notices = startDuty({
    ...common,
    work: noticesWork(noticesOptions(config, log)),
    everyMs: noticesMs,
    soonMs: 100,
    onDone: (_seconds, error) => error !== undefined && log.warn({ err: error }, 'a notice was not taken'),
  });
  return () => notices.stop();
}

function noticesOptions(config: ServerConfig, log: Logger): NoticesOptions {
  return {
    url: config['notify.url'],
    secret: config['notify.secret'],
    source: config['http.publicUrl'] === '' ? 'fettle' : config['http.publicUrl'],
    timeoutMs: 10_000,
    now: () => Date.now(),
    random: () => Math.random(),
    onGivenUp: (event, error) => log.error({ err: error, sequence: event.sequence }, 'a notice was given up'),
  };
}

async function expireAllUploads(brain: Brain): Promise<void> {
  for (const tenant of await brain.store.tenants()) await expireUploads(serverScope(tenant), brain);
}

/** Runs the checks that wait; one that is under way when the server stops begins anew at the next start. */
function startChecks(log: Logger, common: Common): () => Promise<void> {
  const stopping = new AbortController();
  const checks = startDuty({
    ...common,
    work: (brain) => runChecks(brain, stopping.signal),
    everyMs: checksMs,
    soonMs: 50,
    onDone: (_seconds, error) => error !== undefined && log.error({ err: error }, 'a check of a release failed'),
  });
  return async () => {
    stopping.abort(new FettleError('overloaded', 'The server stops.'));
    await checks.stop();
  };
}
