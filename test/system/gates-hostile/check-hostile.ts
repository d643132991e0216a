import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { type CheckOutcome, checkBounds, runCheck } from '@fettle/checker';
import type { Candidate } from '@fettle/gates';
import { releaseGates } from '@fettle/model';

const mib = 1_048_576;
const lookEveryMs = 10;
/** What is hostile has to be told by then on a slow machine; a check that takes longer ends as failed. */
const bounds = { memoryBytes: checkBounds.memoryBytes, timeMs: 180_000 };

export interface Judged {
  readonly outcome: CheckOutcome;
  /** Of the process that looked, as far as it was seen; it is below the bound, else the check had failed. */
  readonly peakMb: number;
  /** What the contents gate says of parts that were not seen: `walk-malformed etc/x`. */
  readonly unseen: readonly string[];
}

const folder = mkdtempSync(join(tmpdir(), 'fettle-hostile-'));
const runs = mkdtempSync(join(folder, 'runs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Runs all gates over bytes in a real process, with the bounds of the server. */
export async function checkHostile(bytes: Uint8Array): Promise<Judged> {
  const path = join(folder, 'artifact');
  writeFileSync(path, bytes);
  const digest = createHash('sha256').update(bytes).digest('hex') as Candidate['digest'];
  const about = { deviceType: 'hub-a', component: 'main', fleet: 'hubs', version: '1.0.0' };
  const candidate = { digest, sizeBytes: bytes.length, ...about };
  let peakMb = 0;
  const watch = setInterval(() => {
    peakMb = Math.max(peakMb, ...children().map(peakOf));
  }, lookEveryMs);
  try {
    const order = { candidate, path, now: Date.UTC(2026, 0, 15), settings: {}, inputs: [] };
    const outcome = await runCheck(order, async (all) => all, { bounds, temporary: runs });
    assert.equal(outcome.reports.length, releaseGates.length);
    assert.deepEqual(readdirSync(runs), []);
    const contents = outcome.reports.find(({ gate }) => gate === 'contents');
    const unseen = (contents?.findings ?? []).filter(({ rule }) => rule.startsWith('walk-'));
    return { outcome, peakMb, unseen: unseen.map(({ rule, place }) => `${rule} ${place}`) };
  } finally {
    clearInterval(watch);
  }
}

/** Demands that parts were not seen, that this is told with the place, and that the gate does not pass. */
export function demandTold({ outcome, unseen, peakMb }: Judged, expected: RegExp): void {
  const contents = outcome.reports.find(({ gate }) => gate === 'contents');
  assert.match(contents?.verdict ?? '', /^(?:fail|inconclusive)$/);
  assert.match(unseen.join('\n'), expected);
  assert.ok(peakMb > 0 && peakMb <= bounds.memoryBytes / mib, `${peakMb} MiB`);
}

function children(): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && parentOf(pid) === process.pid);
}

function parentOf(pid: number): number {
  return Number(textOf(`/proc/${pid}/stat`).split(') ')[1]?.split(' ')[1]);
}

function peakOf(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1_024;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
