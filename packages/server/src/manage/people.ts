import type { PersonView } from '@fettle/api';
import {
  changePassword,
  changePerson,
  createPerson,
  getPerson,
  getSelf,
  listPeople,
  logIn,
  logOut,
  registerKey,
  resetPassword,
} from '@fettle/control';
import { FettleError, type Person, tenantId } from '@fettle/model';
import { createRates } from '../oidc/rates.ts';
import type { ManageHandlers } from './door.ts';
import { instantOrNull, instantText } from './instants.ts';
import { wholeList } from './page.ts';

export function peopleHandlers(): ManageHandlers {
  const rates = createRates();
  return {
    async logIn({ brain, body, request }) {
      rates.demandExchange(request.ip, brain.clock.now());
      const { name, password } = body;
      const { token, record, person } = await logIn(brain, {
        tenant: tenantId(body.tenant ?? 'default'),
        name,
        password,
      });
      return { token, expiresAt: instantText(record.expiresAt), person: personView(person) };
    },
    async logOut({ scope, brain, request }) {
      const token = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
      if (token === undefined) throw new FettleError('not-authenticated', 'Expected the token of the login.');
      await logOut(scope, brain, token);
      return undefined;
    },
    async getSelf({ scope, brain }) {
      return personView(await getSelf(scope, brain));
    },
    async changePassword({ scope, brain, body }) {
      await changePassword(scope, brain, body);
      return undefined;
    },
    async registerKey({ scope, brain, body }) {
      return personView(await registerKey(scope, brain, body));
    },
    async listPeople({ scope, brain }) {
      return wholeList(await listPeople(scope, brain), personView);
    },
    async createPerson({ scope, brain, body }) {
      const { roles = [], permissions = [], accounts = [], ...rest } = body;
      return personView(await createPerson(scope, brain, { ...rest, roles, permissions, accounts }));
    },
    async getPerson({ scope, brain, params }) {
      return personView(await getPerson(scope, brain, params.person));
    },
    async changePerson({ scope, brain, params, body }) {
      const { reason = '', ...change } = body;
      return personView(await changePerson(scope, brain, params.person, { ...change, reason }));
    },
    async resetPassword({ scope, brain, params, body }) {
      return personView(await resetPassword(scope, brain, params.person, body));
    },
  };
}

function personView(person: Person): PersonView {
  const { id, name, fullName, roles, permissions, accounts, fleets = [], status, mustChange, key } = person;
  return {
    ...{ id, name, fullName, status, mustChange },
    roles: [...roles],
    permissions: [...permissions],
    accounts: [...accounts],
    fleets: [...fleets],
    lockedUntil: instantOrNull(person.lockedUntil),
    key: key && { id: key.id, publicKeyPem: key.publicKeyPem, registeredAt: instantText(key.registeredAt) },
    createdAt: instantText(person.createdAt),
  };
}
