import { FettleError, fleetId } from '@fettle/model';
import { type PublicKey, readPublicKey } from '@fettle/trust';
import { createReadinessAsker } from './ask-readiness.ts';
import { type BootDriver, createBootDriver } from './boot/boot-driver.ts';
import { plainFileStore } from './boot/plain-file.ts';
import { countedProfile, fettleNames, menderNames, raucProfile } from './boot/profiles.ts';
import { readEnvAreas, ubootStore } from './boot/uboot.ts';
import { systemClock } from './clock.ts';
import type { Config } from './config-schema.ts';
import { type Disk, readSmallFile } from './disk.ts';
import { nodeDisk } from './disk-node.ts';
import { readFacts } from './facts.ts';
import { openIdentity } from './identity.ts';
import { rawSlotInstaller } from './installers/raw-slot.ts';
import { JournalStore } from './journal-store.ts';
import type { Ports } from './kit.ts';
import type { Log } from './log.ts';
import { processRunner } from './runner.ts';
import { nativeTransport } from './transports/native.ts';

const maxPemBytes = 262_144;

/**
 * The composition root: real storage, clock, network and programs.
 * @param setting `folder` is where commands of the configuration run: that of the configuration file
 */
export async function createPorts(setting: {
  readonly config: Config;
  readonly folder: string;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<Ports> {
  const { config, folder, log, signal } = setting;
  const disk = nodeDisk;
  const boot = await createDriver(disk, config.boot);
  const { server, tenant, fleet, device, deviceType, caFile, claimTokenFile } = config;
  const installer = rawSlotInstaller(disk, config.components);
  const runner = processRunner(folder);
  const clock = systemClock;
  const transport = nativeTransport({
    server,
    tenant,
    fleet,
    device,
    deviceType,
    ca: caFile === null ? null : await readPem(disk, caFile),
    identity: await openIdentity(disk, config.keyFile),
    claimToken: async () =>
      claimTokenFile === null ? config.claimToken : (await readPem(disk, claimTokenFile)).trim(),
    downloadIdleMs: config.downloads.timeoutSeconds * 1_000,
    now: () => clock.now(),
  });
  return {
    config,
    trust: {
      fleet: fleetId(fleet),
      keys: await readTrust(disk, config.trust.keyFiles),
      threshold: config.trust.threshold,
    },
    journal: new JournalStore(disk, config.stateDir, log),
    boot,
    installer,
    transport,
    runner,
    readiness: createReadinessAsker({ config, runner, installer, clock, log, signal }, disk),
    clock,
    random: Math.random,
    log,
    readFacts: () => readFacts(disk, config, boot),
    signal,
  };
}

/** The boot driver that a configuration asks for. */
export async function createDriver(disk: Disk, config: Config['boot']): Promise<BootDriver> {
  const store =
    config.driver === 'uboot'
      ? ubootStore(disk, await readEnvAreas(disk, config.configFile))
      : plainFileStore(disk, config.file);
  return createBootDriver(store, profileOf(config));
}

function profileOf({ profile, bootLimit }: Config['boot']) {
  if (profile === 'rauc') return raucProfile({ a: 'A', b: 'B' }, bootLimit);
  if (profile === 'mender') return countedProfile(menderNames, bootLimit);
  return countedProfile(profile === 'fettle' ? fettleNames : profile, bootLimit);
}

async function readTrust(disk: Disk, keyFiles: readonly string[]): Promise<PublicKey[]> {
  const keys: PublicKey[] = [];
  for (const file of keyFiles) keys.push(readPublicKey(await readPem(disk, file)));
  return keys;
}

async function readPem(disk: Disk, file: string): Promise<string> {
  const bytes = await readSmallFile(disk, file, maxPemBytes);
  if (!bytes) throw new FettleError('invalid-input', `Expected ${file}, which the configuration names; it is missing.`);
  return bytes.toString('utf8');
}
