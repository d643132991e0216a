import { fillPath, type Route } from '@fettle/api';

export const inNinetyDays = () => new Date(Date.now() + 89 * 86_400_000).toISOString();

/** Asks a route as far as its schema: something valid where it is known, the smallest body that passes. */
export async function askRoute(
  url: string,
  token: string,
  { route, known }: { route: Route; known: Record<string, string> },
) {
  const names = Object.keys(route.params?.properties ?? {});
  const path = fillPath(route.path, Object.fromEntries(names.map((name) => [name, known[name] ?? 'x'])));
  const query = new URLSearchParams(
    Object.keys(route.query?.properties ?? {})
      .filter((name) => ((route.query?.required ?? []) as readonly string[]).includes(name))
      .map((name) => [name, known[name] ?? '1']),
  );
  const type = route.bytes ? 'application/offset+octet-stream' : 'application/json';
  const headers: Record<string, string> = { authorization: `Bearer ${token}` };
  const body = route.bytes ? 'x' : route.body && JSON.stringify(example(route.body, known));
  if (body !== undefined) headers['content-type'] = type;
  if (route.bytes) headers['upload-offset'] = '0';
  const response = await fetch(`${url}${path}${query.size > 0 ? `?${query}` : ''}`, {
    method: route.method,
    headers,
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, text: await response.text() };
}

interface AnySchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly minItems?: number;
  readonly items?: AnySchema;
  readonly anyOf?: readonly AnySchema[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, AnySchema>>;
}

/** The smallest value that a schema takes; known names where a field is called like them. */
function example(schema: AnySchema, known: Record<string, string>, name = ''): unknown {
  const { type } = schema;
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  if (schema.anyOf) return example(schema.anyOf[0] ?? {}, known, name);
  if (type === 'object') {
    const fields = (schema.required ?? []).map((field) => [
      field,
      example(schema.properties?.[field] ?? {}, known, field),
    ]);
    return Object.fromEntries(fields);
  }
  if (type === 'array')
    return Array.from({ length: schema.minItems ?? 0 }, () => example(schema.items ?? {}, known, name));
  if (type === 'integer' || type === 'number') return schema.minimum ?? 1;
  if (type === 'boolean') return false;
  if (type === 'string' && known[name] !== undefined) return known[name];
  if (schema.format === 'date-time') return inNinetyDays();
  if (schema.pattern?.includes('{64}')) return 'ab'.repeat(32);
  return 'x'.repeat(Math.max(1, schema.minLength ?? 1));
}
