-- The texts of programs and vocabulary that answered, each kept once.
create table texts (
  hash text primary key,                -- SHA-256, as hexadecimal digits
  text text not null
);

-- All files from which programs were made, so that they can be made again.
create table libraries (
  library text primary key,             -- SHA-256 of what it is made of
  made_of text not null                 -- JSON: names of files with the hashes of their texts
);

-- What was decided about a partner, with all that it rested on.
create table decisions (
  decision     bigint  primary key references changes (change) deferrable initially deferred, -- the change that made it
  partner      text    not null,
  program      text    not null,
  edition      text    not null,
  edition_hash text    not null,
  library      text    not null references libraries (library),
  as_of        integer not null,        -- the day asked about, in days since 1970
  known_after  bigint  not null,        -- the change after which it was known
  known_at     bigint  not null,        -- the moment of that change, microseconds since 1970, UTC
  question     text    not null,        -- JSON: the edition that was named, and what was assumed
  about        text    not null check (about in ('review', 'approval', 'sign-off')),
  outcome      text    not null check (outcome in ('approved', 'refused', 'deferred')),
  level        text,                    -- the level that it is about, where it is about one
  reason       text    not null,
  answer       text    not null,        -- JSON: the scorecard, to the byte
  answer_hash  bytea   not null,        -- SHA-256 of those bytes
  supersedes   bigint  references decisions (decision),
  nonce        bigint,                  -- makes the seal of a name unguessable; gone once a person is erased
  seal         bytea                    -- kept only where a text was erased; the change that made it says the same one
);
create index decisions_of_partner on decisions (partner, decision);
-- Of two who supersede the same decision the second one is told so.
create unique index decisions_are_superseded_once on decisions (supersedes) where supersedes is not null;

create trigger decisions_stay before delete on decisions
  for each row execute function refuse_change();
create trigger decisions_are_kept before update on decisions
  for each row
  when (new.seal is null or new.nonce is not null or new.decision <> old.decision or new.partner <> old.partner
    or new.program <> old.program or new.edition <> old.edition or new.edition_hash <> old.edition_hash
    or new.library <> old.library or new.as_of <> old.as_of or new.known_after <> old.known_after
    or new.outcome <> old.outcome or new.supersedes is distinct from old.supersedes)
  execute function refuse_change();
create trigger texts_are_kept before update or delete on texts
  for each row execute function refuse_change();
create trigger libraries_are_kept before update or delete on libraries
  for each row execute function refuse_change();

alter table decisions enable row level security;
alter table decisions force row level security;
create policy scope on decisions using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
