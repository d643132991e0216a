import type { HoldView, SegmentSearchView } from '@fettle/api';
import { createHold, holdSegment, liftHold, listHolds, rolloutSegments, type StoredSearch } from '@fettle/control';
import { fleetId, type Hold, holdId, rolloutId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { instantText, readInstant } from './instants.ts';
import { wholeList } from './page.ts';

export const holdHandlers: ManageHandlers = {
  async rolloutSegments({ scope, brain, params }) {
    const found = await rolloutSegments(scope, brain, rolloutId(params.rollout));
    return { search: found === undefined ? null : searchView(found) };
  },
  async holdSegment({ scope, brain, params, body }) {
    const wish = { segment: body.segment, reason: body.reason ?? '', ...untilOf(body.until) };
    return holdView(await holdSegment(scope, brain, rolloutId(params.rollout), wish));
  },
  async listHolds({ scope, brain, params }) {
    return wholeList(await listHolds(scope, brain, fleetId(params.fleet)), holdView);
  },
  async createHold({ scope, brain, params, body }) {
    const { expression, allowUnknown } = body;
    const given = body.rollout ?? null;
    const rollout = given === null ? null : rolloutId(given);
    const wish = { rollout, expression, allowUnknown, reason: body.reason ?? '', ...untilOf(body.until) };
    return holdView(await createHold(scope, brain, fleetId(params.fleet), wish));
  },
  async liftHold({ scope, brain, params, body }) {
    const lifting = { hold: holdId(params.hold), reason: body.reason ?? '' };
    await liftHold(scope, brain, fleetId(params.fleet), lifting);
    return undefined;
  },
};

function untilOf(until: string | undefined) {
  return until === undefined ? {} : { until: readInstant(until, 'until') };
}

function holdView(hold: Hold): HoldView {
  return { ...hold, createdAt: instantText(hold.createdAt), expiresAt: instantText(hold.expiresAt) };
}

function searchView(search: StoredSearch): SegmentSearchView {
  const { rollout: _, failedSoFar: __, ...rest } = search;
  const segments = search.segments.map(({ conditions: ___, ...segment }) => {
    return { ...segment, interval: [...segment.interval], alike: [...segment.alike] };
  });
  return { ...rest, at: instantText(search.at), segments };
}
