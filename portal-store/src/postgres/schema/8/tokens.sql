alter table portal_token add column asked_at text collate "C";

alter table portal_token add column forgotten boolean not null default false;

create or replace function portal_keep_tokens(of_tenant text, of_connection text, new_sealed bytea) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    insert into portal_token as t (tenant, connection, version, sealed) values (of_tenant, of_connection, 1, new_sealed)
    on conflict (tenant, connection) do update
    set version = t.version + 1, sealed = new_sealed, forgotten = false, lease = null, leased_until = null, asked_at = null;
end
$$;

-- Where nothing is there, not even the mark of what was forgotten.
create function portal_keep_first_tokens(of_tenant text, of_connection text, new_sealed bytea) returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    insert into portal_token (tenant, connection, version, sealed) values (of_tenant, of_connection, 1, new_sealed)
    on conflict (tenant, connection) do nothing;
    return found;
end
$$;

drop function portal_lease_tokens(text, text, bigint, text, text, text);

-- What is kept, if it is still this version and nobody else's. A lease that ends after all that can be was taken by a clock that is wrong.
create function portal_lease_tokens(of_tenant text, of_connection text, of_version bigint, new_lease text, present text, until text, beyond text)
returns table (version bigint, sealed bytea, asked_at text) language plpgsql as $$
#variable_conflict use_column
begin
    perform set_config('portal.tenant', of_tenant, true);
    return query
    update portal_token t set lease = new_lease, leased_until = until, asked_at = coalesce(t.asked_at, present)
    where t.tenant = of_tenant and t.connection = of_connection and t.version = of_version and not t.forgotten
        and (t.lease is null or t.leased_until <= present or t.leased_until > beyond)
    returning t.version, t.sealed, t.asked_at;
end
$$;

create or replace function portal_replace_tokens(of_tenant text, of_connection text, of_lease text, new_sealed bytea) returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_token t set version = t.version + 1, sealed = new_sealed, lease = null, leased_until = null, asked_at = null
    where t.tenant = of_tenant and t.connection = of_connection and t.lease = of_lease;
    return found;
end
$$;

drop function portal_release_tokens(text, text, text);

create function portal_release_tokens(of_tenant text, of_connection text, of_lease text, in_doubt_since text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_token t set lease = null, leased_until = null, asked_at = in_doubt_since
    where t.tenant = of_tenant and t.connection = of_connection and t.lease = of_lease;
end
$$;

-- Leaves a mark, whose version goes on.
create or replace function portal_forget_tokens(of_tenant text, of_connection text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    insert into portal_token as t (tenant, connection, version, sealed, forgotten) values (of_tenant, of_connection, 1, ''::bytea, true)
    on conflict (tenant, connection) do update
    set version = t.version + 1, sealed = ''::bytea, forgotten = true, lease = null, leased_until = null, asked_at = null;
end
$$;

insert into portal_migration (version, at) values (8, now());
