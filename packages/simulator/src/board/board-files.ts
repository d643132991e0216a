import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Attributes, FettleError } from '@fettle/model';
import { defaultBootLimit, type SlotName } from './boot-loader.ts';
import { environmentBytes, environmentConfig, writeEnvironmentFile } from './environment-file.ts';
import type { BoardOptions } from './options.ts';

/** Where everything of a board lies in its folder. */
export interface BoardFiles {
  readonly slots: Readonly<Record<SlotName, string>>;
  readonly environment: string;
  readonly commandLine: string;
  readonly bootId: string;
  /** The behaviour of the image that runs: the health check reads it, as an application's state. */
  readonly behaviour: string;
  /** What the readiness program prints. */
  readonly readiness: string;
  /** The agent's reboot command leaves this file; the board sees it and resets. */
  readonly rebootRequest: string;
  readonly agentConfig: string;
  readonly agentLog: string;
}

/**
 * Makes the folder of a board that leaves its factory: the factory image in slot a, slot b empty, a committed
 * environment. A folder that is a board already keeps its slots, environment and state.
 * @throws FettleError `too-large` when the factory image does not fit a slot
 */
export function manufacture(options: BoardOptions): BoardFiles {
  const { dir } = options;
  const file = (name: string) => join(dir, name);
  const files: BoardFiles = {
    slots: { a: file('slot-a.img'), b: file('slot-b.img') },
    environment: file('uboot.env'),
    commandLine: file('cmdline'),
    bootId: file('boot-id'),
    behaviour: file('behaviour'),
    readiness: file('readiness.json'),
    rebootRequest: file('reboot-requested'),
    agentConfig: file('agent.json'),
    agentLog: file('agent.log'),
  };
  mkdirSync(join(dir, 'state'), { recursive: true });
  if (!existsSync(files.environment)) {
    fillSlots(files, options);
    writeFileSync(files.environment, Buffer.alloc(2 * environmentBytes, 0xff));
    const bootLimit = String(options.bootLimit ?? defaultBootLimit);
    const committed = { slot: 'a', upgrade_available: '0', bootcount: '0', bootlimit: bootLimit };
    for (let copy = 0; copy < 2; copy++) writeEnvironmentFile(files.environment, new Map(Object.entries(committed)));
  }
  writeFileSync(file('fw_env.config'), environmentConfig(files.environment));
  provision(file, options);
  writeFileSync(file('health.sh'), healthScript, { mode: 0o755 });
  writeFileSync(file('reboot.sh'), rebootScript, { mode: 0o755 });
  if (options.readiness !== undefined && !existsSync(files.readiness)) writeReadiness(files, options.readiness);
  writeFileSync(files.agentConfig, `${JSON.stringify(agentConfig(options), null, 2)}\n`);
  return files;
}

/** Replaces what the board says of its readiness; a program that reads it meanwhile gets the old or the new. */
export function writeReadiness({ readiness }: BoardFiles, attributes: Attributes): void {
  writeFileSync(`${readiness}.new`, `${JSON.stringify(attributes)}\n`);
  renameSync(`${readiness}.new`, readiness);
}

const trustFiles = { key: 'fleet-key.pub.pem', image: 'image-root.json', director: 'director-root.json' } as const;

/** What the agent trusts comes with the board. */
function provision(file: (name: string) => string, { trustKeyPem, roots, device }: BoardOptions): void {
  if ((trustKeyPem === undefined) === (roots === undefined)) {
    throw new FettleError('invalid-input', `Expected trustKeyPem or roots for board ${device}, one of both.`);
  }
  if (trustKeyPem !== undefined) writeFileSync(file(trustFiles.key), trustKeyPem);
  if (roots === undefined) return;
  writeFileSync(file(trustFiles.image), roots.image);
  writeFileSync(file(trustFiles.director), roots.director);
}

function fillSlots(files: BoardFiles, options: BoardOptions): void {
  const { slotSizeBytes, factoryImage } = options;
  const size = statSync(factoryImage).size;
  if (size > slotSizeBytes) {
    throw new FettleError('too-large', `The factory image has ${size} bytes, a slot of the board ${slotSizeBytes}.`);
  }
  copyFileSync(factoryImage, files.slots.a);
  writeFileSync(files.slots.b, '');
  for (const slot of Object.values(files.slots)) truncateSync(slot, slotSizeBytes);
}

const healthScript = `#!/bin/sh
# The application's own check: it is well exactly when a good image runs.
read -r behaviour < "$(dirname "$0")/behaviour"
[ "$behaviour" = good ] && exit 0
echo "the application does not answer ($behaviour)" >&2
exit 1
`;

// Written under another name first, so that the board never sees half a request.
const rebootScript = `#!/bin/sh
cd "$(dirname "$0")" && cat boot-id > reboot-requested.new && mv reboot-requested.new reboot-requested
`;

/** The agent's configuration as docs/agent.md describes it; relative paths are relative to the board's folder. */
function agentConfig(options: BoardOptions): Record<string, unknown> {
  return {
    server: options.server,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    fleet: options.fleet,
    device: options.device,
    deviceType: options.deviceType,
    stateDir: 'state',
    keyFile: 'device.key',
    claimToken: options.claimToken ?? null,
    trust: options.roots
      ? { roots: { image: trustFiles.image, director: trustFiles.director } }
      : { keyFiles: [trustFiles.key], threshold: 1 },
    components: {
      [options.component ?? 'rootfs']: {
        slots: { a: 'slot-a.img', b: 'slot-b.img' },
        slotSizeBytes: options.slotSizeBytes,
      },
    },
    boot: {
      driver: 'uboot',
      configFile: 'fw_env.config',
      profile: 'fettle',
      bootLimit: options.bootLimit ?? defaultBootLimit,
    },
    bootedSlot: { file: 'cmdline', argument: 'fettle.slot' },
    bootId: { file: 'boot-id' },
    reboot: { command: [join(options.dir, 'reboot.sh')], timeoutSeconds: 30 },
    health: { checks: [{ name: 'app', command: [join(options.dir, 'health.sh')], timeoutSeconds: 10 }] },
    ...(options.readiness === undefined ? {} : { readiness: { command: ['/bin/cat', 'readiness.json'] } }),
    ...options.agentConfig,
  };
}

/** The last lines of the agent's log, for whoever has to find out why a board did what it did. */
export function logTail(files: BoardFiles, characters: number): string {
  return existsSync(files.agentLog) ? readFileSync(files.agentLog, 'utf8').slice(-characters) : '';
}
