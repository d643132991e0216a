import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import type { Environment, Io } from '../io.ts';
import { bar, formatDuration } from '../output/format.ts';
import { createStyle, type Style } from '../output/style.ts';
import type { RunCommandLine } from '../shell.ts';
import { type Child, Children, logTail } from './children.ts';

/** A step of the demo did not end as told. */
export class DemoFailure extends Error {}

/** Where the demo plays: a temporary folder, the programs, and somebody who types real commands. */
export interface Stage {
  readonly io: Io;
  readonly style: Style;
  readonly folder: string;

  /** Starts a program that ends with the demo. */
  readonly start: (name: string, command: readonly string[]) => Child;
  readonly title: (text: string) => void;
  readonly say: (text: string) => void;
  /** Types a command and shows what it says; a DemoFailure unless it exits as expected. Answers plain text. */
  readonly type: (args: readonly string[], expected?: ExitCode) => Promise<string>;
  /** Asks without showing: the JSON that the command answers. */
  readonly ask: <T>(args: readonly string[]) => Promise<T>;
  readonly wait: (what: string, probe: () => Promise<readonly [done: number, all: number]>) => Promise<void>;
  readonly check: (holds: boolean, told: string) => void;
  /** Ends the demo from wherever it is. */
  readonly fail: (message: string) => void;
}

// Generous: a busy machine is no failure.
const deadlineMs = 120_000;

/** Sets the stage, plays, and takes everything down again whatever happened. */
export async function withStage<T>(io: Io, run: RunCommandLine, play: (stage: Stage) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-demo-'));
  const children = new Children();
  const started: Child[] = [];
  const failure = new AbortController();
  const parts = { run, folder, children, started, fail: (message: string) => failure.abort(new DemoFailure(message)) };
  const signal = AbortSignal.any([io.signal, failure.signal]);
  // Pressing Ctrl-C twice ends this process at once: not even then is anything left.
  const removeNow = () => rmSync(folder, { recursive: true, force: true });
  process.on('exit', removeNow);
  try {
    return await play(createStage({ ...io, signal, env: demoEnvironment(io.env, folder) }, parts));
  } catch (error) {
    if (!io.signal.aborted) tellLogs(io, started);
    throw failure.signal.aborted && !io.signal.aborted ? failure.signal.reason : error;
  } finally {
    await children.stop();
    await rm(folder, { recursive: true, force: true });
    process.off('exit', removeNow);
  }
}

/** Nothing of the person's own settings gets into the demo, and nothing of the demo into them. */
function demoEnvironment(env: Environment, folder: string): Environment {
  const own = Object.entries(env).filter(([name]) => !name.startsWith('FETTLE_'));
  return { ...Object.fromEntries(own), XDG_CONFIG_HOME: join(folder, 'config') };
}

interface StageParts {
  readonly run: RunCommandLine;
  readonly folder: string;
  readonly children: Children;
  readonly started: Child[];
  /** Ends the demo from wherever it is. */
  readonly fail: (message: string) => void;
}

function createStage(io: Io, parts: StageParts): Stage {
  const style = createStyle(io.stdout, io.env);
  const { run, folder, children, started, fail } = parts;
  const say = (text: string) => {
    io.stdout.write(`${text}\n`);
  };
  return {
    io,
    style,
    folder,
    say,
    start: (name, command) => {
      const onEnd = (how: string) => fail(`The program ${name} ended (${how}).`);
      const child = children.start({ name, command, logFile: join(folder, `${name}.log`), env: io.env, onEnd });
      started.push(child);
      return child;
    },
    title: (text) => say(`\n${style.strong(`━━ ${text}`)}`),
    type: (args, expected = exitCodes.ok) => typeCommand(args, expected, { io, style, run }),
    ask: async (args) => {
      let out = '';
      const quiet = { ...io, stdout: { write: (text: string) => (out += text) }, stderr: { write: () => {} } };
      const exit = await run([...args, '--json'], quiet);
      io.signal.throwIfAborted();
      if (exit !== exitCodes.ok) throw new DemoFailure(`fettle ${args.join(' ')} exited with ${exit}: ${out}`);
      return JSON.parse(out);
    },
    fail,
    wait: (what, probe) => waitFor(what, probe, { io, style }),
    check: (holds, told) => {
      if (!holds) throw new DemoFailure(`Expected: ${told}.`);
      say(`${style.good('✔')} ${told}`);
    },
  };
}

async function typeCommand(
  args: readonly string[],
  expected: ExitCode,
  { io, style, run }: { io: Io; style: Style; run: RunCommandLine },
): Promise<string> {
  io.stdout.write(`\n${style.dim('$')} ${style.accent(['fettle', ...args.map(quote)].join(' '))}\n`);
  let out = '';
  const { stdout } = io;
  const shown = {
    isTTY: stdout.isTTY,
    columns: stdout.columns,
    write: (text: string) => {
      out += text;
      return stdout.write(text);
    },
  };
  const exit = await run(args, { ...io, stdout: shown });
  io.signal.throwIfAborted();
  if (exit !== expected) {
    throw new DemoFailure(`fettle ${args.slice(0, 2).join(' ')} exited with ${exit}, expected ${expected}.`);
  }
  return stripVTControlCharacters(out);
}

/** As a person would have to type it in a shell. */
function quote(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

async function waitFor(
  what: string,
  probe: () => Promise<readonly [number, number]>,
  { io, style }: { io: Io; style: Style },
): Promise<void> {
  const begun = performance.now();
  const live = io.stdout.isTTY === true;
  let shown = -1;
  for (;;) {
    const [done, all] = await probe();
    if (live && done !== shown) io.stdout.write(`\r\u001b[K${bar(done, all)} ${done}/${all} ${what}`);
    shown = done;
    if (done >= all) break;
    if (performance.now() - begun > deadlineMs) {
      throw new DemoFailure(`Waited ${formatDuration(deadlineMs)} for ${what}: ${done} of ${all}.`);
    }
    await delay(200, undefined, { signal: io.signal });
  }
  const took = formatDuration(performance.now() - begun);
  io.stdout.write(`${live ? '\r\u001b[K' : ''}${style.good('✔')} ${what} ${style.dim(`(${took})`)}\n`);
}

function tellLogs(io: Io, started: readonly Child[]): void {
  for (const child of started) {
    const tail = logTail(child, 15);
    if (tail !== '') io.stderr.write(`\n--- last lines of ${child.name}\n${tail}\n`);
  }
}
