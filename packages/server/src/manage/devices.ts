import {
  acceptDevice,
  countChosen,
  countDevices,
  deploymentReports,
  deviceDeployments,
  explainDevice,
  explainFleet,
  getDevice,
  getFleet,
  listDevices,
  quarantineDevice,
  registerDevice,
  rejectDevice,
  removeDevice,
  setDeviceTags,
} from '@fettle/control';
import { deploymentId, deviceId, fleetId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { pageOf, viewPage, wholeList } from './page.ts';
import { deploymentView, deviceView, fleetExplanationView, reasonView, reportView } from './views.ts';

export const deviceHandlers: ManageHandlers = {
  async listDevices({ scope, brain, params, query }) {
    const fleet = await getFleet(scope, brain, fleetId(params.fleet));
    const asked = { ...pageOf(query), fleet: fleet.id, status: query.status, filter: query.filter };
    return viewPage(await listDevices(scope, brain, asked), deviceView);
  },
  async countChosen({ scope, brain, params, query }) {
    const fleet = await getFleet(scope, brain, fleetId(params.fleet));
    return { devices: await countChosen(scope, brain, { fleet: fleet.id, ...query }) };
  },
  async registerDevice({ scope, brain, params, body }) {
    return deviceView(await registerDevice(scope, brain, fleetId(params.fleet), body));
  },
  async countDevices({ scope, brain, params }) {
    const fleet = await getFleet(scope, brain, fleetId(params.fleet));
    return countDevices(scope, brain, fleet.id);
  },
  async getDevice({ scope, brain, params }) {
    return deviceView(await getDevice(scope, brain, deviceId(params.device)));
  },
  async removeDevice({ scope, brain, params, query }) {
    await removeDevice(scope, brain, deviceId(params.device), query.reason ?? '');
    return undefined;
  },
  async acceptDevice({ scope, brain, params, body }) {
    return deviceView(await acceptDevice(scope, brain, deviceId(params.device), body.reason ?? ''));
  },
  async rejectDevice({ scope, brain, params, body }) {
    return deviceView(await rejectDevice(scope, brain, deviceId(params.device), body.reason ?? ''));
  },
  async quarantineDevice({ scope, brain, params, body }) {
    return deviceView(await quarantineDevice(scope, brain, deviceId(params.device), body.reason ?? ''));
  },
  async setDeviceTags({ scope, brain, params, body }) {
    return deviceView(await setDeviceTags(scope, brain, deviceId(params.device), body.tags));
  },
  async deviceDeployments({ scope, brain, params, query }) {
    const page = await deviceDeployments(scope, brain, deviceId(params.device), pageOf(query));
    return viewPage(page, deploymentView);
  },
  async explainDevice({ scope, brain, params, query }) {
    const { device, verdict, reasons, offer } = await explainDevice(
      scope,
      brain,
      deviceId(params.device),
      query.version,
    );
    return { device: deviceView(device), verdict, reasons: reasons.map(reasonView), offer };
  },
  async explainFleet({ scope, brain, params, query }) {
    return fleetExplanationView(await explainFleet(scope, brain, fleetId(params.fleet), query.version));
  },
  async deploymentReports({ scope, brain, params }) {
    const { reports } = await deploymentReports(scope, brain, deploymentId(params.deployment));
    return wholeList(reports, reportView);
  },
};
