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
  expireWaivers,
  type GateOrder,
  getCheck,
  getRelease,
  requestCheck,
  runChecks,
  setReleasePolicy,
  summaryPredicate,
  supplyEvidence,
} from '@fettle/control';
import { type GateReport, waiverPredicate } from '@fettle/gates';
import {
  digest,
  FettleError,
  limits,
  presetPolicy,
  type ReleaseCheck,
  releaseGates,
  type Verdict,
} from '@fettle/model';
import {
  encodeStatement,
  generateKeyPem,
  parseStatement,
  signEnvelope,
  signerFromPem,
  statementPayloadType,
  verifyEnvelope,
} from '@fettle/trust';
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
    sign: (statement) => signEnvelope(statementPayloadType, statement, [signer]),
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
      const demand = { payloadType: statementPayloadType, keys: [world.evidenceKey], threshold: 1 };
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

  it('clear a release that was published before anything was demanded, once', async () => {
    const world = await checkWorld();
    const { admin, brain, fleet } = world;
    await setReleasePolicy(admin, brain, fleet, undefined);
    await world.publish('1.0.0');
    await setReleasePolicy(admin, brain, fleet, presetPolicy('standard'));
    const clearance = async () => (await getRelease(admin, brain, fleet, '1.0.0')).clearance;
    assert.equal(await clearance(), undefined);
    const { id } = await world.checked('1.0.0');
    assert.deepEqual([(await clearance())?.check, (await clearance())?.stages[0]?.verdict], [id, 'pass']);
    world.says.run = async () => releaseGates.map((gate) => report(gate, 'fail'));
    await world.ask('1.0.0', true);
    await runChecks(brain);
    assert.equal((await clearance())?.check, id, 'what it rests on is not taken away by asking again');
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
    const envelope = await signEnvelope(statementPayloadType, statement, [signerFromPem(officer.privateKeyPem)]);
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

  it('let a release be published for a week, and for a day once newer data have come in', async () => {
    const world = await checkWorld();
    const hourMs = 3_600_000;
    const first = await world.checked('1.0.0');
    world.now += 7 * 24 * hourMs;
    assert.equal((await world.ask('1.0.0')).id, first.id);
    world.now += hourMs;
    await assert.rejects(world.publish('1.0.0'), { code: 'gate-failed', message: /is more than 7 days old/ });
    const second = await world.checked('1.0.0');
    assert.notEqual(second.id, first.id);
    const about = { kind: 'osv', source: 'osv.dev/Debian', records: 1, envelope: '', addedBy: 'operator:a' } as const;
    const newer = { ...about, digest: digest('d'.repeat(64)), publishedAt: world.now, importedAt: world.now + 1 };
    await world.brain.store.transact(world.admin, (tx) => tx.insertDataSet(newer));
    world.now += 24 * hourMs;
    assert.equal((await world.ask('1.0.0')).id, second.id);
    world.now += hourMs;
    await assert.rejects(world.publish('1.0.0'), {
      code: 'gate-failed',
      message: /older than data on vulnerabilities/,
    });
    await world.checked('1.0.0');
    await world.publish('1.0.0');
    await world.close();
  });

  it('run again when the policy changed while they ran: what was looked at went by the old settings', async () => {
    const world = await checkWorld();
    const { admin, brain, fleet } = world;
    const pass = world.says.run;
    world.says.run = async () => {
      world.says.run = pass;
      await setReleasePolicy(admin, brain, fleet, presetPolicy('strict'));
      return pass();
    };
    const { id, status, statusReason } = await world.checked('1.0.0');
    assert.deepEqual([status, statusReason], ['queued', 'the policy changed while the gates ran: they look again']);
    await runChecks(brain);
    const again = await getCheck(admin, brain, fleet, id);
    assert.deepEqual([again.status, again.stages.length], ['done', 3]);
    await world.close();
  });

  it('wait in turns: a fleet has so many at a time', async () => {
    const world = await checkWorld();
    for (let i = 0; i < limits.openChecksPerFleet; i++) await world.ask(`1.0.${i}`);
    await assert.rejects(world.ask('1.1.0'), { code: 'limit-reached', message: /At most 8 of a fleet/ });
    await runChecks(world.brain);
    assert.equal((await world.ask('1.1.0')).status, 'queued');
    await world.close();
  });

  it('compare hardening with the last release that passed it, not with one that was let through without', async () => {
    const world = await checkWorld();
    const run = (verdict: Verdict, programs: number) => async (): Promise<readonly GateReport[]> =>
      releaseGates.map((gate): GateReport => {
        const facts: GateReport['facts'] = gate === 'hardening' ? { programs } : {};
        const grave = {
          gate,
          rule: 'set-id',
          severity: 'critical',
          place: 'bin/x',
          message: 'x',
          fingerprint: 'f',
        } as const;
        const isWorse = gate === 'hardening' && verdict === 'fail';
        return { ...report(gate, isWorse ? 'fail' : 'pass'), findings: isWorse ? [grave] : [], facts };
      });
    world.says.run = run('pass', 1);
    await world.checked('1.0.0');
    await world.publish('1.0.0');
    world.says.run = run('fail', 2);
    const worse = await world.checked('1.0.1');
    assert.deepEqual(
      worse.stages.map(({ verdict }) => verdict),
      ['pass', 'fail'],
    );
    await world.publish('1.0.1');
    world.orders.length = 0;
    await world.checked('1.0.2');
    assert.deepEqual(world.orders[0]?.settings.hardening?.previous, { programs: 1 });
    await world.close();
  });

  it('take documents in JSON that come with a release, and none that would take the server apart', async () => {
    const world = await checkWorld();
    const { admin, brain, fleet } = world;
    const supply = (text: string) => supplyEvidence(admin, brain, fleet, { kind: 'sbom', text });
    await assert.rejects(supply('no JSON'), { code: 'invalid-input' });
    await assert.rejects(supply(`"${'x'.repeat(2_000_000)}"`), { code: 'invalid-input' });
    await assert.rejects(supply('['.repeat(30_000_000)), { code: 'too-large', message: /64 deep/ });
    await assert.rejects(supply(`{"a":[${'1,'.repeat(8_000_000)}1]}`), { code: 'too-large', message: /values/ });
    const { sizeBytes } = await supply(`{"a":"${'x'.repeat(2_000_000)}"}`);
    assert.equal(sizeBytes, 2_000_008);
    await world.close();
  });
});
