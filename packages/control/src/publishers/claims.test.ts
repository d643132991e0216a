import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fleetId, type Publisher } from '@fettle/model';
import fc from 'fast-check';
import { unfittingClaims } from './match-claims.ts';
import { providerRules } from './providers.ts';
import { issuerProblem, publisherProblems } from './publisher-problems.ts';
import { readJwks } from './read-jwks.ts';
import { sourceOf } from './release-source.ts';
import { peekIdToken } from './verify-id-token.ts';

const github: Publisher = {
  name: 'ci',
  provider: 'github',
  issuer: 'https://token.actions.githubusercontent.com',
  audience: 'https://fettle.test',
  keys: { kind: 'discovery' },
  match: { repository_id: '1001', ref: 'refs/tags/v*', environment: 'release' },
  allowEvents: [],
  requireHosted: true,
  fleet: fleetId('routers'),
  deviceTypes: [],
  tokenLifeMs: 900_000,
  createdAt: 0,
};
const claims = {
  ...{ iss: github.issuer, aud: github.audience, repository_id: '1001', ref: 'refs/tags/v1', environment: 'release' },
  ...{
    event_name: 'push',
    runner_environment: 'github-hosted',
    repository: 'acme/thermostat',
    run_id: '4711',
    sha: 'ab',
  },
  job_workflow_ref: 'acme/ci/.github/workflows/p.yml@refs/tags/v1',
};

test('a publisher that is narrow enough has no problems', () => {
  assert.deepEqual(publisherProblems(github), []);
});

test('claims are compared whole and by text, and every one that differs is named', () => {
  assert.deepEqual(unfittingClaims(github, claims), []);
  assert.deepEqual(unfittingClaims(github, { ...claims, repository_id: 1001 }), []);
  assert.deepEqual(unfittingClaims(github, { ...claims, repository_id: ['1001'], ref: 'refs/tags/w', aud: ['x'] }), [
    'repository_id',
    'ref',
    'aud',
  ]);
  assert.deepEqual(unfittingClaims(github, {}), [
    'repository_id',
    'ref',
    'environment',
    'event_name',
    'runner_environment',
    'aud',
  ]);
});

test('events that are not usual publish when they are allowed by name, merge requests never', () => {
  const dispatched = { ...claims, event_name: 'workflow_run' };
  assert.deepEqual(unfittingClaims(github, dispatched), ['event_name']);
  assert.deepEqual(unfittingClaims({ ...github, allowEvents: ['workflow_run'] }, dispatched), []);
  const gitlab: Publisher = { ...github, provider: 'gitlab', requireHosted: false, match: { project_id: '5' } };
  const merge = { aud: github.audience, project_id: '5', pipeline_source: 'merge_request_event' };
  assert.deepEqual(unfittingClaims({ ...gitlab, allowEvents: ['merge_request_event'] }, merge), ['pipeline_source']);
});

test('no claim that somebody else can have fits a publisher of random ids', () => {
  const other = fc.record({
    repository_id: fc.stringMatching(/^[0-9]{1,6}$/),
    ref: fc.string(),
    environment: fc.string(),
  });
  fc.assert(
    fc.property(other, (said) => {
      const fits = unfittingClaims(github, { ...claims, ...said }).length === 0;
      const should =
        said.repository_id === '1001' && said.ref.startsWith('refs/tags/v') && said.environment === 'release';
      assert.equal(fits, should);
    }),
  );
});

test('registered claims and names that change hands can be bound on nowhere', () => {
  for (const rules of Object.values(providerRules)) {
    for (const name of ['iss', 'aud', 'exp', 'jti']) assert.ok(rules.unbindable.includes(name));
    for (const name of [...rules.ids, ...rules.places]) assert.ok(!rules.unbindable.includes(name));
  }
  const rest = { name: 'A!', audience: '', tokenLifeMs: 1, allowEvents: ['Push!'] };
  const problems = publisherProblems({
    ...github,
    ...rest,
    match: { repository_id: '1', environment: 'x', 'bad claim': 'y' },
  });
  assert.equal(problems.length, 5);
  const ownIssuer = { ...github, issuer: 'https://jenkins.test/oidc' };
  const generic: Publisher = { ...ownIssuer, provider: 'generic', match: { sub: 'job' }, allowEvents: ['push'] };
  assert.equal(publisherProblems(generic).length, 2, 'events and runners are not known');
  assert.match(publisherProblems({ ...generic, match: { sub: 'jo*' } }).join(' '), /compared exactly/);
  assert.match(publisherProblems({ ...generic, match: {} }).join(' '), /1 to 16 claims/);
  const gitlab: Publisher = { ...ownIssuer, provider: 'gitlab', match: { project_id: '5', ref_protected: 'false' } };
  assert.match(publisherProblems(gitlab).join(' '), /ref_protected/);
  const url: Publisher = { ...github, keys: { kind: 'url', url: 'http://keys.example.com' } };
  assert.match(publisherProblems(url).join(' '), /URL of the keys/);
});

