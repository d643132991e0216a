import type { SoftwareComponent, SoftwareInventory } from '../../src/sbom/component.ts';
import type { DocumentFacts } from '../../src/sbom/documents/document-facts.ts';
import { candidate, now } from './pretend-walk.ts';

export function pretendComponent(
  parts: Partial<SoftwareComponent> & Pick<SoftwareComponent, 'name' | 'version'>,
): SoftwareComponent {
  const purl = `pkg:generic/${parts.name}@${parts.version}`;
  const evidence = [{ method: 'package-database', place: 'var/lib/dpkg/status', confidence: 1 } as const];
  return { type: 'library', purl, hashes: {}, ecosystem: null, evidence, dependsOn: [], ...parts };
}

/** An inventory with everything that a component can tell. */
export const inventory: SoftwareInventory = {
  distribution: { id: 'debian', versionId: '12', name: 'Debian GNU/Linux 12' },
  components: [
    pretendComponent({
      name: 'libssl3',
      version: '3.0.15-1~deb12u1',
      purl: 'pkg:deb/debian/libssl3@3.0.15-1~deb12u1?arch=arm64&distro=debian-12',
      architecture: 'arm64',
      source: { name: 'openssl', version: '3.0.15-1' },
      supplier: 'A Team <a@example.org>',
      licence: 'Apache-2.0 OR MIT',
      hashes: { sha256: 'ab'.repeat(32), sha1: 'cd'.repeat(20), 'build-id': '0011' },
      ecosystem: 'Debian:12',
      dependsOn: ['pkg:generic/zlib@1.2.13'],
    }),
    pretendComponent({
      name: 'no licence of SPDX',
      version: '',
      licence: 'GPL-2+ and "others"',
      purl: 'pkg:generic/odd',
    }),
    pretendComponent({
      name: 'zlib',
      version: '1.2.13',
      licence: 'Zlib',
      cpe: 'cpe:2.3:a:zlib:zlib:1.2.13:*:*:*:*:*:*:*',
      evidence: [
        { method: 'string', place: 'usr/bin/a', confidence: 0.6 },
        { method: 'string', place: 'usr/bin/b', confidence: 0.6 },
      ],
    }),
  ],
  coverage: { explainedBytes: 5, executableBytes: 10 },
};

export const facts: DocumentFacts = {
  candidate,
  inventory,
  timestamp: now,
  serialNumber: '01234567-89ab-4cde-8f01-23456789abcd',
  supplier: 'Example Ltd',
  toolVersion: '0.1.0',
  completeness: 'incomplete',
};
