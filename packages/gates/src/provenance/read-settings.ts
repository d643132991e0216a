import type { ProvenanceSettings } from './settings.ts';
import { provenanceProblems } from './settings-problems.ts';

/** A fleet that says nothing accepts nothing: its gate is inconclusive, as nobody could tell a right build from a wrong. */
export const noProvenance: ProvenanceSettings = { roots: [], keys: [], identities: [], quorum: 1 };

/** The settings of a policy file: what is left out names nothing. */
export function provenanceSettings(given: Readonly<Record<string, unknown>>): ProvenanceSettings {
  return { ...noProvenance, ...(given as Partial<ProvenanceSettings>) };
}

type Check = (value: unknown) => boolean;
const isText: Check = (value) => typeof value === 'string' && value.length > 0;
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const listOf = (fields: Readonly<Record<string, Check>>): Check => {
  return (value) => Array.isArray(value) && value.every((one) => fits(one, fields));
};

const signerFields: Readonly<Record<string, Readonly<Record<string, Check>>>> = {
  certificate: {
    root: isText,
    issuer: isText,
    repositoryId: isText,
    ownerId: isText,
    runner: (value) => value === null || isText(value),
  },
  key: { key: isText, sources: isTexts },
};

const shapes: Readonly<Record<string, { readonly fits: Check; readonly expected: string }>> = {
  roots: {
    fits: listOf({
      name: isText,
      trustedRoot: isText,
      publishedAt: (value) => value === null || typeof value === 'number',
      time: (value) => value === 'log' || value === 'timestamp',
    }),
    expected: 'a list of {name, trustedRoot, publishedAt, time}',
  },
  keys: { fits: listOf({ name: isText, publicKeyPem: isText }), expected: 'a list of {name, publicKeyPem}' },
  identities: {
    fits: listOf({
      name: isText,
      builder: isText,
      signer: isSigner,
      builderIds: isTexts,
      refs: isTexts,
      buildTypes: isTexts,
      parameters: isTexts,
    }),
    expected: 'a list of {name, builder, signer, builderIds, refs, buildTypes, parameters}',
  },
  quorum: { fits: (value) => Number.isInteger(value), expected: 'a whole number' },
};

/** @returns what is wrong with settings of a policy file, in one sentence; undefined when they can be used */
export function provenanceSettingsProblem(given: Readonly<Record<string, unknown>>): string | undefined {
  for (const [name, value] of Object.entries(given)) {
    const shape = Object.hasOwn(shapes, name) ? shapes[name] : undefined;
    if (!shape) {
      return `there is no setting ${name.slice(0, 40)} of provenance; there are ${Object.keys(shapes).join(', ')}`;
    }
    if (!shape.fits(value)) return `provenance.${name} is ${shape.expected}`;
  }
  return provenanceProblems(provenanceSettings(given))[0];
}

function isSigner(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { kind, ...rest } = value;
  const fields = typeof kind === 'string' && Object.hasOwn(signerFields, kind) ? signerFields[kind] : undefined;
  return fields !== undefined && fits(rest, fields);
}

function fits(value: unknown, fields: Readonly<Record<string, Check>>): boolean {
  if (!isObject(value)) return false;
  const names = Object.keys(value);
  return (
    names.every((name) => Object.hasOwn(fields, name)) &&
    Object.entries(fields).every(([name, check]) => check(value[name]))
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
