import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import {
  appendUpload,
  approveRelease,
  assembleDossier,
  type Brain,
  beginUpload,
  checkIn,
  createRollout,
  draftApproval,
  evidencePayloadType,
  type GateRunner,
  registerKey,
  requestCheck,
  runChecks,
  type Sequencing,
  sequenceEvents,
  serverScope,
  signNewest,
  takeReports,
  tickRollouts,
  writeZip,
} from '@fettle/control';
import { verifierFile } from '@fettle/dossier';
import { encodeStatement } from '@fettle/gates';
import { digest } from '@fettle/model';
import { generateKeyPem, type LogSigner, signEnvelope, signerFromPem } from '@fettle/trust';
import { openFileLogSigner } from '../../packages/server/src/witness/file-log-signer.ts';
import { simplePlan, type World } from '../support/memory-brain.ts';
import { type ApprovalWorld, approvalWorld, ownPassword, sign, wishOf } from './approvals-support.ts';

const version = '2.0.0';

/** Gates that find every artifact sound and make an SBOM of it. */
const gates: GateRunner = {
  async run({ candidate }) {
    const bytes = Buffer.from(JSON.stringify({ bomFormat: 'CycloneDX', specVersion: '1.6', serial: candidate.digest }));
    const about = {
      verdict: 'pass',
      summary: 'sound',
      findings: [],
      findingsLeftOut: 0,
      facts: {},
      inputs: [],
    } as const;
    return [
      { gate: 'contents', ...about, documents: [] },
      { gate: 'sbom', ...about, documents: [{ kind: 'sbom-cyclonedx', mediaType: 'application/json', bytes }] },
    ];
  },
};

/** A release that was checked, signed for by three and rolled out; its dossier is all that is left of it. */
export async function makeDossier() {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-dossier-'));
  const logSigner = openFileLogSigner(join(folder, 'audit.key'));
  const world = await approvalWorld(17);
  const brain: Brain = { ...world.brain, gates };
  try {
    await checkAndPublish(world, brain);
    await signAll(world);
    await rollOut(world);
    await growLog(world, logSigner);
    const verifier = await readFile(verifierFile);
    const needs = { logs: world.store.auditLog, verifier };
    const assemble = () => assembleDossier(world.admin, brain, { fleet: world.fleet, version }, needs);
    const [zip, again] = [await zipOf(await assemble()), await zipOf(await assemble())];
    const file = join(folder, 'r.zip');
    await writeFile(file, zip);
    const vkey = (await world.store.auditLog.reads(world.admin).auditLog())?.vkey ?? '';
    return {
      ...{ folder, file, zip, again, vkey },
      /** An archive of other files, listed and sealed as by whoever holds the evidence key. */
      reseal: (files: ReadonlyMap<string, Uint8Array>) => sealed(files, brain),
      async [Symbol.asyncDispose]() {
        await rm(folder, { recursive: true, force: true });
      },
    };
  } finally {
    logSigner.close();
    await world.close();
  }
}

export async function sealed(
  files: ReadonlyMap<string, Uint8Array>,
  { evidence }: Pick<Brain, 'evidence'>,
): Promise<Buffer> {
  const sha256 = (bytes: Uint8Array | string) => createHash('sha256').update(bytes).digest('hex');
  const own = [...files].filter(([path]) => !path.startsWith('SHA256SUMS'));
  const sums = own.map(([path, bytes]) => `${sha256(bytes)}  ${path}\n`).join('');
  const subject = [{ name: 'SHA256SUMS', sha256: sha256(sums) }];
  const seal = { subject, predicateType: 'https://fettle.dev/dossier/v1', predicate: {} };
  const envelope = JSON.stringify(await evidence?.sign(encodeStatement(seal)));
  const all = [['SHA256SUMS', Buffer.from(sums)], ['SHA256SUMS.dsse.json', Buffer.from(envelope)], ...own] as const;
  return zipOf(
    all.map(([path, bytes]) => ({ path, sha256: '', sizeBytes: bytes.length, read: async () => Buffer.from(bytes) })),
  );
}

export async function zipOf(files: Parameters<typeof writeZip>[0]): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of writeZip(files)) pieces.push(piece);
  return Buffer.concat(pieces);
}

async function checkAndPublish({ admin, fleet, publish }: ApprovalWorld, brain: Brain): Promise<void> {
  const bytes = Buffer.from(`image of ${version}`);
  const named = digest(createHash('sha256').update(bytes).digest('hex'));
  const { upload } = await beginUpload(admin, brain, { digest: named, sizeBytes: bytes.length });
  if (upload) await appendUpload(admin, brain, upload.id, { offset: 0, bytes: Readable.from([bytes]) });
  const artifacts = ['board-a', 'board-b'].map((deviceType) => ({ deviceType, component: 'rootfs', digest: named }));
  await requestCheck(admin, brain, fleet, { version, artifacts, supplied: [], anew: false });
  await runChecks(brain);
  await publish(version);
}

/** Two sign with their passwords, one with a registered key. */
async function signAll(world: ApprovalWorld): Promise<void> {
  const { brain, fleet } = world;
  for (const name of ['ada.tester', 'bob.tester']) {
    await sign(world, (await world.person(name, ['qa'])).scope, [version, 'tested']);
  }
  const { scope } = await world.person('eve.manager', ['manager']);
  const { privateKeyPem, publicKeyPem } = generateKeyPem();
  await registerKey(scope, brain, { password: ownPassword, publicKeyPem });
  const statement = await draftApproval(scope, brain, fleet, wishOf(version, 'released', 'key'));
  const signer = signerFromPem(privateKeyPem);
  const envelope = JSON.stringify(await signEnvelope(evidencePayloadType, Buffer.from(statement), [signer]));
  await approveRelease(scope, brain, fleet, { version, statement, proof: { envelope } });
}

async function rollOut({ admin, brain, fleet, addDevice }: ApprovalWorld): Promise<void> {
  const device = await addDevice('pump-17');
  await createRollout(admin, brain, fleet, { version, group: 'all', plan: simplePlan(), start: true, reason: '' });
  await tickRollouts(brain);
  const { offer } = await checkIn(device, brain, { attributes: {}, current: {} });
  if (!offer) throw new Error('nothing was offered');
  const reports = [{ deployment: offer.deployment, sequence: 1, status: 'succeeded' as const }];
  await takeReports(device, brain, { reports });
}

/** Makes log entries of everything that happened, and has the log signed. */
export async function growLog({ store, brain }: Pick<World, 'store' | 'brain'>, signer: LogSigner): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const leadership = store.lead('audit-log', resolve);
  await promise;
  const sequencing: Sequencing = {
    ...{ store: store.auditLog, signer, random: brain.random, clock: brain.clock },
    originOf: async ({ tenant }) => `fettle.example/audit/${tenant}`,
    duty: { name: 'audit-log', term: leadership.term ?? 0 },
  };
  const scope = serverScope((await brain.store.tenants())[0] ?? ('default' as never));
  await sequenceEvents(scope, sequencing);
  await signNewest(scope, sequencing);
}

const runFile = promisify(execFile);

/** Runs a program to its end, whatever its exit code. */
export async function runProgram(file: string, args: readonly string[]): Promise<{ exit: number; out: string }> {
  try {
    const { stdout } = await runFile(file, [...args], { timeout: 60_000 });
    return { exit: 0, out: stdout };
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string };
    return { exit: typeof code === 'number' ? code : -1, out: stdout + stderr };
  }
}
