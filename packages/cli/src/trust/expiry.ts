import type { Instant } from '@fettle/model';

const dayMs = 86_400_000;

/** How near an expiry is: 30, 14 and 3 days ahead. */
export const expiryLevels = ['fine', 'ahead', 'soon', 'now', 'expired'] as const;
export type ExpiryLevel = (typeof expiryLevels)[number];

/** Something that expires. */
export interface Expiring {
  readonly what: string;
  readonly expiresAt: Instant;
  /** How long a file lives that the signer renews by itself; undefined for what people renew. */
  readonly lifeMs: number | undefined;
  /** Fleets whose devices cannot go on when it has expired. */
  readonly fleets: readonly string[];
  /** What to type. */
  readonly next: string;
}

export interface ExpiryRow extends Expiring {
  readonly level: ExpiryLevel;
  /** Accepted devices of those fleets. */
  readonly devices: number;
}

/**
 * Places each thing on the radar, the nearest first.
 * @param devices accepted devices by fleet
 */
export function expiryRows(
  things: readonly Expiring[],
  devices: ReadonlyMap<string, number>,
  now: Instant,
): readonly ExpiryRow[] {
  const rows = things.map((thing) => {
    const stranded = thing.fleets.reduce((sum, fleet) => sum + (devices.get(fleet) ?? 0), 0);
    return { ...thing, level: levelOf(thing, now), devices: stranded };
  });
  return rows.sort((a, b) => a.expiresAt - b.expiresAt);
}

/** What the signer renews is a matter for people only when it was not renewed in time. */
export function levelOf({ expiresAt, lifeMs }: Pick<Expiring, 'expiresAt' | 'lifeMs'>, now: Instant): ExpiryLevel {
  const left = expiresAt - now;
  if (left <= 0) return 'expired';
  if (lifeMs !== undefined) return left < lifeMs / 3 ? 'now' : 'fine';
  if (left <= 3 * dayMs) return 'now';
  if (left <= 14 * dayMs) return 'soon';
  return left <= 30 * dayMs ? 'ahead' : 'fine';
}

/** What belongs into a list of so much time ahead. */
export function isWithin({ expiresAt, lifeMs, level }: ExpiryRow, withinMs: number, now: Instant): boolean {
  if (level === 'expired' || level === 'now') return true;
  return lifeMs === undefined && expiresAt - now <= withinMs;
}
