import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, test } from 'node:test';
import { createBoards, obey, readCommand } from './board-program.ts';

const root = mkdtempSync(join(tmpdir(), 'fettle-boards-'));
after(() => rmSync(root, { recursive: true, force: true }));

const image = Buffer.from('an image');
const factoryImage = join(root, 'factory.img');
writeFileSync(factoryImage, image);

const entry = (device: string) => ({
  dir: join(root, device),
  agentCommand: [process.execPath, '-e', 'setInterval(() => {}, 1000)', '--'],
  server: 'http://127.0.0.1:1',
  fleet: 'demo',
  device,
  deviceType: 'board-a',
  trustKeyPem: 'none',
  slotSizeBytes: 4_096,
  factoryImage,
  catalogue: [{ digest: createHash('sha256').update(image).digest('hex'), sizeBytes: image.length, behaviour: 'good' }],
});

test('the program boots several boards, obeys power commands and ends with its input', {
  timeout: 30_000,
}, async () => {
  const file = join(root, 'boards.json');
  writeFileSync(file, JSON.stringify({ boards: [entry('one'), entry('two')] }));
  const program = spawn(process.execPath, [join(import.meta.dirname, 'main.ts'), '--boards', file]);
  const events: string[] = [];
  const heard = listen(program, events);
  await heard(() => events.includes('one booted') && events.includes('two booted'));
  program.stdin.write('cut-power two\n');
  await heard(() => events.includes('two power-cut'));
  program.stdin.write('power-on two\n');
  await heard(() => events.filter((event) => event === 'two booted').length === 2);
  program.stdin.end();
  const code = await new Promise((resolve) => program.on('close', resolve));
  assert.equal(code, 0);
  assert.deepEqual(events.slice(-2).sort(), ['one stopped', 'two stopped']);
});

test('commands name an action and a board that exists', async () => {
  assert.deepEqual(readCommand(' cut-power  x '), { ok: true, action: 'cut-power', device: 'x' });
  for (const line of ['', 'cut-power', 'explode x', 'power-on x y']) assert.equal(readCommand(line).ok, false, line);
  assert.match((await obey([], 'cut-power x')) ?? '', /no board x/);
});

test('a board file that cannot be meant is refused with the field', () => {
  const cases: [unknown, RegExp][] = [
    [{}, /needs "boards"/],
    [{ boards: [] }, /needs "boards"/],
    [{ boards: [7] }, /JSON object/],
    [{ boards: [{ ...entry('x'), colour: 'red' }] }, /no field "colour"/],
    [{ boards: [{ ...entry('x'), fleet: 7 }] }, /"fleet" must be a string/],
    [{ boards: [{ ...entry('x'), dir: undefined }] }, /needs "dir"/],
    [{ boards: [{ ...entry('x'), roots: { image: 7 } }] }, /"roots" must be the text/],
    [{ boards: [{ ...entry('x'), roots: { image: '{}', director: '{}' } }] }, /one of both/],
    [{ boards: [{ ...entry('x'), catalogue: [{ behaviour: 'odd' }] }] }, /needs a behaviour/],
  ];
  for (const [file, expected] of cases) assert.throws(() => createBoards(JSON.stringify(file), () => {}), expected);
  assert.throws(() => createBoards('{', () => {}), /not JSON/);
});

/** Collects "board event" words. @returns a wait for a condition on them */
function listen(program: ChildProcess, events: string[]): (condition: () => boolean) => Promise<void> {
  const waiting = new Set<() => void>();
  if (program.stdout) {
    createInterface({ input: program.stdout }).on('line', (line) => {
      const { board, kind } = JSON.parse(line) as { board: string; kind: string };
      events.push(`${board} ${kind}`);
      for (const check of waiting) check();
    });
  }
  return (condition) =>
    new Promise((resolve) => {
      const check = () => {
        if (!condition()) return;
        waiting.delete(check);
        resolve();
      };
      waiting.add(check);
      check();
    });
}
