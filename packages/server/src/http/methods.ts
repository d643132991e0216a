import { routes } from '@fettle/api';
import { native } from '@fettle/protocol';

interface Place {
  readonly pattern: RegExp;
  readonly methods: readonly string[];
}

const openPlaces: Readonly<Record<string, readonly string[]>> = {
  '/api': ['GET'],
  '/api/openapi.json': ['GET'],
  '/api/plan.schema.json': ['GET'],
  '/healthz': ['GET'],
  '/readyz': ['GET'],
  '/metrics': ['GET'],
  [native.nativePaths.enrol]: ['POST'],
  [native.nativePaths.challenge]: ['POST'],
  [native.nativePaths.token]: ['POST'],
  [native.nativePaths.checkIn]: ['POST'],
  [native.nativePaths.reports]: ['POST'],
  [native.nativePaths.time]: ['POST'],
  [`${native.nativePaths.director}/{name}`]: ['GET'],
  [`${native.nativePaths.artifacts}/{sha256}`]: ['GET'],
  '/api/v1/evidence-key': ['GET'],
  '/api/v1/fleets/{fleet}/releases/{version}/dossier': ['GET'],
  '/audit/{tenant}/checkpoint': ['GET'],
  '/repository/{tenant}/metadata/{name}': ['GET'],
  '/repository/{tenant}/targets/{fleet}/{component}/{file}': ['GET'],
};

const places: readonly Place[] = collect();

/** Which methods a path knows; empty when there is nothing at the path. */
export function methodsOf(path: string): readonly string[] {
  return places.find(({ pattern }) => pattern.test(path))?.methods ?? [];
}

function collect(): Place[] {
  const byPath = new Map<string, Set<string>>();
  const add = (path: string, method: string) => {
    const methods = byPath.get(path) ?? new Set();
    methods.add(method);
    if (method === 'GET') methods.add('HEAD');
    byPath.set(path, methods);
  };
  for (const { path, method } of Object.values(routes)) add(path, method);
  for (const [path, methods] of Object.entries(openPlaces)) for (const method of methods) add(path, method);
  return [...byPath].map(([path, methods]) => ({
    pattern: new RegExp(`^${path.replaceAll('.', '\\.').replace(/\{\w+\}/g, '[^/]+')}$`),
    methods: [...methods].sort(),
  }));
}
