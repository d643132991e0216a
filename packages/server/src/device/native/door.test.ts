import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import type { Brain } from '@fettle/control';
import { createBodyDeadlines } from '../../http/deadlines.ts';
import { createMetrics } from '../../http/metrics.ts';
import { createDeviceDoor } from './door.ts';

test('an overloaded server turns check-ins away before anything else, spread over time, and takes reports', async () => {
  const load = { delayMs: 900, isOverloaded: true, close() {} };
  const metrics = createMetrics(load, () => ({}));
  const deadlines = createBodyDeadlines(1_000, () => 'req-1');
  let byte = 0;
  const brain = { random: { bytes: () => Uint8Array.of(byte++ * 50) } } as unknown as Brain;
  const door = createDeviceDoor({
    brain,
    deadlines,
    load,
    metrics,
    requestId: () => 'req-1',
    onFailure: (error) => assert.fail(String(error)),
    publicUrl: '',
    download: () => assert.fail('nobody downloads here'),
    retryAfterSeconds: 30,
  });
  const server = createServer(door);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    const response = await fetch(`${url}/device/v1/check-in`, { method: 'POST', body: '{}' });
    assert.equal(response.status, 503, 'although there is no token');
    assert.equal(((await response.json()) as { code: string }).code, 'overloaded');
    waits.push(Number(response.headers.get('retry-after')));
  }
  assert.equal(new Set(waits).size, 4, `different waits, found ${waits}`);
  assert.ok(waits.every((seconds) => seconds >= 15 && seconds <= 45));
  assert.equal(metrics.device.shed, 4);
  const reports = await fetch(`${url}/device/v1/reports`, { method: 'POST', body: '{}' });
  assert.equal(reports.status, 401, 'reports are not put off');
  await reports.body?.cancel();
  deadlines.close();
  server.close();
  server.closeAllConnections();
});
