import { isOfFleets, type Route, type RouteAnswer, type RouteName, type Routes, routes } from '@fettle/api';
import {
  authenticateOperator,
  type Brain,
  demandReach,
  type RefusalWatch,
  type Scope,
  watchRefusals,
} from '@fettle/control';
import { FettleError, tenantId } from '@fettle/model';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';

type Part<S> = S extends TSchema ? Static<S> : Record<never, never>;

/** One checked request, as a resource's handler gets it. */
export interface Asked<R extends Route> {
  readonly scope: Scope;
  readonly brain: Brain;
  readonly params: Part<R['params']>;
  readonly query: Part<R['query']>;
  readonly body: Part<R['body']>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}
export type ManageHandler<R extends Route> = (asked: Asked<R>) => Promise<RouteAnswer<R>>;
/** The handlers of one resource, by the names of its routes. */
export type ManageHandlers = { readonly [N in RouteName]?: ManageHandler<Routes[N]> };

/** Who calls a route that needs no login: may do nothing at all. */
const nobody: Scope = { tenant: tenantId('nobody'), actor: 'nobody', permissions: new Set() };

type AnyHandler = (asked: unknown) => Promise<unknown>;

/** Puts a resource's handlers on their routes: checked input, one brain call, checked output. */
export function serveRoutes(app: FastifyInstance, brain: Brain, handlers: ManageHandlers): void {
  const refusals = watchRefusals(brain, (error) => app.log.error({ err: error }, 'a refused call was not noted'));
  for (const [name, handler] of Object.entries(handlers)) {
    serveRoute(app, { brain, refusals, name: name as RouteName, handler: handler as unknown as AnyHandler });
  }
}

interface Served {
  readonly brain: Brain;
  readonly refusals: RefusalWatch;
  readonly name: RouteName;
  readonly handler: AnyHandler;
}

function serveRoute(app: FastifyInstance, { brain, refusals, name, handler }: Served): void {
  const definition: Route = routes[name];
  app.route({
    method: definition.method,
    url: definition.path.replace(/\{(\w+)\}/g, ':$1'),
    schema: schemaOf(name, definition),
    ...(definition.bodyBytes === undefined ? {} : { bodyLimit: definition.bodyBytes }),
    config: { routeName: name },
    async onRequest(request) {
      request.scope = definition.open ? nobody : await authenticate(brain, request.headers.authorization);
      const { fleet } = request.params as { readonly fleet?: string };
      const { scope } = request;
      const asked = { fleet, isPublishing: definition.publishing === true, isOfFleets: isOfFleets(definition) };
      await refusals.watch(scope, name, () => demandReach(scope, asked));
    },
    async preValidation(request) {
      // An act whose fields are all optional may come without any body.
      if (definition.body && request.body === undefined) request.body = {};
    },
    async handler(request, reply) {
      if (!request.scope) throw new FettleError('not-authenticated', 'This needs an operator token.');
      reply.code(definition.statuses[0] ?? 200);
      const { scope, params, query, body } = request;
      return refusals.watch(scope, name, () => handler({ scope, brain, params, query, body, request, reply }));
    },
  });
}

function schemaOf(name: RouteName, definition: Route): Record<string, unknown> {
  const { params, query, body, answer, statuses } = definition;
  const response = Object.fromEntries(statuses.map((status) => [status, answer ?? { type: 'null' }]));
  return {
    operationId: name,
    summary: definition.summary,
    tags: [definition.tag],
    security: definition.open ? [] : [{ operatorToken: [] }],
    ...(params ? { params } : {}),
    ...(query ? { querystring: query } : {}),
    ...(body ? { body } : {}),
    response,
  };
}

const bearer = /^Bearer +([A-Za-z0-9._~+/=-]{1,256}) *$/i;

/** @throws FettleError `not-authenticated` */
export async function authenticate(brain: Brain, header: string | undefined): Promise<Scope> {
  const token = bearer.exec(header ?? '')?.[1];
  const scope = token === undefined ? undefined : await authenticateOperator(brain, token);
  if (scope) return scope;
  if (token !== undefined) {
    const message = 'The token does not count: it is unknown here, was revoked, or is over. Log in: fettle login.';
    throw new FettleError('not-authenticated', message);
  }
  const found = header === undefined ? 'no Authorization header' : 'another one';
  throw new FettleError(
    'not-authenticated',
    `Expected "Authorization: Bearer OPERATOR-TOKEN", found ${found}. Log in: fettle login.`,
  );
}

declare module 'fastify' {
  interface FastifyRequest {
    scope: Scope | null;
  }
  interface FastifyContextConfig {
    routeName?: RouteName;
  }
}
