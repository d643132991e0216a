/** Work that comes round: at least every `everyMs`, soon after somebody asks, and never twice at once. */
export interface Ticker {
  /** Asks for a round soon. Cheap: callers may ask as often as they like. */
  soon(): void;
  /** Ends it; resolves when the round under way is over. */
  stop(): Promise<void>;
}

export interface TickerOptions {
  readonly work: () => Promise<void>;
  readonly everyMs: number;
  /** How long `soon` waits for more of its kind to come. */
  readonly soonMs: number;
  readonly onDone?: (seconds: number, error: unknown) => void;
}

export function startTicker({ work, everyMs, soonMs, onDone }: TickerOptions): Ticker {
  let timer: NodeJS.Timeout | undefined;
  let isSoon = false;
  let isStopped = false;
  let running: Promise<void> | undefined;

  const plan = (delayMs: number) => {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(round, delayMs).unref();
  };
  const round = () => {
    isSoon = false;
    running = once().finally(() => {
      running = undefined;
      plan(isSoon ? soonMs : everyMs);
    });
  };
  const once = async () => {
    const startedAt = performance.now();
    let failure: unknown;
    try {
      await work();
    } catch (error) {
      failure = error;
    }
    onDone?.((performance.now() - startedAt) / 1_000, failure);
  };

  plan(everyMs);
  return {
    soon() {
      if (isSoon) return;
      isSoon = true;
      if (!running) plan(soonMs);
    },
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
