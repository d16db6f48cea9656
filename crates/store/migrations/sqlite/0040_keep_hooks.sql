-- Addresses that are told when a standing changes.
create table hooks (
  hook    text    primary key,
  partner text,                        -- null: of all partners
  url     text    not null,
  secret  text    not null,            -- signs what is sent; needed in plain, and shown once
  created integer not null,            -- microseconds since 1970, UTC
  maker   text    not null             -- the account that made it
) strict, without rowid;

-- What there was to tell.
create table hook_events (
  event   text    primary key,
  partner text    not null,
  at      integer not null,
  body    text    not null             -- JSON, as it is sent
) strict, without rowid;

-- What was sent of it, to whom, and what became of that.
create table hook_deliveries (
  hook     text    not null references hooks (hook) on delete cascade,
  event    text    not null references hook_events (event) on delete cascade,
  at       integer not null,           -- when the event was
  state    text    not null,           -- waiting, delivered, dead
  attempts integer not null,
  due      integer not null,           -- when it is tried next
  said     text    not null,           -- what the last try came to, in words
  tried    integer,                    -- when that was
  primary key (hook, event)
) strict, without rowid;
create index hook_deliveries_due on hook_deliveries (due) where state = 'waiting';
create index hook_deliveries_of_event on hook_deliveries (event);

-- Each standing as it was last told.
create table hook_standings (
  partner  text not null,
  program  text not null,
  standing text not null,              -- JSON
  primary key (partner, program)
) strict, without rowid;

-- Who of several servers does a job.
create table leases (
  lease  text    primary key,
  holder text    not null,
  until  integer not null
) strict, without rowid;

-- Requests that named a key of their own, and how they were answered.
create table replies (
  account text    not null,
  key     text    not null,
  request text    not null,            -- a digest of method, address and body
  at      integer not null,
  status  integer,                     -- null: still being carried out
  head    text    not null,            -- JSON: the headers that belong to the answer
  body    blob    not null,
  primary key (account, key)
) strict, without rowid;
