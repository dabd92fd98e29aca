use portal_core::{
    chrono::NaiveDate,
    chrono_tz::Tz,
    effect::MailKind,
    mail::{
        Attachment, CardRunsOut, Enclosure, InvoiceCopy, InvoiceLine, Letter, MoneyBack, MoneyCame,
        Says, Unsubscribe,
    },
};

use super::{Desk, moment};

/// An empty one.
const PDF: &[u8; 15] = b"%PDF-1.7\n%%EOF\n";

impl Desk {
    pub(super) fn money(&self) -> Option<Vec<Letter>> {
        let event = self.event(3, 3)?;
        let mut ana = InvoiceLine::new(&*event.course, self.eur(617_25));
        ana.registrant = Some("Ana Cruz".to_owned());
        let mut ben = ana.clone();
        ben.registrant = Some("Ben Okafor".to_owned());
        let mut open = InvoiceCopy::new(self.order(300_00)?, vec![ana.clone(), ben]);
        open.pay = Some(self.portal.clone());
        open.paper = Enclosure::Enclosed;
        let settled = InvoiceCopy::new(self.order(1_234_50)?, vec![ana.clone()]);
        // More than a message shows.
        let one = InvoiceLine::new(&*event.course, self.eur(24_69));
        let mut long = InvoiceCopy::new(self.order(1_234_50)?, vec![one; 50]);
        long.paper = Enclosure::Behind(self.portal.clone());
        let mut listed = long.clone();
        listed.lines = vec![ana.clone(); 201];
        listed.paper = Enclosure::Nothing;
        ana.registrant = None;
        let mut large = InvoiceCopy::new(self.order(1_234_50)?, vec![ana]);
        large.paper = Enclosure::Behind(self.portal.clone());
        let paper = Attachment::new("invoice SO-1042.pdf", "application/pdf", *PDF);
        let at = moment((2027, 2, 2), (11, 5), Tz::Europe__Madrid)?;
        let mut came = MoneyCame::new(self.eur(934_50), at, self.order(1_234_50)?);
        came.paid_with = Some("Visa 4242".to_owned());
        let part = MoneyCame::new(self.eur(300_00), at, self.order(300_00)?);
        let mut back = MoneyBack::new(self.eur(934_50), self.eur(934_50));
        back.paid_with = Some("Visa 4242".to_owned());
        back.order = self.order(300_00);
        let some = MoneyBack::new(self.eur(100_00), self.eur(934_50));
        let last_day = NaiveDate::from_ymd_opt(2027, 3, 31)?;
        let card = Says::CardRunsOut(CardRunsOut::new("Visa 4242", last_day));
        let there =
            "https://courses.example/no-reminders/a-secret-of-forty-three-letters-that-is-none";
        let stop = Unsubscribe::at(there).ok()?;
        let to = &self.ana;
        Some(vec![
            self.about_order(MailKind::InvoiceCopy, to, Says::Invoice(open))
                .enclosing(paper)
                .ok()?,
            self.about_order(MailKind::InvoiceCopy, to, Says::Invoice(settled)),
            self.about_order(MailKind::InvoiceCopy, to, Says::Invoice(large)),
            self.about_order(MailKind::InvoiceCopy, to, Says::Invoice(long)),
            self.about_order(MailKind::InvoiceCopy, to, Says::Invoice(listed)),
            self.about_order(MailKind::PaymentReceipt, to, Says::MoneyCame(came)),
            self.about_order(MailKind::PaymentReceipt, to, Says::MoneyCame(part)),
            self.about_order(MailKind::RefundNotice, to, Says::MoneyBack(back)),
            self.letter(MailKind::RefundNotice, to, Says::MoneyBack(some)),
            self.letter(MailKind::CardExpiring, to, card.clone())
                .with_unsubscribe(Some(stop.clone())),
            self.letter(MailKind::CardExpired, to, card)
                .with_unsubscribe(Some(stop)),
        ])
    }
}
