import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { createBoards, obey } from './board-program.ts';

const usage = `usage: node board/main.ts --boards FILE.json

Virtual boards: boot loader, watchdog and power switch for real agent processes.
The file holds {"boards": [{...}]}, each with the fields of BoardOptions (options.ts).
Prints one JSON line per event. Standard input takes "cut-power DEVICE" and "power-on DEVICE";
its end, SIGTERM and SIGINT shut all boards down.
`;

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { boards: { type: 'string' }, help: { type: 'boolean' } } });
  if (values.help || values.boards === undefined) {
    process.stderr.write(usage);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const boards = createBoards(readFileSync(values.boards, 'utf8'), (line) => process.stdout.write(`${line}\n`));
  const lines = createInterface({ input: process.stdin });
  let stopping = false;
  const stop = async () => {
    if (stopping) return;
    stopping = true;
    await Promise.all(boards.map((board) => board.stop()));
    lines.close();
    // The readers of standard input would keep an otherwise finished program alive.
    process.stdin.destroy();
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  lines.on('close', stop);
  lines.on('line', async (line) => {
    const problem = await obey(boards, line);
    if (problem) process.stderr.write(`${problem}\n`);
  });
  for (const board of boards) board.powerOn();
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
}
