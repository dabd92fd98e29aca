//! What the store on `SQLite` promises, beyond what every store does.
mod audit;
mod batches;
mod commits;
mod damage;
mod full_disk;
mod handles;
mod host;
mod imports;
mod migrations;
mod pages;
mod statements;
mod tenants;
