import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import type { AuditLogs, Brain } from '@fettle/control';
import { createApp } from '../http/app.ts';
import { docsPage } from '../http/docs-page.ts';
import { gatherOpenApi, type OpenApiDocument } from '../http/openapi.ts';
import { serveManagement } from '../manage/index.ts';

/** No call gets so far that it needs anything of these. */
const unused = (): never => {
  throw new Error('nothing is called here');
};
const nothing = new Proxy({}, { get: (_, name) => (name === 'then' ? undefined : unused) });

/** The document, and every route that is registered beside it: `GET /api/v1/fleets/{fleet}`. */
async function gather(): Promise<{ document: OpenApiDocument; registered: string[] }> {
  const app = createApp({
    logger: { ...Object.fromEntries(levels.map((level) => [level, () => {}])), level: 'silent' } as never,
    requestId: () => 'x',
    clientErrorHandler: () => {},
    serverFactory: (handler) => createServer(handler),
  });
  const registered: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    const path = url.replace(/:(\w+)/g, '{$1}').replace(/\*$/, '{*}');
    for (const one of [method].flat()) if (one !== 'HEAD') registered.push(`${one} ${path}`);
  });
  const openApi = await gatherOpenApi(app, '0.0.0');
  serveManagement(app, nothing as Brain, nothing as AuditLogs);
  await app.ready();
  const document = openApi();
  await app.close();
  return { document, registered };
}
const levels = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'child', 'silent'];

test('every route of the management is in the OpenAPI document with its answers, and on the page of the API', async () => {
  const { document, registered } = await gather();
  const page = docsPage(document);
  const listed = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  assert.ok(registered.length > 100);
  assert.deepEqual(
    registered.filter((route) => !listed.includes(route)),
    [],
  );
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, { operationId, summary, tags, responses }] of Object.entries(operations)) {
      assert.ok(operationId && summary && tags?.length === 1 && responses, `${method} ${path}`);
      assert.ok(page.includes(`<details id="${operationId}">`), `${operationId} on the page`);
    }
  }
});

test('files are told by their media types', async () => {
  const { document } = await gather();
  const types = Object.values(document.paths).flatMap((operations) =>
    Object.values(operations).map(({ operationId, responses }) => [
      operationId,
      Object.keys(responses?.['200']?.content ?? {})[0],
    ]),
  );
  const typeOf = Object.fromEntries(types);
  assert.deepEqual(
    [typeOf.releaseDossier, typeOf.auditCheckpoint, typeOf.auditTile, typeOf.getRelease],
    ['application/zip', 'text/plain', 'application/octet-stream', 'application/json'],
  );
});
