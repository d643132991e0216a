import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openHttp, readBytes, readText } from '../../../packages/agent/src/transports/http.ts';
import { byHand, type HandAttack } from './by-hand.ts';

const loot = 'the network';
const bounds = { idleMs: 200, wholeMs: 400 };

/** Whoever drips bytes does not hold a device for ever: the very reader of the agent, with shorter bounds. */
export const attacksOnTransfer: readonly HandAttack[] = [
  byHand('slow retrieval: metadata one byte at a time', 'The answer took over 0.4 s.', {
    with: loot,
    attempt: () => dripped(20, (answer) => readBytes(answer, 1_000_000, bounds.wholeMs)),
  }),
  byHand('slow retrieval: an answer to a check-in one byte at a time', 'The answer took over 0.4 s.', {
    with: loot,
    attempt: () => dripped(20, (answer) => readText(answer, 1_000_000, bounds.wholeMs)),
  }),
  byHand('a connection that goes silent in the middle', 'aborted', {
    with: loot,
    attempt: () => dripped(60_000, (answer) => readBytes(answer, 1_000_000, 60_000)),
  }),
];

type Answer = Awaited<ReturnType<typeof openHttp>>;

/** What a reader says to a server that sends a byte every so often. */
async function dripped(everyMs: number, read: (answer: Answer) => Promise<unknown>): Promise<string> {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.write('{');
    const drip = setInterval(() => response.write(' '), everyMs);
    response.once('close', () => clearInterval(drip));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/1.root.json`);
    await read(await openHttp({ method: 'GET', url, ca: null, idleMs: bounds.idleMs }));
    return 'read to the end';
  } catch (error) {
    return (error as Error).message;
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
