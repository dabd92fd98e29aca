-- Whoever looks at an attempt or at what came, or writes it, does so alone until the transaction ends: also where it is not there yet.
create function portal_payment_lock(of_tenant text, what text, key text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    perform pg_advisory_xact_lock(hashtextextended('portal_' || what || '/' || of_tenant || '/' || key, 0));
end
$$;

-- Whether an attempt, or what came, is in this state, and null for what is neither. What is not there has version 0.
create function portal_payment_holds(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
declare
    now_is bigint;
begin
    perform portal_payment_lock(of_tenant, what, key);
    case what
        when 'payment' then
            select version into now_is from portal_payment where tenant = of_tenant and id = key;
        when 'received' then
            select version into now_is from portal_received where tenant = of_tenant and id = key;
        else
            return null;
    end case;
    return coalesce(now_is, 0)::text = expected;
end
$$;

-- Makes this so. That an order has one live attempt is for the unique index to say.
create function portal_payment_apply(of_tenant text, change json) returns void language plpgsql as $$
declare
    what text;
    it json;
begin
    select key, value into what, it from json_each(change);
    case what
        when 'attempt' then
            perform portal_payment_lock(of_tenant, 'payment', it ->> 'id');
            insert into portal_payment as p (tenant, id, version, order_id, account, real_money, state, live, begun_at, session, payment, facts)
            values (
                of_tenant, it ->> 'id', 1, it ->> 'order', it ->> 'account', (it ->> 'real_money')::boolean, it ->> 'state', (it ->> 'live')::boolean,
                it ->> 'begun_at', it ->> 'session', it ->> 'payment', it ->> 'facts'
            )
            on conflict (tenant, id) do update
            set version = p.version + 1, order_id = excluded.order_id, account = excluded.account, real_money = excluded.real_money,
                state = excluded.state, live = excluded.live, begun_at = excluded.begun_at, session = excluded.session,
                payment = excluded.payment, facts = excluded.facts;
        when 'received' then
            perform portal_payment_lock(of_tenant, 'received', it ->> 'id');
            insert into portal_received as r (tenant, id, version, account, real_money, payment, unapplied, first_seen, facts)
            values (
                of_tenant, it ->> 'id', 1, it ->> 'account', (it ->> 'real_money')::boolean, it ->> 'payment', (it ->> 'unapplied')::boolean,
                it ->> 'first_seen', it ->> 'facts'
            )
            on conflict (tenant, id) do update
            set version = r.version + 1, unapplied = excluded.unapplied, first_seen = excluded.first_seen, facts = excluded.facts;
        when 'payer' then
            perform portal_payment_lock(of_tenant, 'payer', it ->> 'contact');
            -- The first name counts: another one changes no row.
            insert into portal_payer (tenant, contact, account, real_money, payer)
            values (of_tenant, it ->> 'contact', it ->> 'account', (it ->> 'real_money')::boolean, it ->> 'payer')
            on conflict (tenant, contact, account, real_money) do update set payer = excluded.payer where portal_payer.payer = excluded.payer;
            if not found then
                raise exception 'another name is known' using errcode = 'unique_violation', table = 'portal_payer';
            end if;
        else
            raise exception 'the store does not know this change of a payment' using errcode = 'PO002';
    end case;
end
$$;

-- Makes all of this so.
create function portal_payment_record(of_tenant text, changes json) returns void language plpgsql as $$
declare
    change json;
begin
    for change in select value from json_array_elements(changes) loop
        perform portal_payment_apply(of_tenant, change);
    end loop;
end
$$;

