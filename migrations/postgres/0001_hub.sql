-- The hub's tables: ids, states, times, hashes and sealed bytes. No name, title, text or key that opens one.
-- Ids and keys are bytea of 32 bytes unless said otherwise; times are milliseconds since 1970 in *_ms.

-- Accounts (protocol section 2) ---------------------------------------------------------------

create table accounts (
    account          bytea  not null primary key,
    ik               bytea  not null unique,
    seq              bigint   not null,          -- of the bundle held; exactly the next one is accepted
    bundle           bytea  not null,
    bundle_signature bytea  not null,
    xk               bytea  not null,          -- the bundle's, to find the recipient of a letter
    letters          bigint   not null default 0, -- letters ever put into this account's mailbox
    created_ms       bigint   not null
);
create unique index accounts_by_xk on accounts (xk);   -- or a letter could be led to whoever copied the key

create table challenges (
    challenge  bytea not null primary key,
    expires_ms bigint  not null
);

create table sessions (
    token_hash bytea not null primary key,     -- SHA-256 of the bearer token
    account    bytea not null references accounts on delete cascade,
    created_ms bigint  not null,
    expires_ms bigint  not null
);
create index sessions_by_account on sessions (account);

create table vaults (
    vault_id   bytea not null primary key,     -- 16 bytes
    account    bytea not null references accounts on delete cascade,
    version    bigint  not null,
    vault      bytea not null,                 -- an age file
    updated_ms bigint  not null
);

-- Audiences (section 3) -----------------------------------------------------------------------

create table audiences (
    audience     bytea not null primary key,
    genesis      bytea not null,
    revision     bigint  not null,               -- highest accepted
    charter_hash bytea not null,
    posts        bigint  not null default 0,     -- positions given to posts; bumping it locks the audience
    letters      bigint  not null default 0,     -- letters ever put into the desk's mailbox
    created_ms   bigint  not null
);

create table charters (
    audience      bytea not null references audiences on delete cascade,
    revision      bigint  not null,
    charter_hash  bytea not null,
    charter       bytea not null,
    signatures    bytea not null,
    not_before_ms bigint  not null,
    not_after_ms  bigint  not null,
    accepted_ms   bigint  not null,
    primary key (audience, revision)
);
create unique index charters_by_hash on charters (audience, charter_hash);

-- The staff of the highest revision, so that an account finds the audiences it works for.
create table staff (
    audience bytea not null references audiences on delete cascade,
    account  bytea not null,
    ik       bytea not null,
    role     bigint  not null,                   -- 1 publisher, 2 admin
    primary key (audience, account)
);
create index staff_by_account on staff (account);

-- Cohorts, slots and tokens (section 4) -------------------------------------------------------

create table cohorts (
    audience   bytea not null references audiences on delete cascade,
    s_key      bytea not null,                 -- S
    position   bigint  not null,                 -- its index in the charter
    next_slot  bigint  not null default 0,       -- slots are never reused under one S
    live       bigint  not null default 0,       -- members in it now
    sealed_key bytea,                          -- seals its tokens; null once retired, which erases them
    retired_ms bigint,
    primary key (audience, s_key)
);

-- 64 tokens a page: small enough to rewrite when one member joins, large enough that a cohort is 64 reads.
create table token_pages (
    audience bytea not null,
    s_key    bytea not null,
    page     bigint  not null,                   -- slots 64·page …
    sealed   bytea not null,
    primary key (audience, s_key, page),
    foreign key (audience, s_key) references cohorts on delete cascade
);

create table members (
    audience   bytea not null references audiences on delete cascade,
    account    bytea not null,
    ik         bytea not null,
    role       bigint  not null,                 -- 1 member, 2 guardian
    s_key      bytea not null,
    slot       bigint  not null,
    joined_ms  bigint  not null,
    removed_ms bigint,
    primary key (audience, account)
);
create index members_by_account on members (account);
create index members_by_slot on members (audience, s_key, slot);

-- Every slot ever given: older ones still find their place in older packs.
create table slots (
    audience             bytea not null,
    s_key                bytea not null,
    slot                 bigint  not null,
    account              bytea not null,
    x                    bytea,                -- the batch's X; null for one who came through an open link
    ek                   bytea,
    membership           bytea not null,
    membership_signature bytea not null,
    link_pk              bytea,                -- the open link that issued the membership
    granted_ms           bigint  not null,
    dropped_ms           bigint,                 -- its token is gone
    primary key (audience, s_key, slot)
);
create index slots_by_account on slots (audience, account);

create table links (
    audience   bytea not null references audiences on delete cascade,
    link_pk    bytea not null,
    link       bytea not null,
    signature  bytea not null,
    publisher  bytea not null,                 -- ik of the signer
    kind       bigint  not null,                 -- 1 open, 2 approval
    max_uses   bigint  not null,
    uses       bigint  not null default 0,
    expires_ms bigint  not null,
    revoked_ms bigint,
    created_ms bigint  not null,
    primary key (audience, link_pk)
);

create table link_uses (
    audience bytea not null,
    link_pk  bytea not null,
    account  bytea not null,
    primary key (audience, link_pk, account),
    foreign key (audience, link_pk) references links on delete cascade
);

create table deposits (
    audience bytea not null,
    link_pk  bytea not null,
    s_key    bytea not null,
    sealed   bytea not null,                   -- t_link under the cohort's key
    primary key (audience, link_pk, s_key),
    foreign key (audience, link_pk) references links on delete cascade
);

create table join_requests (
    audience       bytea not null references audiences on delete cascade,
    account        bytea not null,
    ik             bytea not null,
    link_pk        bytea not null,
    request        bytea not null,
    link_signature bytea not null,
    signature      bytea not null,
    state          text not null,             -- pending, admitted, declined
    received_ms    bigint  not null,
    decided_ms     bigint,
    primary key (audience, account)
);
create index join_requests_pending on join_requests (audience, state, received_ms);

