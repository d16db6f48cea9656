-- Whoever may sign in.
create table accounts (
  account   text    primary key,
  address   text    not null unique,   -- the e-mail address in lower case, by which it is found
  email     text    not null,          -- as it was typed
  name      text    not null,
  state     text    not null check (state in ('invited', 'active', 'disabled')),
  created   integer not null,          -- microseconds since 1970, UTC; so are all moments below
  password  text,                      -- argon2id, as a PHC string; null: signs in in another way, or not yet
  factor    blob,                      -- the secret of the second factor, which must be known to tell a code
  factor_on integer,                   -- since when the second factor is asked for; null: not confirmed
  step      integer not null default 0 -- the newest half minute whose code was used
) strict, without rowid;

-- Who has which role. Without a partner it is a role of the server.
create table grants (
  account text    not null references accounts (account),
  role    text    not null,
  partner text,
  person  text,                        -- which person of the partner's evidence they are
  since   integer not null
) strict;
create unique index grants_are_given_once on grants (account, role, coalesce(partner, ''));
create index grants_of_partner on grants (coalesce(partner, ''));

-- Links that work once: the first administrator's, invitations, new passwords. The link itself is nowhere, only its hash.
create table links (
  link    text    primary key,
  kind    text    not null check (kind in ('first', 'invite', 'reset')),
  hash    blob    unique,              -- null until it was sent or shown
  account text    references accounts (account),
  role    text,                        -- of an invitation: what is offered
  partner text,
  person  text,
  by      text    not null,            -- who made it
  created integer not null,
  expires integer not null
) strict, without rowid;
create index links_of_account on links (account);
create index links_of_partner on links (coalesce(partner, ''));

create table sessions (
  session text    primary key,
  hash    blob    not null unique,
  account text    not null references accounts (account),
  stage   text    not null check (stage in ('factor', 'whole')),
  created integer not null,
  seen    integer not null,
  expires integer not null,
  agent   text    not null,            -- what the browser calls itself
  client  text    not null             -- the network address it came from
) strict, without rowid;
create index sessions_of_account on sessions (account);

create table tokens (
  token   text    primary key,
  hash    blob    not null unique,
  account text    not null references accounts (account),
  name    text    not null,
  scopes  text    not null,            -- names of verbs with a space between them
  partner text,                        -- null: whatever its owner sees
  created integer not null,
  expires integer,
  used    integer
) strict, without rowid;
create index tokens_of_account on tokens (account);

create table recovery_codes (
  account text    not null references accounts (account),
  hash    blob    not null,
  primary key (account, hash)
) strict, without rowid;

-- Who an account is at a provider of sign-in.
create table identities (
  issuer  text    not null,
  subject text    not null,
  account text    not null references accounts (account),
  since   integer not null,
  primary key (issuer, subject)
) strict, without rowid;

-- Visits to a provider that have not come back yet.
create table visits (
  hash    blob    primary key,
  back    text    not null,            -- the page to go to afterwards
  expires integer not null
) strict, without rowid;

-- How often something was tried. The key is a hash; `empty` is the moment at which nothing of it counts any more.
create table limits (
  key     blob    primary key,
  empty   integer not null
) strict, without rowid;

-- Mail that is to be sent, written together with what caused it.
create table mails (
  mail    text    primary key,
  kind    text    not null check (kind in ('invite', 'reset', 'notice')),
  email   text    not null,
  subject text    not null,
  body    text    not null,            -- `{link}` stands for a link that is made when it is sent
  link    text,                        -- which one
  created integer not null,
  due     integer not null,            -- not before
  tries   integer not null default 0,
  problem text,                        -- why the last try failed
  sent    integer
) strict, without rowid;
create index mails_that_wait on mails (due) where sent is null;
