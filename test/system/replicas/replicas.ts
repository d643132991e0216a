import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerProcess } from '../crash/server-process.ts';
import { until } from '../crash/until.ts';
import { type Balancer, startBalancer } from './balancer.ts';

/** Times that let a test see in seconds what takes an installation a quarter of a minute. */
const hurried = [
  ['--database-timeout-ms', '2000'],
  ['--work-take-over-ms', '1500'],
  ['--work-tick-ms', '100'],
  ['--load-event-loop-delay-ms', '0'],
  ['--load-retry-after-seconds', '1'],
  ['--log-level', 'info'],
].flat();

/** Several server processes on one database and one data folder, behind one address. */
export class Replicas {
  readonly servers: readonly ServerProcess[];
  readonly #balancer: Balancer;

  private constructor(servers: readonly ServerProcess[], balancer: Balancer) {
    this.servers = servers;
    this.#balancer = balancer;
  }

  static async start(database: string, count: number): Promise<Replicas> {
    const dir = await mkdtemp(join(tmpdir(), 'fettle-replicas-'));
    const flags = ['--database', database, ...hurried];
    const servers = Array.from({ length: count }, () => new ServerProcess(dir, flags));
    // All at once: who comes first makes the schema, the tenant and the token.
    await Promise.all(servers.map((server) => server.start()));
    return new Replicas(servers, await startBalancer(servers.map(({ url }) => url)));
  }

  get url(): string {
    return this.#balancer.url;
  }

  get adminToken(): string {
    return this.servers[0]?.adminToken ?? '';
  }

  async kill(server: ServerProcess): Promise<void> {
    await server.kill();
    this.#balancer.takeOut(server.url);
  }

  async restart(server: ServerProcess): Promise<void> {
    await server.start();
    this.#balancer.putIn(server.url);
  }

  /** Stops it as it stands, in the middle of whatever it does; everybody else takes it for slow. */
  freeze(server: ServerProcess): void {
    server.signal('SIGSTOP');
    this.#balancer.takeOut(server.url);
  }

  thaw(server: ServerProcess): void {
    server.signal('SIGCONT');
    this.#balancer.putIn(server.url);
  }

  /** Waits until one of these says that it leads the rollouts. */
  async leader(among: readonly ServerProcess[] = this.servers): Promise<ServerProcess> {
    let found: ServerProcess | undefined;
    const look = async () => {
      for (const server of among) if ((await numberOf(server, 'leadsRollouts')) === 1) found = server;
      return found !== undefined;
    };
    await until(look, { deadlineMs: 20_000, tell: () => 'nobody leads' });
    if (!found) throw new Error('Nobody leads.');
    return found;
  }

  async close(): Promise<void> {
    for (const server of this.servers) server.signal('SIGCONT');
    await this.#balancer.close();
    for (const server of this.servers) await server.remove();
  }
}

/** One of the numbers that a server tells of its store. */
export async function numberOf(server: ServerProcess, name: string): Promise<number | undefined> {
  const answer = await fetch(`${server.url}/metrics`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
  const found = new RegExp(`^fettle_store\\{number="${name}"\\} (\\S+)$`, 'm').exec((await answer?.text()) ?? '');
  return found ? Number(found[1]) : undefined;
}
