import { planFileSchema } from '@fettle/api';
import type { FastifyInstance } from 'fastify';
import { docsPage } from './docs-page.ts';
import type { OpenApiDocument } from './openapi.ts';

/** `GET /api` for people, `openapi.json` for machines, `plan.schema.json` for editors of plan files; none needs a token. */
export function serveDocs(app: FastifyInstance, document: () => OpenApiDocument): void {
  let page: string | undefined;
  app.get('/api/openapi.json', async (_request, reply) => {
    reply.header('cache-control', 'no-cache').type('application/json');
    return JSON.stringify(document());
  });
  app.get('/api/plan.schema.json', async (_request, reply) => {
    // An editor in a browser may fetch it from anywhere: it says nothing about anybody.
    reply
      .header('cache-control', 'no-cache')
      .header('access-control-allow-origin', '*')
      .type('application/schema+json');
    return JSON.stringify(planFileSchema());
  });
  app.get('/api', async (_request, reply) => {
    page ??= docsPage(document());
    // Nothing on the page comes from anywhere else, and no script runs.
    reply.header('content-security-policy', "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'");
    reply.header('cache-control', 'no-cache').type('text/html; charset=utf-8');
    return page;
  });
}
