import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Io } from '../io.ts';
import type { RunCommandLine } from '../shell.ts';
import { prepareImages } from './images.ts';
import { bringDevices } from './scenes/devices.ts';
import { askWhy, showAudit, showState } from './scenes/ending.ts';
import { type Opened, openFleet } from './scenes/open.ts';
import { releaseBroken, releaseFirst, releaseSecond } from './scenes/releases.ts';
import { signImages } from './sign-images.ts';
import { DemoFailure, type Stage, withStage } from './stage.ts';

export interface DemoOptions {
  readonly run: RunCommandLine;
  /** Ends after the last scene instead of staying up. */
  readonly endAtOnce: boolean;
  /** Locator of a PKCS#11 token, without a key, that holds what people sign with; undefined: key files. */
  readonly token: string | undefined;
}

/**
 * The whole job on one machine: real firmware from files to devices, in phases, and back when it is bad.
 * @returns how many seconds it took
 * @throws DemoFailure when a step did not end as told
 */
export async function runDemo(io: Io, { run, endAtOnce, token }: DemoOptions): Promise<number> {
  const begun = performance.now();
  return withStage(io, run, async (stage) => {
    const tooLong = setTimeout(() => stage.fail('Expected the end within 10 minutes.'), longestMs);
    const opened = await play(stage, begun, token).finally(() => clearTimeout(tooLong));
    const seconds = Math.round((performance.now() - begun) / 1_000);
    if (!endAtOnce) await stayUp(stage, opened);
    return seconds;
  });
}

const longestMs = 600_000;

async function play(stage: Stage, begun: number, token: string | undefined): Promise<Opened> {
  const folder = join(stage.folder, 'images');
  await mkdir(folder);
  const files = await prepareImages(folder);
  stage.say(stage.style.strong('Fettle: firmware from a file to every device, and back when it is bad.'));
  stage.say(`Real firmware (Pybricks 7.27 and 7.28, for two kinds of hub); everything lives in ${stage.folder}.`);
  const opened = await openFleet(stage, token);
  const images = token === undefined ? files : await signImages(stage, files, opened.keys.image);
  await bringDevices(stage, opened, images);
  await releaseFirst(stage, opened, images);
  await releaseSecond(stage, opened, images);
  const broken = await releaseBroken(stage, opened, images);
  await askWhy(stage, broken);
  await showAudit(stage, broken);
  await showState(stage, begun);
  return opened;
}

/** Leaves everything running for a person to look around. */
async function stayUp(stage: Stage, { url }: Opened): Promise<void> {
  const { style } = stage;
  const { signal } = stage.io;
  const lines = [
    '',
    style.strong('Everything is still up. In another terminal:'),
    `  export XDG_CONFIG_HOME=${join(stage.folder, 'config')}`,
    '  npx fettle device list            npx fettle why hub-2            npx fettle rollout show',
    '  npx fettle audit list             npx fettle device show hub-1    npx fettle --help',
    `API and its pages: ${url}/api     metrics: ${url}/metrics`,
    `Token of the administrator: ${join(stage.folder, 'data/admin.token')}`,
    `What the programs say: ${join(stage.folder, '*.log')}, ${join(stage.folder, 'hub-1/agent.log')}`,
    '',
    'Ctrl-C ends it and removes everything.',
  ];
  stage.say(lines.join('\n'));
  if (!signal.aborted) await once(signal, 'abort');
  if (signal.reason instanceof DemoFailure) throw signal.reason;
}
