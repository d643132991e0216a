import { type Brain, fencedStore } from '@fettle/control';
import { FettleError } from '@fettle/model';
import { startTicker, type Ticker, type TickerOptions } from './ticker.ts';

/** Whether this process has a duty. */
export interface Lead {
  /** Undefined while another process has it. */
  readonly term: number | undefined;
  close(): Promise<void>;
}

export interface DutyOptions extends Omit<TickerOptions, 'work'> {
  /** The same in every process. */
  readonly name: string;
  readonly brain: Brain;
  readonly lead: (duty: string, taken: () => void) => Lead;
  readonly work: (brain: Brain, term: number) => Promise<void>;
  /** Another process took over in the middle of a round: what was left of it is that one's now. */
  readonly onReplaced: (error: FettleError) => void;
}

/** Work that comes round in one process of several. */
export interface Duty extends Ticker {
  readonly isLeading: boolean;
}

/** Does work round by round for as long as this process leads; all that it writes is of its term or refused. */
export function startDuty(options: DutyOptions): Duty {
  const { name, brain, lead, work, onDone, onReplaced } = options;
  const round = { isOurs: false };
  const ticker = startTicker({
    ...options,
    async work() {
      const { term } = leadership;
      round.isOurs = term !== undefined;
      if (term !== undefined) await work({ ...brain, store: fencedStore(brain.store, name, term) }, term);
    },
    onDone(seconds, error) {
      if (error instanceof FettleError && isReplacement(error, name)) onReplaced(error);
      else if (round.isOurs) onDone?.(seconds, error);
    },
  });
  const leadership = lead(name, () => ticker.soon());
  return {
    get isLeading() {
      return leadership.term !== undefined;
    },
    soon: () => ticker.soon(),
    async stop() {
      await ticker.stop();
      await leadership.close();
    },
  };
}

function isReplacement(error: FettleError, duty: string): boolean {
  return error.code === 'wrong-state' && error.details.duty === duty;
}
