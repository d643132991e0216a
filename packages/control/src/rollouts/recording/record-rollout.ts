import { FettleError, type RolloutId } from '@fettle/model';
import { demand, type Scope } from '../../access/scope.ts';
import type { Brain } from '../../brain.ts';
import type { Page, PageRequest } from '../../ports.ts';
import { recordDecisions, startOf } from './decisions.ts';
import { recordDevices } from './devices.ts';
import { recordHead } from './head.ts';
import type { RecordingLine } from './line.ts';
import { loadRecorded } from './recorded.ts';

/** Most audit events or devices of a page: each costs some look-ups on the thread that serves devices. */
const mostPerPage = 100;

/** How far a recording has been read: which part, up to when it goes, and after what. */
interface Place {
  readonly part: 'decisions' | 'devices';
  readonly until: number;
  readonly after: string;
}

/**
 * A rollout that ran as a recording that can be replayed, page by page: header and fleet, then what was decided, then
 * the devices. Whatever happens after the first page is asked for is not in it.
 * @throws FettleError `not-found`; `wrong-state` before the rollout started; `invalid-input` for a place that is none
 */
export async function recordRollout(
  scope: Scope,
  brain: Brain,
  id: RolloutId,
  page: PageRequest,
): Promise<Page<RecordingLine>> {
  demand(scope, 'fleet.read');
  const reads = brain.store.reads(scope);
  const place = page.after === undefined ? undefined : readPlace(page.after);
  const until = place?.until ?? brain.clock.now();
  const recorded = await loadRecorded(reads, id, until);
  if (!place) {
    const next = placeText({ part: 'decisions', until, after: await startOf(reads, recorded) });
    return { items: await recordHead(reads, recorded), next };
  }
  const asked = { limit: Math.min(mostPerPage, page.limit), ...(place.after === '' ? {} : { after: place.after }) };
  const isDecisions = place.part === 'decisions';
  const found = await (isDecisions ? recordDecisions : recordDevices)(reads, recorded, asked);
  await brain.clock.turn();
  if (found.next !== null) return { items: found.items, next: placeText({ ...place, after: found.next }) };
  return { items: found.items, next: isDecisions ? placeText({ part: 'devices', until, after: '' }) : null };
}

function placeText({ part, until, after }: Place): string {
  return `${part}/${until}/${after}`;
}

function readPlace(text: string): Place {
  const [, part, until, after = ''] = /^(decisions|devices)\/(\d{1,15})\/(.*)$/s.exec(text) ?? [];
  if (part === undefined || (part === 'decisions' && !/^\d{1,15}$/.test(after))) {
    throw new FettleError('invalid-input', 'Expected `next` of the page before, found another text.', {
      details: { field: 'after' },
    });
  }
  return { part: part as Place['part'], until: Number(until), after };
}
