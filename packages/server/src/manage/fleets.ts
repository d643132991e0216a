import {
  addFleetKey,
  changeFleet,
  createClaimToken,
  createFleet,
  deleteFreeze,
  deleteGroup,
  getFleet,
  getImagePolicy,
  listClaimTokens,
  listFleets,
  listGroups,
  removeFleetKey,
  revokeClaimToken,
  saveFreeze,
  saveGroup,
  setImagePolicy,
} from '@fettle/control';
import { fleetId, keyId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { readInstant } from './instants.ts';
import { pageOf, viewPage, wholeList } from './page.ts';
import { claimTokenView, fleetKeyView, fleetView, groupView, imagePolicyView } from './views.ts';

export const fleetHandlers: ManageHandlers = {
  async listFleets({ scope, brain, query }) {
    return viewPage(await listFleets(scope, brain, pageOf(query)), fleetView);
  },
  async createFleet({ scope, brain, body }) {
    return fleetView(await createFleet(scope, brain, body));
  },
  async getFleet({ scope, brain, params }) {
    return fleetView(await getFleet(scope, brain, fleetId(params.fleet)));
  },
  async changeFleet({ scope, brain, params, body }) {
    return fleetView(await changeFleet(scope, brain, fleetId(params.fleet), body));
  },
  async saveFreeze({ scope, brain, params, body }) {
    const from = readInstant(body.from, 'from');
    const until = readInstant(body.until, 'until');
    const freeze = { name: params.freeze, from, until, reason: body.reason };
    return fleetView(await saveFreeze(scope, brain, fleetId(params.fleet), freeze));
  },
  async deleteFreeze({ scope, brain, params }) {
    return fleetView(await deleteFreeze(scope, brain, fleetId(params.fleet), params.freeze));
  },
  async getImagePolicy({ scope, brain, params }) {
    return imagePolicyView(await getImagePolicy(scope, brain, fleetId(params.fleet)));
  },
  async setImagePolicy({ scope, brain, params, body }) {
    const rules = body.rules.map((rule) => ({ required: true, sameVersion: true, ...rule }));
    return imagePolicyView(await setImagePolicy(scope, brain, fleetId(params.fleet), rules));
  },
  async listFleetKeys({ scope, brain, params }) {
    const fleet = await getFleet(scope, brain, fleetId(params.fleet));
    return wholeList(fleet.keys, fleetKeyView);
  },
  async addFleetKey({ scope, brain, params, body }) {
    return fleetView(await addFleetKey(scope, brain, fleetId(params.fleet), body));
  },
  async removeFleetKey({ scope, brain, params }) {
    await removeFleetKey(scope, brain, fleetId(params.fleet), keyId(params.key));
    return undefined;
  },
  async listGroups({ scope, brain, params }) {
    return wholeList(await listGroups(scope, brain, fleetId(params.fleet)), groupView);
  },
  async saveGroup({ scope, brain, params, body }) {
    const group = await saveGroup(scope, brain, fleetId(params.fleet), { name: params.group, ...body });
    return groupView(group);
  },
  async deleteGroup({ scope, brain, params }) {
    await deleteGroup(scope, brain, fleetId(params.fleet), params.group);
    return undefined;
  },
  async listClaimTokens({ scope, brain, params }) {
    return wholeList(await listClaimTokens(scope, brain, fleetId(params.fleet)), claimTokenView);
  },
  async createClaimToken({ scope, brain, params, body }) {
    const { name, uses } = body;
    const given = body.expiresAt ?? null;
    const expiresAt = given === null ? null : readInstant(given, 'expiresAt');
    const made = await createClaimToken(scope, brain, fleetId(params.fleet), { name, uses, expiresAt });
    return { token: made.token, record: claimTokenView(made.record) };
  },
  async revokeClaimToken({ scope, brain, params }) {
    await revokeClaimToken(scope, brain, fleetId(params.fleet), params.claimToken);
    return undefined;
  },
};
