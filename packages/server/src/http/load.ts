import { monitorEventLoopDelay } from 'node:perf_hooks';

/** How late the process is: the base of load shedding, and a metric. */
export interface LoadGauge {
  /** Median delay of the event loop over the last window, in milliseconds. */
  readonly delayMs: number;
  readonly isOverloaded: boolean;
  close(): void;
}

const resolutionMs = 10;
const windowMs = 500;

/** @param limitMs delay from which the process counts as overloaded; 0 never */
export function watchLoad(limitMs: number): LoadGauge {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let lateWindows = 0;
  const gauge = {
    delayMs: 0,
    isOverloaded: false,
    close() {
      clearInterval(timer);
      histogram.disable();
    },
  };
  const timer = setInterval(() => {
    // The median and not the highest: one long garbage collection is no overload.
    gauge.delayMs = histogram.count === 0 ? 0 : Math.max(0, histogram.percentile(50) / 1e6 - resolutionMs);
    lateWindows = limitMs > 0 && gauge.delayMs > limitMs ? lateWindows + 1 : 0;
    // Nor is one bad window, such as the start of the process.
    gauge.isOverloaded = lateWindows >= 3;
    histogram.reset();
  }, windowMs).unref();
  return gauge;
}
