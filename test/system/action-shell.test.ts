import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { parseAllDocuments } from 'yaml';
import type { TokenClaims } from '../peers/oidc-publisher/issuer.ts';
import { CiBench, runProgram } from './action-support.ts';

// The shell parts for GitLab, Jenkins and any other build server, run with the variables of a job and nothing else.

const root = join(import.meta.dirname, '../..');
const gitlabClaims = {
  ...{ project_id: '501', namespace_id: '50', project_path: 'acme/thermostat', namespace_path: 'acme' },
  ...{ ref: 'v1.0.0', ref_type: 'tag', ref_path: 'refs/tags/v1.0.0', ref_protected: 'true', environment: 'release' },
  ...{ pipeline_source: 'push', pipeline_id: '99', job_id: '7', sha: '2e'.repeat(20), event_name: undefined },
  ...{ ci_config_ref_uri: 'gitlab.test/acme/thermostat//.gitlab-ci.yml@refs/tags/v1.0.0' },
  ...{ repository_id: undefined, repository_owner_id: undefined },
};

let bench: CiBench;
before(async () => {
  bench = await CiBench.open();
  await bench.trust('gitlab', { project_id: '501', namespace_id: '50', ref_protected: 'true' }, 'gitlab');
  await bench.demand('standard');
  await mkdir(join(bench.folder, 'tmp'));
});
after(() => bench[Symbol.asyncDispose]());

interface Component {
  readonly inputs: Readonly<Record<string, { readonly default?: string; readonly options?: readonly string[] }>>;
  readonly job: {
    readonly script: readonly string[];
    readonly variables: Readonly<Record<string, string>>;
    readonly id_tokens: Readonly<Record<string, { readonly aud: string }>>;
  };
}

async function readComponent(): Promise<Component> {
  const text = await readFile(join(root, 'ci/templates/fettle-publish.yml'), 'utf8');
  const [head, body] = parseAllDocuments(text).map((document) => document.toJS()) as [
    { spec: { inputs: Component['inputs'] } },
    Record<string, Component['job']>,
  ];
  const [job] = Object.values(body);
  assert.ok(job);
  return { inputs: head.spec.inputs, job };
}

const program = 'a program that says hello, and nothing more than that\n'.repeat(2_000);
const secret = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();

/** Runs lines of shell as a runner does: only the variables of the job, in the workspace. */
async function runLines(shell: 'bash' | 'sh', script: string, variables: Readonly<Record<string, string>>) {
  const env = {
    PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    ...{ CI: 'true', HOME: bench.folder, TMPDIR: join(bench.folder, 'tmp'), FETTLE_ATTEMPTS: '2' },
    FETTLE: join(root, 'packages/cli/bin/fettle.js'),
    ...variables,
  };
  const cwd = join(bench.folder, 'workspace');
  await mkdir(cwd, { recursive: true });
  const options = shell === 'bash' ? ['-eo', 'pipefail', '-c', script] : ['-ec', script];
  return runProgram(`/bin/${shell}`, options, { env, cwd });
}

/** A job of GitLab that includes the component with these inputs. */
async function runComponent(inputs: Readonly<Record<string, string>>, claims: TokenClaims = {}) {
  const { inputs: declared, job } = await readComponent();
  for (const name of Object.keys(inputs)) assert.ok(Object.hasOwn(declared, name), `${name} is an input`);
  const fill = (text: string) =>
    text.replace(/\$\[\[ inputs\.([\w-]+) \]\]/g, (_, name: string) => inputs[name] ?? declared[name]?.default ?? '');
  const filled = (table: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name, fill(value)]));
  const tokens: Record<string, string> = {};
  for (const [name, { aud }] of Object.entries(job.id_tokens)) {
    tokens[name] = await bench.issuer.mint({ ...gitlabClaims, aud: fill(aud), ...claims });
  }
  const ran = await runLines('bash', job.script.join('\n'), { ...filled(job.variables), ...tokens });
  for (const token of Object.values(tokens)) assert.ok(!ran.raw.includes(token), 'the token is not in the log');
  assert.doesNotMatch(ran.raw, /fop_/);
  return ran;
}

