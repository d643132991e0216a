import { FettleError, limits, namePattern, type Publisher, type PublisherProvider } from '@fettle/model';
import { neverEvents, type ProviderRules, providerRules } from './providers.ts';
import { readJwks } from './read-jwks.ts';

export const tokenLife = { leastMs: 60_000, mostMs: 900_000 } as const;
const claimName = /^[A-Za-z_][A-Za-z0-9_.:/-]{0,127}$/;
const claimValue = /^[\x20-\x7e]{1,512}$/;
const eventName = /^[a-z_]{1,64}$/;

/**
 * What would let in more than anybody meant.
 * @returns one sentence each; empty when the publisher can be saved
 */
export function publisherProblems(publisher: Publisher): readonly string[] {
  const { name, issuer, audience, allowEvents, tokenLifeMs, provider } = publisher;
  const rules = providerRules[provider];
  const checks: readonly (readonly [boolean, string])[] = [
    [new RegExp(namePattern).test(name), 'Expected a short lower-case name.'],
    [isIssuer(issuer), 'Expected the issuer as an https URL without query (http on a loopback address only).'],
    [
      (knownProvider(issuer) ?? provider) === provider,
      `The issuer ${issuer.slice(0, 80)} is of ${knownProvider(issuer)}, whose rules on ids, places and events hold: expected that provider, found ${provider}.`,
    ],
    [/^[\x21-\x7e]{1,256}$/.test(audience), 'Expected an audience of our own, at most 256 characters without blanks.'],
    [
      !isOwnerUrl(audience),
      'Expected an audience of our own: GitHub gives the URL of the owner to every token that asks for none.',
    ],
    [
      allowEvents.length <= 16 && allowEvents.every((event) => eventName.test(event)),
      'Expected events as the provider names them.',
    ],
    [
      !allowEvents.some((event) => neverEvents.includes(event)),
      'Pipelines of merge requests cannot be allowed: their claims may name a fork.',
    ],
    [allowEvents.length === 0 || rules.event !== undefined, 'A generic issuer has no events that are known.'],
    [!publisher.requireHosted || rules.hosted !== undefined, 'A generic issuer has no runners that are known.'],
    [
      Number.isSafeInteger(tokenLifeMs) && tokenLifeMs >= tokenLife.leastMs && tokenLifeMs <= tokenLife.mostMs,
      'Expected a token life from 1 to 15 minutes.',
    ],
  ];
  const broken = checks.filter(([holds]) => !holds).map(([, text]) => text);
  return [...broken, ...keyProblems(publisher), ...matchProblems(publisher, rules)];
}

function keyProblems({ keys }: Publisher): readonly string[] {
  if (keys.kind === 'url')
    return isIssuer(keys.url) ? [] : ['Expected the URL of the keys to be https, without query.'];
  if (keys.kind === 'discovery') return [];
  try {
    readJwks(keys.jwks);
    return [];
  } catch (error) {
    if (error instanceof FettleError) return [error.message];
    throw error;
  }
}

function matchProblems({ match, provider }: Publisher, rules: ProviderRules): readonly string[] {
  const entries = Object.entries(match);
  const has = (names: readonly string[]) => names.some((name) => name in match);
  const problems: string[] = [];
  if (entries.length === 0 || entries.length > limits.claimsPerPublisher) {
    problems.push(`Expected 1 to ${limits.claimsPerPublisher} claims to compare.`);
  }
  if (rules.ids.length > 0 && !has(rules.ids)) {
    problems.push(`Expected at least one of ${rules.ids.join(', ')}: names change hands, ids do not.`);
  }
  if (rules.places.length > 0 && !has(rules.places)) {
    problems.push(`Expected at least one of ${rules.places.join(', ')}: else every job of the repository may publish.`);
  }
  if (provider === 'gitlab' && 'ref_protected' in match && match.ref_protected !== 'true') {
    problems.push('Expected ref_protected to be "true".');
  }
  return [...problems, ...entries.flatMap(([name, value]) => claimProblems(name, value, rules))];
}

function claimProblems(name: string, value: string, rules: ProviderRules): readonly string[] {
  if (!claimName.test(name) || !claimValue.test(value)) return ['Expected claims with short printable values.'];
  if (rules.unbindable.includes(name)) {
    return [`The claim ${name} cannot be bound on: it is checked anyway, or it can change hands.`];
  }
  if (rules.ids.includes(name) && !/^[0-9]{1,20}$/.test(value)) return [`Expected ${name} to be a number, exactly.`];
  const star = value.indexOf('*');
  if (star < 0) return [];
  const marker = rules.patterns[name];
  if (marker === undefined) return [`The claim ${name} is compared exactly: it may have no *.`];
  const from = value.indexOf(marker);
  if (value === '*' || from < 0 || star < from + marker.length) {
    const where = marker === '' ? 'beside other text' : `only behind ${marker}`;
    return [`In ${name} a * may stand ${where}.`];
  }
  return [];
}

/** Loopback is for tests and for an issuer on the same machine. */
export function isIssuer(text: string): boolean {
  if (text.length > 512 || !URL.canParse(text)) return false;
  const { protocol, hostname, search, hash, username, password } = new URL(text);
  if (search !== '' || hash !== '' || username !== '' || password !== '' || text.includes('#')) return false;
  const isLoopback = ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
  return protocol === 'https:' || (protocol === 'http:' && isLoopback);
}

/**
 * Whose issuer this is, where its URL says it; a GitLab of one's own has any name.
 * @source GitHub, OpenID Connect: github.com, data residency, Enterprise Server; GitLab, ID token authentication
 */
function knownProvider(issuer: string): PublisherProvider | undefined {
  if (!isIssuer(issuer)) return undefined;
  const { hostname, pathname } = new URL(issuer);
  const isGitHub = hostname.startsWith('token.actions.') || pathname.startsWith('/_services/token');
  if (isGitHub) return 'github';
  return hostname === 'gitlab.com' || hostname.endsWith('.gitlab.com') ? 'gitlab' : undefined;
}

/**
 * Another publisher of the same issuer that knows whose it is: a generic one beside it would go round its rules.
 * @returns one sentence; undefined when they stand together
 */
export function issuerProblem(publisher: Publisher, others: readonly Publisher[]): string | undefined {
  const other = others.find(({ name, issuer, provider }) => {
    const isMixed = (provider === 'generic') !== (publisher.provider === 'generic');
    return isMixed && issuer === publisher.issuer && name !== publisher.name;
  });
  if (!other) return undefined;
  return `The publisher ${other.name} says that this issuer is ${other.provider}: expected the same, found ${publisher.provider}.`;
}

function isOwnerUrl(audience: string): boolean {
  return /^https:\/\/github\.com(\/|$)/i.test(audience);
}
