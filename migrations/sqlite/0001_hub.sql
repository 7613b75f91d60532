-- The hub's tables: ids, states, times, hashes and sealed bytes. No name, title, text or key that opens one.
-- Ids and keys are blob of 32 bytes unless said otherwise; times are milliseconds since 1970 in *_ms.

-- Accounts (protocol section 2) ---------------------------------------------------------------

create table accounts (
    account          blob  not null primary key,
    ik               blob  not null unique,
    seq              integer   not null,          -- of the bundle held; exactly the next one is accepted
    bundle           blob  not null,
    bundle_signature blob  not null,
    xk               blob  not null,          -- the bundle's, to find the recipient of a letter
    letters          integer   not null default 0, -- letters ever put into this account's mailbox
    created_ms       integer   not null
);
create unique index accounts_by_xk on accounts (xk);   -- or a letter could be led to whoever copied the key

create table challenges (
    challenge  blob not null primary key,
    expires_ms integer  not null
);

create table sessions (
    token_hash blob not null primary key,     -- SHA-256 of the bearer token
    account    blob not null references accounts on delete cascade,
    created_ms integer  not null,
    expires_ms integer  not null
);
create index sessions_by_account on sessions (account);

create table vaults (
    vault_id   blob not null primary key,     -- 16 bytes
    account    blob not null references accounts on delete cascade,
    version    integer  not null,
    vault      blob not null,                 -- an age file
    updated_ms integer  not null
);

-- Audiences (section 3) -----------------------------------------------------------------------

create table audiences (
    audience     blob not null primary key,
    genesis      blob not null,
    revision     integer  not null,               -- highest accepted
    charter_hash blob not null,
    posts        integer  not null default 0,     -- positions given to posts; bumping it locks the audience
    letters      integer  not null default 0,     -- letters ever put into the desk's mailbox
    created_ms   integer  not null
);

create table charters (
    audience      blob not null references audiences on delete cascade,
    revision      integer  not null,
    charter_hash  blob not null,
    charter       blob not null,
    signatures    blob not null,
    not_before_ms integer  not null,
    not_after_ms  integer  not null,
    accepted_ms   integer  not null,
    primary key (audience, revision)
);
create unique index charters_by_hash on charters (audience, charter_hash);

-- The staff of the highest revision, so that an account finds the audiences it works for.
create table staff (
    audience blob not null references audiences on delete cascade,
    account  blob not null,
    ik       blob not null,
    role     integer  not null,                   -- 1 publisher, 2 admin
    primary key (audience, account)
);
create index staff_by_account on staff (account);

-- Cohorts, slots and tokens (section 4) -------------------------------------------------------

create table cohorts (
    audience   blob not null references audiences on delete cascade,
    s_key      blob not null,                 -- S
    position   integer  not null,                 -- its index in the charter
    next_slot  integer  not null default 0,       -- slots are never reused under one S
    live       integer  not null default 0,       -- members in it now
    sealed_key blob,                          -- seals its tokens; null once retired, which erases them
    retired_ms integer,
    primary key (audience, s_key)
);

-- 64 tokens a page: small enough to rewrite when one member joins, large enough that a cohort is 64 reads.
create table token_pages (
    audience blob not null,
    s_key    blob not null,
    page     integer  not null,                   -- slots 64·page …
    sealed   blob not null,
    primary key (audience, s_key, page),
    foreign key (audience, s_key) references cohorts on delete cascade
);

create table members (
    audience   blob not null references audiences on delete cascade,
    account    blob not null,
    ik         blob not null,
    role       integer  not null,                 -- 1 member, 2 guardian
    s_key      blob not null,
    slot       integer  not null,
    joined_ms  integer  not null,
    removed_ms integer,
    primary key (audience, account)
);
create index members_by_account on members (account);
create index members_by_slot on members (audience, s_key, slot);

-- Every slot ever given: older ones still find their place in older packs.
create table slots (
    audience             blob not null,
    s_key                blob not null,
    slot                 integer  not null,
    account              blob not null,
    x                    blob,                -- the batch's X; null for one who came through an open link
    ek                   blob,
    membership           blob not null,
    membership_signature blob not null,
    link_pk              blob,                -- the open link that issued the membership
    granted_ms           integer  not null,
    dropped_ms           integer,                 -- its token is gone
    primary key (audience, s_key, slot)
);
create index slots_by_account on slots (audience, account);

create table links (
    audience   blob not null references audiences on delete cascade,
    link_pk    blob not null,
    link       blob not null,
    signature  blob not null,
    publisher  blob not null,                 -- ik of the signer
    kind       integer  not null,                 -- 1 open, 2 approval
    max_uses   integer  not null,
    uses       integer  not null default 0,
    expires_ms integer  not null,
    revoked_ms integer,
    created_ms integer  not null,
    primary key (audience, link_pk)
);

create table link_uses (
    audience blob not null,
    link_pk  blob not null,
    account  blob not null,
    primary key (audience, link_pk, account),
    foreign key (audience, link_pk) references links on delete cascade
);

create table deposits (
    audience blob not null,
    link_pk  blob not null,
    s_key    blob not null,
    sealed   blob not null,                   -- t_link under the cohort's key
    primary key (audience, link_pk, s_key),
    foreign key (audience, link_pk) references links on delete cascade
);

create table join_requests (
    audience       blob not null references audiences on delete cascade,
    account        blob not null,
    ik             blob not null,
    link_pk        blob not null,
    request        blob not null,
    link_signature blob not null,
    signature      blob not null,
    state          text not null,             -- pending, admitted, declined
    received_ms    integer  not null,
    decided_ms     integer,
    primary key (audience, account)
);
create index join_requests_pending on join_requests (audience, state, received_ms);

