import {
  type AuditLog,
  type AuditLogs,
  type Brain,
  eraseAuditTexts,
  listAuditLogs,
  listAuditSalts,
  newestCheckpoint,
  proveEvent,
  readTile,
  restartAuditLog,
  type Scope,
} from '@fettle/control';
import { FettleError } from '@fettle/model';
import { readTilePath } from '@fettle/trust';
import type { FastifyInstance } from 'fastify';
import { authenticate, type ManageHandlers } from './door.ts';
import { bytesAnswer } from './file-route.ts';
import { instantText } from './instants.ts';
import { pageOf, viewPage, wholeList } from './page.ts';

/** The routes about the Merkle log over audit events. */
export function auditHandlers(logs: AuditLogs): ManageHandlers {
  const { store } = logs;
  return {
    async auditLogs({ scope }) {
      return wholeList(await listAuditLogs(scope, store), logView);
    },
    async auditProof({ scope, query }) {
      const { entry, salts, proof } = await proveEvent(scope, store, Number(query.event));
      return { entry, salts: salts.map((salt) => ({ ...salt })), proof };
    },
    async auditSalts({ scope, query }) {
      return viewPage(await listAuditSalts(scope, store, pageOf(query)), (salt) => ({ ...salt }));
    },
    async eraseAuditTexts({ scope, brain, params, body }) {
      await eraseAuditTexts(scope, brain, store, { sequence: Number(params.event), reason: body.reason });
      return undefined;
    },
    async restartAuditLog({ scope, brain, body }) {
      return logView(await restartAuditLog(scope, brain, logs, body.reason));
    },
  };
}

function logView({ beganAt, ...log }: AuditLog) {
  return { ...log, beganAt: instantText(beganAt) };
}

interface LogRequest {
  readonly Params: { readonly tenant: string; readonly '*'?: string };
}

const logParameters = {
  type: 'object',
  properties: { tenant: { type: 'string' } },
  required: ['tenant'],
} as const;
const tileParameters = {
  type: 'object',
  properties: {
    ...logParameters.properties,
    '*': { type: 'string', description: '`LEVEL/N` or `entries/N`, with `.p/WIDTH` where it is not full' },
  },
  required: ['tenant', '*'],
} as const;
const tagged = { tags: ['audit'], security: [{ operatorToken: [] }] };
const checkpointSchema = {
  ...tagged,
  operationId: 'auditCheckpoint',
  summary: 'The newest signed checkpoint of the log (C2SP tlog-tiles)',
  params: logParameters,
  response: bytesAnswer('text/plain'),
};
const tileSchema = {
  ...tagged,
  operationId: 'auditTile',
  summary: 'A tile of the log: hashes, or entries (C2SP tlog-tiles)',
  params: tileParameters,
  response: bytesAnswer('application/octet-stream'),
};

/** The log as static files, for any reader of tiles that sends a token. @source C2SP tlog-tiles */
export function serveAuditTiles(app: FastifyInstance, brain: Brain, { store }: AuditLogs): void {
  app.get<LogRequest>('/audit/:tenant/checkpoint', { schema: checkpointSchema }, async (request, reply) => {
    const scope = await readerOf(brain, request.headers.authorization, request.params.tenant);
    const { note } = await newestCheckpoint(scope, store);
    reply.type('text/plain; charset=utf-8').header('cache-control', 'private, max-age=2');
    return note;
  });
  app.get<LogRequest>('/audit/:tenant/tile/*', { schema: tileSchema }, async (request, reply) => {
    const scope = await readerOf(brain, request.headers.authorization, request.params.tenant);
    const place = readTilePath(`tile/${request.params['*'] ?? ''}`);
    if (!place)
      throw new FettleError('not-found', 'Expected tile/LEVEL/N, tile/entries/N, or one of them with .p/WIDTH.');
    const bytes = await readTile(scope, store, place);
    reply.type('application/octet-stream').header('cache-control', 'private, max-age=31536000, immutable');
    return reply.send(Buffer.from(bytes));
  });
}

/** The log of another tenant is not there. */
async function readerOf(brain: Brain, header: string | undefined, tenant: string): Promise<Scope> {
  const scope = await authenticate(brain, header);
  if (scope.tenant === tenant) return scope;
  throw new FettleError('not-found', `There is no log of the tenant ${tenant} here.`);
}
