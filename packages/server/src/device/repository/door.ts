import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Brain, repositoryFile, repositoryTarget, serverScope, type TargetReader } from '@fettle/control';
import { FettleError, namePattern, type TenantId, type TrustFile } from '@fettle/model';
import { noRoute } from '../../http/app.ts';
import type { BodyDeadlines } from '../../http/deadlines.ts';
import { problemOf, sendProblem } from '../../http/problem.ts';
import type { Download, Exchange } from '../native/exchange.ts';
import { namesTag } from '../native/range.ts';
import { readerOf } from './reader.ts';

/** Answers everything under `/repository/`: the image repository as TUF clients fetch it. */
export type RepositoryDoor = (request: IncomingMessage, response: ServerResponse) => void;

export const repositoryPrefix = '/repository/';

export interface RepositoryDoorOptions {
  readonly brain: Brain;
  readonly deadlines: BodyDeadlines;
  readonly requestId: () => string;
  /** Told about refusals that are the server's fault. */
  readonly onFailure: (error: unknown, requestId: string) => void;
  readonly download: Download;
  /** Whether anybody may have the bytes of targets. */
  readonly openTargets: boolean;
}

// Nothing is looked up before the whole path has this shape; what follows is checked by whoever it names.
const placePattern = new RegExp(
  `^/repository/(${namePattern.slice(1, -1)})/(metadata|targets)/([A-Za-z0-9._/-]{1,400})$`,
);

export function createRepositoryDoor(options: RepositoryDoorOptions): RepositoryDoor {
  const refuse = (response: ServerResponse, error: unknown) => {
    const requestId = options.requestId();
    const problem = problemOf(error, requestId);
    if (problem.body.code === 'internal') options.onFailure(error, requestId);
    sendProblem(response, problem);
  };
  return (request, response) => {
    options.deadlines.begin(request, response);
    const path = request.url?.split('?', 1)[0] ?? '';
    const [, tenant, kind, rest] = placePattern.exec(path) ?? [];
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead) {
      refuse(response, noRoute(request.method ?? '', path));
      return;
    }
    if (tenant === undefined || rest === undefined) {
      refuse(response, new FettleError('not-found', `There is no ${path.slice(0, 200)} here.`));
      return;
    }
    const exchange = { request, response, refuse };
    const place: Place = { tenant: tenant as TenantId, rest };
    if (kind === 'metadata') sendMetadata(options.brain, exchange, place);
    else sendTarget(options, exchange, place);
  };
}

interface Place {
  readonly tenant: TenantId;
  readonly rest: string;
}

/** Metadata is public: what counts is who signed it, not who reads it. */
function sendMetadata(brain: Brain, exchange: Exchange, { tenant, rest }: Place): void {
  const { response, refuse } = exchange;
  repositoryFile(serverScope(tenant), brain, rest).then(
    (file) => {
      if (file) sendFile(exchange, file);
      else refuse(response, new FettleError('not-found', `The repository has no ${rest.slice(0, 100)}.`));
    },
    (error) => refuse(response, error),
  );
}

function sendFile({ request, response }: Exchange, { role, version, text }: TrustFile): void {
  // Every file but the timestamp has its version in its name, and a version never changes.
  const tag = `"${role}-${version}"`;
  const headers = {
    etag: tag,
    'cache-control': role === 'timestamp' ? 'no-cache' : 'public, max-age=31536000, immutable',
    'x-content-type-options': 'nosniff',
  };
  const known = request.headers['if-none-match'];
  if (known !== undefined && namesTag(known, tag, 'weak')) {
    response.writeHead(304, headers).end();
    return;
  }
  const type = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  response.writeHead(200, { ...headers, ...type });
  response.end(request.method === 'HEAD' ? undefined : text);
}

function sendTarget(options: RepositoryDoorOptions, exchange: Exchange, { tenant, rest }: Place): void {
  const { brain, download, openTargets } = options;
  const { request, response, refuse } = exchange;
  const serve = (reader: TargetReader) => download(() => repositoryTarget(reader, brain, rest), exchange);
  if (openTargets) serve({ open: serverScope(tenant) });
  else readerOf(brain, tenant, request.headers.authorization).then(serve, (error) => refuse(response, error));
}
