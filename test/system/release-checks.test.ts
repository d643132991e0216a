import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import {
  addWaiver,
  appendUpload,
  type Brain,
  beginUpload,
  checkReports,
  type EvidenceSigner,
  evidencePayloadType,
  expireWaivers,
  type GateOrder,
  getCheck,
  getRelease,
  requestCheck,
  runChecks,
  setReleasePolicy,
  summaryPredicate,
} from '@fettle/control';
import { encodeStatement, type GateReport, parseStatement, waiverPredicate } from '@fettle/gates';
import { digest, FettleError, presetPolicy, type ReleaseCheck, releaseGates, type Verdict } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, verifyEnvelope } from '@fettle/trust';
import { createWorld } from '../support/memory-brain.ts';

const report = (gate: GateReport['gate'], verdict: Verdict): GateReport => {
  const rest = { findings: [], findingsLeftOut: 0, facts: {}, inputs: [], documents: [] };
  return { gate, verdict, summary: `${gate} says ${verdict}.`, ...rest };
};

/** A world whose fleet demands the standard gates, and a runner that says what the test wants. */
async function checkWorld() {
  const world = await createWorld();
  const signer = signerFromPem(generateKeyPem().privateKeyPem);
  const evidence: EvidenceSigner = {
    key: async () => signer.publicKey,
    sign: (statement) => signEnvelope(evidencePayloadType, statement, [signer]),
  };
  const orders: GateOrder[] = [];
  const says = { run: async (): Promise<readonly GateReport[]> => releaseGates.map((gate) => report(gate, 'pass')) };
  const gates = {
    run: (order: GateOrder) => {
      orders.push(order);
      return says.run();
    },
  };
  const brain: Brain = { ...world.brain, evidence, gates };
  const { admin, fleet } = world;
  await setReleasePolicy(admin, brain, fleet, presetPolicy('standard'));
  return Object.assign(world, {
    brain,
    orders,
    says,
    evidenceKey: signer.publicKey,
    async ask(version: string, anew = false): Promise<ReleaseCheck> {
      const bytes = Buffer.from(`image of ${version}`);
      const found = digest(createHash('sha256').update(bytes).digest('hex'));
      const { upload } = await beginUpload(admin, brain, { digest: found, sizeBytes: bytes.length });
      if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: Readable.from([bytes]) });
      const artifacts = ['board-a', 'board-b'].map((deviceType) => ({
        deviceType,
        component: 'rootfs',
        digest: found,
      }));
      return (await requestCheck(admin, brain, fleet, { version, artifacts, supplied: [], anew })).check;
    },
    async checked(version: string): Promise<ReleaseCheck> {
      const { id } = await this.ask(version);
      await runChecks(brain);
      return getCheck(admin, brain, fleet, id);
    },
  });
}

