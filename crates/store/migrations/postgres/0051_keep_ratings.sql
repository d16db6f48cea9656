-- Customers who were asked for a rating, and what they answered. Nothing of it counts before it becomes a record.
create table rating_requests (
  request   text   primary key,
  partner   text   not null,
  program   text   not null,         -- the program whose edition names this form
  customer  text   not null,
  person    text   not null,         -- who is asked, by name
  email     text   not null,
  address   text   not null,         -- the same in lower case, by which it is found
  state     text   not null check (state in ('open', 'answered', 'confirmed', 'accepted', 'refused', 'declined', 'withdrawn', 'expired', 'erased')),
  created   bigint not null,         -- microseconds since 1970, UTC; so are all moments below
  by        text   not null,         -- the account that asked
  expires   bigint not null,
  reminded  bigint,                  -- when the last reminder was written
  reminders bigint not null,
  score     bigint,
  comment   text   not null,
  shared    boolean  not null,         -- may the partner see score and comment?
  answered  bigint,
  confirmed bigint,                  -- when the address was confirmed by a mailed link
  decided   bigint,                  -- when somebody said whether it is a customer
  decided_by text  not null,
  reason    text   not null
);

create index rating_requests_of_partner on rating_requests (partner, created);
-- Nobody is asked twice at once.
create unique index rating_requests_are_open_once on rating_requests (partner, customer, address)
  where state in ('open', 'answered', 'confirmed');

-- The links in those mails: only their hashes. An earlier link works beside that of a reminder.
create table rating_links (
  hash    bytea  primary key,
  partner text   not null,
  request text   not null references rating_requests (request),
  kind    text   not null check (kind in ('rate', 'confirm')),
  created bigint not null
);

alter table rating_requests enable row level security;
alter table rating_requests force row level security;
create policy scope on rating_requests using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table rating_links enable row level security;
alter table rating_links force row level security;
create policy scope on rating_links using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
