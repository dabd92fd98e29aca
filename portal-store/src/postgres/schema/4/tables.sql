create table portal_payment (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    order_id text collate "C" not null,
    account text collate "C" not null,
    real_money boolean not null,
    state text collate "C" not null,
    live boolean not null,
    begun_at text collate "C" not null,
    session text collate "C",
    payment text collate "C",
    facts text not null,
    primary key (tenant, id)
);

create unique index portal_payment_live on portal_payment (tenant, order_id) where live;

create index portal_payment_of_order on portal_payment (tenant, order_id, begun_at desc, id);

create index portal_payment_by_session on portal_payment (tenant, account, real_money, session, id) where session is not null;

create index portal_payment_by_payment on portal_payment (tenant, account, real_money, payment, id) where payment is not null;

create table portal_received (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    account text collate "C" not null,
    real_money boolean not null,
    payment text collate "C" not null,
    unapplied boolean not null,
    first_seen text collate "C" not null,
    facts text not null,
    primary key (tenant, id),
    unique (tenant, account, real_money, payment)
);

create index portal_received_unapplied on portal_received (tenant, first_seen desc, id) where unapplied;

create table portal_payer (
    tenant text collate "C" not null,
    contact text collate "C" not null,
    account text collate "C" not null,
    real_money boolean not null,
    payer text collate "C" not null,
    primary key (tenant, contact, account, real_money)
);

-- Whether a payment began here and has not ended; and what was paid before that changed here, since the host last told of it.
alter table portal_mirror_order
    add column paying boolean not null default false,
    add column passed numeric[];

alter table portal_payment enable row level security;
alter table portal_payment force row level security;
create policy portal_tenant on portal_payment using (tenant = current_setting('portal.tenant', true));

alter table portal_payer enable row level security;
alter table portal_payer force row level security;
create policy portal_tenant on portal_payer using (tenant = current_setting('portal.tenant', true));

alter table portal_received enable row level security;
alter table portal_received force row level security;
create policy portal_tenant on portal_received using (tenant = current_setting('portal.tenant', true));

