-- Whether an account or a request is in this state, and null for what is neither. It stays so until the transaction ends. What is not there has version 0.
create function portal_account_holds(of_tenant text, what text, key text, expected text) returns boolean language plpgsql as $$
declare
    now_is bigint;
begin
    perform set_config('portal.tenant', of_tenant, true);
    case what
        when 'account' then
            select version into now_is from portal_account where tenant = of_tenant and id = key for no key update;
        when 'account_request' then
            select version into now_is from portal_account_request where tenant = of_tenant and id = key for no key update;
        else
            return null;
    end case;
    return coalesce(now_is, 0)::text = expected;
end
$$;

-- Another version of an account, or of a request.
create function portal_account_edited(of_tenant text, of_account text, of_request text) returns void language plpgsql as $$
begin
    if of_request is null then
        update portal_account set version = version + 1 where tenant = of_tenant and id = of_account;
    else
        update portal_account_request set version = version + 1 where tenant = of_tenant and id = of_request;
    end if;
    if not found then
        raise exception 'the account is gone, or the request for one' using errcode = 'PO001';
    end if;
end
$$;

-- Remembers a browser as the newest, and forgets the oldest beyond so many. Whoever calls it has the account's row.
create function portal_account_remember(of_tenant text, of_account text, new_device bytea, at_most bigint) returns void language plpgsql as $$
begin
    insert into portal_device as d (tenant, account, device, n)
    select of_tenant, of_account, new_device, coalesce(max(n), 0) + 1 from portal_device where tenant = of_tenant and account = of_account
    on conflict (tenant, account, device) do update set n = excluded.n;
    delete from portal_device where tenant = of_tenant and account = of_account and n <= (
        select n from portal_device where tenant = of_tenant and account = of_account order by n desc offset coalesce(at_most, 10) limit 1
    );
end
$$;

-- Makes this so.
create function portal_account_apply(of_tenant text, change json) returns void language plpgsql as $$
declare
    what text;
    it json;
    whose text;
begin
    select key, value into what, it from json_each(change);
    whose := it ->> 'account';
    if what in (
        'password_set', 'temporary_password_set', 'temporary_password_used', 'logins_changed', 'state_changed', 'language_chosen', 'second_factor_set',
        'second_factor_used', 'second_factor_removed', 'passes_revoked', 'sessions_ended', 'devices_forgotten'
    ) then
        perform portal_account_edited(of_tenant, whose, null);
    end if;
    case what
        when 'opened' then
            insert into portal_account (tenant, id, version, contact, customer, state, email, phone)
            values (of_tenant, whose, 1, it ->> 'contact', it ->> 'customer', 'invited', it ->> 'email', it ->> 'phone');
        when 'password_set' then
            update portal_account
            set password = it ->> 'password', temporary = null, temporary_until = null, state = case state when 'invited' then 'active' else state end
            where tenant = of_tenant and id = whose;
            if it ->> 'device' is not null then
                perform portal_account_remember(of_tenant, whose, decode(it ->> 'device', 'hex'), (it ->> 'most_devices')::bigint);
            end if;
        when 'temporary_password_set' then
            update portal_account set temporary = it ->> 'password', temporary_until = it ->> 'until' where tenant = of_tenant and id = whose;
        when 'temporary_password_used' then
            update portal_account set temporary = null, temporary_until = null where tenant = of_tenant and id = whose;
        when 'logins_changed' then
            update portal_account set email = it ->> 'email', phone = it ->> 'phone' where tenant = of_tenant and id = whose;
        when 'state_changed' then
            update portal_account set state = it ->> 'state' where tenant = of_tenant and id = whose;
        when 'language_chosen' then
            update portal_account set language = it ->> 'language' where tenant = of_tenant and id = whose;
        when 'second_factor_set' then
            update portal_account set sealed = it ->> 'sealed', last_step = 0, confirmed = false where tenant = of_tenant and id = whose;
        when 'second_factor_used' then
            update portal_account set last_step = greatest(last_step, (it ->> 'step')::bigint), confirmed = true
            where tenant = of_tenant and id = whose and sealed is not null;
            if not found then
                raise exception 'the second factor is gone' using errcode = 'PO001';
            end if;
        when 'second_factor_removed' then
            update portal_account set sealed = null, last_step = 0, confirmed = false where tenant = of_tenant and id = whose;
        when 'pass_issued' then
            perform portal_account_issue(of_tenant, it -> 'pass');
        when 'pass_used' then
            perform portal_account_edited(of_tenant, it -> 'of' ->> 'account', it -> 'of' ->> 'request');
            update portal_pass set state = 'used'
            where tenant = of_tenant and id = it ->> 'pass' and state = 'open'
                and (account is not distinct from it -> 'of' ->> 'account') and (request is not distinct from it -> 'of' ->> 'request');
            if not found then
                raise exception 'the link is used, revoked or gone' using errcode = 'PO003';
            end if;
        when 'passes_revoked' then
            update portal_pass set state = 'revoked' where tenant = of_tenant and account = whose and state = 'open';
        when 'sessions_ended' then
            delete from portal_session where tenant = of_tenant and account = whose and id is distinct from it ->> 'but';
        when 'session_ended' then
            delete from portal_session where tenant = of_tenant and account = whose and id = it ->> 'session';
        when 'devices_forgotten' then
            delete from portal_device where tenant = of_tenant and account = whose;
        when 'requested' then
            it := it -> 'request';
            insert into portal_account_request (tenant, id, version, kind, state, asked_at, email, applicant, password)
            values (
                of_tenant, it ->> 'id', 1, it ->> 'kind', it ->> 'state', it ->> 'asked_at', it -> 'applicant' ->> 'email', (it -> 'applicant')::text,
                it ->> 'password'
            );
        when 'request_settled' then
            perform portal_account_edited(of_tenant, null, it ->> 'request');
            update portal_account_request set state = it ->> 'state', password = null where tenant = of_tenant and id = it ->> 'request';
        else
            raise exception 'the store does not know this change of an account' using errcode = 'PO002';
    end case;
