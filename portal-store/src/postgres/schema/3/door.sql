-- Takes one try from each allowance, or from none; the keys come in order. The rule is `Allowance::draw`. Those who draw from the same allowance do so one
-- after the other: its row is locked as it is read, and one that is not there is made first.
create function portal_draw(
    of_tenant text, keys bytea[], everies numeric[], buckets numeric[], mosts bigint[], present numeric,
    out granted boolean, out again_at numeric
) language plpgsql as $$
declare
    fills numeric[];
    rows bigint[];
    fill numeric;
    failed bigint;
    never boolean;
    missing boolean;
begin
    perform set_config('portal.tenant', of_tenant, true);
    loop
        granted := true;
        again_at := null;
        never := false;
        missing := false;
        for i in 1 .. cardinality(keys) loop
            -- Two draws from one allowance: the second finds what the first left.
            if i = 1 or keys[i] <> keys[i - 1] then
                select full_at, in_a_row into fill, failed from portal_allowance where tenant = of_tenant and key = keys[i] for update;
                if not found then
                    missing := true;
                    fill := 0;
                    failed := 0;
                end if;
            end if;
            if failed >= mosts[i] then
                granted := false;
                never := true;
            elsif least(greatest(fill, present), present + buckets[i]) + everies[i] - present > buckets[i] then
                granted := false;
                again_at := greatest(again_at, least(greatest(fill, present), present + buckets[i]) + everies[i] - buckets[i]);
            else
                fill := least(greatest(fill, present), present + buckets[i]) + everies[i];
                failed := least(failed + 1, 4294967295);
            end if;
            fills[i] := fill;
            rows[i] := failed;
        end loop;
        if not granted then
            if never then
                again_at := null;
            end if;
            return;
        end if;
        exit when not missing;
        insert into portal_allowance (tenant, key, full_at, in_a_row)
        select distinct of_tenant, k, 0, 0 from unnest(keys) as k order by k on conflict do nothing;
    end loop;
    for i in 1 .. cardinality(keys) loop
        update portal_allowance set full_at = fills[i], in_a_row = rows[i] where tenant = of_tenant and key = keys[i];
    end loop;
end
$$;

-- Lets somebody in, where what is expected is still so: answers 0, or else which of it is not, from 1; then nothing is written.
create function portal_enter(
    of_tenant text, whats text[], keys text[], expecteds text[], session json, instead_of bytea,
    refund_keys bytea[], refund_everies numeric[], refund_ends boolean[], rehashed text, new_device bytea, at_most bigint, attempt json
) returns integer language plpgsql as $$
declare
    whose text := session ->> 'account';
begin
    perform set_config('portal.tenant', of_tenant, true);
    for i in 1 .. cardinality(whats) loop
        if portal_account_holds(of_tenant, whats[i], keys[i], expecteds[i]) is not true then
            return i;
        end if;
    end loop;
    perform from portal_account where tenant = of_tenant and id = whose for no key update;
    if not found then
        raise exception 'the account is gone' using errcode = 'PO001';
    end if;
    if rehashed is not null then
        update portal_account set password = rehashed where tenant = of_tenant and id = whose;
    end if;
    if new_device is not null then
        perform portal_account_remember(of_tenant, whose, new_device, at_most);
    end if;
    if instead_of is not null then
        delete from portal_session where tenant = of_tenant and token = instead_of;
    end if;
    insert into portal_session (tenant, id, token, account, opened_at, seen_at, proved_at, ip, agent)
    values (
        of_tenant, session ->> 'id', decode(session ->> 'token', 'hex'), whose, session ->> 'opened_at', session ->> 'seen_at', session ->> 'proved_at',
        session ->> 'ip', session ->> 'agent'
    );
    for i in 1 .. cardinality(refund_keys) loop
        update portal_allowance set full_at = full_at - refund_everies[i], in_a_row = case when refund_ends[i] then 0 else in_a_row end
        where tenant = of_tenant and key = refund_keys[i];
    end loop;
    perform portal_log(of_tenant, attempt);
    return 0;
end
$$;

-- Remembers when a session was last seen, never an earlier instant.
create function portal_seen(of_tenant text, of_token bytea, new_seen_at text) returns void language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_session set seen_at = new_seen_at where tenant = of_tenant and token = of_token and seen_at < new_seen_at;
end
$$;

-- Forgets what has lost its meaning. Answers how many rows.
create function portal_sweep(of_tenant text, ended text, log text, stale text, stale_nanos numeric) returns bigint language plpgsql as $$
declare
    one bigint;
    all_rows bigint := 0;
begin
    perform set_config('portal.tenant', of_tenant, true), set_config('portal.sweeping', 'yes', true);
    delete from portal_session where tenant = of_tenant and seen_at < ended;
    get diagnostics one = row_count;
    all_rows := all_rows + one;
    delete from portal_pass where tenant = of_tenant and until < ended;
    get diagnostics one = row_count;
    all_rows := all_rows + one;
    delete from portal_attempt where tenant = of_tenant and at < log;
    get diagnostics one = row_count;
    all_rows := all_rows + one;
    delete from portal_account_request where tenant = of_tenant and asked_at < stale;
    get diagnostics one = row_count;
    all_rows := all_rows + one;
    delete from portal_allowance where tenant = of_tenant and full_at < stale_nanos;
    get diagnostics one = row_count;
    all_rows := all_rows + one;
    perform set_config('portal.sweeping', '', true);
    return all_rows;
end
$$;

