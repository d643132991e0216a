import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { createMetricsAsker, readMetrics } from './ask-metrics.ts';
import type { Ports } from './kit.ts';
import type { RunResult } from './runner.ts';

describe('metrics', () => {
  test('only numbers that are wanted are told', () => {
    const printed = '{"boot-ms":812.5,"crashes":0,"secret":7,"name":"x"}';
    assert.deepEqual(readMetrics(printed, ['boot-ms', 'crashes', 'name', 'missing']), { 'boot-ms': 812.5, crashes: 0 });
  });

  for (const print of ['', 'nothing', '[1]', 'null', '7']) {
    test(`${JSON.stringify(print)} tells nothing`, () => {
      assert.equal(typeof readMetrics(print, ['a']), 'string');
    });
  }

  test('whatever a program prints, what is told is finite numbers under wanted names', () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), fc.array(fc.string()), (print, wanted) => {
        const read = readMetrics(print, wanted);
        if (typeof read === 'string') return;
        for (const [name, number] of Object.entries(read)) {
          assert.ok(wanted.includes(name) && Number.isFinite(number));
        }
      }),
    );
  });

  test('the program runs only when something is wanted, and its failure tells nothing', async () => {
    let runs = 0;
    let result: RunResult = { ended: 'ok', output: '', stdout: '{"boot-ms":5}' };
    const logged: string[] = [];
    const ports = {
      config: { metrics: { command: ['/bin/measure'], timeoutSeconds: 1 } },
      runner: {
        run: async () => {
          runs++;
          return result;
        },
      },
      signal: new AbortController().signal,
      log: { warn: (event: string) => logged.push(event) },
    } as unknown as Ports;
    const { ask } = createMetricsAsker(ports);
    assert.equal(await ask([]), undefined);
    assert.equal(runs, 0);
    assert.deepEqual(await ask(['boot-ms']), { 'boot-ms': 5 });
    assert.equal(await ask(['other']), undefined);
    result = { ended: 'timed-out', message: 'it took longer than 1 s', output: '' };
    assert.equal(await ask(['boot-ms']), undefined);
    assert.deepEqual(logged, ['metrics']);
  });
});
