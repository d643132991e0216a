import { resolve } from 'node:path';
import { FettleError, isZone, type ReadinessAttribute, readinessAttributes } from '@fettle/model';
import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { type BootConfig, bootSchemas, type Config, componentSchema, configSchema } from './config-schema.ts';

/**
 * Reads a configuration. Paths come out absolute, as seen from `folder`, the folder of the file.
 * @throws FettleError `invalid-input` naming the key, what was expected and what was found
 */
export function parseConfig(text: string, folder: string): Config {
  const given = parseJson(text);
  const filled: unknown = Value.Default(configSchema, structuredClone(given));
  // Defaults do not reach into records by themselves.
  if (isRecord(filled) && isRecord(filled.components)) {
    for (const component of Object.values(filled.components)) Value.Default(componentSchema, component);
  }
  check(configSchema, filled, '');
  const base = filled as Static<typeof configSchema>;
  const config: Config = { ...base, boot: parseBoot(base.boot) };
  if (config.claimToken !== null && config.claimTokenFile !== null) {
    throw invalid('claimToken', 'Expected claimToken or claimTokenFile, found both. Remove one.');
  }
  if (config.checkIn.minSeconds > config.checkIn.maxSeconds) {
    throw invalid('checkIn.minSeconds', 'checkIn.minSeconds is above checkIn.maxSeconds.');
  }
  if (config.timeZone !== null && !isZone(config.timeZone)) {
    throw invalid('timeZone', `Expected timeZone to be an IANA zone such as Europe/Berlin, found ${config.timeZone}.`);
  }
  checkAttributes(config.attributes);
  checkTrust(config.trust);
  return withAbsolutePaths(config, folder);
}

/** Every key with its value and whether it came from the file; secrets are masked. */
export function describeConfig(config: Config, text: string): Record<string, { value: unknown; origin: string }> {
  const given = parseJson(text);
  const described: Record<string, { value: unknown; origin: string }> = {};
  const walk = (value: unknown, source: unknown, key: string) => {
    if (isRecord(value) && Object.keys(value).length > 0) {
      for (const [child, inner] of Object.entries(value)) {
        walk(inner, isRecord(source) ? source[child] : undefined, key ? `${key}.${child}` : child);
      }
      return;
    }
    const masked = key === 'claimToken' && value !== null ? '********' : value;
    described[key] = { value: masked, origin: source === undefined ? 'default' : 'file' };
  };
  walk(config, given, '');
  return described;
}

/** Plain keys beside roots would be a way around them. */
function checkTrust({ roots, pinOnFirstUse, keyFiles, threshold, timeFloor }: Config['trust']): void {
  const byRoots = roots !== null || pinOnFirstUse;
  if (!byRoots && keyFiles.length === 0) {
    throw invalid('trust', 'Expected trust.roots (or, without two repositories, trust.keyFiles), found neither.');
  }
  if (roots !== null && pinOnFirstUse) {
    throw invalid('trust.pinOnFirstUse', 'Expected trust.roots or trust.pinOnFirstUse. Remove trust.pinOnFirstUse.');
  }
  if (byRoots && (keyFiles.length > 0 || threshold !== 1)) {
    const key = keyFiles.length > 0 ? 'trust.keyFiles' : 'trust.threshold';
    throw invalid(key, `Found ${key} beside roots, whose metadata says who signs. Remove ${key}.`);
  }
  if (!byRoots && timeFloor !== null) {
    throw invalid('trust.timeFloor', 'trust.timeFloor means nothing without trust.roots. Remove trust.timeFloor.');
  }
  if (timeFloor !== null && Number.isNaN(Date.parse(timeFloor))) {
    throw invalid('trust.timeFloor', `Expected trust.timeFloor as 2026-06-01T00:00:00Z, found ${timeFloor}.`);
  }
  if (!byRoots && threshold > keyFiles.length) {
    throw invalid('trust.threshold', 'trust.threshold asks for more keys than trust.keyFiles names.');
  }
}

/** A well-known name with a value of another type would be told and never heed. */
function checkAttributes(attributes: Config['attributes']): void {
  for (const [name, value] of Object.entries(attributes)) {
    const known = Object.hasOwn(readinessAttributes, name)
      ? readinessAttributes[name as ReadinessAttribute]
      : undefined;
    if (known && typeof value !== known.type) {
      throw invalid(`attributes.${name}`, `Expected attributes.${name} to be a ${known.type}, found ${show(value)}.`);
    }
  }
}

function parseBoot(value: unknown): BootConfig {
  const driver = isRecord(value) ? value.driver : undefined;
  if (driver !== 'uboot' && driver !== 'plain-file') {
    throw invalid('boot.driver', `Expected boot.driver to be "uboot" or "plain-file", found ${show(driver)}.`);
  }
  const schema = bootSchemas[driver];
  const filled: unknown = Value.Default(schema, structuredClone(value));
  check(schema, filled, '/boot');
  return filled as BootConfig;
}

function check(schema: TSchema, value: unknown, prefix: string): void {
  const errors = Value.Errors(schema, value);
  // The list of unknown keys names them better than the "false" schema that each of them meets.
  const first = errors.find((error) => error.keyword === 'additionalProperties') ?? errors[0];
  if (!first) return;
  const at = `${prefix}${first.instancePath}`.slice(1).replaceAll('/', '.');
  if (first.keyword === 'additionalProperties') {
    const keys = (first.params as { additionalProperties: readonly string[] }).additionalProperties;
    const full = keys.map((key) => (at ? `${at}.${key}` : key)).join(', ');
    throw invalid(full, `Unknown key ${full}. See docs/agent.md for the keys there are.`);
  }
  throw invalid(at, `${at || 'The configuration'} ${first.message}.`);
}

function withAbsolutePaths(config: Config, folder: string): Config {
  const at = (file: string) => resolve(folder, file);
  const components = Object.fromEntries(
    Object.entries(config.components).map(([component, entry]) => [
      component,
      {
        ...entry,
        slots: { a: at(entry.slots.a), b: at(entry.slots.b) },
        nativeKeyFiles: entry.nativeKeyFiles.map(at),
      },
    ]),
  );
  return {
    ...config,
    caFile: config.caFile === null ? null : at(config.caFile),
    claimTokenFile: config.claimTokenFile === null ? null : at(config.claimTokenFile),
    readiness: {
      ...config.readiness,
      consentFile: config.readiness.consentFile === null ? null : at(config.readiness.consentFile),
    },
    stateDir: at(config.stateDir),
    keyFile: at(config.keyFile),
    trust: {
      ...config.trust,
      roots: config.trust.roots && { image: at(config.trust.roots.image), director: at(config.trust.roots.director) },
      keyFiles: config.trust.keyFiles.map(at),
    },
    components,
    boot:
      config.boot.driver === 'uboot'
        ? { ...config.boot, configFile: at(config.boot.configFile) }
        : { ...config.boot, file: at(config.boot.file) },
    bootedSlot: { ...config.bootedSlot, file: at(config.bootedSlot.file) },
    bootId: { file: at(config.bootId.file) },
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalid('', `The configuration is not JSON: ${(error as Error).message}.`);
  }
}

function invalid(key: string, message: string): FettleError {
  return new FettleError('invalid-input', message, { details: { key } });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function show(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
}
