import { createHmac } from 'node:crypto';
import { type AuditEvent, FettleError, type TenantId } from '@fettle/model';

export interface WebhookOptions {
  readonly url: string;
  /** Shared with the receiver; empty for no signature. */
  readonly secret: string;
  /** Names the installation in `source`. */
  readonly source: string;
  readonly timeoutMs: number;
  readonly now: () => number;
}

/**
 * Posts an event as a CloudEvent, signed as Standard Webhooks say, so that receivers can use a library of theirs.
 * @throws FettleError `overloaded` when the receiver could not be reached or did not answer with 2xx: try again later
 * @source CloudEvents 1.0.2 §3 (structured mode), https://www.standardwebhooks.com §"Signature scheme"
 */
export async function postNotice(options: WebhookOptions, tenant: TenantId, event: AuditEvent): Promise<void> {
  // The same event has the same id however often it is sent: receivers can drop what they know.
  const id = `${tenant}-${event.sequence}`;
  const body = JSON.stringify({
    specversion: '1.0',
    id,
    source: options.source,
    type: `fettle.${event.verb}`,
    time: new Date(event.at).toISOString(),
    subject: event.object,
    datacontenttype: 'application/json',
    data: {
      tenant,
      fleet: event.fleet,
      actor: event.actor,
      verb: event.verb,
      object: event.object,
      reason: event.reason,
    },
  });
  const seconds = String(Math.floor(options.now() / 1_000));
  const headers: Record<string, string> = {
    'content-type': 'application/cloudevents+json; charset=utf-8',
    'webhook-id': id,
    'webhook-timestamp': seconds,
  };
  if (options.secret !== '') headers['webhook-signature'] = sign(options.secret, `${id}.${seconds}.${body}`);
  const answer = await post(options, headers, body);
  await answer.body?.cancel();
  if (!answer.ok) throw new FettleError('overloaded', `The receiver of notices answered ${answer.status}.`);
}

async function post(options: WebhookOptions, headers: Record<string, string>, body: string): Promise<Response> {
  const signal = AbortSignal.timeout(options.timeoutMs);
  try {
    // A receiver that redirects is not the one that was configured.
    return await fetch(options.url, { method: 'POST', headers, body, signal, redirect: 'manual' });
  } catch (cause) {
    throw new FettleError('overloaded', 'The receiver of notices could not be reached.', { cause });
  }
}

/** `whsec_` and base64 as Standard Webhooks write secrets; any other text is taken as it is. */
function sign(secret: string, text: string): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret;
  return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
}
