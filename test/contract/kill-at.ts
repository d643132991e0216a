import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Runs a script of this folder until it has said `lines` lines, kills it with -9, and gives every line it said. */
export async function killAfter(script: string, args: readonly string[], lines: number): Promise<readonly string[]> {
  const child = spawn(process.execPath, [`${import.meta.dirname}/${script}`, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => {
    complaint += chunk.toString();
  });
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
    if (said.split('\n', lines + 1).length > lines) child.kill('SIGKILL');
  });
  const deadline = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await once(child, 'close');
  clearTimeout(deadline);
  // The last piece has no end of line: it may be cut.
  const whole = said.split('\n').slice(0, -1);
  if (whole.length < lines) throw new Error(`${script} said ${whole.length} lines, not ${lines}: ${complaint}`);
  return whole;
}

/** A small generator of repeatable numbers, 0 to below `limit`. */
export function seeded(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}
