import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type Board, createBoard } from './board.ts';
import type { ImageBehaviour, KnownImage } from './catalogue.ts';
import { writeEnvironmentFile } from './environment-file.ts';
import type { BoardOptions } from './options.ts';

const root = mkdtempSync(join(tmpdir(), 'fettle-board-'));
const boards: Board[] = [];
after(async () => {
  for (const board of boards) await board.cutPower();
  rmSync(root, { recursive: true, force: true });
});

// A stand-in for an agent: says what it sees, obeys orders that the test leaves in its folder.
const standIn = join(root, 'stand-in.mjs');
writeFileSync(
  standIn,
  `import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
const config = JSON.parse(readFileSync(process.argv[3], 'utf8'));
const health = spawnSync(config.health.checks[0].command[0]).status;
const line = readFileSync(config.bootedSlot.file, 'utf8');
const bootId = readFileSync(config.bootId.file, 'utf8').trim();
appendFileSync('seen', JSON.stringify({ slot: /fettle.slot=(\\w)/.exec(line)[1], health, bootId, pid: process.pid }) + '\\n');
process.on('SIGTERM', () => { appendFileSync('seen', '{"term":true}\\n'); process.exit(0); });
setInterval(() => {
  if (!existsSync('order')) return;
  const order = readFileSync('order', 'utf8');
  rmSync('order');
  if (order === 'reboot') spawnSync(config.reboot.command[0]);
  if (order === 'crash') process.exit(9);
}, 5);
`,
);

const catalogue: KnownImage[] = [];
const images = Object.fromEntries(
  (['good', 'boot-fails', 'hangs', 'health-fails'] as const).map((behaviour) => [behaviour, makeImage(behaviour)]),
) as Record<ImageBehaviour, Buffer>;

test('a new board starts its factory image and tells the system its slot, boot and health', async () => {
  const board = makeBoard('factory');
  board.powerOn();
  const [first] = await seen(board, 1);
  assert.equal(first?.slot, 'a');
  assert.equal(first?.health, 0);
  assert.equal(board.runningSlot, 'a');
  assert.equal(board.runningDigest, sha256(images.good));
  assert.throws(() => board.powerOn(), { code: 'wrong-state' });
});

test('a reboot that the agent asks for is a new boot; the agent is told to stop first', async () => {
  const board = makeBoard('reboot');
  board.powerOn();
  await seen(board, 1);
  order(board, 'reboot');
  const lines = await seen(board, 3);
  assert.equal(lines[1]?.term, true);
  assert.notEqual(lines[2]?.bootId, lines[0]?.bootId);
  assert.deepEqual(kinds(board), ['booted', 'reboot-requested', 'booted']);
});

test('an agent that crashes is started again in the same boot', async () => {
  const board = makeBoard('crash');
  board.powerOn();
  await seen(board, 1);
  order(board, 'crash');
  const lines = await seen(board, 2);
  assert.equal(lines[1]?.bootId, lines[0]?.bootId);
  assert.deepEqual(kinds(board), ['booted', 'agent-exited']);
});

test('what a board says of its readiness is there for the agent to ask, and survives a new board in the same folder', () => {
  const options = { ...optionsOf('says'), readiness: { 'in-use': true } };
  const board = createBoard(options);
  const said = () => JSON.parse(readFileSync(board.files.readiness, 'utf8')) as unknown;
  assert.deepEqual(said(), { 'in-use': true });
  const config = JSON.parse(readFileSync(board.files.agentConfig, 'utf8')) as { readiness: { command: string[] } };
  assert.deepEqual(config.readiness.command, ['/bin/cat', 'readiness.json']);
  board.say({ 'in-use': false });
  createBoard(options);
  assert.deepEqual(said(), { 'in-use': false });
  assert.throws(() => createBoard(optionsOf('says-nothing')).say({}), { code: 'wrong-state' });
});

test('a power cut ends the agent without a word, and the slots and the environment stay', async () => {
  const board = makeBoard('cut');
  board.powerOn();
  const [first] = await seen(board, 1);
  await board.cutPower();
  assert.equal(isAlive(first?.pid ?? 0), false);
  assert.equal(board.state, 'off');
  assert.equal(board.runningDigest, undefined);
  board.powerOn();
  const lines = await seen(board, 2);
  assert.equal(lines[1]?.slot, 'a');
  assert.notEqual(lines[1]?.bootId, first?.bootId);
});

