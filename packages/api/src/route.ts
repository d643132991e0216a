import type { Static, TObject, TSchema } from 'typebox';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** One route of the management API: server, client, OpenAPI document and fuzz test are all made from it. */
export interface Route {
  readonly method: Method;
  /** With `{param}` where a value goes. */
  readonly path: string;
  readonly tag: string;
  readonly summary: string;
  readonly params?: TObject;
  readonly query?: TObject;
  readonly body?: TObject;
  /** Bytes that the body may have, where `limits.manageBodyBytes` are too few. */
  readonly bodyBytes?: number;
  /** True when nobody has to be logged in. */
  readonly open?: true;
  /** True when publishing needs it: credentials that publish to one fleet reach these routes and no other. */
  readonly publishing?: true;
  /** True when credentials of some fleets reach it although its path names nothing of a fleet: they are shown theirs alone. */
  readonly bound?: true;
  /** True when the request body is a stream of bytes and not JSON. */
  readonly bytes?: true;
  /** Statuses of success, the usual one first. */
  readonly statuses: readonly number[];
  /** What the server answers; absent when there is no content. */
  readonly answer?: TSchema;
}

/** Keeps the literal types of a route. */
export function route<const R extends Route>(definition: R): R {
  return definition;
}

type Part<S> = S extends TSchema ? Static<S> : unknown;
type Flat<T> = { [K in keyof T]: T[K] };

/** All that a caller gives: parameters of the path, of the query, and fields of the body, in one object. */
export type RouteInput<R extends Route> = Flat<Part<R['params']> & Part<R['query']> & Part<R['body']>>;
export type RouteAnswer<R extends Route> = R['answer'] extends TSchema ? Static<R['answer']> : undefined;

/** Whether a route is about things of fleets: those that are bound to some reach it, and no other. */
export function isOfFleets({ path, bound }: Route): boolean {
  return bound === true || /\{(?:fleet|device|deployment|rollout)\}/.test(path);
}

/** The path with its parameters filled in and escaped. */
export function fillPath(path: string, params: Readonly<Record<string, unknown>>): string {
  return path.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(String(params[key])));
}
