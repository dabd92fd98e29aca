use portal_core::{
    Language,
    chrono_tz::Tz,
    documents::{InvoicePaper, Paper},
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

impl Desk {
    fn papers(&self) -> Option<Vec<Paper>> {
        let letters = self.money()?.into_iter();
        let copies = letters.filter_map(|letter| match letter.says {
            Says::Invoice(copy) => Some(copy),
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
}
