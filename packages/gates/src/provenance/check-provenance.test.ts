import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { componentName, deviceType, digest, fleetId } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import fc from 'fast-check';
import { checkProvenance } from './check-provenance.ts';
import { provenanceFacts } from './facts.ts';
import { type BuildIdentity, type ProvenanceSettings, provenanceLimits } from './settings.ts';

const sha256 = 'ab'.repeat(32);
const source = 'git+https://git.example.com/acme/thermostat';
const commit = '1f'.repeat(20);
const keys = { ada: generateKeyPem(), bob: generateKeyPem() };

function identityOf(name: 'ada' | 'bob', changes: Partial<BuildIdentity> = {}): BuildIdentity {
  return {
    name,
    builder: name,
    signer: { kind: 'key', key: name, sources: [source] },
    builderIds: [`https://build.example.com/${name}`],
    refs: ['refs/tags/v*'],
    buildTypes: ['https://build.example.com/make/v1'],
    parameters: ['target'],
    ...changes,
  };
}

const settings: ProvenanceSettings = {
  roots: [],
  keys: [
    { name: 'ada', publicKeyPem: keys.ada.publicKeyPem },
    { name: 'bob', publicKeyPem: keys.bob.publicKeyPem },
  ],
  identities: [identityOf('ada'), identityOf('bob')],
  quorum: 1,
};

function statementOf(name: 'ada' | 'bob') {
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'other.bin', digest: { sha256: 'cd'.repeat(32) } }, { digest: { sha256 } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://build.example.com/make/v1',
        externalParameters: { target: 'board-a' } as Record<string, unknown>,
        resolvedDependencies: [{ uri: `${source}@refs/tags/v1`, digest: { gitCommit: commit } }],
      },
      runDetails: { builder: { id: `https://build.example.com/${name}` }, unknown: 7 },
    },
  };
}

async function envelopeOf(statement: object, by: readonly ('ada' | 'bob')[] = ['ada'], type = statementPayloadType) {
  const signers = by.map((name) => signerFromPem(keys[name].privateKeyPem));
  return signEnvelope(type, Buffer.from(JSON.stringify(statement)), signers);
}

function judge(proofs: readonly unknown[], changes: Partial<ProvenanceSettings> = {}) {
  const candidate = {
    digest: digest(sha256),
    sizeBytes: 1,
    deviceType: deviceType('board-a'),
    component: componentName('app'),
    fleet: fleetId('thermostat'),
    version: '1.0.0',
  };
  const bundles = proofs.map((proof) => (proof instanceof Uint8Array ? proof : Buffer.from(JSON.stringify(proof))));
  return checkProvenance({ context: { candidate, now: 0 }, bundles, settings: { ...settings, ...changes } });
}

const messagesOf = ({ findings }: Awaited<ReturnType<typeof judge>>) =>
  findings.map(({ message }) => message).join(' ');

test('an envelope of a registered builder passes, whatever it calls its key', async () => {
  const envelope = await envelopeOf(statementOf('ada'));
  const report = await judge([envelope], { commit });
  assert.deepEqual([report.verdict, report.findings], ['pass', []]);
  assert.deepEqual(Object.keys(report.facts), Object.keys(provenanceFacts));
  assert.deepEqual(report.facts.provenanceRefs, ['refs/tags/v1']);
  assert.deepEqual(report.facts.provenanceLogged, false);
  assert.equal(report.documents.length, 1);
  const signatures = envelope.signatures.map(({ sig }) => ({ sig, keyid: 'whatever' }));
  assert.equal((await judge([{ ...envelope, signatures }])).verdict, 'pass');
});

test('without any proof it fails and says what to do', async () => {
  const report = await judge([]);
  assert.deepEqual([report.verdict, report.findings.map(({ rule }) => rule)], ['fail', ['no-provenance']]);
});

