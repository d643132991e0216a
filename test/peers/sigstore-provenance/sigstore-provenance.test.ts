import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type BuildIdentity, checkProvenance, githubBuildType, type ProvenanceSettings } from '@fettle/gates/run';
import { componentName, deviceType, digest, fleetId } from '@fettle/model';
import { type Instance, startInstance } from './instance.ts';

// Bundles made by npm's @sigstore/sign against the authorities of @sigstore/mock, over loopback.

const sha256 = 'ab'.repeat(32);
const commit = '1f'.repeat(20);
const issuer = 'https://token.actions.githubusercontent.com';
const workflow = 'acme/ci/.github/workflows/build.yml@refs/heads/main';
const claims = {
  iss: issuer,
  sub: 'repo:acme/thermostat:ref:refs/heads/main',
  repository: 'acme/thermostat',
  repository_id: '1001',
  repository_owner: 'acme',
  repository_owner_id: '77',
  repository_visibility: 'private',
  ref: 'refs/heads/main',
  sha: commit,
  event_name: 'push',
  job_workflow_ref: workflow,
  job_workflow_sha: '2e'.repeat(20),
  workflow_ref: 'acme/thermostat/.github/workflows/ci.yml@refs/heads/main',
  workflow_sha: commit,
  workflow: 'ci',
  runner_environment: 'github-hosted',
  run_id: '9',
  run_attempt: '1',
};

/** What GitHub's own action writes for these claims. */
function statementOf(said: typeof claims = claims, subject = sha256) {
  const repository = `https://github.com/${said.repository}`;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'image.bin', digest: { sha256: subject } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: githubBuildType,
        externalParameters: { workflow: { ref: said.ref, repository, path: '.github/workflows/ci.yml' } },
        internalParameters: {
          github: {
            event_name: said.event_name,
            repository_id: said.repository_id,
            repository_owner_id: said.repository_owner_id,
            runner_environment: said.runner_environment,
          },
        },
        resolvedDependencies: [{ uri: `git+${repository}@${said.ref}`, digest: { gitCommit: said.sha } }],
      },
      runDetails: {
        builder: { id: `https://github.com/${said.job_workflow_ref}` },
        metadata: { invocationId: `${repository}/actions/runs/${said.run_id}/attempts/1` },
      },
    },
  };
}

const identity: BuildIdentity = {
  name: 'central pipeline',
  builder: 'github',
  signer: { kind: 'certificate', root: 'test', issuer, repositoryId: '1001', ownerId: '77', runner: 'github-hosted' },
  builderIds: ['https://github.com/acme/ci/.github/workflows/build.yml@refs/heads/*'],
  refs: ['refs/heads/main', 'refs/tags/v*'],
  buildTypes: [githubBuildType],
  parameters: ['workflow'],
};

let instance: Instance;
before(async () => {
  instance = await startInstance();
});
after(() => instance.close());

interface Asked {
  readonly change?: (settings: ProvenanceSettings) => ProvenanceSettings;
  readonly accept?: Partial<BuildIdentity>;
}

async function judge(proofs: readonly object[], { change = (settings) => settings, accept = {} }: Asked = {}) {
  const settings: ProvenanceSettings = {
    roots: [{ name: 'test', trustedRoot: instance.trustedRoot, publishedAt: 0, time: 'log' }],
    keys: [],
    identities: [{ ...identity, ...accept }],
    quorum: 1,
    commit,
  };
  const candidate = {
    digest: digest(sha256),
    sizeBytes: 1,
    deviceType: deviceType('board-a'),
    component: componentName('app'),
    fleet: fleetId('thermostat'),
    version: '1.0.0',
  };
  const bundles = proofs.map((proof) => Buffer.from(JSON.stringify(proof)));
  return checkProvenance({ context: { candidate, now: 0 }, bundles, settings: change(settings) });
}

const rulesOf = ({ findings }: Awaited<ReturnType<typeof judge>>) => findings.map(({ rule }) => rule);
const firstMessage = ({ findings }: Awaited<ReturnType<typeof judge>>) => findings.map((one) => one.message).join(' ');

