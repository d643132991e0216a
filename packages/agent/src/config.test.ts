import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { FettleError, fettleVersion } from '@fettle/model';
import { describeConfig, parseConfig } from './config.ts';

const least = {
  server: 'https://updates.example',
  fleet: 'thermostat',
  device: 'dev-1',
  deviceType: 'board-a',
  trust: { keyFiles: ['fleet-key.pub.pem'] },
  components: { rootfs: { slots: { a: 'slot-a.img', b: '/dev/b' } } },
  boot: { driver: 'uboot', configFile: 'fw_env.config' },
};
const roots = { image: 'image-root.json', director: '/run/director-root.json' };
const parse = (change: Record<string, unknown> = {}) =>
  parseConfig(JSON.stringify({ ...least, ...change }), '/etc/fettle');

const wrong: readonly [string, Record<string, unknown>, string][] = [
  ['an unknown key', { servr: 1 }, 'servr'],
  ['an unknown key deep inside', { health: { server: { modes: 'off' } } }, 'health.server.modes'],
  ['an unknown key of the boot driver', { boot: { ...least.boot, limit: 3 } }, 'boot.limit'],
  ['a key of the other boot driver', { boot: { driver: 'plain-file', configFile: 'x' } }, 'boot.configFile'],
  ['no such boot driver', { boot: { driver: 'grub' } }, 'boot.driver'],
  ['no such profile', { boot: { ...least.boot, profile: 'swupdate' } }, 'boot.profile'],
  ['no such mode', { health: { server: { mode: 'maybe' } } }, 'health.server.mode'],
  ['a server that is no URL', { server: 'updates.example' }, 'server'],
  ['a device id with a slash', { device: '../x' }, 'device'],
  ['a threshold above the number of keys', { trust: { keyFiles: ['a'], threshold: 2 } }, 'trust.threshold'],
  ['nothing to trust', { trust: {} }, 'trust'],
  ['plain keys beside roots', { trust: { keyFiles: ['a'], roots } }, 'trust.keyFiles'],
  ['plain keys beside a pin', { trust: { keyFiles: ['a'], pinOnFirstUse: true } }, 'trust.keyFiles'],
  ['a threshold of plain keys beside roots', { trust: { threshold: 2, roots } }, 'trust.threshold'],
  ['a pin where roots are provisioned', { trust: { roots, pinOnFirstUse: true } }, 'trust.pinOnFirstUse'],
  ['one root of two', { trust: { roots: { image: 'a' } } }, 'trust.roots'],
  ['a time floor without roots', { trust: { keyFiles: ['a'], timeFloor: '2026-06-01T00:00:00Z' } }, 'trust.timeFloor'],
  ['a time floor that no calendar has', { trust: { roots, timeFloor: '2026-13-01T00:00:00Z' } }, 'trust.timeFloor'],
  ['two claim tokens', { claimToken: 'a', claimTokenFile: 'b' }, 'claimToken'],
  ['check-ins that contradict each other', { checkIn: { minSeconds: 9, maxSeconds: 3 } }, 'checkIn.minSeconds'],
  ['no component', { components: {} }, 'components'],
  ['an empty command', { reboot: { command: [] } }, 'reboot.command'],
  ['a readiness program without a program', { readiness: { command: [] } }, 'readiness.command'],
  ['a zone that is none', { timeZone: 'Berlin' }, 'timeZone'],
  ['a known attribute of another type', { attributes: { 'in-use': 'no' } }, 'attributes.in-use'],
  [
    'more attributes than fit beside those of the agent and its readiness program',
    { attributes: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`a${i}`, i])) },
    'attributes',
  ],
  ['a time limit of nothing', { reboot: { timeoutSeconds: 0 } }, 'reboot.timeoutSeconds'],
];

describe('config', () => {
  test('the least configuration gets the documented defaults', () => {
    const config = parse();
    assert.equal(config.tenant, 'default');
    assert.equal(config.health.server.mode, 'report');
    assert.deepEqual(config.reboot, { command: ['/sbin/reboot'], timeoutSeconds: 300 });
    assert.deepEqual(config.bootedSlot, { file: '/proc/cmdline', argument: 'fettle.slot' });
    assert.deepEqual([config.boot.profile, config.boot.bootLimit], ['fettle', 3]);
    assert.equal(config.components.rootfs?.slotSizeBytes, null);
    assert.deepEqual(config.readiness, { command: null, timeoutSeconds: 10, consentFile: null });
    assert.deepEqual(config.downloads, { timeoutSeconds: 60, attempts: 5, syncBytes: 4_194_304 });
  });

  test('relative paths are relative to the file, absolute ones stay', () => {
    const config = parse();
    assert.deepEqual(config.components.rootfs?.slots, { a: '/etc/fettle/slot-a.img', b: '/dev/b' });
    assert.equal(config.stateDir, '/etc/fettle/state');
    assert.deepEqual(config.trust.keyFiles, ['/etc/fettle/fleet-key.pub.pem']);
    assert.equal(config.boot.driver === 'uboot' && config.boot.configFile, '/etc/fettle/fw_env.config');
    assert.equal(parse({ readiness: { consentFile: 'consent' } }).readiness.consentFile, '/etc/fettle/consent');
  });

  test('roots that are provisioned are read from beside the configuration, and nothing is pinned by itself', () => {
    const { trust } = parse({ trust: { roots, timeFloor: '2026-06-01T00:00:00Z' } });
    assert.deepEqual(trust.roots, { image: '/etc/fettle/image-root.json', director: '/run/director-root.json' });
    assert.deepEqual([trust.pinOnFirstUse, trust.keyFiles], [false, []]);
  });

  test('a health check gets its time limit', () => {
    const config = parse({ health: { checks: [{ name: 'app', command: ['/usr/bin/app-check'] }] } });
    assert.equal(config.health.checks[0]?.timeoutSeconds, 60);
  });

  for (const [name, change, key] of wrong) {
    test(`${name} is refused by name`, () => {
      assert.throws(
        () => parse(change),
        (error) => error instanceof FettleError && error.code === 'invalid-input' && error.details.key === key,
      );
    });
  }

  test('text that is no JSON is refused', () => {
    assert.throws(() => parseConfig('{', '/'), /not JSON/);
    assert.throws(() => parseConfig('[]', '/'), FettleError);
  });

  test('--print-config shows value and origin and never the claim token', () => {
    const text = JSON.stringify({ ...least, claimToken: 'very-secret', checkIn: { minSeconds: 5 } });
    const described = describeConfig(parseConfig(text, '/etc/fettle'), text);
    assert.deepEqual(described.claimToken, { value: '********', origin: 'file' });
    assert.deepEqual(described['checkIn.minSeconds'], { value: 5, origin: 'file' });
    assert.deepEqual(described['checkIn.maxSeconds'], { value: 86_400, origin: 'default' });
    assert.ok(!JSON.stringify(described).includes('very-secret'));
  });

  test('every key stands in docs/agent.md', () => {
    const page = readFileSync(new URL('../../../docs/agent.md', import.meta.url), 'utf8');
    const described = describeConfig(parse(), JSON.stringify(least));
    for (const key of Object.keys(described)) {
      const last = key.split('.').at(-1) ?? key;
      assert.ok(page.includes(`\`${last}\``) || page.includes(`"${last}"`), `${key} is not documented`);
    }
  });

  test('the version is that of the package', () => {
    const file = readFileSync(new URL('../package.json', import.meta.url), 'utf8');
    assert.equal((JSON.parse(file) as { version: string }).version, fettleVersion);
  });
});
