create table portal_export (
    tenant text not null,
    order_id text not null,
    version integer not null default 1,
    system text not null,
    organisation text not null,
    document text,
    attention integer not null check (attention in (0, 1)),
    stands_since text not null,
    facts text not null,
    primary key (tenant, order_id)
) strict, without rowid;

create unique index portal_export_of_document on portal_export (tenant, system, organisation, document) where document is not null;

create index portal_export_needing_attention on portal_export (tenant, stands_since, order_id) where attention = 1;

create table portal_ledger (
    tenant text not null,
    id text not null,
    version integer not null default 1,
    facts text not null,
    primary key (tenant, id)
) strict, without rowid;

alter table portal_received add column order_id text generated always as (facts ->> '$.applied.to') virtual;

create index portal_received_of_order on portal_received (tenant, order_id, first_seen, id) where order_id is not null;

alter table portal_mirror_order add column booked integer not null default 0 check (booked in (0, 1));

insert into portal_migration (version, at) values (5, strftime('%Y-%m-%dT%H:%M:%fZ'));
