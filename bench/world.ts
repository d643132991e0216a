import { afterFailureMs } from '../packages/agent/src/after-failure.ts';
import { type HerdResult, simulateHerd } from '../packages/simulator/src/world/index.ts';

const minute = 60_000;
const bounds = { leastMs: 1_000, mostMs: 24 * 60 * minute };

/** A million devices and a server that is away for half an hour, at two usual intervals: the worse one counts. */
export async function measureHerd(note: (text: string) => void): Promise<Record<string, number>> {
  const found = [5, 30].map((minutes) => {
    const result = herdOf(minutes * minute);
    note(
      `herd, interval ${minutes} min: ${Math.round(result.steadyPerSecond)} requests/s when all is well (busiest ` +
        `second ${result.peakBefore}), busiest second after the outage ${result.peakAfter}, all back after ` +
        `${Math.round(result.allBackMs / 1_000)} s`,
    );
    return result;
  });
  return {
    'herd.peak_ratio': Math.max(...found.map(({ peakRatio }) => peakRatio)),
    'herd.all_back_min': Math.max(...found.map(({ allBackMs }) => allBackMs)) / minute,
  };
}

/** The timing of the real server and of the real agent, and nothing else. */
function herdOf(intervalMs: number): HerdResult {
  return simulateHerd({
    devices: 1_000_000,
    intervalMs,
    outageMs: 30 * minute,
    seed: '1',
    waitAfterFailure: (state, random) =>
      afterFailureMs({ ...state, kind: 'unreachable', retryAfterMs: null, hasNews: false }, bounds, random),
  });
}
