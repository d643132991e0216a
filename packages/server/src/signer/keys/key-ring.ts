import type { OnlineKeys } from '@fettle/control';
import { FettleError, type Instant, type TenantId } from '@fettle/model';
import { type OpenedSigner, openSigner, type ReadSecret } from '@fettle/signers';
import { type TufKey, tufKeyOf } from '@fettle/trust';
import type { SignerState } from '../state/signer-state.ts';
import { afterReplacing, demandKeyFile, ensureKeyFile, keyFile, setKeyFileAside } from './key-files.ts';
import { type InstallationRole, installation, type KeyPlace, type KeyRole, keyRoles, placeText } from './key-roles.ts';

/** The open keys of one tenant. */
export interface TenantKeys {
  readonly signers: Readonly<Record<KeyRole, OpenedSigner>>;
  readonly publicHalves: OnlineKeys;
}

export interface KeyRingOptions {
  readonly folder: string;
  readonly state: SignerState;
  /** Locators of keys that are held elsewhere, by `TENANT/ROLE`. */
  readonly locators: ReadonlyMap<string, string>;
  readonly readSecret: ReadSecret;
  readonly now: () => Instant;
}

/** More tenants than this are not given keys: a caller must not fill the disk with them. */
export const mostTenants = 1_000;

/** Every tenant's keys, opened at first use and kept open. */
export class KeyRing {
  readonly #options: KeyRingOptions;
  readonly #tenants = new Map<TenantId, Promise<TenantKeys>>();
  readonly #installation = new Map<InstallationRole, Promise<OpenedSigner>>();

  constructor(options: KeyRingOptions) {
    this.#options = options;
  }

  /** The keys of a tenant; those that never were are made. */
  async of(tenant: TenantId): Promise<TenantKeys> {
    const known = this.#tenants.get(tenant);
    if (known) return await known;
    if (this.#tenants.size >= mostTenants || this.#options.state.countTenants() > mostTenants) {
      throw new FettleError('limit-reached', `Expected at most ${mostTenants} tenants, found more.`);
    }
    const opening = this.#open(tenant);
    this.#tenants.set(tenant, opening);
    try {
      return await opening;
    } catch (error) {
      this.#tenants.delete(tenant);
      throw error;
    }
  }

  /** A key of the installation; one that never was is made. */
  async installation(role: InstallationRole): Promise<OpenedSigner> {
    const opening = this.#installation.get(role) ?? this.#openKey({ tenant: installation, role });
    this.#installation.set(role, opening);
    try {
      return await opening;
    } catch (error) {
      this.#installation.delete(role);
      throw error;
    }
  }

  /** Forgets which key a role had, because somebody says that another one takes its place. */
  replace(place: KeyPlace): void {
    const { folder, state, now } = this.#options;
    state.forgetKey(place.tenant, place.role);
    setKeyFileAside(folder, place, now());
  }

  async close(): Promise<void> {
    const opened = await Promise.allSettled(this.#tenants.values());
    this.#tenants.clear();
    const shared = await Promise.allSettled(this.#installation.values());
    this.#installation.clear();
    for (const signer of shared) if (signer.status === 'fulfilled') await signer.value.close();
    for (const tenant of opened) {
      if (tenant.status === 'rejected') continue;
      for (const signer of Object.values(tenant.value.signers)) await signer.close();
    }
  }

  async #open(tenant: TenantId): Promise<TenantKeys> {
    const opened: Partial<Record<KeyRole, OpenedSigner>> = {};
    try {
      for (const role of keyRoles) opened[role] = await this.#openKey({ tenant, role });
    } catch (error) {
      for (const signer of Object.values(opened)) await signer.close();
      throw error;
    }
    const signers = opened as Record<KeyRole, OpenedSigner>;
    return { signers, publicHalves: publicHalves(signers) };
  }

  async #openKey(place: KeyPlace): Promise<OpenedSigner> {
    const { folder, state, locators, readSecret, now } = this.#options;
    const expected = state.keyOf(place.tenant, place.role);
    const locator = locators.get(placeText(place));
    if (locator === undefined) {
      if (expected === undefined) ensureKeyFile(folder, place);
      else demandKeyFile(folder, place);
    }
    const signer = await openSigner(locator ?? `file:${encodeURIComponent(keyFile(folder, place))}`, { readSecret });
    const { keyid } = tufKeyOf(signer.publicKey);
    try {
      demandExpected(place, expected, keyid);
      demandKind(place, signer);
      this.#demandUnshared(place, keyid);
    } catch (error) {
      await signer.close();
      throw error;
    }
    if (expected === undefined) {
      state.saveKey(place.tenant, place.role, { keyid, at: now() });
      const row = { at: now(), tenant: place.tenant, what: 'keys', device: '', version: null, sha256: keyid } as const;
      state.append({ ...row, verdict: 'made', message: place.role });
    }
    return signer;
  }

  /** Metadata does not say whose it is: one key for two tenants or two roles would let one stand in for the other. */
  #demandUnshared(place: KeyPlace, keyid: string): void {
    const user = this.#options.state.userOf(keyid);
    if (!user || (user.tenant === place.tenant && user.role === place.role)) return;
    const message = `Expected a key of its own for ${placeText(place)}, found the one of ${user.tenant}/${user.role}.`;
    throw new FettleError('key-refused', message);
  }
}

function demandExpected(place: KeyPlace, expected: string | undefined, found: string): void {
  if (expected === undefined || expected === found) return;
  const name = placeText(place);
  const message = `Expected key ${expected} for ${name}, found ${found}. Put the right one back, or say --replace-key ${name} and ${afterReplacing(place)}.`;
  throw new FettleError('key-refused', message);
}

/** Checkpoints are signed notes, which know no other kind. @source C2SP tlog-checkpoint */
function demandKind({ role }: KeyPlace, { publicKey }: OpenedSigner): void {
  if (role !== 'audit-log' || publicKey.kind === 'ed25519') return;
  throw new FettleError('key-refused', `Expected an Ed25519 key for ${role}, found ${publicKey.kind}.`);
}

function publicHalves(signers: Readonly<Record<KeyRole, OpenedSigner>>): OnlineKeys {
  const half = (role: KeyRole): TufKey => tufKeyOf(signers[role].publicKey);
  return {
    image: { snapshot: half('image-snapshot'), timestamp: half('image-timestamp') },
    director: {
      targets: half('director-targets'),
      snapshot: half('director-snapshot'),
      timestamp: half('director-timestamp'),
    },
    time: half('time'),
  };
}
