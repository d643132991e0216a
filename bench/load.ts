import { readFileSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { type CheckIns, checkInRequest, dateAt } from './requests.ts';

/**
 * The one client that drives every server of the bench, in a process of its own: raw HTTP/1.1 over kept connections,
 * so that the client costs little and costs every server the same.
 */
export interface LoadOrder {
  readonly port: number;
  /** More servers that the connections are spread over. */
  readonly otherPorts?: readonly number[];
  /** Whole requests, head and body; each connection goes through its own share of them in turn. */
  readonly requests: readonly string[] | CheckIns;
  readonly connections: number;
  readonly durationMs: number;
  /** Requests a second over all connections (open loop); as fast as answers come when absent. */
  readonly ratePerS?: number;
  /** Sends every request once and stops, for requests that mean something only the first time. */
  readonly once?: boolean;
}
export interface LoadResult {
  readonly answers: number;
  readonly refused: number;
  readonly bytes: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Drives one server and measures; rejects when a connection breaks. */
export async function drive(order: LoadOrder): Promise<LoadResult> {
  const requests = requestsOf(order.requests);
  const ports = [order.port, ...(order.otherPorts ?? [])];
  const lanes: Lane[] = [];
  for (let i = 0; i < order.connections; i++) {
    const mine = requests.filter((_, n) => n % order.connections === i);
    const port = ports[i % ports.length] ?? order.port;
    lanes.push(await openLane(port, mine.length > 0 ? mine : requests, order.once === true));
  }
  const start = performance.now();
  const end = start + order.durationMs;
  const gapMs = order.ratePerS === undefined ? 0 : (1_000 * order.connections) / order.ratePerS;
  const awake = stayAwake();
  await Promise.all(lanes.map((lane, i) => lane.run(start + (gapMs * i) / order.connections, end, gapMs)));
  awake.end();
  const seconds = (performance.now() - start) / 1_000;
  const waits = lanes.flatMap((lane) => lane.waits).sort((a, b) => a - b);
  for (const lane of lanes) lane.close();
  const at = (share: number) => Number((waits[Math.floor(waits.length * share)] ?? 0).toFixed(3));
  const sum = (of: (lane: Lane) => number) => lanes.reduce((total, lane) => total + of(lane), 0);
  return {
    answers: waits.length,
    refused: sum((lane) => lane.refused()),
    bytes: sum((lane) => lane.bytes()),
    seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  };
}

let kept: { readonly file: string; readonly requests: readonly Buffer[] } | undefined;

/** The requests as bytes; those of a file are made once, as they are many. */
function requestsOf(wanted: LoadOrder['requests']): readonly Buffer[] {
  if (!('tokensFile' in wanted)) return wanted.map((text) => Buffer.from(text));
  if (kept?.file !== wanted.tokensFile) {
    const lines = readFileSync(wanted.tokensFile, 'utf8').trimEnd().split('\n');
    const requests = lines.map((line) => {
      const [body = '', token = ''] = line.split(' ');
      return Buffer.from(checkInRequest(token, wanted.bodies[Number(body)] ?? ''));
    });
    kept = { file: wanted.tokensFile, requests };
  }
  return kept.requests;
}

// As a device does that knows the time; made once a second.
let dateSecond = 0;
let dateText = '';
function freshDate(): string {
  const second = Math.floor(Date.now() / 1_000);
  if (second !== dateSecond) {
    dateSecond = second;
    dateText = new Date(second * 1_000).toUTCString();
  }
  return dateText;
}

/**
 * Keeps the client's processor from going to sleep between answers: waking it costs the *server* tens of microseconds
 * a write on a virtual machine, and a slower server would pay that more often.
 */
function stayAwake(): { end(): void } {
  let isOver = false;
  const spin = () => {
    if (!isOver) setImmediate(spin);
  };
  spin();
  return {
    end: () => {
      isOver = true;
    },
  };
}

interface Lane {
  readonly waits: number[];
  run(start: number, end: number, gapMs: number): Promise<void>;
  refused(): number;
  bytes(): number;
  close(): void;
}

async function openLane(port: number, requests: readonly Buffer[], once: boolean): Promise<Lane> {
  const socket = await connect(port);
  const waits: number[] = [];
  let refused = 0;
  let bytes = 0;
  let next = 0;
  const reader = createReader(socket);
  // All requests of a run are made alike.
  const datedAt = dateAt(requests[0] as Buffer);
  return {
    waits,
    refused: () => refused,
    bytes: () => bytes,
    close: () => socket.destroy(),
    async run(start, end, gapMs) {
      let due = start;
      while (performance.now() < end && !(once && next >= requests.length)) {
        if (gapMs > 0) {
          const ahead = due - performance.now();
          if (ahead > 0) await new Promise((resolve) => setTimeout(resolve, ahead));
        }
        // In an open loop a late start counts as waiting: nobody waits for the server to be ready for them.
        const from = gapMs > 0 ? Math.min(due, performance.now()) : performance.now();
        due += gapMs;
        const request = requests[next++ % requests.length] as Buffer;
        if (datedAt >= 0) request.write(freshDate(), datedAt, 'latin1');
        socket.write(request);
        const answer = await reader.next();
        waits.push(performance.now() - from);
        bytes += answer.bodyBytes;
        if (answer.status >= 400) refused++;
      }
    },
  };
}

function connect(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = createConnection({ port, host: '127.0.0.1', noDelay: true }, () => resolve(socket));
    socket.once('error', reject);
  });
}

interface Answer {
  readonly status: number;
  readonly bodyBytes: number;
}

/** Reads one answer after the other; bodies are counted, not kept. */
function createReader(socket: Socket): { next(): Promise<Answer> } {
  let waiting: { resolve(answer: Answer): void; reject(error: Error): void } | undefined;
  let head = '';
  let left = -1;
  let answer: Answer = { status: 0, bodyBytes: 0 };
  socket.on('data', (chunk: Buffer) => {
    let rest = chunk;
    if (left < 0) {
      const before = head.length;
      head += rest.toString('latin1');
      const end = head.indexOf('\r\n\r\n');
      if (end < 0) return;
      rest = rest.subarray(end + 4 - before);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head.slice(0, end + 2));
      left = length ? Number(length[1]) : 0;
      answer = { status: Number(head.slice(9, 12)), bodyBytes: left };
      head = '';
    }
    left -= rest.length;
    if (left > 0) return;
    left = -1;
    const done = waiting;
    waiting = undefined;
    done?.resolve(answer);
  });
  const fail = (error?: Error) => waiting?.reject(error ?? new Error('The server closed the connection.'));
  socket.on('error', fail);
  socket.on('close', () => fail());
  return {
    next: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
      }),
  };
}

if (process.send) {
  process.on('message', (order: LoadOrder) => {
    drive(order).then(
      (result) => process.send?.({ result }),
      (error: Error) => process.send?.({ error: error.message }),
    );
  });
}
