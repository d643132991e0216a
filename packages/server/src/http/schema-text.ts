/** A JSON Schema as short text for people, in the manner of TypeScript: `{ id: string /pattern/, limit?: 1…500 }`. */
export function schemaText(schema: unknown, indent = ''): string {
  if (typeof schema !== 'object' || schema === null) return 'anything';
  const s = schema as Readonly<Record<string, unknown>>;
  if (Array.isArray(s.enum)) return s.enum.map((value) => JSON.stringify(value)).join(' | ');
  if (s.const !== undefined) return JSON.stringify(s.const);
  const union = s.anyOf ?? s.oneOf;
  if (Array.isArray(union)) return union.map((one) => schemaText(one, indent)).join(' | ');
  switch (s.type) {
    case 'object':
      return objectText(s, indent);
    case 'array':
      return listText(s, indent);
    case 'integer':
    case 'number':
      return numberText(s);
    case 'string':
      return stringText(s);
    default:
      return typeof s.type === 'string' ? s.type : 'anything';
  }
}

type Schema = Readonly<Record<string, unknown>>;

function objectText(s: Schema, indent: string): string {
  const properties = Object.entries((s.properties ?? {}) as Schema);
  const required = new Set((s.required as string[] | undefined) ?? []);
  const inner = `${indent}  `;
  const lines = properties.map(([key, value]) => {
    const note = (value as { description?: string }).description;
    const comment = note ? `  // ${note}` : '';
    return `${inner}${key}${required.has(key) ? '' : '?'}: ${schemaText(value, inner)}${comment}`;
  });
  for (const [pattern, value] of Object.entries((s.patternProperties ?? {}) as Schema)) {
    lines.push(`${inner}[${pattern}]: ${schemaText(value, inner)}`);
  }
  return lines.length === 0 ? '{}' : `{\n${lines.join('\n')}\n${indent}}`;
}

function listText(s: Schema, indent: string): string {
  const size = s.minItems !== undefined || s.maxItems !== undefined ? ` × ${s.minItems ?? 0}…${s.maxItems ?? ''}` : '';
  const item = schemaText(s.items, indent);
  return `${item.includes(' | ') ? `(${item})` : item}[]${size}`;
}

function numberText(s: Schema): string {
  const word = s.type === 'integer' ? 'integer' : 'number';
  if (s.minimum === undefined && s.maximum === undefined) return word;
  const most = s.maximum === Number.MAX_SAFE_INTEGER ? '' : (s.maximum ?? '');
  return `${word} ${s.minimum ?? ''}…${most}`;
}

function stringText(s: Schema): string {
  if (typeof s.pattern === 'string') return `string /${s.pattern}/`;
  if (typeof s.format === 'string') return s.format;
  return s.maxLength === undefined ? 'string' : `string ≤ ${s.maxLength}`;
}
