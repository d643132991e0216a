import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Client, createClient, type RolloutView } from '@fettle/api';
import { findStarted, readPlan, standsStill } from '@fettle/cli/publish';
import { FettleError, presetNames } from '@fettle/model';
import { withAttempts } from './attempts.ts';
import { mask, plainLines } from './commands.ts';
import type { Host } from './host.ts';
import type { Inputs } from './inputs.ts';

/** What starts rollouts is no input: it is told by the environment, and never needed for publishing. */
export const rolloutVariable = 'FETTLE_ROLLOUT_TOKEN';
const lookEveryMs = 2_000;

/** Refuses before anything is uploaded what could not be rolled out afterwards. */
export function demandRolloutToken({ rollout }: Inputs, host: Host): void {
  const token = host.env[rolloutVariable] ?? '';
  host.write(mask(token));
  if (rollout === undefined || token !== '') return;
  const message = `Input rollout: the token of a publisher starts no rollout; expected ${rolloutVariable}, found none.`;
  throw new FettleError('invalid-input', message, {
    details: { next: `env: { ${rolloutVariable}: … } from an environment with required reviewers, or rollout: none` },
  });
}

/** Starts the rollout of a version, or finds the one that an earlier run of this job started. */
export async function rollOut(asked: Asked): Promise<RolloutView> {
  const { inputs, host, signal } = asked;
  const client = createClient({ server: inputs.server, token: host.env[rolloutVariable] ?? '' });
  const say = (text: string) => host.write(`${plainLines(text)}\n`);
  const started = await withAttempts(() => startOnce(client, asked), { signal, say });
  say(`rollout: ${started.id}, ${started.status}`);
  if (inputs.wait !== 'rollout') return started;
  const look = () => client.getRollout({ rollout: started.id }, { signal });
  for (let view = started; ; view = await withAttempts(look, { signal, say })) {
    if (standsStill(view)) return view;
    await delay(lookEveryMs, undefined, { signal });
  }
}

interface Asked {
  readonly inputs: Inputs;
  readonly host: Host;
  readonly fleet: string;
  readonly signal: AbortSignal;
}

async function startOnce(client: Client, { inputs, host, fleet, signal }: Asked): Promise<RolloutView> {
  const { version, group, rollout = '' } = inputs;
  const there = await findStarted(client, { fleet, version, group }, signal);
  if (there) return there;
  const isPreset = presetNames.some((name) => name === rollout);
  const devices = group === 'all' ? (await client.countDevices({ fleet }, { signal })).accepted : 0;
  const plan = await readPlan(
    isPreset ? { preset: rollout } : { plan: join(host.workspace, rollout) },
    devices > 0 ? devices : undefined,
  );
  return client.createRollout({ fleet, version, group, plan, start: true, reason: reasonOf(host) }, { signal });
}

function reasonOf({ env }: Host): string {
  const { GITHUB_REPOSITORY: repository = 'CI', GITHUB_RUN_ID: run = '-' } = env;
  return `published by ${repository}, run ${run}`.slice(0, 200);
}
