import { createHash } from 'node:crypto';
import type { Candidate, GateReport } from '@fettle/gates';
import { runGates } from '@fettle/gates/run';
import { bytesSource } from '@fettle/images';
import { memoryScratch } from '@fettle/images/walk';
import type { ReleaseGate } from '@fettle/model';

/**
 * What every gate says of bytes, by gate.
 * @param now when it is asked; certificates are judged by it
 */
export async function runAll(
  bytes: Uint8Array,
  now = Date.UTC(2026, 0, 15),
): Promise<ReadonlyMap<ReleaseGate, GateReport>> {
  const digest = createHash('sha256').update(bytes).digest('hex') as Candidate['digest'];
  const about = { deviceType: 'hub-a', component: 'main', fleet: 'hubs', version: '1.0.0' };
  const { reports } = await runGates({
    context: {
      candidate: { digest, sizeBytes: bytes.length, ...about },
      source: bytesSource(bytes),
      now,
    },
    settings: {},
    supplied: { sboms: [], vex: [], bundles: [] },
    dataSets: [],
    scratch: memoryScratch(2 ** 30),
  });
  return new Map(reports.map((report) => [report.gate, report]));
}
