import { createOperatorToken, listAudit, listOperatorTokens, revokeOperatorToken } from '@fettle/control';
import { fleetId } from '@fettle/model';
import type { ManageHandlers } from './door.ts';
import { readInstant } from './instants.ts';
import { pageOf, viewPage, wholeList } from './page.ts';
import { auditEventView, tokenView } from './views.ts';

export const accessHandlers: ManageHandlers = {
  async whoami({ scope }) {
    const { tenant, actor, permissions, fleets, only } = scope;
    const bound = only ? [only.fleet] : fleets && [...fleets].sort();
    return { tenant, actor, permissions: [...permissions], ...(bound ? { fleets: bound } : {}) };
  },
  async listTokens({ scope, brain }) {
    return wholeList(await listOperatorTokens(scope, brain), tokenView);
  },
  async createToken({ scope, brain, body }) {
    const { name, permissions, fleet, fleets, expiresAt } = body;
    const { token, record } = await createOperatorToken(scope, brain, {
      ...{ name, permissions, fleets },
      fleet: fleet === undefined ? undefined : fleetId(fleet),
      expiresAt: expiresAt === undefined ? null : readInstant(expiresAt, 'expiresAt'),
    });
    return { token, record: tokenView(record) };
  },
  async revokeToken({ scope, brain, params }) {
    await revokeOperatorToken(scope, brain, params.token);
    return undefined;
  },
  async listAudit({ scope, brain, query }) {
    const fleet = query.fleet === undefined ? undefined : fleetId(query.fleet);
    const oldestFirst = query.order === 'oldest';
    const asked = { ...pageOf(query), fleet, object: query.object, oldestFirst };
    return viewPage(await listAudit(scope, brain, asked), auditEventView);
  },
};
