import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { run } from '@fettle/cli';
import { generateKeyPem } from '@fettle/trust';
import { parse, parseAllDocuments } from 'yaml';
import { runProgram } from './action-support.ts';
import { startTestServer, type TestServer } from './api-support.ts';

// The pipelines that people copy: every file of them is read, and what sets a fleet up is run against a server.

const root = join(import.meta.dirname, '../..');
const examples = readdirSync(join(root, 'examples'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name);
const wholeCommit = /@[0-9a-f]{40}$/;
/** What people fill in: the owner of their copy, and the commit that they trust. */
const ours = 'OWNER/fettle/actions/publish@COMMIT';

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, unknown>>;
}
interface Workflow {
  readonly on: { readonly push: { readonly tags: readonly string[] }; readonly schedule: readonly unknown[] };
  readonly permissions: Readonly<Record<string, string>>;
  readonly jobs: Readonly<
    Record<string, { readonly permissions?: Readonly<Record<string, string>>; readonly steps: readonly Step[] }>
  >;
}
type InputTable = Readonly<Record<string, { readonly required?: boolean; readonly default?: unknown }>>;
type GitlabPipeline = Readonly<Record<string, unknown>> & {
  readonly include: readonly { readonly component: string; readonly inputs: Readonly<Record<string, string>> }[];
};

