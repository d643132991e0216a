import type { GateEvent, GateState, GateWindow, Side, SilentDevice, StratumTotals } from '@fettle/control';
import type { DeviceId, FleetId, Instant, RolloutId, TenantId } from '@fettle/model';
import { sql } from 'kysely';
import type { ReadPlace, WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { GateEventRow, GateStateRow, GateTotalsRow, GateWindowRow } from './schema.ts';

const totalsColumns = ['control', 'control_events', 'started', 'proven'] as const;
const windowColumns = [
  'tenant',
  'rollout',
  'device',
  'side',
  'stratum',
  'phase',
  'started_at',
  'opened_at',
  'look_at',
  'taken',
] as const;
const eventColumns = [
  'tenant',
  'rollout',
  'sequence',
  'device',
  'metric',
  'kind',
  'side',
  'stratum',
  'at',
  'started_at',
  'committed_at',
  'treated',
  'control',
  'value',
] as const;

type OfRollout = { readonly tenant: TenantId; readonly rollout: RolloutId };
type OfDevice = OfRollout & { readonly device: DeviceId };

const stateOf = query<OfRollout, Pick<GateStateRow, 'state'>>((db, slot) =>
  db
    .selectFrom('gate_states')
    .select('state')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout')),
);
const saveState = query<GateStateRow>((db, slot) =>
  db
    .insertInto('gate_states')
    .values(slot.all(['tenant', 'rollout', 'state']))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'rollout']).doUpdateSet((row) => ({ state: row.ref('excluded.state') })),
    ),
);
const totalsOf = query<OfRollout, Omit<GateTotalsRow, 'tenant' | 'rollout'>>((db, slot) =>
  db
    .selectFrom('gate_totals')
    .select(['stratum', ...totalsColumns])
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout')),
);
const addTotals = query<GateTotalsRow>((db, slot) =>
  db
    .insertInto('gate_totals')
    .values(slot.all(['tenant', 'rollout', 'stratum', ...totalsColumns]))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'rollout', 'stratum']).doUpdateSet((row) => ({
        control: row('gate_totals.control', '+', row.ref('excluded.control')),
        control_events: row('gate_totals.control_events', '+', row.ref('excluded.control_events')),
        started: row('gate_totals.started', '+', row.ref('excluded.started')),
        proven: row('gate_totals.proven', '+', row.ref('excluded.proven')),
      })),
    ),
);
const oneWindow = query<OfDevice, GateWindowRow>((db, slot) =>
  db
    .selectFrom('gate_windows')
    .select(windowColumns)
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('device', '=', slot('device')),
);
const countWindows = query<
  OfRollout & { readonly side: Side; readonly until: Instant; readonly without: string },
  Pick<GateWindowRow, 'stratum'> & { readonly windows: number }
