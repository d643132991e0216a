import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { readVex } from './read-vex.ts';
import { csafFlags, csafStatuses, cycloneDxJustifications, cycloneDxStates } from './terms.ts';
import { vexJustifications, vexStatuses } from './vex-statement.ts';

const adoption = { expiresAt: Date.parse('2027-01-01T00:00:00Z'), deviceTypes: ['router'] };
const read = (document: unknown) => {
  const reading = readVex(Buffer.from(JSON.stringify(document)), adoption);
  assert.ok(reading.ok, reading.ok ? '' : reading.message);
  return reading;
};
const purl = 'pkg:deb/debian/openssl@3.0.15-1';

const openVex = {
  '@context': 'https://openvex.dev/ns/v0.2.0',
  '@id': 'https://example.com/vex/1',
  author: 'Example Devices',
  timestamp: '2026-11-01T00:00:00Z',
  version: 1,
  statements: [
    {
      vulnerability: { name: 'CVE-2026-1', aliases: ['GHSA-x'] },
      products: [{ '@id': purl }],
      status: 'not_affected',
      justification: 'vulnerable_code_not_present',
    },
  ],
};

describe('OpenVEX', () => {
  it('is read into statements', () => {
    assert.deepEqual(read(openVex).statements, [
      {
        id: 'https://example.com/vex/1#1',
        vulnerabilities: ['CVE-2026-1', 'GHSA-x'],
        products: [{ purl, versions: '', hashes: [], parts: [] }],
        status: 'not_affected',
        justification: 'vulnerable_code_not_present',
        foreign: 'vulnerable_code_not_present',
        reason: '',
        author: 'Example Devices',
        statedAt: Date.parse('2026-11-01T00:00:00Z'),
        expiresAt: adoption.expiresAt,
        deviceTypes: ['router'],
      },
    ]);
  });

  it('takes products by identifier and hash, with parts; a part that cannot be named is no part', () => {
    const product = {
      '@id': 'https://example.com/router',
      identifiers: { purl: 'pkg:generic/routers/os' },
      hashes: { 'sha-256': 'A'.repeat(64) },
      subcomponents: [{ '@id': purl }, { '@id': 'libfoo' }],
    };
    const { statements } = read({ ...openVex, statements: [{ ...openVex.statements[0], products: [product] }] });
    assert.deepEqual(statements[0]?.products, [
      { purl: 'pkg:generic/routers/os', versions: '', hashes: ['a'.repeat(64)], parts: [purl, 'pkg:generic/unnamed'] },
    ]);
  });

  it('leaves out what has no status, time or product that we know, and tells', () => {
    const [statement] = openVex.statements;
    const broken = [
      { ...statement, status: 'fine' },
      { ...statement, products: [{ '@id': 'the router' }] },
      { ...statement, vulnerability: {} },
    ];
    const reading = read({ ...openVex, statements: broken });
    assert.equal(reading.statements.length, 0);
    assert.equal(reading.problems.length, 3);
    assert.equal(read({ ...openVex, timestamp: undefined }).statements.length, 0);
  });

  it('knows no reason of "not affected" but a justification or an impact statement', () => {
    const [statement] = openVex.statements;
    const reasons = (given: object) =>
      read({ ...openVex, statements: [{ ...statement, justification: undefined, ...given }] }).statements[0]?.reason;
    assert.equal(reasons({ impact_statement: 'Not reachable.' }), 'Not reachable.');
    assert.equal(reasons({ action_statement: 'Update.' }), '');
    assert.equal(reasons({ status: 'affected', action_statement: 'Update.' }), 'Update.');
  });
});

