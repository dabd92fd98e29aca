-- To whom a message is, as short as an index needs it; nothing for what is no message.
create function portal_line(kind text) returns text immutable strict parallel safe language plpgsql as $$
begin
    return md5((kind::json -> 'mail' -> 'to')::text);
end
$$;

alter table portal_outbox add column line text collate "C" generated always as (portal_line(kind)) stored;

create index portal_outbox_line on portal_outbox (tenant, line, row, n) where line is not null;

create index portal_outbox_dead on portal_outbox (tenant, id) where dead;

create index portal_outbox_given_up on portal_outbox (tenant, row, n) where dead;

create table portal_post (
    tenant text collate "C" not null,
    row bigint not null,
    n bigint not null,
    id text collate "C" not null,
    line text collate "C",
    kind text not null,
    tries bigint not null,
    ended_at text collate "C" not null,
    why text,
    primary key (tenant, row, n)
);

create index portal_post_line on portal_post (tenant, line, row, n);

alter table portal_post enable row level security;
alter table portal_post force row level security;
create policy portal_tenant on portal_post using (tenant = current_setting('portal.tenant', true));

-- Takes what is ready, topic by topic, so that a long line for one that nobody works off costs the others nothing. Of the messages to one recipient
-- the first stands in it, and no other.
create or replace function portal_claim_effects(of_tenant text, present text, until text, topics text[], at_most bigint)
returns table (of_row bigint, n bigint, id text, kind text, tries bigint) language plpgsql as $$
#variable_conflict use_column
begin
    perform set_config('portal.tenant', of_tenant, true);
    return query
    with waiting as materialized (
        select o.row, o.n, o.ready_at
        from unnest(topics) as t (topic)
        cross join lateral (
            select r.row, r.n, r.ready_at from portal_outbox r
            where r.tenant = of_tenant and r.topic = t.topic and not r.dead and r.ready_at <= present
                and (r.line is null or not exists (
                    select 1 from portal_outbox e
                    where e.tenant = of_tenant and e.line = r.line and not e.dead and (e.row, e.n) < (r.row, r.n)
                ))
            order by r.ready_at, r.row, r.n limit at_most
            for update of r skip locked
        ) o
        order by o.ready_at, o.row, o.n limit at_most
    )
    update portal_outbox o set tries = o.tries + 1, claimed = true, ready_at = until
    from waiting w
    where o.tenant = of_tenant and o.row = w.row and o.n = w.n
    returning o.row, o.n, o.id, o.kind, o.tries;
end
$$;

-- Says that a claimed try was none: it comes again then, and does not count.
create function portal_give_back(of_tenant text, of_id text, of_tries bigint, again_at text, reason text)
returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_outbox set claimed = false, tries = tries - 1, due_at = again_at, ready_at = again_at, why = reason
    where tenant = of_tenant and id = of_id and tries = of_tries and claimed;
    return found;
end
$$;

-- Says that a message was sent, or, with a reason, that it need not be any more.
create function portal_remember(of_tenant text, of_id text, of_tries bigint, ended text, reason text)
returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    with ours as (
        delete from portal_outbox where tenant = of_tenant and id = of_id and tries = of_tries and claimed returning *
    )
    insert into portal_post (tenant, row, n, id, line, kind, tries, ended_at, why)
    select ours.tenant, ours.row, ours.n, ours.id, ours.line, ours.kind, ours.tries, ended, reason from ours;
    return found;
end
$$;

-- Has what was given up tried again, from the first try.
create function portal_revive(of_tenant text, of_id text, again_at text) returns boolean language plpgsql as $$
begin
    perform set_config('portal.tenant', of_tenant, true);
    update portal_outbox set dead = false, claimed = false, tries = 0, due_at = again_at, ready_at = again_at
    where tenant = of_tenant and id = of_id and dead;
    return found;
end
$$;

insert into portal_migration (version, at) values (7, now());
