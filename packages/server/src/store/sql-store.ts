import type { AuditLogStore, OperatorToken, Reads, Scans, Scope, Writes } from '@fettle/control';
import { type DeviceId, FettleError, type Instant, type TenantId } from '@fettle/model';
import { auditLogStore } from './audit-log.ts';
import type { ChangeListener } from './company.ts';
import type { Leadership } from './duties.ts';
import type { Engine } from './engine.ts';
import { insertTenant, installationSecret, listTenants } from './installation.ts';
import type { OpenStore, StoreOptions, StoreStats } from './open-store.ts';
import { scansOf } from './scans/store-scans.ts';
import { SeenBuffer } from './seen.ts';
import { bindReads, bindWrites } from './tables.ts';
import { findOperatorToken } from './tokens.ts';

/** Readers of tenants are kept ready for this many. */
const mostTenantsCached = 10_000;

/** The store over any database that has an engine. */
export class SqlStore implements OpenStore {
  readonly auditLog: AuditLogStore;
  readonly #engine: Engine;
  readonly #options: StoreOptions;
  readonly #seen: SeenBuffer;
  readonly #timer: NodeJS.Timeout;
  readonly #readsOf = new Map<TenantId, Reads>();
  #secret: Promise<Uint8Array> | undefined;
  #closing: Promise<void> | undefined;

  constructor(engine: Engine, options: StoreOptions) {
    this.#engine = engine;
    this.auditLog = auditLogStore(engine, () => options.clock.now());
    this.#options = options;
    this.#seen = new SeenBuffer((work, tenant) => engine.write(tenant, work, 'relaxed'));
    this.#timer = setInterval(() => {
      this.#seen.flush().catch((error) => options.logger?.error({ err: error }, 'last-seen times were not written'));
    }, options.seenFlushMs ?? 3_000);
    this.#timer.unref();
  }

  reads(scope: Scope): Reads {
    const found = this.#readsOf.get(scope.tenant);
    if (found) return found;
    const made = bindReads({ connection: this.#engine.reader, tenant: scope.tenant });
    if (this.#readsOf.size >= mostTenantsCached) this.#readsOf.clear();
    this.#readsOf.set(scope.tenant, made);
    return made;
  }

  scans(scope: Scope): Scans {
    return scansOf(scope.tenant, this.#engine.scan);
  }

  transact<T>(scope: Scope, work: (tx: Writes) => Promise<T>): Promise<T> {
    const { tenant, actor } = scope;
    const now = (): Instant => this.#options.clock.now();
    return this.#engine.write(tenant, (connection, watch) =>
      work(watch(bindWrites({ connection, tenant, actor, now }))),
    );
  }

  seen(scope: Scope, device: DeviceId, at: Instant): void {
    this.#seen.add(scope.tenant, device, at);
  }

  flushSeen(): Promise<void> {
    return this.#seen.flush();
  }

  operatorTokenByHash(hash: string): Promise<OperatorToken | undefined> {
    return findOperatorToken(this.#engine.reader, hash);
  }

  tenants(): Promise<readonly TenantId[]> {
    return listTenants(this.#engine.reader);
  }

  createTenant(id: TenantId, at: Instant): Promise<void> {
    return this.#engine.write(undefined, (connection) => insertTenant(connection, id, at));
  }

  secret(): Promise<Uint8Array> {
    this.#secret ??= this.#engine.write(undefined, (connection) =>
      installationSecret(connection, () => this.#options.random.bytes(32)),
    );
    // A failure is not remembered.
    this.#secret.catch(() => {
      this.#secret = undefined;
    });
    return this.#secret;
  }

  lead(duty: string, taken: () => void): Leadership {
    return this.#engine.company.lead(duty, taken);
  }

  listen(listener: ChangeListener): void {
    this.#engine.company.listen(listener);
  }

  stats(): StoreStats {
    return { ...this.#engine.stats(), seenBuffered: this.#seen.size };
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    clearInterval(this.#timer);
    try {
      await this.#seen.flush();
      // What came while an earlier flush was running.
      await this.#seen.flush();
    } catch (error) {
      const cause = error instanceof FettleError ? error.code : 'internal';
      this.#options.logger?.error({ err: error, code: cause }, 'last-seen times were lost at the end');
    }
    await this.#engine.close();
  }
}
