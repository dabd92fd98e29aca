create index portal_post_ended on portal_post (tenant, ended_at, row, n);

insert into portal_migration (version, at) values (9, strftime('%Y-%m-%dT%H:%M:%fZ'));
