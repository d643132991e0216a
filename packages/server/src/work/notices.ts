import { type Brain, deliverNotices } from '@fettle/control';
import type { AuditEvent, TenantId } from '@fettle/model';
import { postNotice, type WebhookOptions } from './webhook.ts';

export interface NoticesOptions extends WebhookOptions {
  /** From 0 up to 1: spreads the tries of several servers. */
  readonly random: () => number;
  /** Told when an event was given up because it could not be delivered for too long. */
  readonly onGivenUp: (event: AuditEvent, error: unknown) => void;
}

const firstWaitMs = 1_000;
const longestWaitMs = 10 * 60_000;
/** A receiver that refuses one event for ever must not keep all later ones back. */
const patienceMs = 24 * 3_600_000;

/** Work for a duty: tells the receiver what happened. After a failure it waits, longer each time, with full jitter. */
export function noticesWork(options: NoticesOptions): (brain: Brain) => Promise<void> {
  let failures = 0;
  let notBefore = 0;
  const send = async (tenant: TenantId, event: AuditEvent) => {
    try {
      await postNotice(options, tenant, event);
    } catch (error) {
      if (options.now() - event.at < patienceMs) throw error;
      options.onGivenUp(event, error);
    }
  };
  return async (brain) => {
    if (options.now() < notBefore) return;
    try {
      for (const tenant of await brain.store.tenants()) await deliverNotices(brain, tenant, send);
      failures = 0;
    } catch (error) {
      failures++;
      notBefore = options.now() + options.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** Math.min(failures, 20));
      throw error;
    }
  };
}
