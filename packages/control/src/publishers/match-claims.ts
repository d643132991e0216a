import { matchesPattern, type Publisher } from '@fettle/model';
import { neverEvents, providerRules } from './providers.ts';

/** What an ID token says, after its signature, issuer and times were checked. */
export type Claims = Readonly<Record<string, unknown>>;

/** @returns names of claims that do not fit the publisher; empty when the job may publish */
export function unfittingClaims(publisher: Publisher, claims: Claims): readonly string[] {
  const { event, usualEvents, hosted } = providerRules[publisher.provider];
  const unfit = Object.entries(publisher.match)
    .filter(([name, wanted]) => {
      const said = textOf(claims[name]);
      return said === undefined || !matchesPattern(wanted, said);
    })
    .map(([name]) => name);
  if (event !== undefined) {
    const said = textOf(claims[event]);
    const isAllowed = said !== undefined && (usualEvents.includes(said) || publisher.allowEvents.includes(said));
    if (!isAllowed || neverEvents.includes(said)) unfit.push(event);
  }
  if (publisher.requireHosted && claims.runner_environment !== hosted) unfit.push('runner_environment');
  // jose takes a list of audiences that contains ours: a token that is good elsewhere too may have been taken there.
  if (!isOnlyAudience(claims.aud, publisher.audience)) unfit.push('aud');
  return unfit;
}

function isOnlyAudience(found: unknown, wanted: string): boolean {
  return found === wanted || (Array.isArray(found) && found.length === 1 && found[0] === wanted);
}

/** Providers write ids as text; an issuer of another kind may write them as numbers. */
function textOf(value: unknown): string | undefined {
  if (typeof value === 'string') return value;
  return Number.isSafeInteger(value) || typeof value === 'boolean' ? String(value) : undefined;
}