test('a bundle of the accepted workflow, repository and commit passes, with its bytes as evidence', async () => {
  const bundle = await instance.attest(statementOf(), claims);
  const report = await judge([bundle]);
  assert.deepEqual([report.verdict, report.findings], ['pass', []], report.summary);
  assert.deepEqual(report.facts.provenanceCommits, [commit]);
  assert.deepEqual(report.facts.provenanceRefs, ['refs/heads/main']);
  assert.equal(report.facts.provenanceLogged, true);
  const [document] = report.documents;
  assert.equal(Buffer.from(document?.bytes ?? []).toString(), JSON.stringify(bundle));
});

test('a signature, a payload or a certificate that was tampered with is refused', async () => {
  const bundle = await instance.attest(statementOf(), claims);
  const envelope = bundle.dsseEnvelope as { payload: string; signatures: { sig: string }[] };
  const other = Buffer.from(JSON.stringify(statementOf(claims, 'cd'.repeat(32)))).toString('base64');
  const signature = Buffer.from(envelope.signatures[0]?.sig ?? '', 'base64');
  signature[signature.length - 1] = (signature.at(-1) ?? 0) ^ 1;
  const forged = [
    { ...bundle, dsseEnvelope: { ...envelope, payload: other } },
    { ...bundle, dsseEnvelope: { ...envelope, signatures: [{ sig: signature.toString('base64') }] } },
  ];
  for (const one of forged) {
    const report = await judge([one]);
    assert.deepEqual([report.verdict, rulesOf(report)], ['fail', ['quorum-missed', 'signature-untrusted']]);
  }
});

test('a bundle without its log entry is refused under a root with a log, and accepted under one without', async () => {
  const bundle = await instance.attest(statementOf(), claims);
  const material = bundle.verificationMaterial as object;
  const report = await judge([{ ...bundle, verificationMaterial: { ...material, tlogEntries: [] } }]);
  assert.equal(report.verdict, 'fail');
  assert.match(firstMessage(report), /TLOG_ERROR/);
  const unlogged = await instance.attest(statementOf(), claims, 'timestamp');
  const quiet = await judge([unlogged], {
    change: (settings) => ({ ...settings, roots: settings.roots.map((root) => ({ ...root, time: 'timestamp' })) }),
  });
  assert.deepEqual([quiet.verdict, quiet.facts.provenanceLogged], ['pass', false]);
  assert.equal((await judge([unlogged])).verdict, 'fail');
});

test('a bundle of another instance is refused', async () => {
  const stranger = await startInstance();
  const bundle = await stranger.attest(statementOf(), claims);
  await stranger.close();
  assert.deepEqual(rulesOf(await judge([bundle])), ['quorum-missed', 'signature-untrusted']);
});

test('proof of another artifact is refused, whatever it is named', async () => {
  const bundle = await instance.attest(statementOf(claims, 'cd'.repeat(32)), claims);
  assert.deepEqual(rulesOf(await judge([bundle])), ['quorum-missed', 'subject-differs']);
});

test('every claim that is bound is compared: ids, issuer, workflow, ref, runner, commit', async () => {
  const wrong: readonly (readonly [Partial<typeof claims>, RegExp])[] = [
    [{ repository_id: '1002' }, /repository id/],
    [{ repository_owner_id: '78' }, /owner id/],
    [{ iss: 'https://gitlab.example.com' }, /token issuer/],
    [{ job_workflow_ref: 'acme/ci-evil/.github/workflows/build.yml@refs/heads/main' }, /builder id/],
    [{ job_workflow_ref: 'evil/acme/ci/.github/workflows/build.yml@refs/heads/main' }, /builder id/],
    [{ job_workflow_ref: 'acme/ci/.github/workflows/build.yml@refs/tags/v1' }, /builder id/],
    [{ ref: 'refs/heads/main2' }, /\bref\b/],
    [{ ref: 'refs/pull/7/merge' }, /\bref\b/],
    [{ runner_environment: 'self-hosted' }, /runner environment/],
    [{ sha: '3d'.repeat(20) }, /commit/],
  ];
  for (const [change, named] of wrong) {
    const said = { ...claims, ...change };
    const report = await judge([await instance.attest(statementOf(said), said)]);
    assert.deepEqual([report.verdict, rulesOf(report)], ['fail', ['identity-differs', 'quorum-missed']]);
    assert.match(firstMessage(report), named);
  }
});

