import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { createClient, type Whoami } from '@fettle/api';
import { FettleError } from '@fettle/model';
import type { Command } from 'commander';
import { exchangeHere } from '../ci/exchange.ts';
import { loadSettings, resolveSettings, type Settings, saveSettings } from '../config.ts';
import type { Context } from '../context.ts';
import { parseDuration } from '../parse/duration.ts';
import { logInPerson } from '../people/login-person.ts';
import { demandServerUrl } from '../server-url.ts';
import { addCommand, type Shell } from '../shell.ts';

interface LoginOptions {
  readonly oidc?: boolean;
  readonly tokenFile?: string;
  readonly wait?: string;
  readonly name?: string;
}

/** `fettle login`: remembers a server and a token, after trying them. */
export function addLoginCommand(program: Command, shell: Shell): void {
  addCommand<LoginOptions>(program, shell, {
    usage: 'login',
    summary: 'remember a server and an operator token (file of mode 0600)',
    options: (command) =>
      command
        .option('--token-file <file>', 'read the token from a file instead, e.g. DATA/admin.token')
        .option('--name <login name>', 'log in as a person; the password is asked for, or FETTLE_PASSWORD')
        .option('--oidc', 'exchange the ID token of this job of CI, whatever token is set')
        .option('--wait <duration>', 'wait so long for a server that is just starting', '0'),
    run: async (context, options) => {
      const { server, token, who, fleet: given } = await tryUntil(context, options);
      const { env } = context.io;
      const saved = await loadSettings(env).catch(() => undefined);
      // The fleet that `fleet use` chose stays chosen as long as the server is the same.
      const chosen = given ?? (saved?.server === server ? saved.fleet : undefined);
      const fleet = chosen === undefined ? {} : { fleet: chosen };
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
  /** The one fleet that the token is for. */
  readonly fleet?: string | undefined;
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

async function tryLogin(context: Context, { tokenFile, oidc, name }: LoginOptions): Promise<Login> {
  const settings = oidc ? await exchanged(context) : await context.settings();
  const { server } = settings;
  if (server) demandServerUrl(server);
  const given = tokenFile === undefined ? settings.token : (await readFile(tokenFile, 'utf8')).trim();
  const token = server && name !== undefined ? await logInPerson(context, server, name) : given;
  if (!server || !token) {
    const missing = server ? 'token' : 'server';
    throw new FettleError('invalid-input', `Expected --server and a token, found no ${missing}.`, {
      details: { next: 'fettle login --server URL --token-file FILE (or --token TOKEN)' },
    });
  }
  const who = await createClient({ server, token }).whoami({}, { signal: context.io.signal });
  return { server, token, who, fleet: oidc ? settings.fleet : undefined };
}

/** The token of a job lives for minutes: it is saved for the next steps of the same job. */
async function exchanged(context: Context): Promise<Settings> {
  const { token: _, ...settings } = await resolveSettings(context.options, context.io.env);
  if (settings.server) demandServerUrl(settings.server);
  const given = settings.server ? await exchangeHere(settings, context.io) : undefined;
  if (given) return { ...settings, token: given.token, fleet: given.fleet };
  const missing = settings.server ? 'ID token: neither FETTLE_ID_TOKEN nor a runner of GitHub Actions' : '--server';
  throw new FettleError('invalid-input', `Expected a job of CI with an ID token, found no ${missing}.`, {
    details: { next: 'in GitHub Actions: permissions: id-token: write; elsewhere put the token into FETTLE_ID_TOKEN' },
  });
}
