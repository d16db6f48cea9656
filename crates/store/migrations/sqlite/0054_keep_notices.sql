-- What somebody wants to be told, and by which way. What is not said here is told on the page alone.
create table notice_choices (
  account text   not null,
  partner text   not null,
  kind    text   not null,           -- review, certificate, reference, import, rating
  ways    text   not null,           -- JSON list of: page, mail, hook
  primary key (account, partner, kind)
) strict;

-- What was told, so that nothing is told twice.
create table notices (
  notice  text   primary key,
  partner text   not null,
  account text   not null,           -- an account; `hook`: the partner's web hooks; `person ID`: a person of the evidence
  kind    text   not null,
  subject text   not null,           -- what it is about, without a name: `review PROGRAM 2024-06-01 30`
  detail  text   not null,           -- JSON object: what a page or a mail says it with
  at      integer not null,           -- microseconds since 1970, UTC
  seen    integer                     -- when it was put away
) strict;
create unique index notices_are_told_once on notices (partner, account, kind, subject);
