import { routes } from '@fettle/api';
import type { AuditLogs, Brain } from '@fettle/control';
import { FettleError } from '@fettle/model';
import type { FastifyInstance } from 'fastify';
import { accessHandlers } from './access.ts';
import { approvalHandlers } from './approvals.ts';
import { auditHandlers, serveAuditTiles } from './audit.ts';
import { checkHandlers } from './checks.ts';
import { deviceHandlers } from './devices.ts';
import { serveRoutes } from './door.ts';
import { serveDossiers } from './dossier.ts';
import { fleetHandlers } from './fleets.ts';
import { holdHandlers } from './holds.ts';
import { pathHandlers } from './paths.ts';
import { peopleHandlers } from './people.ts';
import { publisherHandlers } from './publishers.ts';
import { recordingHandlers } from './recordings.ts';
import { releaseHandlers } from './releases.ts';
import { rolloutHandlers } from './rollouts.ts';
import { trustHandlers } from './trust.ts';
import { acceptUploadStreams, uploadHandlers } from './uploads.ts';
import { vulnerabilityHandlers } from './vulnerabilities.ts';

const plainResources = [
  accessHandlers,
  fleetHandlers,
  uploadHandlers,
  releaseHandlers,
  checkHandlers,
  approvalHandlers,
  rolloutHandlers,
  recordingHandlers,
  holdHandlers,
  pathHandlers,
  deviceHandlers,
  trustHandlers,
  vulnerabilityHandlers,
];

/** The management API: every route of `@fettle/api` with its handler. */
export function serveManagement(app: FastifyInstance, brain: Brain, auditLogs: AuditLogs): void {
  const resources = [...plainResources, publisherHandlers(), peopleHandlers(), auditHandlers(auditLogs)];
  const missing = Object.keys(routes).filter((name) => !resources.some((handlers) => name in handlers));
  if (missing.length > 0) throw new FettleError('internal', `No handler for ${missing.join(', ')}.`);
  app.decorateRequest('scope', null);
  acceptUploadStreams(app);
  for (const handlers of resources) serveRoutes(app, brain, handlers);
  serveAuditTiles(app, brain, auditLogs);
  serveDossiers(app, brain, auditLogs);
}
