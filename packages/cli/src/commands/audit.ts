import type { AuditEventView } from '@fettle/api';
import type { Command } from 'commander';
import { type Style, safeText } from '../output/style.ts';
import { table } from '../output/table.ts';
import { wholeNumber } from '../parse/plan.ts';
import { addCommand, addNoun, type Shell } from '../shell.ts';
import { addAuditLogCommands } from './audit-log.ts';

interface AuditOptions {
  readonly fleet?: string;
  readonly object?: string;
  readonly limit: string;
  readonly oldest?: boolean;
  readonly all?: boolean;
  readonly deployments?: boolean;
}

/** `fettle audit`: who did what, to what, when and why. */
export function addAuditCommands(program: Command, shell: Shell): void {
  const audit = addNoun(program, 'audit', 'who did what, to what, when and why');
  addCommand<AuditOptions>(audit, shell, {
    usage: 'list',
    summary: 'list audit events of the whole tenant, newest first; --fleet narrows it',
    options: (command) =>
      command
        .option('--object <object>', 'only events of one object, e.g. rollout/ID')
        .option('--limit <n>', 'at most so many', '50')
        .option('--all', 'everything there is')
        .option('--oldest', 'oldest first')
        .option('--no-deployments', 'leave out what single devices did'),
    run: async (context, options) => {
      const { fleet, object } = options;
      const most = options.all ? Number.POSITIVE_INFINITY : wholeNumber(options.limit, '--limit');
      const query = {
        limit: 500,
        order: options.oldest ? ('oldest' as const) : ('newest' as const),
        ...(fleet === undefined ? {} : { fleet }),
        ...(object === undefined ? {} : { object }),
      };
      const events: AuditEventView[] = [];
      for await (const event of (await context.client()).all('listAudit', query)) {
        if (options.deployments === false && event.verb.startsWith('deployment.')) continue;
        events.push(event);
        if (events.length >= most) break;
      }
      context.say(events, (style) => auditTable(events, style));
      return undefined;
    },
  });
  addAuditLogCommands(audit, shell);
}

function auditTable(events: readonly AuditEventView[], style: Style): string {
  if (events.length === 0) return 'no event fits';
  const rows = events.map((event) => [
    style.dim(String(event.sequence)),
    event.at.replace(/\.\d+Z$/, 'Z'),
    safeText(event.actor),
    style.strong(event.verb),
    shorten(event.object),
    shorten(event.reason).replaceAll('\n', ' ') || '-',
  ]);
  return table(['#', 'at', 'who', 'did', 'to', 'why'], rows);
}

/** Digests are told by their first digits: the whole ones are in the JSON. */
function shorten(text: string): string {
  return safeText(text).replaceAll(/\b([0-9a-f]{12})[0-9a-f]{52}\b/g, '$1…');
}
