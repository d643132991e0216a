import type { Client, FleetView, RepositoryStateView, TrustStateView } from '@fettle/api';
import { longestDays, publicKeyOf, type TufKey } from '@fettle/trust';
import type { Expiring } from './expiry.ts';
import type { ServerCertificate } from './server-certificate.ts';

const dayMs = 86_400_000;

/** All that can be known of at once. */
export interface RadarFacts {
  readonly state: TrustStateView;
  readonly fleets: readonly FleetView[];
  /** Undefined where the server speaks plain HTTP. */
  readonly certificate: ServerCertificate | undefined;
}

/** Everything that expires, as far as it can be seen from here. */
export function expiringThings({ state, fleets, certificate }: RadarFacts): readonly Expiring[] {
  const image = state.repositories.find(({ repository }) => repository === 'image');
  const delegated = image?.roles.filter(({ paths }) => paths.length > 0).map(({ role }) => role) ?? [];
  return [
    ...state.repositories.flatMap((one) => filesOf(one, delegated)),
    ...onlineKeysOf(state, delegated),
    ...(certificate ? [certificateThing(certificate, fleets)] : []),
  ];
}

/** Accepted devices by fleet. */
export async function countDevices(client: Client, fleets: readonly FleetView[]): Promise<ReadonlyMap<string, number>> {
  const counts = new Map<string, number>();
  for (const { id } of fleets) counts.set(id, (await client.countDevices({ fleet: id })).accepted);
  return counts;
}

function filesOf({ repository, roles }: RepositoryStateView, delegated: readonly string[]): readonly Expiring[] {
  return roles.flatMap(({ role, version, expiresAt, paths }) => {
    if (expiresAt === null) return [];
    const isFleet = paths.length > 0;
    const isOnline = role === 'snapshot' || role === 'timestamp';
    const lifeMs = isOnline ? longestDays[repository][role] * dayMs : undefined;
    const what = `${repository} ${role}${version === null ? '' : ` ${version}`}`;
    const fleets = isFleet ? [role] : delegated;
    return [{ what, expiresAt: Date.parse(expiresAt), lifeMs, fleets, next: nextFor(repository, role, isOnline) }];
  });
}

function nextFor(repository: string, role: string, isOnline: boolean): string {
  if (isOnline) return 'look at the signer and at the log of the server: it renews this by itself';
  return role === 'root' ? `fettle root rotate --repository ${repository}` : `fettle root renew ${role}`;
}

/** An online key lives as long as the root that names it; one that no root names signs for nobody. */
function onlineKeysOf({ online, repositories }: TrustStateView, delegated: readonly string[]): readonly Expiring[] {
  return (online ?? []).flatMap(({ repository, role, key }) => {
    const owner = repositories.find((one) => one.repository === (repository ?? 'director'));
    const root = owner?.roles.find((one) => one.role === 'root');
    if (!owner || !root?.expiresAt) return [];
    const named = repository === null ? owner.timeKeys : keysOfRole(owner, role);
    const isNamed = named.some((one) => idOf({ ...one, unknown: {} }) === idOf({ ...key, unknown: {} }));
    const what = `online key ${repository === null ? role : `${repository} ${role}`} ${key.keyid.slice(0, 12)}`;
    const name = owner.repository;
    const next = `fettle root rotate --repository ${name}${isNamed ? '' : ' --online'}`;
    const expiresAt = isNamed ? Date.parse(root.expiresAt) : 0;
    return [
      { what: isNamed ? what : `${what}, which no root names`, expiresAt, lifeMs: undefined, fleets: delegated, next },
    ];
  });
}

function keysOfRole({ roles, keys }: RepositoryStateView, role: string) {
  const ids = roles.find((one) => one.role === role)?.keyids ?? [];
  return keys.filter(({ keyid }) => ids.includes(keyid));
}

function idOf(key: TufKey): string | undefined {
  return publicKeyOf(key)?.id;
}

function certificateThing({ subject, expiresAt }: ServerCertificate, fleets: readonly FleetView[]): Expiring {
  const next = 'renew it where the server, or the proxy before it, has it';
  return {
    what: `TLS certificate of ${subject}`,
    expiresAt,
    lifeMs: undefined,
    fleets: fleets.map(({ id }) => id),
    next,
  };
}
