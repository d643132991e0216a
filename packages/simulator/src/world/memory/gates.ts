import type { GateReads, GateWindow, GateWrites, StratumTotals } from '@fettle/control';
import type { Instant, RolloutId } from '@fettle/model';
import type { OpenWindows, SeenTimes, Tables } from './tables.ts';

const noTotals: StratumTotals = { control: 0, controlEvents: 0, started: 0, proven: 0 };

export function memoryGateReads(tables: Tables, seen: SeenTimes): GateReads {
  return {
    gateState: async (rollout) => tables.gateStates.get(rollout),
    // In the order in which a database gives them: sums of many parts depend on it.
    gateTotals: async (rollout) =>
      Object.fromEntries([...(tables.gateTotals.get(rollout) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))),
    gateWindow: async (rollout, device) => tables.gateWindows.get(rollout)?.get(device),
    countGateWindows: async (rollout, { side, openedUntil, without }) => {
      if (without === undefined) return countOpen(tables, rollout, { side, openedUntil });
      const counts: Record<string, number> = {};
      for (const window of tables.gateWindows.get(rollout)?.values() ?? []) {
        if (window.side !== side || window.openedAt > openedUntil || window.lookAt === null) continue;
        if (window.taken.includes(without)) continue;
        counts[window.stratum] = (counts[window.stratum] ?? 0) + 1;
      }
      return counts;
    },
    dueGateWindows: async (now, limit) => tables.dueWindows.due(now, limit),
    hasGateEvent: async (rollout, device, metric) =>
      tables.gateEventsSeen.get(rollout)?.get(device)?.includes(metric) === true,
    gateEvents: async (rollout, { after, limit }) =>
      (tables.gateEvents.get(rollout) ?? []).filter(({ sequence }) => sequence > after).slice(0, limit),
    devicesSeenBetween: async (fleet, { after, until, limit }) =>
      seen.between(after, until, limit).flatMap((device) => {
        const known = tables.devices.get(device);
        const lastSeenAt = seen.of(device);
        if (known?.fleet !== fleet || known.status !== 'accepted' || lastSeenAt === null) return [];
        return [{ device, lastSeenAt }];
      }),
  };
}

export function memoryGateWrites(tables: Tables): Omit<GateWrites, keyof GateReads> {
  return {
    saveGateState: async (rollout, state) => tables.set(tables.gateStates, rollout, state),
    addGateTotals: async (rollout, stratum, delta) => {
      const totals = tables.within(tables.gateTotals, rollout);
      const before = totals.get(stratum) ?? noTotals;
      tables.set(totals, stratum, {
        control: before.control + delta.control,
        controlEvents: before.controlEvents + delta.controlEvents,
        started: before.started + delta.started,
        proven: before.proven + delta.proven,
      });
    },
    saveGateWindow: async (window: GateWindow) => {
      const windows = tables.within(tables.gateWindows, window.rollout);
      noteOpen(tables, windows.get(window.device), window);
      tables.set(windows, window.device, window);
      if (window.lookAt !== null) tables.dueWindows.add(window.lookAt, window);
    },
    deleteGateWindow: async (rollout, device) => {
      const windows = tables.within(tables.gateWindows, rollout);
      noteOpen(tables, windows.get(device), undefined);
      tables.set(windows, device, undefined);
    },
    insertGateEvent: async (rollout, event) => {
      const events = tables.gateEvents.get(rollout) ?? [];
      tables.gateEvents.set(rollout, events);
      events.push(event);
      tables.did(() => events.pop());
      const seen = tables.within(tables.gateEventsSeen, rollout);
      tables.set(seen, event.device, [...(seen.get(event.device) ?? []), event.metric]);
    },
  };
}

/** All that are open, less those that were opened since: those are few, and the last ones. */
function countOpen(
  tables: Tables,
  rollout: RolloutId,
  { side, openedUntil }: { readonly side: GateWindow['side']; readonly openedUntil: Instant },
): Record<string, number> {
  const open = tables.openWindows.get(rollout);
  const counts: Record<string, number> = {};
  if (!open) return counts;
  for (const [key, count] of open.counts) {
    if (key.startsWith(`${side} `)) counts[key.slice(side.length + 1)] = count;
  }
  const windows = tables.gateWindows.get(rollout);
  for (let i = open.openings.length - 1; i >= 0; i--) {
    const opened = open.openings[i] as GateWindow;
    if (opened.openedAt <= openedUntil) break;
    const now = windows?.get(opened.device);
    const isOpen = now?.openedAt === opened.openedAt && now.side === side && now.lookAt !== null;
    if (isOpen) counts[now.stratum] = (counts[now.stratum] ?? 0) - 1;
  }
  for (const [stratum, count] of Object.entries(counts)) if (count === 0) delete counts[stratum];
  return counts;
}

/** Keeps which windows are open while one takes the place of another. */
function noteOpen(tables: Tables, before: GateWindow | undefined, after: GateWindow | undefined): void {
  if (before && before.lookAt !== null) addOpen(tables, before, -1);
  if (!after || after.lookAt === null) return;
  addOpen(tables, after, 1);
  if (before?.openedAt !== after.openedAt) addOpening(tables, after);
}

function openOf(tables: Tables, rollout: RolloutId): OpenWindows {
  const open = tables.openWindows.get(rollout) ?? { counts: new Map<string, number>(), openings: [] };
  tables.openWindows.set(rollout, open);
  return open;
}

function addOpen(tables: Tables, { rollout, side, stratum }: GateWindow, delta: 1 | -1): void {
  const { counts } = openOf(tables, rollout);
  const key = `${side} ${stratum}`;
  const add = (change: number) => counts.set(key, (counts.get(key) ?? 0) + change);
  add(delta);
  tables.did(() => add(-delta));
}

/** Windows are opened in order of time but for few. */
function addOpening(tables: Tables, window: GateWindow): void {
  const { openings } = openOf(tables, window.rollout);
  let place = openings.length;
  while (place > 0 && (openings[place - 1] as GateWindow).openedAt > window.openedAt) place--;
  openings.splice(place, 0, window);
  tables.did(() => openings.splice(openings.indexOf(window), 1));
}
