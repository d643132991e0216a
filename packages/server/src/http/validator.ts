import { FettleError } from '@fettle/model';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';

/**
 * Checks requests by the schemas of `@fettle/api`. Bodies are taken as they are; text from paths and queries becomes
 * a number where the schema wants one. Unknown fields are refused, and named.
 */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  const validator = Compile(schema);
  const numbers = httpPart === 'querystring' ? numericFields(schema) : [];
  const part = httpPart === 'querystring' ? 'query' : httpPart === 'params' ? 'path' : 'body';
  return (given: unknown) => {
    const value = numbers.length > 0 ? withNumbers(given, numbers) : given;
    if (validator.Check(value)) return { value };
    return { error: explain(validator.Errors(value), part) };
  };
};

interface Finding {
  readonly keyword: string;
  readonly schemaPath: string;
  readonly instancePath: string;
  readonly message?: string;
  readonly params?: object;
}

function explain(findings: readonly Finding[], part: string): FettleError {
  // What is wrong inside one branch of a union says less than what is wrong with the whole.
  const first = findings.find((f) => f.keyword !== 'boolean' && !f.schemaPath.includes('/anyOf/')) ?? findings[0];
  const strange =
    first?.params && 'additionalProperties' in first.params ? first.params.additionalProperties : undefined;
  const field = `${part}${first?.instancePath ?? ''}`.slice(0, 200);
  if (Array.isArray(strange) && strange.length > 0) {
    const name = String(strange[0]).slice(0, 80);
    return new FettleError('invalid-input', `Unknown field "${name}" in ${field}. Remove it.`, {
      details: { field: `${field}/${name}` },
    });
  }
  return new FettleError('invalid-input', `${field} ${first?.message ?? 'does not fit the schema'}.`, {
    details: { field },
  });
}

function numericFields(schema: TSchema): readonly string[] {
  const properties = ('properties' in schema ? schema.properties : {}) as Record<string, { type?: string }>;
  return Object.keys(properties).filter((key) => ['integer', 'number'].includes(properties[key]?.type ?? ''));
}

function withNumbers(given: unknown, fields: readonly string[]): unknown {
  const value = { ...(given as Record<string, unknown>) };
  for (const field of fields) {
    const text = value[field];
    if (typeof text === 'string' && /^-?\d{1,15}$/.test(text)) value[field] = Number(text);
  }
  return value;
}