describe('checks of releases', () => {
  it('let a release be published that every demanded gate passed, and no other', async () => {
    const world = await checkWorld();
    await assert.rejects(world.publish('1.0.0'), { code: 'gate-failed' });
    assert.equal((await world.ask('1.0.0')).status, 'queued');
    await assert.rejects(world.publish('1.0.0'), { code: 'gate-failed' }, 'asking is not enough');
    const check = await world.checked('1.0.0');
    assert.deepEqual([check.status, check.stages.map(({ verdict }) => verdict)], ['done', ['pass', 'pass']]);
    await world.publish('1.0.0');
    const { clearance } = await getRelease(world.admin, world.brain, world.fleet, '1.0.0');
    assert.equal(clearance?.check, check.id);
    await world.close();
  });

  it('stop a release for which a gate fails or cannot tell, at every stage that demands it', async () => {
    const world = await checkWorld();
    world.says.run = async () => releaseGates.map((gate) => report(gate, gate === 'secrets' ? 'inconclusive' : 'pass'));
    const check = await world.checked('1.0.0');
    assert.deepEqual(
      check.stages.map(({ verdict }) => verdict),
      ['inconclusive', 'inconclusive'],
    );
    await assert.rejects(world.publish('1.0.0'), { code: 'gate-failed' });
    await world.close();
  });

  it('are asked once for the same, anew when somebody wants that or the policy changed', async () => {
    const world = await checkWorld();
    const first = await world.checked('1.0.0');
    assert.equal((await world.ask('1.0.0')).id, first.id);
    assert.equal((await world.ask('1.0.1')).id === first.id, false);
    const second = await world.ask('1.0.0', true);
    assert.notEqual(second.id, first.id);
    await runChecks(world.brain);
    await setReleasePolicy(world.admin, world.brain, world.fleet, presetPolicy('strict'));
    assert.notEqual((await world.ask('1.0.0')).id, second.id);
    await assert.rejects(world.publish('1.0.0'), { code: 'gate-failed' }, 'what was cleared by another policy');
    await world.close();
  });

  it('sign one statement for each gate and one over all, about the artifacts themselves', async () => {
    const world = await checkWorld();
    const { id } = await world.checked('1.0.0');
    const { check, reports } = await checkReports(world.admin, world.brain, world.fleet, id);
    assert.equal(reports.length, 2, 'one for each device type');
    const envelopes = check.records.filter(({ mediaType }) => mediaType.includes('dsse'));
    // Both device types have the same bytes, so their statements are the same texts.
    assert.equal(new Set(envelopes.map((one) => one.digest)).size, releaseGates.length + 1);
    const reads = world.brain.store.reads(world.admin);
    for (const { digest: name, kind } of envelopes) {
      const text = (await reads.evidence(name))?.text ?? '';
      const demand = { payloadType: evidencePayloadType, keys: [world.evidenceKey], threshold: 1 };
      const opened = verifyEnvelope(text, demand);
      assert.ok(opened.ok);
      const read = parseStatement(opened.payload);
      assert.ok(read.ok);
      assert.equal(read.statement.subject[0]?.sha256, check.artifacts[0]?.digest);
      if (kind === 'summary') {
        assert.equal(read.statement.predicateType, summaryPredicate);
        assert.equal(read.statement.predicate.verificationResult, 'PASSED');
      }
    }
    await world.close();
  });

  it('that take too much are told as failed, and the next one runs all the same', async () => {
    const world = await checkWorld();
    const good = world.says.run;
    world.says.run = () => Promise.reject(new FettleError('check-failed', 'It took too much.'));
    const bad = await world.checked('1.0.0');
    assert.deepEqual([bad.status, bad.statusReason], ['failed', 'It took too much.']);
    world.says.run = good;
    assert.equal((await world.checked('1.0.1')).status, 'done');
    assert.notEqual((await world.ask('1.0.0')).id, bad.id, 'a failed one is asked anew');
    await world.close();
  });

  it('that a process left behind while they ran begin anew', async () => {
    const world = await checkWorld();
    const { id } = await world.ask('1.0.0');
    const dying = new AbortController();
    world.says.run = async () => {
      dying.abort();
      throw new FettleError('overloaded', 'The server stops.');
    };
    await runChecks(world.brain, dying.signal);
    assert.equal((await getCheck(world.admin, world.brain, world.fleet, id)).status, 'running');
    world.says.run = async () => releaseGates.map((gate) => report(gate, 'pass'));
    await runChecks(world.brain);
    assert.equal((await getCheck(world.admin, world.brain, world.fleet, id)).status, 'done');
    await world.close();
  });

  it('no longer clear a release when the waiver that let it through has run out', async () => {
    const world = await checkWorld();
    const { admin, brain, fleet } = world;
    const officer = generateKeyPem();
    const policy = { ...presetPolicy('standard'), waivers: { keys: [officer.publicKeyPem], threshold: 1 } };
    await setReleasePolicy(admin, brain, fleet, policy);
    const about = { gate: 'secrets', rule: 'private-key-pem', severity: 'critical' } as const;
    const fingerprint = 'f'.repeat(32);
    const findings = [{ ...about, place: 'etc/key.pem', message: 'A key.', fingerprint }];
    world.says.run = async () =>
      releaseGates.map((gate) => (gate === 'secrets' ? { ...report(gate, 'fail'), findings } : report(gate, 'pass')));
    const day = 86_400_000;
    const predicate = {
      ...{ fleet, gate: 'secrets', rule: 'private-key-pem', author: 'ada', reason: 'a key of the test bench' },
      issuedAt: new Date(world.now).toISOString(),
      expiresAt: new Date(world.now + day).toISOString(),
    };
    const statement = encodeStatement({
      subject: [{ sha256: 'a'.repeat(64) }],
      predicateType: waiverPredicate,
      predicate,
    });
    const envelope = await signEnvelope(evidencePayloadType, statement, [signerFromPem(officer.privateKeyPem)]);
    await addWaiver(admin, brain, fleet, JSON.stringify(envelope));
    await world.checked('1.0.0');
    await world.publish('1.0.0');
    const verdicts = async () =>
      (await getRelease(admin, brain, fleet, '1.0.0')).clearance?.stages.map(({ verdict }) => verdict);
    assert.deepEqual(await verdicts(), ['pass', 'pass']);
    const before = world.now;
    world.now += 2 * day;
    await expireWaivers(brain, before);
    assert.deepEqual(await verdicts(), ['fail', 'fail']);
    await world.close();
  });

  it('tell gates what only the server knows: under which versions the bytes were published, what the last one was like', async () => {
    const world = await checkWorld();
    const facts = { programs: 3, setIdFiles: ['bin/su'] };
    world.says.run = async () =>
      releaseGates.map((gate) => ({ ...report(gate, 'pass'), facts: gate === 'hardening' ? facts : {} }));
    await world.checked('1.0.0');
    await world.publish('1.0.0');
    world.orders.length = 0;
    await world.checked('1.1.0');
    const [order] = world.orders;
    assert.deepEqual(order?.settings.hardening?.previous, facts);
    assert.deepEqual(order?.settings.contents?.publishedAs, []);
    await world.close();
  });
});