const inputs = (changes: Readonly<Record<string, string>> = {}) => ({
  ...{ server: bench.server.url, version: '1.0.0', artifacts: 'out/*.bin', type: 'r1', component: 'app' },
  ...{ key: bench.keyFile, image: 'fettle' },
  ...changes,
});

test('the component says the same as ci/publish.sh, and no input is part of its script', async () => {
  const { job } = await readComponent();
  assert.equal(job.script.join('\n'), await readFile(join(root, 'ci/publish.sh'), 'utf8'));
  assert.ok(!job.script.join('').includes('$[['));
});

test('a job of GitLab publishes with its ID token, and a second run changes nothing', async () => {
  await bench.write('out/app one.bin', program);
  const first = await runComponent(inputs());
  assert.equal(first.exit, 0, first.raw);
  const file = join(bench.folder, 'workspace/fettle-release.json');
  const release = JSON.parse(await readFile(file, 'utf8')) as { id: string; source: { repositoryId: string } };
  assert.equal(release.source.repositoryId, '501');
  const second = await runComponent(inputs());
  assert.equal(second.exit, 0, second.raw);
  assert.match(second.raw, /1\.0\.0 was published already/);
  assert.equal((JSON.parse(await readFile(file, 'utf8')) as { id: string }).id, release.id);
  assert.deepEqual(await readdir(join(bench.folder, 'tmp')), [], 'nothing is left of the token');
});

test('a job of GitLab with a private key in its artifact fails with the table of gates', async () => {
  await bench.write('leaky/app.bin', `${program}${secret}`);
  const job = await runComponent(inputs({ version: '1.1.0', artifacts: 'leaky/app.bin:r1:app' }));
  assert.equal(job.exit, 1, job.raw);
  assert.match(job.raw, /critical secrets\/private-key-pem/);
  assert.match(job.raw, /production +fail/);
  assert.ok(!job.raw.includes(secret.split('\n')[1] ?? secret));
  const { items } = await bench.server.client.listReleases({ fleet: 'routers' });
  assert.ok(!items.some(({ version }) => version === '1.1.0'));
});

test('jobs of GitLab of another project, ref, server or kind of pipeline are refused', async () => {
  const cases: readonly TokenClaims[] = [
    { project_id: '666' },
    { ref_protected: 'false' },
    { aud: 'https://other.test' },
    { pipeline_source: 'merge_request_event' },
    { iss: 'https://gitlab.test' },
  ];
  for (const claims of cases) {
    const job = await runComponent(inputs({ version: '1.2.0' }), claims);
    assert.equal(job.exit, 2, `${JSON.stringify(claims)}: ${job.raw}`);
  }
});

const variables = (changes: Readonly<Record<string, string>>) => ({
  ...{ FETTLE_SERVER: bench.server.url, FETTLE_VERSION: '1.3.0', FETTLE_ARTIFACTS: 'out/*.bin' },
  ...{ FETTLE_TYPE: 'r1', FETTLE_COMPONENT: 'app', FETTLE_KEY: bench.keyFile },
  ...changes,
});
const idToken = (claims: TokenClaims = {}) => bench.issuer.mint({ ...gitlabClaims, aud: bench.server.url, ...claims });

