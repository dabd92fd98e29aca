-- The course manager's own tables. The portal's stand beside them in the same file, prefixed portal_; neither knows the other's columns.
-- Instants are whole seconds since 1970, amounts are minor units of their currency. `rev` counts the edits of a row.

create table organisation (
    id         text primary key,
    name       text not null,
    on_account integer not null default 0 check (on_account in (0, 1))
) strict, without rowid;

create table person (
    id           text primary key,
    organisation text not null references organisation,
    given_name   text not null, -- empty for people of one name
    surname      text not null,
    email        text,
    phone        text, -- as +34612000001, so that two spellings are one number
    job          text not null default '',
    news         integer not null default 0 check (news in (0, 1)),
    lines        text, -- of the address, above the town, one under the other
    town         text,
    district     text,
    postal_code  text,
    country      text,
    portal       integer not null default 1 check (portal in (0, 1)), -- may use the portal
    language     text not null check (language in ('en', 'es')),
    rev          integer not null default 1
) strict, without rowid;

create index person_by_email on person (email);
create index person_by_phone on person (phone);

create table course (
    id       text primary key,
    title    text not null,
    delivery text not null check (delivery in ('scheduled', 'elearning')),
    policy   text check (json_valid(policy)) -- as settings.json writes one; null is the policy written there
) strict, without rowid;

create table session (
    id        text primary key,
    course    text not null references course,
    venue     text not null,
    zone      text not null,
    starts_at integer not null,
    ends_at   integer not null check (ends_at >= starts_at),
    open      integer not null check (open in (0, 1)),
    price     integer, -- null is free
    currency  text not null,
    capacity  integer not null,
    used      integer not null default 0, -- places taken, and places kept free for whom they are offered
    check (used between 0 and capacity)
) strict, without rowid;

create index session_by_course on session (course, starts_at, id);

create table orders (
    id               text primary key,
    number           text not null unique,
    placed_at        integer not null,
    order_contact    text not null references person,
    billing_contact  text references person, -- null: the order contact pays
    total            integer not null,
    paid             integer not null default 0,
    currency         text not null,
    invoiced_at      integer,
    copies           integer not null default 0, -- copies of the invoice that customers asked for
    paying_since     integer, -- a payment began and has not ended
    at_payer         integer not null default 0 check (at_payer in (0, 1)), -- its page is open
    ledger           text not null default 'not_exported' check (ledger in ('not_exported', 'exporting', 'connected', 'disconnected')),
    ledger_reference text,
    ledger_pay_link  text,
    ledger_reason    text,
    rev              integer not null default 1
) strict, without rowid;

create table order_line (
    order_id    text not null references orders,
    line        integer not null,
    description text not null,
    amount      integer not null,
    person      text references person,
    primary key (order_id, line)
) strict, without rowid;

-- Everyone an order is the business of. Its key is My orders: whoever has a million of them pays for the page they look at.
create table order_person (
    person    text not null references person,
    placed_at integer not null,
    order_id  text not null references orders,
    primary key (person, placed_at desc, order_id desc)
) strict, without rowid;

create trigger order_contacts after insert on orders begin
    insert or ignore into order_person values (new.order_contact, new.placed_at, new.id);
    insert or ignore into order_person values (coalesce(new.billing_contact, new.order_contact), new.placed_at, new.id);
end;

create trigger order_registrants after insert on order_line when new.person is not null begin
    insert or ignore into order_person select new.person, placed_at, id from orders where id = new.order_id;
end;

create table document (
    id           text primary key,
    content_type text not null,
    filename     text not null,
    body         blob not null
) strict;

create table registration (
    id           text primary key,
    person       text not null references person,
    session      text not null references session,
    status       text not null check (status in ('active', 'completed', 'cancelled', 'transferred_away')),
    order_id     text references orders,
    price        integer, -- null is free
    currency     text not null,
    certificate  text references document,
    certified_at integer check ((certified_at is null) = (certificate is null)),
    rev          integer not null default 1
) strict, without rowid;

create index registration_by_person on registration (person);
create index registration_by_session on registration (session);

create table waiting_place (
    id         text primary key,
    person     text not null references person,
    session    text not null references session,
    since      integer not null,
    state      text not null check (state in ('waiting', 'offered', 'accepted', 'left', 'expired')),
    offered_at integer check (offered_at is not null or state in ('waiting', 'left')),
    expires_at integer check ((expires_at is null) = (offered_at is null)),
    held       integer not null default 0 check (held in (0, 1)), -- the offered place is kept free, and counted as used
    rev        integer not null default 1
) strict, without rowid;

create index waiting_by_person on waiting_place (person, since, id) where state in ('waiting', 'offered');
create index waiting_by_session on waiting_place (session, since, id) where state = 'waiting';
create index offers_standing on waiting_place (id) where state = 'offered';

create table module (
    id           text primary key,
    person       text not null references person,
    title        text not null,
    about        text not null,
    percent      integer not null default 0 check (percent between 0 and 100),
    completed_at integer,
    launch       text not null
) strict, without rowid;

create index module_by_person on module (person, title, id);

create table staff_task (
    id         text primary key,
    kind       text not null,
    about      text not null,
    created_at integer not null default (unixepoch())
) strict, without rowid;

-- What the portal has delivered, so that a repeat does nothing.
create table delivered (
    effect text primary key
) strict, without rowid;

-- The facts the portal asks for, one row each. Lists, single records and decisions read the same views.

create view person_facts as
select p.id as person, p.organisation, p.given_name, p.surname, p.email, p.language, p.rev as person_rev
from person p;

-- Whether there is history is all that is asked; counting it would cost more with every year.
create view standing_facts as
select f.*, p.portal, p.phone, p.postal_code, p.country, g.on_account,
    exists (select 1 from person other where other.phone = p.phone and other.organisation <> p.organisation) as phone_shared,
    exists (select 1 from order_person o where o.person = p.id) as has_ordered
from person_facts f
join person p on p.id = f.person
join organisation g on g.id = f.organisation;

create view session_facts as
select s.id as session, s.course, c.title, c.delivery, c.policy, s.venue, s.zone, s.starts_at, s.ends_at, s.open,
    s.price as session_price, s.currency as session_currency, s.capacity - s.used as places_left
from session s join course c on c.id = s.course;

create view order_facts as
select o.id as order_id, o.number, o.placed_at, o.order_contact, o.billing_contact, o.total, o.paid, o.currency as order_currency,
    o.invoiced_at, o.paying_since, o.at_payer, o.ledger, o.ledger_reference, o.ledger_pay_link, o.ledger_reason, o.rev as order_rev,
    (select group_concat(distinct l.person) from order_line l where l.order_id = o.id) as registrants
from orders o;

create view registration_facts as
select r.id, r.status, r.price, r.currency, r.certificate, r.certified_at, r.rev, p.*, s.*, o.*
from registration r
join person_facts p on p.person = r.person
join session_facts s on s.session = r.session
left join order_facts o on o.order_id = r.order_id;

create view waiting_facts as
select w.id, w.since, w.state, w.offered_at, w.expires_at, w.held, w.rev, p.*, s.*
from waiting_place w
join person_facts p on p.person = w.person
join session_facts s on s.session = w.session;