>((db, slot) =>
  db
    .selectFrom('gate_windows')
    .select((row) => ['stratum', row.fn.countAll<number>().as('windows')])
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('side', '=', slot('side'))
    .where('opened_at', '<=', slot('until'))
    .where('look_at', 'is not', null)
    .where(sql<boolean>`taken not like ${slot('without')} escape '\\'`)
    .groupBy('stratum'),
);
const dueWindows = query<{ tenant: TenantId; now: Instant; rows: number }, GateWindowRow>((db, slot) =>
  db
    .selectFrom('gate_windows')
    .select(windowColumns)
    .where('tenant', '=', slot('tenant'))
    .where('look_at', 'is not', null)
    .where('look_at', '<=', slot('now'))
    .orderBy('look_at')
    .limit(slot('rows')),
);
const saveWindow = query<GateWindowRow>((db, slot) =>
  db
    .insertInto('gate_windows')
    .values(slot.all(windowColumns))
    .onConflict((conflict) =>
      conflict.columns(['tenant', 'rollout', 'device']).doUpdateSet((row) => ({
        side: row.ref('excluded.side'),
        stratum: row.ref('excluded.stratum'),
        phase: row.ref('excluded.phase'),
        started_at: row.ref('excluded.started_at'),
        opened_at: row.ref('excluded.opened_at'),
        look_at: row.ref('excluded.look_at'),
        taken: row.ref('excluded.taken'),
      })),
    ),
);
const deleteWindow = query<OfDevice>((db, slot) =>
  db
    .deleteFrom('gate_windows')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('device', '=', slot('device')),
);
const nextRollout = query<OfRollout, Pick<GateWindowRow, 'rollout'>>((db, slot) =>
  db
    .selectFrom('gate_windows')
    .select('rollout')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '>', slot('rollout'))
    .orderBy('rollout')
    .limit(1),
);
const forgetWindows = query<OfRollout & { readonly until: Instant; readonly rows: number }>((db, slot) =>
  db
    .deleteFrom('gate_windows')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('device', 'in', (windows) =>
      windows
        .selectFrom('gate_windows')
        .select('device')
        .where('tenant', '=', slot('tenant'))
        .where('rollout', '=', slot('rollout'))
        .where('opened_at', '<=', slot('until'))
        .limit(slot('rows')),
    ),
);
const eventOfDevice = query<OfDevice & { readonly metric: string }, Pick<GateEventRow, 'sequence'>>((db, slot) =>
  db
    .selectFrom('gate_events')
    .select('sequence')
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('device', '=', slot('device'))
    .where('metric', '=', slot('metric')),
);
const eventsOf = query<OfRollout & { readonly after: number; readonly rows: number }, GateEventRow>((db, slot) =>
  db
    .selectFrom('gate_events')
    .select(eventColumns)
    .where('tenant', '=', slot('tenant'))
    .where('rollout', '=', slot('rollout'))
    .where('sequence', '>', slot('after'))
    .orderBy('sequence')
    .limit(slot('rows')),
);
const insertEvent = query<GateEventRow>((db, slot) => db.insertInto('gate_events').values(slot.all(eventColumns)));
const seenBetween = query<
  { tenant: TenantId; fleet: FleetId; from: Instant; device: DeviceId; until: Instant; rows: number },
  { readonly device: DeviceId; readonly last_seen_at: Instant }
>((db, slot) =>
  db
    .selectFrom('device_seen')
    .innerJoin('devices', (join) =>
      join.onRef('devices.tenant', '=', 'device_seen.tenant').onRef('devices.id', '=', 'device_seen.device'),
    )
    .select(['device_seen.device', 'device_seen.last_seen_at'])
    .where('device_seen.tenant', '=', slot('tenant'))
    .where('device_seen.last_seen_at', '>=', slot('from'))
    .where('device_seen.last_seen_at', '<=', slot('until'))
    .where((row) =>
      row.or([row('device_seen.last_seen_at', '>', slot('from')), row('device_seen.device', '>', slot('device'))]),
    )
    .where('devices.fleet', '=', slot('fleet'))
    .where('devices.status', '=', 'accepted')
    .orderBy('device_seen.last_seen_at')
    .orderBy('device_seen.device')
    .limit(slot('rows'))
    .$narrowType<{ last_seen_at: Instant }>(),
);

export const gateReads = {
  async gateState({ connection, tenant }: ReadPlace, rollout: RolloutId): Promise<GateState | undefined> {
    const row = await stateOf.first(connection, { tenant, rollout });
    return row && JSON.parse(row.state);
  },
  async gateTotals(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
  ): Promise<Readonly<Record<string, StratumTotals>>> {
    const rows = await totalsOf.all(connection, { tenant, rollout });
    return Object.fromEntries(rows.map((row) => [row.stratum, toTotals(row)]));
  },
  async gateWindow(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
    device: DeviceId,
  ): Promise<GateWindow | undefined> {
    const row = await oneWindow.first(connection, { tenant, rollout, device });
    return row && toWindow(row);
  },
  async countGateWindows(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
    of: { readonly side: Side; readonly openedUntil: Instant; readonly without?: string | undefined },
  ): Promise<Readonly<Record<string, number>>> {
    const { side, openedUntil: until } = of;
    const without = of.without === undefined ? '' : `%${JSON.stringify(of.without).replace(/[\\%_]/g, '\\$&')}%`;
    const rows = await countWindows.all(connection, { tenant, rollout, side, until, without });
    return Object.fromEntries(rows.map((row) => [row.stratum, row.windows]));
  },
  async dueGateWindows({ connection, tenant }: ReadPlace, now: Instant, limit: number): Promise<readonly GateWindow[]> {
    return (await dueWindows.all(connection, { tenant, now, rows: limit })).map(toWindow);
  },
  async hasGateEvent(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
    device: DeviceId,
    metric: string,
  ): Promise<boolean> {
    return (await eventOfDevice.first(connection, { tenant, rollout, device, metric })) !== undefined;
  },
  async gateEvents(
    { connection, tenant }: ReadPlace,
    rollout: RolloutId,
    page: { readonly after: number; readonly limit: number },
  ): Promise<readonly GateEvent[]> {
    const rows = await eventsOf.all(connection, { tenant, rollout, after: page.after, rows: page.limit });
    return rows.map(toEvent);
  },
  async devicesSeenBetween(
    { connection, tenant }: ReadPlace,
    fleet: FleetId,
    between: { readonly after: SilentDevice; readonly until: Instant; readonly limit: number },
  ): Promise<readonly SilentDevice[]> {
    const { after, until, limit } = between;
    const from = { from: after.lastSeenAt, device: after.device };
    const rows = await seenBetween.all(connection, { tenant, fleet, ...from, until, rows: limit });
    return rows.map((row) => ({ device: row.device, lastSeenAt: row.last_seen_at }));
  },
};