test('the plain script looks only where it has no key, and says what is missing', async () => {
  await bench.write('out/app one.bin', `${program}3`);
  const script = `exec sh ${join(root, 'ci/publish.sh')}`;
  const looked = await runLines('sh', script, variables({ FETTLE_ID_TOKEN: await idToken(), FETTLE_KEY: '' }));
  assert.equal(looked.exit, 0, looked.raw);
  assert.match(looked.raw, /not published yet/);
  const replayed = await idToken();
  assert.equal((await runLines('sh', script, variables({ FETTLE_ID_TOKEN: replayed }))).exit, 0);
  const again = await runLines('sh', script, variables({ FETTLE_ID_TOKEN: replayed }));
  assert.equal(again.exit, 2);
  assert.match(again.raw, /exchanged before/);
  const missing: readonly Readonly<Record<string, string>>[] = [
    { FETTLE_SERVER: '' },
    { FETTLE_VERSION: '' },
    { FETTLE_ARTIFACTS: '' },
    {},
    { FETTLE_ID_TOKEN: 'x', FETTLE_ROLLOUT: 'safe' },
    { FETTLE_ID_TOKEN: 'x', FETTLE_ROLLOUT: 'safe', FETTLE_ROLLOUT_TOKEN: 'y', FETTLE_KEY: '' },
  ];
  for (const changes of missing) {
    const job = await runLines('sh', script, variables(changes));
    assert.equal(job.exit, 2, `${JSON.stringify(changes)}: ${job.raw}`);
    assert.match(job.raw, /^fettle publish: /);
  }
});

test('the plain script rolls out once with a token of its own', async () => {
  const script = `exec sh ${join(root, 'ci/publish.sh')}`;
  const token = await bench.rolloutToken();
  const more = { FETTLE_ROLLOUT: 'fast', FETTLE_ROLLOUT_TOKEN: token };
  for (const _ of ['first', 'second']) {
    const job = await runLines('sh', script, variables({ ...more, FETTLE_ID_TOKEN: await idToken() }));
    assert.equal(job.exit, 0, job.raw);
    assert.ok(!job.raw.includes(token));
  }
  const { items } = await bench.server.client.listRollouts({ fleet: 'routers' });
  assert.equal(items.length, 1);
  await bench.server.client.abortRollout({ rollout: items[0]?.id ?? '' });
});

test('the stage of the Jenkinsfile publishes by a generic publisher', async () => {
  const text = await readFile(join(root, 'ci/Jenkinsfile'), 'utf8');
  const stage = text.slice(text.indexOf("stage('Publish')"));
  const script = /\bsh '([^']+)'/.exec(stage)?.[1] ?? '';
  assert.equal(script, 'sh ci/publish.sh');
  const named = [...stage.matchAll(/^ +(FETTLE_\w+) = /gm)].map(([, name]) => name ?? '');
  const known = await readFile(join(root, 'ci/publish.sh'), 'utf8');
  // The fleet is read by the command line itself.
  for (const name of named) assert.ok(name === 'FETTLE_FLEET' || known.includes(name), name);
  // One issuer is of one kind.
  await bench.server.client.removePublisher({ publisher: 'gitlab' });
  await bench.trust('jenkins', { sub: 'https://jenkins.test/job/thermostat/' }, 'generic');
  await bench.write('ci/publish.sh', known);
  await bench.write('out/app one.bin', `${program}4`);
  const token = await bench.issuer.mint({ aud: bench.server.url, sub: 'https://jenkins.test/job/thermostat/' });
  const job = await runLines('sh', script, variables({ FETTLE_ID_TOKEN: token, FETTLE_VERSION: '1.4.0' }));
  assert.equal(job.exit, 0, job.raw);
  const wrong = await bench.issuer.mint({ aud: bench.server.url, sub: 'https://jenkins.test/job/other/' });
  assert.equal((await runLines('sh', script, variables({ FETTLE_ID_TOKEN: wrong }))).exit, 2);
});

test('a server that is away ends the plain script with 3', async () => {
  const away = { FETTLE_ID_TOKEN: await idToken(), FETTLE_SERVER: 'http://127.0.0.1:9', FETTLE_ATTEMPTS: '1' };
  const job = await runLines('sh', `exec sh ${join(root, 'ci/publish.sh')}`, variables(away));
  assert.equal(job.exit, 3, job.raw);
});
