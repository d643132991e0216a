import type { Instant } from '@fettle/model';
import type { Candidate } from '../../core/gate.ts';
import type { SoftwareComponent } from '../../sbom/component.ts';
import { matchesProduct } from './matches-product.ts';
import type { VexStatement, VexStatus } from './vex-statement.ts';

/** Why a statement that is about a finding is not used. */
export const vexFlaws = ['expired', 'no-expiry', 'no-author', 'no-reason', 'not-yet', 'not-signed'] as const;
export type VexFlaw = (typeof vexFlaws)[number];

/** What all statements together say of one vulnerability in one component. */
export interface VexVerdict {
  /** `unknown` when authors contradict each other; null when nobody says anything that can be used. */
  readonly status: VexStatus | 'unknown' | null;
  /** The statement that decides; null without a status, or when it is unknown. */
  readonly statement: VexStatement | null;
  readonly flaws: readonly VexFlaw[];
}

export interface VexQuestion {
  /** All names of the vulnerability. */
  readonly names: ReadonlySet<string>;
  readonly component: SoftwareComponent;
  readonly candidate: Candidate;
  readonly now: Instant;
}

/**
 * The newest statement of each author counts; where authors do not agree, nobody is believed. One that has expired, or
 * lacks an author, a reason or an expiry, counts for nothing, and does not bring back what its author said before.
 */
export function judgeVex(statements: readonly VexStatement[], question: VexQuestion): VexVerdict {
  const flaws = new Set<VexFlaw>();
  const newest = new Map<string, VexStatement[]>();
  for (const statement of statements.filter((one) => isAbout(one, question))) {
    // Anybody could have written it in the name of its author: it does not even stand before what the author said.
    if (statement.isUnsigned) flaws.add('not-signed');
    else if (statement.statedAt > question.now) flaws.add('not-yet');
    else keepNewest(newest, statement);
  }
  const said: VexStatement[] = [];
  for (const statement of [...newest.values()].flat()) {
    const flaw = flawOf(statement, question.now);
    if (flaw === null) said.push(statement);
    else flaws.add(flaw);
  }
  const statuses = new Set(said.map(({ status }) => status));
  const [statement] = said;
  if (statement === undefined) return { status: null, statement: null, flaws: [...flaws] };
  if (statuses.size > 1) return { status: 'unknown', statement: null, flaws: [...flaws] };
  return { status: statement.status, statement, flaws: [...flaws] };
}

function isAbout(statement: VexStatement, { names, component, candidate }: VexQuestion): boolean {
  const { vulnerabilities, deviceTypes, products } = statement;
  if (!vulnerabilities.some((name) => names.has(name))) return false;
  if (deviceTypes.length > 0 && !deviceTypes.includes(candidate.deviceType)) return false;
  return products.some((product) => matchesProduct(product, component, candidate));
}

/** `fixed` needs no further reason: that the product has the fix is one. */
function flawOf(statement: VexStatement, now: Instant): VexFlaw | null {
  if (statement.expiresAt === null) return 'no-expiry';
  if (statement.expiresAt <= now) return 'expired';
  if (statement.author === '') return 'no-author';
  const isUnreasoned =
    statement.status === 'not_affected' && statement.justification === null && statement.reason === '';
  return isUnreasoned ? 'no-reason' : null;
}

/** Of one author at one time there may be several, which then have to agree. */
function keepNewest(newest: Map<string, VexStatement[]>, statement: VexStatement): void {
  const known = newest.get(statement.author);
  const time = known?.[0]?.statedAt ?? Number.NEGATIVE_INFINITY;
  if (known === undefined || statement.statedAt > time) newest.set(statement.author, [statement]);
  else if (statement.statedAt === time) known.push(statement);
}
