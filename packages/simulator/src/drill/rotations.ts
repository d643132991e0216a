import { FettleError, type FleetId, type Instant } from '@fettle/model';
import type { Blueprint, RoleShape } from './blueprint.ts';
import type { DirectorRepository } from './director-repository.ts';
import { type HeldRole, holdNew } from './held-role.ts';
import type { ImageRepository } from './image-repository.ts';

/** What can be rotated; `online` is every key of the signer process, `fleet` that of every fleet. */
export const rotatable = ['image-root', 'director-root', 'image-targets', 'online', 'fleet'] as const;
export type Rotatable = (typeof rotatable)[number];

/** Both repositories of a tenant. */
export interface Repositories {
  readonly image: ImageRepository;
  readonly director: DirectorRepository;
}

/** The keys that a rotation took out of use; from then on a thief has them. */
export interface Revoked {
  readonly key: Rotatable;
  /** Top-level roles as they were held before. */
  readonly image: ImageRepository['roots']['held'];
  readonly director: DirectorRepository['roots']['held'];
  readonly time: HeldRole | undefined;
  readonly fleets: ReadonlyMap<FleetId, HeldRole>;
}

/** @throws FettleError `invalid-input` */
export function readRotatable(text: string): Rotatable {
  const known = rotatable.find((one) => one === text);
  if (known) return known;
  throw new FettleError('invalid-input', `Expected keys to rotate, of ${rotatable.join(', ')}; found ${text}.`);
}

/**
 * Replaces keys as the ceremonies do: what is revoked signs nothing more but, of a root, its successor.
 * @param lost how many officers of the role lost their keys before
 */
export async function rotate(
  key: Rotatable,
  { image, director }: Repositories,
  { shape, now, lost }: { readonly shape: Blueprint; readonly now: Instant; readonly lost: number },
): Promise<Revoked> {
  const before: Revoked = {
    key,
    image: image.roots.held,
    director: director.roots.held,
    time: director.roots.time,
    fleets: new Map(image.fleets),
  };
  switch (key) {
    case 'image-root':
      image.roots.held = { ...before.image, root: holdNew(shape.image.root) };
      await image.roots.publish(now, { lost });
      break;
    case 'director-root':
      director.roots.held = { ...before.director, root: holdNew(shape.director.root) };
      await director.roots.publish(now, { lost });
      break;
    case 'image-targets':
      image.roots.held = { ...before.image, targets: holdNew(shape.image.targets) };
      await image.roots.publish(now);
      break;
    case 'online':
      await rotateOnline({ image, director }, shape, now);
      break;
    case 'fleet':
      for (const [fleet, fleetShape] of shape.image.fleets) image.fleets.set(fleet, holdNew(fleetShape));
      break;
  }
  await image.publish(now);
  return before;
}

/** Versions that a thief drove up end here: devices forget them with the keys (TUF 1.0.34 §5.3.11). */
async function rotateOnline({ image, director }: Repositories, shape: Blueprint, now: Instant): Promise<void> {
  const anew = ({ snapshot, timestamp }: { snapshot: RoleShape; timestamp: RoleShape }) => {
    return { snapshot: holdNew(snapshot), timestamp: holdNew(timestamp) };
  };
  image.roots.held = { ...image.roots.held, ...anew(shape.image) };
  await image.roots.publish(now);
  director.roots.held = {
    ...director.roots.held,
    ...anew(shape.director),
    targets: holdNew(shape.director.targets),
  };
  director.roots.time = holdNew(shape.director.time);
  // The old time key may have told devices that it is years later.
  await director.roots.publish(now, { timeFloor: Math.floor(now / 1_000) * 1_000 });
}
