import { FettleError, type TenantId } from '@fettle/model';
import type { PoolClient } from 'pg';
import type { Announcer } from './announcer.ts';
import type { Connection } from './connection.ts';
import { PostgresConnection } from './postgres-connection.ts';
import type { PostgresPool } from './postgres-pool.ts';
import { postgresProblem } from './postgres-problem.ts';
import type { Durability, Transaction, Transactions } from './transactions.ts';

export interface TransactionNeeds {
  readonly pool: PostgresPool;
  /** Whose objects are written; undefined for those of the installation. */
  readonly tenant: TenantId | undefined;
  /** Knows what is told to other processes with the commit. */
  readonly announcer: Announcer;
  readonly channel: string;
}

/**
 * Transactions for one tenant. Each begins by locking the tenant's row, so that over all processes one transaction at
 * a time writes for a tenant, as in SQLite: what was read in it stays true until it commits.
 * @source docs/decisions/0014-one-writer-per-tenant.md
 */
export class PostgresTransactions implements Transactions {
  readonly #needs: TransactionNeeds;

  constructor(needs: TransactionNeeds) {
    this.#needs = needs;
  }

  async begin(durability: Durability): Promise<Transaction> {
    const { pool, tenant, announcer } = this.#needs;
    announcer.reset();
    const client = await pool.lend();
    const transaction = new PostgresTransaction(client, this.#needs);
    try {
      transaction.send('begin');
      if (durability === 'relaxed') transaction.send('set local synchronous_commit = off');
      if (tenant !== undefined) await client.query({ ...lockTenant, values: [tenant] });
      else await transaction.settled();
      return transaction;
    } catch (error) {
      await transaction.rollback();
      throw postgresProblem(error);
    }
  }
}

// Rows of other tables refer to the tenant's; that needs only its key to stay, so they do not wait for this lock.
const lockTenant = {
  name: 'fettle_lock_tenant',
  text: 'select 1 from tenants where id = $1 for no key update',
};

/** On a connection that sends statements without waiting: marking a caller's work costs no way to the database and back. */
class PostgresTransaction implements Transaction {
  readonly connection: Connection;
  readonly #client: PoolClient;
  readonly #needs: TransactionNeeds;
  #isMarked = false;
  #isGathering = false;
  #failure: { readonly error: unknown } | undefined;
  #sent: Promise<unknown> = Promise.resolve();
  #hear = (error: unknown): void => {
    this.#failure ??= { error };
  };

  constructor(client: PoolClient, needs: TransactionNeeds) {
    this.#client = client;
    this.#needs = needs;
    this.connection = new PostgresConnection(client, () => this.#gather());
    client.on('error', this.#hear);
  }

  /** What is sent until everybody had a turn goes out together: each sending costs as much as a small statement. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { stream } = this.#client.connection;
    stream.cork();
    process.nextTick(() => {
      this.#isGathering = false;
      stream.uncork();
    });
  }

  /** Sends a statement of transaction control; that it failed is told when something is waited for. */
  send(text: string): void {
    this.#gather();
    this.#sent = this.#client.query(text).catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  /** Waits for all that was sent. */
  async settled(): Promise<void> {
    await this.#sent;
    if (this.#failure) throw this.#failure.error;
  }

  async mark(): Promise<void> {
    this.send(this.#isMarked ? 'release savepoint task; savepoint task' : 'savepoint task');
    this.#isMarked = true;
  }

  // Nothing to send: the next mark lets go of this one, or the commit of all.
  async keep(): Promise<void> {}

  async undo(): Promise<void> {
    try {
      this.send('rollback to savepoint task');
      await this.settled();
    } catch (error) {
      throw postgresProblem(error);
    }
  }

  async commit(): Promise<void> {
    try {
      this.#gather();
      for (const payload of this.#needs.announcer.take()) {
        const told = {
          name: 'fettle_notify',
          text: 'select pg_notify($1, $2)',
          values: [this.#needs.channel, payload],
        };
        this.#sent = this.#client.query(told).catch((error: unknown) => this.#hear(error));
      }
      const ended = this.#client.query('commit');
      ended.catch(() => {});
      await this.settled();
      const { command } = await ended;
      // A transaction in which a statement failed answers its commit by going back.
      if (command !== 'COMMIT') throw new FettleError('internal', `The database answered a commit with ${command}.`);
    } catch (error) {
      throw postgresProblem(error);
    }
    this.#giveBack(false);
  }

  async rollback(): Promise<void> {
    let broken = this.#failure !== undefined;
    if (!broken) {
      await this.#client.query('rollback').catch(() => {
        broken = true;
      });
    }
    this.#giveBack(broken);
  }

  #giveBack(broken: boolean): void {
    this.#client.off('error', this.#hear);
    this.#client.release(broken);
  }
}