-- Posts (sections 5 and 6) --------------------------------------------------------------------

create table posts (
    post         blob not null primary key,   -- post_id
    audience     blob not null references audiences on delete cascade,
    position     integer  not null,               -- 1, 2, … in the audience: the cursor of its list
    revision     integer  not null,
    ik           blob not null,
    account      blob not null,
    chain        blob not null,               -- 16 bytes
    seq          integer  not null,
    kind         integer  not null,
    thread       blob not null,
    publisher    boolean not null,               -- whether its charter lists the author
    sent_ms      integer  not null,
    accepted_ms  integer  not null,
    state        text not null,               -- pending (approvals), accepted, lapsed
    bytes        blob not null,
    writer_proof blob                         -- a member's membership, shown to readers
);
create unique index posts_by_position on posts (audience, position);
create unique index posts_by_chain on posts (audience, ik, chain, seq);
create index posts_by_thread on posts (audience, thread);

-- One line per cohort of a post: how far its fan-out is.
create table post_cohorts (
    post      blob not null references posts on delete cascade,
    position  integer  not null,
    s_key     blob not null,
    slots     integer  not null,                  -- slots given when the post was accepted; later ones are history
    state     text not null,                  -- waiting, ready, failed
    recipients integer not null default 0,        -- live slots transformed
    reason    text,
    ready_ms  integer,
    primary key (post, position)
);
create index post_cohorts_by_key on post_cohorts (s_key, state);

create table packs (
    post     blob not null,
    position integer  not null,
    pack     blob not null,                   -- 32 bytes a slot
    primary key (post, position),
    foreign key (post, position) references post_cohorts on delete cascade
);

-- What a late joiner was given of earlier posts; a pack is never rewritten.
create table late_slots (
    post        blob not null,
    position    integer  not null,
    slot        integer  not null,
    transformed blob not null,
    primary key (post, position, slot),
    foreign key (post, position) references post_cohorts on delete cascade
);

create table approvals (
    post     blob not null references posts on delete cascade,
    ik       blob not null,
    approval blob not null,
    at_ms    integer  not null,
    primary key (post, ik)
);

create table receipts (
    post            blob not null references posts on delete cascade,
    account         blob not null,
    delivered_ms    integer,
    read_ms         integer,
    acknowledged_ms integer,
    primary key (post, account)
);

-- Letters and attachments (section 7) ---------------------------------------------------------

create table letters (
    letter       blob not null primary key,   -- letter_id
    audience     blob not null references audiences on delete cascade,
    to_account   blob,                        -- null: the audience's desk
    position     integer  not null,               -- 1, 2, … in that mailbox: the cursor of its list
    ik           blob not null,
    account      blob not null,
    thread       blob not null,
    kind         integer  not null,
    sent_ms      integer  not null,
    received_ms  integer  not null,
    bytes        blob not null,
    writer_proof blob
);
create index letters_to_account on letters (to_account, position);
create index letters_to_desk on letters (audience, position) where to_account is null;
create index letters_by_account on letters (account, received_ms);

create table attachments (
    audience   blob not null references audiences on delete cascade,
    sha256     blob not null,
    account    blob not null,                 -- who uploaded it
    reader     text not null,                 -- audience, desk, account
    to_account blob,
    size       integer  not null,
    created_ms integer  not null,
    primary key (audience, sha256)
);
create index attachments_by_account on attachments (account, created_ms);

-- Notifications -------------------------------------------------------------------------------

create table events (
    id       integer primary key autoincrement,
    at_ms    integer  not null,
    kind     text not null,                   -- post, charter, letter, request, member, approval, progress
    audience blob,
    account  blob,                            -- for this account only
    s_key    blob,                            -- for members of this cohort only
    staff    boolean not null,                   -- for publishers only
    subject  blob not null
);
create index events_by_audience on events (audience, id);
create index events_by_account on events (account, id);

create table email_addresses (
    account          blob not null primary key references accounts on delete cascade,
    sealed_address   blob not null,           -- the address and the tokens of both links, under the master key
    language         text not null,           -- id, en
    state            text not null,           -- unconfirmed, confirmed, failed, off
    reason           text,                    -- why it failed, in words for its owner
    confirm_hash     blob not null,
    confirm_until_ms integer  not null,
    unsubscribe_hash blob not null,
    updated_ms       integer  not null
);
create unique index email_by_confirm on email_addresses (confirm_hash);
create unique index email_by_unsubscribe on email_addresses (unsubscribe_hash);

-- Confirmations asked for in the last day, so that nobody has mail sent to a stranger again and again.
create table email_confirmations (
    confirm_hash blob not null primary key,
    account      blob not null references accounts on delete cascade,
    address_hash blob not null,                 -- keyed by the master key
    at_ms        integer not null
);
create index email_confirmations_by_account on email_confirmations (account, at_ms);
create index email_confirmations_by_address on email_confirmations (address_hash, at_ms);

-- One line per mail owed: never twice for one subject and account.
create table nudges (
    subject    blob not null,                 -- a post, a letter, or a confirmation's confirm_hash
    account    blob not null references accounts on delete cascade,
    state      text not null,                 -- due, sending, sent, failed, unneeded
    attempts   integer  not null default 0,
    reason     text,
    updated_ms integer  not null,
    primary key (subject, account)
);
create index nudges_by_account on nudges (account, updated_ms);
