import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import type { CheckView, StageVerdictView } from '@fettle/api';
import { presetPolicy } from '@fettle/model';
import { startProgress } from '../src/output/progress.ts';
import { run } from '../src/run.ts';
import { fakeToken, Refusal, startFakeServer } from './fake-server.ts';
import { fleet, idOf, release } from './samples.ts';
import { openTerminal } from './terminal.ts';

const stages: StageVerdictView[] = [
  { stage: 'development', verdict: 'pass', gates: [] },
  {
    stage: 'production',
    verdict: 'fail',
    gates: [{ gate: 'secrets', verdict: 'fail', why: '1 high is open', open: {}, waived: 0 }],
  },
];

test('trying a policy says for each release which gate keeps it from which stage', async () => {
  const tried = [{ version: '1.0.0', before: [], after: stages }];
  const server = await startFakeServer({ tryReleasePolicy: () => ({ tried, neverChecked: 1 }) });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const { out } = await terminal.type(['policy', 'try', 'strict']);
    assert.match(out, /production +fail\n +secrets: 1 high is open/);
    assert.match(out, /1 release never checked/);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a publication that is not cleared for every stage says who cannot get it, why, and what can be done', async () => {
  const policy = presetPolicy('standard');
  const [mild, ...strict] = policy.stages;
  const check = {
    id: idOf('chk', 1),
    status: 'done',
    statusReason: 'development: pass',
    stages,
  } as unknown as CheckView;
  const terminal = await openTerminal();
  const { keyId } = (await terminal.json(['key', 'create'])) as { keyId: string };
  let isThere = false;
  const server = await startFakeServer({
    getFleet: () => fleet([keyId]),
    getRelease: () => {
      if (!isThere) throw new Refusal('not-found', 404);
      return release();
    },
    getReleasePolicy: () => ({ policy: { ...policy, stages: [{ ...mild, groups: ['nightly'] }, ...strict] } }),
    nextCounter: () => ({ counter: 1 }),
    beginUpload: ({ sha256, sizeBytes }) => ({ id: null, sha256, sizeBytes, receivedBytes: sizeBytes, complete: true }),
    requestCheck: () => ({ check, created: true }),
    publishRelease: () => {
      isThere = true;
      return { release: release({ clearedFor: ['development'] }), created: true };
    },
  });
  try {
    const file = join(terminal.home, 'fw.bin');
    await writeFile(file, 'firmware');
    const place = ['--type', 'hub-a', '--component', 'rootfs', '--version', '1.0.0', '--fleet', 'hubs'];
    const done = await terminal.type([
      ...['release', 'publish', file, ...place],
      ...['--server', server.url, '--token', fakeToken],
    ]);
    assert.equal(done.exit, 0, done.err);
    assert.match(done.err, /not for every group that no stage names, which live in production:/);
    assert.match(done.err, /secrets: 1 high is open\nrun: +fettle release report 1\.0\.0/);
    assert.match(done.err, /next: fettle rollout start --version 1\.0\.0 --group nightly/);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a release is revoked for a reason, and by whoever sits at a terminal only when it is meant', async () => {
  const server = await startFakeServer({ revokeRelease: () => release({ status: 'revoked' }) });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  const env = { HOME: terminal.home, FETTLE_SERVER: server.url, FETTLE_TOKEN: fakeToken, FETTLE_FLEET: 'hubs' };
  const quiet = { write: () => {} };
  const revoke = ['release', 'revoke', '1.0.0', '--reason', 'bad'];
  const sitting = (answer: string, words: readonly string[] = revoke) =>
    run(words, { stdout: quiet, stderr: quiet, env, signal: new AbortController().signal, ask: async () => answer });
  try {
    assert.equal((await terminal.type(['release', 'revoke', '1.0.0'])).exit, 2);
    assert.equal(await sitting(''), 2);
    assert.equal(server.calls.length, 0);
    assert.equal(await sitting('y'), 0);
    assert.equal(await sitting('', [...revoke, '--yes']), 0);
    assert.equal((await terminal.type(revoke)).exit, 0);
    assert.equal(server.calls.length, 3);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('progress of short work leaves nothing behind: no line in a log, an empty one on a terminal', () => {
  for (const isTTY of [true, false]) {
    let said = '';
    const progress = startProgress({ write: (text: string) => (said += text), isTTY }, {});
    progress.say('gates: 3 MiB');
    progress.end();
    assert.equal(said, isTTY ? '\r\u001b[K' : '');
  }
});