test('what is not as it has to be is refused by name', async () => {
  const changed = (change: (statement: ReturnType<typeof statementOf>) => void) => {
    const statement = statementOf('ada');
    change(statement);
    return envelopeOf(statement);
  };
  const definition = (one: ReturnType<typeof statementOf>) => one.predicate.buildDefinition;
  const cases: readonly (readonly [unknown, RegExp])[] = [
    [await envelopeOf(statementOf('bob')), /builder id differ/],
    [await changed((one) => (one.predicate.runDetails.builder.id += '/x')), /builder id/],
    [await changed((one) => (definition(one).buildType = 'x')), /build type/],
    [await changed((one) => (definition(one).externalParameters.script = 'rm')), /unknown external parameter script/],
    [await changed((one) => (definition(one).resolvedDependencies = [])), /source repository/],
    [await changed((one) => one.subject.pop()), /none of its subjects/],
    [await changed((one) => (one.subject = [])), /no subject/],
    [await changed((one) => (one._type = 'x')), /_type/],
    [await changed((one) => (one.predicateType = 'x')), /predicateType/],
    [
      await changed((one) => delete (one.predicate as Partial<typeof one.predicate>).runDetails),
      /builder\.id is missing/,
    ],
    [await changed((one) => (definition(one).externalParameters.workflow = 'x')), /workflow is malformed/],
    [
      await changed((one) =>
        definition(one).resolvedDependencies.push({ uri: `${source}@refs/tags/v1`, digest: { gitCommit: 'other' } }),
      ),
      /commit/,
    ],
    [
      await changed(
        (one) =>
          (definition(one).resolvedDependencies = [{ uri: `${source}@refs/heads/x`, digest: { gitCommit: commit } }]),
      ),
      /ref of the source/,
    ],
    [await envelopeOf(statementOf('ada'), ['ada'], 'text/plain'), /payload is not/],
    [{ ...(await envelopeOf(statementOf('ada'))), signatures: [] }, /signatures/],
    [{ mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json' }, /no Sigstore bundle/],
    [Buffer.from('{'), /not JSON/],
    [Buffer.from('[]'), /not a JSON object/],
    [Buffer.from([0xff, 0xfe]), /not JSON/],
    [Buffer.alloc(provenanceLimits.bundleBytes + 1, ' '), /more than/],
  ];
  for (const [proof, named] of cases) {
    const report = await judge([proof], { commit });
    assert.equal(report.verdict, 'fail');
    assert.match(messagesOf(report), named);
  }
});

test('a signature over the bare payload, or by a key that nobody registered, is none', async () => {
  const envelope = await envelopeOf(statementOf('ada'));
  const bare = await signerFromPem(keys.ada.privateKeyPem).sign(Buffer.from(envelope.payload, 'base64'));
  const forged = { ...envelope, signatures: [{ keyid: '', sig: Buffer.from(bare).toString('base64') }] };
  assert.match(messagesOf(await judge([forged])), /no registered builder key/);
  const stranger = signerFromPem(generateKeyPem().privateKeyPem);
  const foreign = await signEnvelope(statementPayloadType, Buffer.from(JSON.stringify(statementOf('ada'))), [stranger]);
  assert.match(messagesOf(await judge([foreign])), /no registered builder key/);
});

test('two builders that agree are a quorum; one key under two names, or one proof twice, is not', async () => {
  const [ada, bob] = [await envelopeOf(statementOf('ada')), await envelopeOf(statementOf('bob'), ['bob'])];
  assert.equal((await judge([ada, bob], { quorum: 2 })).verdict, 'pass');
  assert.equal((await judge([ada, ada], { quorum: 2 })).verdict, 'fail');
  const sameKey = settings.keys.map(({ name }) => ({ name, publicKeyPem: keys.ada.publicKeyPem }));
  const pretended = await envelopeOf(statementOf('bob'), ['ada']);
  const report = await judge([ada, pretended], { quorum: 2, keys: sameKey });
  assert.deepEqual([report.verdict, report.facts.provenanceAccepted, report.facts.provenanceBuilders], ['fail', 2, 1]);
});

test('a forged proof beside a good one is a lesser finding, one of another artifact a remark', async () => {
  const good = await envelopeOf(statementOf('ada'));
  const forged = { ...good, payload: Buffer.from('{}').toString('base64') };
  const statement = statementOf('ada');
  statement.subject.pop();
  const report = await judge([forged, await envelopeOf(statement), good]);
  assert.equal(report.verdict, 'pass');
  assert.deepEqual(
    report.findings.map(({ rule, severity }) => [rule, severity]),
    [
      ['signature-untrusted', 'medium'],
      ['subject-differs', 'info'],
    ],
  );
});

test('settings that accept too much, or name what is not there, judge nothing', async () => {
  const [ada] = [await envelopeOf(statementOf('ada'))];
  const certified = {
    kind: 'certificate',
    root: 'test',
    issuer: 'https://i',
    repositoryId: '1',
    ownerId: '2',
    runner: null,
  } as const;
  const cases: readonly (readonly [Partial<ProvenanceSettings>, RegExp])[] = [
    [{ identities: [] }, /No build identity/],
    [{ quorum: 0 }, /quorum has to be/],
    [{ quorum: 3 }, /2 builders only/],
    [{ identities: [identityOf('ada', { builderIds: ['https://*'] })] }, /only what follows @/],
    [{ identities: [identityOf('ada', { builderIds: [] })] }, /builder ids/],
    [{ identities: [identityOf('ada', { refs: [] })] }, /refs/],
    [{ identities: [identityOf('ada', { buildTypes: [] })] }, /build type/],
    [{ identities: [identityOf('ada', { signer: { kind: 'key', key: 'ada', sources: [] } })] }, /source repository/],
    [{ identities: [identityOf('ada', { signer: certified })] }, /not there/],
    [{ identities: [identityOf('ada', { signer: { ...certified, repositoryId: '*' } })] }, /repository id/],
    [{ identities: [identityOf('ada'), identityOf('ada')] }, /one name/],
    [{ keys: [{ name: 'ada', publicKeyPem: 'x' }, ...settings.keys.slice(1)] }, /builder key ada cannot be read/],
    [{ roots: [{ name: 'r', trustedRoot: '{}', publishedAt: null, time: 'log' }] }, /trusted root r cannot be read/],
    [{ roots: [{ name: 'r', trustedRoot: 'x', publishedAt: null, time: 'log' }] }, /trusted root r cannot be read/],
  ];
  for (const [changes, named] of cases) {
    const report = await judge([ada], changes);
    assert.equal(report.verdict, 'inconclusive');
    assert.match(messagesOf(report), named);
  }
  assert.equal((await judge(Array.from({ length: 65 }, () => ada))).verdict, 'inconclusive');
});

test('a certificate bundle is refused when no root is there', async () => {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rawBytes = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const bundle = {
    mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json',
    verificationMaterial: {
      certificate: { rawBytes },
      tlogEntries: [],
      timestampVerificationData: { rfc3161Timestamps: [] },
    },
    dsseEnvelope: { payload: 'e30=', payloadType: statementPayloadType, signatures: [{ sig: 'AA==', keyid: '' }] },
  };
  assert.match(messagesOf(await judge([bundle])), /no trusted root is configured/);
  const byHint = { ...bundle, verificationMaterial: { publicKey: { hint: 'x' }, tlogEntries: [] } };
  assert.match(messagesOf(await judge([byHint])), /no registered builder key|no Sigstore bundle/);
});

test('random bytes and random JSON end in a verdict', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array(),
        fc.json().map((text) => Buffer.from(text)),
      ),
      async (bytes) => {
        assert.equal((await judge([bytes])).verdict, 'fail');
      },
    ),
    { numRuns: 60 },
  );
});
