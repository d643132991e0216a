import type { Scans, Survey } from '@fettle/control';
import type { TenantId } from '@fettle/model';
import type { Connection } from '../connection.ts';
import { carryOut, type ScanOrder } from './orders.ts';
import { pace } from './pace.ts';

/** Does a long read, here or elsewhere. */
export type RunScan = (order: ScanOrder, survey: Survey<never, unknown> | undefined) => Promise<unknown>;

/** Long reads in turns with everything else: for a database that is not in this process, or that only it can see. */
export function scanHere(connection: Connection): RunScan {
  return (order, survey) =>
    carryOut({ connection, tenant: order.tenant, pace }, order, (name) => {
      if (!survey) throw new Error(`There is no survey ${name}.`);
      return survey;
    });
}

/** The long reads of one tenant. */
export function scansOf(tenant: TenantId, run: RunScan): Scans {
  return {
    devices: (search) => run({ kind: 'devices', tenant, search }, undefined) as ReturnType<Scans['devices']>,
    countDevices: (search) => run({ kind: 'count', tenant, search }, undefined) as Promise<number>,
    runningCounts: (search) =>
      run({ kind: 'running-counts', tenant, search }, undefined) as ReturnType<Scans['runningCounts']>,
    runningOnce: (search) =>
      run({ kind: 'running-once', tenant, search }, undefined) as ReturnType<Scans['runningOnce']>,
    runningUnknown: (fleet) =>
      run({ kind: 'running-unknown', tenant, fleet }, undefined) as ReturnType<Scans['runningUnknown']>,
    silentDevices: (fleet) => run({ kind: 'silent-devices', tenant, fleet }, undefined) as Promise<number>,
    runningDevices: (search) =>
      run({ kind: 'running-devices', tenant, search }, undefined) as ReturnType<Scans['runningDevices']>,
    survey: (survey, of, order) =>
      run({ kind: 'survey', tenant, survey: survey.name, of, order }, survey) as Promise<
        ReturnType<ReturnType<typeof survey.begin>['result']>
      >,
  };
}
