import type { DeviceView, RolloutView } from '@fettle/api';
import { formatDuration } from '../../output/format.ts';
import { table } from '../../output/table.ts';
import { cast, everybody } from '../cast.ts';
import type { Stage } from '../stage.ts';
import { rolledBack } from './releases.ts';

/** "Why?" for a device that was updated, one that was held back and one that came back. */
export async function askWhy(stage: Stage, rollout: RolloutView): Promise<void> {
  stage.title('6 · Why? An exact answer for every device');
  const devices = await stage.ask<DeviceView[]>(['device', 'list']);
  const tried = (device: DeviceView) => device.attempts.some((attempt) => attempt.rollout === rollout.id);
  const canary = (device: DeviceView) => device.tags.ring === 'canary';
  const isBoard = ({ id }: DeviceView) => cast.boards.some((board) => board === id);
  const updated = devices.find((device) => !canary(device));
  const held = devices.find((device) => canary(device) && !tried(device));
  const back = devices.find((device) => isBoard(device) && rolledBack(device));
  if (!updated || !held || !back) throw new Error('Expected an updated, a held and a rolled-back device.');
  const { versions } = cast;
  stage.say(`\nupdated: ${updated.id} took release 2 and keeps it`);
  stage.check((await stage.type(['why', updated.id, versions.second])).includes('up-to-date'), 'it says: up to date');
  stage.say(`\nheld: ${held.id} is a canary, but release 3 was stopped before it was its turn`);
  stage.check(
    (await stage.type(['why', held.id, versions.broken])).includes('gate-failed'),
    'it says: its gate failed',
  );
  stage.say(`\nrolled back: ${back.id} is a board with the real agent`);
  const told = await stage.type(['why', back.id, versions.broken]);
  stage.check(told.includes('rolledBack') && told.includes('health-failed'), 'it says: health failed, rolled back');
}

/** Who did what: people, the rollout itself, and single devices. */
export async function showAudit(stage: Stage, rollout: RolloutView): Promise<void> {
  stage.title('7 · The audit log: who did what, and why');
  await stage.type(['audit', 'list', '--no-deployments', '--limit', '12']);
  await stage.type(['audit', 'list', '--object', `rollout/${rollout.id}`]);
}

/** Everything on one screen. */
export async function showState(stage: Stage, begun: number): Promise<void> {
  stage.title('8 · How things stand');
  const devices = await stage.ask<DeviceView[]>(['device', 'list']);
  const rows = [...countBy(devices, (device) => `${device.type}\t${device.current[cast.component]?.version ?? '-'}`)];
  const counted = rows.map(([key, count]) => [...key.split('\t'), String(count)]);
  stage.say(table(['device type', 'runs', 'devices'], counted));
  await stage.type(['rollout', 'list']);
  await stage.type(['release', 'list']);
  const took = formatDuration(performance.now() - begun);
  stage.say(
    `\n${everybody} devices, three releases; one was bad, and whoever tried it came back by itself. ${took} in all.`,
  );
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return new Map([...counts].sort());
}
