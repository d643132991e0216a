import { type ErrorCode, FettleError, type Instant } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';

/** Refusals that tell of somebody who tries what is not theirs; mistakes in what is asked for are not among them. */
const telling: readonly ErrorCode[] = ['forbidden', 'signature-invalid', 'signing-refused'];
/** The same refusal of the same caller is an event once in so long: nobody fills the log with them. */
export const refusalQuietMs = 3_600_000;
const mostRemembered = 10_000;
const mostReason = 300;

/** Makes refused calls of people and machines audit events. */
export interface RefusalWatch {
  /**
   * Does what is asked for. A refusal that tells something becomes an event, and is thrown on.
   * @param call its name, of a closed set
   */
  watch<T>(scope: Scope, call: string, act: () => T | Promise<T>): Promise<T>;
}

/** @param onFailure when the event could not be written: the refusal stands all the same */
export function watchRefusals(brain: Brain, onFailure: (error: unknown) => void): RefusalWatch {
  const toldAt = new Map<string, Instant>();
  const isNew = (key: string): boolean => {
    const now = brain.clock.now();
    const before = toldAt.get(key);
    if (before !== undefined && now - before < refusalQuietMs && now >= before) return false;
    // The oldest goes first: maps keep the order in which keys came.
    toldAt.delete(key);
    const [oldest] = toldAt.keys();
    if (toldAt.size >= mostRemembered && oldest !== undefined) toldAt.delete(oldest);
    toldAt.set(key, now);
    return true;
  };
  return {
    async watch(scope, call, act) {
      try {
        return await act();
      } catch (error) {
        const isTelling = error instanceof FettleError && telling.includes(error.code);
        if (isTelling && isNew(`${scope.tenant}\n${scope.actor}\n${call}\n${error.code}`)) {
          await note(brain, scope, { call, error }).catch(onFailure);
        }
        throw error;
      }
    },
  };
}

interface Refusal {
  readonly call: string;
  readonly error: FettleError;
}

async function note({ store }: Brain, scope: Scope, { call, error }: Refusal): Promise<void> {
  const reason = `${error.code}: ${error.message}`.slice(0, mostReason);
  const event = { verb: 'call.refused', object: `call/${call}`, fleet: null, before: null, after: null } as const;
  await store.transact(scope, (tx) => tx.appendAudit({ ...event, reason }));
}
