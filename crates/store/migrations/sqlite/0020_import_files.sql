-- Imports on their way, and those that were. What they wrote is among the facts; what they read is kept here only until then.
create table imports (
  import     text    primary key,
  partner    text    not null,         -- empty: of several
  state      text    not null,         -- receiving, previewed, confirmed, undone, discarded, failed
  version    integer not null,          -- one more with every step, so that of two who take one the second is told
  actor      text    not null,
  created_at integer not null,          -- microseconds since 1970, UTC
  changed_at integer not null,
  path       text    not null,         -- where it is read on the server; empty: handed in
  options    text    not null,         -- JSON: what the user says of the files
  preview    text,                     -- JSON: what was found, once it was read
  digest     text,                     -- of all that it would write
  confirmed  integer,                   -- the change that wrote it
  undone     integer                    -- the change that took it back
) strict;
create index imports_of_partner on imports (partner, created_at);

create table import_files (
  import  text    not null references imports (import),
  file    integer not null,
  partner text    not null,
  name    text    not null,
  size    integer not null,
  whole   integer not null,             -- 1 once its last piece is there
  primary key (import, file)
) strict;

-- What was handed in, in pieces, so that whichever server goes on can read it. Gone once the import has ended.
create table import_pieces (
  import  text    not null,
  file    integer not null,
  piece   integer not null,
  partner text    not null,
  bytes   blob not null,
  primary key (import, file, piece)
) strict;

-- How files with a set of columns are read, as somebody once said.
create table import_mappings (
  partner text    not null,
  columns text    not null,            -- JSON list of the names in the header, spelled plainly and sorted
  said    text    not null,            -- JSON: what holds for such a file
  actor   text    not null,
  said_at integer not null,
  primary key (partner, columns)
) strict;

-- What names in catalog columns are, as somebody once said. Those without a partner hold for everybody.
create table import_names (
  partner text    not null,
  kind    text    not null,
  spelled text    not null,            -- without case, spaces, hyphens and underscores
  name    text    not null,            -- as it stood in the file
  becomes text    not null,
  actor   text    not null,
  said_at integer not null,
  primary key (partner, kind, spelled)
) strict;
