-- Imports on their way, and those that were. What they wrote is among the facts; what they read is kept here only until then.
create table imports (
  import     text    primary key,
  partner    text    not null,         -- empty: of several
  state      text    not null,         -- receiving, previewed, confirmed, undone, discarded, failed
  version    bigint not null,          -- one more with every step, so that of two who take one the second is told
  actor      text    not null,
  created_at bigint not null,          -- microseconds since 1970, UTC
  changed_at bigint not null,
  path       text    not null,         -- where it is read on the server; empty: handed in
  options    text    not null,         -- JSON: what the user says of the files
  preview    text,                     -- JSON: what was found, once it was read
  digest     text,                     -- of all that it would write
  confirmed  bigint,                   -- the change that wrote it
  undone     bigint                    -- the change that took it back
);
create index imports_of_partner on imports (partner, created_at);

create table import_files (
  import  text    not null references imports (import),
  file    bigint not null,
  partner text    not null,
  name    text    not null,
  size    bigint not null,
  whole   bigint not null,             -- 1 once its last piece is there
  primary key (import, file)
);

-- What was handed in, in pieces, so that whichever server goes on can read it. Gone once the import has ended.
create table import_pieces (
  import  text    not null,
  file    bigint not null,
  piece   bigint not null,
  partner text    not null,
  bytes   bytea not null,
  primary key (import, file, piece)
);

-- How files with a set of columns are read, as somebody once said.
create table import_mappings (
  partner text    not null,
  columns text    not null,            -- JSON list of the names in the header, spelled plainly and sorted
  said    text    not null,            -- JSON: what holds for such a file
  actor   text    not null,
  said_at bigint not null,
  primary key (partner, columns)
);

-- What names in catalog columns are, as somebody once said. Those without a partner hold for everybody.
create table import_names (
  partner text    not null,
  kind    text    not null,
  spelled text    not null,            -- without case, spaces, hyphens and underscores
  name    text    not null,            -- as it stood in the file
  becomes text    not null,
  actor   text    not null,
  said_at bigint not null,
  primary key (partner, kind, spelled)
);

alter table imports enable row level security;
alter table imports force row level security;
create policy scope on imports using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table import_files enable row level security;
alter table import_files force row level security;
create policy scope on import_files using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table import_pieces enable row level security;
alter table import_pieces force row level security;
create policy scope on import_pieces using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table import_mappings enable row level security;
alter table import_mappings force row level security;
create policy scope on import_mappings using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table import_names enable row level security;
alter table import_names force row level security;
create policy scope on import_names using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = ''
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
) with check (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
