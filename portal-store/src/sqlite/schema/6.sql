create table portal_token (
    tenant text not null,
    connection text not null,
    version integer not null,
    sealed blob not null,
    lease text,
    leased_until text,
    primary key (tenant, connection)
) strict, without rowid;

insert into portal_migration (version, at) values (6, strftime('%Y-%m-%dT%H:%M:%fZ'));
