create table portal_payment (
    tenant text not null,
    id text not null,
    version integer not null default 1,
    order_id text not null,
    account text not null,
    real_money integer not null check (real_money in (0, 1)),
    state text not null,
    live integer not null check (live in (0, 1)),
    begun_at text not null,
    session text,
    payment text,
    facts text not null,
    primary key (tenant, id)
) strict, without rowid;

create unique index portal_payment_live on portal_payment (tenant, order_id) where live = 1;

create index portal_payment_of_order on portal_payment (tenant, order_id, begun_at desc, id);

create index portal_payment_by_session on portal_payment (tenant, account, real_money, session, id) where session is not null;

create index portal_payment_by_payment on portal_payment (tenant, account, real_money, payment, id) where payment is not null;

create table portal_received (
    tenant text not null,
    id text not null,
    version integer not null default 1,
    account text not null,
    real_money integer not null check (real_money in (0, 1)),
    payment text not null,
    unapplied integer not null check (unapplied in (0, 1)),
    first_seen text not null,
    facts text not null,
    primary key (tenant, id),
    unique (tenant, account, real_money, payment)
) strict, without rowid;

create index portal_received_unapplied on portal_received (tenant, first_seen desc, id) where unapplied = 1;

create table portal_payer (
    tenant text not null,
    contact text not null,
    account text not null,
    real_money integer not null check (real_money in (0, 1)),
    payer text not null,
    primary key (tenant, contact, account, real_money)
) strict, without rowid;

alter table portal_mirror_order add column paying integer not null default 0 check (paying in (0, 1));

alter table portal_mirror_order add column passed text;

insert into portal_migration (version, at) values (4, strftime('%Y-%m-%dT%H:%M:%fZ'));
