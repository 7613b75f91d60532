-- What the page needs beside 0001: leaving for good, posts that wait for their time, the desk as a shared inbox, threads
-- that are slowed or closed, uploads that go on where they broke off, and finding all that concerns one account.

-- An account that was deleted never comes again: everything that was signed for it would count for its successor.
create table deleted_accounts (
    account    blob not null primary key,
    deleted_ms integer not null
);

-- A post of state `scheduled` counts from release_ms on. Why a post lapsed, in a word of docs/api.md.
alter table posts add column release_ms integer;
alter table posts add column lapse_reason text;
create index posts_scheduled on posts (audience) where state = 'scheduled';

-- A thread that nobody touched is open and has no row.
create table threads (
    post       blob not null primary key references posts on delete cascade,
    state      text not null,                 -- open, slow, closed
    every_s    integer,                      -- of a slow one: seconds between two replies of one member
    changed_by blob not null,
    changed_ms integer not null
);

-- A letter to the desk that nobody touched is open and has no row.
create table desk_letters (
    letter     blob not null primary key references letters on delete cascade,
    state      text not null,                 -- open, assigned, resolved
    assignee   blob,                          -- of an assigned one, and of one resolved after that
    changed_by blob not null,
    changed_ms integer not null
);

-- Uploads under way; what has come of one lies in a file of its own, whose length says where to go on.
create table uploads (
    audience   blob not null references audiences on delete cascade,
    sha256     blob not null,
    account    blob not null,
    reader     text not null,                 -- audience, desk, account
    to_account blob,
    size       integer not null,              -- of the whole
    begun_ms   integer not null,
    updated_ms integer not null,
    primary key (audience, sha256, account)
);
create index uploads_by_account on uploads (account, begun_ms);
create index uploads_by_time on uploads (updated_ms);

create index posts_by_account on posts (account, accepted_ms);
create index approvals_by_ik on approvals (ik);
create index links_by_publisher on links (publisher);
create index link_uses_by_account on link_uses (account);
create index join_requests_by_account on join_requests (account);
create index vaults_by_account on vaults (account);
create index threads_by_account on threads (changed_by);
create index desk_letters_by_assignee on desk_letters (assignee);
create index desk_letters_by_changer on desk_letters (changed_by);
