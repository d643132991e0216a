import { fillPath, type Route, type RouteAnswer, type RouteInput } from './route.ts';
import { type RouteName, type Routes, routes } from './routes.ts';
import { jsonOf, type SendOptions, sender } from './send.ts';
import { type UploadRequest, type UploadResult, uploadArtifact } from './upload.ts';

export type ClientOptions = SendOptions;
export interface CallOptions {
  readonly signal?: AbortSignal;
}

/** The routes that take and give JSON. */
export type JsonRouteName = Exclude<RouteName, 'appendUpload'>;
export type Input<N extends RouteName> = RouteInput<Routes[N]>;
export type Answer<N extends RouteName> = RouteAnswer<Routes[N]>;
type Arguments<I> = object extends I ? [input?: I, options?: CallOptions] : [input: I, options?: CallOptions];

type Calls = { readonly [N in JsonRouteName]: (...given: Arguments<Input<N>>) => Promise<Answer<N>> };
/** The routes that answer one page of a list. */
export type ListRouteName = {
  [N in JsonRouteName]: Answer<N> extends { readonly next: string | null } ? N : never;
}[JsonRouteName];
type Item<N extends ListRouteName> = Answer<N> extends { items: (infer T)[] } ? T : never;

export interface Client extends Calls {
  /** Every row of a list, page after page, as they are needed. */
  all<N extends ListRouteName>(list: N, input: Input<N>, options?: CallOptions): AsyncGenerator<Item<N>, void>;
  /** Brings an artifact to the server; goes on where it stopped when the connection breaks. */
  upload(request: UploadRequest): Promise<UploadResult>;
  readonly server: string;
}

/** A typed client: one method a route, named as in `routes`; input is one object of path, query and body fields. */
export function createClient(options: ClientOptions): Client {
  const send = sender(options);
  const call = async (definition: Route, input: Record<string, unknown>, callOptions?: CallOptions) => {
    const response = await send({ ...requestOf(definition, input), signal: callOptions?.signal });
    if (response.status === 204 || !definition.answer) return undefined;
    return jsonOf(response);
  };
  const calls: Record<string, unknown> = {};
  for (const [name, definition] of Object.entries(routes)) {
    if (name === 'appendUpload') continue;
    calls[name] = (input: Record<string, unknown> = {}, callOptions?: CallOptions) =>
      call(definition, input, callOptions);
  }
  const extras = {
    server: options.server,
    upload: (request: UploadRequest) => uploadArtifact(send, request),
    async *all(list: ListRouteName, input: Record<string, unknown>, callOptions?: CallOptions) {
      let after: string | null = null;
      do {
        const query: Record<string, unknown> = after === null ? input : { ...input, after };
        const page = (await call(routes[list], query, callOptions)) as { items: unknown[]; next: string | null };
        yield* page.items;
        after = page.next;
      } while (after !== null);
    },
  };
  return Object.assign(calls, extras) as unknown as Client;
}

function requestOf(definition: Route, input: Record<string, unknown>) {
  const pick = (part: { readonly properties: object } | undefined) =>
    Object.fromEntries(
      Object.keys(part?.properties ?? {})
        .filter((key) => input[key] !== undefined)
        .map((key) => [key, input[key]]),
    );
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(pick(definition.query))) query.set(key, String(value));
  const search = query.size > 0 ? `?${query}` : '';
  const request = { method: definition.method, path: fillPath(definition.path, input) + search };
  if (!definition.body) return request;
  const headers = { 'content-type': 'application/json' };
  return { ...request, headers, body: JSON.stringify(pick(definition.body)) };
}
