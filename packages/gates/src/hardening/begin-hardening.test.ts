import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { collect, contextOf, type FakeEntry } from '../../test/hardening/fake-tree.ts';
import { writeProgram } from '../../test/hardening/write-program.ts';
import type { GateReport } from '../core/gate.ts';
import { beginHardening } from './begin-hardening.ts';
import { hardeningFacts } from './facts.ts';
import type { HardeningSettings } from './settings.ts';

const good = writeProgram();
const weak = writeProgram({ type: 'executable', hasRelro: false, symbols: ['strcpy'] });
const clean: readonly FakeEntry[] = [
  { path: 'usr/bin/app', mode: 0o755, content: good },
  { path: 'tmp', kind: 'folder', mode: 0o1777 },
  { path: 'dev/null', kind: 'device', mode: 0o666 },
  { path: 'etc/passwd', content: 'root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1::/:/usr/sbin/nologin\n' },
  { path: 'etc/shadow', mode: 0o600, content: 'root:*:19000:0:99999:7:::\ndaemon::19000::::::\n' },
  { path: 'etc/ssh/sshd_config', content: '# PermitRootLogin yes\nPermitRootLogin no\nPasswordAuthentication no\n' },
  { path: 'etc/inittab', content: '::sysinit:/etc/init.d/rcS\nttyS0::respawn:/sbin/getty -L ttyS0 115200 vt100\n' },
  { path: 'etc/sysctl.conf', content: 'kernel.randomize_va_space = 2\n#kernel.randomize_va_space=0\n' },
];

function check(entries: readonly FakeEntry[], settings: HardeningSettings = {}): Promise<GateReport> {
  return collect(beginHardening(contextOf(), settings), entries);
}

test('an image that is as it should be passes without a grave finding', async () => {
  const report = await check(clean);
  assert.deepEqual(report.findings, []);
  assert.equal(report.verdict, 'pass');
  assert.deepEqual(Object.keys(report.facts).sort(), Object.keys(hardeningFacts).sort());
});

