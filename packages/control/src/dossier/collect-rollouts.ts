import { createHmac } from 'node:crypto';
import type { Deployment, Release, Rollout } from '@fettle/model';
import type { Scope } from '../access/scope.ts';
import type { Brain } from '../brain.ts';
import type { Reads } from '../ports.ts';
import { type DossierFile, jsonFile } from './dossier-file.ts';

/** Deployments that a dossier tells one by one; of the others it tells how many. */
const mostDeployments = 100_000;
const pageRows = 500;

/** The rollouts of a release, oldest first. */
export async function rolloutsOf(reads: Reads, release: Release): Promise<readonly Rollout[]> {
  const found: Rollout[] = [];
  let after: string | undefined;
  do {
    const page = await reads.rollouts(release.fleet, { limit: 100, after });
    found.push(...page.items.filter((rollout) => rollout.release === release.id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  return found.reverse();
}

/** What each rollout was to do, and what came of it, device by device under pseudonyms. */
export async function rolloutFiles(
  scope: Scope,
  brain: Brain,
  rollouts: readonly Rollout[],
): Promise<readonly DossierFile[]> {
  const reads = brain.store.reads(scope);
  const pseudonym = await pseudonyms(scope, brain);
  const files: DossierFile[] = [];
  for (const rollout of rollouts) {
    const { id, salt: _, phases, ...rest } = rollout;
    const counts = await reads.rolloutCounts(id, phases.length);
    const stands = phases.map((phase, i) => ({ ...phase, counts: counts[i] ?? null }));
    files.push(jsonFile(`rollouts/${id}.json`, { id, ...rest, phases: stands }));
    files.push(jsonFile(`rollouts/${id}.devices.json`, await outcomes(reads, rollout, pseudonym)));
    await brain.clock.turn();
  }
  return files;
}

type Pseudonym = (device: string) => string;

async function outcomes(reads: Reads, { id }: Rollout, pseudonym: Pseudonym) {
  const told: object[] = [];
  let leftOut = 0;
  let after: string | undefined;
  do {
    const page = await reads.deploymentsOfRollout(id, { limit: pageRows, after });
    for (const deployment of page.items) {
      if (told.length < mostDeployments) told.push(outcomeOf(deployment, pseudonym));
      else leftOut++;
    }
    after = page.next ?? undefined;
  } while (after !== undefined);
  return { rollout: id, leftOut, devices: told.reverse() };
}

function outcomeOf(deployment: Deployment, pseudonym: Pseudonym) {
  const { device, phase, attempt, status, error, createdAt, changedAt, counterBefore } = deployment;
  return {
    device: pseudonym(device),
    phase,
    attempt,
    status,
    error: error && { class: error.class, code: error.code },
    counterBefore,
    offeredAt: new Date(createdAt).toISOString(),
    changedAt: new Date(changedAt).toISOString(),
  };
}

/**
 * Names for devices that only the installation can lead back; the same device has the same one in every dossier.
 * @source HIPAA 164.514(c): not derived from what is known of the device alone
 */
async function pseudonyms({ tenant }: Scope, brain: Brain): Promise<Pseudonym> {
  const secret = await brain.store.secret();
  return (device) => {
    const mac = createHmac('sha256', secret).update(`dossier\n${tenant}\n${device}`).digest('hex');
    return `device-${mac.slice(0, 24)}`;
  };
}
