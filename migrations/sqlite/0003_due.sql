-- What the clock begins: posts released at their time, and reminders before a due time where an audience's admin allows them.

-- The hub looks every second for what has come due.
create index posts_due on posts (release_ms) where state = 'scheduled';

-- Whether publishers may tell the hub when an assignment is due: only once an admin has said so.
alter table audiences add column due_times_allowed boolean not null default false;

-- When an assignment is due, and when the hub reminds whoever has handed nothing in.
create table due_times (
    post        blob not null primary key references posts on delete cascade,
    due_ms      integer not null,
    remind_ms   integer not null,
    reminder    blob not null,                 -- what mails about it are owed for; drawn anew when the time changes
    reminded_ms integer
);
create unique index due_times_by_reminder on due_times (reminder);
create index due_times_waiting on due_times (remind_ms) where reminded_ms is null;
