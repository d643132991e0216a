import { type AuditEvent, actorOfPerson, FettleError, type Instant, type PersonId, personOfActor } from '@fettle/model';
import { erasedValues } from '@fettle/trust';
import type { AuditQuery, Reads } from '../ports.ts';

/** Something that was done. */
export interface Act {
  readonly actor: string;
  readonly at: Instant;
}

export type MakerLooks = Pick<Reads, 'auditEvents' | 'operatorTokens'>;

/** Who made somebody an approver, by hand or by another account of theirs. */
export interface Approver {
  readonly person: PersonId;
  readonly role: string;
  readonly now: Instant;
}

/** More actors than this behind one act are not looked through: nothing is approved on what was not seen. */
const mostActors = 500;

/**
 * Everybody who did some acts or lent the credential for them: makers of tokens, whoever saved a publisher.
 * @returns actors; the first token of an installation is nobody's and is not among them
 */
export function doersOf(reads: MakerLooks, acts: readonly Act[]): Promise<ReadonlySet<string>> {
  return follow(acts, (act) => credentialMakers(reads, act));
}

/**
 * The same, and besides whoever could have acted as one of those people: who chose the password of their account last,
 * who made the account of that one, and so on.
 * @returns actors
 */
export function everybodyBehind(reads: MakerLooks, acts: readonly Act[]): Promise<ReadonlySet<string>> {
  return follow(acts, async (act) => {
    const person = personOfActor(act.actor);
    return person ? made(await passwordGivers(reads, person, act.at)) : credentialMakers(reads, act);
  });
}

/**
 * Everybody who could sign as an approver: who chose their password last, however often it was changed since by whoever
 * knew it, and who gave them the role last; and everybody behind those.
 * @returns actors
 */
export async function makersOf(reads: MakerLooks, { person, role, now }: Approver): Promise<ReadonlySet<string>> {
  const acts = [...(await passwordGivers(reads, person, now)), ...(await roleGivers(reads, person, role))];
  return everybodyBehind(reads, acts);
}

/** Events about an object, newest first. */
export async function* eventsOf(
  reads: Pick<Reads, 'auditEvents'>,
  about: Pick<AuditQuery, 'object' | 'verbs'>,
): AsyncGenerator<AuditEvent> {
  let after: string | undefined;
  for (;;) {
    const page = await reads.auditEvents({ ...about, limit: 100, after });
    yield* page.items;
    if (page.next === null) return;
    after = page.next;
  }
}

interface Made {
  readonly makers: readonly Act[];
  /** The actor stands for nobody. */
  readonly isNobody: boolean;
}

async function follow(acts: readonly Act[], makersOfAct: (act: Act) => Promise<Made>): Promise<ReadonlySet<string>> {
  const latest = new Map<string, Instant>();
  const found = new Set<string>();
  const open = [...acts];
  for (let act = open.pop(); act; act = open.pop()) {
    // Whoever was seen at a later time was seen with all that was there before.
    if ((latest.get(act.actor) ?? Number.NEGATIVE_INFINITY) >= act.at) continue;
    latest.set(act.actor, act.at);
    if (latest.size > mostActors) throw tooMany();
    const { makers, isNobody } = await makersOfAct(act);
    if (!isNobody) found.add(act.actor);
    open.push(...makers);
  }
  return found;
}

async function credentialMakers(reads: MakerLooks, act: Act): Promise<Made> {
  const [kind = '', name = ''] = [act.actor.split(':', 1)[0], act.actor.slice(act.actor.indexOf(':') + 1)];
  if (kind === 'publisher') return made(await savers(reads, name, act.at));
  if (kind === 'operator') return tokenMakers(reads, name, act.at);
  return { makers: [], isNobody: kind === 'server' };
}

async function savers(reads: MakerLooks, publisher: string, at: Instant): Promise<readonly Act[]> {
  const saved: Act[] = [];
  for await (const event of eventsOf(reads, { object: `publisher/${publisher}`, verbs: ['publisher.saved'] })) {
    if (event.at <= at) saved.push(event);
  }
  return saved;
}

/**
 * Names of tokens are used again: every token that had the name by then counts. A name that was erased from the log could
 * have been any.
 */
async function tokenMakers(reads: MakerLooks, name: string, at: Instant): Promise<Made> {
  const isErased = `operator:${name}` === erasedValues.actor;
  const makers: Act[] = [];
  let isOfPeople = false;
  let isFirst = false;
  for (const token of await reads.operatorTokens()) {
    // Tokens of jobs act under the name of their publisher.
    if ((token.name !== name && !isErased) || token.createdAt > at || token.only?.claims) continue;
    const { items } = await reads.auditEvents({ object: `token/${token.id}`, verbs: ['token.created'], limit: 1 });
    const [event] = items;
    if (event?.actor === 'server') isFirst = true;
    else isOfPeople = true;
    if (event) makers.push(event);
  }
  return { makers, isNobody: isFirst && !isOfPeople };
}

async function passwordGivers(reads: MakerLooks, person: PersonId, at: Instant): Promise<readonly Act[]> {
  const about = { object: `person/${person}`, verbs: ['person.created', 'person.password-reset'] } as const;
  for await (const event of eventsOf(reads, about)) {
    // That the owner changed it since proves nothing: whoever knows the first one can change it.
    if (event.at <= at) return [event];
  }
  return [];
}

async function roleGivers(reads: MakerLooks, person: PersonId, role: string): Promise<readonly Act[]> {
  const object = `person/${person}`;
  for await (const event of eventsOf(reads, { object, verbs: ['person.role-given'] })) {
    if (event.reason === role) return [event];
  }
  // An account from before this was noted: all who changed it count.
  const all: Act[] = [];
  for await (const event of eventsOf(reads, { object, verbs: ['person.created', 'person.changed'] })) all.push(event);
  return all;
}

function made(makers: readonly Act[]): Made {
  return { makers, isNobody: false };
}

function tooMany(): FettleError {
  const message = `More than ${mostActors} accounts and tokens are behind this release or its approver: too many to say that nobody approves a release of their own.`;
  return new FettleError('forbidden', message);
}

/** Whether somebody is among some actors. */
export function isAmong(actors: ReadonlySet<string>, person: PersonId): boolean {
  return actors.has(actorOfPerson(person));
}
