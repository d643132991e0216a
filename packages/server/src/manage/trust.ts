import type {
  RepositoryStateView,
  RoleStateView,
  SignedTrustChangeView,
  TrustChangeView,
  TrustKeyView,
  TrustStateView,
} from '@fettle/api';
import {
  getTrustChange,
  listTrustChanges,
  type OnlineKeys,
  publishTrustChange,
  type RepositoryState,
  type RoleState,
  requestTrustChange,
  signTrustChange,
  trustMetadata,
  trustState,
  withdrawTrustChange,
} from '@fettle/control';
import { type Repository, type TrustChange, type TrustSignature, trustChangeId } from '@fettle/model';
import type { TufKey } from '@fettle/trust';
import type { ManageHandlers } from './door.ts';
import { instantOrNull, instantText } from './instants.ts';
import { pageOf, viewPage } from './page.ts';

export const trustHandlers: ManageHandlers = {
  async trustState({ scope, brain }) {
    const { repositories, online, changes } = await trustState(scope, brain);
    const state: TrustStateView = {
      repositories: repositories.map(repositoryView),
      online: online && onlineView(online),
      changes: changes.map(changeView),
    };
    return state;
  },
  async trustMetadata({ scope, brain, params }) {
    const file = await trustMetadata(scope, brain, params);
    return { ...file, createdAt: instantText(file.createdAt) };
  },
  async requestTrustChange({ scope, brain, body }) {
    const { repository, role, payload, reason } = body;
    const bytes = Buffer.from(payload, 'base64');
    return changeView(
      await requestTrustChange(scope, brain, { repository, role, payload: bytes, reason: reason ?? '' }),
    );
  },
  async listTrustChanges({ scope, brain, query }) {
    return viewPage(await listTrustChanges(scope, brain, pageOf(query)), changeView);
  },
  async getTrustChange({ scope, brain, params }) {
    const { change, signatures } = await getTrustChange(scope, brain, trustChangeId(params.change));
    return signedView(change, signatures);
  },
  async signTrustChange({ scope, brain, params, body }) {
    const id = trustChangeId(params.change);
    const { change, signatures } = await signTrustChange(scope, brain, id, { ...body, meaning: body.meaning ?? '' });
    return signedView(change, signatures);
  },
  async publishTrustChange({ scope, brain, params, body }) {
    const wish = { force: body.force ?? false, reason: body.reason ?? '' };
    return changeView(await publishTrustChange(scope, brain, trustChangeId(params.change), wish));
  },
  async withdrawTrustChange({ scope, brain, params, query }) {
    await withdrawTrustChange(scope, brain, trustChangeId(params.change), query.reason ?? '');
    return undefined;
  },
};

function repositoryView({ repository, roles, keys, timeKeys }: RepositoryState): RepositoryStateView {
  return { repository, roles: roles.map(roleView), keys: keys.map(keyView), timeKeys: timeKeys.map(keyView) };
}

function roleView({ role, version, expiresAt, threshold, keyids, paths }: RoleState): RoleStateView {
  return { role, version, expiresAt: instantOrNull(expiresAt), threshold, keyids: [...keyids], paths: [...paths] };
}

function keyView({ keyid, keytype, scheme, public: text }: TufKey): TrustKeyView {
  return { keyid, keytype, scheme, public: text };
}

function onlineView({ image, director, time }: OnlineKeys) {
  const rows = (repository: Repository, keys: Readonly<Record<string, TufKey>>) =>
    Object.entries(keys).map(([role, key]) => ({ repository, role, key: keyView(key) }));
  return [
    ...rows('image', image),
    ...rows('director', director),
    { repository: null, role: 'time', key: keyView(time) },
  ];
}

function changeView(change: TrustChange): TrustChangeView {
  const { payload: _, createdAt, expiresAt, ...rest } = change;
  return { ...rest, createdAt: instantText(createdAt), expiresAt: instantText(expiresAt) };
}

function signedView(change: TrustChange, signatures: readonly TrustSignature[]): SignedTrustChangeView {
  return {
    ...changeView(change),
    payload: Buffer.from(change.payload, 'utf8').toString('base64'),
    signatures: signatures.map(({ keyId, signature, signer, meaning, at }) => {
      return { keyId, sig: signature, signer, meaning, at: instantText(at) };
    }),
  };
}
