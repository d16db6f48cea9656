-- Whoever may sign in.
create table accounts (
  account   text    primary key,
  address   text    not null unique,   -- the e-mail address in lower case, by which it is found
  email     text    not null,          -- as it was typed
  name      text    not null,
  state     text    not null check (state in ('invited', 'active', 'disabled')),
  created   bigint  not null,          -- microseconds since 1970, UTC; so are all moments below
  password  text,                      -- argon2id, as a PHC string; null: signs in in another way, or not yet
  factor    bytea,                     -- the secret of the second factor, which must be known to tell a code
  factor_on bigint,                    -- since when the second factor is asked for; null: not confirmed
  step      bigint  not null default 0 -- the newest half minute whose code was used
);

-- Who has which role. Without a partner it is a role of the server.
create table grants (
  account text    not null references accounts (account),
  role    text    not null,
  partner text,
  person  text,                        -- which person of the partner's evidence they are
  since   bigint  not null
);
create unique index grants_are_given_once on grants (account, role, coalesce(partner, ''));
create index grants_of_partner on grants (coalesce(partner, ''));

-- Links that work once: the first administrator's, invitations, new passwords. The link itself is nowhere, only its hash.
create table links (
  link    text    primary key,
  kind    text    not null check (kind in ('first', 'invite', 'reset')),
  hash    bytea   unique,              -- null until it was sent or shown
  account text    references accounts (account),
  role    text,                        -- of an invitation: what is offered
  partner text,
  person  text,
  by      text    not null,            -- who made it
  created bigint  not null,
  expires bigint  not null
);
create index links_of_account on links (account);
create index links_of_partner on links (coalesce(partner, ''));

create table sessions (
  session text    primary key,
  hash    bytea   not null unique,
  account text    not null references accounts (account),
  stage   text    not null check (stage in ('factor', 'whole')),
  created bigint  not null,
  seen    bigint  not null,
  expires bigint  not null,
  agent   text    not null,            -- what the browser calls itself
  client  text    not null             -- the network address it came from
);
create index sessions_of_account on sessions (account);

create table tokens (
  token   text    primary key,
  hash    bytea   not null unique,
  account text    not null references accounts (account),
  name    text    not null,
  scopes  text    not null,            -- names of verbs with a space between them
  partner text,                        -- null: whatever its owner sees
  created bigint  not null,
  expires bigint,
  used    bigint
);
create index tokens_of_account on tokens (account);

create table recovery_codes (
  account text    not null references accounts (account),
  hash    bytea   not null,
  primary key (account, hash)
);

-- Who an account is at a provider of sign-in.
create table identities (
  issuer  text    not null,
  subject text    not null,
  account text    not null references accounts (account),
  since   bigint  not null,
  primary key (issuer, subject)
);

-- Visits to a provider that have not come back yet.
create table visits (
  hash    bytea   primary key,
  back    text    not null,            -- the page to go to afterwards
  expires bigint  not null
);

-- How often something was tried. The key is a hash; `empty` is the moment at which nothing of it counts any more.
create table limits (
  key     bytea   primary key,
  empty   bigint  not null
);

-- Mail that is to be sent, written together with what caused it.
create table mails (
  mail    text    primary key,
  kind    text    not null check (kind in ('invite', 'reset', 'notice')),
  email   text    not null,
  subject text    not null,
  body    text    not null,            -- `{link}` stands for a link that is made when it is sent
  link    text,                        -- which one
  created bigint  not null,
  due     bigint  not null,            -- not before
  tries   bigint  not null default 0,
  problem text,                        -- why the last try failed
  sent    bigint
);
create index mails_that_wait on mails (due) where sent is null;

-- A member of one partner is nothing that another partner's people may see.
alter table grants enable row level security;
alter table grants force row level security;
create policy scope on grants using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table links enable row level security;
alter table links force row level security;
create policy scope on links using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
