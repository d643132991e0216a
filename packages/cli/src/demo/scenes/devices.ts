import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DeviceCountsView } from '@fettle/api';
import { locateProgram, nodeArguments } from '../../programs.ts';
import { cast, everybody } from '../cast.ts';
import { type DemoImages, hubTypes, type Image } from '../images.ts';
import type { Stage } from '../stage.ts';
import type { Opened } from './open.ts';
import { readRoots } from './trust.ts';

/** 200 simulated devices, and 3 virtual boards with the real agent on them; all enrol by themselves. */
export async function bringDevices(stage: Stage, opened: Opened, images: DemoImages): Promise<void> {
  stage.title(`2 · ${cast.simulated} simulated devices, and the real agent on ${cast.boards.length} virtual boards`);
  await startSimulated(stage, opened);
  await startBoards(stage, opened, images);
  stage.say(
    '3 boards: slots and U-Boot environment as files, a boot loader that counts, the real fettle-agent on each',
  );
  await stage.wait('devices have proven their keys and are accepted', async () => {
    const { devices } = await stage.ask<{ devices: DeviceCountsView }>(['fleet', 'show']);
    return [devices.accepted, everybody];
  });
  await stage.type(['fleet', 'show']);
}

async function startSimulated(stage: Stage, opened: Opened): Promise<void> {
  const claimFile = join(stage.folder, 'claim.token');
  await writeFile(claimFile, opened.claimToken, { mode: 0o600 });
  const { fleet, component, simulated, speed, factoryVersion, versions } = cast;
  const args = [
    '--server',
    opened.url,
    '--fleet',
    fleet,
    '--devices',
    String(simulated),
    '--types',
    hubTypes.join(','),
  ];
  args.push('--claim-token-file', claimFile, '--component', component);
  args.push('--image-root', opened.roots.image, '--director-root', opened.roots.director);
  args.push('--factory-version', factoryVersion, '--speed', String(speed), '--ramp', '1', '--seed', 'demo', '--quiet');
  args.push('--misbehave', 'duplicates-reports=5%,reorders-reports=5%,clock-1970=5%,dies-at-byte=3%');
  args.push('--bad', `${versions.broken}=fails-health:100%`);
  stage.say(`\n${stage.style.dim('$')} ${stage.style.accent(`fettle simulate ${args.join(' ')} &`)}`);
  stage.start('simulator', [process.execPath, ...nodeArguments(locateProgram('fleet'), args)]);
}

async function startBoards(stage: Stage, opened: Opened, images: DemoImages): Promise<void> {
  const roots = await readRoots(opened.roots);
  const { component, slotSizeBytes } = cast;
  const slots = { a: 'slot-a.img', b: 'slot-b.img' };
  const nativeKeyFiles = opened.isMcuboot ? { nativeKeyFiles: [opened.keys.image.publicKeyFile] } : {};
  const good = [images.factory, images.first['prime-hub'], images.second['prime-hub']];
  const known = (image: Image, behaviour: 'good' | 'health-fails') => {
    return { digest: image.digest, sizeBytes: image.sizeBytes, behaviour };
  };
  const boards = cast.boards.map((device) => ({
    dir: join(stage.folder, device),
    agentCommand: [process.execPath, ...nodeArguments(locateProgram('agent'), [])],
    server: opened.url,
    fleet: cast.fleet,
    device,
    deviceType: 'prime-hub',
    claimToken: opened.claimToken,
    roots,
    component,
    slotSizeBytes,
    factoryImage: images.factory.file,
    catalogue: [...good.map((image) => known(image, 'good')), known(images.broken['prime-hub'], 'health-fails')],
    agentConfig: {
      factory: { version: cast.factoryVersion, counter: 0 },
      checkIn: { minSeconds: 1, maxSeconds: 1 },
      components: { [component]: { slots, slotSizeBytes, ...nativeKeyFiles } },
    },
  }));
  const file = join(stage.folder, 'boards.json');
  await writeFile(file, JSON.stringify({ boards }), { mode: 0o600 });
  stage.start('boards', [process.execPath, ...nodeArguments(locateProgram('board'), ['--boards', file])]);
}
