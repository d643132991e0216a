import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';

/** One address for several server processes, as devices and people know it: spreads connections over those that are in. */
export interface Balancer {
  readonly url: string;
  /** Sends nothing to a server any more, and cuts what it has: it is down, or said that it is not ready. */
  takeOut(server: string): void;
  putIn(server: string): void;
  close(): Promise<void>;
}

export async function startBalancer(servers: readonly string[]): Promise<Balancer> {
  const connections = new Map<string, Set<Socket>>(servers.map((server) => [server, new Set()]));
  let turn = 0;
  const listener = createServer((near) => {
    const all = [...connections.keys()];
    const server = all[turn++ % Math.max(1, all.length)];
    if (server === undefined) {
      near.destroy();
      return;
    }
    const far = createConnection(Number(new URL(server).port), '127.0.0.1');
    const mine = connections.get(server);
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      mine?.add(from);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        mine?.delete(from);
        to.destroy();
      });
    }
    near.pipe(far).pipe(near);
  });
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const cut = (sockets: Iterable<Socket> = []) => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `http://127.0.0.1:${(listener.address() as AddressInfo).port}`,
    takeOut(server) {
      const sockets = connections.get(server);
      connections.delete(server);
      cut(sockets);
    },
    putIn: (server) => void connections.set(server, new Set()),
    async close() {
      for (const sockets of connections.values()) cut(sockets);
      await new Promise((resolve) => listener.close(resolve));
    },
  };
}
