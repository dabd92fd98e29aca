create table portal_token (
    tenant text collate "C" not null,
    connection text collate "C" not null,
    version bigint not null,
    sealed bytea not null,
    lease text collate "C",
    leased_until text collate "C",
    primary key (tenant, connection)
);

alter table portal_token enable row level security;
alter table portal_token force row level security;
create policy portal_tenant on portal_token using (tenant = current_setting('portal.tenant', true));

create function portal_keep_tokens(of_tenant text, of_connection text, new_sealed bytea) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    insert into portal_token as t (tenant, connection, version, sealed) values (of_tenant, of_connection, 1, new_sealed)
    on conflict (tenant, connection) do update
    set version = t.version + 1, sealed = new_sealed, lease = null, leased_until = null;
end
$$;

-- What is kept, if it is still this version and nobody else's.
create function portal_lease_tokens(of_tenant text, of_connection text, of_version bigint, new_lease text, present text, until text)
returns table (version bigint, sealed bytea) language plpgsql as $$
#variable_conflict use_column
begin
    perform set_config('portal.tenant', of_tenant, true);
    return query
    update portal_token t set lease = new_lease, leased_until = until
    where t.tenant = of_tenant and t.connection = of_connection and t.version = of_version
        and (t.lease is null or t.leased_until <= present)
    returning t.version, t.sealed;
end
$$;

create function portal_replace_tokens(of_tenant text, of_connection text, of_lease text, new_sealed bytea) returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_token t set version = t.version + 1, sealed = new_sealed, lease = null, leased_until = null
    where t.tenant = of_tenant and t.connection = of_connection and t.lease = of_lease;
    return found;
end
$$;

create function portal_release_tokens(of_tenant text, of_connection text, of_lease text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_token t set lease = null, leased_until = null
    where t.tenant = of_tenant and t.connection = of_connection and t.lease = of_lease;
end
$$;

create function portal_forget_tokens(of_tenant text, of_connection text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    delete from portal_token t where t.tenant = of_tenant and t.connection = of_connection;
end
$$;

insert into portal_migration (version, at) values (6, now());
