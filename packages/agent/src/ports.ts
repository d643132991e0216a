import { createPublicKey, type KeyObject } from 'node:crypto';
import { FettleError } from '@fettle/model';
import { type PublicKey, readPublicKey, trustRoot } from '@fettle/trust';
import { createReadinessAsker, hardwareRevisionOf } from './ask-readiness.ts';
import { type BootDriver, createBootDriver } from './boot/boot-driver.ts';
import { plainFileStore } from './boot/plain-file.ts';
import { countedProfile, fettleNames, menderNames, raucProfile } from './boot/profiles.ts';
import { readEnvAreas, ubootStore } from './boot/uboot.ts';
import { type Clock, systemClock } from './clock.ts';
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
import type { Transport } from './transports/transport.ts';
import type { FirstTrust } from './trust/first-trust.ts';
import { keysOpener, type ReleaseOpener } from './trust/release-opener.ts';
import { repositoriesOpener } from './trust/repositories-opener.ts';
import { TrustStore } from './trust/trust-store.ts';

/** A root may have half of this. */
const maxFileBytes = 1_048_576;

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
    ca: caFile === null ? null : await readText(disk, caFile),
    identity: await openIdentity(disk, config.keyFile),
    claimToken: async () =>
      claimTokenFile === null ? config.claimToken : (await readText(disk, claimTokenFile)).trim(),
    downloadIdleMs: config.downloads.timeoutSeconds * 1_000,
    now: () => clock.now(),
  });
  return {
    config,
    releases: await createReleaseOpener({ config, disk, transport, clock, log, signal }),
    journal: new JournalStore(disk, config.stateDir, log),
    nativeKeys: await readNativeKeys(disk, config.components),
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

/** What a configuration trusts: plain keys, or two repositories that have to agree. */
export async function createReleaseOpener(setting: {
  readonly config: Config;
  readonly disk: Disk;
  readonly transport: Transport;
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
}): Promise<ReleaseOpener> {
  const { config, disk, transport, clock, log, signal } = setting;
  const { fleet, device, deviceType, trust } = config;
  if (trust.roots === null && !trust.pinOnFirstUse) {
    const keys: PublicKey[] = [];
    for (const file of trust.keyFiles) keys.push(readPublicKey(await readText(disk, file)));
    return keysOpener({ fleet, keys, threshold: trust.threshold });
  }
  return repositoriesOpener({
    fleet,
    device,
    deviceType,
    hardwareRevision: hardwareRevisionOf(config),
    components: Object.keys(config.components),
    first: trust.roots === null ? { how: 'first-use' } : await readRoots(disk, trust.roots),
    timeFloor: trust.timeFloor === null ? 0 : Date.parse(trust.timeFloor),
    attempts: config.downloads.attempts,
    store: new TrustStore(disk, config.stateDir, log),
    transport,
    clock,
    log,
    signal,
  });
}

/** Any kind of key that an image format knows, also those that may not sign releases. */
export async function readNativeKeys(
  disk: Disk,
  components: Config['components'],
): Promise<ReadonlyMap<string, readonly KeyObject[]>> {
  const keys = new Map<string, readonly KeyObject[]>();
  for (const [component, { nativeKeyFiles }] of Object.entries(components)) {
    const read: KeyObject[] = [];
    for (const file of nativeKeyFiles) read.push(readNativeKey(file, await readText(disk, file)));
    keys.set(component, read);
  }
  return keys;
}

function readNativeKey(file: string, pem: string): KeyObject {
  try {
    if (pem.includes('PRIVATE KEY')) throw new Error('it holds a private key');
    return createPublicKey(pem);
  } catch (cause) {
    throw new FettleError('invalid-input', `${file} is no public key (PEM): ${(cause as Error).message}`, { cause });
  }
}

async function readRoots(disk: Disk, { image, director }: NonNullable<Config['trust']['roots']>): Promise<FirstTrust> {
  return { how: 'provisioned', image: await readRoot(disk, image), director: await readRoot(disk, director) };
}

async function readRoot(disk: Disk, file: string): Promise<Uint8Array> {
  const bytes = Buffer.from(await readText(disk, file), 'utf8');
  const trust = trustRoot(bytes);
  if (trust.ok) return bytes;
  throw new FettleError('invalid-input', `${file} is no root metadata: ${trust.message} Provision the root again.`);
}

async function readText(disk: Disk, file: string): Promise<string> {
  const bytes = await readSmallFile(disk, file, maxFileBytes);
  if (!bytes) throw new FettleError('invalid-input', `Expected ${file}, which the configuration names; it is missing.`);
  return bytes.toString('utf8');
}
