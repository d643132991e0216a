import { type AttributeValue, readinessAttributes } from '@fettle/model';

export type NameKind = 'attribute' | 'tag';
export type NameType = 'string' | 'number' | 'boolean';

/** A name that a device of the fleet has used once; one that was used with several types stands here several times. */
export interface KnownName {
  readonly kind: NameKind;
  readonly name: string;
  readonly type: NameType;
}

/** Which attributes and tags a fleet has, and of what type. */
export interface Schema {
  /** @returns undefined when no device has ever had it, `any` when devices do not agree */
  typeOf(kind: NameKind, name: string): NameType | 'any' | undefined;
  /** Names of the kind in order, for a person who mistyped one. */
  names(kind: NameKind): readonly string[];
}

/**
 * The names that have a meaning of their own, and what the devices of a fleet have said so far.
 * @param isComplete false when not every name was kept: then an unknown name may exist and has any type
 */
export function makeSchema(known: readonly KnownName[], isComplete = true): Schema {
  const types = new Map<string, NameType | 'any'>();
  const add = (kind: NameKind, name: string, type: NameType): void => {
    const key = `${kind} ${name}`;
    const found = types.get(key);
    types.set(key, found === undefined || found === type ? type : 'any');
  };
  for (const { kind, name, type } of known) add(kind, name, type);
  for (const [name, { type }] of Object.entries(readinessAttributes)) add('attribute', name, type);
  for (const name of ['site', 'time-zone', 'pair']) add('tag', name, 'string');
  return {
    typeOf: (kind, name) => types.get(`${kind} ${name}`) ?? (isComplete ? undefined : 'any'),
    names: (kind) =>
      [...types.keys()].flatMap((key) => (key.startsWith(`${kind} `) ? [key.slice(kind.length + 1)] : [])).sort(),
  };
}

/** The type of what a device said. */
export function nameTypeOf(value: AttributeValue): NameType {
  return typeof value as NameType;
}
