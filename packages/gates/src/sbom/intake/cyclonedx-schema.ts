import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { linearUniqueItems } from './unique-items.ts';

export const cyclonedxVersions = ['1.4', '1.5', '1.6', '1.7'] as const;
export type CyclonedxVersion = (typeof cyclonedxVersions)[number];

const library = '@cyclonedx/cyclonedx-library/package.json';
const helpers = ['spdx', 'cryptography-defs', 'jsf-0.82'];
const compiled = new Map<CyclonedxVersion, Promise<ValidateFunction>>();

/**
 * The official schema of a version, compiled once. The schemas are the ones inside the CycloneDX library, whose own
 * validator judges this one in tests; it takes quadratic time for lists whose items have to be unique (20,000
 * components: a minute), which is why it is not used on what comes from outside.
 */
export function cyclonedxSchema(version: CyclonedxVersion): Promise<ValidateFunction> {
  const known = compiled.get(version) ?? compile(version);
  compiled.set(version, known);
  return known;
}

async function compile(version: CyclonedxVersion): Promise<ValidateFunction> {
  const ajv = new Ajv({ strict: false, addUsedSchema: false });
  addFormats.default(ajv);
  ajv.addFormat('iri-reference', true);
  // A full parser of addresses takes a time that senders choose.
  ajv.addFormat('idn-email', (text) => text.length <= 320 && text.indexOf('@') > 0 && !text.endsWith('@'));
  ajv.removeKeyword('uniqueItems').addKeyword(linearUniqueItems);
  for (const name of helpers)
    ajv.addSchema(await readSchema(name), `http://cyclonedx.org/schema/${name}.SNAPSHOT.schema.json`);
  return ajv.compile(await readSchema(`bom-${version}`));
}

async function readSchema(name: string): Promise<object> {
  const url = new URL(`res/schema/${name}.SNAPSHOT.schema.json`, import.meta.resolve(library));
  const file: { default: object } = await import(url.href, { with: { type: 'json' } });
  return file.default;
}
