create table portal_mirror_contact (
    tenant text not null,
    id text not null,
    version integer not null,
    facts text not null,
    primary key (tenant, id)
) strict, without rowid;

create table portal_mirror_order (
    tenant text not null,
    id text not null,
    version integer not null,
    facts text not null,
    lines text not null,
    primary key (tenant, id)
) strict, without rowid;

create table portal_mirror_party (
    tenant text not null,
    contact text not null,
    placed_at text not null,
    order_id text not null,
    primary key (tenant, contact, placed_at, order_id)
) strict, without rowid;

create index portal_mirror_party_of_order on portal_mirror_party (tenant, order_id);

create table portal_mirror_session (
    tenant text not null,
    id text not null,
    version integer not null,
    course text not null,
    starts_at text not null,
    ends_at text not null,
    places integer not null,
    facts text not null,
    primary key (tenant, id)
) strict, without rowid;

create index portal_mirror_session_of_course on portal_mirror_session (tenant, course, starts_at, id);

create table portal_mirror_place (
    tenant text not null,
    session text not null,
    record text not null,
    freed integer not null,
    primary key (tenant, session, record)
) strict, without rowid;

create index portal_mirror_place_of_record on portal_mirror_place (tenant, record);

create table portal_mirror_registration (
    tenant text not null,
    id text not null,
    version integer not null,
    contact text not null,
    course text not null,
    session text not null,
    order_id text,
    status text not null,
    facts text not null,
    passed text,
    accepted text,
    primary key (tenant, id)
) strict, without rowid;

create index portal_mirror_registration_of_contact on portal_mirror_registration (tenant, contact);

create table portal_mirror_waiting (
    tenant text not null,
    id text not null,
    version integer not null,
    contact text not null,
    session text not null,
    since text not null,
    stands integer not null check (stands in (0, 1)),
    offered integer not null check (offered in (0, 1)),
    state text not null,
    facts text not null,
    ended text,
    primary key (tenant, id)
) strict, without rowid;

create index portal_mirror_waiting_of_contact on portal_mirror_waiting (tenant, contact, since, id) where stands = 1;

create index portal_mirror_waiting_offered on portal_mirror_waiting (tenant, id) where offered = 1;

create table portal_mirror_module (
    tenant text not null,
    id text not null,
    contact text not null,
    done integer not null check (done in (0, 1)),
    title text not null,
    facts text not null,
    primary key (tenant, id)
) strict, without rowid;

create index portal_mirror_module_of_contact on portal_mirror_module (tenant, contact, done, title, id);

create table portal_mirror_import (
    tenant text not null primary key,
    read_at text not null
) strict, without rowid;

create view portal_mirror_session_now as
select s.tenant, s.id, s.version, s.course, s.starts_at, s.ends_at, s.facts,
    s.places + coalesce((
        select sum(p.freed) from portal_mirror_place p where p.tenant = s.tenant and p.session = s.id
    ), 0) as places_left
from portal_mirror_session s;

create view portal_mirror_registration_now as
select r.tenant, r.id, r.contact, r.course, r.session, r.status, r.facts,
    r.version || '.' || s.version as version, o.version as order_version,
    s.starts_at, s.ends_at, s.facts as session_facts, s.places_left,
    c.facts as contact_facts, o.facts as order_facts
from portal_mirror_registration r
join portal_mirror_session_now s on s.tenant = r.tenant and s.id = r.session
join portal_mirror_contact c on c.tenant = r.tenant and c.id = r.contact
left join portal_mirror_order o on o.tenant = r.tenant and o.id = r.order_id;

create view portal_mirror_waiting_now as
select w.tenant, w.id, w.contact, w.since, w.stands, w.offered, w.state, w.facts,
    w.version || '.' || s.version as version,
    s.facts as session_facts, s.places_left, c.facts as contact_facts
from portal_mirror_waiting w
join portal_mirror_session_now s on s.tenant = w.tenant and s.id = w.session
join portal_mirror_contact c on c.tenant = w.tenant and c.id = w.contact;

insert into portal_migration (version, at) values (2, strftime('%Y-%m-%dT%H:%M:%fZ'));
