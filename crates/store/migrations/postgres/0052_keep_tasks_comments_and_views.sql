-- What somebody means to do. One that names evidence is done once that evidence is there.
create table tasks (
  task      text   primary key,
  partner   text   not null,
  version   bigint not null,         -- counts how often it was said
  title     text   not null,
  note      text   not null,
  owner     text   not null,         -- an account; empty: nobody yet
  due       bigint,                  -- days since 1970
  program   text   not null,         -- what it is for: a program and a row of it; empty: nothing of the kind
  row       text   not null,
  kind      text   not null,         -- the kind of evidence that closes it; empty: somebody has to say that it is done
  cells     text   not null,         -- JSON object: what that evidence must say
  after     bigint not null,         -- only facts after this one close it
  state     text   not null check (state in ('open', 'done', 'dropped')),
  created   bigint not null,         -- microseconds since 1970, UTC
  by        text   not null,
  closed    bigint,
  closed_by text   not null          -- an account, or `fact n`
);
create index tasks_of_partner on tasks (partner, state);

-- What people say to each other about a row of a program.
create table comments (
  comment text   primary key,
  partner text   not null,
  program text   not null,
  row     text   not null,           -- empty: about the program as a whole
  body    text   not null,           -- empty once it was taken back
  by      text   not null,
  at      bigint not null,
  gone    bigint
);
create index comments_of_partner on comments (partner, program, row);

-- A list as somebody wants to see it again: which page, filtered and sorted how.
create table saved_views (
  view    text   primary key,
  account text   not null,
  partner text   not null,
  page    text   not null,
  name    text   not null,
  query   text   not null,
  created bigint not null
);
create unique index saved_views_have_names on saved_views (account, partner, page, name);

alter table tasks enable row level security;
alter table tasks force row level security;
create policy scope on tasks using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table comments enable row level security;
alter table comments force row level security;
create policy scope on comments using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table saved_views enable row level security;
alter table saved_views force row level security;
create policy scope on saved_views using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
