import { type BuildIdentity, type ProvenanceSettings, provenanceLimits } from './settings.ts';

/**
 * What of the settings would accept more than anybody meant, or nothing at all.
 * @returns one sentence each; empty when they can be used
 */
export function provenanceProblems(settings: ProvenanceSettings): readonly string[] {
  const { roots, keys, identities, quorum } = settings;
  const builders = new Set(identities.map(({ builder }) => builder)).size;
  const rules: readonly (readonly [boolean, string])[] = [
    [identities.length > 0, 'No build identity is accepted.'],
    [Number.isInteger(quorum) && quorum >= 1, 'The quorum has to be a whole number, 1 or more.'],
    [quorum <= builders, `The quorum is ${quorum}, but there are identities of ${builders} builders only.`],
    [roots.length <= provenanceLimits.roots, `There are more than ${provenanceLimits.roots} trusted roots.`],
    [keys.length <= provenanceLimits.keys, `There are more than ${provenanceLimits.keys} builder keys.`],
    [
      identities.length <= provenanceLimits.identities,
      `There are more than ${provenanceLimits.identities} identities.`,
    ],
    [isUnique(roots), 'Two trusted roots have one name.'],
    [isUnique(keys), 'Two builder keys have one name.'],
    [isUnique(identities), 'Two identities have one name.'],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, text]) => text);
  return [...broken, ...identities.flatMap((identity) => identityProblems(identity, settings))];
}

function identityProblems(identity: BuildIdentity, { roots, keys }: ProvenanceSettings): readonly string[] {
  const { name, signer, builderIds, refs, buildTypes } = identity;
  const isKnown =
    signer.kind === 'key'
      ? keys.some((key) => key.name === signer.key)
      : roots.some((root) => root.name === signer.root);
  const isBound =
    signer.kind === 'key'
      ? signer.sources.length > 0
      : /^[0-9]{1,20}$/.test(signer.repositoryId) && /^[0-9]{1,20}$/.test(signer.ownerId) && signer.issuer !== '';
  const lacking =
    signer.kind === 'key' ? 'at least one source repository' : 'issuer, repository id and owner id (digits)';
  const rules: readonly (readonly [boolean, string])[] = [
    [isKnown, `names the ${signer.kind === 'key' ? 'key' : 'root'} of its signer, which is not there`],
    [isBound, `needs ${lacking}`],
    [builderIds.length > 0 && builderIds.every(isNarrow), 'needs builder ids, where only what follows @ may have a *'],
    [refs.length > 0, 'needs the refs that may be built (* for any)'],
    [buildTypes.length > 0, 'needs at least one build type'],
  ];
  return rules.filter(([holds]) => !holds).map(([, text]) => `The identity ${name} ${text}.`);
}

/** A `*` in the name of a repository or a workflow would let in whoever can make one. */
function isNarrow(pattern: string): boolean {
  const star = pattern.indexOf('*');
  const at = pattern.indexOf('@');
  return pattern !== '' && (star < 0 || (at > 0 && at < star));
}

function isUnique(named: readonly { readonly name: string }[]): boolean {
  return new Set(named.map(({ name }) => name)).size === named.length;
}
