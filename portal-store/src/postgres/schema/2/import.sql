-- Whether nothing read later is in already.
create function portal_mirror_latest(of_tenant text, new_read_at text) returns boolean language plpgsql as $$
begin
    insert into portal_mirror_import as i (tenant, read_at) values (of_tenant, new_read_at)
    on conflict (tenant) do update set read_at = excluded.read_at where i.read_at <= excluded.read_at;
    return found;
end
$$;

-- Each of these takes over one record, and answers what became of it: added, changed, unchanged or outdated.
create function portal_mirror_put_contact(of_tenant text, new_id text, new_facts text) returns text language plpgsql as $$
declare
    new_version bigint;
begin
    insert into portal_mirror_contact as c (tenant, id, version, facts) values (of_tenant, new_id, 1, new_facts)
    on conflict (tenant, id) do update set facts = excluded.facts, version = c.version + 1
    where c.facts <> excluded.facts
    returning version into new_version;
    return case when new_version is null then 'unchanged' when new_version = 1 then 'added' else 'changed' end;
end
$$;

-- An order; without lines it keeps those it has. The parties are everyone who finds it on their list, one on each line.
create function portal_mirror_put_order(of_tenant text, new_id text, new_facts text, new_lines text, new_placed_at text, parties json)
returns text language plpgsql as $$
declare
    new_version bigint;
begin
    insert into portal_mirror_order as o (tenant, id, version, facts, lines) values (of_tenant, new_id, 1, new_facts, coalesce(new_lines, '[]'))
    on conflict (tenant, id) do update
    set facts = excluded.facts, lines = coalesce(new_lines, o.lines), version = o.version + 1
    where o.facts <> excluded.facts or o.lines <> coalesce(new_lines, o.lines)
    returning version into new_version;
    if new_version is null then
        return 'unchanged';
    end if;
    delete from portal_mirror_party where tenant = of_tenant and order_id = new_id;
    insert into portal_mirror_party (tenant, contact, placed_at, order_id)
    select of_tenant, who, new_placed_at, new_id from json_array_elements_text(parties) as p (who)
    on conflict do nothing;
    return case when new_version = 1 then 'added' else 'changed' end;
end
$$;

-- What came free here before does not count beside the host's own count of places; what was taken does until the host tells of it. Places come and go
-- without making what was decided about the date stale: they have no part in the version.
create function portal_mirror_put_session(
    of_tenant text, new_id text, new_course text, new_starts_at text, new_ends_at text, new_places bigint, new_facts text
) returns text language plpgsql as $$
declare
    known portal_mirror_session;
begin
    delete from portal_mirror_place where tenant = of_tenant and session = new_id and freed >= 0;
    select * into known from portal_mirror_session where tenant = of_tenant and id = new_id;
    if known.facts = new_facts and known.places = new_places then
        return 'unchanged';
    end if;
    insert into portal_mirror_session as s (tenant, id, version, course, starts_at, ends_at, places, facts)
    values (of_tenant, new_id, 1, new_course, new_starts_at, new_ends_at, new_places, new_facts)
    on conflict (tenant, id) do update
    set version = s.version + (s.facts <> excluded.facts)::int, course = excluded.course, starts_at = excluded.starts_at,
        ends_at = excluded.ends_at, places = excluded.places, facts = excluded.facts;
    return case when known.id is null then 'added' else 'changed' end;
end
$$;

-- The host has told of what this record did: its count of places includes it.
create function portal_mirror_told(of_tenant text, of_record text) returns void language plpgsql as $$
begin
    delete from portal_mirror_place where tenant = of_tenant and record = of_record and freed <= 0;
end
$$;

-- A registration: outdated when it stands as it stood before it was moved or cancelled here, unless the host overrules that.
create function portal_mirror_put_registration(
    of_tenant text, new_id text, new_contact text, new_course text, new_session text, new_order text, new_status text, new_facts text, overruled boolean
) returns text language plpgsql as $$
declare
    known portal_mirror_registration;
    became text;
    ours portal_mirror_registration;
