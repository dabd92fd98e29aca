create table portal_command (
    tenant text collate "C" not null,
    row bigint not null generated always as identity,
    command text collate "C" not null,
    form text not null,
    by text not null,
    at text collate "C" not null,
    action text not null,
    about text not null,
    changes text not null,
    primary key (tenant, row),
    unique (tenant, command)
);

create table portal_unsealed (
    tenant text collate "C" not null,
    row bigint not null,
    primary key (tenant, row)
);

create table portal_seal (
    tenant text collate "C" not null,
    number bigint not null,
    row bigint not null,
    seal bytea not null check (length(seal) = 32),
    primary key (tenant, number),
    unique (tenant, row)
);

create table portal_outbox (
    tenant text collate "C" not null,
    row bigint not null,
    n bigint not null,
    id text collate "C" not null,
    topic text collate "C" not null,
    kind text not null,
    ready_at text collate "C" not null,
    due_at text,
    tries bigint not null default 0,
    claimed boolean not null default false,
    dead boolean not null default false,
    why text,
    primary key (tenant, row, n)
);

create index portal_outbox_ready on portal_outbox (tenant, topic, ready_at, row, n) where not dead;

create index portal_outbox_claimed on portal_outbox (tenant, id) where claimed;

create table portal_try (
    tenant text collate "C" not null,
    key text collate "C" not null,
    at text collate "C" not null,
    times bigint not null,
    primary key (tenant, key, at)
);

create function portal_is_append_only() returns trigger language plpgsql as $$
begin
    raise exception 'the audit trail is append-only';
end
$$;

create trigger portal_command_is_never_changed before update or delete or truncate on portal_command
for each statement execute function portal_is_append_only();

create trigger portal_seal_is_never_changed before update or delete or truncate on portal_seal
for each statement execute function portal_is_append_only();

alter table portal_command enable row level security;
alter table portal_command force row level security;
create policy portal_tenant on portal_command using (tenant = current_setting('portal.tenant', true));

alter table portal_unsealed enable row level security;
alter table portal_unsealed force row level security;
create policy portal_tenant on portal_unsealed using (tenant = current_setting('portal.tenant', true));

alter table portal_seal enable row level security;
alter table portal_seal force row level security;
create policy portal_tenant on portal_seal using (tenant = current_setting('portal.tenant', true));

alter table portal_outbox enable row level security;
alter table portal_outbox force row level security;
create policy portal_tenant on portal_outbox using (tenant = current_setting('portal.tenant', true));

alter table portal_try enable row level security;
alter table portal_try force row level security;
create policy portal_tenant on portal_try using (tenant = current_setting('portal.tenant', true));
