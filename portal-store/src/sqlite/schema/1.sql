create table portal_command (
    tenant text not null,
    row integer not null,
    command text not null,
    form text not null,
    by text not null,
    at text not null,
    action text not null,
    about text not null,
    changes text not null,
    primary key (tenant, row),
    unique (tenant, command)
) strict, without rowid;

create trigger portal_command_is_never_changed before update on portal_command
begin
    select raise(abort, 'the audit trail is append-only');
end;

create trigger portal_command_is_never_replaced before insert on portal_command
when exists (select 1 from portal_command where tenant = new.tenant and row = new.row)
begin
    select raise(abort, 'the audit trail is append-only');
end;

create trigger portal_command_is_taken_once before insert on portal_command
when exists (select 1 from portal_command where tenant = new.tenant and command = new.command)
begin
    select raise(ignore);
end;

create trigger portal_command_is_never_deleted before delete on portal_command
begin
    select raise(abort, 'the audit trail is append-only');
end;

create table portal_seal (
    tenant text not null,
    row integer not null,
    seal blob not null check (length(seal) = 32),
    primary key (tenant, row)
) strict, without rowid;

create trigger portal_seal_is_never_changed before update on portal_seal
begin
    select raise(abort, 'the audit trail is append-only');
end;

create trigger portal_seal_is_never_replaced before insert on portal_seal
when exists (select 1 from portal_seal where tenant = new.tenant and row = new.row)
begin
    select raise(abort, 'the audit trail is append-only');
end;

create trigger portal_seal_is_never_deleted before delete on portal_seal
begin
    select raise(abort, 'the audit trail is append-only');
end;

create table portal_outbox (
    tenant text not null,
    row integer not null,
    n integer not null,
    id text not null,
    topic text not null,
    kind text not null,
    ready_at text not null,
    due_at text,
    tries integer not null default 0,
    claimed integer not null default 0 check (claimed in (0, 1)),
    dead integer not null default 0 check (dead in (0, 1)),
    why text,
    primary key (tenant, row, n)
) strict, without rowid;

create index portal_outbox_ready on portal_outbox (tenant, topic, ready_at) where dead = 0;

create index portal_outbox_claimed on portal_outbox (tenant, id) where claimed = 1;

create table portal_try (
    tenant text not null,
    key text not null,
    at text not null,
    times integer not null,
    primary key (tenant, key, at)
) strict, without rowid;

insert into portal_migration (version, at) values (1, strftime('%Y-%m-%dT%H:%M:%fZ'));
