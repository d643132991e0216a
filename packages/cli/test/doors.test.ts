import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Refusal, startFakeServer } from './fake-server.ts';
import { fleet, idOf, rollout } from './samples.ts';
import { openTerminal } from './terminal.ts';

test('what is no URL is refused at once, wherever it comes from, and a password in it is not shown again', async () => {
  const terminal = await openTerminal('127.0.0.1:8450');
  try {
    const [listed, login, secret] = [
      await terminal.type(['fleet', 'list']),
      await terminal.type(['login', '--server', 'fettle.example.com', '--token', 'x']),
      await terminal.type(['fleet', 'list', '--server', 'https://ada:words@example.com']),
    ];
    assert.deepEqual([listed.exit, login.exit, secret.exit], [2, 2, 2]);
    assert.match(listed.err, /expected http:\/\/… or https:\/\/….*found "127\.0\.0\.1:8450"/);
    assert.ok(!secret.err.includes('words'), secret.err);
  } finally {
    await terminal.leave();
  }
});

test('a token that is bound to one fleet needs no --fleet, also where it may list none or sees several', async () => {
  const bound = { tenant: 'default', actor: 'publisher:ci', permissions: ['release.publish'], fleets: ['hubs'] };
  const lists = [
    () => {
      throw new Refusal('forbidden', 403);
    },
    () => ({ items: [fleet(), { ...fleet(), id: 'meters' }], next: null }),
  ] as const;
  for (const listFleets of lists) {
    const server = await startFakeServer({
      listFleets,
      whoami: () => bound,
      listReleases: () => ({ items: [], next: null }),
    });
    const terminal = await openTerminal(server.url);
    try {
      assert.equal((await terminal.type(['release', 'list'])).exit, 0);
      assert.equal(server.calls.at(-1)?.input.fleet, 'hubs');
    } finally {
      await server.close();
      await terminal.leave();
    }
  }
});

test('what to run next fits what is missing', async () => {
  const gone = (missing?: string) => () => {
    throw new Refusal('not-found', 404, { details: missing === undefined ? {} : { missing } });
  };
  const refused = (code: string, details: Record<string, unknown>) => () => {
    throw new Refusal(code, 409, { details });
  };
  const start = ['rollout', 'start', '--version', '1.0.0', '--fleet', 'hubs'];
  const rows = [
    [{ listReleases: gone('fleet') }, ['release', 'list', '--fleet', 'none'], /run: +fettle fleet list/],
    [{ createRollout: gone('group') }, start, /run: +fettle fleet group list/],
    [{ createRollout: gone('release') }, start, /run: +fettle release list/],
    [
      { createRollout: refused('gate-failed', { version: '1.0.0', checked: true }) },
      start,
      /run: +fettle release report 1\.0\.0/,
    ],
    [
      { createRollout: refused('already-exists', { rollout: idOf('rol', 1) }) },
      start,
      /run: +fettle rollout watch rol_/,
    ],
    [{ createRollout: refused('already-exists', { rollout: 'x; rm -rf /' }) }, start, /run: +fettle rollout list/],
    [
      { registerKey: refused('not-authenticated', { wrong: 'password' }) },
      ['person', 'key'],
      /run: +the same command with the right password/,
    ],
    [{ getPerson: gone() }, ['person', 'show', 'eve'], /run: +fettle person list/],
    [
      { addWaiver: refused('signature-invalid', {}) },
      ['waiver', 'add', '/dev/null', '--fleet', 'hubs'],
      /waivers\.keys/,
    ],
  ] as const;
  for (const [handlers, words, expected] of rows) {
    const server = await startFakeServer(handlers);
    const terminal = await openTerminal(server.url, { FETTLE_PASSWORD: 'words' });
    try {
      assert.match((await terminal.type(words)).err, expected);
    } finally {
      await server.close();
      await terminal.leave();
    }
  }
});

test('a rollout that waits for people or gates says so when it starts, is shown and is watched', async () => {
  const holds = [
    { code: 'awaiting-approval' as const, waitsFor: 'tested by qa', remedy: 'fettle release approve 1.0.0' },
  ];
  const held = rollout({ holds });
  const views = [held, held, rollout({ status: 'completed' })];
  const server = await startFakeServer({ createRollout: () => held, getRollout: () => views.shift() });
  const terminal = await openTerminal(server.url, { FETTLE_FLEET: 'hubs' });
  try {
    const started = await terminal.type(['rollout', 'start', '--version', '1.0.0']);
    assert.match(started.out, /held: waits for tested by qa/);
    assert.match(started.err, /next: fettle release approve 1\.0\.0, then fettle rollout watch/);
    assert.match((await terminal.type(['rollout', 'show', held.id])).out, /held: waits for tested by qa/);
    const watched = await terminal.type(['rollout', 'watch', held.id, '--every', '100ms']);
    assert.deepEqual([watched.exit, /held: waits for tested by qa/.test(watched.out)], [0, true]);
  } finally {
    await server.close();
    await terminal.leave();
  }
});
