-- Files that belong to records. The bytes stand in parts, so that no row is large.
create table documents (
  document text   primary key,
  partner  text   not null,
  kind     text   not null,          -- the record that it belongs to: its kind and key
  key      text   not null,
  name     text   not null,
  type     text   not null,          -- what its first bytes say it is
  size     integer not null,          -- bytes
  digest   blob  not null,          -- SHA-256
  by       text   not null,
  at       integer not null,          -- microseconds since 1970, UTC
  gone     integer                    -- when it was removed; its parts went with it
) strict;
create index documents_of_record on documents (partner, kind, key);

create table document_parts (
  document text   not null references documents (document),
  partner  text   not null,
  part     integer not null,
  bytes    blob  not null,
  primary key (document, part)
) strict;

-- Links that show one scorecard to whoever has them. The link itself is nowhere, only its hash.
create table shares (
  share   text   primary key,
  hash    blob  not null unique,
  partner text   not null,
  program text   not null,
  note    text   not null,           -- for whom it is
  by      text   not null,
  created integer not null,
  expires integer not null,
  revoked integer,
  opened  integer not null,           -- how often
  last    integer                     -- when last
) strict;
create index shares_of_partner on shares (partner, created);
