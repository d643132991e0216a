import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import { FettleError } from '@fettle/model';
import { type Arguments, helpText, parseArguments } from './arguments.ts';
import { createFleet, type FleetStats, type PretendFleet } from './fleet.ts';

/** Exit codes: a fleet that saw the server break a promise says so. */
const exitCodes = { ok: 0, violations: 1, usage: 2 } as const;

/**
 * Runs a fleet until its time is over or a signal ends it; the last line on stdout is its summary as JSON.
 * @returns the exit code
 */
export async function runProgram(args: readonly string[]): Promise<number> {
  let parsed: Arguments;
  try {
    parsed = parseArguments(args);
  } catch (error) {
    process.stderr.write(`fettle-fleet: ${(error as Error).message}\n`);
    return exitCodes.usage;
  }
  if (parsed.kind === 'help') {
    process.stdout.write(helpText());
    return exitCodes.ok;
  }
  const events = parsed.eventsFile === undefined ? undefined : createWriteStream(parsed.eventsFile, { mode: 0o600 });
  let fleet: PretendFleet;
  try {
    fleet = await createFleet({
      ...parsed.options,
      ...(events && { onEvent: (event) => events.write(`${JSON.stringify(event)}\n`) }),
    });
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    process.stderr.write(`fettle-fleet: ${error.message}\n`);
    return exitCodes.usage;
  }
  fleet.start();
  const stopTelling = parsed.quiet ? () => {} : tellStatus(fleet);
  await endOfRun(parsed.forMs);
  stopTelling();
  await fleet.stop();
  if (events) {
    events.end();
    await finished(events);
  }
  return tellEnd(fleet);
}

/** Resolves when the time is over or somebody ends the program; a second signal ends it at once. */
function endOfRun(forMs: number | undefined): Promise<void> {
  return new Promise((resolve) => {
    const timer = forMs === undefined ? undefined : setTimeout(resolve, forMs);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        clearTimeout(timer);
        resolve();
      });
    }
  });
}

function tellStatus(fleet: PretendFleet): () => void {
  const live = process.stderr.isTTY === true;
  const tell = () => {
    const line = statusLine(fleet.stats());
    process.stderr.write(live ? `\r\x1b[K${line}` : `${line}\n`);
  };
  const timer = setInterval(tell, live ? 500 : 5_000);
  return () => {
    clearInterval(timer);
    if (live) process.stderr.write('\n');
  };
}

function statusLine(stats: FleetStats): string {
  const counts = (record: Readonly<Record<string, number>>) =>
    Object.entries(record)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ');
  const parts = [`${stats.devices} devices: ${counts(stats.byState)}`, `run ${counts(stats.byVersion)}`];
  const deployments = counts(stats.deployments);
  if (deployments !== '') parts.push(`deployments ${deployments}`);
  if (stats.violations > 0) parts.push(`${stats.violations} broken promises`);
  return parts.join(' | ');
}

function tellEnd(fleet: PretendFleet): number {
  const stats = fleet.stats();
  process.stdout.write(`${JSON.stringify(stats)}\n`);
  for (const violation of fleet.violations().slice(0, 10)) process.stderr.write(`${JSON.stringify(violation)}\n`);
  return stats.violations > 0 ? exitCodes.violations : exitCodes.ok;
}
