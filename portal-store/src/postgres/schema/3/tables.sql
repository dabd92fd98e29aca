create table portal_account (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    contact text collate "C" not null,
    customer text collate "C" not null,
    state text not null,
    email text collate "C",
    phone text collate "C",
    language text,
    password text,
    temporary text,
    temporary_until text,
    sealed text,
    last_step bigint not null default 0,
    confirmed boolean not null default false,
    primary key (tenant, id),
    unique (tenant, contact),
    unique (tenant, email),
    unique (tenant, phone)
);

-- Browsers an account was signed in from, the newest with the highest number.
create table portal_device (
    tenant text collate "C" not null,
    account text collate "C" not null,
    device bytea not null check (length(device) = 32),
    n bigint not null,
    primary key (tenant, account, device)
);

create table portal_pass (
    tenant text collate "C" not null,
    id text collate "C" not null,
    kind text collate "C" not null,
    email text,
    account text collate "C",
    request text collate "C",
    sent_to bytea not null check (length(sent_to) = 32),
    secret bytea not null check (length(secret) = 32),
    until text collate "C" not null,
    state text collate "C" not null,
    primary key (tenant, id),
    unique (tenant, secret),
    check ((account is null) <> (request is null))
);

create index portal_pass_open_of_account on portal_pass (tenant, account, kind) where state = 'open' and account is not null;

create index portal_pass_open_of_request on portal_pass (tenant, request, kind) where state = 'open' and request is not null;

create index portal_pass_until on portal_pass (tenant, until);

create table portal_session (
    tenant text collate "C" not null,
    id text collate "C" not null,
    token bytea not null check (length(token) = 32),
    account text collate "C" not null,
    opened_at text not null,
    seen_at text collate "C" not null,
    proved_at text not null,
    ip text,
    agent text,
    primary key (tenant, id),
    unique (tenant, token)
);

create index portal_session_of_account on portal_session (tenant, account);

create index portal_session_seen on portal_session (tenant, seen_at);

create table portal_account_request (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    kind text collate "C" not null,
    state text collate "C" not null,
    asked_at text collate "C" not null,
    email text collate "C" not null,
    applicant text not null,
    password text,
    primary key (tenant, id)
);

create index portal_account_request_listed on portal_account_request (tenant, state, asked_at, id) where kind = 'for_approval';

create index portal_account_request_pending on portal_account_request (tenant, email, asked_at, id) where kind = 'for_approval' and state = 'pending';

create index portal_account_request_asked on portal_account_request (tenant, asked_at);

-- Instants here are reckoned with, and are nanoseconds since 1970.
create table portal_allowance (
    tenant text collate "C" not null,
    key bytea not null check (length(key) = 32),
    full_at numeric not null,
    in_a_row bigint not null,
    primary key (tenant, key)
);

create index portal_allowance_full on portal_allowance (tenant, full_at);

create table portal_attempt (
    tenant text collate "C" not null,
    n bigint not null generated always as identity,
    at text collate "C" not null,
    flow text not null,
    outcome text not null,
    account text collate "C",
    customer text,
    typed bytea check (length(typed) = 32),
    ip text,
    agent text,
    primary key (tenant, n)
);

create index portal_attempt_of_account on portal_attempt (tenant, account, n) where account is not null;

create index portal_attempt_at on portal_attempt (tenant, at);

-- Rows of the sign-in log are forgotten in time, by `portal_sweep` and nobody else.
create function portal_log_is_append_only() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and current_setting('portal.sweeping', true) = 'yes' then
        return null;
    end if;
    raise exception 'the sign-in log is append-only';
end
$$;

create trigger portal_attempt_is_never_changed before update or delete or truncate on portal_attempt
for each statement execute function portal_log_is_append_only();

-- An account with everything that lets its owner in. The view sees what whoever asks may see, and not what its owner may.
create view portal_access with (security_invoker = true) as
select a.tenant, a.id, a.version, a.contact, a.customer, a.state, a.email, a.phone, a.language, a.password, a.temporary, a.temporary_until,
    a.sealed, a.last_step, a.confirmed,
    array(select d.device from portal_device d where d.tenant = a.tenant and d.account = a.id order by d.n desc) as devices
from portal_account a;

-- What people may be asked for by, whose they are, and what was changed here that the host has not told of: addresses they had before, and what was in each
-- field.
alter table portal_mirror_contact
    add column standing text,
    add column email text collate "C",
    add column record_email text collate "C",
    add column phone text collate "C",
    add column customer text collate "C",
    add column profile jsonb,
    add column passed text[],
    add column passed_fields jsonb not null default '{}';

create index portal_mirror_contact_email on portal_mirror_contact (tenant, email) where email is not null;

create index portal_mirror_contact_record_email on portal_mirror_contact (tenant, record_email) where record_email is not null;

create index portal_mirror_contact_phone on portal_mirror_contact (tenant, phone, customer) where phone is not null;

alter table portal_account enable row level security;
alter table portal_account force row level security;
create policy portal_tenant on portal_account using (tenant = current_setting('portal.tenant', true));

alter table portal_device enable row level security;
alter table portal_device force row level security;
create policy portal_tenant on portal_device using (tenant = current_setting('portal.tenant', true));

alter table portal_pass enable row level security;
alter table portal_pass force row level security;
create policy portal_tenant on portal_pass using (tenant = current_setting('portal.tenant', true));

alter table portal_session enable row level security;
alter table portal_session force row level security;
create policy portal_tenant on portal_session using (tenant = current_setting('portal.tenant', true));

alter table portal_account_request enable row level security;
alter table portal_account_request force row level security;
create policy portal_tenant on portal_account_request using (tenant = current_setting('portal.tenant', true));

alter table portal_allowance enable row level security;
alter table portal_allowance force row level security;
create policy portal_tenant on portal_allowance using (tenant = current_setting('portal.tenant', true));

alter table portal_attempt enable row level security;
alter table portal_attempt force row level security;
create policy portal_tenant on portal_attempt using (tenant = current_setting('portal.tenant', true));
