/** One setting of the server. The environment name is made from the key: `http.port` is FETTLE_HTTP_PORT. */
export interface ConfigKey<T extends string | number | boolean = string | number | boolean> {
  readonly default: T;
  /** What the value means: `milliseconds`, `path` … */
  readonly unit: string;
  readonly says: string;
  /** For numbers. */
  readonly least?: number;
  readonly most?: number;
  readonly oneOf?: readonly string[];
  /** Never shown; of a URL only its password is hidden. */
  readonly secret?: true;
}

const text = (unit: string, fallback: string, says: string): ConfigKey<string> => ({ default: fallback, unit, says });
const choice = (values: readonly string[], fallback: string, says: string): ConfigKey<string> => ({
  default: fallback,
  unit: values.join(' \\| '),
  says,
  oneOf: values,
});
const whole = (unit: string, [fallback, least, most]: readonly [number, number, number], says: string) =>
  ({ default: fallback, unit, says, least, most }) satisfies ConfigKey<number> as ConfigKey<number>;
const yesNo = (fallback: boolean, says: string): ConfigKey<boolean> => ({
  default: fallback,
  unit: 'true \\| false',
  says,
});

const hour = 3_600_000;

/** Every setting, with default, unit and a sentence: docs/configuration.md is made from this. */
export const configKeys = {
  'data.dir': text('path', './fettle-data', 'Folder of the database, the artifacts and the first token.'),
  database: {
    ...text(
      'URL',
      '',
      'A PostgreSQL database, `postgres://USER:PASSWORD@HOST:PORT/DATABASE`, which several server processes may share; empty: the SQLite file `fettle.db` in the data folder.',
    ),
    secret: true,
  },
  'database.connections': whole(
    'connections',
    [10, 3, 1_000],
    'Most connections of this process to PostgreSQL: two thirds for reading, one third for writing, one for notices.',
  ),
  'database.timeoutMs': whole(
    'milliseconds',
    [15_000, 500, hour],
    'How long PostgreSQL may take for a statement; two thirds of it for a lock; a process that falls silent in a transaction loses it after this time.',
  ),
  'http.host': text('address', '127.0.0.1', 'Address to listen on; `0.0.0.0` lets other machines in.'),
  'http.port': whole('port', [8450, 0, 65_535], 'Port to listen on; 0 takes a free one.'),
  'http.publicUrl': text(
    'URL',
    '',
    'How devices reach this server, e.g. `https://updates.example.com`. Download links in offers begin with it; empty: links are paths on the server that the device asked.',
  ),
  'http.maxConnections': whole('connections', [20_000, 1, 1_000_000], 'More connections than this are closed at once.'),
  'http.headersTimeoutMs': whole(
    'milliseconds',
    [10_000, 100, hour],
    'Time a client has to send its request line and headers.',
  ),
  'http.bodyTimeoutMs': whole(
    'milliseconds',
    [20_000, 100, hour],
    'Time a client has to send a whole request body; uploads are exempt.',
  ),
  'http.idleTimeoutMs': whole(
    'milliseconds',
    [60_000, 100, 24 * hour],
    'A connection on which no byte moves for this long is closed, uploads and downloads too.',
  ),
  'http.keepAliveTimeoutMs': whole(
    'milliseconds',
    [15_000, 0, hour],
    'How long an idle connection is kept for the next request.',
  ),
  'tls.certFile': text(
    'path',
    '',
    'Certificate chain, PEM. With `tls.keyFile` the server speaks HTTPS; both are read again on SIGHUP.',
  ),
  'tls.keyFile': text('path', '', 'Private key of the certificate, PEM.'),
  'downloads.maxOpen': whole(
    'downloads',
    [512, 1, 100_000],
    'More downloads at once are told to come back later (503).',
  ),
  'load.eventLoopDelayMs': whole(
    'milliseconds',
    [500, 0, 60_000],
    'When the process is later than this, check-ins are told to come back later (503) before anything else is done; 0: never.',
  ),
  'load.retryAfterSeconds': whole(
    'seconds',
    [30, 1, 86_400],
    'What such a device is told to wait; spread between half and one and a half of it.',
  ),
  'work.tickMs': whole(
    'milliseconds',
    [1_000, 50, 60_000],
    'How often rollouts are looked at; outcomes of devices cause a look sooner.',
  ),
  'work.takeOverMs': whole(
    'milliseconds',
    [10_000, 500, hour],
    'With several processes on one database: one that leads a duty and is silent for this long loses it to another.',
  ),
  'retention.gateWindowsDays': whole(
    'days',
    [30, 1, 3_650],
    'How long after the end of a rollout the windows of its gate are kept, one for each device that was watched; verdicts and evidence stay.',
  ),
  'notify.url': text('URL', '', 'Where what rollouts do is posted as CloudEvents (docs/operating.md); empty: nowhere.'),
  'notify.secret': {
    ...text('text', '', 'Signs what is posted, as Standard Webhooks say; best `whsec_` and 32 random bytes in base64.'),
    secret: true,
  },
  'audit.keyFile': text(
    'path',
    '',
    'Key that signs the audit log, made when absent, with what it signed last in a file beside it; empty: the signer that `signer.socket` names has the key, or else `audit.key` in the data folder. Server processes on one database share both.',
  ),
  'audit.origin': text(
    'URL without scheme',
    '',
    'What the names of audit logs begin with, e.g. `updates.example.com/audit`; taken when a log begins. Empty: the host of `http.publicUrl`, or the id of the key.',
  ),
  'audit.witnesses': text(
    'list',
    '',
    'Witnesses that cosign the audit log: `VKEY URL`, several with commas between (docs/audit.md).',
  ),
  'signer.socket': text(
    'path',
    '',
    'Socket of a signer that runs by itself (`fettle signer`), as another user; server processes on one database share it. Empty: the server starts one when it needs it (docs/signer.md).',
  ),
  'signer.folder': text(
    'path',
    '',
    'Folder of the keys and the state of the signer that the server starts; empty: `signer` in the data folder.',
  ),
  'repository.openTargets': yesNo(
    false,
    'Whether anybody may download the artifacts that an image repository lists; false: devices of the fleet and operators.',
  ),
  'stop.timeoutMs': whole('milliseconds', [10_000, 0, hour], 'How long a stop waits for requests that are under way.'),
  'metrics.open': yesNo(true, 'Whether `/metrics` needs no token. It tells totals only, no ids.'),
  'log.level': choice(['fatal', 'error', 'warn', 'info', 'debug', 'silent'], 'info', 'Least severity that is logged.'),
  'log.format': choice(
    ['auto', 'json', 'human'],
    'auto',
    '`auto`: for people when standard output is a terminal, else JSON lines.',
  ),
} as const satisfies Record<string, ConfigKey>;

export type ConfigName = keyof typeof configKeys;

type ValueOf<K> = K extends ConfigKey<infer T> ? T : never;
/** The settings, parsed once and frozen. */
export type ServerConfig = { readonly [N in ConfigName]: ValueOf<(typeof configKeys)[N]> };

/** `http.maxConnections` → `FETTLE_HTTP_MAX_CONNECTIONS` */
export function environmentName(name: string): string {
  return `FETTLE_${name
    .replace(/[A-Z]/g, (letter) => `_${letter}`)
    .replace('.', '_')
    .toUpperCase()}`;
}

/** `http.maxConnections` → `--http-max-connections` */
export function flagName(name: string): string {
  return `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`).replace('.', '-')}`;
}
