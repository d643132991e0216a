import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { openTerminal, type Terminal, type Typed } from './terminal.ts';

/** A person with an officer's key, a policy that believes it, and an image with a private key in it. */
async function openDesk() {
  const terminal = await openTerminal();
  const at = (name: string) => join(terminal.home, name);
  const made = await terminal.type(['key', 'create', '--out', at('officer.key')]);
  const policy = 'preset: standard\nwaivers: { keys: [officer.key.pub], threshold: 1 }\n';
  await writeFile(at('policy.yaml'), policy);
  const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' });
  await writeFile(at('leaky.bin'), `${'a program that says hello\n'.repeat(200)}${secret}`);
  return { terminal, at, made };
}

function waive({ terminal, at }: { terminal: Terminal; at: (name: string) => string }, fleet: string): Promise<Typed> {
  const what = ['--gate', 'secrets', '--rule', 'private-key-pem', '--author', 'ada', '--for', '30d'];
  const why = ['--reason', 'the key of the test bench', '--key', at('officer.key')];
  return terminal.type(['waiver', 'sign', ...what, ...why, '--fleet', fleet, '--out', at(`${fleet}.waiver`)]);
}

test('a waiver counts for the fleet that it names and that is named, and its finding is marked', async () => {
  const desk = await openDesk();
  const { terminal, at, made } = desk;
  const check = ['check', at('leaky.bin'), '--policy', at('policy.yaml')];
  try {
    assert.ok(!made.err.includes('fleet key add'), 'what another key is for, nobody knows');
    assert.equal((await waive(desk, 'hubs')).exit, 0);
    const bare = await terminal.type(check);
    assert.deepEqual([bare.exit, /waived until/.test(bare.out)], [8, false]);
    assert.match(bare.out, /fingerprint [0-9a-f]{32}/);
    assert.doesNotMatch(bare.out, /declared|which of these/, 'nothing was declared');
    const nameless = await terminal.type([...check, '--waiver', at('hubs.waiver')]);
    assert.deepEqual([nameless.exit, /--fleet/.test(nameless.err)], [2, true]);
    const other = await terminal.type([...check, '--waiver', at('hubs.waiver'), '--fleet', 'meters']);
    assert.deepEqual([other.exit, /expected a waiver for fleet meters, found one for hubs/.test(other.err)], [2, true]);
    const own = await terminal.type([...check, '--waiver', at('hubs.waiver'), '--fleet', 'hubs']);
    assert.equal(own.exit, 0, own.err + own.out);
    assert.match(own.out, /private-key-pem .* waived until \d{4}-\d\d-\d\d by ada/);
    await writeFile(at('policy.yaml'), 'preset: standard\n');
    const stranger = await terminal.type([...check, '--waiver', at('hubs.waiver'), '--fleet', 'hubs']);
    assert.deepEqual([stranger.exit, /run: +name the public key under waivers\.keys/.test(stranger.err)], [6, true]);
  } finally {
    await terminal.leave();
  }
});

test('a folder and a policy that is not there are named as what they are', async () => {
  const { terminal, at } = await openDesk();
  try {
    await mkdir(at('docs'));
    const folder = await terminal.type(['check', at('docs')]);
    assert.deepEqual([folder.exit, /is a folder: pack it first/.test(folder.err)], [2, true]);
    const policy = await terminal.type(['policy', 'show', at('none.yaml')]);
    assert.deepEqual([policy.exit, /none\.yaml: there is no such file/.test(policy.err)], [2, true]);
  } finally {
    await terminal.leave();
  }
});

test('a result that could not be written is a failure', () => {
  const program = join(import.meta.dirname, '../src/main.ts');
  const command = '"$0" --disable-warning=ExperimentalWarning "$1" policy presets --json >/dev/full';
  const { status, stderr } = spawnSync('/bin/sh', ['-c', command, process.execPath, program], { encoding: 'utf8' });
  assert.deepEqual([status, /could not be written/.test(stderr)], [1, true]);
});
