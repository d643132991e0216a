import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  addWaiver,
  appendUpload,
  type Brain,
  beginUpload,
  checkIn,
  createRollout,
  explainDevice,
  type NewReleasePolicy,
  requestCheck,
  revokeWaiver,
  runChecks,
  type Scope,
  setReleasePolicy,
  showApprovals,
  tickRollouts,
  type VulnerabilityLookup,
  watchReleases,
} from '@fettle/control';
import { type GateReport, inventoryKind, type SoftwareInventory, waiverPredicate } from '@fettle/gates';
import { digest, type Finding, type ReleaseGate, type Verdict } from '@fettle/model';
import { encodeStatement, generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { simplePlan } from '../support/memory-brain.ts';
import { approvalWorld, sign } from './approvals-support.ts';

const officer = generateKeyPem();
const version = '2.0.0';

/** What a gate says, with findings of a rule each. */
export function saying(gate: ReleaseGate, verdict: Verdict, findings: readonly Finding[] = []): GateReport {
  const rest = { findingsLeftOut: 0, facts: {}, inputs: [], documents: [] };
  return { gate, verdict, summary: `${gate} says ${verdict}.`, findings, ...rest };
}

export function finding(gate: ReleaseGate, rule: string, details: Finding['details'] = {}): Finding {
  const fingerprint = createHash('sha256').update(`${gate}/${rule}`).digest('hex').slice(0, 32);
  const about = { gate, rule, severity: 'critical', place: 'etc/x', message: rule, fingerprint } as const;
  return { ...about, details: { component: 'pkg:deb/debian/openssl', open: true, ...details } };
}

export const standardPolicy: NewReleasePolicy = {
  stages: [
    {
      stage: 'production',
      groups: [],
      demands: [
        { gate: 'secrets', when: 'pass' },
        { gate: 'vulnerabilities', when: 'open.critical < 10' },
      ],
      approvals: [{ meaning: 'tested', role: 'qa', count: 1 }],
    },
  ],
  settings: {},
  waivers: { keys: [officer.publicKeyPem], threshold: 1 },
  onNewFindings: 'alert',
};

/** A world whose gates and whose vulnerability data say what the test wants. */
export async function voidWorld(seed: number, policy: NewReleasePolicy = standardPolicy) {
  const world = await approvalWorld(seed);
  const { admin, fleet } = world;
  const inventory: SoftwareInventory = {
    distribution: null,
    components: [],
    coverage: { explainedBytes: 0, executableBytes: 0 },
  };
  const says: { gates: readonly GateReport[]; today: GateReport } = {
    gates: [saying('secrets', 'pass'), saying('vulnerabilities', 'pass')],
    today: saying('vulnerabilities', 'pass'),
  };
  const bytes = Buffer.from(JSON.stringify(inventory));
  const documents = [{ kind: inventoryKind, mediaType: 'application/json', bytes }];
  const vulnerabilities: VulnerabilityLookup = {
    know: async () => undefined,
    judge: async (_sets, _name, components) => components.map(() => null),
    recheck: async () => says.today,
  };
  const gates = { run: async () => [{ ...saying('sbom', 'pass'), documents }, ...says.gates] };
  const brain: Brain = { ...world.brain, gates, vulnerabilities };
  await setReleasePolicy(admin, brain, fleet, policy);
  let imported = 0;
  return Object.assign(world, {
    brain,
    says,
    setPolicy: (next: NewReleasePolicy) => setReleasePolicy(admin, brain, fleet, next),
    async release(): Promise<void> {
      const image = Buffer.from(`image of ${version}`);
      const named = digest(createHash('sha256').update(image).digest('hex'));
      const { upload } = await beginUpload(admin, brain, { digest: named, sizeBytes: image.length });
      if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: Readable.from([image]) });
      const artifacts = ['board-a', 'board-b'].map((type) => ({
        deviceType: type,
        component: 'rootfs',
        digest: named,
      }));
      await requestCheck(admin, brain, fleet, { version, artifacts, supplied: [], anew: false });
      await runChecks(brain);
      await world.publish(version);
    },
    /** Other data came in, by which the gate says this. */
    async newData(today: GateReport): Promise<void> {
      says.today = today;
      const set = {
        digest: digest(createHash('sha256').update(`set ${imported++}`).digest('hex')),
        ...{ kind: 'osv' as const, source: 'test', publishedAt: world.now + imported, importedAt: world.now },
        ...{ records: 1, envelope: '', addedBy: 'operator:test' },
      };
      await brain.store.transact(admin, (tx) => tx.insertDataSet(set));
      await watchReleases(brain);
    },
    look: () => watchReleases(brain),
    async waive(gate: ReleaseGate, rule: string) {
      const times = { issuedAt: new Date(world.now), expiresAt: new Date(world.now + 86_400_000) };
      const predicate = { fleet, gate, rule, author: 'ada', reason: 'a key of the test bench' };
      const subject = [{ sha256: 'a'.repeat(64) }];
      const said = { ...predicate, issuedAt: times.issuedAt.toISOString(), expiresAt: times.expiresAt.toISOString() };
      const statement = encodeStatement({ subject, predicateType: waiverPredicate, predicate: said });
      const envelope = await signEnvelope(statementPayloadType, statement, [signerFromPem(officer.privateKeyPem)]);
      return addWaiver(admin, brain, fleet, JSON.stringify(envelope));
    },
    revoke: (waiver: Awaited<ReturnType<typeof addWaiver>>) =>
      revokeWaiver(admin, brain, fleet, { digest: waiver.digest, reason: 'no longer' }),
    sign: (scope: Scope) => sign({ ...world, brain }, scope, [version, 'tested']),
    standing: () => showApprovals(admin, brain, fleet, version),
    /** Why no signature counts now: of the newest one. */
    async why(): Promise<string> {
      const { approvals } = await showApprovals(admin, brain, fleet, version);
      return (
        approvals
          .at(-1)
          ?.void.map(({ stage, why }) => `${stage}: ${why}`)
          .join('; ') ?? 'nobody signed'
      );
    },
    /** Starts a rollout to one device. */
    async rollOut(id: string) {
      const device = await world.addDevice(id);
      const input = { version, group: 'all', plan: simplePlan(), start: true, reason: '' };
      await createRollout(admin, brain, fleet, input);
      await tickRollouts(brain);
      return {
        offered: async () => (await checkIn(device, brain, { attributes: {}, current: {} })).offer?.version,
        reasons: async () => (await explainDevice(admin, brain, device.device)).reasons,
      };
    },
  });
}
