import { plainText } from '../sbom-limits.ts';

/** A JSON object of unknown shape. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** The value if it is an object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The objects of a list; none when it is no list. */
export function objectsOf(value: unknown): JsonObject[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}

/** One line of text; undefined when it is no text or empty. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? plainText(value) || undefined : undefined;
}
