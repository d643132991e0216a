import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { type Client, createClient } from '@fettle/api';
import { componentName, deviceType, digest, fleetId } from '@fettle/model';
import { createServer } from '@fettle/server';
import { encodeManifest, generateKeyPem, manifestPayloadType, signEnvelope, signerFromPem } from '@fettle/trust';
import { PlainBoard } from './plain-board.ts';
import { packAlone } from './tarballs.ts';

const fleet = 'alone';
const imageBytes = 1_048_576;
const updateLimitMs = 90_000;

/**
 * `npm run agent-alone`: packs the agent, installs it into an empty folder without this repository's packages,
 * and has it update a board of plain files from release 1 to release 2, served by the server of this checkout.
 */
async function main(folder: string): Promise<void> {
  const installed = installAlone(folder);
  const data = join(folder, 'server');
  const server = await createServer({ 'data.dir': data, 'http.port': 0, 'log.level': 'silent' });
  try {
    const client = createClient({ server: server.url, token: server.adminToken });
    const images = [randomBytes(imageBytes), randomBytes(imageBytes)] as const;
    const board = await prepare(client, { folder: join(folder, 'board'), agent: installed, images });
    printConfig(installed, board);
    refuseOldNode(installed);
    await update(client, board, images[1]);
  } finally {
    await server.close();
  }
}

/** @returns the program in the installed package */
function installAlone(folder: string): string {
  const tarballs = packAlone('agent', join(folder, 'tarballs'));
  const device = join(folder, 'device');
  mkdirSync(device);
  const flags = ['--offline', '--omit=optional', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund'];
  const { status, stdout, stderr } = spawnSync('npm', ['install', ...flags, '--loglevel=error', ...tarballs], {
    cwd: device,
    encoding: 'utf8',
  });
  assert.equal(status, 0, `npm install of the agent's tarballs failed:\n${stdout}${stderr}`);
  const modules = readdirSync(join(device, 'node_modules'), { recursive: true, encoding: 'utf8' });
  const packages = modules.filter((name) => /^(?:@[^/]+\/)?[^/@.][^/]*\/package\.json$/.test(name));
  for (const name of ['fastify', 'better-sqlite3', 'kysely', '@fettle/server', '@fettle/control']) {
    assert.ok(!packages.includes(`${name}/package.json`), `${name} came along with the agent.`);
  }
  const sizes = modules.map((name) => statSync(join(device, 'node_modules', name))).filter((stat) => stat.isFile());
  const kib = Math.round(sizes.reduce((sum, stat) => sum + stat.size, 0) / 1024);
  console.log(`installed alone: ${packages.length} packages, ${kib} KiB`);
  return join(device, 'node_modules/.bin/fettle-agent');
}

interface Scene {
  readonly folder: string;
  readonly agent: string;
  readonly images: readonly [Uint8Array, Uint8Array];
}

/** A fleet with its key, both releases, and a board that left the factory with the first. */
async function prepare(client: Client, { folder, agent, images }: Scene): Promise<PlainBoard> {
  const { privateKeyPem, publicKeyPem } = generateKeyPem();
  await client.createFleet({ id: fleet, deviceTypes: ['board-a'], checkInIntervalMs: 1_000 });
  await client.addFleetKey({ fleet, name: 'release key', publicKeyPem });
  for (const [index, image] of images.entries()) await publish(client, { image, number: index + 1, privateKeyPem });
  const { token } = await client.createClaimToken({ fleet, name: 'alone', uses: 1 });
  return new PlainBoard({
    folder,
    agentCommand: [process.execPath, agent],
    server: client.server,
    claimToken: token,
    releaseKeyPem: publicKeyPem,
    factoryImage: images[0],
  });
}

async function publish(
  client: Client,
  { image, number, privateKeyPem }: { image: Uint8Array; number: number; privateKeyPem: string },
): Promise<void> {
  const sha256 = sha256Of(image);
  const open = async function* (offset: number) {
    yield image.subarray(offset);
  };
  await client.upload({ sha256, sizeBytes: image.length, open });
  const manifest = encodeManifest({
    fleet: fleetId(fleet),
    version: `${number}.0.0`,
    counter: number,
    securityFloor: 0,
    allowDowngrade: false,
    mustPassThrough: false,
    requires: [],
    notes: '',
    artifacts: [
      {
        deviceType: deviceType('board-a'),
        component: componentName('rootfs'),
        kind: 'image',
        digest: digest(sha256),
        sizeBytes: image.length,
        hardware: [],
      },
    ],
  });
  const envelope = await signEnvelope(manifestPayloadType, manifest, [signerFromPem(privateKeyPem)]);
  await client.publishRelease({ fleet, envelope: JSON.stringify(envelope) });
}

function printConfig(agent: string, board: PlainBoard): void {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [agent, '--print-config', '--config', board.configFile],
    {
      encoding: 'utf8',
    },
  );
  assert.equal(status, 0, `fettle-agent --print-config failed:\n${stderr}`);
  assert.match(stdout, /board-a/);
  console.log('prints its configuration');
}

