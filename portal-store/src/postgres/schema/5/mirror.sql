-- The commit of schema 4 hands on what it does not know itself: what is expected to `portal_mirror_stands`, and changes to `portal_mirror_apply`. What is new
-- is put in front of each of them, under its name.

alter function portal_mirror_stands(text, text, text, text) rename to portal_mirror_record_stands;

-- As `portal_mirror_record_stands`, and it knows of the books.
create function portal_mirror_stands(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
begin
    if what in ('export', 'ledger') then
        return portal_books_holds(of_tenant, what, key, expected);
    end if;
    return portal_mirror_record_stands(of_tenant, what, key, expected);
end
$$;

-- How an order stands in the books.
create function portal_mirror_book(of_tenant text, it json) returns void language plpgsql as $$
begin
    perform portal_mirror_enter(of_tenant, false);
    update portal_mirror_order
    set version = version + 1, booked = it ->> 'ledger' <> 'not_exported', facts = jsonb_set(facts::jsonb, '{ledger}', (it -> 'ledger')::jsonb)::text
    where tenant = of_tenant and id = it ->> 'order';
    if not found then
        raise exception 'the order is gone' using errcode = 'PO001';
    end if;
end
$$;

alter function portal_mirror_apply(text, json) rename to portal_mirror_apply_record;

-- Makes this so. Answers false for what is unknown here.
create function portal_mirror_apply(of_tenant text, change json) returns boolean language plpgsql as $$
begin
    if change -> 'books' is not null then
        perform portal_books_apply(of_tenant, change -> 'books');
        return true;
    end if;
    if change -> 'order' -> 'ledger_stands' is not null then
        perform portal_mirror_book(of_tenant, change -> 'order' -> 'ledger_stands');
        return true;
    end if;
    return portal_mirror_apply_record(of_tenant, change);
end
$$;

alter function portal_mirror_put_order(text, text, text, text, text, json, boolean) rename to portal_mirror_put_paid_order;

-- As `portal_mirror_put_paid_order`, and an order that the portal has put into the books stands there as it does here, whatever the host says.
create function portal_mirror_put_order(
    of_tenant text, new_id text, new_facts text, new_lines text, new_placed_at text, parties json, overruled boolean
) returns text language plpgsql as $$
declare
    here jsonb;
begin
    select facts::jsonb -> 'ledger' into here from portal_mirror_order where tenant = of_tenant and id = new_id and booked;
    if here is not null then
        new_facts := jsonb_set(new_facts::jsonb, '{ledger}', here)::text;
    end if;
    return portal_mirror_put_paid_order(of_tenant, new_id, new_facts, new_lines, new_placed_at, parties, overruled);
end
$$;

insert into portal_migration (version, at) values (5, now());