let server: TestServer;
let folder: string;
before(async () => {
  server = await startTestServer();
  folder = await mkdtemp(join(tmpdir(), 'fettle-examples-'));
  await mkdir(join(folder, 'bin'));
  await symlink(join(root, 'packages/cli/bin/fettle.js'), join(folder, 'bin/fettle'));
  for (const name of ['release', 'image']) {
    await writeFile(join(folder, `${name}.pub`), generateKeyPem().publicKeyPem);
  }
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const textOf = (...path: readonly string[]) => readFile(join(root, ...path), 'utf8');

async function fettle(...args: readonly string[]): Promise<{ exit: number; out: string; err: string }> {
  const said = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({ write: (text: string) => (said[name] += text) });
  const env = { HOME: folder, PATH: process.env.PATH };
  const io = { stdout: sink('out'), stderr: sink('err'), env, signal: new AbortController().signal };
  return { exit: await run(args, io), ...said };
}

test('there is an example for each kind of build, with pipelines for GitHub and GitLab', () => {
  assert.equal(examples.length, 7);
  for (const example of examples) {
    const files = readdirSync(join(root, 'examples', example), { recursive: true, encoding: 'utf8' });
    for (const file of ['README.md', 'setup.sh', 'policy.yaml', 'nightly-plan.yaml', 'VERSION', '.gitlab-ci.yml']) {
      assert.ok(files.includes(file), `${example}/${file}`);
    }
  }
});

for (const example of examples) {
  test(`${example}: the policy and the plan are what the command line takes`, async () => {
    const policy = await fettle('policy', 'show', join(root, 'examples', example, 'policy.yaml'), '--json');
    assert.equal(policy.exit, 0, policy.err);
    const { stages } = (JSON.parse(policy.out) as { policy: { stages: { stage: string; groups: string[] }[] } }).policy;
    assert.deepEqual(stages.find(({ stage }) => stage === 'development')?.groups, ['development']);
    const plan = await fettle('rollout', 'plan', 'check', join(root, 'examples', example, 'nightly-plan.yaml'));
    assert.equal(plan.exit, 0, plan.err);
  });

  test(`${example}: setup.sh makes the fleet, its policy and its publishers on a real server`, async () => {
    const home = join(folder, example);
    await mkdir(home);
    const env = {
      PATH: `${join(folder, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
      ...{ HOME: home, FETTLE_SERVER: server.url, FETTLE_TOKEN: server.token },
      ...{ RELEASE_KEY: join(folder, 'release.pub'), IMAGE_KEY: join(folder, 'image.pub') },
      ...{ CI_ID: '1001', CI_OWNER_ID: '77', CI_PROVIDER: example === 'bare-metal' ? 'gitlab' : 'github' },
    };
    const setup = join(root, 'examples', example, 'setup.sh');
    // Settings are saved beside the server that they belong to: the shell gets them as a person would have them.
    const login = `fettle login --server "$FETTLE_SERVER" --token "$FETTLE_TOKEN" && unset FETTLE_TOKEN && exec sh '${setup}'`;
    const { exit, raw } = await runProgram('/bin/sh', ['-ec', login], { env, cwd: home });
    assert.equal(exit, 0, raw);
    const { fleet, type } = await readNames(example);
    const made = await server.client.getFleet({ fleet });
    assert.deepEqual(made.deviceTypes, [type]);
    assert.ok((await server.client.getReleasePolicy({ fleet })).policy);
    const { items } = await server.client.listPublishers();
    const own = items.filter((one) => one.fleet === fleet).map(({ name, match }) => `${name} ${match.environment}`);
    assert.deepEqual(own.sort(), [`${fleet}-nightly nightly`, `${fleet}-release release`]);
  });

  test(`${example}: the workflow for GitHub uses only inputs that there are, pins what it uses, and splices nothing`, async () => {
    const { workflow, publish } = await readWorkflow(example);
    const action = parse(await textOf('actions/publish/action.yml')) as { inputs: InputTable };
    const given = Object.keys(publish.with ?? {});
    for (const name of given) assert.ok(Object.hasOwn(action.inputs, name), `${name} is no input`);
    for (const [name, { required }] of Object.entries(action.inputs)) {
      assert.ok(!required || given.includes(name), `${name} is missing`);
    }
    assert.deepEqual(workflow.permissions, { contents: 'read' });
    assert.equal(workflow.jobs.publish?.permissions?.['id-token'], 'write');
    assert.ok(workflow.on.push.tags.length > 0 && workflow.on.schedule.length > 0);
    const steps = Object.values(workflow.jobs).flatMap((job) => job.steps);
    for (const { uses, run: lines } of steps) {
      if (uses !== undefined && uses !== ours) assert.match(uses, wholeCommit);
      assert.ok(!lines?.includes('${{'), `an expression in a shell line: ${lines}`);
    }
    const kept = steps.map((step) => step.with?.path).find((path) => path !== undefined);
    for (const name of ['artifact', 'sbom']) {
      const file = publish.with?.[name];
      if (file !== undefined) assert.ok(String(kept).split('\n').includes(String(file)), `${file} is not kept`);
    }
  });

  test(`${example}: the pipeline for GitLab gives the component only inputs that it declares`, async () => {
    const pipeline = parse(await textOf('examples', example, '.gitlab-ci.yml')) as GitlabPipeline;
    const [head] = parseAllDocuments(await textOf('ci/templates/fettle-publish.yml'));
    const declared = ((head ?? assert.fail('no component')).toJS() as { spec: { inputs: InputTable } }).spec.inputs;
    assert.equal(pipeline.include.length, 2);
    for (const { component, inputs } of pipeline.include) {
      assert.equal(component, '$CI_SERVER_FQDN/OWNER/fettle/fettle-publish@COMMIT');
      for (const name of Object.keys(inputs)) assert.ok(Object.hasOwn(declared, name), `${name} is no input`);
      for (const [name, one] of Object.entries(declared)) {
        assert.ok(Object.hasOwn(one, 'default') || Object.hasOwn(inputs, name), `${name} is missing`);
      }
      assert.ok(Object.hasOwn(pipeline, inputs['job-name'] ?? ''), 'the job has rules of its own');
    }
    const { fleet, type } = await readNames(example);
    for (const { inputs } of pipeline.include) assert.deepEqual([inputs.fleet, inputs.type], [fleet, type]);
  });
}

async function readWorkflow(example: string): Promise<{ workflow: Workflow; publish: Step }> {
  const workflow = parse(await textOf('examples', example, '.github/workflows/firmware.yml')) as Workflow;
  const publish = workflow.jobs.publish?.steps.find(({ uses }) => uses === ours);
  assert.ok(publish, 'it publishes');
  return { workflow, publish };
}

async function readNames(example: string): Promise<{ fleet: string; type: string }> {
  const { publish } = await readWorkflow(example);
  return { fleet: String(publish.with?.fleet), type: String(publish.with?.type) };
}

test('every command that pages and scripts of the examples name exists', async () => {
  const texts = await Promise.all(examples.flatMap((one) => [textOf('examples', one, 'README.md')]));
  const named = new Set(
    texts.flatMap((text) => [...text.matchAll(/`fettle ([a-z]+(?: [a-z]+)*)/g)].map(([, words]) => words)),
  );
  for (const words of named) {
    const { exit } = await fettle(...(words ?? '').split(' '), '--help');
    assert.equal(exit, 0, `fettle ${words}`);
  }
});
