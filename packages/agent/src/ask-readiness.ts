import { type Attributes, limits, versionPattern } from '@fettle/model';
import { otherSlot, type Slot } from './boot/boot-driver.ts';
import { type Disk, readSmallFile } from './disk.ts';
import { cutMiddle } from './errors.ts';
import type { Ports } from './kit.ts';
import { parseReadiness, type Readiness, type ReadinessAsker } from './readiness.ts';

type AskerPorts = Pick<Ports, 'config' | 'runner' | 'installer' | 'clock' | 'log' | 'signal'>;

const consentPattern = new RegExp(versionPattern);

export function createReadinessAsker(ports: AskerPorts, disk: Disk): ReadinessAsker {
  let latest: { readonly readiness: Readiness; readonly atMs: number; readonly booted: Slot | null } | undefined;
  return {
    async ask({ booted, maxAgeMs }) {
      const nowMs = ports.clock.monotonicMs();
      if (latest && latest.booted === booted && nowMs - latest.atMs < maxAgeMs) return latest.readiness;
      const { said, problem } = await runProgram(ports);
      if (problem !== null && problem !== latest?.readiness.problem) ports.log.warn('readiness', { problem });
      const attributes: Attributes = {
        ...ports.config.attributes,
        ...placeOf(ports.config),
        ...said,
        ...(await readConsent(ports, disk)),
        ...(await ownWords(ports, booted)),
      };
      latest = { readiness: { attributes, problem }, atMs: ports.clock.monotonicMs(), booted };
      return latest.readiness;
    },
  };
}

/** The hardware revision of this device; null when the configuration does not say. */
export function hardwareRevisionOf({ hardwareRevision, attributes }: Ports['config']): string | null {
  const told = hardwareRevision ?? attributes['hardware-revision'];
  return typeof told === 'string' ? told : null;
}

async function runProgram({
  config,
  runner,
  signal,
}: AskerPorts): Promise<{ said: Attributes; problem: string | null }> {
  const { command, timeoutSeconds } = config.readiness;
  if (command === null) return { said: {}, problem: null };
  // Out of processes or file handles a program may fail to start in unusual ways: that is an answer too.
  const result = await runner
    .run({ command, timeoutMs: timeoutSeconds * 1_000, signal })
    .catch((error: Error) => ({ ended: 'not-started' as const, message: error.message }));
  if (result.ended !== 'ok') return silent(result.message);
  if (result.stdout === undefined) return silent('printed too much');
  const reading = parseReadiness(result.stdout);
  return reading.ok ? { said: reading.attributes, problem: null } : silent(reading.message);
}

function silent(message: string): { said: Attributes; problem: string } {
  return { said: {}, problem: cutMiddle(`the readiness program ${message}`, limits.attributeValueLength) };
}

function placeOf({ site, timeZone, pair }: Ports['config']): Attributes {
  return {
    ...(site === null ? {} : { site }),
    ...(timeZone === null ? {} : { 'time-zone': timeZone }),
    ...(pair === null ? {} : { pair }),
  };
}

/** A file that is damaged or empty is nobody's consent. */
async function readConsent({ config, log }: AskerPorts, disk: Disk): Promise<Attributes> {
  const { consentFile } = config.readiness;
  if (consentFile === null) return {};
  try {
    const consent =
      (await readSmallFile(disk, consentFile, limits.attributeValueLength))?.toString('utf8').trim() ?? '';
    return consentPattern.test(consent) ? { consent } : {};
  } catch (error) {
    log.warn('consent-unreadable', { message: (error as Error).message });
    return {};
  }
}

async function ownWords({ config, installer, log }: AskerPorts, booted: Slot | null): Promise<Attributes> {
  const revision = hardwareRevisionOf(config);
  const kinds = { 'artifact-kinds': 'image' };
  const own = revision === null ? kinds : { ...kinds, 'hardware-revision': revision };
  if (booted === null) return own;
  let freeBytes = 0;
  for (const component of Object.keys(config.components)) {
    const free = await installer.freeBytes(component, otherSlot(booted)).catch((error: Error) => {
      log.warn('free-bytes', { component, message: error.message });
      return undefined;
    });
    if (free === undefined) return own;
    freeBytes += free;
  }
  return { ...own, 'free-bytes': freeBytes };
}
