-- Plans as they were proposed: never changed, only withdrawn. What was accepted of one stands among the tasks.
create table plans (
  plan         bigint  primary key references changes (change) deferrable initially deferred, -- the change that proposed it
  partner      text    not null,
  made         bigint  not null,        -- microseconds since 1970, UTC
  by           text    not null,        -- an account
  says         text    not null,        -- JSON: what was asked, the editions with their hashes, the steps, money and proof
  nonce        bigint,                  -- makes the seal of a name unguessable; gone once a person is erased
  seal         bytea,                   -- kept only where a text was erased; the change that made it says the same one
  withdrawn    bigint,                  -- when it was withdrawn
  withdrawn_by text    not null         -- an account; empty: it stands
);
create index plans_of_partner on plans (partner, plan);

create trigger plans_stay before delete on plans
  for each row execute function refuse_change();
create trigger plans_are_kept before update on plans
  for each row
  when (new.plan <> old.plan or new.partner <> old.partner or new.made <> old.made or new.by <> old.by
    or (new.says <> old.says and new.seal is null)
    or (new.nonce is not null and new.nonce is distinct from old.nonce)
    or (new.nonce is null and new.seal is null)
    or (old.seal is not null and new.seal is distinct from old.seal)
    or (old.withdrawn is not null and new.withdrawn is distinct from old.withdrawn))
  execute function refuse_change();

-- Which task a step of a plan became. A step becomes one task, once.
create table plan_steps (
  plan        bigint  not null references plans (plan) deferrable initially deferred,
  step        bigint  not null,         -- its number in the plan, from 1 on
  partner     text    not null,
  task        text    not null unique,
  opens_after bigint,                   -- days since 1970: only evidence that opens after this day closes the task
  primary key (plan, step)
);
create index plan_steps_of_partner on plan_steps (partner, plan);

alter table plans enable row level security;
alter table plans force row level security;
create policy scope on plans using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);

alter table plan_steps enable row level security;
alter table plan_steps force row level security;
create policy scope on plan_steps using (
  (select current_setting('cairn.scope', true)) = '*'
  or partner = any ((select string_to_array(current_setting('cairn.scope', true), chr(31)))::text[])
);
