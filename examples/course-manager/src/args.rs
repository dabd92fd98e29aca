use std::path::PathBuf;

use course_manager::{Accounting, Adapters, Payments};
use portal_core::{Contact, Id, Language};

pub(crate) const HELP: &str = "\
Walks one customer of a training company through the portal: invited and signed in, and then everything they do there.

  --file PATH       the database file (course-manager.db); made and filled if it is not there; the portal's key is beside it
  --customer ID     whom to walk through it (P-0001)
  --language en|es  the language (the customer's own)
  --reset           start with a new file
  --store sqlite|postgres
                    where the portal keeps its own (sqlite): in the course manager's file, or on PostgreSQL, which
                    the course manager's records are handed over to
  --database URL    that PostgreSQL, kept for this file alone; without, one is started in a folder beside the file, and stopped
  --payments sim|stripe-fake
                    who takes the money (sim): a provider played in memory, or the Stripe adapter in front of a Stripe in this process
  --accounting none|fake-xero
                    who keeps the books (none): nobody, or the Xero adapter in front of a Xero in this process
  --mail FOLDER     writes every message there, as a file that mail programs open; without, messages wait in the outbox
  --help            this text

Every customer of the demo chooses the same password. It stands in the code, which is nothing to copy.
";

/// What was asked for on the command line.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) file: PathBuf,
    pub(crate) customer: Id<Contact>,
    pub(crate) language: Option<Language>,
    pub(crate) reset: bool,
    pub(crate) store: Where,
    pub(crate) database: Option<String>,
    pub(crate) adapters: Adapters,
    pub(crate) help: bool,
}

/// Where the portal keeps its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Where {
    Sqlite,
    Postgres,
}

impl Args {
    /// Reads the command line, or says what is wrong with it.
    pub(crate) fn read(mut given: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut args = Self {
            file: "course-manager.db".into(),
            customer: Id::new("P-0001"),
            language: None,
            reset: false,
            store: Where::Sqlite,
            database: None,
            adapters: Adapters::default(),
            help: false,
        };
        while let Some(flag) = given.next() {
            let mut value = |what| given.next().ok_or(format!("{flag} needs {what}"));
            match flag.as_str() {
                "--file" => args.file = value("a path")?.into(),
                "--customer" => args.customer = Id::new(value("an id, such as P-0001")?),
                "--language" => args.language = Some(language(&value("en or es")?)?),
                "--store" => args.store = Where::read(&value("sqlite or postgres")?)?,
                "--database" => args.database = Some(value("a URL, such as postgres://...")?),
                "--reset" => args.reset = true,
                "--payments" => args.adapters.payments = payments(&value("sim or stripe-fake")?)?,
                "--accounting" => {
                    args.adapters.accounting = accounting(&value("none or fake-xero")?)?;
                }
                "--mail" => args.adapters.mail = Some(value("a folder")?.into()),
                "--help" | "-h" => args.help = true,
                _ => return Err(format!("there is no `{flag}`: try --help")),
            }
        }
        if args.database.is_some() && args.store == Where::Sqlite {
            return Err("--database goes with --store postgres".to_owned());
        }
        Ok(args)
    }
}

impl Where {
    fn read(name: &str) -> Result<Self, String> {
        match name {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            _ => Err(format!("there is no store `{name}`: sqlite or postgres")),
        }
    }
}

fn payments(name: &str) -> Result<Payments, String> {
    match name {
        "sim" => Ok(Payments::Sim),
        "stripe-fake" => Ok(Payments::StripeFake),
        _ => Err(format!(
            "nobody called `{name}` takes money here: sim or stripe-fake"
        )),
    }
}

fn accounting(name: &str) -> Result<Accounting, String> {
    match name {
        "none" => Ok(Accounting::None),
        "fake-xero" => Ok(Accounting::FakeXero),
        _ => Err(format!(
            "nobody called `{name}` keeps books here: none or fake-xero"
        )),
    }
}

fn language(tag: &str) -> Result<Language, String> {
    Language::from_tag(tag).ok_or(format!("the portal does not speak `{tag}`: en or es"))
}
