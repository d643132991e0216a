import { chmodSync, chownSync, existsSync, lstatSync, rmSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { FettleError } from '@fettle/model';
import { type Desk, ServedConnection, type SocketLimits } from './served-connection.ts';

export interface SocketOptions extends Pick<Desk, 'answer' | 'onFailure'> {
  readonly path: string;
  /** Its members may connect too; undefined: only the user of the process. */
  readonly groupId: number | undefined;
  readonly limits?: Partial<SocketLimits> | undefined;
}

const usual: SocketLimits = {
  connections: 64,
  lineMs: 10_000,
  pendingBytes: 64 * 1024 * 1024,
  inFlight: 512,
  idleMs: 600_000,
};

export interface SignerSocket {
  /** Takes no more requests; resolves when those under way are answered. */
  close(): Promise<void>;
}

/**
 * Listens where only the own user, and perhaps one group, may connect: whoever can reach the socket can ask.
 * @throws FettleError `wrong-state` when another process listens there
 */
export async function listenOn({ path, groupId, answer, onFailure, limits }: SocketOptions): Promise<SignerSocket> {
  await removeStale(path);
  const desk: Desk = { answer, onFailure, limits: { ...usual, ...limits }, pendingBytes: 0 };
  const open = new Set<ServedConnection>();
  const server = createServer((socket) => {
    const served = new ServedConnection(socket, desk);
    open.add(served);
    socket.once('close', () => open.delete(served));
  });
  server.maxConnections = desk.limits.connections;
  // Between bind and chmod nobody else may get in.
  const mask = process.umask(0o177);
  try {
    await listening(server, path);
  } finally {
    process.umask(mask);
  }
  if (groupId !== undefined) {
    chownSync(path, -1, groupId);
    chmodSync(path, 0o660);
  }
  return {
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      await Promise.all([...open].map((served) => served.close()));
      await closed;
    },
  };
}

function listening(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new FettleError('wrong-state', `Cannot listen on ${path}: ${cause.message}`, { cause }));
    });
    server.listen({ path, backlog: 256 }, resolve);
  });
}

/** A process that was killed leaves its socket behind. @throws FettleError when it is no socket, or somebody listens */
async function removeStale(path: string): Promise<void> {
  if (!existsSync(path)) return;
  if (!lstatSync(path).isSocket()) {
    throw new FettleError('wrong-state', `Expected no file at ${path}, found one: name another place with --socket.`);
  }
  if (await isAnswered(path)) {
    throw new FettleError('wrong-state', `Another signer listens on ${path}: stop it, or name another place.`);
  }
  rmSync(path, { force: true });
}

function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}
