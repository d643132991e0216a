import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, test } from 'node:test';
import { createClient, type Input } from '@fettle/api';
import { FettleError } from '@fettle/model';
import { makeFleet, publish, startTestServer, type TestServer } from '../../system/api-support.ts';
import { audience, forge, githubClaims, Issuer, type TokenClaims } from './issuer.ts';

// ID tokens of npm's oauth2-mock-server, over loopback, exchanged at a server that really runs.

let issuer: Issuer;
let server: TestServer;
let fleet: Awaited<ReturnType<typeof makeFleet>>;

before(async () => {
  issuer = await Issuer.start();
  server = await startTestServer();
  fleet = await makeFleet(server.client);
  await server.client.savePublisher(publisher());
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await issuer.stop();
});

function publisher(changes: Partial<Input<'savePublisher'>> = {}): Input<'savePublisher'> {
  return {
    ...{ publisher: 'github', provider: 'github', issuer: issuer.url, audience, fleet: 'routers' },
    match: {
      repository_id: '1001',
      repository_owner_id: '77',
      job_workflow_ref: 'acme/ci/.github/workflows/publish.yml@refs/tags/v*',
      environment: 'release',
    },
    requireHosted: true,
    ...changes,
  };
}

/** The code of the refusal, or `taken`. */
async function exchange(token: string, more: Partial<Input<'exchangeIdToken'>> = {}): Promise<string> {
  const anybody = createClient({ server: server.url, token: 'none' });
  try {
    await anybody.exchangeIdToken({ token, ...more });
    return 'taken';
  } catch (error) {
    if (error instanceof FettleError) return error.code;
    throw error;
  }
}

const refusedFor = async (changes: TokenClaims) => exchange(await issuer.mint(changes));
const seconds = () => Math.floor(Date.now() / 1_000);

test('a good token is exchanged once, and its releases say where they came from', async () => {
  const token = await issuer.mint();
  const anybody = createClient({ server: server.url, token: 'none' });
  const given = await anybody.exchangeIdToken({ token });
  assert.deepEqual([given.fleet, given.publisher], ['routers', 'github']);
  assert.ok(Date.parse(given.expiresAt) - Date.now() <= 900_000);
  assert.equal(await exchange(token), 'token-replayed');
  const ci = createClient({ server: server.url, token: given.token });
  assert.equal((await ci.whoami()).actor, 'publisher:github');
  await publish(ci, { ...fleet, version: '1.2.3', bytes: Buffer.from('image 1') });
  const { source } = await server.client.getRelease({ fleet: 'routers', version: '1.2.3' });
  assert.deepEqual(source, {
    ...{ publisher: 'github', issuer: issuer.url, repository: 'acme/thermostat', repositoryId: '1001' },
    ...{ workflow: githubClaims.job_workflow_ref, ref: githubClaims.ref, sha: githubClaims.sha },
    runUrl: `${new URL(issuer.url).origin}/acme/thermostat/actions/runs/4711`,
  });
  const events = (await server.client.listAudit({ limit: 50 })).items;
  const issued = events.find(({ verb }) => verb === 'publisher.token-issued');
  const claims = JSON.parse(issued?.reason ?? '{}') as TokenClaims;
  assert.deepEqual([issued?.actor, issued?.fleet, claims.actor], ['publisher:github', 'routers', 'ada']);
  assert.equal(events.find(({ verb }) => verb === 'release.published')?.actor, 'publisher:github');
});

test('wrong audience, two audiences, wrong issuer, wrong times, missing claims: refused', async () => {
  assert.equal(await refusedFor({ aud: 'https://github.com/acme' }), 'forbidden');
  assert.equal(await refusedFor({ aud: [audience, 'https://other.test'] }), 'forbidden');
  assert.equal(await refusedFor({ aud: [audience] }), 'taken');
  assert.equal(await refusedFor({ aud: undefined }), 'not-authenticated');
  assert.equal(await refusedFor({ iss: 'https://elsewhere.test' }), 'not-authenticated');
  assert.equal(await refusedFor({ iss: `${issuer.url}/` }), 'not-authenticated');
  assert.equal(await refusedFor({ exp: seconds() - 10 }), 'not-authenticated');
  assert.equal(await refusedFor({ nbf: seconds() + 60 }), 'not-authenticated');
  assert.equal(await refusedFor({ iat: seconds() - 700 }), 'not-authenticated');
  assert.equal(await refusedFor({ iat: seconds() + 60 }), 'not-authenticated');
  for (const claim of ['jti', 'sub', 'iat', 'exp']) {
    assert.equal(await refusedFor({ [claim]: undefined }), 'not-authenticated', claim);
  }
  assert.equal(await refusedFor({ jti: 7 }), 'not-authenticated');
});

