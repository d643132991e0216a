import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { SoftwareComponent } from '@fettle/gates';
import { beginSbom, type SbomResult } from '@fettle/gates/run';
import { bytesSource } from '@fettle/images';
import { memoryScratch, walkImage } from '@fettle/images/walk';
import { candidate, now } from '../../../packages/gates/test/sbom/pretend-walk.ts';
import { need } from '../need.ts';

const folder = '/var/lib/dpkg';
// The placeholders are dpkg-query's own.
// biome-ignore lint/suspicious/noTemplateCurlyInString: not a template of ours
const format = '${db:Status-Status}\t${Package}\t${Version}\t${Architecture}\t${source:Package}\t${source:Version}\n';

const forms: readonly (readonly [name: string, tool: string, command: string])[] = [
  ['squashfs with zstd', 'mksquashfs', 'mksquashfs tree image -comp zstd -processors 1 -quiet -no-progress'],
  ['squashfs with xz', 'mksquashfs', 'mksquashfs tree image -comp xz -processors 1 -quiet -no-progress'],
  ['ext4', 'mkfs.ext4', 'truncate -s 96M image && mkfs.ext4 -q -d tree image'],
  ['a packed cpio', 'cpio', 'cd tree && find . | cpio -o -H newc --quiet | gzip -1 > ../image'],
  ['a packed tar', 'tar', 'tar -czf image -C tree .'],
];

const work = mkdtempSync(join(tmpdir(), 'fettle-dpkg-'));
after(() => rmSync(work, { recursive: true, force: true }));

/** A root file system with this machine's packages and one of its programs. */
function makeTree(): void {
  for (const path of ['etc', 'var/lib', 'usr/bin', 'opt']) mkdirSync(join(work, 'tree', path), { recursive: true });
  mkdirSync(join(work, 'tree', folder, 'info'), { recursive: true });
  copyFileSync('/etc/os-release', join(work, 'tree/etc/os-release'));
  copyFileSync(`${folder}/status`, join(work, 'tree', folder, 'status'));
  copyFileSync(`${folder}/info/coreutils.list`, join(work, 'tree', folder, 'info/coreutils.list'));
  for (const path of ['usr/bin/ls', 'opt/ls']) copyFileSync('/usr/bin/ls', join(work, 'tree', path));
}

async function sbomOfImage(): Promise<SbomResult> {
  const source = bytesSource(readFileSync(join(work, 'image')));
  const gate = beginSbom({ candidate, source, now }, { supplier: 'Example Ltd', toolVersion: '0.1.0' });
  return gate.end(await walkImage(source, gate, { scratch: memoryScratch(2 ** 28) }));
}

for (const [name, tool, command] of forms) {
  const skip = !need(`SBOM of dpkg packages in ${name}`, ['dpkg-query', tool]);
  test(`the packages in ${name} are those that dpkg-query tells of, field by field`, { skip }, async () => {
    rmSync(work, { recursive: true, force: true });
    makeTree();
    execFileSync('sh', ['-ec', `PATH=$PATH:/usr/sbin:/sbin\n${command}`], { cwd: work, stdio: 'pipe' });
    const query = [`--admindir=${join(work, 'tree', folder)}`, '-W', `-f=${format}`];
    const told = execFileSync('dpkg-query', query, { encoding: 'utf8', maxBuffer: 2 ** 26 });
    const expected = told.split('\n').filter((line) => line.startsWith('installed\t'));
    const { inventory, report } = await sbomOfImage();
    const packages = inventory.components.filter(({ type }) => type !== 'file');
    assert.ok(expected.length > 50);
    assert.deepEqual(packages.map(asLine).sort(), expected.sort());
    assert.deepEqual([report.verdict, report.facts.packages], ['pass', expected.length]);
    // One of the two copies is where its package put it.
    assert.deepEqual([report.facts.coverage, report.facts.unknownFiles], [0.5, 1]);
  });
}

function asLine({ name, version, architecture, source }: SoftwareComponent): string {
  return ['installed', name, version, architecture, source?.name ?? name, source?.version ?? version].join('\t');
}
