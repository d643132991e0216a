import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Whoami } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import { loadSettings, saveSettings } from '../config.ts';
import type { Context } from '../context.ts';
import { parseDuration } from '../parse/duration.ts';
import { addCommand, type Shell } from '../shell.ts';

interface LoginOptions {
  readonly tokenFile?: string;
  readonly wait?: string;
}

/** `fettle login`: remembers a server and a token, after trying them. */
export function addLoginCommand(program: Command, shell: Shell): void {
  addCommand<LoginOptions>(program, shell, {
    usage: 'login',
    summary: 'remember a server and an operator token (file of mode 0600)',
    options: (command) =>
      command
        .option('--token-file <file>', 'read the token from a file instead, e.g. DATA/admin.token')
        .option('--wait <duration>', 'wait so long for a server that is just starting', '0'),
    run: async (context, options) => {
      const { server, token, who } = await tryUntil(context, options);
      const { env } = context.io;
      const saved = await loadSettings(env).catch(() => undefined);
      // The fleet that `fleet use` chose stays chosen as long as the server is the same.
      const fleet = saved?.server === server && saved.fleet !== undefined ? { fleet: saved.fleet } : {};
      const file = await saveSettings({ server, token, ...fleet }, env);
      context.say({ server, ...who, file }, (style) => `${style.good('logged in')} to ${server} as ${who.actor}`);
      context.note(`saved in ${file}\nnext: fettle fleet list`);
      return undefined;
    },
  });
}

interface Login {
  readonly server: string;
  readonly token: string;
  readonly who: Whoami;
}

/** A server that is just starting has written no token and answers nothing yet. */
async function tryUntil(context: Context, options: LoginOptions): Promise<Login> {
  const until = performance.now() + parseDuration(options.wait ?? '0', '--wait');
  for (;;) {
    try {
      return await tryLogin(context, options);
    } catch (error) {
      const isEarly = (error as NodeJS.ErrnoException).code === 'ENOENT' || isSilence(error);
      if (!isEarly || performance.now() >= until) throw error;
      await delay(200, undefined, { signal: context.io.signal });
    }
  }
}

function isSilence(error: unknown): boolean {
  return error instanceof FettleError && error.retryable;
}

async function tryLogin(context: Context, { tokenFile }: LoginOptions): Promise<Login> {
  const settings = await context.settings();
  const { server } = settings;
  const token = tokenFile === undefined ? settings.token : (await readFile(tokenFile, 'utf8')).trim();
  if (!server || !token) {
    const missing = server ? 'token' : 'server';
    throw new FettleError('invalid-input', `Expected --server and a token, found no ${missing}.`, {
      details: { next: 'fettle login --server URL --token-file FILE (or --token TOKEN)' },
    });
  }
  checkServerUrl(server);
  const who = await createClient({ server, token }).whoami({}, { signal: context.io.signal });
  return { server, token, who };
}

function checkServerUrl(server: string): void {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (url && ['http:', 'https:'].includes(url.protocol) && url.username === '' && url.password === '') return;
  const message = '--server: expected a URL such as https://fettle.example.com, without a password.';
  throw new FettleError('invalid-input', message);
}
