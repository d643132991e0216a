import type { IssuerKeys, JsonWebKeySet, KeyQuestion } from '@fettle/control';
import { FettleError, type Instant } from '@fettle/model';

export interface IssuerKeysOptions {
  readonly now: () => Instant;
  readonly fetchJwks: (question: Pick<KeyQuestion, 'issuer' | 'keys'>) => Promise<JsonWebKeySet>;
  /** Told of every time an issuer did not answer. */
  readonly onFailure?: (issuer: string, error: unknown) => void;
}

/** A key that an issuer has taken away is gone here after this time at the latest, while the issuer answers. */
const freshMs = 600_000;
/** Keys of an issuer that does not answer serve no longer than this. */
const staleMs = 24 * 3_600_000;
/** Somebody who makes up key ids has the issuer asked this often at most. */
const leastWaitMs = 30_000;
const mostWaitMs = 600_000;
const mostIssuers = 1_000;

interface Known {
  jwks: JsonWebKeySet | undefined;
  fetchedAt: Instant;
  /** Not before this is the issuer asked again. */
  askAgainAt: Instant;
  failures: number;
  asking: Promise<void> | undefined;
}

/** Keys of issuers, asked for when they are needed: again for an unknown key id, and with growing pauses after failures. */
export function createIssuerKeys(options: IssuerKeysOptions): IssuerKeys {
  const issuers = new Map<string, Known>();
  return {
    async jwksOf(question) {
      const { now } = options;
      const name = JSON.stringify([question.issuer, question.keys]);
      const known = issuers.get(name) ?? {
        jwks: undefined,
        fetchedAt: 0,
        askAgainAt: 0,
        failures: 0,
        asking: undefined,
      };
      if (issuers.size >= mostIssuers && !issuers.has(name)) issuers.clear();
      issuers.set(name, known);
      if (needsAsking(known, question.kid, now()) && known.askAgainAt <= now()) {
        known.asking ??= ask(known, question, options).finally(() => {
          known.asking = undefined;
        });
      }
      // One that waits for a key that is on its way waits with the others.
      if (known.asking && needsAsking(known, question.kid, now())) await known.asking;
      // What was known before serves on when the issuer is away: for the keys that it has.
      if (known.jwks && has(known.jwks, question.kid) && now() - known.fetchedAt < staleMs) return known.jwks;
      if (known.jwks && known.failures === 0) return known.jwks;
      const message = `The keys of ${question.issuer} cannot be had at the moment. Try again.`;
      throw new FettleError('overloaded', message, { details: { retryAfterSeconds: 30 } });
    },
  };
}

function needsAsking({ jwks, fetchedAt }: Known, kid: string | undefined, now: Instant): boolean {
  return !jwks || !has(jwks, kid) || now - fetchedAt >= freshMs;
}

async function ask(
  known: Known,
  question: KeyQuestion,
  { fetchJwks, now, onFailure }: IssuerKeysOptions,
): Promise<void> {
  try {
    known.jwks = await fetchJwks(question);
    known.fetchedAt = now();
    known.failures = 0;
    known.askAgainAt = now() + leastWaitMs;
  } catch (error) {
    known.failures++;
    known.askAgainAt = now() + Math.min(mostWaitMs, leastWaitMs * 2 ** Math.min(known.failures - 1, 10));
    onFailure?.(question.issuer, error);
  }
}

/** A token without a key id can be of any key. */
function has({ keys }: JsonWebKeySet, kid: string | undefined): boolean {
  return kid === undefined ? keys.length > 0 : keys.some((key) => key.kid === kid);
}