const csaf = {
  document: {
    category: 'csaf_vex',
    csaf_version: '2.0',
    publisher: { name: 'Example PSIRT' },
    tracking: { id: 'EX-1', current_release_date: '2026-11-02T00:00:00Z' },
  },
  product_tree: {
    branches: [
      {
        category: 'vendor',
        branches: [
          {
            category: 'product_version',
            name: '3.0.15-1',
            product: { product_id: 'P1', product_identification_helper: { purl } },
          },
          {
            category: 'product_version_range',
            name: 'vers:deb/<2.0',
            product: { product_id: 'P2', product_identification_helper: { purl: 'pkg:deb/debian/zlib' } },
          },
          {
            category: 'product_version_range',
            name: 'before 2.0',
            product: { product_id: 'P3', product_identification_helper: { purl: 'pkg:deb/debian/curl' } },
          },
          {
            category: 'product_version',
            name: '1.5',
            product: { product_id: 'P4', product_identification_helper: { purl: 'pkg:deb/debian/bash' } },
          },
        ],
      },
    ],
    full_product_names: [
      { product_id: 'OS', name: 'an OS' },
      { product_id: 'ROUTER', product_identification_helper: { purl: 'pkg:generic/routers/os@1' } },
    ],
    relationships: [
      {
        category: 'default_component_of',
        product_reference: 'P1',
        relates_to_product_reference: 'ROUTER',
        full_product_name: { product_id: 'R1' },
      },
      {
        category: 'default_component_of',
        product_reference: 'P4',
        relates_to_product_reference: 'OS',
        full_product_name: { product_id: 'R2' },
      },
    ],
    product_groups: [{ group_id: 'G', product_ids: ['P1', 'P2'] }],
  },
  vulnerabilities: [
    {
      cve: 'CVE-2026-1',
      product_status: { known_not_affected: ['P1', 'P2', 'P3', 'R1'], known_affected: ['P4'], recommended: ['P4'] },
      flags: [{ label: 'vulnerable_code_not_in_execute_path', group_ids: ['G'] }],
      threats: [{ category: 'impact', details: 'No such feature.', product_ids: ['P3', 'R1'] }],
      remediations: [{ category: 'vendor_fix', details: 'Update to 2.', product_ids: ['P4'] }],
    },
  ],
};

describe('CSAF', () => {
  it('is read by product, with flags, threats and remediations', () => {
    const { statements, problems } = read(csaf);
    assert.deepEqual(problems, []);
    assert.deepEqual(
      statements.map(({ status, justification, reason, products }) => [
        status,
        justification,
        reason,
        products.map((one) => one.purl),
      ]),
      [
        ['not_affected', 'vulnerable_code_not_in_execute_path', '', [purl, 'pkg:deb/debian/zlib']],
        ['not_affected', null, 'No such feature.', ['pkg:deb/debian/curl', 'pkg:generic/routers/os@1']],
        ['affected', null, 'Update to 2.', ['pkg:deb/debian/bash']],
      ],
    );
    assert.deepEqual(statements[1]?.products, [
      { purl: 'pkg:deb/debian/curl', versions: 'before 2.0', hashes: [], parts: [] },
      { purl: 'pkg:generic/routers/os@1', versions: '', hashes: [], parts: [purl] },
    ]);
    assert.equal(statements[0]?.products[1]?.versions, 'vers:deb/<2.0');
    assert.equal(statements[2]?.products[0]?.versions, 'vers:generic/1.5');
    assert.equal(statements[0]?.author, 'Example PSIRT');
  });

  it('about a part of something that we cannot name says nothing of that part elsewhere', () => {
    const [vulnerability] = csaf.vulnerabilities;
    const unversioned = structuredClone(csaf);
    const helper = unversioned.product_tree.branches[0]?.branches[3];
    assert.ok(helper);
    helper.category = 'product_name';
    unversioned.vulnerabilities = [
      { ...vulnerability, product_status: { known_not_affected: ['R2'], known_affected: [], recommended: [] } },
    ] as typeof csaf.vulnerabilities;
    assert.deepEqual(read(unversioned).statements, []);
  });
});

const cycloneDx = {
  bomFormat: 'CycloneDX',
  specVersion: '1.6',
  serialNumber: 'urn:uuid:1',
  metadata: { timestamp: '2026-11-03T00:00:00Z', authors: [{ name: 'Ann' }] },
  components: [{ 'bom-ref': 'a', purl, components: [{ 'bom-ref': 'b', purl: 'pkg:deb/debian/zlib', version: '1.3' }] }],
  vulnerabilities: [
    {
      id: 'CVE-2026-1',
      references: [{ id: 'GHSA-x' }],
      analysis: { state: 'not_affected', justification: 'code_not_reachable', detail: 'Never called.' },
      affects: [
        { ref: 'a' },
        { ref: 'b' },
        {
          ref: 'urn:cdx:1/1#a',
          versions: [
            { range: 'vers:deb/<4', status: 'unaffected' },
            { version: '9', status: 'affected' },
          ],
        },
      ],
    },
    { id: 'CVE-2026-2', affects: [{ ref: 'a' }] },
  ],
};