-- Posts (sections 5 and 6) --------------------------------------------------------------------

create table posts (
    post         bytea not null primary key,   -- post_id
    audience     bytea not null references audiences on delete cascade,
    position     bigint  not null,               -- 1, 2, … in the audience: the cursor of its list
    revision     bigint  not null,
    ik           bytea not null,
    account      bytea not null,
    chain        bytea not null,               -- 16 bytes
    seq          bigint  not null,
    kind         bigint  not null,
    thread       bytea not null,
    publisher    boolean not null,               -- whether its charter lists the author
    sent_ms      bigint  not null,
    accepted_ms  bigint  not null,
    state        text not null,               -- pending (approvals), accepted, lapsed
    bytes        bytea not null,
    writer_proof bytea                         -- a member's membership, shown to readers
);
create unique index posts_by_position on posts (audience, position);
create unique index posts_by_chain on posts (audience, ik, chain, seq);
create index posts_by_thread on posts (audience, thread);

-- One line per cohort of a post: how far its fan-out is.
create table post_cohorts (
    post      bytea not null references posts on delete cascade,
    position  bigint  not null,
    s_key     bytea not null,
    slots     bigint  not null,                  -- slots given when the post was accepted; later ones are history
    state     text not null,                  -- waiting, ready, failed
    recipients bigint not null default 0,        -- live slots transformed
    reason    text,
    ready_ms  bigint,
    primary key (post, position)
);
create index post_cohorts_by_key on post_cohorts (s_key, state);

create table packs (
    post     bytea not null,
    position bigint  not null,
    pack     bytea not null,                   -- 32 bytes a slot
    primary key (post, position),
    foreign key (post, position) references post_cohorts on delete cascade
);

-- What a late joiner was given of earlier posts; a pack is never rewritten.
create table late_slots (
    post        bytea not null,
    position    bigint  not null,
    slot        bigint  not null,
    transformed bytea not null,
    primary key (post, position, slot),
    foreign key (post, position) references post_cohorts on delete cascade
);

create table approvals (
    post     bytea not null references posts on delete cascade,
    ik       bytea not null,
    approval bytea not null,
    at_ms    bigint  not null,
    primary key (post, ik)
);

create table receipts (
    post            bytea not null references posts on delete cascade,
    account         bytea not null,
    delivered_ms    bigint,
    read_ms         bigint,
    acknowledged_ms bigint,
    primary key (post, account)
);

-- Letters and attachments (section 7) ---------------------------------------------------------

create table letters (
    letter       bytea not null primary key,   -- letter_id
    audience     bytea not null references audiences on delete cascade,
    to_account   bytea,                        -- null: the audience's desk
    position     bigint  not null,               -- 1, 2, … in that mailbox: the cursor of its list
    ik           bytea not null,
    account      bytea not null,
    thread       bytea not null,
    kind         bigint  not null,
    sent_ms      bigint  not null,
    received_ms  bigint  not null,
    bytes        bytea not null,
    writer_proof bytea
);
create index letters_to_account on letters (to_account, position);
create index letters_to_desk on letters (audience, position) where to_account is null;
create index letters_by_account on letters (account, received_ms);

create table attachments (
    audience   bytea not null references audiences on delete cascade,
    sha256     bytea not null,
    account    bytea not null,                 -- who uploaded it
    reader     text not null,                 -- audience, desk, account
    to_account bytea,
    size       bigint  not null,
    created_ms bigint  not null,
    primary key (audience, sha256)
);
create index attachments_by_account on attachments (account, created_ms);

-- Notifications -------------------------------------------------------------------------------

create table events (
    id       bigint generated always as identity primary key,
    at_ms    bigint  not null,
    kind     text not null,                   -- post, charter, letter, request, member, approval, progress
    audience bytea,
    account  bytea,                            -- for this account only
    s_key    bytea,                            -- for members of this cohort only
    staff    boolean not null,                   -- for publishers only
    subject  bytea not null
);
create index events_by_audience on events (audience, id);
create index events_by_account on events (account, id);

create table email_addresses (
    account          bytea not null primary key references accounts on delete cascade,
    sealed_address   bytea not null,           -- the address and the tokens of both links, under the master key
    language         text not null,           -- id, en
    state            text not null,           -- unconfirmed, confirmed, failed, off
    reason           text,                    -- why it failed, in words for its owner
    confirm_hash     bytea not null,
    confirm_until_ms bigint  not null,
    unsubscribe_hash bytea not null,
    updated_ms       bigint  not null
);
create unique index email_by_confirm on email_addresses (confirm_hash);
create unique index email_by_unsubscribe on email_addresses (unsubscribe_hash);

-- Confirmations asked for in the last day, so that nobody has mail sent to a stranger again and again.
create table email_confirmations (
    confirm_hash bytea not null primary key,
    account      bytea not null references accounts on delete cascade,
    address_hash bytea not null,                 -- keyed by the master key
    at_ms        bigint not null
);
create index email_confirmations_by_account on email_confirmations (account, at_ms);
create index email_confirmations_by_address on email_confirmations (address_hash, at_ms);

-- One line per mail owed: never twice for one subject and account.
create table nudges (
    subject    bytea not null,                 -- a post, a letter, or a confirmation's confirm_hash
    account    bytea not null references accounts on delete cascade,
    state      text not null,                 -- due, sending, sent, failed, unneeded
    attempts   bigint  not null default 0,
    reason     text,
    updated_ms bigint  not null,
    primary key (subject, account)
);
create index nudges_by_account on nudges (account, updated_ms);