const rows: readonly (readonly [string, FakeEntry, string, string])[] = [
  ['an executable stack', { path: 'bin/x', content: writeProgram({ stackFlags: 7 }) }, 'executable-stack', 'high'],
  ['a program without PIE', { path: 'bin/x', content: weak }, 'no-pie', 'low'],
  ['a program without RELRO', { path: 'bin/x', content: weak }, 'no-relro', 'low'],
  ['a set-user-ID program without PIE', { path: 'bin/x', mode: 0o4755, content: weak }, 'no-pie', 'high'],
  ['a program without canary', { path: 'bin/x', content: weak }, 'no-stack-canary', 'info'],
  ['a program without checked functions', { path: 'bin/x', content: weak }, 'not-fortified', 'info'],
  ['libraries in /tmp', { path: 'bin/x', content: writeProgram({ runpath: '/tmp/y' }) }, 'insecure-run-path', 'high'],
  ['libraries by the folder', { path: 'bin/x', content: writeProgram({ rpath: 'lib' }) }, 'insecure-run-path', 'high'],
  ['debug information', { path: 'x', content: writeProgram({ sections: ['.debug_info'] }) }, 'debug-info', 'low'],
  ['half a program', { path: 'bin/x', mode: 0o755, content: good.subarray(0, 100) }, 'elf-unreadable', 'low'],
  ['a set-user-ID file', { path: 'bin/su', mode: 0o4755 }, 'set-id', 'info'],
  ['one that others may write to', { path: 'bin/su', mode: 0o4757 }, 'writable-set-id', 'critical'],
  ['a file for everybody', { path: 'srv/x', mode: 0o666 }, 'world-writable-file', 'medium'],
  ['settings for everybody', { path: 'etc/x', mode: 0o666 }, 'world-writable-file', 'high'],
  ['a folder for everybody', { path: 'srv', kind: 'folder', mode: 0o777 }, 'world-writable-folder', 'medium'],
  ['a disk for everybody', { path: 'dev/sda', kind: 'device', mode: 0o666 }, 'world-writable-device', 'high'],
  ['a second root', { path: 'etc/passwd', content: 'toor:x:0:0::/:/bin/sh\n' }, 'second-root', 'high'],
  ['no password', { path: 'x/etc/passwd', content: 'root::0:0::/:/bin/sh' }, 'login-without-password', 'high'],
  ['telnet', { path: 'usr/sbin/telnetd', kind: 'link', linkTarget: 'busybox' }, 'debug-service', 'medium'],
  ['gdbserver', { path: 'usr/bin/gdbserver', mode: 0o755 }, 'debug-service', 'medium'],
  ['telnet at start', { path: 'etc/init.d/S50telnet' }, 'debug-service-started', 'high'],
  ['telnet by systemd', { path: 'etc/systemd/system/x.wants/telnetd.service' }, 'debug-service-started', 'high'],
  ['inetd', { path: 'etc/inetd.conf', content: 'telnet stream tcp nowait root x' }, 'debug-service-started', 'high'],
  ['root over SSH', { path: 'etc/ssh/sshd_config', content: 'PermitRootLogin yes' }, 'ssh-root-login', 'high'],
  [
    'passwords',
    { path: 'etc/ssh/sshd_config', content: 'passwordauthentication "yes"' },
    'ssh-password-login',
    'medium',
  ],
  ['no passwords', { path: 'etc/default/dropbear', content: 'DROPBEAR_ARGS="-B"' }, 'ssh-empty-password', 'high'],
  ['OpenWrt', { path: 'etc/config/dropbear', content: "option PasswordAuth 'on'" }, 'ssh-password-login', 'medium'],
  ['a shell', { path: 'etc/inittab', content: '::askfirst:-/bin/sh' }, 'open-console', 'high'],
  ['getty', { path: 'etc/inittab', content: 'x::respawn:/sbin/getty -n -l /bin/sh ttyS0' }, 'open-console', 'high'],
  [
    'a login by itself',
    {
      path: 'etc/systemd/system/serial-getty@.service.d/a.conf',
      content: 'ExecStart=-/sbin/agetty --autologin root %I',
    },
    'open-console',
    'high',
  ],
  [
    'fixed addresses',
    { path: 'etc/sysctl.d/a.conf', content: 'kernel/randomize_va_space=0' },
    'weak-system-setting',
    'high',
  ],
  ['core dumps', { path: 'etc/security/limits.conf', content: '* soft core unlimited' }, 'core-dumps', 'low'],
];
for (const [what, entry, rule, severity] of rows) {
  test(`${what} is found: ${rule}, ${severity}`, async () => {
    const report = await check([...clean.filter(({ path }) => path !== entry.path), entry]);
    const found = report.findings.find((finding) => finding.rule === rule);
    assert.equal(found?.severity, severity);
    assert.equal(found?.place, entry.path);
    const isGrave = severity === 'high' || severity === 'critical';
    assert.equal(report.verdict, isGrave ? 'fail' : rule === 'elf-unreadable' ? 'inconclusive' : 'pass');
  });
}

test('an account without a password in the other file is found, where it may log in', async () => {
  const shadow = { path: 'etc/shadow', content: 'root::19000:0:::::\ndaemon::::::::\n' };
  const report = await check([shadow, ...clean.filter(({ path }) => path !== 'etc/shadow')]);
  assert.deepEqual(report.facts.loginsWithoutPassword, ['root']);
});

test('a list of what may be set-user-ID makes everything else a grave finding', async () => {
  const files = ['bin/su', 'bin/ping'].map((path) => ({ path, mode: 0o4755 }));
  const report = await check(files, { setIdAllowed: ['bin/su'] });
  const found = report.findings.map(({ rule, place }) => [rule, place]);
  assert.deepEqual([report.verdict, found], ['fail', [['set-id-not-allowed', 'bin/ping']]]);
});

