create table portal_mirror_contact (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    facts text not null,
    primary key (tenant, id)
);

create table portal_mirror_order (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    facts text not null,
    lines text not null,
    primary key (tenant, id)
);

create table portal_mirror_party (
    tenant text collate "C" not null,
    contact text collate "C" not null,
    placed_at text collate "C" not null,
    order_id text collate "C" not null,
    primary key (tenant, contact, placed_at, order_id)
);

create index portal_mirror_party_of_order on portal_mirror_party (tenant, order_id);

create table portal_mirror_session (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    course text collate "C" not null,
    starts_at text collate "C" not null,
    ends_at text collate "C" not null,
    places bigint not null,
    facts text not null,
    primary key (tenant, id)
);

create index portal_mirror_session_of_course on portal_mirror_session (tenant, course, starts_at, id);

create table portal_mirror_place (
    tenant text collate "C" not null,
    session text collate "C" not null,
    record text collate "C" not null,
    freed bigint not null,
    primary key (tenant, session, record)
);

create index portal_mirror_place_of_record on portal_mirror_place (tenant, record);

create table portal_mirror_registration (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    contact text collate "C" not null,
    course text collate "C" not null,
    session text collate "C" not null,
    order_id text collate "C",
    status text collate "C" not null,
    facts text not null,
    passed text[],
    accepted text collate "C",
    primary key (tenant, id)
);

create index portal_mirror_registration_of_contact on portal_mirror_registration (tenant, contact);

create index portal_mirror_registration_accepted on portal_mirror_registration (tenant, contact, id) where accepted is not null;

create table portal_mirror_waiting (
    tenant text collate "C" not null,
    id text collate "C" not null,
    version bigint not null,
    contact text collate "C" not null,
    session text collate "C" not null,
    since text collate "C" not null,
    stands boolean not null,
    offered_at text collate "C",
    state text collate "C" not null,
    facts text not null,
    ended text collate "C",
    primary key (tenant, id)
);

create index portal_mirror_waiting_of_contact on portal_mirror_waiting (tenant, contact, since, id) where stands;

create index portal_mirror_waiting_offered on portal_mirror_waiting (tenant, id) where offered_at is not null;

create table portal_mirror_module (
    tenant text collate "C" not null,
    id text collate "C" not null,
    contact text collate "C" not null,
    done boolean not null,
    title text collate "C" not null,
    facts text not null,
    primary key (tenant, id)
);

create index portal_mirror_module_of_contact on portal_mirror_module (tenant, contact, done, title, id);

create table portal_mirror_import (
    tenant text collate "C" not null primary key,
    read_at text collate "C" not null
);

-- Views see what whoever asks may see, and not what their owner may.
create view portal_mirror_session_now with (security_invoker = true) as
select s.tenant, s.id, s.version, s.course, s.starts_at, s.ends_at, s.facts,
    s.places + coalesce((
        select sum(p.freed)::bigint from portal_mirror_place p where p.tenant = s.tenant and p.session = s.id
    ), 0) as places_left
from portal_mirror_session s;

create view portal_mirror_registration_now with (security_invoker = true) as
select r.tenant, r.id, r.contact, r.course, r.session, r.status, r.facts,
    r.version || '.' || s.version as version, o.version as order_version,
    s.starts_at, s.ends_at, s.facts as session_facts, s.places_left,
    c.facts as contact_facts, o.facts as order_facts
from portal_mirror_registration r
join portal_mirror_session_now s on s.tenant = r.tenant and s.id = r.session
join portal_mirror_contact c on c.tenant = r.tenant and c.id = r.contact
left join portal_mirror_order o on o.tenant = r.tenant and o.id = r.order_id;

create view portal_mirror_waiting_now with (security_invoker = true) as
select w.tenant, w.id, w.contact, w.since, w.stands, w.offered_at, w.state, w.facts,
    w.version || '.' || s.version as version,
    s.facts as session_facts, s.places_left, c.facts as contact_facts
from portal_mirror_waiting w
join portal_mirror_session_now s on s.tenant = w.tenant and s.id = w.session
join portal_mirror_contact c on c.tenant = w.tenant and c.id = w.contact;

alter table portal_mirror_contact enable row level security;
alter table portal_mirror_contact force row level security;
create policy portal_tenant on portal_mirror_contact using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_order enable row level security;
alter table portal_mirror_order force row level security;
create policy portal_tenant on portal_mirror_order using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_party enable row level security;
alter table portal_mirror_party force row level security;
create policy portal_tenant on portal_mirror_party using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_session enable row level security;
alter table portal_mirror_session force row level security;
create policy portal_tenant on portal_mirror_session using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_place enable row level security;
alter table portal_mirror_place force row level security;
create policy portal_tenant on portal_mirror_place using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_registration enable row level security;
alter table portal_mirror_registration force row level security;
create policy portal_tenant on portal_mirror_registration using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_waiting enable row level security;
alter table portal_mirror_waiting force row level security;
create policy portal_tenant on portal_mirror_waiting using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_module enable row level security;
alter table portal_mirror_module force row level security;
create policy portal_tenant on portal_mirror_module using (tenant = current_setting('portal.tenant', true));

alter table portal_mirror_import enable row level security;
alter table portal_mirror_import force row level security;
create policy portal_tenant on portal_mirror_import using (tenant = current_setting('portal.tenant', true));
