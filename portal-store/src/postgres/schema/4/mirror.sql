-- As `portal_mirror_holds`. People and orders are changed by commands too, so that their row is locked first.
create or replace function portal_mirror_stands(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
begin
    perform portal_mirror_enter(of_tenant, false);
    if what = 'contact' then
        perform from portal_mirror_contact where tenant = of_tenant and id = key for no key update;
    elsif what = 'order' then
        perform from portal_mirror_order where tenant = of_tenant and id = key for no key update;
    end if;
    return portal_mirror_holds(of_tenant, what, key, expected);
end
$$;

-- What was paid of an order.
create function portal_mirror_paid(facts text) returns numeric language sql immutable as $$
    select (facts::json #>> '{balance,paid,amount}')::numeric
$$;

-- Makes this so about an order. Answers false for what is unknown here.
create function portal_mirror_apply_order(of_tenant text, change json) returns boolean language plpgsql as $$
declare
    what text;
    it json;
    more numeric;
begin
    perform portal_mirror_enter(of_tenant, false);
    select key, value into what, it from json_each(change);
    case what
        when 'invoice_copy_requested' then
            -- The message is in the outbox, and nobody counts copies here.
            return true;
        when 'payment_stands' then
            update portal_mirror_order
            set version = version + 1, paying = it ->> 'payment' is not null,
                facts = jsonb_set(facts::jsonb, '{payment}', coalesce((it -> 'payment')::jsonb, 'null'))::text
            where tenant = of_tenant and id = it ->> 'order';
        when 'payment_counted' then
            more := (it #>> '{is,amount}')::numeric - (it #>> '{was,amount}')::numeric;
            update portal_mirror_order
            set version = version + 1, passed = (
                    select array_agg(distinct had) from unnest(passed || portal_mirror_paid(facts)) before (had)
                    where had <> portal_mirror_paid(facts) + more
                ),
                facts = jsonb_set(facts::jsonb, '{balance,paid,amount}', to_jsonb((portal_mirror_paid(facts) + more)::text))::text
            where tenant = of_tenant and id = it ->> 'order'
                and facts::json #>> '{balance,paid,currency}' = all (array[it #>> '{is,currency}', it #>> '{was,currency}']);
        else
            return false;
    end case;
    if not found then
        raise exception 'the order is gone, or in another currency' using errcode = 'PO001';
    end if;
    return true;
end
$$;

alter function portal_mirror_apply(text, json) rename to portal_mirror_apply_course;

-- Makes this so. Answers false for what is unknown here.
create function portal_mirror_apply(of_tenant text, change json) returns boolean language plpgsql as $$
begin
    if change -> 'order' is not null then
        return portal_mirror_apply_order(of_tenant, change -> 'order');
    end if;
    return portal_mirror_apply_course(of_tenant, change);
end
$$;

-- An order; without lines it keeps those it has. What was paid stays as it is here where the host says what was paid before it changed here, or less than
-- what stands after money came, unless the host overrules that; a payment under way here is until it ends here.
create function portal_mirror_put_order(
    of_tenant text, new_id text, new_facts text, new_lines text, new_placed_at text, parties json, overruled boolean
) returns text language plpgsql as $$
declare
    known portal_mirror_order;
    told numeric := portal_mirror_paid(new_facts);
    here numeric;
    stale boolean := false;
begin
    select * into known from portal_mirror_order where tenant = of_tenant and id = new_id;
    if known.paying then
        new_facts := jsonb_set(new_facts::jsonb, '{payment}', known.facts::jsonb -> 'payment')::text;
    end if;
    if known.passed is not null and not overruled
        and known.facts::json #>> '{balance,paid,currency}' = new_facts::json #>> '{balance,paid,currency}' then
        here := portal_mirror_paid(known.facts);
        stale := told <> here and (told = any (known.passed) or (told < here and here > any (known.passed)));
    end if;
    if stale then
        new_facts := jsonb_set(new_facts::jsonb, '{balance,paid}', known.facts::jsonb #> '{balance,paid}')::text;
    end if;
    if known.id is not null and known.facts::jsonb = new_facts::jsonb and known.lines = coalesce(new_lines, known.lines) then
        if not stale and known.passed is not null then
            update portal_mirror_order set passed = null where tenant = of_tenant and id = new_id;
        end if;
        return case when stale then 'outdated' else 'unchanged' end;
    end if;
    insert into portal_mirror_order as o (tenant, id, version, facts, lines) values (of_tenant, new_id, 1, new_facts, coalesce(new_lines, '[]'))
    on conflict (tenant, id) do update
    set facts = excluded.facts, lines = coalesce(new_lines, o.lines), version = o.version + 1, passed = case when stale then o.passed end;
    delete from portal_mirror_party where tenant = of_tenant and order_id = new_id;
    insert into portal_mirror_party (tenant, contact, placed_at, order_id)
    select of_tenant, who, new_placed_at, new_id from json_array_elements_text(parties) as p (who)
    on conflict do nothing;
    return case when known.id is null then 'added' else 'changed' end;
end
$$;

-- As the function of the same name before, and it knows of payments.
create or replace function portal_mirror_commit(
    of_tenant text, new_command text, new_form text, new_by text, new_at text, new_action text, new_about text, new_changes text,
    effect_ids text[], effect_topics text[], effect_kinds text[],
    whats text[], keys text[], expecteds text[], sinces text[], in_full text, attempt text
) returns integer language plpgsql as $$
declare
    lost integer := 0;
    so boolean;
    change json;
begin
    perform portal_mirror_enter(of_tenant, false);
    for i in 1 .. cardinality(whats) loop
        so := case
            when whats[i] = 'tries' then portal_tries(of_tenant, keys[i], sinces[i]) < expecteds[i]::bigint
            when whats[i] in ('payment', 'received') then portal_payment_holds(of_tenant, whats[i], keys[i], expecteds[i])
            when whats[i] in ('account', 'account_request') then portal_account_holds(of_tenant, whats[i], keys[i], expecteds[i])
            else portal_mirror_stands(of_tenant, whats[i], keys[i], expecteds[i])
        end;
        if so is not true then
            lost := case when so is null then -2 else i end;
            exit;
        end if;
    end loop;
    if lost <> 0 then
        -- What it was decided on may be gone because the same command came first.
        if exists (select from portal_command where tenant = of_tenant and command = new_command) then
            return -1;
        end if;
        return lost;
    end if;
    if portal_claim(
        of_tenant, new_command, new_form, new_by, new_at, new_action, new_about, new_changes,
        effect_ids, effect_topics, effect_kinds
    ) is null then
        return -1;
    end if;
    for change in select value from json_array_elements(coalesce(in_full, new_changes)::json) loop
        if change -> 'account' is not null then
            perform portal_account_apply(of_tenant, change -> 'account');
        elsif change -> 'money' is not null then
            perform portal_payment_apply(of_tenant, change -> 'money');
        elsif change -> 'contact' is not null then
            perform portal_mirror_apply_contact(of_tenant, change -> 'contact');
        elsif not portal_mirror_apply(of_tenant, change) then
            raise exception 'the mirror does not know this change' using errcode = 'PO002';
        end if;
    end loop;
    if attempt is not null then
        perform portal_log(of_tenant, attempt::json);
    end if;
    return 0;
end
$$;

insert into portal_migration (version, at) values (4, now());
