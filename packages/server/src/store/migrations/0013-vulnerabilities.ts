import type { Migration, MigrationWords } from '../migration.ts';

export const vulnerabilities: Migration = {
  version: 13,
  name: 'components of releases, what runs where',
  statements: (words) => [
    `create table release_components (
      tenant text not null, release text not null, artifact text not null, position bigint not null, body text not null,
      primary key (tenant, release, artifact, position), foreign key (tenant, release) references releases (tenant, id))`,
    // What a component is found by: as vulnerability data file it, and as package URLs name it.
    `create table release_component_keys (
      tenant text not null, name text not null, release text not null, artifact text not null, position bigint not null,
      primary key (tenant, name, release, artifact, position))${words.narrow}`,
    `create table release_watches (
      tenant text not null, release text not null, fleet text not null, sets_key text not null,
      components bigint not null, found_critical bigint not null, report text not null, at bigint not null,
      primary key (tenant, release), foreign key (tenant, release) references releases (tenant, id))`,
    `create table release_findings (
      tenant text not null, release text not null, artifact text not null, vulnerability text not null,
      component text not null, is_open integer not null, severity text not null, vex text not null,
      found_at bigint not null,
      primary key (tenant, release, artifact, vulnerability, component),
      foreign key (tenant, release) references releases (tenant, id))`,
    `create index release_findings_by_vulnerability on release_findings (tenant, vulnerability, found_at)`,
    `create table vulnerability_awareness (
      tenant text not null references tenants (id), vulnerability text not null, at bigint not null,
      said_by text not null, reason text not null, primary key (tenant, vulnerability))`,
    // One row for each different thing that runs somewhere, whatever number of devices run it.
    `create table running (
      tenant text not null, id text not null, fleet text not null, component text not null, digest text not null,
      counter bigint not null, type text not null, country text not null,
      primary key (tenant, id), foreign key (tenant, fleet) references fleets (tenant, id))`,
    `create unique index running_by_digest on running (tenant, fleet, digest, component, counter, type, country)`,
    `create table device_running (
      tenant text not null, running text not null, device text not null,
      primary key (tenant, running, device))${words.narrow}`,
    ...fillRunning(words),
  ],
};

/** What devices say already. An entry of what runs is an object: its fields are texts and a number. */
function fillRunning(words: MigrationWords): readonly string[] {
  const { from, key } = words.jsonEntries('devices.current');
  const [digest, counter] = [`entry.value ->> 'digest'`, `cast(entry.value ->> 'counter' as bigint)`];
  const country = `coalesce(${countryIn('devices.tags', words)}, ${countryIn('devices.attributes', words)}, '')`;
  const heard = `devices.status in ('accepted', 'quarantined')`;
  return [
    `insert into running (tenant, id, fleet, component, digest, counter, type, country)
      select tenant, 'first-' || cast(row_number() over (order by tenant, fleet, component, digest, counter, type, country) as text),
        fleet, component, digest, counter, type, country
      from (select distinct devices.tenant as tenant, devices.fleet as fleet, ${key} as component, ${digest} as digest,
        ${counter} as counter, devices.type as type, ${country} as country from devices, ${from} where ${heard}) found`,
    `insert into device_running (tenant, running, device)
      select devices.tenant, running.id, devices.id from devices, ${from}, running
      where ${heard} and running.tenant = devices.tenant and running.fleet = devices.fleet
        and running.digest = ${digest} and running.component = ${key} and running.counter = ${counter}
        and running.type = devices.type and running.country = ${country}
      order by 1, 2, 3`,
  ];
}

/** JSON text, as `running-row.ts` makes it of the device. */
function countryIn(column: string, { jsonEntries }: MigrationWords): string {
  const { from, key, value } = jsonEntries(column);
  return `(select ${value} from ${from} where ${key} = 'country')`;
}
