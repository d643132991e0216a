import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Brain, type Store, serverScope, type Writes } from '@fettle/control';
import { FettleError, tenantId } from '@fettle/model';
import { startDuty } from './duty.ts';

const scope = serverScope(tenantId('acme'));

/** A brain whose store knows one thing: which term is the newest. */
function brainAt(newest: () => number): Brain {
  const tx = {
    async demandTerm(duty: string, term: number) {
      if (term !== newest()) throw new FettleError('wrong-state', 'replaced', { details: { duty, term } });
    },
  } as Writes;
  const store = { transact: (_, work) => work(tx) } as Partial<Store>;
  return { store } as Brain;
}

test('works only while it leads, writes in its term, and says when it was replaced in the middle', async () => {
  let term: number | undefined;
  let newest = 1;
  let taken = (): void => {};
  let isClosed = false;
  const written: number[] = [];
  const rounds: unknown[] = [];
  const replaced = Promise.withResolvers<FettleError>();
  const began = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  const duty = startDuty({
    name: 'rollouts',
    brain: brainAt(() => newest),
    everyMs: 3_600_000,
    soonMs: 1,
    lead(_, callback) {
      taken = callback;
      return {
        get term() {
          return term;
        },
        close: async () => {
          isClosed = true;
        },
      };
    },
    async work({ store }) {
      const write = () => store.transact(scope, async () => void written.push(newest));
      await write();
      began.resolve();
      await goOn.promise;
      await write();
    },
    onDone: (_, error) => rounds.push(error),
    onReplaced: replaced.resolve,
  });
  duty.soon();
  assert.equal(duty.isLeading, false);
  term = 1;
  taken();
  await began.promise;
  assert.equal(duty.isLeading, true);
  newest = 2;
  goOn.resolve();
  assert.equal((await replaced.promise).details.term, 1);
  await duty.stop();
  assert.deepEqual({ written, rounds, isClosed }, { written: [1], rounds: [], isClosed: true });
});
