import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EvidenceFile, KnownVersions } from '@fettle/control';
import { FettleError, type Instant, type TenantId } from '@fettle/model';
import {
  type FetchMetadata,
  type FileMeta,
  fileMetaOf,
  type Lookup,
  openMetadata,
  type TrustedState,
  trustRoot,
  updateRepository,
} from '@fettle/trust';
import { tenantFolder } from './keys/key-files.ts';
import { type Followed, nothingFollowed, verifyEvidence } from './rules/evidence.ts';
import { type Refused, refused } from './rules/refusal.ts';
import type { RepositoryFile, SignerState } from './state/signer-state.ts';

export interface ImageCopyOptions {
  readonly folder: string;
  readonly tenant: TenantId;
  readonly state: SignerState;
  readonly now: () => Instant;
}

/** How long a lookup is believed: as long as nothing was learned, and not much beyond the expiry of what it went through. */
const lookupMs = 60_000;
const mostLookups = 10_000;

/** The image repository of a tenant as the signer has verified it for itself, from the root that it began with. */
export class ImageCopy {
  readonly #options: ImageCopyOptions;
  #followed: Followed;
  /** What a client trusts that walked this copy. */
  #trusted: TrustedState | undefined;
  #lookups = new Map<string, Lookup>();
  #lookupsUntil: Instant = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: ImageCopyOptions) {
    this.#options = options;
    this.#pinRoot();
    this.#followed = this.#load();
  }

  /** The newest version of each role; what is newer is new here. */
  versions(): KnownVersions {
    const newest = [...this.#followed.roles].map(([role, { version }]) => [role, version] as const);
    const root = Math.max(0, ...this.#followed.roots.keys());
    return Object.fromEntries(root === 0 ? newest : [['root', root], ...newest]);
  }

  /** A file as it was verified, in one version. */
  verified(role: string, version: number): FileMeta | undefined {
    if (!this.#followed.roles.has(role)) return undefined;
    const text = this.#options.state.file(this.#options.tenant, role, version);
    return text === undefined ? undefined : fileMetaOf(version, Buffer.from(text, 'utf8'));
  }

  /** Verifies files in the order given and keeps those that hold; stops at the first that does not. */
  learn(files: readonly EvidenceFile[]): { readonly ok: true; readonly learned: number } | Refused {
    const { tenant, state, now } = this.#options;
    const fresh: RepositoryFile[] = [];
    let followed = this.#followed;
    let failure: Refused | undefined;
    for (const { repository, role, version, text } of files) {
      if (repository === 'image' && state.file(tenant, role, version) === text) continue;
      const verdict = repository === 'image' ? verifyEvidence(followed, { role, text }) : notImage;
      if (!verdict.ok) {
        failure = verdict;
        break;
      }
      followed = verdict.followed;
      fresh.push({ role, version: verdict.version, text });
    }
    const row = { at: now(), tenant, what: 'evidence', device: '', version: null, sha256: null };
    const learned = fresh.map(({ role, version }) => `${role} ${version}`).join(', ');
    if (fresh.length > 0) state.keepFiles(tenant, fresh, [{ ...row, verdict: 'learned', message: learned }]);
    this.#followed = followed;
    if (fresh.length > 0) this.forgetLookups();
    if (failure) state.commit([], [{ ...row, verdict: failure.reason, message: failure.message }]);
    return failure ?? { ok: true, learned: fresh.length };
  }

  /** What was found may have changed: a file was learned, or a snapshot signed. */
  forgetLookups(): void {
    this.#lookups = new Map();
    this.#lookupsUntil = 0;
  }

  /** Looks paths up as a device does: from the root on, every signature and expiry of this copy checked. */
  async lookUp(paths: readonly string[]): Promise<ReadonlyMap<string, Lookup> | Refused> {
    if (paths.every((path) => this.#known(path))) return this.#pick(paths);
    // One after the other: the first finds for all who ask the same.
    const turn = this.#turn.then(() => this.#lookUpNow(paths));
    this.#turn = turn.catch(() => {});
    return await turn;
  }

  async #lookUpNow(paths: readonly string[]): Promise<ReadonlyMap<string, Lookup> | Refused> {
    if (paths.every((path) => this.#known(path))) return this.#pick(paths);
    const trusted = this.#trusted ?? this.#firstTrust();
    if (!trusted) return refused('target-not-found', 'Expected an image repository, its root was never shown here.');
    const now = this.#options.now();
    if (!this.#isCurrent(now) || this.#lookups.size >= mostLookups) this.forgetLookups();
    const lookups = this.#lookups;
    const update = await updateRepository(trusted, this.#fetch, { now, paths });
    // A file that came in meanwhile: what was found is of before.
    if (lookups !== this.#lookups) return await this.#lookUpNow(paths);
    this.#trusted = update.state;
    if (!update.ok) return refused('target-not-found', `The image repository does not hold: ${update.message}`);
    this.#lookupsUntil ||= Math.min(now + lookupMs, update.timestamp.expiresAt, update.snapshot.expiresAt);
    for (const [path, lookup] of update.lookups) lookups.set(path, lookup);
    return update.lookups;
  }

  #known(path: string): boolean {
    return this.#lookups.has(path) && this.#isCurrent(this.#options.now());
  }

  /** The clock may have been put back, too: then what was found belongs to another time. */
  #isCurrent(now: Instant): boolean {
    return now < this.#lookupsUntil && now >= this.#lookupsUntil - lookupMs;
  }

  #pick(paths: readonly string[]): ReadonlyMap<string, Lookup> {
    const found = new Map<string, Lookup>();
    for (const path of paths) {
      const lookup = this.#lookups.get(path);
      if (lookup) found.set(path, lookup);
    }
    return found;
  }

  readonly #fetch: FetchMetadata = async (name) => {
    const [, version = '', role = ''] = /^(\d+)\.(.+)\.json$/.exec(name) ?? [];
    const { state, tenant } = this.#options;
    const timestamp = name === 'timestamp.json' ? this.#newest('timestamp') : undefined;
    const text = state.file(tenant, timestamp?.role ?? role, timestamp?.version ?? Number(version));
    return text === undefined ? 'absent' : Buffer.from(text, 'utf8');
  };

  #newest(role: string): { readonly role: string; readonly version: number } | undefined {
    return this.#options.state.fileVersions(this.#options.tenant).findLast((file) => file.role === role);
  }

  /** The root that somebody put into the folder is where trust begins; else it is the first one that is shown. */
  #pinRoot(): void {
    const { folder, tenant, state, now } = this.#options;
    const known = state.fileVersions(tenant).find(({ role }) => role === 'root');
    const text = readPin(join(tenantFolder(folder, tenant), 'image-root.json'));
    if (text === undefined || known) return;
    const trust = trustRoot(Buffer.from(text, 'utf8'));
    if (!trust.ok) throw new FettleError('invalid-input', `Expected a root in image-root.json: ${trust.message}`);
    const { version } = trust.root;
    const row = { at: now(), tenant, what: 'evidence', device: '', version, sha256: null } as const;
    state.keepFiles(
      tenant,
      [{ role: 'root', version, text }],
      [{ ...row, verdict: 'learned', message: 'pinned root' }],
    );
  }

  #firstTrust(): TrustedState | undefined {
    const { state, tenant } = this.#options;
    const first = state.fileVersions(tenant).find(({ role }) => role === 'root');
    const text = first && state.file(tenant, 'root', first.version);
    const trust = text === undefined ? undefined : trustRoot(Buffer.from(text, 'utf8'));
    return trust?.ok ? trust.state : undefined;
  }

  /** What was verified before is not verified again: the database is the signer's own. */
  #load(): Followed {
    const { state, tenant } = this.#options;
    let followed = nothingFollowed;
    for (const { role, version } of state.fileVersions(tenant)) {
      if (role === 'snapshot' || role === 'timestamp') continue;
      const opened = openMetadata(Buffer.from(state.file(tenant, role, version) ?? '', 'utf8'));
      if (!opened.ok)
        throw new FettleError('internal', `Expected ${role} ${version} as it was kept: ${opened.message}`);
      followed = keepNewest(followed, role, opened.metadata);
    }
    return followed;
  }
}

type OpenedMetadata = Extract<ReturnType<typeof openMetadata>, { readonly ok: true }>['metadata'];

function keepNewest(followed: Followed, role: string, metadata: OpenedMetadata): Followed {
  if (metadata.type === 'root') {
    const before = [...followed.roots].filter(([version]) => version === metadata.version - 1);
    return { ...followed, roots: new Map([...before, [metadata.version, metadata]]) };
  }
  if (metadata.type !== 'targets') return followed;
  return { ...followed, roles: new Map(followed.roles).set(role, metadata) };
}

const notImage = refused('evidence-unreadable', 'Expected files of the image repository as evidence, found others.');

function readPin(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new FettleError('invalid-input', `Expected to read ${file}: ${(cause as Error).message}`, { cause });
  }
}
