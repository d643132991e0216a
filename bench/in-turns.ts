import type { LoadOrder } from './load.ts';
import { cpuSeconds, type Drive, median } from './processes.ts';

/** What one server did beside the bare one: medians over the rounds. */
export interface Comparison {
  /** Answers a second, as a share of the bare server's. */
  readonly ratio: number;
  /** The same in bytes. */
  readonly byteRatio: number;
  readonly cpuUs: number;
  readonly bareRate: number;
  readonly rate: number;
  readonly mbPerS: number;
  readonly p99Ms: number;
}

export interface Turns {
  readonly drive: Drive;
  readonly bare: number;
  readonly server: { readonly port: number; readonly pid: number };
  readonly requests: LoadOrder['requests'];
  readonly lanes?: number;
  readonly rounds?: number;
  readonly roundMs?: number;
}

/** One round on the bare server, one on the other, and again; ratios are taken round by round. */
export async function inTurns(turns: Turns): Promise<Comparison> {
  const { drive, bare, server, requests, lanes = 32, rounds = 5, roundMs = 2_000 } = turns;
  const order = { requests, connections: lanes, durationMs: roundMs };
  await drive({ ...order, port: bare });
  // Steady state is what is measured: each device has checked in before.
  await drive({ ...order, port: server.port, once: true, durationMs: 900_000 });
  const seen: Comparison[] = [];
  for (let round = 0; round < rounds; round++) {
    const base = await drive({ ...order, port: bare });
    const before = cpuSeconds(server.pid);
    const found = await drive({ ...order, port: server.port });
    const cpu = cpuSeconds(server.pid) - before;
    if (base.refused + found.refused > 0) throw new Error('Some requests of the bench were refused.');
    const bareRate = base.answers / base.seconds;
    const rate = found.answers / found.seconds;
    const bytesPerS = found.bytes / found.seconds;
    seen.push({
      ratio: rate / bareRate,
      byteRatio: bytesPerS / (base.bytes / base.seconds),
      cpuUs: (cpu * 1e6) / found.answers,
      bareRate,
      rate,
      mbPerS: bytesPerS / 1e6,
      p99Ms: found.p99Ms,
    });
  }
  const of = (name: keyof Comparison) => median(seen.map((one) => one[name]));
  return {
    ratio: of('ratio'),
    byteRatio: of('byteRatio'),
    cpuUs: of('cpuUs'),
    bareRate: of('bareRate'),
    rate: of('rate'),
    mbPerS: of('mbPerS'),
    p99Ms: of('p99Ms'),
  };
}
