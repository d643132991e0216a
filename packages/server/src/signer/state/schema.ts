/** The signer's own tables. A change of these needs a new `version` and a step from the one before. */
export const version = 2;

const first = `
create table keys (
  tenant text not null, role text not null, keyid text not null unique, first_at integer not null,
  primary key (tenant, role)
) strict, without rowid;

create table signed (
  tenant text not null, repository text not null, role text not null, device text not null,
  version integer not null, listed integer,
  payload_sha256 blob not null, file_sha256 blob not null, file_length integer not null,
  primary key (tenant, repository, role, device)
) strict, without rowid;

-- Files of image repositories: what people signed, as it was verified here, and what was signed here.
create table files (
  tenant text not null, role text not null, version integer not null, text text not null,
  primary key (tenant, role, version)
) strict, without rowid;

create table requests (
  id integer primary key, at integer not null, tenant text not null, what text not null, device text not null,
  version integer, sha256 blob, verdict text not null, message text not null,
  -- Requests since the row before that are only counted: answered times, and those that came too fast.
  times integer not null, turned_away integer not null
) strict;
create trigger requests_stay before update on requests begin select raise(abort, 'the request log only grows'); end;
create trigger requests_last before delete on requests begin select raise(abort, 'the request log only grows'); end;

-- A version never falls, whatever the program thinks, and one version has one contents.
create trigger signed_grows before update on signed
when new.version < old.version or (new.version = old.version and new.payload_sha256 <> old.payload_sha256)
begin select raise(abort, 'a signed version never changes'); end;
create trigger signed_stays before delete on signed begin select raise(abort, 'a signed version stays'); end;
`;

// Version 2: checkpoints of audit logs.
const heads = `
create table heads (
  origin text not null primary key, size integer not null, root blob not null, note text not null
) strict, without rowid;
create trigger heads_grow before update on heads
when new.size < old.size or (new.size = old.size and new.root <> old.root)
begin select raise(abort, 'a signed log never changes'); end;
create trigger heads_stay before delete on heads begin select raise(abort, 'a signed log stays'); end;
`;

/** What leads from each version to the next. */
export const steps: readonly string[] = [first, heads];
