import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after } from 'node:test';
import { deflateSync } from 'node:zlib';
import { sbomOf } from '../../../packages/gates/test/sbom/pretend-walk.ts';
import { need } from '../need.ts';

const uboot = '/usr/lib/u-boot/qemu_arm/u-boot.bin';
const skipGo = !need('SBOM of Go programs', ['go']);
const skipBusybox = !need('SBOM of BusyBox', ['busybox']);
const skipUboot = !need('SBOM of U-Boot', [uboot]);
const skipRust = !need('SBOM of Rust programs', ['objcopy', 'readelf']);

const folder = mkdtempSync(join(tmpdir(), 'fettle-programs-'));
after(() => rmSync(folder, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

async function purlsOf(bytes: Uint8Array): Promise<string[]> {
  const { inventory } = await sbomOf([{ path: 'usr/bin/program', bytes, mode: 0o755 }]);
  return inventory.components.map(({ purl }) => purl);
}

test('the modules of a Go program are those that go itself tells of', { skip: skipGo }, async () => {
  write(
    'go/go.mod',
    'module example.com/Tool\n\ngo 1.18\n\nrequire (\n\texample.com/dep v1.2.3\n\texample.com/x/v2 v2.0.1\n)\n',
  );
  write(
    'go/main.go',
    'package main\nimport ("example.com/dep"; x "example.com/x/v2")\nfunc main() { println(dep.A, x.A) }\n',
  );
  write('go/vendor/example.com/dep/a.go', 'package dep\nvar A = 1\n');
  write('go/vendor/example.com/x/v2/a.go', 'package x\nvar A = 2\n');
  const listed =
    '# example.com/dep v1.2.3\n## explicit\nexample.com/dep\n# example.com/x/v2 v2.0.1\n## explicit\nexample.com/x/v2\n';
  write('go/vendor/modules.txt', listed);
  const env = {
    ...process.env,
    GOFLAGS: '-mod=vendor',
    CGO_ENABLED: '0',
    GOCACHE: join(folder, 'cache'),
    GOPATH: join(folder, 'path'),
  };
  execFileSync('go', ['build', '-buildvcs=false', '-ldflags=-s -w', '-o', '../tool', '.'], {
    cwd: join(folder, 'go'),
    env,
    stdio: 'pipe',
  });
  const told = execFileSync('go', ['version', '-m', join(folder, 'tool')], { encoding: 'utf8', env });
  const expected = [...told.matchAll(/\t(?:dep|mod)\t(\S+)\t(\S+)/g)].map(([, path, version]) => `${path}@${version}`);
  assert.equal(expected.length, 3);
  const { inventory } = await sbomOf([
    { path: 'usr/bin/tool', bytes: readFileSync(join(folder, 'tool')), mode: 0o755 },
  ]);
  const found = inventory.components.filter(({ name }) => name !== 'stdlib');
  assert.deepEqual(found.map(({ name, version }) => `${name}@${version || '(devel)'}`).sort(), expected.sort());
  const standard = inventory.components.find(({ name }) => name === 'stdlib');
  assert.equal(`go${standard?.version}`, /: (go[0-9.]+)/.exec(told)?.[1]);
  assert.equal(found.find(({ type }) => type === 'application')?.dependsOn.length, 3);
});

test('BusyBox is told by the version that it prints, where no package is told of', { skip: skipBusybox }, async () => {
  const path = execFileSync('sh', ['-c', 'command -v busybox'], { encoding: 'utf8' }).trim();
  const version = /BusyBox v(\d+\.\d+\.\d+)/.exec(execFileSync(path, { encoding: 'utf8' }))?.[1];
  const purls = await purlsOf(readFileSync(path));
  assert.ok(version !== undefined && purls.includes(`pkg:generic/busybox@${version}`), purls.join(' '));
});

test('the real U-Boot is told by its version, as bytes of no file', { skip: skipUboot }, async () => {
  const bytes = readFileSync(uboot);
  const printed = /U-Boot (20\d\d\.\d\d[^ ]*) \(/.exec(bytes.toString('latin1'))?.[1];
  const layer = { id: 0, parent: null, format: 'raw', place: '', sizeBytes: bytes.length } as const;
  const { inventory, report } = await sbomOf([{ path: '', bytes, layer }]);
  const found = inventory.components.find(({ name }) => name === 'u-boot');
  assert.deepEqual([found?.version, found?.type, report.verdict], [printed, 'firmware', 'pass']);
  assert.match(found?.cpe ?? '', /^cpe:2\.3:a:denx:u-boot:20\d\d/);
});

test('the crates in a program and its build id are read out of sections that binutils wrote', {
  skip: skipRust,
}, async () => {
  const packages = [
    { name: 'tool', version: '0.1.0', source: 'local', root: true, dependencies: [1, 2] },
    { name: 'serde', version: '1.0.200', source: 'crates.io' },
    { name: 'cc', version: '1.0.0', source: 'crates.io', kind: 'build' },
  ];
  writeFileSync(join(folder, 'dep'), deflateSync(JSON.stringify({ packages })));
  const [program, plain] = [join(folder, 'rust'), '/bin/true'];
  execFileSync('objcopy', ['--add-section', `.dep-v0=${join(folder, 'dep')}`, plain, program]);
  const purls = await purlsOf(readFileSync(program));
  assert.deepEqual(purls, ['pkg:cargo/serde@1.0.200', 'pkg:cargo/tool@0.1.0']);
  const buildId = /Build ID: ([0-9a-f]+)/.exec(execFileSync('readelf', ['-n', plain], { encoding: 'utf8' }))?.[1];
  const { inventory } = await sbomOf([{ path: 'bin/true', bytes: readFileSync(plain), mode: 0o755 }]);
  assert.equal(inventory.components[0]?.hashes['build-id'], buildId);
});