begin
    select * into known from portal_mirror_registration where tenant = of_tenant and id = new_id;
    if known.id is null then
        -- The host has registered somebody who took a place from the waiting list here. Its registration takes the place of ours; where ours was moved or
        -- cancelled since, ours stands, and goes by the host's id from now on.
        for ours in
            select * from portal_mirror_registration
            where tenant = of_tenant and contact = new_contact and accepted is not null and new_status = '"active"'
            order by id
        loop
            if ours.status = '"active"' and ours.session = new_session then
                delete from portal_mirror_registration where tenant = of_tenant and id = ours.id;
                perform portal_mirror_told(of_tenant, 'waiting/' || ours.accepted);
                perform portal_mirror_told(of_tenant, 'registration/' || ours.id);
                exit;
            elsif new_session = any (ours.passed) or ours.session = new_session then
                update portal_mirror_registration set id = new_id, accepted = null where tenant = of_tenant and id = ours.id;
                update portal_mirror_place set record = 'registration/' || new_id
                where tenant = of_tenant and record = 'registration/' || ours.id;
                perform portal_mirror_told(of_tenant, 'waiting/' || ours.accepted);
                return 'outdated';
            end if;
        end loop;
        became := 'added';
    else
        if not overruled and new_status = '"active"' and new_session = any (known.passed)
            and (new_session, new_status) <> (known.session, known.status) then
            return 'outdated';
        end if;
        perform portal_mirror_told(of_tenant, 'registration/' || new_id);
        became := case
            when (known.contact, known.session, known.status, known.facts) = (new_contact, new_session, new_status, new_facts)
                and known.order_id is not distinct from new_order then 'unchanged'
            else 'changed'
        end;
        if became = 'unchanged' and known.passed is null then
            return became;
        end if;
    end if;
    insert into portal_mirror_registration as r
        (tenant, id, version, contact, course, session, order_id, status, facts, passed, accepted)
    values (of_tenant, new_id, 1, new_contact, new_course, new_session, new_order, new_status, new_facts, null, null)
    on conflict (tenant, id) do update
    set version = r.version + (became = 'changed')::int, contact = excluded.contact, course = excluded.course, session = excluded.session,
        order_id = excluded.order_id, status = excluded.status, facts = excluded.facts, passed = null, accepted = null;
    return became;
end
$$;

-- A place on a waiting list: outdated when the host speaks of a time before the wait ended here.
create function portal_mirror_put_waiting(
    of_tenant text, new_id text, new_contact text, new_session text, new_since text, new_stands boolean, new_offered_at text, new_state text, new_facts text
) returns text language plpgsql as $$
declare
    known portal_mirror_waiting;
    became text := 'added';
begin
    select * into known from portal_mirror_waiting where tenant = of_tenant and id = new_id;
    if known.id is not null then
        if known.ended is not null and (new_state = '"waiting"' or new_offered_at <= known.ended) then
            return 'outdated';
        end if;
        perform portal_mirror_told(of_tenant, 'waiting/' || new_id);
        if new_state <> '"accepted"' then
            -- The host says otherwise: nobody was registered for this place.
            delete from portal_mirror_registration where tenant = of_tenant and contact = new_contact and accepted = new_id;
        end if;
        became := case
            when (known.contact, known.session, known.since, known.state, known.facts) = (new_contact, new_session, new_since, new_state, new_facts)
                then 'unchanged'
            else 'changed'
        end;
        if became = 'unchanged' and known.ended is null then
            return became;
        end if;
    end if;
    insert into portal_mirror_waiting as w
        (tenant, id, version, contact, session, since, stands, offered_at, state, facts, ended)
    values (of_tenant, new_id, 1, new_contact, new_session, new_since, new_stands, new_offered_at, new_state, new_facts, null)
    on conflict (tenant, id) do update
    set version = w.version + (became = 'changed')::int, contact = excluded.contact, session = excluded.session, since = excluded.since,
        stands = excluded.stands, offered_at = excluded.offered_at, state = excluded.state, facts = excluded.facts, ended = null;
    return became;
end
$$;

create function portal_mirror_put_module(of_tenant text, new_id text, new_contact text, new_done boolean, new_title text, new_facts text)
returns text language plpgsql as $$
declare
    before text;
begin
    select facts into before from portal_mirror_module where tenant = of_tenant and id = new_id;
    if before = new_facts then
        return 'unchanged';
    end if;
    insert into portal_mirror_module (tenant, id, contact, done, title, facts)
    values (of_tenant, new_id, new_contact, new_done, new_title, new_facts)
    on conflict (tenant, id) do update
    set contact = excluded.contact, done = excluded.done, title = excluded.title, facts = excluded.facts;
    return case when before is null then 'added' else 'changed' end;
end
$$;

insert into portal_migration (version, at) values (2, now());
