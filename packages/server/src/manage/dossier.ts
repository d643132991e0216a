import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { routes } from '@fettle/api';
import { type AuditLogs, assembleDossier, type Brain, getRelease, writeZip } from '@fettle/control';
import { verifierFile } from '@fettle/dossier';
import { FettleError, fleetId, isVersion } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import { authenticate } from './door.ts';
import { bytesAnswer } from './file-route.ts';

interface DossierRequest {
  readonly Params: { readonly fleet: string; readonly version: string };
}

/** Dossiers that are put together at the same time: each reads much of the database. */
const mostAtOnce = 2;

const schema = {
  operationId: 'releaseDossier',
  summary: 'Everything that proves a release, as a zip with its verifier; see docs/dossier.md',
  tags: ['releases'],
  security: [{ operatorToken: [] }],
  params: routes.getRelease.params,
  response: bytesAnswer('application/zip'),
};

const keySchema = {
  operationId: 'evidenceKey',
  summary: 'The public key that seals dossiers and signs evidence, in PEM, to be pinned by whoever verifies them',
  tags: ['releases'],
  security: [{ operatorToken: [] }],
  response: bytesAnswer('application/x-pem-file'),
};

/** The dossier of a release, as a zip that is written while it is read, and the key that it is verified by. */
export function serveDossiers(app: FastifyInstance, brain: Brain, { store }: AuditLogs): void {
  serveEvidenceKey(app, brain);
  let running = 0;
  app.get<DossierRequest>('/api/v1/fleets/:fleet/releases/:version/dossier', {
    schema,
    async onRequest(request) {
      request.scope = await authenticate(brain, request.headers.authorization);
    },
    async handler(request, reply) {
      const { fleet, version } = request.params;
      if (!request.scope) throw new FettleError('not-authenticated', 'This needs an operator token.');
      if (!isVersion(version)) throw new FettleError('invalid-input', 'Expected a release version.');
      const about = { fleet: fleetId(fleet), version };
      // What is not there, or is not for this scope, takes no place from others.
      await getRelease(request.scope, brain, about.fleet, version);
      if (running >= mostAtOnce) throw new FettleError('overloaded', 'Other dossiers are being made. Try again soon.');
      running++;
      try {
        const verifier = await readFile(verifierFile);
        const files = await assembleDossier(request.scope, brain, about, { logs: store, verifier });
        const name = `${fleet}-${version}-dossier.zip`.replace(/[^A-Za-z0-9._-]/g, '_');
        reply.type('application/zip').header('content-disposition', `attachment; filename="${name}"`);
        return reply.send(Readable.from(writeZip(files)));
      } finally {
        running--;
      }
    },
  });
}

function serveEvidenceKey(app: FastifyInstance, brain: Brain): void {
  app.get('/api/v1/evidence-key', {
    schema: keySchema,
    async onRequest(request) {
      request.scope = await authenticate(brain, request.headers.authorization);
    },
    async handler(_request, reply) {
      if (!brain.evidence) throw new FettleError('not-found', 'This server has no evidence key.');
      const { key } = await brain.evidence.key();
      return reply.type('application/x-pem-file').send(key.export({ format: 'pem', type: 'spki' }).toString());
    },
  });
}
