import type { Reads, Writes } from '@fettle/control';
import { auditReads, auditWrites } from './audit.ts';
import { checkReads, checkWrites } from './checks.ts';
import { deploymentReads, deploymentWrites } from './deployments.ts';
import { deviceReads, deviceWrites } from './devices.ts';
import { dutyWrites } from './duties.ts';
import { nameReads } from './fleet-names.ts';
import { fleetReads, fleetWrites } from './fleets.ts';
import { gateKeepingReads, gateKeepingWrites, gateReads, gateWrites } from './gates.ts';
import { holdReads, holdWrites } from './holds.ts';
import { binder, type ReadPlace, type WritePlace } from './methods.ts';
import { noticeReads, noticeWrites } from './notices.ts';
import { peopleReads, peopleWrites } from './people.ts';
import { publisherReads, publisherWrites } from './publishers.ts';
import { componentReads, componentWrites } from './release-components.ts';
import { releaseReads, releaseWrites } from './releases.ts';
import { startReads, startWrites } from './rollout-starts.ts';
import { rolloutReads, rolloutWrites } from './rollouts.ts';
import { segmentReads, segmentWrites } from './segment-searches.ts';
import { tokenReads, tokenWrites } from './tokens.ts';
import { trustReads, trustWrites } from './trust.ts';
import { uploadReads, uploadWrites } from './uploads.ts';
import { vulnerabilityReads, vulnerabilityWrites } from './vulnerabilities.ts';

const readTable = {
  ...fleetReads,
  ...tokenReads,
  ...uploadReads,
  ...releaseReads,
  ...rolloutReads,
  ...startReads,
  ...holdReads,
  ...segmentReads,
  ...gateReads,
  ...gateKeepingReads,
  ...noticeReads,
  ...trustReads,
  ...checkReads,
  ...componentReads,
  ...vulnerabilityReads,
  ...peopleReads,
  ...publisherReads,
  ...deviceReads,
  ...nameReads,
  ...deploymentReads,
  ...auditReads,
};
const writeTable = {
  ...readTable,
  ...fleetWrites,
  ...tokenWrites,
  ...uploadWrites,
  ...releaseWrites,
  ...rolloutWrites,
  ...startWrites,
  ...holdWrites,
  ...segmentWrites,
  ...gateWrites,
  ...gateKeepingWrites,
  ...noticeWrites,
  ...trustWrites,
  ...checkWrites,
  ...componentWrites,
  ...vulnerabilityWrites,
  ...peopleWrites,
  ...publisherWrites,
  ...deviceWrites,
  ...deploymentWrites,
  ...auditWrites,
  ...dutyWrites,
};
/** Every way to read, in one tenant. */
export const bindReads: (place: ReadPlace) => Reads = binder<ReadPlace, typeof readTable>(readTable);
/** Every way to read and write, in one tenant and one transaction. */
export const bindWrites: (place: WritePlace) => Writes = binder<WritePlace, typeof writeTable>(writeTable);
