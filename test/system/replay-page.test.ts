import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { largeFleet } from '../../bench/world-replay.ts';
import { modelRecording, replay, writeRecording } from '../../packages/simulator/src/world/index.ts';
import { openDesk } from './cli-support.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/simulation.md'), 'utf8');
const desk = await openDesk();
after(() => desk.leave());

/** The first block of some kind after a heading. */
function block(kind: string, heading: string): string {
  const [, found] = new RegExp(`## ${heading}\\n[\\s\\S]*?\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``).exec(page) ?? [];
  assert.ok(found, `${kind} below ${heading}`);
  return found;
}

test('the worked example of the page about simulation says what a replay says', async () => {
  const model = modelRecording({ ...largeFleet(400, 1), tickEveryMs: 300_000 });
  const { decisions } = await replay(model);
  const file = join(desk.folder, 'spring.zst');
  await writeRecording(file, { ...model, decisions });
  const plan = join(desk.folder, 'careful.yaml');
  await writeFile(plan, block('yaml', 'A worked example'));

  const same = await desk.type('rollout', 'replay', '--over', file);
  assert.equal(same.exit, 0, same.err);
  const other = await desk.type('rollout', 'replay', plan, '--over', file);
  assert.equal(other.exit, 0, other.err);
  // How long it took is different every time.
  const lines = other.out.replace(/\n[^\n]*replayed in [^\n]*\n$/, '');
  const shown = block('text', 'A worked example');
  assert.equal(
    `$ fettle rollout replay --over spring.zst\n${same.out}\n$ fettle rollout replay careful.yaml --over spring.zst\n${lines}\n`,
    shown,
  );
});
