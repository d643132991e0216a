import type { PublisherView } from '@fettle/api';
import {
  exchangeIdToken,
  getPublisher,
  listPublishers,
  type NewPublisher,
  removePublisher,
  savePublisher,
} from '@fettle/control';
import { deviceType, FettleError, fleetId, type IssuerKeySource, type Publisher, tenantId } from '@fettle/model';
import { createRates } from '../oidc/rates.ts';
import type { ManageHandlers } from './door.ts';
import { instantText } from './instants.ts';
import { wholeList } from './page.ts';

const quarterHourMs = 900_000;

export function publisherHandlers(): ManageHandlers {
  const rates = createRates();
  return {
    async listPublishers({ scope, brain }) {
      return wholeList(await listPublishers(scope, brain), publisherView);
    },
    async getPublisher({ scope, brain, params }) {
      return publisherView(await getPublisher(scope, brain, params.publisher));
    },
    async savePublisher({ scope, brain, params, body }) {
      const { provider, issuer, audience, match, allowEvents = [], requireHosted = false, tokenLifeMs } = body;
      const wanted: NewPublisher = {
        ...{ name: params.publisher, provider, issuer, audience, match, allowEvents, requireHosted },
        keys: keysOf(body, brain.clock.now()),
        fleet: fleetId(body.fleet),
        deviceTypes: (body.deviceTypes ?? []).map(deviceType),
        tokenLifeMs: tokenLifeMs ?? quarterHourMs,
      };
      return publisherView(await savePublisher(scope, brain, wanted));
    },
    async removePublisher({ scope, brain, params }) {
      await removePublisher(scope, brain, params.publisher);
      return undefined;
    },
    async exchangeIdToken({ brain, body, request }) {
      const now = brain.clock.now();
      rates.demandExchange(request.ip, now);
      const { token, fleet, publisher, expiresAt } = await exchangeIdToken(brain, {
        tenant: tenantId(body.tenant ?? 'default'),
        token: body.token,
        fleet: body.fleet === undefined ? undefined : fleetId(body.fleet),
        mayNote: () => rates.mayNoteRefusal(now),
      });
      return { token, fleet, publisher, expiresAt: instantText(expiresAt) };
    },
  };
}

function keysOf(
  { jwks, jwksUrl }: { readonly jwks?: string; readonly jwksUrl?: string },
  now: number,
): IssuerKeySource {
  if (jwks !== undefined && jwksUrl !== undefined) {
    throw new FettleError('invalid-input', 'Expected either jwks or jwksUrl, found both.');
  }
  if (jwks !== undefined) return { kind: 'pinned', jwks, pinnedAt: now };
  return jwksUrl === undefined ? { kind: 'discovery' } : { kind: 'url', url: jwksUrl };
}

function publisherView(publisher: Publisher): PublisherView {
  const { keys, createdAt, match, allowEvents, deviceTypes, ...rest } = publisher;
  return {
    ...rest,
    match: { ...match },
    allowEvents: [...allowEvents],
    deviceTypes: [...deviceTypes],
    keys: keys.kind,
    jwksUrl: keys.kind === 'url' ? keys.url : null,
    pinnedAt: keys.kind === 'pinned' ? instantText(keys.pinnedAt) : null,
    createdAt: instantText(createdAt),
  };
}
