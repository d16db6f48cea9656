-- Links to a partner's calendar. The link itself is nowhere, only its hash. One works until it is ended.
create table feeds (
  feed    text primary key,
  hash    bytea not null unique,
  partner text not null,
  note    text not null,                -- for whom it is
  by      text not null,
  created bigint not null,                  -- microseconds since 1970, UTC
  ended   bigint,
  opened  bigint not null,                  -- how often it was asked
  last    bigint                            -- when last
);
create index feeds_of_partner on feeds (partner, created);

alter table feeds enable row level security;
alter table feeds force row level security;
create policy scope on feeds using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
