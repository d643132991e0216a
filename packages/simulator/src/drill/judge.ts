import {
  type DeviceTrust,
  type DeviceVerdict,
  type RootMetadata,
  type Signer,
  type TrustedState,
  tufKeyOf,
} from '@fettle/trust';
import type { HeldRole } from './held-role.ts';
import type { Repositories, Revoked } from './rotations.ts';

/** Looks at what devices took over, with nothing of the client's own judgement. */
export class Judge {
  readonly #repositories: Repositories;
  readonly #revoked = new Set<string>();

  constructor(repositories: Repositories) {
    this.#repositories = repositories;
  }

  /** Whatever a rotation took out of use must never be believed again. */
  revoke(before: Revoked): void {
    const { image, director } = this.#repositories;
    const inUse = new Set(
      keyidsOf([
        ...Object.values(image.roots.held),
        ...Object.values(director.roots.held),
        director.roots.time,
        ...image.fleets.values(),
      ]),
    );
    const former = [...Object.values(before.image), ...Object.values(before.director), before.time];
    for (const keyid of keyidsOf([...former, ...before.fleets.values()])) {
      if (!inUse.has(keyid)) this.#revoked.add(keyid);
    }
  }

  /**
   * @param timeIsForged whether the signed time that the device was told came from a thief
   * @returns what a device believed that it never may; undefined when all is well
   */
  fault(before: DeviceTrust, verdict: DeviceVerdict, timeIsForged: boolean): string | undefined {
    const { image, director } = this.#repositories;
    if (timeIsForged && verdict.time?.source === 'answer') return 'a time signed by a revoked key';
    const { trust } = verdict;
    return (
      this.#faultIn('image', { before: before.image, after: trust.image, roots: image.roots.texts }) ??
      this.#faultIn('director', { before: before.director, after: trust.director, roots: director.roots.texts })
    );
  }

  #faultIn(
    repository: string,
    seen: { readonly before: TrustedState; readonly after: TrustedState; readonly roots: ReadonlySet<string> },
  ): string | undefined {
    const { before, after, roots } = seen;
    if (after === before) return undefined;
    if (after.root !== before.root && !roots.has(after.root)) return `a root of the ${repository} that no officer made`;
    const known = new Set(filesOf(before));
    for (const text of filesOf(after)) {
      if (known.has(text)) continue;
      const by = signersOf(text).find((keyid) => this.#revoked.has(keyid));
      if (by !== undefined) return `a file of the ${repository} signed by revoked key ${by.slice(0, 12)}`;
    }
    return undefined;
  }
}

function filesOf({ timestamp, snapshot, targets, delegated }: TrustedState): string[] {
  return [timestamp, snapshot, targets, ...Object.values(delegated)].filter((text) => text !== undefined);
}

function signersOf(text: string): string[] {
  const { signatures } = JSON.parse(text) as { signatures: { keyid: string }[] };
  return signatures.map(({ keyid }) => keyid);
}

function keyidsOf(roles: readonly (HeldRole | undefined)[]): string[] {
  const signers = roles.flatMap((role): readonly Signer[] => role?.signers ?? []);
  return signers.map(({ publicKey }) => tufKeyOf(publicKey).keyid);
}

/** The version of a root as a device trusts it. */
export function rootVersionOf({ root }: TrustedState): RootMetadata['version'] {
  const { signed } = JSON.parse(root) as { signed: { version: number } };
  return signed.version;
}
