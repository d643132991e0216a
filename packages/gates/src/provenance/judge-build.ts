import { matchesAny } from '@fettle/model';
import type { CertificateClaims } from './certificate-claims.ts';
import type { BuildIdentity } from './settings.ts';
import type { GitSource, Provenance } from './statement.ts';
import type { ProvenSigner } from './verify-proof.ts';

/** What a verified statement was compared with. */
export interface BuildQuestion {
  readonly signer: ProvenSigner;
  readonly provenance: Provenance;
  readonly identity: BuildIdentity;
  /** The commit that must have been built, if it is known. */
  readonly commit: string | undefined;
}

/**
 * Compares who signed and what was built with one accepted identity.
 * @returns names of what differs; empty when everything fits
 */
export function differencesFrom(question: BuildQuestion): readonly string[] {
  const { signer, identity } = question;
  const common = commonDifferences(question);
  if (signer.kind === 'certificate' && identity.signer.kind === 'certificate') {
    return [...common, ...certifiedDifferences(question, signer, identity.signer)];
  }
  if (signer.kind === 'key' && identity.signer.kind === 'key') {
    const { key, sources } = identity.signer;
    const built = question.provenance.sources.filter(({ uri }) => sources.includes(uri));
    return [...common, ...(key === signer.key ? [] : ['signing key']), ...sourceDifferences(question, built)];
  }
  return ['kind of signer'];
}

function commonDifferences({ provenance, identity }: BuildQuestion): readonly string[] {
  const { builderId, buildType, parameters } = provenance;
  const unknown = parameters.filter((name) => !identity.parameters.includes(name));
  return [
    ...(matchesAny(identity.builderIds, builderId) ? [] : ['builder id']),
    ...(identity.buildTypes.includes(buildType) ? [] : ['build type']),
    ...unknown.slice(0, 5).map((name) => `unknown external parameter ${name.slice(0, 40)}`),
  ];
}

type Certified = Extract<BuildIdentity['signer'], { kind: 'certificate' }>;

function certifiedDifferences(
  question: BuildQuestion,
  { root, claims }: Extract<ProvenSigner, { kind: 'certificate' }>,
  wanted: Certified,
): readonly string[] {
  const { provenance, identity } = question;
  const { workflow, builderId, sources } = provenance;
  const same = (name: string, found: string | undefined, expected: string | undefined) =>
    found !== undefined && found === expected ? [] : [name];
  const built = sources.filter(({ uri }) => uri === `git+${claims.repository}`);
  return [
    ...same('trusted root', root, wanted.root),
    ...same('token issuer', claims.issuer, wanted.issuer),
    ...same('repository id', claims.repositoryId, wanted.repositoryId),
    ...same('owner id', claims.ownerId, wanted.ownerId),
    ...(wanted.runner === null ? [] : same('runner environment', claims.runner, wanted.runner)),
    // What the certificate says is what the token issuer vouches for; the statement only repeats it.
    ...same('builder id in the certificate', claims.buildSigner, builderId),
    ...(claims.ref !== undefined && matchesAny(identity.refs, claims.ref) ? [] : ['ref']),
    ...(workflow ? same('workflow ref in the statement', workflow.ref, claims.ref) : []),
    ...(workflow ? same('workflow repository in the statement', workflow.repository, claims.repository) : []),
    ...githubDifferences(provenance.github, claims),
    ...sourceDifferences(question, built, claims),
  ];
}

/** What the statement repeats of the certificate may be missing, but it may not differ. */
function githubDifferences(github: Provenance['github'], claims: CertificateClaims): readonly string[] {
  const repeated = [
    ['repository id in the statement', github.repository_id, claims.repositoryId],
    ['owner id in the statement', github.repository_owner_id, claims.ownerId],
    ['runner environment in the statement', github.runner_environment, claims.runner],
  ] as const;
  return repeated.filter(([, said, certified]) => said !== undefined && said !== certified).map(([name]) => name);
}

/** @param built what was built from the accepted repository: all of it has to be the right commit */
function sourceDifferences(
  { identity, commit }: BuildQuestion,
  built: readonly GitSource[],
  claims?: CertificateClaims,
): readonly string[] {
  if (built.length === 0) return ['source repository'];
  const isWrongCommit = (source: GitSource) =>
    (commit !== undefined && source.commit !== commit) || (claims !== undefined && source.commit !== claims.commit);
  const isWrongRef = ({ ref }: GitSource) =>
    claims === undefined ? !matchesAny(identity.refs, ref ?? '') : ref !== undefined && ref !== claims.ref;
  return [...(built.some(isWrongCommit) ? ['commit'] : []), ...(built.some(isWrongRef) ? ['ref of the source'] : [])];
}
