import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);
const readyWithinMs = 30_000;

/** A PostgreSQL server of our own, in a temporary folder, reached by a socket in it; nothing of it listens on the network. */
export interface Cluster {
  /** The folder of its socket. */
  readonly folder: string;
  readonly pid: number;
  /** Makes an empty database. @returns its URL */
  createDatabase(): Promise<string>;
  /** Runs SQL in a database; for looking at what a store cannot show. */
  query<R>(url: string, sql: string, parameters?: readonly unknown[]): Promise<R[]>;
  stop(): Promise<void>;
}

/**
 * Starts a cluster. Its default order of text is not that of bytes, and it waits for the disk as a real one does.
 * @param programs folder of initdb and postgres
 * @param settings as in postgresql.conf
 */
export async function startCluster(programs: string, settings: Record<string, string> = {}): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-pg-'));
  const owner = await ownerOf(folder);
  const data = join(folder, 'data');
  try {
    const order = ['--locale-provider=icu', '--icu-locale=en', '--locale=C.UTF-8', '--encoding=UTF8'];
    const [command, args] = as(owner, join(programs, 'initdb'), [
      '-D',
      data,
      '-A',
      'trust',
      '-U',
      'fettle',
      '-N',
      ...order,
    ]);
    await run(command, args, { cwd: folder });
    const server = await startServer({ programs, folder, data, owner, settings });
    return cluster(folder, server);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** PostgreSQL refuses to run as root: then it runs as the user that its package made for it, or as nobody. */
interface Owner {
  readonly uid: number;
  readonly gid: number;
}

async function ownerOf(folder: string): Promise<Owner | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const id = async (kind: string) => {
    const { stdout } = await run('id', [kind, 'postgres']).catch(() => run('id', [kind, 'nobody']));
    return Number(stdout);
  };
  const owner = { uid: await id('-u'), gid: await id('-g') };
  await chown(folder, owner.uid, owner.gid);
  await chmod(folder, 0o755);
  return owner;
}

/** The command as the owner, which is told to end when this process dies without ending it. */
function as(owner: Owner | undefined, file: string, args: readonly string[]): [string, string[]] {
  const who = owner ? [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, '--clear-groups', '--inh-caps=-all'] : [];
  return ['setpriv', [...who, '--pdeathsig=INT', file, ...args]];
}

interface Start {
  readonly programs: string;
  readonly folder: string;
  readonly data: string;
  readonly owner: Owner | undefined;
  readonly settings: Record<string, string>;
}

async function startServer({ programs, folder, data, owner, settings }: Start): Promise<ChildProcess> {
  const all = { listen_addresses: '', unix_socket_directories: folder, max_connections: '100', ...settings };
  const set = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const [command, args] = as(owner, join(programs, 'postgres'), ['-D', data, ...set]);
  const child = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
  const log: string[] = [];
  const ready = new Promise<void>((resolve) => {
    createInterface({ input: child.stderr }).on('line', (line) => {
      if (log.push(line) > 100) log.shift();
      if (line.includes('ready to accept connections')) resolve();
    });
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`PostgreSQL ended with ${code}:\n${log.join('\n')}`);
  });
  ended.catch(() => {});
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`PostgreSQL was not ready:\n${log.join('\n')}`)), readyWithinMs);
  });
  await Promise.race([ready, ended, late]).finally(() => clearTimeout(timer));
  return child;
}

function cluster(folder: string, server: ChildProcess): Cluster {
  let databases = 0;
  const urlOf = (name: string) => `postgres://fettle@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const query = async <R>(url: string, sql: string, parameters: readonly unknown[] = []): Promise<R[]> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return (await client.query(sql, [...parameters])).rows;
    } finally {
      await client.end();
    }
  };
  return {
    folder,
    pid: server.pid ?? 0,
    query,
    async createDatabase() {
      const name = `fettle_${databases++}`;
      await query(urlOf('postgres'), `create database ${name}`);
      return urlOf(name);
    },
    async stop() {
      if (server.exitCode === null && server.signalCode === null) {
        const exit = once(server, 'exit');
        // The fast shutdown: does not wait for those who are connected.
        server.kill('SIGINT');
        await exit;
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}
