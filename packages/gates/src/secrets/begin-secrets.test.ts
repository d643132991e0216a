import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { secretsFacts } from './facts.ts';
import { secretRules } from './secret-rules.ts';
import { examples } from './testing/examples.ts';
import { alphanumeric, armored, certificateOf, fileOf, made, madeBytes, reportOn } from './testing/material.ts';

const rulesIn = async (path: string, content: string | Uint8Array) =>
  (await reportOn([fileOf(path, content)])).findings.map(({ rule }) => rule);

describe('each rule', () => {
  test('has an example, and a name of its own', () => {
    assert.deepEqual(Object.keys(examples).sort(), secretRules.map(({ name }) => name).sort());
  });
  for (const [rule, example] of Object.entries(examples)) {
    test(`${rule} finds its example`, async () => {
      const { path, content } = example();
      assert.ok((await rulesIn(path, content)).includes(rule));
    });
  }
});

const word = made(alphanumeric, 40);
const empty: readonly (readonly [string, string, string | Uint8Array])[] = [
  [
    'the literals of a program that reads keys',
    'usr/bin/openssl',
    '-----BEGIN PRIVATE KEY-----\0-----END PRIVATE KEY-----\0-----BEGIN RSA PRIVATE KEY-----\0',
  ],
  ['a body that is no key', 'opt/app/key.pem', armored('PRIVATE KEY', madeBytes(120))],
  ['a key of zeros', 'lib/x.bin', Buffer.from(`302e020100300506032b657004220420${'00'.repeat(32)}`, 'hex')],
  [
    'the head of a key without its number',
    'lib/x.bin',
    Buffer.from('302e020100300506032b657004220420302e020100300506032b6570042204', 'hex'),
  ],
  ['a public certificate', 'etc/ssl/certs/root.pem', armored('CERTIFICATE', certificateOf('GlobalTrust Root R5'))],
  ["AWS's id for documentation", 'etc/app.conf', 'AKIAIOSFODNN7EXAMPLE'],
  ['a token inside a longer word', 'opt/x', `x${'ghp_'}${word.slice(0, 36)}`],
  ['a token of one character', 'opt/x', `ghp_${'a'.repeat(36)}`],
  ['a token that counts', 'opt/x', 'npm_abcdefghijklmnopqrstuvwxyz0123456789'],
  ['a template of Wi-Fi settings', 'etc/wpa_supplicant.conf', 'psk="YOUR_PASSWORD"\npsk="$' + '{PSK}"\npsk=%s\n'],
  [
    'a manual',
    'usr/share/doc/wpasupplicant/README',
    `psk="${word.slice(0, 12)}"\nhttps://device:${word}@updates.widgets.io\n`,
  ],
  [
    'a settings file with templates',
    'etc/app.conf',
    'password = $' + '{DB_PASSWORD}\npassword=<your password>\npassword_file=/run/secret1\npassword: {{ vault }}\n',
  ],
  ['a comment', 'etc/app.conf', `# password = ${word}\n`],
  [
    'rules about passwords',
    'etc/login.defs',
    'PASS_MAX_DAYS 99999\npassword_min_length = 1234\npassword_hash=sha512\n',
  ],
  ['locked accounts', 'etc/shadow', 'root:*:19700:0:99999:7:::\ndaemon:!:19700::::::\nsync:!!:1::::::\n'],
  ['accounts whose password lies in shadow', 'etc/passwd', 'root:x:0:0:root:/root:/bin/sh\n'],
  [
    'addresses without a password',
    'etc/app.conf',
    'https://example.com:8080/@x http://user:password@host/ https://a.io/b:c@d\n',
  ],
  [
    'an unsigned token',
    'opt/x',
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from('{"a":"bcdefgh"}').toString('base64url')}.${word}`,
  ],
];

describe('nothing is found in', () => {
  for (const [what, path, content] of empty) {
    test(what, async () => assert.deepEqual(await rulesIn(path, content), []));
  }
});

describe('the report', () => {
  const token = `ghp_${word.slice(0, 36)}`;

  test('keeps a hash and a masked form, never the secret', async () => {
    const report = await reportOn([fileOf('opt/a', `x ${token} y`)]);
    const [finding] = report.findings;
    assert.equal(finding?.offset, 2);
    assert.equal(finding?.details?.masked, `${token.slice(0, 4)}…${token.slice(-4)}`);
    assert.match(String(finding?.details?.secretHash), /^[0-9a-f]{64}$/);
    assert.ok(!JSON.stringify(report).includes(token));
  });

  test('tells a secret in several files once, with a fingerprint that does not name the place', async () => {
    const twice = await reportOn([fileOf('opt/a', token), fileOf('opt/b', `  ${token}`)]);
    const moved = await reportOn([fileOf('srv/c', token)]);
    assert.equal(twice.findings.length, 1);
    assert.deepEqual([twice.findings[0]?.details?.places, twice.findings[0]?.details?.alsoIn], [2, 'opt/b']);
    assert.equal(twice.findings[0]?.fingerprint, moved.findings[0]?.fingerprint);
  });

  test('stretches the hash of what people choose, and masks nothing of it', async () => {
    const { findings } = await reportOn([fileOf('etc/hostapd.conf', 'wpa_passphrase=blue kettle 7\n')]);
    assert.equal(findings[0]?.details?.hashKind, 'pbkdf2-sha256-50000');
    assert.equal(findings[0]?.details?.masked, undefined);
  });

  test('has every fact that it promises', async () => {
    const { facts } = await reportOn([fileOf('etc/shadow', 'root::1:0:9:7:::\n')]);
    assert.deepEqual(Object.keys(facts), Object.keys(secretsFacts));
    assert.deepEqual([facts.emptyPasswords, facts.criticalFindings, facts.secretRules], [1, 1, ['empty-password']]);
  });

  test('passes without findings, fails on one, and cannot tell when a part was not seen', async () => {
    const problem = { code: 'malformed', place: 'a', message: 'b' } as const;
    assert.equal((await reportOn([])).verdict, 'pass');
    assert.equal((await reportOn([fileOf('a', token)])).verdict, 'fail');
    assert.equal((await reportOn([], { problems: [problem] })).verdict, 'inconclusive');
  });

  test('fails on a secret of one device whatever the settings say', async () => {
    const { path, content } = examples['ssh-host-key']?.() ?? { path: '', content: '' };
    const wireguard = examples['wireguard-private-key']?.() ?? { path: '', content: '' };
    const settings = { failAt: 'critical' } as const;
    const { verdict, facts } = await reportOn([fileOf(path, content), fileOf(wireguard.path, wireguard.content)], {
      settings,
    });
    assert.deepEqual([verdict, facts.perDeviceSecrets], ['fail', 2]);
  });

  test('counts examples in documentation as low', async () => {
    const { verdict, findings } = await reportOn([fileOf('usr/share/doc/a/key', token)]);
    assert.deepEqual([verdict, findings[0]?.severity], ['pass', 'low']);
  });

  test('knows which services know accounts from passwords', async () => {
    const services = fileOf('etc/nsswitch.conf', 'passwd: files systemd\ngroup: files\nshadow: files\n');
    assert.deepEqual((await reportOn([services])).findings, []);
    const settings = fileOf('etc/app.conf', 'passwd: files-of-mine-42\n');
    assert.equal((await reportOn([settings])).findings[0]?.rule, 'settings-password');
  });

  test('names the part of a container rather than the container', async () => {
    const { findings } = await reportOn([fileOf('image', token, true), fileOf('image!/etc/a', token)]);
    assert.equal(findings[0]?.place, 'image!/etc/a');
  });

  test('does not read compressed containers, whose parts are presented by themselves', async () => {
    const gzip = Buffer.concat([Buffer.from('1f8b', 'hex'), Buffer.from(` ${token}`)]);
    assert.equal((await reportOn([fileOf('image.gz', gzip, true)])).findings.length, 0);
    assert.equal((await reportOn([fileOf('image.gz', gzip)])).findings.length, 1);
  });
});

describe('whatever the bytes are', () => {
  const literals = [
    '-----BEGIN RSA PRIVATE KEY-----\n',
    '0\x82\x01\x00\x02\x01\x00\x02\x82',
    'eyJhbGci',
    'psk="',
    ':$6$',
    'LS0tLS1CRUdJTi',
    '\0',
    'a',
    '\n',
  ];

  test('the check ends without throwing', async () => {
    const pieces = fc.array(fc.oneof(fc.constantFrom(...literals), fc.string({ unit: 'binary', maxLength: 40 })), {
      maxLength: 60,
    });
    const paths = fc.constantFrom(
      'etc/shadow',
      'etc/app.conf',
      'root/.netrc',
      'lib/x.bin',
      'etc/dropbear/dropbear_rsa_host_key',
    );
    await fc.assert(
      fc.asyncProperty(pieces, paths, async (parts, path) => {
        const { gate } = await reportOn([fileOf(path, Buffer.from(parts.join(''), 'latin1'))]);
        assert.equal(gate, 'secrets');
      }),
      { numRuns: 200 },
    );
  });

  test('a file that is nothing but beginnings of secrets is read as far as the bound, and told of', async () => {
    const { verdict, facts } = await reportOn([fileOf('x.bin', 'LS0tLS1CRUdJTi\n'.repeat(200_000))]);
    assert.deepEqual([verdict, facts.unseenParts], ['inconclusive', 1]);
  });
});
