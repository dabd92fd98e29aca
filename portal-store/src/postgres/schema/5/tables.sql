create table portal_export (
    tenant text collate "C" not null,
    order_id text collate "C" not null,
    version bigint not null,
    system text collate "C" not null,
    organisation text collate "C" not null,
    document text collate "C",
    attention boolean not null,
    stands_since text collate "C" not null,
    facts text not null,
    primary key (tenant, order_id)
);

create unique index portal_export_of_document on portal_export (tenant, system, organisation, document) where document is not null;

create index portal_export_needing_attention on portal_export (tenant, stands_since, order_id) where attention;

create table portal_ledger (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    facts text not null,
    primary key (tenant, id)
);

-- What it pays for, where it pays for anything.
alter table portal_received
    add column order_id text collate "C" generated always as (facts::json #>> '{applied,to}') stored;

create index portal_received_of_order on portal_received (tenant, order_id, first_seen, id) where order_id is not null;

-- Whether the portal has put it into the books, or tried to, and nobody has said that it is as if it had not.
alter table portal_mirror_order
    add column booked boolean not null default false;

alter table portal_export enable row level security;
alter table portal_export force row level security;
create policy portal_tenant on portal_export using (tenant = current_setting('portal.tenant', true));

alter table portal_ledger enable row level security;
alter table portal_ledger force row level security;
create policy portal_tenant on portal_ledger using (tenant = current_setting('portal.tenant', true));

