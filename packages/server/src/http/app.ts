import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { routes } from '@fettle/api';
import { type ErrorCode, FettleError, limits } from '@fettle/model';
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { bodyText, parseJson, readBody } from './body.ts';
import { methodsOf } from './methods.ts';
import { HttpRefusal, problemMediaType, problemOf } from './problem.ts';
import { validatorCompiler } from './validator.ts';

export interface AppOptions {
  readonly logger: FastifyBaseLogger;
  readonly requestId: () => string;
  /** Answers what the HTTP parser refuses. */
  readonly clientErrorHandler: (error: NodeJS.ErrnoException, socket: Socket) => void;
  /** Makes the HTTP server around the handler of the app. */
  readonly serverFactory: (handler: (request: IncomingMessage, response: ServerResponse) => void) => Server;
}

/** Fastify as the management doors use it: our validation, our errors, nothing coerced, nothing dropped. */
export function createApp({ logger, requestId, clientErrorHandler, serverFactory }: AppOptions): FastifyInstance {
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    bodyLimit: limits.manageBodyBytes,
    genReqId: requestId,
    exposeHeadRoutes: true,
    forceCloseConnections: false,
    return503OnClosing: false,
    routerOptions: { maxParamLength: 512, caseSensitive: true, ignoreTrailingSlash: false },
    frameworkErrors: (error, request, reply) => answerError(error, request, reply),
    clientErrorHandler,
    serverFactory,
  });
  app.setValidatorCompiler(validatorCompiler);
  // Views are built field by field (manage/views.ts); compiling a serialiser for each route would only cost start-up time.
  app.setSerializerCompiler(() => (value) => JSON.stringify(value));
  app.removeAllContentTypeParsers();
  app.addContentTypeParser(/^application\/json\s*(;|$)/i, (request, payload, done) => {
    // Routes that take whole files have a bound of their own.
    const mostBytes = request.routeOptions.bodyLimit ?? limits.manageBodyBytes;
    readBody(payload as IncomingMessage, mostBytes, (error, body) => {
      if (error) return done(error);
      try {
        done(null, body.length === 0 ? undefined : parseJson(bodyText(body)));
      } catch (cause) {
        done(cause as Error);
      }
    });
  });
  app.setErrorHandler<FastifyError>((error, request, reply) => answerError(error, request, reply));
  app.setNotFoundHandler((request, reply) => answerError(noRoute(request.method, request.url), request, reply));
  app.addHook('onSend', async (request, reply) => {
    reply.header('x-request-id', request.id);
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  return app;
}

/** The error of a request that no route takes: 405 with what is allowed, or 404. */
export function noRoute(method: string, url: string): FettleError {
  const path = url.split('?', 1)[0] ?? '';
  const allowed = methodsOf(path);
  if (allowed.length > 0) {
    return new HttpRefusal(405, `${method} is not possible here; possible: ${allowed.join(', ')}.`, {
      headers: { allow: allowed.join(', ') },
    });
  }
  const shown = path.slice(0, 200);
  return new FettleError(
    'not-found',
    `There is no ${shown} here. GET /api/openapi.json lists all ${Object.keys(routes).length} routes.`,
  );
}

function answerError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  const known = error instanceof FettleError ? error : fromFramework(error as FastifyError);
  const { status, headers, body } = problemOf(known ?? error, request.id);
  if (status >= 500 && status !== 503) request.log.error({ err: error }, 'request failed');
  // Whatever the client still sends of a refused stream is not read: the connection ends with the answer.
  if (hasUnreadBody(request.raw)) reply.header('connection', 'close');
  reply.code(status).headers(headers).type(problemMediaType).send(JSON.stringify(body));
}

function hasUnreadBody({ headers, complete, readableFlowing }: IncomingMessage): boolean {
  const announced = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  return announced && !complete && readableFlowing !== true;
}

const frameworkRefusals: Readonly<Record<string, readonly [status: number, code: ErrorCode, message: string]>> = {
  FST_ERR_BAD_URL: [400, 'invalid-input', 'The path is not validly percent-encoded UTF-8.'],
  FST_ERR_MAX_PARAM_LENGTH: [414, 'too-large', 'A part of the path is longer than any id can be.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    415,
    'invalid-input',
    'Send application/json (uploads: application/offset+octet-stream).',
  ],
  FST_ERR_CTP_INVALID_TYPE: [415, 'invalid-input', 'The Content-Type is not a media type.'],
  FST_ERR_CTP_EMPTY_TYPE: [415, 'invalid-input', 'A body needs a Content-Type: application/json.'],
  FST_ERR_CTP_BODY_TOO_LARGE: [413, 'too-large', 'The body has more bytes than this route takes (docs/limits.md).'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: [
    400,
    'invalid-input',
    'The body does not have the length that Content-Length says.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: [400, 'invalid-input', 'The body is empty.'],
};

function fromFramework(error: FastifyError): FettleError | undefined {
  const row = frameworkRefusals[error.code];
  if (row) return new HttpRefusal(row[0], row[2], { code: row[1] });
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500 ? new HttpRefusal(status, error.message.slice(0, 500)) : undefined;
}
