-- Files that belong to records. The bytes stand in parts, so that no row is large.
create table documents (
  document text   primary key,
  partner  text   not null,
  kind     text   not null,          -- the record that it belongs to: its kind and key
  key      text   not null,
  name     text   not null,
  type     text   not null,          -- what its first bytes say it is
  size     bigint not null,          -- bytes
  digest   bytea  not null,          -- SHA-256
  by       text   not null,
  at       bigint not null,          -- microseconds since 1970, UTC
  gone     bigint                    -- when it was removed; its parts went with it
);
create index documents_of_record on documents (partner, kind, key);

create table document_parts (
  document text   not null references documents (document),
  partner  text   not null,
  part     bigint not null,
  bytes    bytea  not null,
  primary key (document, part)
);

-- Links that show one scorecard to whoever has them. The link itself is nowhere, only its hash.
create table shares (
  share   text   primary key,
  hash    bytea  not null unique,
  partner text   not null,
  program text   not null,
  note    text   not null,           -- for whom it is
  by      text   not null,
  created bigint not null,
  expires bigint not null,
  revoked bigint,
  opened  bigint not null,           -- how often
  last    bigint                     -- when last
);
create index shares_of_partner on shares (partner, created);

alter table documents enable row level security;
alter table documents force row level security;
create policy scope on documents using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table document_parts enable row level security;
alter table document_parts force row level security;
create policy scope on document_parts using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table shares enable row level security;
alter table shares force row level security;
create policy scope on shares using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