test('a statement that says something else than its certificate is refused', async () => {
  const lies: readonly (readonly [Partial<typeof claims>, RegExp])[] = [
    [{ repository_id: '1002' }, /repository id in the statement/],
    [{ sha: '3d'.repeat(20) }, /commit/],
    [{ ref: 'refs/tags/v1' }, /workflow ref in the statement/],
    [{ job_workflow_ref: 'acme/ci/.github/workflows/build.yml@refs/heads/other' }, /builder id in the certificate/],
    [{ repository: 'acme/other' }, /source repository/],
  ];
  for (const [change, named] of lies) {
    const report = await judge([await instance.attest(statementOf({ ...claims, ...change }), claims)]);
    assert.equal(report.verdict, 'fail');
    assert.match(firstMessage(report), named);
  }
});

test('a renamed repository with the same ids passes; a new one under the old name does not', async () => {
  const renamed = { ...claims, repository: 'acme/boiler' };
  assert.equal((await judge([await instance.attest(statementOf(renamed), renamed)])).verdict, 'pass');
  const squatter = { ...claims, repository_id: '2002' };
  assert.equal((await judge([await instance.attest(statementOf(squatter), squatter)])).verdict, 'fail');
});

test('an external parameter that nobody knows is refused; another commit than the publishing token names as well', async () => {
  const statement = statementOf();
  const { externalParameters } = statement.predicate.buildDefinition;
  Object.assign(externalParameters, { inputs: { debug: true } });
  const bundle = await instance.attest(statement, claims);
  assert.match(firstMessage(await judge([bundle])), /unknown external parameter inputs/);
  assert.equal((await judge([bundle], { accept: { parameters: ['workflow', 'inputs'] } })).verdict, 'pass');
  const good = await instance.attest(statementOf(), claims);
  const elsewhere = await judge([good], { change: (settings) => ({ ...settings, commit: '4c'.repeat(20) }) });
  assert.equal(elsewhere.verdict, 'fail');
});

test('the same builder twice is one builder; two builders that agree make a quorum of two', async () => {
  const bundle = await instance.attest(statementOf(), claims);
  const again = await instance.attest(statementOf(), { ...claims, run_id: '10' });
  const two = (settings: ProvenanceSettings): ProvenanceSettings => {
    const [first = identity] = settings.identities;
    const signer = { ...identity.signer, repositoryId: '3003' } as BuildIdentity['signer'];
    const second = {
      ...first,
      name: 'mirror',
      builder: 'mirror',
      signer,
      builderIds: ['https://github.com/acme/mirror/b.yml@*'],
    };
    return { ...settings, identities: [first, second], quorum: 2 };
  };
  const once = await judge([bundle, again], { change: two });
  assert.deepEqual([once.verdict, once.facts.provenanceBuilders], ['fail', 1]);
  const mirrored = {
    ...claims,
    repository: 'acme/mirror',
    repository_id: '3003',
    job_workflow_ref: 'acme/mirror/b.yml@refs/heads/main',
  };
  const mirror = await instance.attest(statementOf(mirrored), mirrored);
  const agreed = await judge([bundle, mirror], { change: two });
  assert.deepEqual([agreed.verdict, agreed.facts.provenanceBuilders], ['pass', 2], agreed.summary);
  const disagreeing = await instance.attest(statementOf(mirrored, 'cd'.repeat(32)), mirrored);
  assert.equal((await judge([bundle, disagreeing], { change: two })).verdict, 'fail');
});
