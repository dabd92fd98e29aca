-- As `portal_mirror_holds`. People are changed by commands too, so that their row is locked first.
create function portal_mirror_stands(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
begin
    perform portal_mirror_enter(of_tenant, false);
    if what = 'contact' then
        perform from portal_mirror_contact where tenant = of_tenant and id = key for no key update;
    end if;
    return portal_mirror_holds(of_tenant, what, key, expected);
end
$$;

-- What was in each field before: what is in it now is not among it.
create function portal_mirror_passed(profile jsonb, passed jsonb, fields json) returns jsonb language sql immutable as $$
    select coalesce(passed, '{}') - coalesce(array_agg(field), '{}') || coalesce(jsonb_object_agg(field, had) filter (where had is not null), '{}')
    from (
        select f ->> 'field' as field, (
            select jsonb_agg(before)
            from jsonb_array_elements(coalesce(passed -> (f ->> 'field'), '[]') || jsonb_build_array(coalesce(profile -> (f ->> 'field'), '"empty"'))) had (before)
            where before <> (f -> 'value')::jsonb
        ) as had
        from json_array_elements(fields) as told (f)
    ) each
$$;

-- Makes this so about a person.
create function portal_mirror_apply_contact(of_tenant text, change json) returns void language plpgsql as $$
declare
    what text;
    it json;
begin
    perform portal_mirror_enter(of_tenant, false);
    select key, value into what, it from json_each(change);
    case what
        when 'added' then
            -- Their number is on the record and finds nobody: it is what somebody typed, and must not make another customer's number a shared one.
            insert into portal_mirror_contact (tenant, id, version, facts, standing, customer, email, record_email)
            values (
                of_tenant, it ->> 'contact', 1, it ->> 'facts', it ->> 'standing', (it ->> 'facts')::json ->> 'customer', it ->> 'email',
                (it ->> 'standing')::json ->> 'email'
            );
        when 'email_changed' then
            update portal_mirror_contact
            set version = version + 1, passed = (
                    select array_agg(distinct had) from unnest(passed || array[email, record_email]) before (had) where had <> it ->> 'email'
                ),
                email = it ->> 'email', record_email = case when standing is not null then it ->> 'email' end,
                facts = jsonb_set(facts::jsonb, '{email}', to_jsonb(it ->> 'email'))::text,
                standing = jsonb_set(standing::jsonb, '{email}', to_jsonb(it ->> 'email'))::text
            where tenant = of_tenant and id = it ->> 'contact';
        when 'profile_updated' then
            update portal_mirror_contact
            set version = version + 1, passed_fields = portal_mirror_passed(profile, passed_fields, it -> 'fields'),
                profile = coalesce(profile, '{}') || coalesce((
                    select jsonb_object_agg(f ->> 'field', f -> 'value') from json_array_elements(it -> 'fields') as told (f)
                ), '{}')
            where tenant = of_tenant and id = it ->> 'contact';
        else
            raise exception 'the mirror does not know this change of a person' using errcode = 'PO002';
    end case;
    if not found then
        raise exception 'the person is gone' using errcode = 'PO001';
    end if;
end
$$;

-- As the function of the same name without the last two. Those are the changes with what the audit trail does not keep, where there is any, and the attempt
-- at the door that led here.
create function portal_mirror_commit(
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

-- Takes over a person, with what their customer record says where the host tells of it. Where the host names an address they had before, the one they
-- changed it to here stands, unless the host overrules that.
create function portal_mirror_put_person(
    of_tenant text, new_id text, new_facts text, new_standing text, new_email text, overruled boolean
) returns text language plpgsql as $$
declare
    known portal_mirror_contact;
    -- A number that somebody typed when they signed up finds nobody until the host tells of it.
    new_phone text := new_standing::json ->> 'phone';
    stale boolean := false;
begin
    select * into known from portal_mirror_contact where tenant = of_tenant and id = new_id;
    if known.id is null then
        insert into portal_mirror_contact (tenant, id, version, facts, standing, customer, email, record_email, phone)
        values (
            of_tenant, new_id, 1, new_facts, new_standing, new_facts::json ->> 'customer', new_email, new_standing::json ->> 'email', new_phone
        );
        return 'added';
    end if;
    if known.passed is not null and not overruled then
        if new_email = any (known.passed) then
            stale := true;
            new_email := known.email;
            new_facts := jsonb_set(new_facts::jsonb, '{email}', coalesce(known.facts::jsonb -> 'email', 'null'))::text;
        end if;
        if known.standing is not null and new_standing::json ->> 'email' = any (known.passed) then
            stale := true;
            new_standing := jsonb_set(new_standing::jsonb, '{email}', coalesce(to_jsonb(known.record_email), 'null'))::text;
        end if;
    end if;
    if new_standing is null then
        new_standing := known.standing;
        new_phone := known.phone;
    end if;
    if known.facts::jsonb = new_facts::jsonb and known.standing::jsonb is not distinct from new_standing::jsonb
        and known.phone is not distinct from new_phone then
        if not stale and known.passed is not null then
            update portal_mirror_contact set passed = null where tenant = of_tenant and id = new_id;
        end if;
        return case when stale then 'outdated' else 'unchanged' end;
    end if;
    update portal_mirror_contact
    set version = version + 1, facts = new_facts, standing = new_standing, customer = new_facts::json ->> 'customer', email = new_email,
        record_email = new_standing::json ->> 'email', phone = new_phone, passed = case when stale then passed end
    where tenant = of_tenant and id = new_id;
    return 'changed';
end
$$;

-- What is in a profile, whole. A field that the host says is as it was before it was changed here stays as it is here, unless the host overrules that.
create function portal_mirror_put_profile(of_tenant text, of_contact text, new_profile jsonb, overruled boolean) returns text language plpgsql as $$
declare
    known portal_mirror_contact;
    late jsonb;
begin
    select * into known from portal_mirror_contact where tenant = of_tenant and id = of_contact;
    if known.id is null then
        return 'outdated';
    end if;
    select coalesce(jsonb_object_agg(field, had), '{}') into late from jsonb_each(known.passed_fields) passed (field, had)
    where not overruled and exists (select from jsonb_array_elements(had) before (it) where it = coalesce(new_profile -> field, '"empty"'));
    select new_profile || coalesce(jsonb_object_agg(field, coalesce(known.profile -> field, '"empty"')), '{}') into new_profile
    from jsonb_object_keys(late) stays (field);
    update portal_mirror_contact
    set version = version + (new_profile <> coalesce(known.profile, '{}'))::int, profile = new_profile, passed_fields = late
    where tenant = of_tenant and id = of_contact and (profile is distinct from new_profile or passed_fields <> late);
    return case
        when known.profile is null then 'added'
        when known.profile <> new_profile then 'changed'
        when late <> '{}' then 'outdated'
        else 'unchanged'
    end;
end
$$;

-- A person by themselves.
create or replace function portal_mirror_put_contact(of_tenant text, new_id text, new_facts text) returns text language plpgsql as $$
begin
    return portal_mirror_put_person(of_tenant, new_id, new_facts, null, lower(new_facts::json ->> 'email'), false);
end
$$;

insert into portal_migration (version, at) values (3, now());
