alter table portal_outbox add column line text generated always as (case when json_valid(kind) then kind -> '$.mail.to' end) virtual;

create index portal_outbox_line on portal_outbox (tenant, line, row, n) where line is not null;

create index portal_outbox_dead on portal_outbox (tenant, id) where dead = 1;

create index portal_outbox_given_up on portal_outbox (tenant, row, n) where dead = 1;

create table portal_post (
    tenant text not null,
    row integer not null,
    n integer not null,
    id text not null,
    line text,
    kind text not null,
    tries integer not null,
    ended_at text not null,
    why text,
    primary key (tenant, row, n)
) strict, without rowid;

create index portal_post_line on portal_post (tenant, line, row, n);

insert into portal_migration (version, at) values (7, strftime('%Y-%m-%dT%H:%M:%fZ'));
