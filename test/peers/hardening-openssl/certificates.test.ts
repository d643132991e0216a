import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { beginHardening } from '@fettle/gates/run';
import { readCertificate } from '../../../packages/gates/src/hardening/certificates/certificate.ts';
import { findCertificates } from '../../../packages/gates/src/hardening/certificates/find-certificates.ts';
import { collect, contextOf, type FakeEntry } from '../../../packages/gates/test/hardening/fake-tree.ts';
import { workFolder } from '../images/work-folder.ts';
import { need } from '../need.ts';
import { run } from '../uboot/fw-tools.ts';

const folder = workFolder();
const at = (name: string) => join(folder.path, name);
const dayMs = 86_400_000;
const rsa = (bits: number) => ['-newkey', `rsa:${bits}`, '-nodes', '-keyout', at(`key-${bits}`)];
const p256 = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key-ec')];

/** A certificate that signs itself. */
function make(name: string, key: readonly string[], ...options: readonly string[]): Buffer {
  run('openssl', ['req', '-x509', ...key, '-subj', `/CN=${name}`, '-out', at(name), ...options]);
  return readFileSync(at(name));
}

/** One that a CA signed, which OpenSSL makes with SHA-1 when told so. */
function makeLeaf(name: string, ...options: readonly string[]): Buffer {
  make('ca', rsa(2_048));
  run('openssl', ['req', ...p256, '-subj', `/CN=${name}`, '-out', at('request'), '-new']);
  const by = ['-CA', at('ca'), '-CAkey', at('key-2048'), '-CAcreateserial'];
  run('openssl', ['x509', '-req', '-in', at('request'), ...by, '-out', at(name), ...options]);
  return readFileSync(at(name));
}

function der(name: string): Buffer {
  run('openssl', ['x509', '-in', at(name), '-outform', 'DER', '-out', at(`${name}.der`)]);
  return readFileSync(at(`${name}.der`));
}

async function rulesOf(entries: readonly FakeEntry[], days: number): Promise<string[]> {
  const context = { ...contextOf(), now: Date.now() + days * dayMs };
  const { findings } = await collect(beginHardening(context, {}), entries);
  return findings.map(({ rule, severity }) => `${rule} ${severity}`).sort();
}

