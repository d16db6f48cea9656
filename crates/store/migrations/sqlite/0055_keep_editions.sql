-- Editions of programs that were written here, each version of each: the newest that is published is in use.
create table editions (
  program text   not null,
  edition text   not null,
  version integer not null,           -- 1, 2, 3 …
  text    text   not null,           -- the file, as it was written
  state   text   not null check (state in ('draft', 'published', 'withdrawn')),
  by      text   not null,
  at      integer not null,           -- microseconds since 1970, UTC
  primary key (program, edition, version)
) strict;
