import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { FettleError } from '@fettle/model';
import { serverCertificate } from '../src/trust/server-certificate.ts';

const { signal } = new AbortController();

test('the certificate of a server is seen with its last day, whoever signed it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-certificate-'));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const make = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '9'];
  execFileSync('openssl', [...make, '-keyout', key, '-out', cert, '-subj', '/CN=fettle.example'], { stdio: 'ignore' });
  const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  assert.ok(typeof address === 'object' && address);
  try {
    const found = await serverCertificate(`https://127.0.0.1:${address.port}`, signal);
    assert.equal(found?.subject, 'fettle.example');
    const [, until] =
      /notAfter=(.*)/.exec(execFileSync('openssl', ['x509', '-in', cert, '-noout', '-enddate']).toString()) ?? [];
    assert.equal(found.expiresAt, Date.parse(until ?? ''));
  } finally {
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  }
  const gone = serverCertificate(`https://127.0.0.1:${address.port}`, signal);
  await assert.rejects(gone, (error) => error instanceof FettleError && error.code === 'overloaded');
});

test('a server without TLS shows none', async () => {
  assert.equal(await serverCertificate('http://127.0.0.1:9', signal), undefined);
});
