-- Who did what, when, to what. Each row seals the one before it, so that none can be changed or left out unseen.
create table changes (
  change     bigint primary key,      -- 1, 2, 3 … without a gap
  at         bigint not null,         -- microseconds since 1970, UTC
  actor      text    not null,         -- an account's id, or the name of what acted by itself
  verb       text    not null,
  partner    text,                     -- null: of no single partner
  subject    text    not null,         -- what it was done to, as `kind id`
  detail     text    not null,         -- JSON: what else is to be remembered of it
  last_fact  bigint not null,        -- the newest fact once it was done
  facts_seal bytea    not null,         -- over the seals of those facts, in their order
  seal       bytea    not null          -- over all the above and the seal of the change before
);

-- What was learned, in the order in which it was learned. A fact stands until another replaces it.
create table facts (
  fact        bigint primary key,
  change      bigint not null references changes (change) deferrable initially deferred,
  partner     text    not null,
  kind        text    not null,
  key         text    not null,        -- JSON list of what tells one fact of the kind from another
  cells       text,                    -- JSON object of what is not empty; null: withdrawn
  replaces    bigint,                -- the fact in whose place it stands
  recorded_on integer,                -- days since 1970; null where its file did not say
  source      text    not null,
  nonce       bigint,                 -- makes the seal of a name unguessable; gone once a person is erased
  seal        bytea                     -- kept only where the cells were erased, so that the chain can still be verified
);

create index facts_of_partner on facts (partner, fact);
create index facts_of_change on facts (change);
-- What shapes a ledger before its facts are read: what was supplied, and who is judged together.
create index facts_that_shape on facts (kind, partner) where kind in ('supplied', 'partners', 'groups', 'refused');
-- Of two who correct the same fact the second one is told so.
create unique index facts_are_replaced_once on facts (replaces) where replaces is not null;

create table partners (
  partner text    primary key,
  since   bigint not null references changes (change)
);

create function refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% are appended, never changed or deleted', tg_table_name;
end $$;
create trigger changes_are_kept before update or delete on changes
  for each row execute function refuse_change();
create trigger facts_stay before delete on facts
  for each row execute function refuse_change();
-- The one exception is erasing a person, which leaves the seal behind and takes the nonce away.
create trigger facts_are_kept before update on facts
  for each row
  when (new.seal is null or new.nonce is not null or new.fact <> old.fact or new.change <> old.change or new.replaces is distinct from old.replaces or new.partner <> old.partner or new.kind <> old.kind)
  execute function refuse_change();

-- Whose rows a transaction may see is said once, when it begins, as `*` or as ids with a unit separator between them. Who
-- says nothing sees nothing. The sub-selects are asked once a query, not once a row.
alter table facts enable row level security;
alter table facts force row level security;
create policy scope on facts using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = ''
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table partners enable row level security;
alter table partners force row level security;
create policy scope on partners using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
alter table changes enable row level security;
alter table changes force row level security;
create policy scope on changes using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
