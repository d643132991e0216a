import { createConnection, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';

/** A way to a cluster that can be cut or go silent, as networks do. */
export interface UnsteadyProxy {
  /** The same database by this way. */
  urlOf(url: string): string;
  /** Breaks every connection; new ones are refused until `mend`. */
  cut(): void;
  /** Lets nothing through any more, and says nothing of it. */
  silence(): void;
  mend(): void;
  close(): Promise<void>;
}

/** @param folder of the cluster's socket */
export async function startProxy(folder: string): Promise<UnsteadyProxy> {
  let state: 'up' | 'cut' | 'silent' = 'up';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => sockets.delete(socket));
  };
  // As PostgreSQL itself: small answers are not held back.
  const server = createServer({ noDelay: true }, (near) => {
    if (state === 'cut') {
      near.destroy();
      return;
    }
    const far = createConnection(join(folder, '.s.PGSQL.5432'));
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      keep(from);
      from.on('data', (bytes) => state === 'up' && to.write(bytes));
      from.on('close', () => to.destroy());
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    urlOf(url) {
      const there = new URL(url);
      there.searchParams.delete('host');
      there.host = `127.0.0.1:${portOf(server)}`;
      return there.toString();
    },
    cut() {
      state = 'cut';
      for (const socket of sockets) socket.destroy();
    },
    silence() {
      state = 'silent';
    },
    mend() {
      state = 'up';
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
