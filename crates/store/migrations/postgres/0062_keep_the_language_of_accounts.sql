-- The language in which an account is written to; empty where it never chose one.
alter table accounts add column language text not null default '';
