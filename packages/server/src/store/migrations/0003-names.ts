import type { Migration, MigrationWords } from '../migration.ts';

export const names: Migration = {
  version: 3,
  name: 'tags found by value, names of a fleet',
  statements: (words) => [
    `create table device_tags (
      tenant text not null, fleet text not null, name text not null, value text not null, device text not null,
      primary key (tenant, fleet, name, value, device))${words.narrow}`,
    fillTags(words),

    `create table fleet_names (
      tenant text not null, fleet text not null, kind text not null, name text not null, type text not null,
      primary key (tenant, fleet, kind, name, type))${words.narrow}`,
    fillNames('attribute', 'devices.attributes', words),
    fillNames('tag', 'devices.tags', words),
  ],
};

// In the order of the new table: so a million devices take seconds and not minutes.
function fillTags({ jsonEntries }: MigrationWords): string {
  const { from, key, value } = jsonEntries('devices.tags');
  return `insert into device_tags (tenant, fleet, name, value, device)
    select devices.tenant, devices.fleet, ${key}, ${value}, devices.id from devices, ${from} order by 1, 2, 3, 4, 5`;
}

function fillNames(kind: 'attribute' | 'tag', column: string, { jsonEntries }: MigrationWords): string {
  const { from, key, type } = jsonEntries(column);
  const known = `case ${type} when 'text' then 'string' when 'string' then 'string'
    when 'true' then 'boolean' when 'false' then 'boolean' when 'boolean' then 'boolean' else 'number' end`;
  return `insert into fleet_names (tenant, fleet, kind, name, type)
    select devices.tenant, devices.fleet, '${kind}', ${key}, ${known} from devices, ${from}
    where devices.status = 'accepted' on conflict do nothing`;
}