test('no algorithm, a shared secret, a forged signature, an unknown key, too long, no token: refused', async () => {
  const token = await issuer.mint();
  const [header = ''] = token.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const [jwk] = (JSON.parse(issuer.jwks) as { keys: object[] }).keys;
  for (const forged of [
    forge(token, { alg: 'none', kid }),
    forge(token, { alg: 'HS256', kid }, JSON.stringify(jwk)),
    forge(token, { alg: 'RS256', kid }, 'attacker'),
    forge(token, { alg: 'RS256', kid: 'unknown' }, 'attacker'),
    'no token',
    `${token}x`,
    'a.b.c',
  ]) {
    assert.equal(await exchange(forged), 'not-authenticated');
  }
  const stranger = await Issuer.start();
  const foreign = await stranger.mint({ iss: issuer.url }, { kid });
  await stranger.stop();
  assert.equal(await exchange(foreign), 'not-authenticated');
  assert.equal(await exchange('x'.repeat(16_385)), 'invalid-input');
  assert.equal(await exchange(token), 'taken');
});

test('other jobs are refused by ids, workflow, event, runner; a renamed repository is not', async () => {
  const refused: readonly TokenClaims[] = [
    { repository_id: '1002' },
    { repository_owner_id: '78' },
    { repository_id: '10010' },
    { repository_id: undefined },
    { job_workflow_ref: 'acme/ci/.github/workflows/publish.yml@refs/heads/main' },
    { job_workflow_ref: 'evil/acme/ci/.github/workflows/publish.yml@refs/tags/v2' },
    { job_workflow_ref: 'acme/ci/.github/workflows/other.yml@refs/tags/v2' },
    { environment: undefined },
    { environment: 'release2' },
    { event_name: 'pull_request' },
    { event_name: 'pull_request_target' },
    { event_name: 'issue_comment' },
    { event_name: 'workflow_run' },
    { event_name: undefined },
    { runner_environment: 'self-hosted' },
    // The same name, and another repository behind it.
    { repository: 'acme/thermostat', repository_id: '2002' },
  ];
  for (const changes of refused) assert.equal(await refusedFor(changes), 'forbidden', JSON.stringify(changes));
  assert.equal(await refusedFor({ repository: 'acme/boiler' }), 'taken');
  assert.equal(await refusedFor({ sub: 'repo:acme/thermostat:ref:refs/heads/main' }), 'taken');
  assert.equal(await exchange(await issuer.mint(), { fleet: 'other' }), 'forbidden');
  assert.equal(await exchange(await issuer.mint(), { tenant: 'other' }), 'not-authenticated');
});

test('why a token was refused is in the audit log, and not in the answer', async () => {
  const token = await issuer.mint({ repository_id: '1002', run_id: '99' });
  const anybody = createClient({ server: server.url, token: 'none' });
  await assert.rejects(anybody.exchangeIdToken({ token }), (error: Error) => !/repository/.test(error.message));
  const [event] = (await server.client.listAudit({ limit: 1 })).items;
  assert.equal(event?.verb, 'publisher.token-refused');
  assert.match(event?.reason ?? '', /do not fit: repository_id; .*repository_id=1002.*run_id=99/);
});

test('a publisher with several fleets is chosen by fleet; one that is removed ends its tokens', async () => {
  await makeFleet(server.client, 'boilers');
  await server.client.savePublisher(publisher({ publisher: 'boilers', fleet: 'boilers' }));
  const anybody = createClient({ server: server.url, token: 'none' });
  const given = await anybody.exchangeIdToken({ token: await issuer.mint(), fleet: 'boilers' });
  const ci = createClient({ server: server.url, token: given.token });
  assert.equal((await ci.nextCounter({ fleet: 'boilers' })).counter, 1);
  await server.client.removePublisher({ publisher: 'boilers' });
  await assert.rejects(ci.nextCounter({ fleet: 'boilers' }), { code: 'not-authenticated' });
  assert.equal(await exchange(await issuer.mint(), { fleet: 'boilers' }), 'forbidden');
});

