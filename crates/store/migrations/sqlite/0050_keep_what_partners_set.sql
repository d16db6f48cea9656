-- What a partner has set: one row each, said anew as a whole.
create table partner_settings (
  partner  text   primary key,
  version  integer not null,          -- counts how often it was said
  currency text   not null,          -- ISO 4217; empty: not said
  zone     text   not null,          -- where "today" is: Europe/Berlin
  language text   not null,          -- of pages and mail: en, de
  follows  text   not null,          -- JSON list of ids of programs; empty: all
  free     text   not null,          -- JSON list of days of the week that are free, Monday being 0
  holidays text   not null,          -- JSON list of [day, name]
  review_days integer not null,       -- business days that the review of a reference may take
  forms    text   not null           -- JSON object: where the vendor's own form is, by program
) strict;

-- How far somebody has seen a partner's matters, so that the next visit begins with what is new.
create table seen (
  account text   not null,
  partner text   not null,
  before  integer not null,           -- the newest change when the visit before this one ended
  left_at integer not null,           -- when it ended, in microseconds since 1970, UTC
  change  integer not null,           -- the newest change at the last page of this visit
  began   integer not null,           -- microseconds since 1970, UTC: the first page of this visit
  at      integer not null,           -- the last one
  primary key (account, partner)
) strict;
