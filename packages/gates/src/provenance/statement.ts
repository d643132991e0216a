import { statementType } from '@fettle/trust';
import { provenanceLimits, slsaPredicateType } from './settings.ts';

/** What a SLSA v1 provenance statement says, as far as a policy compares it. */
export interface Provenance {
  /** SHA-256 of every subject, hex. */
  readonly subjects: readonly string[];
  readonly buildType: string;
  readonly builderId: string;
  readonly parameters: readonly string[];
  /** `externalParameters.workflow`, as GitHub writes it. */
  readonly workflow: { readonly ref: string; readonly repository: string; readonly path: string } | undefined;
  /** `internalParameters.github`, texts only. */
  readonly github: Readonly<Record<string, string>>;
  /** Git repositories among the resolved dependencies. */
  readonly sources: readonly GitSource[];
  readonly invocation: string | undefined;
}
export interface GitSource {
  /** `git+https://host/owner/name`, without the ref. */
  readonly uri: string;
  readonly ref: string | undefined;
  readonly commit: string;
}

/**
 * Reads a statement whose signature was verified; fields that are not compared are ignored.
 * @returns what is wrong with it as a text
 * @source in-toto Statement v1; SLSA v1.0, Provenance
 */
export function readProvenance(payload: Uint8Array): Provenance | string {
  const statement = parse(payload);
  if (!statement) return 'the payload is not a JSON object';
  if (statement._type !== statementType) return `its _type is not ${statementType}`;
  if (statement.predicateType !== slsaPredicateType) return `its predicateType is not ${slsaPredicateType}`;
  const subjects = subjectsOf(statement.subject);
  if (typeof subjects === 'string') return subjects;
  const predicate = objectOf(statement.predicate);
  const definition = objectOf(predicate?.buildDefinition);
  const external = objectOf(definition?.externalParameters);
  const details = objectOf(predicate?.runDetails);
  const buildType = textOf(definition?.buildType);
  const builderId = textOf(objectOf(details?.builder)?.id);
  if (!external || buildType === undefined || builderId === undefined) {
    return 'buildType, externalParameters or builder.id is missing';
  }
  const sources = sourcesOf(definition?.resolvedDependencies);
  if (typeof sources === 'string') return sources;
  const parameters = Object.keys(external);
  const workflow = workflowOf(external.workflow);
  if (workflow === undefined && parameters.includes('workflow')) return 'externalParameters.workflow is malformed';
  return {
    ...{ subjects, buildType, builderId, parameters, workflow, sources },
    github: textsOf(objectOf(objectOf(definition?.internalParameters)?.github)),
    invocation: textOf(objectOf(details?.metadata)?.invocationId),
  };
}

function parse(payload: Uint8Array): Json | undefined {
  try {
    return objectOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload)));
  } catch {
    return undefined;
  }
}

function subjectsOf(value: unknown): readonly string[] | string {
  if (!Array.isArray(value) || value.length === 0) return 'it has no subject';
  if (value.length > provenanceLimits.subjects) return `it has more than ${provenanceLimits.subjects} subjects`;
  const digests = value.map((subject) => textOf(objectOf(objectOf(subject)?.digest)?.sha256)?.toLowerCase());
  return digests.filter((digest) => digest !== undefined);
}

function sourcesOf(value: unknown): readonly GitSource[] | string {
  if (value === undefined) return [];
  if (!Array.isArray(value) || value.length > provenanceLimits.dependencies) {
    return 'resolvedDependencies is no list of a sane length';
  }
  return value.flatMap((entry): GitSource[] => {
    const dependency = objectOf(entry);
    const uri = textOf(dependency?.uri);
    const digest = objectOf(dependency?.digest);
    const commit = textOf(digest?.gitCommit) ?? textOf(digest?.sha1);
    if (!uri?.startsWith('git+') || commit === undefined) return [];
    // A user name may have an @ as well: the ref is behind the last one after the path began.
    const path = uri.indexOf('/', uri.indexOf('://') + 3);
    const at = path < 0 ? -1 : uri.lastIndexOf('@');
    if (at <= path) return [{ uri, ref: undefined, commit }];
    return [{ uri: uri.slice(0, at), ref: uri.slice(at + 1), commit }];
  });
}

function workflowOf(value: unknown): Provenance['workflow'] {
  const { ref, repository, path } = textsOf(objectOf(value));
  return ref === undefined || repository === undefined || path === undefined ? undefined : { ref, repository, path };
}

type Json = Readonly<Record<string, unknown>>;

function objectOf(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value.length <= provenanceLimits.textCharacters ? value : undefined;
}

function textsOf(value: Json | undefined): Readonly<Record<string, string>> {
  const texts = Object.entries(value ?? {}).flatMap(([name, entry]) => {
    const text = textOf(entry);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
