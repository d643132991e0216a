import { FettleError } from '@fettle/model';
import type { Connection } from './connection.ts';
import type { WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { DutyRow } from './schema.ts';

/** Whether this process does what only one process may do at a time. */
export interface Leadership {
  /** The number of its term, higher than every one before; undefined while another process leads, or nobody knows who. */
  readonly term: number | undefined;
  /** Lets another process lead, at once. */
  close(): Promise<void>;
}

type Renewal = Omit<DutyRow, 'holder'>;

const takeTerm = query<Omit<DutyRow, 'term'>, Pick<DutyRow, 'term'>>((db, slot) =>
  db
    .insertInto('duties')
    .values({ ...slot.all(['name', 'holder', 'renewed_at']), term: 1 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet((row) => ({
        term: row('duties.term', '+', 1),
        holder: row.ref('excluded.holder'),
        renewed_at: row.ref('excluded.renewed_at'),
      })),
    )
    .returning('term'),
);
const renewTerm = query<Renewal>((db, slot) =>
  db
    .updateTable('duties')
    .set({ renewed_at: slot('renewed_at') })
    .where('name', '=', slot('name'))
    .where('term', '=', slot('term')),
);

/** Begins a new term: from its commit on, nothing of an earlier term is written any more. */
export async function beginTerm(connection: Connection, duty: Omit<DutyRow, 'term'>): Promise<number> {
  const row = await takeTerm.first(connection, duty);
  if (!row) throw new FettleError('internal', `The duty ${duty.name} gave no term.`);
  return row.term;
}

/** @returns false when the term is over: a newer one has begun */
export async function renew(connection: Connection, duty: Renewal): Promise<boolean> {
  return (await renewTerm.run(connection, duty)) === 1;
}

export const dutyWrites = {
  /** Writes the row, and so holds it: a new term cannot begin between this and the commit. */
  async demandTerm({ connection, now }: WritePlace, duty: string, term: number): Promise<void> {
    if (await renew(connection, { name: duty, term, renewed_at: now() })) return;
    throw new FettleError(
      'wrong-state',
      `Another process has taken over the duty "${duty}": what this one wanted to write in its term ${term} is refused.`,
      { details: { duty, term } },
    );
  },
};
