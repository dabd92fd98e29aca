create table portal_account (
    tenant text not null,
    id text not null,
    version integer not null default 1,
    contact text not null,
    customer text not null,
    state text not null default 'invited',
    email text,
    phone text,
    language text,
    password text,
    temporary text,
    temporary_until text,
    sealed text,
    last_step integer not null default 0,
    confirmed integer not null default 0 check (confirmed in (0, 1)),
    primary key (tenant, id),
    unique (tenant, contact),
    unique (tenant, email),
    unique (tenant, phone),
    check ((temporary is null) = (temporary_until is null))
) strict, without rowid;

create table portal_device (
    tenant text not null,
    account text not null,
    n integer not null,
    device blob not null check (length(device) = 32),
    primary key (tenant, account, n),
    unique (tenant, account, device)
) strict, without rowid;

create table portal_session (
    tenant text not null,
    token blob not null check (length(token) = 32),
    id text not null,
    account text not null,
    opened_at text not null,
    seen_at text not null,
    proved_at text not null,
    ip text,
    agent text,
    primary key (tenant, token)
) strict, without rowid;

create unique index portal_session_of_account on portal_session (tenant, account, id);

create index portal_session_by_age on portal_session (tenant, seen_at);

create table portal_pass (
    tenant text not null,
    secret blob not null check (length(secret) = 32),
    id text not null,
    kind text not null,
    facts text not null,
    holder text not null check (holder in ('account', 'request')),
    holder_id text not null,
    sent_to blob not null check (length(sent_to) = 32),
    until text not null,
    state text not null,
    primary key (tenant, secret),
    unique (tenant, id)
) strict, without rowid;

create index portal_pass_open on portal_pass (tenant, holder, holder_id, kind) where state = 'open';

create index portal_pass_by_age on portal_pass (tenant, until);

create table portal_account_request (
    tenant text not null,
    id text not null,
    version integer not null default 1,
    kind text not null,
    state text not null,
    asked_at text not null,
    email text not null,
    applicant text not null,
    password text,
    primary key (tenant, id)
) strict, without rowid;

create index portal_account_request_listed on portal_account_request (tenant, state, asked_at, id) where kind = 'for_approval';

create index portal_account_request_pending on portal_account_request (tenant, email, asked_at, id)
    where kind = 'for_approval' and state = 'pending';

create index portal_account_request_by_age on portal_account_request (tenant, asked_at);

create table portal_allowance (
    tenant text not null,
    key blob not null check (length(key) = 32),
    full_at text not null,
    in_a_row integer not null,
    primary key (tenant, key)
) strict, without rowid;

create index portal_allowance_by_age on portal_allowance (tenant, full_at);

create table portal_attempt (
    tenant text not null,
    row integer not null,
    at text not null,
    flow text not null,
    outcome text not null,
    account text,
    customer text,
    typed blob check (length(typed) = 32),
    ip text,
    agent text,
    primary key (tenant, row)
) strict, without rowid;

create index portal_attempt_by_age on portal_attempt (tenant, at, row);

create index portal_attempt_of_account on portal_attempt (tenant, account, at, row) where account is not null;

create trigger portal_attempt_is_never_changed before update on portal_attempt
begin
    select raise(abort, 'the sign-in log is append-only');
end;

create trigger portal_attempt_is_never_replaced before insert on portal_attempt
when exists (select 1 from portal_attempt where tenant = new.tenant and row = new.row)
begin
    select raise(abort, 'the sign-in log is append-only');
end;

create view portal_account_now as
select a.*, (
    select group_concat(hex(d.device), ',' order by d.n desc) from portal_device d
    where d.tenant = a.tenant and d.account = a.id
) as devices
from portal_account a;

alter table portal_mirror_contact add column standing text;

alter table portal_mirror_contact add column fields text;

alter table portal_mirror_contact add column customer text;

alter table portal_mirror_contact add column own_email text;

alter table portal_mirror_contact add column email text;

alter table portal_mirror_contact add column phone text;

alter table portal_mirror_contact add column passed text;

create index portal_mirror_contact_by_own_email on portal_mirror_contact (tenant, own_email, id) where own_email is not null;

create index portal_mirror_contact_by_email on portal_mirror_contact (tenant, email, id) where email is not null;

create index portal_mirror_contact_by_phone on portal_mirror_contact (tenant, phone, customer, id) where phone is not null;

insert into portal_migration (version, at) values (3, strftime('%Y-%m-%dT%H:%M:%fZ'));
