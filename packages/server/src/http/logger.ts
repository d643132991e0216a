import { Writable } from 'node:stream';
import { type Logger, pino } from 'pino';
import type { ServerConfig } from '../config-keys.ts';

const secrets = [
  'authorization',
  'token',
  'claimToken',
  'proof',
  'challenge',
  'hash',
  'secret',
  'privateKey',
  'headers.authorization',
  'headers.cookie',
  'req.headers.authorization',
  'req.headers.cookie',
  '*.token',
  '*.proof',
  '*.claimToken',
  '*.authorization',
];

/** The log: JSON lines, or short lines for people. Secrets are cut out wherever they could slip in. */
export function createLogger(config: ServerConfig, out: NodeJS.WriteStream = process.stdout): Logger {
  const format = config['log.format'] === 'auto' ? (out.isTTY ? 'human' : 'json') : config['log.format'];
  const options = { level: config['log.level'], redact: { paths: secrets, censor: '(secret)' }, base: null };
  return pino(options, format === 'human' ? humanLines(out) : out);
}

const names: Readonly<Record<number, string>> = { 20: 'debug', 30: 'info', 40: 'WARN', 50: 'ERROR', 60: 'FATAL' };

function humanLines(out: NodeJS.WriteStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(line: string | Buffer, _encoding, done) {
      out.write(humanLine(String(line)));
      done();
    },
  });
}

/** One JSON log line as people like to read it. */
export function humanLine(line: string): string {
  const { time, level, msg, err, ...rest } = JSON.parse(line) as Record<string, unknown> & {
    time: number;
    level: number;
    msg?: string;
    err?: { stack?: string; message?: string };
  };
  const facts = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const trouble = err ? `\n  ${err.stack ?? err.message}` : '';
  const clock = new Date(time).toISOString().slice(11, 19);
  return `${[clock, names[level] ?? String(level), msg ?? '', ...facts].join(' ').trimEnd()}${trouble}\n`;
}
