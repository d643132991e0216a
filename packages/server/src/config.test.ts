import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { configOf, loadConfig, printConfig } from './config.ts';
import { configKeys, environmentName, flagName } from './config-keys.ts';

function withFile<T>(content: unknown, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-config-'));
  const path = join(folder, 'config.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  try {
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('later places win: default, file, environment, flag', () => {
  withFile({ http: { port: 1, host: 'file' }, 'log.level': 'warn' }, (path) => {
    const { config, origins } = loadConfig(['--config', path, '--http-port=3'], {
      FETTLE_HTTP_HOST: 'environment',
      FETTLE_HTTP_PORT: '2',
    });
    assert.deepEqual(
      [config['http.port'], config['http.host'], config['log.level'], config['data.dir']],
      [3, 'environment', 'warn', './fettle-data'],
    );
    assert.deepEqual(
      [origins['http.port'], origins['http.host'], origins['log.level'], origins['data.dir']],
      ['flag', 'environment', 'file', 'default'],
    );
  });
});

const wrong: readonly [what: string, argv: string[], environment: Record<string, string>, message: RegExp][] = [
  ['an unknown flag', ['--nope', '1'], {}, /Unknown flag "--nope"/],
  ['a flag without its value', ['--http-port'], {}, /--http-port wants a value/],
  ['a number that is none', ['--http-port', 'eighty'], {}, /--http-port must be a whole number/],
  ['a number out of range', ['--http-port', '70000'], {}, /from 0 to 65535, found 70000/],
  ['a word that is not offered', ['--log-level', 'loud'], {}, /must be one of fatal, error/],
  ['half a certificate', ['--tls-cert-file', 'x'], {}, /belong together/],
  ['a public URL that is none', ['--http-public-url', 'updates.example.com'], {}, /must be an http/],
  ['a misspelt variable', [], { FETTLE_HTTP_PROT: '1' }, /Unknown environment variable FETTLE_HTTP_PROT/],
  ['a database that is none', [], { FETTLE_DATABASE: 'mysql://me:secret@db/x' }, /^database must be a URL(?!.*secret)/],
  ['true or false', ['--metrics-open', 'maybe'], {}, /must be true or false/],
];
for (const [what, argv, environment, message] of wrong) {
  test(`${what} is refused`, () =>
    assert.throws(() => loadConfig(argv, environment), { code: 'invalid-input', message }));
}

test('unknown keys, wrong types and broken JSON in the file are refused and name the file', () => {
  for (const content of [{ http: { prot: 1 } }, { 'http.port': '80x' }, '{', '[]', { http: { port: [1] } }]) {
    withFile(content, (path) => {
      assert.throws(() => loadConfig(['--config', path], {}), { code: 'invalid-input' });
    });
  }
});

test('variables of other Fettle programs are left alone', () => {
  assert.doesNotThrow(() => loadConfig([], { FETTLE_SERVER: 'http://x', FETTLE_TOKEN: 't', FETTLE_FLEET: 'f' }));
});

test('settings from a program are checked like all others, and frozen', () => {
  assert.equal(configOf({ 'http.port': 0 })['http.port'], 0);
  assert.throws(() => configOf({ 'http.prot': 0 } as never), { code: 'invalid-input' });
  assert.throws(() => configOf({ 'http.port': '1x' as never }), { code: 'invalid-input' });
  assert.ok(Object.isFrozen(configOf({})));
});

test('of the database everything is shown but its password', () => {
  const shown = (url: string) => /^database +(\S+)/m.exec(printConfig(loadConfig([], { FETTLE_DATABASE: url })))?.[1];
  assert.equal(shown('postgres://me:secret@db:5433/fettle'), '"postgres://me:***@db:5433/fettle"');
  assert.equal(shown('postgres://me@db/fettle?password=secret'), '"postgres://me@db/fettle?password=***"');
  assert.equal(shown('postgres://me@db/fettle'), '"postgres://me@db/fettle"');
});

test('every key has its own variable and flag, and shows up in the print-out', () => {
  const names = Object.keys(configKeys);
  assert.equal(new Set(names.map(environmentName)).size, names.length);
  assert.equal(new Set(names.map(flagName)).size, names.length);
  assert.equal(environmentName('load.eventLoopDelayMs'), 'FETTLE_LOAD_EVENT_LOOP_DELAY_MS');
  assert.equal(flagName('http.publicUrl'), '--http-public-url');
  const printed = printConfig(loadConfig(['--print-config'], {}));
  for (const name of names) assert.match(printed, new RegExp(`^${name.replace('.', '\\.')}\\s`, 'm'));
});
