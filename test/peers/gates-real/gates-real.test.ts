import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { before, test } from 'node:test';
import type { GateReport, SoftwareInventory } from '@fettle/gates';
import { inventoryKind } from '@fettle/gates';
import { spdxProblems } from '../../../packages/gates/test/sbom/strict-spdx.ts';
import { cyclonedxProblems } from '../../../packages/gates/test/sbom/strictly-valid.ts';
import { askChecksec } from '../hardening-checksec/checksec.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { makeRealRoot, packBy, type RealRoot } from './real-root.ts';
import { runAll } from './run-all.ts';

const folder = workFolder();
// The placeholders are dpkg-query's own.
// biome-ignore lint/suspicious/noTemplateCurlyInString: not a template of ours
const format = '${Package}\t${Version}\t${Architecture}\n';
const most = 40;

const forms = [
  ['squashfs of zstd', 'mksquashfs root image -comp zstd -all-root -quiet -no-progress'],
  ['squashfs of xz', 'mksquashfs root image -comp xz -all-root -quiet -no-progress'],
  ['ext4', 'truncate -s 400M image; mkfs.ext4 -q -E root_owner=0:0 -d root image'],
  ['packed cpio', 'cd root && find . | cpio -o -H newc --quiet -R 0:0 | gzip -1 > ../image'],
  ['packed tar', 'tar --owner=0 --group=0 -C root -cf - . | gzip -1 > image'],
] as const;

function documentOf(report: GateReport | undefined, kind: string): string {
  const found = report?.documents.find((document) => document.kind === kind);
  assert.ok(found, kind);
  return Buffer.from(found.bytes).toString();
}

const findingsOf = (report: GateReport | undefined, rule: string) =>
  (report?.findings ?? []).filter((one) => one.rule === rule).map(({ place }) => place.replace(/^content!/, ''));

if (need('all gates over a real root file system', ['mksquashfs', 'mkfs.ext4', 'cpio', 'dpkg-query', 'checksec'])) {
  let root: RealRoot;
  before(() => {
    root = makeRealRoot(folder.path);
  });

  for (const [name, commands] of forms) {
    test(`a real root file system as ${name}: packages as dpkg-query tells, everything seen`, async (context) => {
      const reports = await runAll(packBy(folder.path, commands));
      const query = [`--admindir=${root.path}/var/lib/dpkg`, '-W', `-f=${format}`];
      const told = execFileSync('dpkg-query', query, { encoding: 'utf8' }).trim().split('\n');
      const sbom = reports.get('sbom');
      const { components }: SoftwareInventory = JSON.parse(documentOf(sbom, inventoryKind));
      const packages = components.filter(({ purl }) => purl?.startsWith('pkg:deb/'));
      const lines = packages.map(({ name: one, version, architecture }) => [one, version, architecture].join('\t'));
      assert.ok(told.length >= most);
      assert.deepEqual(lines.sort(), told.sort());
      const contents = reports.get('contents');
      assert.deepEqual([contents?.verdict, contents?.facts.walkProblems], ['pass', 0]);
      assert.equal(await cyclonedxProblems(documentOf(sbom, 'sbom-cyclonedx')), null);
      assert.deepEqual(spdxProblems(documentOf(sbom, 'sbom-spdx')), []);
      context.diagnostic([...reports.values()].map(({ gate, verdict }) => `${gate} ${verdict}`).join(', '));
    });
  }

  test('what hardening tells of its programs is what checksec tells', async () => {
    const reports = await runAll(packBy(folder.path, forms[0][1]));
    const hardening = reports.get('hardening');
    const programs = ['usr/bin', 'usr/sbin'].flatMap((path) => elfFiles(join(root.path, path)));
    const asked = programs.slice(0, most);
    const answers = askChecksec(folder.write('list', `${asked.join('\n')}\n`), asked);
    const [noPie, noRelro] = [findingsOf(hardening, 'no-pie'), findingsOf(hardening, 'no-relro')];
    for (const path of asked) {
      const place = path.slice(root.path.length + 1);
      const { pie, relro } = answers.get(path) ?? {};
      assert.equal(noPie.includes(place), pie === 'no', `PIE of ${place}`);
      assert.equal(noRelro.includes(place), relro === 'no', `RELRO of ${place}`);
    }
    assert.ok(asked.length >= 20);
  });
}

test('firmware of real hubs, as its maker packs it, goes through all gates', async () => {
  const require = createRequire(import.meta.url);
  const build = join(dirname(require.resolve('pybricks-7-28/package.json')), 'build');
  const zips = readdirSync(build).filter((name) => name.endsWith('.zip'));
  assert.ok(zips.length > 0);
  for (const name of zips) demandSeen(await runAll(readFileSync(join(build, name))), name);
});

const uboots = '/usr/lib/u-boot';
if (need('all gates over U-Boot', [`${uboots}/qemu_arm/u-boot.bin`])) {
  test('every U-Boot of Debian goes through all gates', async () => {
    const files = readdirSync(uboots).flatMap((board) =>
      readdirSync(join(uboots, board))
        .filter((name) => name.startsWith('u-boot') || name === 'uboot.elf')
        .map((name) => join(uboots, board, name)),
    );
    assert.ok(files.length >= 3);
    for (const file of files) {
      const reports = await runAll(readFileSync(file));
      demandSeen(reports, file);
      const { components }: SoftwareInventory = JSON.parse(documentOf(reports.get('sbom'), inventoryKind));
      if (file.endsWith('u-boot.bin'))
        assert.ok(
          components.some(({ name }) => /u-boot/i.test(name)),
          file,
        );
    }
  });
}

if (need('all gates over an initramfs of BusyBox', ['busybox', 'cpio'])) {
  test('an initramfs of BusyBox goes through all gates and is named', async () => {
    const commands = 'mkdir -p small/bin; cp "$(command -v busybox)" small/bin/; cd small';
    const reports = await runAll(
      packBy(folder.path, `${commands}; find . | cpio -o -H newc --quiet | gzip > ../image`),
    );
    demandSeen(reports, 'initramfs');
    const { components }: SoftwareInventory = JSON.parse(documentOf(reports.get('sbom'), inventoryKind));
    assert.ok(components.some(({ name }) => name === 'busybox'));
  });
}

/** Demands that nothing was hidden, and that no gate finds a secret in what its maker publishes. */
function demandSeen(reports: Awaited<ReturnType<typeof runAll>>, name: string): void {
  const [contents, secrets] = [reports.get('contents'), reports.get('secrets')];
  assert.deepEqual([contents?.facts.walkProblems, contents?.facts.hiddenShare], [0, 0], name);
  assert.notEqual(contents?.verdict, 'fail', name);
  assert.deepEqual(secrets?.findings.filter(({ severity }) => severity !== 'info') ?? [], [], name);
}

function elfFiles(path: string): string[] {
  return readdirSync(path, { withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => join(path, one.name))
    .filter((file) => readFileSync(file).subarray(0, 4).equals(Buffer.from('\x7fELF', 'latin1')));
}
