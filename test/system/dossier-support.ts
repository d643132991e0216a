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
  withdrawApproval,
  writeZip,
} from '@fettle/control';
import { verifierFile } from '@fettle/dossier';
import { digest, type ReleaseApproval } from '@fettle/model';
import {
  encodeStatement,
  generateKeyPem,
  type LogSigner,
  signEnvelope,
  signerFromPem,
  statementPayloadType,
} from '@fettle/trust';
import { readZip } from '../../packages/dossier/src/verify/read-zip.ts';
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

type Act = (world: ApprovalWorld, brain: Brain) => Promise<void>;

/** A release that was checked, signed for by three and rolled out; its dossier is all that is left of it. */
export async function makeDossier({ before, after }: { readonly before?: Act; readonly after?: Act } = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'fettle-dossier-'));
  const logSigner = openFileLogSigner(join(folder, 'audit.key'));
  const world = await approvalWorld(17);
  const brain: Brain = { ...world.brain, gates };
  try {
    await before?.(world, brain);
    await checkAndPublish(world, brain);
    const withdrawn = await signAll(world);
    await rollOut(world);
    await after?.(world, brain);
    await growLog(world, logSigner);
    const verifier = await readFile(verifierFile);
    const needs = { logs: world.store.auditLog, verifier };
    const assemble = () => assembleDossier(world.admin, brain, { fleet: world.fleet, version }, needs);
    const [zip, again] = [await zipOf(await assemble()), await zipOf(await assemble())];
    const file = join(folder, 'r.zip');
    await writeFile(file, zip);
    const vkey = (await world.store.auditLog.reads(world.admin).auditLog())?.vkey ?? '';
    return {
      ...{ folder, file, zip, again, vkey, withdrawn },
      /** Every key that an accepted verdict rests on, each for its use. */
      pins: pinsOf(zip, vkey),
      /** An archive of other files, listed and sealed as by whoever holds the evidence key. */
      reseal: (files: ReadonlyMap<string, Uint8Array>) => sealed(files, brain),
      /** A statement by the same key. */
      async sign(statement: Uint8Array): Promise<Buffer> {
        return Buffer.from(JSON.stringify(await brain.evidence?.sign(statement)));
      },
      async [Symbol.asyncDispose]() {
        await rm(folder, { recursive: true, force: true });
      },
    };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
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

/** The keys of a dossier as if they had come from elsewhere. */
function pinsOf(zip: Uint8Array, vkey: string) {
  const files = [...readZip(zip)];
  const pemsBelow = (start: string) =>
    files.filter(([path]) => path.startsWith(start)).map(([, bytes]) => Buffer.from(bytes).toString());
  return { evidenceKeys: pemsBelow('keys/evidence.'), releaseKeys: pemsBelow('keys/release-'), vkeys: [vkey] };
}

/**
 * Two sign with their passwords, one with a registered key, and one takes it back.
 * @returns what was taken back
 */
async function signAll(world: ApprovalWorld): Promise<{ approval: ReleaseApproval; envelope: string }> {
  const { brain, fleet, admin } = world;
  const { scope: hasty } = await world.person('carl.tester', ['qa']);
  const { approval } = await sign(world, hasty, [version, 'tested']);
  const { text: envelope = '' } = { ...(await brain.store.reads(admin).evidence(approval.evidence)) };
  await withdrawApproval(hasty, brain, fleet, { version, meaning: 'tested', reason: 'the wrong bench' });
  for (const name of ['ada.tester', 'bob.tester']) {
    await sign(world, (await world.person(name, ['qa'])).scope, [version, 'tested']);
  }
  const { scope } = await world.person('eve.manager', ['manager']);
  const { privateKeyPem, publicKeyPem } = generateKeyPem();
  await registerKey(scope, brain, { password: ownPassword, publicKeyPem });
  const statement = await draftApproval(scope, brain, fleet, wishOf(version, 'released', 'key'));
  const signer = signerFromPem(privateKeyPem);
  const signed = JSON.stringify(await signEnvelope(statementPayloadType, Buffer.from(statement), [signer]));
  await approveRelease(scope, brain, fleet, { version, statement, proof: { envelope: signed } });
  return { approval, envelope };
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