/** An old Node must get as far as the message that tells what to do. Only where there is an old one to try. */
function refuseOldNode(agent: string): void {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    const node = join(folder, 'node');
    if (!existsSync(node)) continue;
    const version = spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout.trim();
    if (Number(/^v(\d+)\./.exec(version)?.[1] ?? 99) >= 24) continue;
    const { status, stderr } = spawnSync(node, [agent, '--print-config'], { encoding: 'utf8' });
    assert.notEqual(status, 0);
    assert.match(stderr, /expected Node.*24\.15/i, `Node ${version} said:\n${stderr}`);
    console.log(`tells Node ${version} that it is too old`);
    return;
  }
}

async function update(client: Client, board: PlainBoard, image: Uint8Array): Promise<void> {
  try {
    board.powerOn();
    await until(
      board,
      'the device to check in',
      async () => (await client.getDevice({ device: 'alone-1' })).lastSeenAt,
    );
    const phase = { name: 'all', size: { share: 1 }, maxInFlight: 1, failureThreshold: { count: 0 } } as const;
    const rollout = await client.createRollout({
      fleet,
      version: '2.0.0',
      group: 'all',
      start: true,
      plan: {
        phases: [{ ...phase, successShare: 1, minSoakMs: 0, promote: 'automatic' }],
        onFail: 'abort',
        maxAttempts: 1,
        retryBackoffMs: 1_000,
      },
    });
    await until(board, 'the rollout to be completed', async () => {
      const { status } = await client.getRollout({ rollout: rollout.id });
      return status === 'completed';
    });
    const device = await client.getDevice({ device: 'alone-1' });
    assert.equal(device.current.rootfs?.version, '2.0.0');
    assert.deepEqual(board.boots, ['a', 'b'], 'Expected one boot of each slot.');
    assert.equal(board.digestOf('b'), sha256Of(image), 'Expected release 2 in slot b.');
    assert.notEqual(board.variables.upgrade_available, '1', 'Expected the new slot to be committed.');
    console.log('updated from release 1 to release 2 and committed');
  } finally {
    await board.powerOff();
  }
}

/** Keeps the board's power switch going until the condition holds. */
async function until(board: PlainBoard, what: string, condition: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + updateLimitMs;
  let last: unknown;
  while (Date.now() < deadline) {
    await board.serveReboots();
    const met = await condition().catch((error: unknown) => {
      last = error;
    });
    if (met) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`Waited ${updateLimitMs / 1000} s for ${what}. The agent's log ends:\n${board.log}`, { cause: last });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

const folder = mkdtempSync(join(tmpdir(), 'fettle-alone-'));
const begin = performance.now();
try {
  await main(folder);
  console.log(`agent-alone: ok in ${Math.round((performance.now() - begin) / 1000)} s`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
