import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { describe, test } from 'node:test';
import { type GateReport, inventoryKind, type SoftwareInventory } from '@fettle/gates';
import { spdxProblems } from '../../../packages/gates/test/sbom/strict-spdx.ts';
import { cyclonedxProblems } from '../../../packages/gates/test/sbom/strictly-valid.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { fetchKernel, type KernelPackage } from './kernel-package.ts';
import { readKernelImage, withPayload } from './kernel-payload.ts';
import { packBy } from './real-root.ts';
import { runAll } from './run-all.ts';

const folder = workFolder();
const tools = ['apt-get', 'apt-cache', 'dpkg-deb', 'mksquashfs', 'cpio', 'gzip', 'bzip2', 'xz', 'zstd', 'lz4', 'lzop'];
const canRun = need('all gates over a real kernel', tools);
const squashfs = 'mksquashfs root image -comp zstd -Xcompression-level 3 -all-root -quiet -no-progress';

/** As `CONFIG_KERNEL_…` packs them: the size that was packed follows. @source Linux, scripts/Makefile.lib */
const packers = {
  gzip: 'gzip -n -9',
  bzip2: 'bzip2 -9',
  lzma: 'xz --format=lzma -6',
  xz: 'xz --check=crc32 --x86 --lzma2=,dict=4MiB',
  lzop: 'lzop -9',
  lz4: 'lz4 -l -q -9 - -',
  zstd: 'zstd -q -19',
} as const;

for (const architecture of ['amd64', 'arm64'] as const) {
  const kernel = canRun ? fetchKernel(folder.path, architecture) : undefined;
  if (!kernel) continue;
  describe(`Debian's kernel for ${architecture}`, () => {
    for (const [form, read, hasModules] of [
      ['its package', () => readFileSync(kernel.path), true],
      ['a root file system of squashfs', () => packBy(kernel.folder, squashfs), true],
      ['the kernel alone', () => readFileSync(kernel.image), false],
    ] as const) {
      test(`${form} goes through all gates: the kernel is named, everything is seen, nothing is wrong`, async () => {
        const reports = await runAll(read(), Date.now());
        demandSeen(reports);
        await demandNamed(reports, kernel);
        demandFacts(reports, hasModules ? kernel.modules.length : 0);
      });
    }
  });
  if (architecture === 'amd64') describe('forms of a kernel', () => testForms(kernel));
}

function testForms(kernel: KernelPackage): void {
  const { bytes, unpacked } = readKernelImage(kernel.image);
  // What tells the version lies in the middle of it: packing all would take a minute.
  const banner = unpacked.indexOf(`Linux version ${kernel.release} (`);
  const part = unpacked.subarray(banner - 1_048_576, banner + 1_048_576);

  for (const [format, command] of Object.entries(packers)) {
    test(`a kernel that is packed by ${format} is unpacked and read`, async () => {
      const packed = execFileSync('sh', ['-c', command], { input: part, maxBuffer: 1 << 26 });
      const reports = await runAll(withPayload(bytes, packed, part.length), Date.now());
      demandSeen(reports);
      const [linux, ...more] = componentsOf(reports);
      assert.deepEqual([linux?.version, linux?.evidence.length, more], [kernel.release, 2, []]);
      assert.match(linux?.evidence[1]?.place ?? '', /^@0x[0-9a-f]+!content$/);
    });
  }

  test('modules that are packed are the kernel, too', async () => {
    const pack = ['gzip', 'xz', 'zstd -q --rm'].map(
      (one, at) => `sed -n '${at * 9 + 1},${at * 9 + 9}p' list | xargs ${one}`,
    );
    const list = `find root -name '*.ko' | sort | head -27 > list; mkdir few; cp --parents $(cat list) few; cd few; cp ../list .`;
    const archive = 'rm list; find . | cpio -o -H newc --quiet > ../image';
    const reports = await runAll(packBy(kernel.folder, [list, ...pack, archive].join('; ')), Date.now());
    demandSeen(reports);
    assert.deepEqual(
      componentsOf(reports).map(({ purl }) => purl),
      [`pkg:generic/linux@${kernel.release}`],
    );
    assert.equal(reports.get('hardening')?.facts.objects, 27);
  });

  test('a key of the kernel’s self-tests is one that everybody has where it is by itself', async () => {
    const at = unpacked.indexOf(Buffer.from('308204a50201000282010100d71e77828c9231e7', 'hex'));
    assert.ok(at > 0);
    const secrets = (await runAll(unpacked.subarray(at, at + 1_193))).get('secrets');
    assert.deepEqual([secrets?.verdict, secrets?.facts.privateKeys], ['fail', 1]);
  });
}

type Reports = ReadonlyMap<string, GateReport>;

function documentOf(reports: Reports, kind: string): string {
  const found = reports.get('sbom')?.documents.find((document) => document.kind === kind);
  assert.ok(found, kind);
  return Buffer.from(found.bytes).toString();
}

function componentsOf(reports: Reports): SoftwareInventory['components'] {
  const { components }: SoftwareInventory = JSON.parse(documentOf(reports, inventoryKind));
  return components;
}

function demandSeen(reports: Reports): void {
  const [contents, secrets] = [reports.get('contents'), reports.get('secrets')];
  assert.deepEqual([contents?.verdict, contents?.facts.walkProblems, contents?.facts.hiddenShare], ['pass', 0, 0]);
  assert.deepEqual([secrets?.verdict, secrets?.findings, secrets?.facts.unseenParts], ['pass', [], 0]);
}

/** The kernel and nothing else: its hundreds of modules are part of it. */
async function demandNamed(reports: Reports, { release, upstream }: KernelPackage): Promise<void> {
  assert.deepEqual(
    componentsOf(reports).map(({ name, version, purl, cpe, type }) => ({ name, version, purl, cpe, type })),
    [
      {
        name: 'linux',
        version: release,
        purl: `pkg:generic/linux@${release}`,
        cpe: `cpe:2.3:o:linux:linux_kernel:${upstream}:*:*:*:*:*:*:*`,
        type: 'operating-system',
      },
    ],
  );
  assert.equal(reports.get('sbom')?.verdict, 'pass');
  assert.equal(await cyclonedxProblems(documentOf(reports, 'sbom-cyclonedx')), null);
  assert.deepEqual(spdxProblems(documentOf(reports, 'sbom-spdx')), []);
}

/** Modules are no programs; what is said of the kernel is what its configuration says. */
function demandFacts(reports: Reports, modules: number): void {
  const hardening = reports.get('hardening');
  const { objects, programs, libraries, unreadablePrograms, kernelConfigs } = hardening?.facts ?? {};
  assert.deepEqual([objects, programs, libraries, unreadablePrograms], [modules, 0, 0, 0]);
  assert.deepEqual([hardening?.verdict, kernelConfigs], ['pass', modules === 0 ? 0 : 1]);
  const other = (hardening?.findings ?? []).filter(({ rule }) => !rule.startsWith('kernel-'));
  assert.deepEqual(
    other.map(({ rule, place }) => `${rule} ${basename(place)}`),
    [],
  );
}
