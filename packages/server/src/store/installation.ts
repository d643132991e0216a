import { FettleError, type Instant, type TenantId } from '@fettle/model';
import type { Connection } from './connection.ts';
import { query } from './query.ts';
import type { InstallationRow, TenantRow } from './schema.ts';

const allTenants = query<object, Pick<TenantRow, 'id'>>((db) => db.selectFrom('tenants').select('id').orderBy('id'));
const addTenant = query<TenantRow>((db, slot) =>
  db
    .insertInto('tenants')
    .values(slot.all(['id', 'created_at']))
    .onConflict((conflict) => conflict.column('id').doNothing()),
);
const oneValue = query<Pick<InstallationRow, 'name'>, Pick<InstallationRow, 'value'>>((db, slot) =>
  db.selectFrom('installation').select('value').where('name', '=', slot('name')),
);
const addValue = query<InstallationRow>((db, slot) =>
  db
    .insertInto('installation')
    .values(slot.all(['name', 'value']))
    .onConflict((conflict) => conflict.column('name').doNothing()),
);

export async function listTenants(connection: Connection): Promise<readonly TenantId[]> {
  return (await allTenants.all(connection, {})).map((row) => row.id);
}

/** Makes a tenant unless it is there already. */
export async function insertTenant(connection: Connection, id: TenantId, at: Instant): Promise<void> {
  await addTenant.run(connection, { id, created_at: at });
}

/** The installation's secret; the first call makes it. */
export async function installationSecret(connection: Connection, make: () => Uint8Array): Promise<Uint8Array> {
  const name = 'secret';
  await addValue.run(connection, { name, value: Buffer.from(make()).toString('hex') });
  const found = await oneValue.first(connection, { name });
  if (!found) throw new FettleError('internal', 'The secret of the installation was neither found nor made.');
  return new Uint8Array(Buffer.from(found.value, 'hex'));
}
