import { type Client, createClient } from '@fettle/api';
import { FettleError, type FleetId, fleetId } from '@fettle/model';
import { exchangeHere } from './ci/exchange.ts';
import { hasIdToken } from './ci/id-token.ts';
import { resolveSettings, type Settings } from './config.ts';
import type { Io } from './io.ts';
import { createStyle, type Style } from './output/style.ts';
import { demandServerUrl } from './server-url.ts';

/** Options that every command takes. */
export interface SharedOptions extends Settings {
  readonly json?: boolean;
}

/** What a command works with: where to say things, and the server when it needs one. */
export interface Context {
  readonly io: Io;
  readonly json: boolean;
  /** Settings that were given as options. */
  readonly options: Settings;
  readonly style: Style;
  /** Says the result: the value as JSON under --json, else what `human` makes of it. */
  readonly say: (value: unknown, human: (style: Style) => string) => void;
  /** Says something on the side, on standard error; silent under --json. */
  readonly note: (text: string) => void;
  readonly settings: () => Promise<Settings>;
  readonly client: () => Promise<Client>;
  readonly fleet: () => Promise<FleetId>;
}

export function createContext(io: Io, options: SharedOptions): Context {
  const json = options.json === true;
  const style = createStyle(io.stdout, io.env);
  let settings: Promise<Settings> | undefined;
  let client: Promise<Client> | undefined;
  const context: Context = {
    io,
    json,
    options,
    style,
    say: (value, human) => io.stdout.write(`${json ? JSON.stringify(value, null, 2) : human(style)}\n`),
    note: (text) => {
      if (!json) io.stderr.write(`${text}\n`);
    },
    settings: () => {
      settings ??= resolveSettings(options, io.env).then((resolved) => inJob(resolved, io));
      return settings;
    },
    client: () => {
      client ??= context.settings().then(connect);
      return client;
    },
    fleet: () => chooseFleet(context),
  };
  return context;
}

/** In a job of CI without a token of ours, the job's own ID token is exchanged for one; its fleet comes with it. */
async function inJob(settings: Settings, io: Io): Promise<Settings> {
  if (settings.token || !settings.server || !hasIdToken(io.env)) return settings;
  demandServerUrl(settings.server);
  const given = await exchangeHere(settings, io);
  return given ? { ...settings, token: given.token, fleet: given.fleet } : settings;
}

function connect(settings: Settings): Client {
  if (!settings.server || !settings.token) {
    const missing = settings.server ? 'an operator token' : 'a server to talk to';
    throw new FettleError('not-authenticated', `Expected ${missing}, found none.`, {
      details: { next: 'fettle login --server URL --token TOKEN' },
    });
  }
  demandServerUrl(settings.server);
  return createClient({ server: settings.server, token: settings.token });
}

/** The fleet that was named; without a name, the one that the token is bound to, or the only one there is. */
async function chooseFleet(context: Context): Promise<FleetId> {
  const { fleet } = await context.settings();
  if (fleet) return fleetId(fleet);
  const client = await context.client();
  // Asked first: whoever may only publish lists nothing, and a refusal would be in the audit log.
  const { fleets: bound = [] } = await client.whoami();
  const [own] = bound;
  if (own !== undefined && bound.length === 1) return fleetId(own);
  const { items } = await client.listFleets({ limit: 2 });
  const [only] = items;
  if (only && items.length === 1) return fleetId(only.id);
  if (!only) {
    throw new FettleError('not-found', 'There is no fleet yet.', {
      details: { next: 'fettle fleet create NAME --type DEVICE-TYPE' },
    });
  }
  throw new FettleError('invalid-input', 'Expected the fleet that this is about: there are several.', {
    details: { next: 'fettle fleet use NAME, or add --fleet NAME' },
  });
}
