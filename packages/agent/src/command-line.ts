import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { FettleError, fettleVersion } from '@fettle/model';
import { runAgent } from './agent.ts';
import { systemClock } from './clock.ts';
import { describeConfig, parseConfig } from './config.ts';
import { createLog } from './log.ts';
import { createPorts } from './ports.ts';

const usage = `fettle-agent ${fettleVersion}: installs releases, checks them, commits or rolls back.

  fettle-agent --config FILE            run until SIGTERM or SIGINT
  fettle-agent --config FILE --once     one pass: check in, act, deliver reports
  fettle-agent --config FILE --print-config
                                        show every setting and where it comes from, secrets masked
  fettle-agent --version | --help

Exit codes: 0 done or stopped · 1 the server could not be reached (--once) or the agent failed · 2 wrong use or configuration
`;

/** Runs the program. @returns the exit code */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  const asked = readArguments(args);
  if (typeof asked === 'string') return complain(`${asked}\n\n${usage}`);
  if (asked.help || asked.version) {
    process.stdout.write(asked.help ? usage : `${fettleVersion}\n`);
    return 0;
  }
  if (asked.config === undefined) return complain(`Expected --config FILE.\n\n${usage}`);
  try {
    const file = resolve(asked.config);
    const text = await readFile(file, 'utf8');
    const folder = dirname(file);
    const config = parseConfig(text, folder);
    if (asked['print-config']) {
      process.stdout.write(`${JSON.stringify(describeConfig(config, text), null, 2)}\n`);
      return 0;
    }
    return await run({ config, folder, mode: asked.once ? 'once' : 'stay' });
  } catch (error) {
    if (error instanceof FettleError || (error as { code?: string }).code === 'ENOENT') {
      return complain(`fettle-agent: ${(error as Error).message}\n`);
    }
    process.stderr.write(`fettle-agent: ${(error as Error).stack ?? error}\n`);
    return 1;
  }
}

async function run(how: {
  config: ReturnType<typeof parseConfig>;
  folder: string;
  mode: 'once' | 'stay';
}): Promise<number> {
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGTERM', onSignal);
  process.once('SIGINT', onSignal);
  const log = createLog((line) => process.stderr.write(line), systemClock.now);
  const ports = await createPorts({ ...how, log, signal: stop.signal });
  log.info('started', { version: fettleVersion, device: how.config.device, mode: how.mode });
  const end = await runAgent(ports, how.mode);
  log.info('ended', { end });
  process.off('SIGTERM', onSignal);
  process.off('SIGINT', onSignal);
  return end === 'unheard' ? 1 : 0;
}

function readArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        config: { type: 'string' },
        once: { type: 'boolean' },
        'print-config': { type: 'boolean' },
        version: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return (error as Error).message;
  }
}

function complain(message: string): number {
  process.stderr.write(message);
  return 2;
}
