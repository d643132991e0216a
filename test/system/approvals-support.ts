import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import {
  approveRelease,
  artifactsKey,
  authenticateOperator,
  type Brain,
  changePassword,
  createPerson,
  draftApproval,
  type EvidenceSigner,
  logIn,
  type Permission,
  policyDigest,
  type Scope,
  setReleasePolicy,
} from '@fettle/control';
import { checkId, makeId, type ReleaseCheck } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { createWorld, type World } from '../support/memory-brain.ts';

const firstPassword = 'first words of somebody';
export const ownPassword = 'correct horse battery';

/** A world whose fleet wants two testers and one manager, with a release that its gates have cleared. */
export async function approvalWorld(seed = 1) {
  const world = await createWorld(seed);
  const signer = signerFromPem(generateKeyPem().privateKeyPem);
  const evidence: EvidenceSigner = {
    key: async () => signer.publicKey,
    sign: (statement) => signEnvelope(statementPayloadType, statement, [signer]),
  };
  const brain: Brain = { ...world.brain, evidence };
  const { admin, fleet } = world;
  await noteFirstToken(world, brain);
  await setReleasePolicy(admin, brain, fleet, {
    stages: [
      {
        stage: 'production',
        groups: [],
        demands: [],
        approvals: [
          { meaning: 'tested', role: 'qa', count: 2 },
          { meaning: 'released', role: 'manager', count: 1 },
        ],
      },
    ],
    settings: {},
    waivers: { keys: [], threshold: 1 },
    onNewFindings: 'alert',
  });
  return Object.assign(world, {
    brain,
    evidenceKey: signer.publicKey,
    /** Notes a check as done, as the gates would, and publishes what it was about. */
    async clearAndPublish(version: string, by = admin.actor) {
      await noteCheck(world, brain, { version, by });
      return world.publish(version);
    },
    async person(name: string, roles: string[], permissions: Permission[] = ['release.approve', 'fleet.read']) {
      const input = { name, fullName: `${name} Miller`, roles, permissions, accounts: [], password: firstPassword };
      const { id } = await createPerson(admin, brain, input);
      const first = await scopeOf(brain, name, firstPassword);
      await changePassword(first, brain, { password: firstPassword, newPassword: ownPassword });
      return { id, name, scope: await scopeOf(brain, name, ownPassword) };
    },
  });
}

export type ApprovalWorld = Awaited<ReturnType<typeof approvalWorld>>;

export async function scopeOf(brain: Brain, name: string, password: string): Promise<Scope> {
  const { token, person } = await logIn(brain, { tenant: 'default' as Scope['tenant'], name, password });
  const scope = await authenticateOperator(brain, token);
  assert.ok(scope);
  assert.equal(scope.actor, `person:${person.id}`);
  return scope;
}

/** The world's administrator is the first token of an installation: it was made by nobody, and stands for nobody. */
async function noteFirstToken({ admin, now }: World, brain: Brain): Promise<void> {
  const id = makeId('tok', now, brain.random.bytes(10));
  const { tenant, permissions } = admin;
  await brain.store.transact({ ...admin, actor: 'server' }, async (tx) => {
    const state = { createdAt: now, revokedAt: null, expiresAt: null, only: null, fleets: [] };
    await tx.insertOperatorToken({ id, tenant, name: 'test', hash: id, permissions: [...permissions], ...state });
    const about = { object: `token/${id}`, fleet: null, before: null, after: null, reason: 'test' };
    await tx.appendAudit({ verb: 'token.created', ...about });
  });
}

async function noteCheck(world: World, brain: Brain, { version, by }: { version: string; by: string }): Promise<void> {
  const bytes = Buffer.from(`image of ${version}`);
  const digest = createHash('sha256').update(bytes).digest('hex') as ReleaseCheck['artifacts'][number]['digest'];
  const fleet = await brain.store.reads(world.admin).fleet(world.fleet);
  const artifacts = ['board-a', 'board-b'].map((deviceType) => ({
    deviceType,
    component: 'rootfs',
    digest,
    sizeBytes: 1,
  }));
  const check = {
    id: checkId(makeId('chk', world.now, brain.random.bytes(10))),
    fleet: world.fleet,
    version,
    artifacts,
    supplied: [],
    subject: createHash('sha256').update(artifactsKey(artifacts)).digest('hex'),
    status: 'done',
    statusReason: '',
    policyDigest: policyDigest(fleet?.releasePolicy),
    stages: [{ stage: 'production', verdict: 'pass', gates: [] }],
    records: [],
    waivers: [],
    source: null,
    requestedBy: by,
    createdAt: world.now,
    startedAt: world.now,
    endedAt: world.now,
  } as unknown as ReleaseCheck;
  await brain.store.transact(world.admin, (tx) => tx.insertCheck(check));
}

export const wishOf = (version: string, meaning: string, method: 'password' | 'key' = 'password') => ({
  ...{ version, meaning, method, reason: 'report 17 of the bench' },
});

export async function sign({ brain, fleet }: ApprovalWorld, scope: Scope, [version, meaning]: [string, string]) {
  const statement = await draftApproval(scope, brain, fleet, wishOf(version, meaning));
  return approveRelease(scope, brain, fleet, { version, statement, proof: { password: ownPassword } });
}
