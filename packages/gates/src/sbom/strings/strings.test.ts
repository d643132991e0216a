import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bzImageBanner } from './boot-protocol.ts';
import { findEspDescriptor } from './esp-descriptor.ts';
import { findStrings, type StringFind, settledFinds } from './find-strings.ts';
import { prepareManyTexts } from './many-texts.ts';
import { linuxUpstream, stringRules } from './string-rules.ts';

function found(text: string): string[] {
  const into = new Map<string, StringFind>();
  findStrings(Buffer.from(`\0\0${text}\0\0`, 'latin1'), into);
  return settledFinds(into).map(({ rule, version }) => `${rule.product}@${version}`);
}

const told: readonly (readonly [text: string, ...expected: string[]])[] = [
  ['BusyBox v1.36.1 (2024-01-01 00:00:00 UTC)', 'busybox@1.36.1'],
  ['U-Boot 2023.01+dfsg-2+deb12u1 (Jan 01 2024 - 00:00:00 +0000)', 'u-boot@2023.01+dfsg-2+deb12u1'],
  ['U-Boot SPL 2024.04-rc3 (Apr', 'u-boot@2024.04-rc3'],
  ['Linux version 6.1.55-v8+ (dom@buildbot) (aarch64-linux-gnu-gcc-8) #1', 'linux@6.1.55-v8+'],
  ['OpenSSL 3.0.15 3 Sep 2024', 'openssl@3.0.15'],
  ['OpenSSL 1.1.1w  11 Sep 2023', 'openssl@1.1.1w'],
  ['SSH-2.0-dropbear_2022.83\r\n', 'dropbear@2022.83'],
  ['OpenSSH_9.2p1 Debian-2+deb12u3', 'openssh@9.2p1'],
  ['dnsmasq-2.90', 'dnsmasq@2.90'],
  ['hostapd v2.10\n', 'hostapd@2.10'],
  ['wpa_supplicant v2.11-devel', 'wpa_supplicant@2.11-devel'],
  ['libcurl/8.5.0', 'curl@8.5.0'],
  ['lighttpd/1.4.69', 'lighttpd@1.4.69'],
  ['nginx/1.22.1', 'nginx@1.22.1'],
  [' deflate 1.2.13 Copyright 1995-2022 Jean-loup Gailly and Mark Adler ', 'zlib@1.2.13'],
  ['GNU C Library (Debian GLIBC 2.36-9) stable release version 2.36.', 'glibc@2.36'],
  ['musl libc (aarch64)\nVersion %s\nDynamic Program Loader\0\x001.2.4\0', 'musl@1.2.4'],
  ['*** Booting Zephyr OS build v3.5.0-rc2 ***', 'zephyr@3.5.0-rc2'],
  ['*** Booting Zephyr OS build zephyr-v3.2.0-1-gabc ***', 'zephyr@3.2.0-1-gabc'],
  ['*** Booting Zephyr OS build %s %s ***\n\0v2.7.1\0', 'zephyr@2.7.1'],
  ['*** Booting nRF Connect SDK v2.6.0 ***', 'nrf-connect-sdk@2.6.0'],
  ['*** Booting MCUboot v2.0.0-rc1 ***', 'mcuboot@2.0.0-rc1'],
  ['mbed TLS 2.28.3', 'mbedtls@2.28.3'],
  ['lwIP/2.1.2 (http', 'lwip@2.1.2'],
  ['tcpip_thread\0lwIP/2.1.2', 'lwip@2.1.2'],
  ['IDLE\0Tmr Svc\0', 'freertos@'],
  // What only looks like one of them.
  ['Linux version %s (%s)'],
  ['Linux version 4'],
  ['OpenSSL 3.0 engine'],
  ['OpenSSL is free'],
  ['U-Boot 20 bytes'],
  ['nginx/conf.d'],
  [' inflate 12.5 MB'],
  ['dnsmasq-base'],
];
for (const [text, ...expected] of told) {
  test(`"${text.split(/[\0\n]/)[0]?.trim()}" tells of ${expected[0] ?? 'nothing'}`, () => {
    assert.deepEqual(found(text), expected);
  });
}

test('every product of the table has a text above that tells of it, or a version that follows its name', () => {
  const shown = new Set(told.flatMap(([, ...expected]) => expected.map((one) => one.split('@')[0])));
  for (const rule of stringRules) {
    if (shown.has(rule.product)) continue;
    assert.ok(found(`${rule.anchor}${rule.anchor.endsWith('20') ? '24.01' : '1.2.3'} (x)`).length > 0, rule.product);
  }
});

test('an ESP-IDF application tells its project, its version and its kit', () => {
  const bytes = Buffer.alloc(400);
  bytes.writeUInt32LE(0xabcd5432, 32);
  bytes.write('1.4.2', 48);
  bytes.write('thermostat', 80);
  bytes.write('v5.1.2-dirty', 144);
  assert.deepEqual(findEspDescriptor(bytes), { version: '1.4.2', project: 'thermostat', idfVersion: 'v5.1.2-dirty' });
  assert.equal(findEspDescriptor(bytes.subarray(0, 100)), undefined);
});

test('a packed x86 kernel tells its version in its first bytes', () => {
  const bytes = Buffer.alloc(4_096);
  bytes.write('HdrS', 0x202);
  bytes.writeUInt16LE(0x300, 0x20e);
  bytes.write('6.1.0-13-amd64 (debian-kernel@lists.debian.org) #1 SMP', 0x500);
  assert.equal(bzImageBanner(bytes), '6.1.0-13-amd64 (debian-kernel@lists.debian.org) #1 SMP');
  assert.equal(bzImageBanner(Buffer.alloc(4_096)), undefined);
});

for (const [banner, upstream] of [
  ['6.1.55-v8+ (a@b) (gcc) #1', undefined],
  ['6.1.0-13-amd64 (a@b) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP Debian 6.1.55-1 (2023-09-29)\n', '6.1.55'],
  ['6.1.0-13-amd64 (a@b) (gcc-12 (Debian 12.2.0-14) 12.2.0) #1 SMP\0 Debian 6.1.55-1', undefined],
  ['6.12.9+bpo-arm64 (a@b) #1 SMP Debian 6.12.9-1~bpo12+1 (2025-01-19)', '6.12.9'],
] as const) {
  test(`a kernel with the banner "${banner.slice(0, 24)}…" ${upstream ? `is upstream's ${upstream}` : 'tells of no other version'}`, () => {
    assert.equal(linuxUpstream(banner), upstream);
  });
}

test('many texts at once are found where a plain search finds each', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 2, maxLength: 6 });
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'd') }),
      (texts, content) => {
        const bytes = Buffer.from(content);
        const hits: string[] = [];
        prepareManyTexts(texts.map((one) => Buffer.from(one)))(bytes, (index, end) => hits.push(`${index} ${end}`));
        const expected = texts.flatMap((one, index) =>
          [...content].flatMap((_, at) => (content.startsWith(one, at) ? [`${index} ${at + one.length}`] : [])),
        );
        assert.deepEqual(hits.sort(), expected.sort());
      },
    ),
    { numRuns: 500 },
  );
});

test('no anchor is so short that the search slows down', () => {
  assert.ok(Math.min(...stringRules.map(({ anchor }) => anchor.length)) >= 6);
});

test('any bytes are searched without an error', () => {
  const part = fc.oneof(
    fc.string({ unit: 'binary-ascii' }),
    fc.constantFrom(...stringRules.map(({ anchor }) => anchor)),
  );
  fc.assert(fc.property(fc.array(part), (parts) => found(parts.join('')).length >= 0));
});
