//! What the templates of papers see: text, ready to be shown, and nothing else.
use minijinja::Value;
use portal_core::{
    Language,
    documents::{Contract, ContractPaper, InvoicePaper, Paper, Statement, StatementPaper},
};

use super::{
    super::{
        facts::{Facts, line, maybe},
        formats::Formats,
        orders,
    },
    PAGE, PaperKind,
};

/// A paper, ready for its template.
pub(super) struct Sheet {
    pub(super) kind: PaperKind,
    pub(super) language: Language,
    /// What the file is called, without its ending.
    pub(super) name: String,
    pub(super) facts: Facts,
}

/// What the reader of a paper reads.
pub(super) fn language_of(paper: &Paper) -> Language {
    match paper {
        Paper::Invoice(paper) => paper.language,
        Paper::Statement(paper) => paper.language,
        Paper::Contract(paper) => paper.language,
        _ => Language::default(),
    }
}

impl Sheet {
    /// None of a paper that this version does not know.
    pub(super) fn of(paper: &Paper, formats: &Formats) -> Option<Self> {
        let language = language_of(paper);
        let (kind, organiser, name, mut facts) = match paper {
            Paper::Invoice(paper) => {
                let word = word(language, ["invoice", "factura"]);
                let name = format!("{word} {}", paper.copy.order.number);
                (
                    PaperKind::Invoice,
                    &paper.organiser,
                    name,
                    invoice(paper, formats),
                )
            }
            Paper::Statement(StatementPaper {
                statement,
                organiser,
                ..
            }) => {
                let word = word(language, ["statement", "extracto"]);
                let name = format!("{word} {}", statement.until);
                (
                    PaperKind::Statement,
                    organiser,
                    name,
                    state(statement, formats),
                )
            }
            Paper::Contract(ContractPaper {
                contract,
                organiser,
                ..
            }) => {
                let word = word(language, ["contract", "contrato"]);
                let name = format!("{word} {}", contract.number);
                (
                    PaperKind::Contract,
                    organiser,
                    name,
                    agreed(contract, formats),
                )
            }
            _ => return None,
        };
        facts.extend([
            ("page", PAGE.into()),
            ("language", language.tag().into()),
            ("organiser", maybe(organiser.as_deref().map(line))),
        ]);
        Some(Self {
            kind,
            language,
            name,
            facts,
        })
    }
}

fn invoice(invoice: &InvoicePaper, formats: &Formats) -> Facts {
    let mut facts = orders::invoice(&invoice.copy, formats);
    let invoiced = invoice.invoiced_at.map(|at| formats.moment(at));
    facts.extend([
        ("billed_to", maybe(invoice.billed_to.as_deref().map(line))),
        ("invoiced_at", maybe(invoiced)),
    ]);
    facts
}

fn state(said: &Statement, formats: &Formats) -> Facts {
    let movements = said.movements.iter().map(|movement| {
        Value::from(Facts::from([
            ("date", formats.date(movement.date).into()),
            ("description", line(&movement.description).into()),
            ("reference", maybe(movement.reference.as_deref().map(line))),
            ("amount", formats.money(movement.amount).into()),
        ]))
    });
    Facts::from([
        ("customer", line(&said.name).into()),
        ("since", formats.date(said.since).into()),
        ("until", formats.date(said.until).into()),
        ("opening", formats.money(said.opening).into()),
        ("movements", movements.collect::<Vec<_>>().into()),
        ("closing", formats.money(said.closing).into()),
        ("in_credit", (said.closing.minor() < 0).into()),
    ])
}

/// The host's words stay as they are, whoever reads them.
fn agreed(said: &Contract, formats: &Formats) -> Facts {
    let lines = said.lines.iter().map(|sold| {
        let rate = sold.rate.as_ref();
        Value::from(Facts::from([
            ("description", line(&sold.description).into()),
            ("quantity", formats.number(sold.quantity.normalize()).into()),
            ("out", formats.number(sold.out.normalize()).into()),
            ("rate", maybe(rate.map(|rate| formats.money(rate.amount)))),
            ("per", maybe(rate.map(|rate| line(&rate.per)))),
            (
                "amount",
                maybe(sold.amount.map(|amount| formats.money(amount))),
            ),
        ]))
    });
    let totals = said.totals.iter().map(|total| {
        Value::from(Facts::from([
            ("name", line(&total.name).into()),
            ("amount", formats.money(total.amount).into()),
        ]))
    });
    Facts::from([
        ("number", line(&said.number).into()),
        ("status", line(&said.status).into()),
        ("customer", maybe(said.name.as_deref().map(line))),
        ("from", maybe(said.from.map(|day| formats.date(day)))),
        ("until", maybe(said.until.map(|day| formats.date(day)))),
        ("lines", lines.collect::<Vec<_>>().into()),
        ("totals", totals.collect::<Vec<_>>().into()),
        ("terms", maybe(said.terms_to_show())),
    ])
}

fn word(language: Language, [english, spanish]: [&'static str; 2]) -> &'static str {
    match language {
        Language::Es => spanish,
        _ => english,
    }
}
