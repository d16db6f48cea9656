-- Addresses that are told when a standing changes.
create table hooks (
  hook    text    primary key,
  partner text,                        -- null: of all partners
  url     text    not null,
  secret  text    not null,            -- signs what is sent; needed in plain, and shown once
  created bigint not null,            -- microseconds since 1970, UTC
  maker   text    not null             -- the account that made it
);

-- What there was to tell.
create table hook_events (
  event   text    primary key,
  partner text    not null,
  at      bigint not null,
  body    text    not null             -- JSON, as it is sent
);

-- What was sent of it, to whom, and what became of that.
create table hook_deliveries (
  hook     text    not null references hooks (hook) on delete cascade,
  event    text    not null references hook_events (event) on delete cascade,
  at       bigint not null,           -- when the event was
  state    text    not null,           -- waiting, delivered, dead
  attempts bigint not null,
  due      bigint not null,           -- when it is tried next
  said     text    not null,           -- what the last try came to, in words
  tried    bigint,                    -- when that was
  primary key (hook, event)
);
create index hook_deliveries_due on hook_deliveries (due) where state = 'waiting';
create index hook_deliveries_of_event on hook_deliveries (event);

-- Each standing as it was last told.
create table hook_standings (
  partner  text not null,
  program  text not null,
  standing text not null,              -- JSON
  primary key (partner, program)
);

-- Who of several servers does a job.
create table leases (
  lease  text    primary key,
  holder text    not null,
  until  bigint not null
);

-- Requests that named a key of their own, and how they were answered.
create table replies (
  account text    not null,
  key     text    not null,
  request text    not null,            -- a digest of method, address and body
  at      bigint not null,
  status  bigint,                     -- null: still being carried out
  head    text    not null,            -- JSON: the headers that belong to the answer
  body    bytea   not null,
  primary key (account, key)
);

alter table hooks enable row level security;
alter table hooks force row level security;
create policy scope on hooks using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table hook_events enable row level security;
alter table hook_events force row level security;
create policy scope on hook_events using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
-- What was sent to a hook is seen by whoever sees the hook.
alter table hook_deliveries enable row level security;
alter table hook_deliveries force row level security;
create policy scope on hook_deliveries using (
  (select current_setting('cairn.scope', true)) = '*'
  or exists (select 1 from hooks h where h.hook = hook_deliveries.hook)
);
-- These are the server's own.
alter table hook_standings enable row level security;
alter table hook_standings force row level security;
create policy scope on hook_standings using ((select current_setting('cairn.scope', true)) = '*');
alter table leases enable row level security;
alter table leases force row level security;
create policy scope on leases using ((select current_setting('cairn.scope', true)) = '*');
alter table replies enable row level security;
alter table replies force row level security;
create policy scope on replies using ((select current_setting('cairn.scope', true)) = '*');
