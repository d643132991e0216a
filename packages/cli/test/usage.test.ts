import assert from 'node:assert/strict';
import { test } from 'node:test';
import { errorCodes } from '@fettle/model';
import { exitCodeOf, exitCodes } from '../src/exit-codes.ts';
import { Refusal, startFakeServer } from './fake-server.ts';
import { openTerminal } from './terminal.ts';

test('help goes to standard output and is no failure; a bare noun shows its help and is one', async () => {
  const terminal = await openTerminal();
  try {
    const help = await terminal.type(['release', 'publish', '--help']);
    assert.deepEqual([help.exit, help.err, help.out.includes('--security-floor')], [0, '', true]);
    const bare = await terminal.type(['release']);
    assert.deepEqual([bare.exit, bare.out, bare.err.includes('publish')], [2, '', true]);
    assert.match((await terminal.type(['--version'])).out, /^\d+\.\d+\.\d+\n$/);
  } finally {
    await terminal.leave();
  }
});

test('wrong use exits with 2 and names the help of the place where it went wrong', async () => {
  const terminal = await openTerminal();
  try {
    const rows: readonly (readonly [readonly string[], string])[] = [
      [['fleet', 'lst'], 'fettle fleet --help'],
      [['nonsense'], 'fettle --help'],
      [['release', 'publish', 'x'], 'fettle release publish --help'],
      [['rollout', 'start', '--on-fail', 'cry'], 'fettle rollout start --help'],
      [['why'], 'fettle why --help'],
      [['fleet', 'list', '--jsn'], 'fettle fleet list --help'],
    ];
    for (const [args, next] of rows) {
      const wrong = await terminal.type(args);
      assert.deepEqual([wrong.exit, wrong.out], [2, ''], args.join(' '));
      assert.equal(wrong.err.trimEnd().split('\n').at(-1), `run:   ${next}`);
      assert.doesNotMatch(wrong.err, /error: error/);
    }
  } finally {
    await terminal.leave();
  }
});

test('under --json a failure is one JSON document on standard output, and still a sentence on standard error', async () => {
  const terminal = await openTerminal();
  try {
    const wrong = await terminal.type(['release', 'publish', 'x', '--json']);
    const { error } = JSON.parse(wrong.out) as { error: Record<string, unknown> };
    assert.deepEqual([error.code, error.exit, error.next], ['invalid-input', 2, 'fettle release publish --help']);
    assert.match(wrong.err, /^error: /);
  } finally {
    await terminal.leave();
  }
});

test('every error code of the server has its exit code and a next step', async () => {
  let code = '';
  const server = await startFakeServer({
    getDevice: () => {
      throw new Refusal(code, 400);
    },
  });
  const terminal = await openTerminal(server.url);
  try {
    for (code of Object.keys(errorCodes)) {
      const { exit, err } = await terminal.type(['device', 'show', 'dev-1']);
      assert.equal(exit, exitCodeOf[code as keyof typeof errorCodes], code);
      assert.match(err, /\nrun: {3}\S/, code);
    }
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('a server cannot put words into the line that says what to type, nor escape sequences on the screen', async () => {
  const server = await startFakeServer({
    getDevice: () => {
      throw new Refusal('wrong-state', 409, { message: 'evil \u001b[2J', details: { next: 'rm -rf /' } });
    },
  });
  const terminal = await openTerminal(server.url);
  try {
    const { err } = await terminal.type(['device', 'show', 'dev-1']);
    assert.doesNotMatch(err, /rm -rf/);
    assert.equal(err.includes('\u001b'), false);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('Ctrl-C during a command exits with 130', async () => {
  const stop = new AbortController();
  const server = await startFakeServer({
    listRollouts: () => ({ items: [], next: null }),
    getRollout: () => {
      stop.abort();
      throw new Refusal('overloaded', 503);
    },
  });
  const terminal = await openTerminal(server.url);
  try {
    const { exit } = await terminal.type(['rollout', 'watch', 'rol_0'], { signal: stop.signal });
    assert.equal(exit, exitCodes.interrupted);
  } finally {
    await server.close();
    await terminal.leave();
  }
});

test('completion knows every command', async () => {
  const terminal = await openTerminal();
  try {
    const { out } = await terminal.type(['completion']);
    for (const words of [' fleet claim-token', ' rollout start', ' why', ' demo'])
      assert.ok(out.includes(`"${words}"`), words);
  } finally {
    await terminal.leave();
  }
});