test('a generic publisher does not go round the rules of a provider whose issuer it names', () => {
  const generic = (issuer: string, name = 'loose'): Publisher => ({
    ...{ ...github, name, issuer, provider: 'generic', match: { repository_owner: 'acme' }, requireHosted: false },
  });
  for (const issuer of [
    github.issuer,
    'https://TOKEN.actions.githubusercontent.com/',
    'https://token.actions.acme.ghe.com',
    'https://ghes.example.com/_services/token',
    'https://gitlab.com',
  ]) {
    assert.match(publisherProblems(generic(issuer)).join(' '), /expected that provider, found generic/, issuer);
  }
  assert.match(publisherProblems({ ...github, provider: 'gitlab' }).join(' '), /found gitlab/);
  assert.deepEqual(publisherProblems(generic('https://jenkins.test/oidc')), []);
  // A GitLab of one's own has any name: what another publisher says of it holds.
  const own: Publisher = { ...github, name: 'gl', provider: 'gitlab', issuer: 'https://gl.test' };
  assert.match(issuerProblem(generic(own.issuer), [github, own]) ?? '', /gl says that this issuer is gitlab/);
  assert.match(issuerProblem(own, [generic(own.issuer)]) ?? '', /loose says that this issuer is generic/);
  assert.equal(issuerProblem(generic(own.issuer), [{ ...own, name: 'loose' }]), undefined, 'it replaces that one');
  assert.equal(issuerProblem({ ...own, provider: 'github' }, [own]), undefined);
});

test('links to runs are made below the site of the issuer, of well-formed names only', () => {
  const runUrl = (changes: Partial<Publisher>, said: object) =>
    sourceOf({ ...github, ...changes }, { ...claims, ...said }).runUrl;
  assert.equal(runUrl({}, {}), 'https://github.com/acme/thermostat/actions/runs/4711');
  const enterprise = { iss: 'https://ghes.example.com/_services/token' };
  assert.equal(runUrl({}, enterprise), 'https://ghes.example.com/acme/thermostat/actions/runs/4711');
  const resident = { iss: 'https://token.actions.acme.ghe.com' };
  assert.equal(runUrl({}, resident), 'https://acme.ghe.com/acme/thermostat/actions/runs/4711');
  assert.equal(runUrl({}, { repository: 'a/b?x=<script>' }), null);
  assert.equal(runUrl({}, { run_id: 'x' }), null);
  const gitlab = { iss: 'https://gl.test', project_path: 'a/b/c', pipeline_id: 31 };
  assert.equal(runUrl({ provider: 'gitlab' }, gitlab), 'https://gl.test/a/b/c/-/pipelines/31');
  assert.equal(runUrl({ provider: 'generic' }, {}), null);
});

test('of a key set the keys that can verify ID tokens are kept', () => {
  const rsa = { kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' };
  const ec = { kty: 'EC', crv: 'P-256', kid: 'b', x: 'x', y: 'y', alg: 'ES256', use: 'sig' };
  const others = [{ kty: 'EC', crv: 'P-521' }, { ...rsa, use: 'enc' }, { ...rsa, alg: 'RS512' }, 7, null];
  assert.deepEqual(readJwks(JSON.stringify({ keys: [rsa, ec, ...others] })).keys, [rsa, ec]);
  for (const text of [
    '',
    '[]',
    '{}',
    '{"keys":{}}',
    JSON.stringify({ keys: others }),
    JSON.stringify({ keys: [{ ...rsa, d: 'x' }] }),
  ]) {
    assert.throws(() => readJwks(text), { code: 'invalid-input' }, text);
  }
});

test('what is no token is found out without any key, and nothing makes it throw', () => {
  fc.assert(fc.property(fc.string(), (text) => peekIdToken(text) === undefined));
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = (header: unknown, payload: unknown) => `${part(header)}.${part(payload)}.AA`;
  assert.deepEqual(peekIdToken(token({ alg: 'RS256', kid: 'k' }, { iss: 'i' })), { issuer: 'i', kid: 'k' });
  assert.equal(peekIdToken(token({ alg: 'HS256' }, { iss: 'i' })), undefined);
  assert.equal(peekIdToken(token({ alg: 'none' }, { iss: 'i' })), undefined);
  assert.equal(peekIdToken(token({ alg: 'RS256', typ: 'at+jwt' }, { iss: 'i' })), undefined);
  assert.equal(peekIdToken(token({ alg: 'RS256' }, { iss: 7 })), undefined);
  assert.equal(peekIdToken(token({ alg: 'RS256' }, { iss: 'i', long: 'x'.repeat(20_000) })), undefined);
  fc.assert(fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => void peekIdToken(token(a, b))));
});
