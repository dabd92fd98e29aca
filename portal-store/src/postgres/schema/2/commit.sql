-- Commands share this lock and an import has it alone: what only imports write stands still while a command looks at it.
create function portal_mirror_enter(of_tenant text, alone boolean) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    if alone then
        perform pg_advisory_xact_lock(hashtextextended('portal_mirror/' || of_tenant, 0));
    else
        perform pg_advisory_xact_lock_shared(hashtextextended('portal_mirror/' || of_tenant, 0));
    end if;
end
$$;

-- Whether this is still so, and null for what is unknown here. Commands that look at the same thing do so one after the other: a row is locked first,
-- and looked at by the statement after that, which sees what the one before left.
create function portal_mirror_holds(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
begin
    perform portal_mirror_enter(of_tenant, false);
    case what
        when 'contact' then
            return exists (select from portal_mirror_contact where tenant = of_tenant and id = key and version::text = expected);
        when 'order' then
            return exists (select from portal_mirror_order where tenant = of_tenant and id = key and version::text = expected);
        when 'session' then
            return exists (select from portal_mirror_session where tenant = of_tenant and id = key and version::text = expected);
        when 'registration' then
            perform from portal_mirror_registration where tenant = of_tenant and id = key for no key update;
            return exists (select from portal_mirror_registration_now where tenant = of_tenant and id = key and version = expected);
        when 'waiting_place' then
            perform from portal_mirror_waiting where tenant = of_tenant and id = key for no key update;
            return exists (select from portal_mirror_waiting_now where tenant = of_tenant and id = key and version = expected);
        when 'places' then
            perform from portal_mirror_session where tenant = of_tenant and id = key for no key update;
            return exists (select from portal_mirror_session_now where tenant = of_tenant and id = key and places_left >= expected::bigint);
        else
            return null;
    end case;
end
$$;

-- Takes a place, if there is one.
create function portal_mirror_take(of_tenant text, of_session text, of_record text) returns void language plpgsql as $$
begin
    -- Written and not only locked: a transaction of the host's with a snapshot from before this one then fails, and does not count places it cannot see.
    update portal_mirror_session set places = places where tenant = of_tenant and id = of_session;
    insert into portal_mirror_place as p (tenant, session, record, freed)
    select tenant, id, of_record, -1 from portal_mirror_session_now
    where tenant = of_tenant and id = of_session and places_left > 0
    on conflict (tenant, session, record) do update set freed = p.freed - 1;
    if not found then
        raise exception 'the date has no place left to take' using errcode = 'PO001';
    end if;
end
$$;

-- Gives a place back.
create function portal_mirror_free(of_tenant text, of_session text, of_record text) returns void language plpgsql as $$
begin
    insert into portal_mirror_place as p (tenant, session, record, freed) values (of_tenant, of_session, of_record, 1)
    on conflict (tenant, session, record) do update set freed = p.freed + 1;
end
$$;

-- Moves a registration to another date, or leaves it on the date it is on with another status.
create function portal_mirror_leave(of_tenant text, of_id text, from_session text, to_session text, to_status text) returns void language plpgsql as $$
begin
    update portal_mirror_registration
    set session = to_session, status = coalesce(to_status, status), version = version + 1,
        passed = array_append(passed, from_session)
    where tenant = of_tenant and id = of_id and session = from_session;
    if not found then
        raise exception 'the registration is gone, or not what it was' using errcode = 'PO001';
    end if;
end
$$;

-- Ends a wait. An offer made later than the one that stood is a new one.
create function portal_mirror_end_waiting(of_tenant text, of_id text, to_state text) returns void language plpgsql as $$
begin
    update portal_mirror_waiting
    set state = to_state, stands = false, ended = coalesce(offered_at, ''), offered_at = null, version = version + 1
    where tenant = of_tenant and id = of_id;
    if not found then
        raise exception 'the place on the waiting list is gone' using errcode = 'PO001';
    end if;
end
$$;

-- Shows the place that was accepted among the person's courses, until an import brings the host's own registration.
create function portal_mirror_register(of_tenant text, of_place text) returns void language plpgsql as $$
begin
    insert into portal_mirror_registration
        (tenant, id, version, contact, course, session, order_id, status, facts, passed, accepted)
    select of_tenant, 'accepted-' || w.id, 1, w.contact, w.facts::json -> 'course' ->> 'id', w.session, null, '"active"',
        '{"course":' || (w.facts::json -> 'course')::text || ',"policy":null,"price":' ||
        coalesce((s.facts::json -> 'price')::text, 'null') || ',"certificate":"not_sent"}', null, w.id
    from portal_mirror_waiting w
    join portal_mirror_session s on s.tenant = w.tenant and s.id = w.session
    where w.tenant = of_tenant and w.id = of_place;
end
$$;

-- Makes this so. Answers false for what is unknown here.
create function portal_mirror_apply(of_tenant text, change json) returns boolean language plpgsql as $$
declare
    what text;
    it json;
begin
    perform portal_mirror_enter(of_tenant, false);
    -- The message is in the outbox, and nobody counts copies here.
    if change -> 'order' -> 'invoice_copy_requested' is not null then
        return true;
    end if;
    select key, value into what, it from json_each(change -> 'course');
    case what
        when 'transferred' then
            perform portal_mirror_take(of_tenant, it ->> 'to', 'registration/' || (it ->> 'registration'));
            perform portal_mirror_free(of_tenant, it ->> 'from', 'registration/' || (it ->> 'registration'));
            perform portal_mirror_leave(of_tenant, it ->> 'registration', it ->> 'from', it ->> 'to', null);
        when 'cancelled' then
            perform portal_mirror_free(of_tenant, it ->> 'session', 'registration/' || (it ->> 'registration'));
            perform portal_mirror_leave(of_tenant, it ->> 'registration', it ->> 'session', it ->> 'session', '"cancelled"');
        when 'place_accepted' then
            if not (it ->> 'held')::boolean then
                perform portal_mirror_take(of_tenant, it ->> 'session', 'waiting/' || (it ->> 'place'));
            end if;
            perform portal_mirror_end_waiting(of_tenant, it ->> 'place', '"accepted"');
            perform portal_mirror_register(of_tenant, it ->> 'place');
        when 'left_waiting_list', 'offer_expired' then
            if (it ->> 'held')::boolean then
                perform portal_mirror_free(of_tenant, it ->> 'session', 'waiting/' || (it ->> 'place'));
            end if;
            perform portal_mirror_end_waiting(of_tenant, it ->> 'place', case what
                when 'left_waiting_list' then '"left"'
                else '{"expired":{"at":' || (it -> 'at')::text || '}}'
            end);
        else
            return false;
    end case;
    return true;
end
$$;

-- The whole commit protocol, in one statement. Answers 0 when recorded, -1 when recorded before, -2 when an expectation is unknown here, and else
-- which expectation does not hold, from 1. Everything is looked at before anything is written, so that whoever loses has nothing to undo.
create function portal_mirror_commit(
    of_tenant text, new_command text, new_form text, new_by text, new_at text, new_action text, new_about text, new_changes text,
    effect_ids text[], effect_topics text[], effect_kinds text[],
    whats text[], keys text[], expecteds text[], sinces text[]
) returns integer language plpgsql as $$
declare
    lost integer := 0;
    so boolean;
    change json;
begin
    perform portal_mirror_enter(of_tenant, false);
    for i in 1 .. cardinality(whats) loop
        if whats[i] = 'tries' then
            so := portal_tries(of_tenant, keys[i], sinces[i]) < expecteds[i]::bigint;
        else
            so := portal_mirror_holds(of_tenant, whats[i], keys[i], expecteds[i]);
        end if;
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
    for change in select value from json_array_elements(new_changes::json) loop
        if not portal_mirror_apply(of_tenant, change) then
            raise exception 'the mirror does not know this change' using errcode = 'PO002';
        end if;
    end loop;
    return 0;
end
$$;
