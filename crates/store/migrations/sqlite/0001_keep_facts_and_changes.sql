-- Who did what, when, to what. Each row seals the one before it, so that none can be changed or left out unseen.
create table changes (
  change     integer primary key,      -- 1, 2, 3 … without a gap
  at         integer not null,         -- microseconds since 1970, UTC
  actor      text    not null,         -- an account's id, or the name of what acted by itself
  verb       text    not null,
  partner    text,                     -- null: of no single partner
  subject    text    not null,         -- what it was done to, as `kind id`
  detail     text    not null,         -- JSON: what else is to be remembered of it
  last_fact  integer not null,        -- the newest fact once it was done
  facts_seal blob    not null,         -- over the seals of those facts, in their order
  seal       blob    not null          -- over all the above and the seal of the change before
) strict;

-- What was learned, in the order in which it was learned. A fact stands until another replaces it.
create table facts (
  fact        integer primary key,
  change      integer not null references changes (change) deferrable initially deferred,
  partner     text    not null,
  kind        text    not null,
  key         text    not null,        -- JSON list of what tells one fact of the kind from another
  cells       text,                    -- JSON object of what is not empty; null: withdrawn
  replaces    integer,                -- the fact in whose place it stands
  recorded_on integer,                 -- days since 1970; null where its file did not say
  source      text    not null,
  nonce       integer,                 -- makes the seal of a name unguessable; gone once a person is erased
  seal        blob                     -- kept only where the cells were erased, so that the chain can still be verified
) strict;

create index facts_of_partner on facts (partner, fact);
create index facts_of_change on facts (change);
-- What shapes a ledger before its facts are read: what was supplied, and who is judged together.
create index facts_that_shape on facts (kind, partner) where kind in ('supplied', 'partners', 'groups', 'refused');
-- Of two who correct the same fact the second one is told so.
create unique index facts_are_replaced_once on facts (replaces) where replaces is not null;

create table partners (
  partner text    primary key,
  since   integer not null references changes (change)
) strict, without rowid;

create trigger changes_are_kept before update on changes
begin select raise(abort, 'changes are appended, never changed'); end;
create trigger changes_stay before delete on changes
begin select raise(abort, 'changes are appended, never deleted'); end;
-- The one exception is erasing a person, which leaves the seal behind and takes the nonce away.
create trigger facts_are_kept before update on facts
when new.seal is null or new.nonce is not null or new.fact <> old.fact or new.change <> old.change or new.replaces is not old.replaces or new.partner <> old.partner or new.kind <> old.kind
begin select raise(abort, 'facts are appended, never changed'); end;
create trigger facts_stay before delete on facts
begin select raise(abort, 'facts are appended, never deleted'); end;
