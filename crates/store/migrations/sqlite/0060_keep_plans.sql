-- Plans as they were proposed: never changed, only withdrawn. What was accepted of one stands among the tasks.
create table plans (
  plan         integer primary key references changes (change) deferrable initially deferred, -- the change that proposed it
  partner      text    not null,
  made         integer not null,        -- microseconds since 1970, UTC
  by           text    not null,        -- an account
  says         text    not null,        -- JSON: what was asked, the editions with their hashes, the steps, money and proof
  nonce        integer,                 -- makes the seal of a name unguessable; gone once a person is erased
  seal         blob,                    -- kept only where a text was erased; the change that made it says the same one
  withdrawn    integer,                 -- when it was withdrawn
  withdrawn_by text    not null         -- an account; empty: it stands
) strict;
create index plans_of_partner on plans (partner, plan);

create trigger plans_stay before delete on plans
begin select raise(abort, 'plans are appended, never deleted'); end;
create trigger plans_are_kept before update on plans
when new.plan <> old.plan or new.partner <> old.partner or new.made <> old.made or new.by <> old.by
  or (new.says <> old.says and new.seal is null)
  or (new.nonce is not null and new.nonce is not old.nonce)
  or (new.nonce is null and new.seal is null)
  or (old.seal is not null and new.seal is not old.seal)
  or (old.withdrawn is not null and new.withdrawn is not old.withdrawn)
begin select raise(abort, 'plans are appended, never changed'); end;

-- Which task a step of a plan became. A step becomes one task, once.
create table plan_steps (
  plan        integer not null references plans (plan) deferrable initially deferred,
  step        integer not null,         -- its number in the plan, from 1 on
  partner     text    not null,
  task        text    not null unique,
  opens_after integer,                  -- days since 1970: only evidence that opens after this day closes the task
  primary key (plan, step)
) strict;
create index plan_steps_of_partner on plan_steps (partner, plan);
