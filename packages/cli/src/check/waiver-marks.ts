import type { FindingView, WaiverView } from '@fettle/api';
import { covers, type Waiver } from '@fettle/gates/waivers';
import { FettleError, type Finding, type FleetId } from '@fettle/model';
import type { Context } from '../context.ts';

/** What is said of a finding that a waiver covers, `waived until 2027-01-31 by ada`; undefined for one that stands. */
export type WaiverMark = (finding: FindingView) => string | undefined;

/** Marks findings by the waivers that count at an instant; of several, the one that lasts longest. */
export function markedBy(waivers: readonly Waiver[], now: number): WaiverMark {
  const longestFirst = [...waivers].sort((a, b) => b.expiresAt - a.expiresAt);
  return (finding) => {
    const found = longestFirst.find((waiver) => covers(waiver, finding as Finding, now));
    return found && `waived until ${new Date(found.expiresAt).toISOString().slice(0, 10)} by ${found.author}`;
  };
}

/** Marks findings by the waivers of a fleet; whoever may not list them sees none. */
export async function markedByFleet(context: Context, fleet: FleetId): Promise<WaiverMark> {
  const waivers: Waiver[] = [];
  try {
    for await (const view of (await context.client()).all('listWaivers', { fleet }))
      waivers.push(waiverOf(view, fleet));
  } catch (error) {
    if (!(error instanceof FettleError) || error.code !== 'forbidden') throw error;
  }
  return markedBy(waivers, Date.now());
}

function waiverOf(view: WaiverView, fleet: FleetId): Waiver {
  const { gate, rule, fingerprint, place, reason, author } = view;
  const issuedAt = Date.parse(view.issuedAt);
  const expiresAt = Date.parse(view.expiresAt);
  const which = { fingerprint: fingerprint ?? undefined, place: place ?? undefined };
  return { fleet, gate, rule, ...which, reason, author, issuedAt, expiresAt };
}
