-- Links to a partner's calendar. The link itself is nowhere, only its hash. One works until it is ended.
create table feeds (
  feed    text primary key,
  hash    blob not null unique,
  partner text not null,
  note    text not null,                -- for whom it is
  by      text not null,
  created integer not null,                  -- microseconds since 1970, UTC
  ended   integer,
  opened  integer not null,                  -- how often it was asked
  last    integer                            -- when last
) strict;
create index feeds_of_partner on feeds (partner, created);
