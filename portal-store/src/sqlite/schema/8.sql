alter table portal_token add column asked_at text;

alter table portal_token add column forgotten integer not null default 0;

insert into portal_migration (version, at) values (8, strftime('%Y-%m-%dT%H:%M:%fZ'));
