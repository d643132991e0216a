import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FettleError } from '@fettle/model';
import { OrderThread, programBeside } from './order-thread.ts';

/** Answers later orders first, says nothing to `hang`, ends over `end`. */
const program = `
  import { parentPort, threadId } from 'node:worker_threads';
  let held;
  parentPort.on('message', ({ id, order }) => {
    if (order === 'end') process.exit(1);
    if (order === 'hold') held = id;
    if (order === 'refuse') parentPort.postMessage({ id, code: 'not-found', message: 'none', details: { about: 'x' } });
    if (order !== 'who') return;
    parentPort.postMessage({ id, value: threadId });
    if (held !== undefined) parentPort.postMessage({ id: held, value: 'held' });
  });`;

function openThread(): OrderThread<unknown> {
  return new OrderThread<unknown>({
    entry: new URL(`data:text/javascript,${encodeURIComponent(program)}`),
    data: {},
    mostMemoryMb: 32,
    mostWaiting: 3,
    tooMany: 'too many',
    stopped: 'stopped',
    lost: { code: 'image-refused', message: 'lost' },
  });
}

describe('a thread that carries out orders', () => {
  it('gives every one its own answer, whatever their order, and errors as they are', async () => {
    const thread = openThread();
    const held = thread.ask('hold');
    const refused = assert.rejects(thread.ask('refuse'), {
      code: 'not-found',
      message: 'none',
      details: { about: 'x' },
    });
    assert.equal(typeof (await thread.ask('who')), 'number');
    assert.equal(await held, 'held');
    await refused;
    await assert.rejects(
      thread.ask(() => 'no plain data'),
      { code: 'internal', message: /plain data/ },
    );
    await thread.close();
  });

  it('tells all who wait when it ends by itself, and starts anew', async () => {
    const thread = openThread();
    const first = await thread.ask('who');
    const ends = await Promise.allSettled([thread.ask('hang'), thread.ask('end')]);
    assert.deepEqual(
      ends.map((end) => end.status === 'rejected' && [end.reason.code, end.reason.message]),
      Array(2).fill(['image-refused', 'lost']),
    );
    assert.notEqual(await thread.ask('who'), first);
    await thread.close();
  });

  it('gives up what is under way when it is told to, and starts anew', async () => {
    const thread = openThread();
    const first = await thread.ask('who');
    const hanging = assert.rejects(thread.ask('hang'), { code: 'check-failed' });
    await thread.giveUp(new FettleError('check-failed', 'late'));
    await hanging;
    assert.notEqual(await thread.ask('who'), first);
    await thread.close();
  });

  it('has a bound, and takes nothing after its end', async () => {
    const thread = openThread();
    const hanging = [1, 2, 3].map(() => assert.rejects(thread.ask('hang'), { code: 'overloaded', message: 'stopped' }));
    await assert.rejects(thread.ask('who'), { code: 'overloaded', message: 'too many' });
    await thread.close();
    await Promise.all(hanging);
    await assert.rejects(thread.ask('who'), { code: 'overloaded', message: 'stopped' });
  });

  it('runs the program that lies beside, as source or compiled', () => {
    assert.equal(programBeside('file:///a/b-worker.ts', 'b-thread').href, 'file:///a/b-thread.ts');
    assert.equal(programBeside('file:///a/b-worker.js', 'b-thread').href, 'file:///a/b-thread.js');
  });
});
