import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cast } from '../cast.ts';
import { hubTypes } from '../images.ts';
import type { DemoKeys, Person } from '../keys.ts';
import type { Stage } from '../stage.ts';

/** The roots that devices are made with, as files. */
export interface DemoRoots {
  readonly image: string;
  readonly director: string;
}

type Show = (args: string[]) => Promise<unknown>;
type Command = (args: readonly string[]) => Promise<{ readonly id: string }>;

/** Two repositories, each by people of its own; nothing is installed that both do not name. */
export async function beginTrust(stage: Stage, keys: DemoKeys): Promise<DemoRoots> {
  stage.say('\nThree officers hold the keys of the image repository, any two of them sign; three others the director.');
  const typed: Command = async (args) => {
    await stage.type(args);
    const changes = await stage.ask<{ changes: { id: string; status: string }[] }>(['root', 'show']);
    const [open] = changes.changes.filter(({ status }) => status === 'open');
    if (!open) throw new Error('Expected a change that waits for signatures.');
    return open;
  };
  const quiet = (args: string[]) => stage.ask(args);
  const finish = async (staged: { id: string }, [first, ...others]: readonly Person[], show: Show) => {
    const sign = (who: Person) => ['root', 'sign', staged.id, '--key', keys[who].place, '--meaning', 'agreed'];
    if (first) await show(sign(first));
    for (const who of others) await quiet(sign(who));
    await show(['root', 'publish', staged.id]);
  };
  const officers = (who: readonly Person[]) => who.flatMap((name) => ['--officer', keys[name].publicKeyFile]);
  const init = ['root', 'init', '--threshold', '2', '--repository'];
  await finish(await typed([...init, 'image', ...officers(['ann', 'bob', 'cid'])]), ['ann', 'bob'], stage.type);
  stage.say(
    '\nA second officer has signed as well. The same for the director, and for what the fleet may publish by itself.',
  );
  const director = [...init, 'director', ...officers(['dee', 'eve', 'fay'])];
  await finish(await stage.ask<{ id: string }>(director), ['dee', 'eve'], quiet);
  const delegation = await typed(['root', 'delegate', cast.fleet, '--key', keys.team.publicKeyFile]);
  await finish(delegation, ['ann', 'cid'], quiet);
  await stage.type(['root', 'show', '--out', stage.folder]);
  return { image: join(stage.folder, 'image.root.json'), director: join(stage.folder, 'director.root.json') };
}

/** From here on every image has to be signed for its boot loader as well. */
export async function demandImageKey(stage: Stage, keys: DemoKeys): Promise<void> {
  const types = hubTypes.flatMap((type) => ['--type', type]);
  const rule = ['--component', cast.component, '--format', 'mcuboot', '--key', keys.image.publicKeyFile];
  await stage.type(['image', 'policy', 'set', ...types, ...rule]);
}

/** The text of both roots. */
export async function readRoots({ image, director }: DemoRoots): Promise<{ image: string; director: string }> {
  return { image: await readFile(image, 'utf8'), director: await readFile(director, 'utf8') };
}
