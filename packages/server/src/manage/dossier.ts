import { readFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { type AuditLogs, assembleDossier, type Brain, writeZip } from '@fettle/control';
import { verifierFile } from '@fettle/dossier';
import { FettleError, fleetId, isVersion } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import { authenticate } from './door.ts';

interface DossierRequest {
  readonly Params: { readonly fleet: string; readonly version: string };
}

/** Dossiers that are put together at the same time: each reads much of the database. */
const mostAtOnce = 2;

/** The dossier of a release, as a zip that is written while it is read. */
export function serveDossiers(app: FastifyInstance, brain: Brain, { store }: AuditLogs): void {
  let running = 0;
  app.get<DossierRequest>('/api/v1/fleets/:fleet/releases/:version/dossier', async (request, reply) => {
    const scope = await authenticate(brain, request.headers.authorization);
    const { fleet, version } = request.params;
    if (!isVersion(version)) throw new FettleError('invalid-input', 'Expected a release version.');
    if (running >= mostAtOnce) throw new FettleError('overloaded', 'Other dossiers are being made. Try again soon.');
    running++;
    try {
      const verifier = await readFile(verifierFile);
      const about = { fleet: fleetId(fleet), version };
      const files = await assembleDossier(scope, brain, about, { logs: store, verifier });
      const name = `${fleet}-${version}-dossier.zip`.replace(/[^A-Za-z0-9._-]/g, '_');
      reply.type('application/zip').header('content-disposition', `attachment; filename="${name}"`);
      return reply.send(Readable.from(writeZip(files)));
    } finally {
      running--;
    }
  });
}
