import type { DeviceView, RolloutView } from '@fettle/api';
import { exitCodes } from '../../exit-codes.ts';
import { bootsSince, markBoots } from '../boots.ts';
import { cast, everybody, specsOf } from '../cast.ts';
import type { DemoImages } from '../images.ts';
import type { Stage } from '../stage.ts';
import type { Opened } from './open.ts';

const { versions, component, boards } = cast;

/** Release 1, to everybody at once: every device has to install it, prove itself and commit. */
export async function releaseFirst(stage: Stage, opened: Opened, images: DemoImages): Promise<void> {
  stage.title(`3 · Release 1 (${versions.first}), everywhere`);
  await publish(stage, opened, {
    version: versions.first,
    files: specsOf(images.first),
    notes: 'real firmware for two hubs',
  });
  const plan = [
    '--phases',
    'all',
    '--min-success',
    '100%',
    '--max-failures',
    '0',
    '--max-in-flight',
    '250',
    '--soak',
    '0',
  ];
  await stage.type(['rollout', 'start', '--version', versions.first, ...plan, '--watch', '--reason', 'first release']);
  await checkEverybodyRuns(stage, versions.first);
}

/** Release 2, in phases: each opens only when the one before has proven itself. */
export async function releaseSecond(stage: Stage, opened: Opened, images: DemoImages): Promise<void> {
  stage.title(`4 · Release 2 (${versions.second}), canary 5 % → 50 % → all`);
  const mark = markBoots(stage);
  await publish(stage, opened, {
    version: versions.second,
    files: specsOf(images.second),
    notes: 'the next released version',
  });
  const plan = ['--phases', '5%,50%,all', '--min-success', '100%', '--max-failures', '0', '--max-in-flight', '250'];
  const start = ['rollout', 'start', '--version', versions.second, ...plan, '--soak', '2s'];
  await stage.type([...start, '--watch', '--reason', 'monthly update']);
  await checkEverybodyRuns(stage, versions.second);
  tellBoots(stage, mark);
}

/** Release 3 is broken: it may reach the canaries and nobody else, and they must come back by themselves. */
export async function releaseBroken(stage: Stage, opened: Opened, images: DemoImages): Promise<RolloutView> {
  stage.title(`5 · Release 3 (${versions.broken}) is broken: flipped bytes, signed all the same`);
  const mark = markBoots(stage);
  for (const device of boards) await stage.type(['device', 'tag', device, 'ring=canary']);
  for (const device of cast.simulatedCanaries) await stage.ask(['device', 'tag', device, 'ring=canary']);
  stage.say(`and so on for ${cast.simulatedCanaries.length} simulated devices: the canaries are 5 % of the fleet`);
  await stage.type(['fleet', 'group', 'save', 'canaries', '--filter', 'tag.ring == "canary"']);
  await publish(stage, opened, {
    version: versions.broken,
    files: specsOf(images.broken),
    notes: 'nobody tested this',
  });
  const plan = ['--phases', `${cast.firstCanaries},all`, '--max-failures', '50%', '--soak', '5s'];
  const start = ['rollout', 'start', '--version', versions.broken, '--group', 'canaries', ...plan];
  await stage.type([...start, '--watch', '--reason', 'hurry, ship it'], exitCodes.badOutcome);
  await stage.wait('the canaries have ended what they were at', async () => {
    const [newest] = await stage.ask<RolloutView[]>(['rollout', 'list']);
    const open = newest?.phases.reduce((sum, { counts }) => sum + counts.open, 0) ?? 1;
    return [open === 0 ? 1 : 0, 1];
  });
  const [rollout] = await stage.ask<RolloutView[]>(['rollout', 'list']);
  if (!rollout) throw new Error('The rollout that was just watched is gone.');
  stage.check(rollout.status === 'aborted', 'the rollout aborted itself');
  await checkCameBack(stage);
  tellBoots(stage, mark);
  return rollout;
}

interface Publication {
  readonly version: string;
  readonly files: readonly string[];
  readonly notes: string;
}

async function publish(stage: Stage, { keys }: Opened, { version, files, notes }: Publication): Promise<void> {
  const how = ['--version', version, '--notes', notes, '--key', keys.team.place];
  await stage.type(['release', 'publish', ...files, ...how]);
}

/** A device says what it runs when it next checks in, which is a little after it reported its success. */
async function checkEverybodyRuns(stage: Stage, version: string): Promise<void> {
  await stage.wait(`devices say that they run ${version}`, async () => {
    const running = (await stage.ask<DeviceView[]>(['device', 'list'])).filter((device) => runs(device, version));
    return [running.length, everybody];
  });
  const devices = await stage.ask<DeviceView[]>(['device', 'list']);
  const real = devices.filter((device) => runs(device, version) && boards.some((board) => board === device.id));
  stage.check(real.length === boards.length, `the ${boards.length} boards with the real agent among them`);
}

/** Everybody runs release 2 again, and at least one of those that came back is a real board. */
async function checkCameBack(stage: Stage): Promise<void> {
  await stage.wait('devices run release 2 again', async () => {
    const back = (await stage.ask<DeviceView[]>(['device', 'list'])).filter((device) => runs(device, versions.second));
    return [back.length, everybody];
  });
  const devices = await stage.ask<DeviceView[]>(['device', 'list']);
  const back = devices.filter(rolledBack).map(({ id }) => id);
  const real = back.filter((id) => boards.some((board) => board === id));
  stage.check(
    back.length >= 2,
    `${back.length} of ${everybody} devices took the broken release and went back by themselves`,
  );
  stage.check(real.length >= 1, `a board with the real agent is among them: ${real.join(', ')}`);
  stage.check(back.length <= cast.firstCanaries, `nobody but the first ${cast.firstCanaries} canaries ever saw it`);
}

export function rolledBack(device: DeviceView): boolean {
  return device.attempts[0]?.lastStatus === 'rolledBack';
}

function runs(device: DeviceView, version: string): boolean {
  return device.current[component]?.version === version;
}

function tellBoots(stage: Stage, mark: number): void {
  for (const line of bootsSince(stage, mark)) stage.say(`  ${line}`);
}
