use portal_core::{
    Contact, Id, Language,
    chrono::NaiveDate,
    chrono_tz::Tz,
    documents::{
        Contract, ContractLine, ContractPaper, InvoicePaper, Movement, Paper, Statement,
        StatementFor, StatementPaper,
    },
    mail::Says,
};

use super::{Desk, moment};

/// Papers to nobody, one and more of each kind, for previews and tests: what is there in a full one may be missing in the next.
#[must_use]
pub fn papers(language: Language) -> Vec<Paper> {
    // Everything below is written out here, so nothing of it fails.
    Desk::open(language)
        .and_then(|desk| desk.papers())
        .unwrap_or_default()
}

/// What was agreed, in the host's own words: nobody translates them.
const TERMS: &str = "1. The equipment stays ours.\n2. Bring it back as you got it:\n   clean, and with a full tank.";

impl Desk {
    fn papers(&self) -> Option<Vec<Paper>> {
        let mut all = self.invoices()?;
        all.extend(self.statements()?.map(Paper::Statement));
        all.extend(self.contracts()?.map(Paper::Contract));
        Some(all)
    }

    fn invoices(&self) -> Option<Vec<Paper>> {
        let letters = self.money()?.into_iter();
        // A page has room for every line, so that 201 of them show nothing that 50 do not.
        let copies = letters.filter_map(|letter| match letter.says {
            Says::Invoice(copy) if copy.lines.len() <= 50 => Some(copy),
            _ => None,
        });
        let at = moment((2027, 2, 1), (12, 0), Tz::Europe__Madrid)?;
        let full = |n: usize, copy| {
            let mut paper = InvoicePaper::new(copy, self.language);
            if n == 0 {
                paper.invoiced_at = Some(at);
                paper.billed_to = Some("Olga Meyer".to_owned());
                paper.organiser = Some(self.organiser().to_owned());
            }
            Paper::Invoice(paper)
        };
        Some(copies.enumerate().map(|(n, copy)| full(n, copy)).collect())
    }

    fn statements(&self) -> Option<[StatementPaper; 2]> {
        let [first, bought, paid, last] = [1, 3, 17, 28].map(february);
        let olga = Contact::new(Id::new("olga"), Id::new("acme"), "Olga", "Meyer");
        let asked = StatementFor::new(&olga, last?, Tz::Europe__Madrid);
        let (invoice, payment) = match self.language {
            Language::Es => ("Factura", "Pago recibido"),
            _ => ("Invoice", "Payment received"),
        };
        let moved = vec![
            Movement::new(bought?, invoice, self.eur(1_234_50)).referred_to_as("SO-1042"),
            Movement::new(paid?, payment, self.eur(-300_00)),
        ];
        let opening = self.eur(250_00);
        let busy = Statement::new(&asked, "Acme Ltd", first?, opening);
        let busy = busy.moved(moved, self.eur(1_184_50));
        let mut full = StatementPaper::new(busy, self.language);
        full.organiser = Some(self.organiser().to_owned());
        let quiet = Statement::new(&asked, "Acme Ltd", first?, self.eur(-50_00));
        Some([full, StatementPaper::new(quiet, self.language)])
    }

    fn contracts(&self) -> Option<[ContractPaper; 2]> {
        let digger = ContractLine::new("Mini digger 1.5 t", 2)
            .with_out(1)
            .at(self.eur(95_00), "day")
            .coming_to(self.eur(1_140_00));
        let delivery = ContractLine::new("Delivery", 1).coming_to(self.eur(60_00));
        let contract = Contract::new(Id::new("c1"), Id::new("acme"), "C-2207", "Open");
        let full = contract
            .clone()
            .with("Acme Ltd")
            .running(february(3)?, february(28))
            .of_lines(vec![digger, delivery])
            .coming_to("Rental", self.eur(1_200_00))
            .coming_to("Total", self.eur(1_200_00))
            .on_terms(TERMS);
        let mut full = ContractPaper::new(full, self.language);
        full.organiser = Some(self.organiser().to_owned());
        let bare = contract.of_lines(vec![ContractLine::new("Sand, m³", 3)]);
        Some([full, ContractPaper::new(bare, self.language)])
    }
}

fn february(day: u32) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(2027, 2, day)
}