describe('CycloneDX', () => {
  it('is read from analyses, with products by reference', () => {
    const { statements, problems } = read(cycloneDx);
    assert.deepEqual(problems, []);
    assert.equal(statements.length, 1);
    const [statement] = statements;
    assert.deepEqual(statement?.vulnerabilities, ['CVE-2026-1', 'GHSA-x']);
    assert.deepEqual(statement?.products, [
      { purl, versions: '', hashes: [], parts: [] },
      { purl: 'pkg:deb/debian/zlib', versions: 'vers:generic/1.3', hashes: [], parts: [] },
      { purl, versions: 'vers:deb/<4', hashes: [], parts: [] },
    ]);
    assert.deepEqual(
      [statement?.justification, statement?.foreign, statement?.author],
      ['vulnerable_code_not_in_execute_path', 'not_affected code_not_reachable', 'Ann'],
    );
  });
});

describe('foreign words', () => {
  it('are all mapped to ours', () => {
    // CycloneDX 1.6: impactAnalysisState, impactAnalysisJustification; CSAF 2.0 §3.2.3.9, §3.2.3.5.
    const states = ['resolved', 'resolved_with_pedigree', 'exploitable', 'in_triage', 'false_positive', 'not_affected'];
    const justifications = [
      'code_not_present',
      'code_not_reachable',
      'requires_configuration',
      'requires_dependency',
      'requires_environment',
      'protected_by_compiler',
      'protected_at_runtime',
      'protected_at_perimeter',
      'protected_by_mitigating_control',
    ];
    const csafWords = [
      'first_affected',
      'first_fixed',
      'fixed',
      'known_affected',
      'known_not_affected',
      'last_affected',
      'recommended',
      'under_investigation',
    ];
    assert.deepEqual(Object.keys(cycloneDxStates).sort(), states.sort());
    assert.deepEqual(Object.keys(cycloneDxJustifications).sort(), justifications.sort());
    assert.deepEqual(Object.keys(csafStatuses).sort(), csafWords.sort());
    assert.deepEqual(Object.keys(csafFlags).sort(), [...vexJustifications].sort());
    for (const status of [...Object.values(cycloneDxStates), ...Object.values(csafStatuses)])
      assert.ok(status === null || vexStatuses.includes(status));
    for (const one of [...Object.values(cycloneDxJustifications), ...Object.values(csafFlags)])
      assert.ok(vexJustifications.includes(one));
  });
});

describe('a VEX document', () => {
  it('of another kind is refused', () => {
    for (const text of ['{}', '[]', 'x', '{"bomFormat":"SPDX"}', '['.repeat(100_000)])
      assert.equal(readVex(Buffer.from(text), adoption).ok, false);
  });

  it('may hold anything', () => {
    const json = fc.jsonValue({ maxDepth: 4 });
    const documents = fc.oneof(
      fc
        .record({
          statements: fc.array(
            fc.record({
              vulnerability: json,
              products: json,
              status: fc.constantFrom(...vexStatuses),
              timestamp: json,
            }),
          ),
        })
        .map((value) => ({ ...openVex, ...value })),
      fc
        .record({
          product_tree: json,
          vulnerabilities: fc.array(fc.record({ cve: json, product_status: json, flags: json })),
        })
        .map((value) => ({ ...csaf, ...value })),
      fc
        .record({
          components: json,
          vulnerabilities: fc.array(fc.record({ id: json, analysis: fc.record({ state: json }), affects: json })),
        })
        .map((value) => ({ ...cycloneDx, ...value })),
    );
    fc.assert(
      fc.property(documents, (value) => void readVex(Buffer.from(JSON.stringify(value)), adoption)),
      { numRuns: 500 },
    );
  });
});
