import { forgetGateWindows } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { Logger } from 'pino';
import type { ServerConfig } from '../config-keys.ts';
import { type DutyOptions, startDuty } from './duty.ts';

const dayMs = 86_400_000;
const everyMs = 3_600_000;

/** Lets go of what is kept for a time only; what is left when the server stops goes later. */
export function startRetention(
  config: Pick<ServerConfig, 'retention.gateWindowsDays'>,
  log: Pick<Logger, 'error' | 'info'>,
  common: Pick<DutyOptions, 'name' | 'brain' | 'lead' | 'onReplaced'>,
): () => Promise<void> {
  const stopping = new AbortController();
  const duty = startDuty({
    ...common,
    async work(brain) {
      const windows = await forgetGateWindows(brain, config['retention.gateWindowsDays'] * dayMs, stopping.signal);
      if (windows > 0) log.info({ windows }, 'windows of gates of rollouts that ended were forgotten');
    },
    everyMs,
    soonMs: 1_000,
    onDone: (_seconds, error) =>
      error !== undefined && log.error({ err: error }, 'old windows of gates were not forgotten'),
  });
  return async () => {
    stopping.abort(new FettleError('overloaded', 'The server stops.'));
    await duty.stop();
  };
}
