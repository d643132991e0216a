import type { ReadPlace, WritePlace } from './methods.ts';
import { query } from './query.ts';
import type { NoticesToldRow } from './schema.ts';

const told = query<Pick<NoticesToldRow, 'tenant'>, Pick<NoticesToldRow, 'last'>>((db, slot) =>
  db.selectFrom('notices_told').select('last').where('tenant', '=', slot('tenant')),
);
const setTold = query<NoticesToldRow>((db, slot) =>
  db
    .insertInto('notices_told')
    .values(slot.all(['tenant', 'last']))
    .onConflict((conflict) =>
      conflict
        .column('tenant')
        .doUpdateSet({ last: slot('last') })
        .where('notices_told.last', '<', slot('last')),
    ),
);

export const noticeReads = {
  async noticesTold({ connection, tenant }: ReadPlace): Promise<number | undefined> {
    return (await told.first(connection, { tenant }))?.last;
  },
};

export const noticeWrites = {
  async setNoticesTold({ connection, tenant }: WritePlace, sequence: number): Promise<void> {
    await setTold.run(connection, { tenant, last: sequence });
  },
};