if (need('certificates by openssl', ['openssl'])) {
  test('a certificate of openssl ends on the day that openssl says, and is told of before', async () => {
    const content = makeLeaf('leaf', '-days', '200', '-sha256');
    for (const bytes of [content, der('leaf')]) {
      const entries = [{ path: 'etc/app/server', content: bytes }];
      assert.deepEqual(await rulesOf(entries, 100), []);
      assert.deepEqual(await rulesOf(entries, 120), ['certificate-expiring medium']);
      assert.deepEqual(await rulesOf(entries, 201), ['certificate-expired high']);
      assert.deepEqual(await rulesOf(entries, -2), ['certificate-not-yet-valid medium']);
    }
  });

  test('a weak key and a SHA-1 signature are found, and an authority of their own is told of', async () => {
    const weak = make('weak', rsa(1_024), '-days', '3650', '-addext', 'basicConstraints=critical,CA:false');
    assert.deepEqual(await rulesOf([{ path: 'etc/a.pem', content: weak }], 1), ['certificate-weak-key high']);
    const sha1 = makeLeaf('sha1', '-days', '3650', '-sha1');
    assert.deepEqual(await rulesOf([{ path: 'etc/b.pem', content: sha1 }], 1), ['certificate-weak-signature high']);
    const authority = make('own', p256, '-days', '3650');
    assert.deepEqual(await rulesOf([{ path: 'etc/c.pem', content: authority }], 1), ['self-signed-authority info']);
  });

  test('a certificate is found inside of firmware, whole or in windows, at its offset', async () => {
    makeLeaf('inside', '-days', '10', '-extfile', folder.write('v3', 'basicConstraints=CA:false'));
    const raw = Buffer.concat([Buffer.alloc(4_194_304 + 100_000, 0x30), der('inside'), Buffer.alloc(300_000, 0xa0)]);
    const [found] = [...findCertificates(raw)];
    assert.equal(found?.offset, 4_294_304);
    for (const isLarge of [false, true]) {
      assert.deepEqual(await rulesOf([{ path: 'app.bin', content: raw, isLarge }], 1), ['certificate-expiring medium']);
    }
  });

  test('whoever signed a program may have ended since; in a bundle or beside the program it may not', async () => {
    makeLeaf('signer', '-days', '10', '-extfile', folder.write('v3', 'basicConstraints=CA:false'));
    const by = ['-signer', at('signer'), '-inkey', at('key-ec'), '-outform', 'DER', '-out', at('signature')];
    run('openssl', ['cms', '-sign', '-binary', '-nodetach', '-in', folder.write('content', 'program'), ...by]);
    const signature = readFileSync(at('signature'));
    const program = Buffer.concat([Buffer.from('MZ'), Buffer.alloc(4_096), signature, Buffer.alloc(64)]);
    assert.deepEqual(await rulesOf([{ path: 'boot/grubx64.efi', content: program }], 11), ['certificate-expired info']);
    assert.deepEqual(await rulesOf([{ path: 'app.raucb', content: signature }], 11), ['certificate-expired high']);
    const beside = Buffer.concat([program, der('signer')]);
    assert.deepEqual(await rulesOf([{ path: 'boot/app.efi', content: beside }], 11), ['certificate-expired high']);
  });

  test('authorities that a system believes are the choice of those who keep the list, in an inner image too', async () => {
    const old = make('old', p256, '-days', '5');
    for (const path of ['etc/ssl/certs/old.crt', 'initrd.gz!content!etc/ssl/certs/old.crt']) {
      assert.deepEqual(await rulesOf([{ path, content: old }], 6), ['certificate-expired info']);
    }
  });

  test('openssl says the same of name, number, end, hash and signature of every certificate', () => {
    const bundle = '/etc/ssl/certs/ca-certificates.crt';
    const all = existsSync(bundle) ? [...findCertificates(readFileSync(bundle))].slice(0, 60) : [];
    const made = [make('one', p256, '-days', '5'), makeLeaf('two', '-sha1', '-days', '7')];
    for (const pem of [...made, ...all.map(({ bytes }) => bytes)]) {
      const ours = readCertificate(pem);
      assert.ok(ours);
      const path = folder.write('asked', pem);
      const told = run('openssl', [
        'x509',
        '-in',
        path,
        '-noout',
        '-text',
        '-serial',
        '-fingerprint',
        '-sha256',
        '-dates',
      ]);
      const line = (pattern: RegExp) => (pattern.exec(told)?.[1] ?? '').replaceAll(':', '').toLowerCase();
      assert.equal(ours.fingerprint, line(/sha256 Fingerprint=(.*)/i));
      assert.equal(ours.serial.replace(/^0+/, ''), line(/serial=(.*)/).replace(/^0+/, ''));
      assert.equal(ours.notAfter, Date.parse(/notAfter=(.*)/.exec(told)?.[1] ?? ''));
      assert.equal(ours.notBefore, Date.parse(/notBefore=(.*)/.exec(told)?.[1] ?? ''));
      assert.equal(ours.signatureAlgorithm, line(/Signature Algorithm: (.*)/));
      assert.equal(ours.isAuthority, told.includes('CA:TRUE'));
      const bits = /Public-Key: \((\d+) bit\)/.exec(told)?.[1];
      if (ours.key.startsWith('rsa')) assert.equal(ours.key, `rsa-${bits}`);
    }
  });

  test('a list of authorities is not the own certificates of an image', async () => {
    const many = Array.from({ length: 12 }, (_, index) => make(`root-${index}`, p256, '-days', '5'));
    const rules = await rulesOf([{ path: 'opt/trusted', content: Buffer.concat(many) }], 30);
    assert.deepEqual(rules, Array(12).fill('certificate-expired info'));
  });
}
