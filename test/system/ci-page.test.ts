import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from '@fettle/api';
import { run } from '@fettle/cli';
import { generateKeyPem } from '@fettle/trust';
import { parse } from 'yaml';
import { CiBench } from './action-support.ts';

// What docs/ci.md shows: the commands of whoever sets it up, and the pipeline that publishes and starts a rollout.

const page = readFileSync(join(import.meta.dirname, '../../docs/ci.md'), 'utf8');
const blocksOf = (language: string) =>
  [...page.matchAll(new RegExp(`\`\`\`${language}\\n([^\`]*)\`\`\``, 'g'))].map(([, block = '']) => block);
const commands = blocksOf('sh')
  .flatMap((block) => block.split('\n'))
  .filter((line) => line !== '')
  .map((line) => line.split(' ').slice(1));

let bench: CiBench;
const tokens = new Map<string, string>();
before(async () => {
  bench = await CiBench.open();
  const folder = join(bench.folder, 'setup');
  await mkdir(folder);
  const { publicKeyPem } = generateKeyPem();
  await writeFile(join(folder, 'release.pub'), publicKeyPem);
  await writeFile(join(folder, 'policy.yaml'), 'preset: standard\n');
  for (const given of commands) {
    // The issuer of the page is GitHub's; files of the page lie in a folder of the test.
    const here = given.map((word) => (/^[a-z]+\.(?:pub|yaml)$/.test(word) ? join(folder, word) : word));
    const isGithub = given.join(' ').includes('--provider github');
    const said = await fettle(isGithub ? [...here, '--issuer', bench.issuer.url, '--json'] : [...here, '--json']);
    if (given[0] === 'token') tokens.set(given[2] ?? '', (JSON.parse(said) as { token: string }).token);
  }
  // The key of the bench signs in the jobs.
  const { items } = await bench.server.client.listFleetKeys({ fleet: 'routers' });
  const [key] = items;
  assert.ok(key);
  await bench.server.client.addFleetKey({ fleet: 'thermostat', name: 'bench', publicKeyPem: key.publicKeyPem });
});
after(() => bench[Symbol.asyncDispose]());

async function fettle(args: readonly string[]): Promise<string> {
  const said = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
  const env = { HOME: bench.folder, FETTLE_SERVER: bench.server.url, FETTLE_TOKEN: bench.server.token };
  const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal };
  assert.equal(await run(args, io), 0, `${args.join(' ')}: ${said.err}`);
  return said.out;
}

interface Pipeline {
  readonly jobs: {
    readonly publish: {
      readonly environment: string;
      readonly permissions: Readonly<Record<string, string>>;
      readonly steps: readonly { readonly env: object; readonly with: Readonly<Record<string, string>> }[];
    };
  };
}

function readPipeline() {
  const block = blocksOf('yaml').find((text) => text.includes('FETTLE_ROLLOUT_TOKEN'));
  const { publish } = (parse(block ?? '') as Pipeline).jobs;
  const [step] = publish.steps;
  assert.ok(step);
  return { publish, step };
}

/** What the runner makes of the expressions of the page. */
function filled(inputs: Readonly<Record<string, string>>): Record<string, string> {
  const variables: Record<string, string> = { FETTLE_SERVER: bench.server.url, FETTLE_KEY: bench.keyFile };
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => [
      name,
      String(value).replace(/\$\{\{ vars\.(\w+) \}\}/g, (_, variable: string) => variables[variable] ?? ''),
    ]),
  );
}

test('the pipeline of the page publishes by its ID token and starts a rollout with the token of its fleet', async () => {
  const { publish, step } = readPipeline();
  assert.equal(publish.environment, 'release');
  assert.equal(publish.permissions['id-token'], 'write');
  assert.deepEqual(Object.keys(step.env), ['FETTLE_ROLLOUT_TOKEN']);
  const token = tokens.get('thermostat-rollouts') ?? '';
  await bench.write('build/app.bin', 'a program that says hello, and nothing more than that\n'.repeat(500));
  const job = await bench.runAction(filled(step.with), { FETTLE_ROLLOUT_TOKEN: token });
  assert.equal(job.exit, 0, job.log);
  assert.ok(!job.log.includes(token));
  const rollout = await bench.server.client.getRollout({ rollout: job.outputs['rollout-id'] ?? '' });
  assert.deepEqual([rollout.fleet, rollout.status, rollout.release.version], ['thermostat', 'running', '1.2.3']);
  const { items } = await bench.server.client.listAudit({ object: `rollout/${rollout.id}` });
  assert.ok(items.every(({ actor }) => actor === 'operator:thermostat-rollouts' || actor.startsWith('rollout:')));
});

test('with the token of another fleet the job publishes and starts nothing', async () => {
  const { step } = readPipeline();
  const made = await fettle([
    'token',
    'create',
    'strange',
    '--fleet',
    'routers',
    '--may',
    'fleet.read,rollout.write',
    '--json',
  ]);
  const { token } = JSON.parse(made) as { token: string };
  await bench.write('build/app.bin', 'another program that says hello, and nothing more\n'.repeat(500));
  const job = await bench.runAction({ ...filled(step.with), version: '1.2.4' }, { FETTLE_ROLLOUT_TOKEN: token });
  assert.notEqual(job.exit, 0, job.log);
  assert.match(job.log, /There is no fleet thermostat/);
  const { items } = await bench.server.client.listRollouts({ fleet: 'thermostat' });
  assert.deepEqual(
    items.map(({ release }) => release.version),
    ['1.2.3'],
  );
});

test('what the page has made is in the list of tokens, bound to its fleet, and ends by its name', async () => {
  const listed = JSON.parse(await fettle(['token', 'list', '--json'])) as { name: string; fleets: string[] }[];
  assert.deepEqual(listed.find(({ name }) => name === 'thermostat-rollouts')?.fleets, ['thermostat']);
  assert.match(
    await fettle(['token', 'list']),
    /thermostat-rollouts +thermostat +fleet\.read, rollout\.write +until 2/,
  );
  assert.match(await fettle(['token', 'revoke', 'thermostat-rollouts']), /opens nothing any more/);
  const ended = createClient({ server: bench.server.url, token: tokens.get('thermostat-rollouts') ?? '' });
  await assert.rejects(ended.whoami(), { code: 'not-authenticated' });
  assert.match(await fettle(['token', 'list']), /thermostat-rollouts.*revoked/);
});
