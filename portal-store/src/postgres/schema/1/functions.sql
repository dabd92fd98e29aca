-- Claims a command: its line in the audit trail, and what it owes. Answers its row, or null when the command is taken.
create function portal_claim(
    of_tenant text, new_command text, new_form text, new_by text, new_at text, new_action text, new_about text, new_changes text,
    effect_ids text[], effect_topics text[], effect_kinds text[]
) returns bigint language plpgsql as $$
declare
    claimed_row bigint;
begin
    perform set_config('portal.tenant', of_tenant, true);
    insert into portal_command (tenant, command, form, by, at, action, about, changes)
    values (of_tenant, new_command, new_form, new_by, new_at, new_action, new_about, new_changes)
    on conflict (tenant, command) do nothing
    returning row into claimed_row;
    if claimed_row is null then
        return null;
    end if;
    insert into portal_unsealed (tenant, row) values (of_tenant, claimed_row);
    if cardinality(effect_ids) > 0 then
        insert into portal_outbox (tenant, row, n, id, topic, kind, ready_at)
        select of_tenant, claimed_row, e.n, e.id, e.topic, e.kind, new_at
        from unnest(effect_ids, effect_topics, effect_kinds) with ordinality as e (id, topic, kind, n);
    end if;
    return claimed_row;
end
$$;

-- How many wrong tries there were after an instant.
create function portal_tries(of_tenant text, of_key text, since text) returns bigint language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    return coalesce((
        select sum(times)::bigint from portal_try where tenant = of_tenant and key = of_key and at > since
    ), 0);
end
$$;

-- Notes one wrong try. Those who note at once do so one after the other, so that each is answered a number of its own.
create function portal_note_try(of_tenant text, of_key text, new_at text, since text) returns bigint language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    perform pg_advisory_xact_lock(hashtextextended('portal_try/' || of_tenant || '/' || of_key, 0));
    delete from portal_try where tenant = of_tenant and key = of_key and at <= since;
    insert into portal_try as t (tenant, key, at, times) values (of_tenant, of_key, new_at, 1)
    on conflict (tenant, key, at) do update set times = t.times + 1;
    return greatest(portal_tries(of_tenant, of_key, since), 1);
end
$$;

-- Takes what is ready, topic by topic, so that a long line for one that nobody works off costs the others nothing.
create function portal_claim_effects(of_tenant text, present text, until text, topics text[], at_most bigint)
returns table (of_row bigint, n bigint, id text, kind text, tries bigint) language plpgsql as $$
#variable_conflict use_column
begin
    perform set_config('portal.tenant', of_tenant, true);
    return query
    with waiting as materialized (
        select o.row, o.n, o.ready_at
        from unnest(topics) as t (topic)
        cross join lateral (
            select row, n, ready_at from portal_outbox
            where tenant = of_tenant and topic = t.topic and not dead and ready_at <= present
            order by ready_at, row, n limit at_most
            for update skip locked
        ) o
        order by o.ready_at, o.row, o.n limit at_most
    )
    update portal_outbox o set tries = o.tries + 1, claimed = true, ready_at = until
    from waiting w
    where o.tenant = of_tenant and o.row = w.row and o.n = w.n
    returning o.row, o.n, o.id, o.kind, o.tries;
end
$$;

-- Says how a claimed try ended: done when there is no reason, given up when there is no instant to try again.
create function portal_settle(of_tenant text, of_id text, of_tries bigint, again_at text, reason text)
returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    if reason is null then
        delete from portal_outbox where tenant = of_tenant and id = of_id and tries = of_tries and claimed;
    elsif again_at is null then
        update portal_outbox set claimed = false, dead = true, why = reason
        where tenant = of_tenant and id = of_id and tries = of_tries and claimed;
    else
        update portal_outbox set claimed = false, due_at = again_at, ready_at = again_at, why = reason
        where tenant = of_tenant and id = of_id and tries = of_tries and claimed;
    end if;
    return found;
end
$$;

insert into portal_migration (version, at) values (1, now());