end
$$;

-- A new one-time link; those of its kind for the same holder are taken back.
create function portal_account_issue(of_tenant text, pass json) returns void language plpgsql as $$
declare
    of_account text := pass -> 'of' ->> 'account';
    of_request text := pass -> 'of' ->> 'request';
    new_email text := pass -> 'kind' -> 'new_email' ->> 'email';
    new_kind text := case when new_email is null then pass ->> 'kind' else 'new_email' end;
begin
    perform portal_account_edited(of_tenant, of_account, of_request);
    if of_request is null then
        update portal_pass set state = 'revoked' where tenant = of_tenant and account = of_account and kind = new_kind and state = 'open';
    else
        update portal_pass set state = 'revoked' where tenant = of_tenant and request = of_request and kind = new_kind and state = 'open';
    end if;
    insert into portal_pass (tenant, id, kind, email, account, request, sent_to, secret, until, state)
    values (
        of_tenant, pass ->> 'id', new_kind, new_email, of_account, of_request, decode(pass ->> 'sent_to', 'hex'), decode(pass ->> 'secret', 'hex'),
        pass ->> 'until', pass ->> 'state'
    );
end
$$;

-- One row of the sign-in log.
create function portal_log(of_tenant text, attempt json) returns void language plpgsql as $$
begin
    insert into portal_attempt (tenant, at, flow, outcome, account, customer, typed, ip, agent)
    values (
        of_tenant, attempt ->> 'at', attempt ->> 'flow', attempt ->> 'outcome', attempt ->> 'account', attempt ->> 'customer',
        decode(attempt ->> 'typed', 'hex'), attempt ->> 'ip', attempt ->> 'agent'
    );
end
$$;

-- Makes all of this so, and notes the attempt it came from, where there is one.
create function portal_account_record(of_tenant text, changes json, attempt json) returns void language plpgsql as $$
declare
    change json;
begin
    perform set_config('portal.tenant', of_tenant, true);
    for change in select value from json_array_elements(changes) loop
        perform portal_account_apply(of_tenant, change);
    end loop;
    if attempt is not null then
        perform portal_log(of_tenant, attempt);
    end if;
end
$$;

