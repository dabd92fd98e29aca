-- Whether an export, or a connection, is in this state, and null for what is neither. What is not there has version 0.
create function portal_books_holds(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
declare
    now_is bigint;
begin
    perform portal_payment_lock(of_tenant, what, key);
    case what
        when 'export' then
            select version into now_is from portal_export where tenant = of_tenant and order_id = key;
        when 'ledger' then
            select version into now_is from portal_ledger where tenant = of_tenant and id = key;
        else
            return null;
    end case;
    return coalesce(now_is, 0)::text = expected;
end
$$;

-- Makes this so. That a document is of one order is for the unique index to say.
create function portal_books_apply(of_tenant text, change json) returns void language plpgsql as $$
declare
    what text;
    it json;
begin
    select key, value into what, it from json_each(change);
    case what
        when 'export' then
            perform portal_payment_lock(of_tenant, 'export', it ->> 'order');
            insert into portal_export as e (tenant, order_id, version, system, organisation, document, attention, stands_since, facts)
            values (
                of_tenant, it ->> 'order', 1, it ->> 'system', it ->> 'organisation', it ->> 'document', (it ->> 'attention')::boolean,
                it ->> 'stands_since', it ->> 'facts'
            )
            on conflict (tenant, order_id) do update
            set version = e.version + 1, system = excluded.system, organisation = excluded.organisation, document = excluded.document,
                attention = excluded.attention, stands_since = excluded.stands_since, facts = excluded.facts;
        when 'connection' then
            perform portal_payment_lock(of_tenant, 'ledger', it ->> 'id');
            insert into portal_ledger as l (tenant, id, version, facts) values (of_tenant, it ->> 'id', 1, it ->> 'facts')
            on conflict (tenant, id) do update set version = l.version + 1, facts = excluded.facts;
        else
            raise exception 'the store does not know this change of the books' using errcode = 'PO002';
    end case;
end
$$;

