create index portal_post_ended on portal_post (tenant, ended_at, row, n);

-- Forgets messages that ended before then, the earliest first, and answers how many.
create function portal_forget_messages(of_tenant text, ended_before text, at_most bigint) returns bigint language plpgsql as $$
declare
    forgotten bigint;
begin
    perform set_config('portal.tenant', of_tenant, true);
    delete from portal_post where tenant = of_tenant and (row, n) in (
        select p.row, p.n from portal_post p where p.tenant = of_tenant and p.ended_at < ended_before
        order by p.ended_at, p.row, p.n limit at_most);
    get diagnostics forgotten = row_count;
    return forgotten;
end
$$;


insert into portal_migration (version, at) values (9, now());
