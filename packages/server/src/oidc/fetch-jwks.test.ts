import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { fetchJwks } from './fetch-jwks.ts';

const keys = { keys: [{ kty: 'RSA', kid: 'a', n: 'x', e: 'AQAB' }] };
const discovery = { kind: 'discovery' } as const;

/** An issuer on loopback that answers by path. */
async function issuerOf(t: TestContext, answers: (url: string) => Record<string, unknown>): Promise<string> {
  const asked = { answers: {} as Record<string, unknown> };
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    const answer = asked.answers[request.url ?? ''];
    if (typeof answer === 'string' && answer.startsWith('to '))
      response.writeHead(302, { location: answer.slice(3) }).end();
    else if (answer === undefined) response.writeHead(404).end();
    else response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  asked.answers = answers(url);
  return url;
}

const place = '/.well-known/openid-configuration';

test('keys come from where the discovery document of the very issuer says, or from a URL', async (t) => {
  const issuer = await issuerOf(t, (url) => ({ [place]: { issuer: url, jwks_uri: `${url}/keys` }, '/keys': keys }));
  assert.deepEqual(await fetchJwks({ issuer, keys: discovery }), keys);
  assert.deepEqual(await fetchJwks({ issuer: 'https://x', keys: { kind: 'url', url: `${issuer}/keys` } }), keys);
});

test('an issuer with a path is asked below it', async (t) => {
  const issuer = await issuerOf(t, (url) => ({
    [`/_services/token${place}`]: { issuer: `${url}/_services/token`, jwks_uri: `${url}/keys` },
    '/keys': keys,
  }));
  assert.deepEqual(await fetchJwks({ issuer: `${issuer}/_services/token`, keys: discovery }), keys);
});

test('another issuer, no URL, a plain one elsewhere, redirects, errors, no JSON, too much: refused', async (t) => {
  const cases: readonly ((url: string) => Record<string, unknown>)[] = [
    (url) => ({ [place]: { issuer: `${url}/`, jwks_uri: `${url}/keys` }, '/keys': keys }),
    (url) => ({ [place]: { issuer: url } }),
    (url) => ({ [place]: { issuer: url, jwks_uri: 'http://keys.example.com' } }),
    (url) => ({ [place]: { issuer: url, jwks_uri: 'file:///etc/passwd' } }),
    (url) => ({ [place]: { issuer: url, jwks_uri: `${url}/away` }, '/away': 'to /keys', '/keys': keys }),
    (url) => ({ [place]: { issuer: url, jwks_uri: `${url}/none` } }),
    () => ({ [place]: 'not JSON' }),
    () => ({ [place]: 'null' }),
    () => ({}),
    (url) => ({ [place]: { issuer: url, jwks_uri: `${url}/keys` }, '/keys': ' '.repeat(300_000) }),
    (url) => ({ [place]: { issuer: url, jwks_uri: `${url}/keys` }, '/keys': { keys: [] } }),
  ];
  for (const [i, answers] of cases.entries()) {
    const issuer = await issuerOf(t, answers);
    await assert.rejects(fetchJwks({ issuer, keys: discovery }), { name: 'FettleError' }, `case ${i}`);
  }
});
