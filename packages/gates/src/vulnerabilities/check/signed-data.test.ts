import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { bytesSource } from '@fettle/images';
import { digest } from '@fettle/model';
import { generateKeyPem, signEnvelope, signerFromPem, statementPayloadType } from '@fettle/trust';
import { type MadeSet, makeSet, importedAt as now, osvRecord } from '../../../test/vulnerabilities/small-data.ts';
import type { SoftwareComponent } from '../../sbom/component.ts';
import { dataSetStatement } from '../data/data-set-statement.ts';
import type { DataTrust } from '../data/data-trust.ts';
import { importKev } from '../imports/import-kev.ts';
import { importOsv } from '../imports/import-osv.ts';
import { checkVulnerabilities } from './check-vulnerabilities.ts';
import { vulnerabilitySettingsProblem } from './settings.ts';

const publishedAt = now - 86_400_000;
const critical = [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }];
const openssl: SoftwareComponent = {
  type: 'library',
  name: 'openssl',
  version: '3.0.15-1',
  purl: 'pkg:deb/debian/openssl@3.0.15-1?distro=debian-12',
  hashes: {},
  ecosystem: 'Debian:12',
  evidence: [],
  dependsOn: [],
};
const candidate = {
  digest: digest('a'.repeat(64)),
  sizeBytes: 1,
  deviceType: 'r',
  component: 'os',
  fleet: 'f',
  version: '2',
};

function osv(source: string, name: string): Promise<MadeSet> {
  const record = osvRecord('CVE-2026-1', { ecosystem: 'Debian:12', name, fixed: '9', severity: critical });
  return makeSet(importOsv, JSON.stringify(record), { publishedAt, source });
}

function person() {
  const pem = generateKeyPem();
  return { signer: signerFromPem(pem.privateKeyPem), pem: pem.publicKeyPem };
}
type Person = ReturnType<typeof person>;

async function envelopeOf({ set }: MadeSet, ...people: readonly Person[]): Promise<string> {
  const signers = people.map(({ signer }) => signer);
  return JSON.stringify(await signEnvelope(statementPayloadType, dataSetStatement(set), signers));
}

function check(sets: readonly MadeSet[], trust: DataTrust | undefined) {
  return checkVulnerabilities({
    context: { candidate, source: bytesSource(Buffer.alloc(1)), now },
    inventory: { distribution: null, components: [openssl], coverage: { explainedBytes: 0, executableBytes: 0 } },
    dataSets: sets.map(({ data }) => data),
    vex: [],
    settings: trust ? { trust } : {},
  });
}

const trustIn = (people: readonly Person[], threshold: number, envelopes: DataTrust['envelopes'] = {}): DataTrust => ({
  keys: people.map(({ pem }) => pem),
  threshold,
  envelopes,
  refused: [],
});

describe('data that have to be signed', () => {
  const [ada, ben, eve] = [person(), person(), person()];

  it('count when enough of the keys vouch for them, and the verdict names the keys', async () => {
    const data = await osv('osv.dev/Debian', 'openssl');
    const envelopes = { [data.set.digest]: await envelopeOf(data, ada, ben, eve) };
    const report = await check([data], trustIn([ada, ben], 2, envelopes));
    assert.equal(report.verdict, 'fail');
    assert.deepEqual(report.facts.dataSetsRefused, []);
    assert.deepEqual(
      report.inputs.map(({ signedBy }) => signedBy?.length),
      [undefined, 2],
    );
  });

  it('do not count unsigned, by a stranger, or by too few; the verdict is open and says why and what to do', async () => {
    const data = await osv('osv.dev/Debian', 'bash');
    assert.equal((await check([data], undefined)).facts.criticalOpen, 0, 'without keys they hide openssl');
    const tries = [
      [trustIn([ada], 1), /Nobody signed it/],
      [trustIn([ada], 1, { [data.set.digest]: await envelopeOf(data, eve) }), /Expected 1 valid .* found 0/],
      [trustIn([ada, ben], 2, { [data.set.digest]: await envelopeOf(data, ada) }), /Expected 2 valid .* found 1/],
      [trustIn([ada], 1, { [data.set.digest]: await envelopeOf(await osv('x', 'y'), ada) }), /found one on another/],
    ] as const;
    for (const [trust, why] of tries) {
      const { verdict, facts, summary, inputs } = await check([data], trust);
      const [refused] = facts.dataSetsRefused as readonly string[];
      assert.equal(verdict, 'inconclusive');
      assert.match(refused ?? '', why);
      assert.match(refused ?? '', /^osv osv\.dev\/Debian of 2026-11-21 \([0-9a-f]{12}\): /);
      assert.match(
        summary,
        /0 of 1 components looked up in 0 data sets.*fettle vulndb sign.*Not counted: osv osv\.dev/,
      );
      assert.equal(inputs.length, 1, 'it rests on rules alone');
    }
  });

  it('are looked up beside others that do not count, which are named', async () => {
    const [own, planted] = [await osv('osv.dev/Debian', 'openssl'), await osv('elsewhere', 'filler')];
    const trust = trustIn([ada], 1, { [own.set.digest]: await envelopeOf(own, ada) });
    const left = ['kev cisa of 2026-11-20 (0123456789ab): Nobody signed it.'];
    const report = await check([own, planted], { ...trust, refused: left });
    assert.equal(report.verdict, 'fail');
    assert.equal((report.facts.dataSetsRefused as readonly string[]).length, 2);
    assert.match(report.summary, /in 1 data sets.*Not counted: kev cisa.*Nobody signed it\. osv elsewhere/);
  });

  it('are not replaced by a catalogue alone, which names no packages', async () => {
    const text = JSON.stringify({
      dateReleased: '2026-11-20T00:00:00Z',
      vulnerabilities: [{ cveID: 'CVE-2026-1', dateAdded: '2026-11-01' }],
    });
    const catalogue = await makeSet(importKev, text);
    const trust = trustIn([ada], 1, { [catalogue.set.digest]: await envelopeOf(catalogue, ada) });
    const report = await check([catalogue], trust);
    assert.equal(report.verdict, 'inconclusive');
    assert.match(report.summary, /No data on affected packages count/);
  });

  it('are no matter of settings: a policy cannot name statements there', () => {
    assert.match(vulnerabilitySettingsProblem({ trust: {} }) ?? '', /there is no setting trust/);
  });
});
