import type { Client } from '@fettle/api';
import type { Drive } from './processes.ts';
import type { CheckIns } from './requests.ts';

/** A server over a large fleet, and devices that call it meanwhile. */
export interface FilterBench {
  readonly client: Client;
  readonly server: { readonly port: number };
  readonly drive: Drive;
  readonly checkIns: CheckIns;
  readonly note: (text: string) => void;
}

type Results = Record<string, number>;

const fleet = 'bench';
const rounds = 3;
/** No device fits: the whole fleet is looked at before the answer is known. */
const rareAttribute = 'attribute.os == "an os that nobody runs"';
const rareTag = 'tag.ring == "a ring of nobody" && type != "none"';
const inMemory = 'semver(version.rootfs) < semver("0.0.1")';
/** A million devices that call every half hour make 556 a second; this is what they make after an outage. */
const checkInsPerS = 2_000;

/**
 * How long a count and the first page of a rare match take over the whole fleet, each the worst of three, while devices
 * check in; and how long the slowest hundredth of those waits.
 */
export async function measureFilters({ client, server, drive, checkIns, note }: FilterBench): Promise<Results> {
  note('filters over the whole fleet, while devices check in');
  // The first search starts its thread.
  const first = await timed(() => client.countChosen({ fleet, filter: rareTag }));
  const order = { port: server.port, requests: checkIns, connections: 64, durationMs: 15_000, ratePerS: checkInsPerS };
  const [calls, searches] = await Promise.all([drive(order), search(client)]);
  if (calls.refused > 0) throw new Error('Some check-ins were refused.');
  return { ...searches, 'checkin1m.p99_ms': calls.p99Ms, 'devices.filter_first_ms_1m': first };
}

async function search(client: Client): Promise<Results> {
  return {
    'devices.filter_tag_ms_1m': await worst(client, rareTag),
    'devices.filter_ms_1m': await worst(client, rareAttribute),
    'devices.filter_in_memory_ms_1m': await timed(() => client.countChosen({ fleet, filter: inMemory })),
  };
}

async function worst(client: Client, filter: string): Promise<number> {
  let ms = 0;
  for (let round = 0; round < rounds; round++) {
    const count = await timed(() => client.countChosen({ fleet, filter }));
    ms = Math.max(ms, count, await timed(() => firstPage(client, filter)));
  }
  return ms;
}

/** Pages until one has devices, or is the last. */
async function firstPage(client: Client, filter: string): Promise<void> {
  for await (const _ of client.all('listDevices', { fleet, filter, limit: 100 })) return;
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await work();
  return performance.now() - begun;
}