export const gateKeepingReads = {
  async rolloutWithGateWindows(
    { connection, tenant }: ReadPlace,
    after: RolloutId | undefined,
  ): Promise<RolloutId | undefined> {
    const behind = { tenant, rollout: after ?? ('' as RolloutId) };
    return (await nextRollout.first(connection, behind))?.rollout;
  },
};

export const gateKeepingWrites = {
  async forgetGateWindows(
    { connection, tenant }: WritePlace,
    rollout: RolloutId,
    of: { readonly openedUntil: Instant; readonly limit: number },
  ): Promise<number> {
    const { openedUntil: until, limit: rows } = of;
    return forgetWindows.run(connection, { tenant, rollout, until, rows });
  },
};

export const gateWrites = {
  async saveGateState({ connection, tenant }: WritePlace, rollout: RolloutId, state: GateState): Promise<void> {
    await saveState.run(connection, { tenant, rollout, state: JSON.stringify(state) });
  },
  async addGateTotals(
    { connection, tenant }: WritePlace,
    rollout: RolloutId,
    stratum: string,
    delta: StratumTotals,
  ): Promise<void> {
    const { control, controlEvents: control_events, started, proven } = delta;
    await addTotals.run(connection, { tenant, rollout, stratum, control, control_events, started, proven });
  },
  async saveGateWindow({ connection, tenant }: WritePlace, window: GateWindow): Promise<void> {
    await saveWindow.run(connection, {
      tenant,
      rollout: window.rollout,
      device: window.device,
      side: window.side,
      stratum: window.stratum,
      phase: window.phase,
      started_at: window.startedAt,
      opened_at: window.openedAt,
      look_at: window.lookAt,
      taken: JSON.stringify(window.taken),
    });
  },
  async deleteGateWindow({ connection, tenant }: WritePlace, rollout: RolloutId, device: DeviceId): Promise<void> {
    await deleteWindow.run(connection, { tenant, rollout, device });
  },
  async insertGateEvent({ connection, tenant }: WritePlace, rollout: RolloutId, event: GateEvent): Promise<void> {
    const { startedAt: started_at, committedAt: committed_at, ...rest } = event;
    await insertEvent.run(connection, { tenant, rollout, ...rest, started_at, committed_at });
  },
};

function toTotals(row: Omit<GateTotalsRow, 'tenant' | 'rollout'>): StratumTotals {
  return { control: row.control, controlEvents: row.control_events, started: row.started, proven: row.proven };
}

function toWindow(row: GateWindowRow): GateWindow {
  return {
    rollout: row.rollout,
    device: row.device,
    side: row.side,
    stratum: row.stratum,
    phase: row.phase,
    startedAt: row.started_at,
    openedAt: row.opened_at,
    lookAt: row.look_at,
    taken: JSON.parse(row.taken),
  };
}

function toEvent(row: GateEventRow): GateEvent {
  return {
    sequence: row.sequence,
    device: row.device,
    metric: row.metric,
    kind: row.kind,
    side: row.side,
    stratum: row.stratum,
    at: row.at,
    startedAt: row.started_at,
    committedAt: row.committed_at,
    treated: row.treated,
    control: row.control,
    value: row.value,
  };
}
