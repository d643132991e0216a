import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '../src/run.ts';
import { fakeToken } from './fake-server.ts';

/** What one command line did. */
export interface Typed {
  readonly exit: number;
  readonly out: string;
  readonly err: string;
}

/** A person at a keyboard with a home of their own: runs command lines in this process. */
export interface Terminal {
  readonly home: string;
  readonly type: (args: readonly string[], options?: { readonly signal?: AbortSignal }) => Promise<Typed>;
  readonly json: (args: readonly string[]) => Promise<unknown>;
  readonly leave: () => Promise<void>;
}

export async function openTerminal(server?: string, env: Record<string, string> = {}): Promise<Terminal> {
  const home = await mkdtemp(join(tmpdir(), 'fettle-cli-'));
  const login = server === undefined ? {} : { FETTLE_SERVER: server, FETTLE_TOKEN: fakeToken };
  const type: Terminal['type'] = async (args, options = {}) => {
    const said = { out: '', err: '' };
    const sink = (name: 'out' | 'err') => ({
      write: (text: string) => {
        said[name] += text;
      },
    });
    const signal = options.signal ?? new AbortController().signal;
    const io = { stdout: sink('out'), stderr: sink('err'), env: { HOME: home, ...login, ...env }, signal };
    const exit = await run(args, io);
    return { exit, ...said };
  };
  const json: Terminal['json'] = async (args) => JSON.parse((await type([...args, '--json'])).out);
  return { home, type, json, leave: () => rm(home, { recursive: true, force: true }) };
}