test('GitLab: project, namespace and protected ref, never a merge request', async () => {
  const match = {
    project_id: '5',
    namespace_id: '6',
    ref_protected: 'true',
    ci_config_ref_uri: 'gl.test/a/b//.gitlab-ci.yml@refs/heads/main',
  };
  const gitlab = publisher({
    publisher: 'gitlab',
    provider: 'gitlab',
    audience: 'https://fettle.gitlab',
    match,
    requireHosted: false,
  });
  await server.client.savePublisher(gitlab);
  const said = {
    ...{
      aud: 'https://fettle.gitlab',
      sub: 'project_path:a/b:ref_type:branch:ref:main',
      project_id: '5',
      namespace_id: '6',
    },
    ...{ ref_protected: 'true', ref: 'main', pipeline_source: 'push', pipeline_id: '31', project_path: 'a/b' },
    ci_config_ref_uri: match.ci_config_ref_uri,
  };
  assert.equal(await refusedFor(said), 'taken');
  assert.equal(await refusedFor({ ...said, ref_protected: 'false' }), 'forbidden');
  assert.equal(await refusedFor({ ...said, project_id: '7' }), 'forbidden');
  assert.equal(await refusedFor({ ...said, ci_config_ref_uri: `${match.ci_config_ref_uri}x` }), 'forbidden');
  assert.equal(await refusedFor({ ...said, pipeline_source: 'merge_request_event' }), 'forbidden');
  await assert.rejects(server.client.savePublisher({ ...gitlab, allowEvents: ['merge_request_event'] }), {
    code: 'invalid-input',
  });
});

test('a generic issuer is matched exactly, also with pinned keys and the issuer away', async () => {
  await using jenkins = await Issuer.start();
  const match = { sub: 'https://jenkins.test/job/thermostat/', branch: 'main' };
  await server.client.savePublisher(
    publisher({
      publisher: 'jenkins',
      provider: 'generic',
      issuer: jenkins.url,
      match,
      jwks: jenkins.jwks,
      requireHosted: false,
    }),
  );
  const { sub } = match;
  const [good, other] = await Promise.all([
    jenkins.mint({ sub, branch: 'main' }),
    jenkins.mint({ sub, branch: 'dev' }),
  ]);
  await jenkins.stop();
  assert.equal(await exchange(good), 'taken');
  assert.equal(await exchange(other), 'forbidden');
});

test('what would let in too much is refused when it is saved', async () => {
  const hasPrivate = JSON.stringify({
    keys: [generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })],
  });
  const bad: readonly (readonly [Partial<Input<'savePublisher'>>, RegExp])[] = [
    [{ match: { environment: 'release' } }, /repository_id/],
    [{ match: { repository_id: '1001' } }, /job_workflow_ref/],
    [{ match: { repository_id: '10*', environment: 'release' } }, /number, exactly/],
    [{ match: { repository_id: '1001', environment: '*' } }, /\*/],
    [{ match: { repository_id: '1001', job_workflow_ref: 'acme/*' } }, /only behind @/],
    [
      { match: { repository_id: '1001', environment: 'a', sub: 'repo:acme/thermostat:ref:refs/heads/main' } },
      /sub cannot/,
    ],
    [{ match: { repository_id: '1001', environment: 'a', repository: 'acme/thermostat' } }, /repository cannot/],
    [{ audience: 'https://github.com/acme' }, /audience of our own/],
    [{ issuer: 'http://issuer.example.com' }, /https/],
    [{ issuer: 'https://issuer.example.com/?a=b' }, /https/],
    [{ jwks: '{"keys":[]}' }, /at least one key/],
    [{ jwks: hasPrivate }, /private/],
    [{ jwks: issuer.jwks, jwksUrl: issuer.url }, /found both/],
    [{ deviceTypes: ['unknown'] }, /no device type/],
    [{ fleet: 'nowhere' }, /nowhere/],
  ];
  for (const [changes, named] of bad) {
    await assert.rejects(server.client.savePublisher(publisher({ publisher: 'bad', ...changes })), (error: Error) => {
      assert.match(error.message, named);
      return true;
    });
  }
  await assert.rejects(server.client.getPublisher({ publisher: 'bad' }), { code: 'not-found' });
});

test('keys that are known serve on when the issuer is away; an unknown key id waits for it to come back', async () => {
  await using away = await Issuer.start();
  await server.client.savePublisher(publisher({ publisher: 'away', issuer: away.url }));
  assert.equal(await exchange(await away.mint()), 'taken');
  const [second, unknown] = await Promise.all([away.mint(), away.mint({}, { kid: 'new' })]);
  await away.stop();
  assert.equal(await exchange(second), 'taken');
  // The issuer was asked a moment ago: nobody who makes up key ids has it asked again.
  assert.equal(await exchange(unknown), 'not-authenticated');
});

test('an issuer that never answered is a failure of ours for now, and no failed authentication', async () => {
  const gone = await Issuer.start();
  await server.client.savePublisher(publisher({ publisher: 'gone', issuer: gone.url }));
  const token = await gone.mint();
  await gone.stop();
  assert.equal(await exchange(token), 'overloaded');
});
