import { actorOfPerson, FettleError, type Instant, type Person, type Release } from '@fettle/model';
import type { Reads } from '../ports.ts';

/** How far a token that made a token that … is followed back. */
const mostSteps = 8;
/** How long before an act of a job its token was issued at most. */
const longestJobMs = 15 * 60_000;

type Looks = Pick<Reads, 'auditEvents' | 'operatorTokens' | 'releaseCheck'>;

/**
 * Nobody approves a release of their own: not one that they published, nor one whose check they asked for, with their
 * login, with a token that they made, or through a job of CI that they started.
 * @throws FettleError `forbidden`
 */
export async function demandFourEyes(reads: Looks, person: Person, release: Release): Promise<void> {
  const check = release.clearance && (await reads.releaseCheck(release.clearance.check));
  const events = await reads.auditEvents({ object: `release/${release.id}`, limit: 20, oldestFirst: true });
  const published = events.items.find(({ verb }) => verb === 'release.published');
  const acts = [
    ...(published ? [{ what: 'published it', actor: published.actor, at: published.at }] : []),
    ...(check ? [{ what: 'had it checked', actor: check.requestedBy, at: check.createdAt }] : []),
  ];
  for (const { what, ...act } of acts) {
    if (!(await isBehind(reads, person, act, mostSteps))) continue;
    const message = `Release ${release.version} is approved by others than ${person.name}, who ${what} (${act.actor}).`;
    throw new FettleError('forbidden', message);
  }
}

interface Act {
  readonly actor: string;
  readonly at: Instant;
}

async function isBehind(reads: Looks, person: Person, { actor, at }: Act, steps: number): Promise<boolean> {
  if (actor === actorOfPerson(person.id)) return true;
  const [kind, name = ''] = [actor.split(':', 1)[0], actor.slice(actor.indexOf(':') + 1)];
  if (kind === 'publisher') return startedJob(reads, person, { publisher: name, at });
  if (kind !== 'operator' || steps === 0) return false;
  for (const token of await reads.operatorTokens()) {
    if (token.name !== name || token.createdAt > at) continue;
    const made = await reads.auditEvents({ object: `token/${token.id}`, limit: 5, oldestFirst: true });
    const maker = made.items.find(({ verb }) => verb === 'token.created');
    if (maker && (await isBehind(reads, person, { actor: maker.actor, at: maker.at }, steps - 1))) return true;
  }
  return false;
}

/** Whether an account of the person started a job that may have acted then. */
async function startedJob(
  reads: Looks,
  { accounts }: Person,
  { publisher, at }: { readonly publisher: string; readonly at: Instant },
): Promise<boolean> {
  if (accounts.length === 0) return false;
  let after: string | undefined;
  for (;;) {
    const page = await reads.auditEvents({ object: `publisher/${publisher}`, limit: 100, after });
    for (const event of page.items) {
      if (event.at < at - longestJobMs) return false;
      if (event.verb !== 'publisher.token-issued' || event.at > at) continue;
      if (accounts.includes(accountOf(event.reason))) return true;
    }
    if (page.next === null) return false;
    after = page.next;
  }
}

/** Who started the job, as the claims of its token say: GitHub's `actor_id`, GitLab's `user_id`. */
function accountOf(claims: string): string {
  try {
    const { iss, actor_id: actor, user_id: user } = JSON.parse(claims) as Readonly<Record<string, unknown>>;
    return `${String(iss)}#${String(actor ?? user)}`;
  } catch {
    return '';
  }
}
