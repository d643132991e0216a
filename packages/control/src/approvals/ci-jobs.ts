import { actorOfPerson, type Person } from '@fettle/model';
import type { Reads } from '../ports.ts';
import { type Act, eventsOf } from './makers.ts';

/** How long before an act of a job its token was issued at most. */
const longestJobMs = 15 * 60_000;

/** Who started the jobs of CI that some acts may be of. */
export interface Starters {
  /** Those whose account somebody here has, as acts of that person. */
  readonly known: readonly Act[];
  /** Accounts that nobody here has, `ISSUER#ID`; undefined where it is not told any more which job it was. */
  readonly unknown: readonly (string | undefined)[];
}

/**
 * Who started what acted as publishers. Claims of issuers that name nobody say nothing: such a job is of those alone who
 * trusted its publisher.
 */
export async function startersOf(
  reads: Pick<Reads, 'auditEvents' | 'people'>,
  acts: readonly Act[],
): Promise<Starters> {
  const known: Act[] = [];
  const unknown: (string | undefined)[] = [];
  for (const { actor, at } of acts) {
    if (!actor.startsWith('publisher:')) continue;
    const people = await reads.people();
    const jobs = await jobsOf(reads, actor.slice('publisher:'.length), at);
    if (jobs.length === 0) unknown.push(undefined);
    for (const job of jobs) {
      const account = accountOf(job.claims);
      if (account === null) continue;
      const owners = people.filter(({ accounts }) => account !== undefined && accounts.includes(account));
      known.push(...owners.map(({ id }) => ({ actor: actorOfPerson(id), at: job.at })));
      if (owners.length === 0) unknown.push(account);
    }
  }
  return { known, unknown };
}

/** Whether it was said who somebody is at the issuer of an account: then they are not the one whose account it is. */
export function isSaidToBeOther({ accounts }: Pick<Person, 'accounts'>, account: string | undefined): boolean {
  if (account === undefined) return accounts.length > 0;
  const issuer = account.slice(0, account.lastIndexOf('#') + 1);
  return accounts.some((one) => one.startsWith(issuer));
}

async function jobsOf(reads: Pick<Reads, 'auditEvents'>, publisher: string, at: number) {
  const jobs: { readonly at: number; readonly claims: string }[] = [];
  const about = { object: `publisher/${publisher}`, verbs: ['publisher.token-issued'] } as const;
  for await (const event of eventsOf(reads, about)) {
    if (event.at < at - longestJobMs) break;
    if (event.at <= at) jobs.push({ at: event.at, claims: event.reason });
  }
  return jobs;
}

/**
 * Who started the job, as the claims of its token say: GitHub's `actor_id`, GitLab's `user_id`.
 * @returns null where they name nobody, undefined where they cannot be read any more
 */
function accountOf(claims: string): string | null | undefined {
  try {
    const { iss, actor_id: actor, user_id: user } = JSON.parse(claims) as Readonly<Record<string, unknown>>;
    const id = actor ?? user;
    return id === undefined || id === null ? null : `${String(iss)}#${String(id)}`;
  } catch {
    return undefined;
  }
}