for (const bad of ['boot-fails', 'hangs', 'not an image'] as const) {
  test(`a slot on trial that never comes up (${bad}) is given up past the limit`, async () => {
    const board = makeBoard(`trial-${bad.replaceAll(' ', '-')}`);
    install(board, 'b', bad === 'not an image' ? Buffer.from('rubbish') : images[bad]);
    startTrial(board, 'b');
    board.powerOn();
    const [first] = await seen(board, 1);
    assert.equal(first?.slot, 'a');
    assert.deepEqual(kinds(board), ['boot-failed', 'boot-failed', 'boot-failed', 'booted']);
    const last = board.history.at(-1);
    assert.equal(last?.kind === 'booted' && last.boot.fellBack, true);
    assert.equal(board.readEnvironment()?.get('upgrade_available'), '0');
  });
}

test('an image that runs but is not well fails its health check', async () => {
  const board = makeBoard('ill');
  install(board, 'b', images['health-fails']);
  startTrial(board, 'b');
  board.powerOn();
  const [first] = await seen(board, 1);
  assert.deepEqual([first?.slot, first?.health], ['b', 1]);
});

test('one wrong byte in a slot that is not on trial leaves an unbootable board', async () => {
  const board = makeBoard('brick');
  install(board, 'a', Buffer.concat([images.good.subarray(0, -1), Buffer.from([0])]));
  board.powerOn();
  await until(board, () => board.state === 'unbootable');
  assert.deepEqual(kinds(board), ['unbootable']);
});

test('a folder that is a board already keeps its slots, environment and history of the disk', async () => {
  const board = makeBoard('again');
  install(board, 'b', images.good);
  startTrial(board, 'b');
  const again = createBoard(optionsOf('again'));
  boards.push(again);
  again.powerOn();
  const [first] = await seen(again, 1);
  assert.equal(first?.slot, 'b');
  await again.stop();
  assert.equal(kinds(again).at(-1), 'stopped');
});

test('a factory image that does not fit the slot is refused', () => {
  assert.throws(() => createBoard({ ...optionsOf('too-big'), slotSizeBytes: 10 }), { code: 'too-large' });
});

test('a board is provisioned with the roots of two repositories, or with a key', () => {
  const { trustKeyPem: _, ...options } = optionsOf('provisioned');
  createBoard({ ...options, roots: { image: 'root 1', director: 'root 2' } });
  const read = (name: string) => readFileSync(join(root, 'provisioned', name), 'utf8');
  const { trust } = JSON.parse(read('agent.json')) as { trust: { roots: Record<'image' | 'director', string> } };
  assert.deepEqual([read(trust.roots.image), read(trust.roots.director)], ['root 1', 'root 2']);
  assert.throws(() => createBoard(options), { code: 'invalid-input' });
});

function makeImage(behaviour: ImageBehaviour): Buffer {
  const image = Buffer.from(`an image that is ${behaviour} `.repeat(2_000));
  writeFileSync(join(root, `${behaviour}.img`), image);
  catalogue.push({ digest: sha256(image), sizeBytes: image.length, behaviour });
  return image;
}

function optionsOf(name: string): BoardOptions {
  return {
    dir: join(root, name),
    agentCommand: [process.execPath, standIn],
    server: 'http://127.0.0.1:1',
    fleet: 'demo',
    device: name,
    deviceType: 'board-a',
    trustKeyPem: 'none',
    slotSizeBytes: 131_072,
    factoryImage: join(root, 'good.img'),
    catalogue,
    timings: { bootMs: 1, watchdogMs: 30, restartMs: 1 },
  };
}

function makeBoard(name: string): Board {
  const board = createBoard(optionsOf(name));
  boards.push(board);
  return board;
}

function install(board: Board, slot: 'a' | 'b', image: Buffer): void {
  const whole = Buffer.alloc(131_072);
  image.copy(whole);
  writeFileSync(board.files.slots[slot], whole);
}

function startTrial(board: Board, slot: 'a' | 'b'): void {
  const variables = new Map(board.readEnvironment()).set('slot', slot).set('upgrade_available', '1');
  writeEnvironmentFile(board.files.environment, variables);
}

function order(board: Board, what: 'reboot' | 'crash'): void {
  appendFileSync(join(root, board.device, 'order'), what);
}

interface Seen {
  slot?: string;
  health?: number;
  bootId?: string;
  pid?: number;
  term?: boolean;
}

/** Waits until the stand-in has said so many things. */
async function seen(board: Board, count: number): Promise<Seen[]> {
  const file = join(root, board.device, 'seen');
  const lines = () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
  await until(board, () => lines().length >= count);
  return lines().map((line) => JSON.parse(line) as Seen);
}

async function until(board: Board, condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!condition()) {
    if (Date.now() > deadline)
      throw new Error(`waited too long: ${JSON.stringify(board.history)}\n${board.agentLogTail()}`);
    await wait(5);
  }
}

function kinds(board: Board): string[] {
  return board.history.map((event) => event.kind);
}

function sha256(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