test('what the last release did not have is a step back, what it had is not', async () => {
  const before = await check([...clean, { path: 'bin/su', mode: 0o4755 }]);
  const same = await check([...clean, { path: 'bin/su', mode: 0o4755 }], { previous: before.facts });
  assert.deepEqual([same.verdict, same.facts.regressions], ['pass', 0]);
  const more: readonly FakeEntry[] = [
    ...clean,
    { path: 'bin/su', mode: 0o4755 },
    { path: 'bin/sudo', mode: 0o4755 },
    { path: 'usr/bin/old', content: writeProgram({ type: 'executable', bindNow: null, symbols: ['strcpy'] }) },
    { path: 'usr/sbin/ftpd', mode: 0o755 },
  ];
  const worse = await check(more, { previous: before.facts });
  const rules = worse.findings.filter(({ severity }) => severity === 'high').map(({ rule }) => rule);
  const lost = Array<string>(4).fill('lost-protection');
  assert.deepEqual(rules.sort(), [...lost, 'new-debug-service', 'new-set-user-id']);
  assert.deepEqual([worse.verdict, worse.facts.regressions], ['fail', 6]);
});

test('a fingerprint is the same in the next build, whatever else moved', async () => {
  const service: FakeEntry = { path: 'usr/sbin/telnetd', mode: 0o755 };
  const [first, second] = [await check([service]), await check([...clean, service])];
  const prints = [first, second].map(({ findings }) => findings.find(({ rule }) => rule === 'debug-service'));
  assert.equal(prints[0]?.fingerprint, prints[1]?.fingerprint);
});

test('an image that was not seen to its end is inconclusive', async () => {
  const problems = [{ code: 'too-many', place: '', message: 'There are too many.' }] as const;
  const report = await collect(beginHardening(contextOf(), {}), clean, { problems });
  assert.equal(report.verdict, 'inconclusive');
});

const kernelOptions = Array.from({ length: 30 }, (_, index) => `CONFIG_THING_${index}=y`);
const kernelConfig = [...kernelOptions, 'CONFIG_MODULES=y', 'CONFIG_DEVKMEM=y', 'CONFIG_DM_VERITY=m'].join('\n');

test('the configuration of a kernel is read beside it and inside of it, once', async () => {
  const packed = gzipSync(kernelConfig);
  const kernel = Buffer.concat([Buffer.alloc(5_000, 7), Buffer.from('IKCFG_ST'), packed, Buffer.from('IKCFG_ED')]);
  for (const isLarge of [false, true]) {
    const entries = [{ path: 'boot/vmlinuz', content: kernel, isLarge }];
    const report = await check([...entries, { path: 'boot/config-6.1.0-13', content: kernelConfig }]);
    assert.deepEqual([report.facts.kernelConfigs, report.facts.kernelHasVerity], [1, true]);
    assert.ok(report.findings.some(({ rule, severity }) => rule === 'kernel-devkmem' && severity === 'high'));
    assert.ok(report.findings.some(({ rule }) => rule === 'kernel-strict-kernel-rwx'));
  }
});

test('a configuration that unpacks to gigabytes, or is none, is left alone', async () => {
  const bomb = Buffer.concat([Buffer.from('IKCFG_ST'), gzipSync(Buffer.alloc(16_777_216)), Buffer.from('IKCFG_ED')]);
  const noise = Buffer.from('IKCFG_ST\x1f\x8b no gzip IKCFG_ED IKCFG_ST');
  const report = await check([bomb, noise].map((content, index) => ({ path: `boot/kernel-${index}`, content })));
  assert.deepEqual([report.facts.kernelConfigs, report.verdict], [0, 'pass']);
});

test('50,000 findings are held in bounded memory, and the worst of them are told', async () => {
  const files = Array.from({ length: 50_000 }, (_, index) => ({ path: `srv/${index}`, mode: 0o666 }));
  const report = await check([...files, { path: 'bin/su', mode: 0o4757 }]);
  assert.equal(report.findings[0]?.rule, 'writable-set-id');
  assert.equal(report.findings.length + report.findingsLeftOut, 50_003);
  assert.equal(report.findings.length, 2_000);
});
