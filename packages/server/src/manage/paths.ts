import { pathOfDevice } from '@fettle/control';
import { deviceId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';

export const pathHandlers: ManageHandlers = {
  async pathOfDevice({ scope, brain, params, query }) {
    const path = await pathOfDevice(scope, brain, deviceId(params.device), query.version);
    if (!path.ok) return { ok: false as const, code: path.code, why: path.why };
    return { ok: true as const, steps: path.steps.map(({ id, version, counter }) => ({ id, version, counter })) };
  },
};
