use portal_core::{
    chrono_tz::Tz,
    effect::MailKind,
    mail::{CancelledPlace, Event, Letter, MovedPlace, Says},
};

use super::{Desk, moment};

impl Desk {
    pub(super) fn courses(&self) -> Option<Vec<Letter>> {
        let mut moved = MovedPlace::new("Ana Cruz", self.event(3, 31)?);
        moved.from = Some(self.event(3, 3)?);
        moved.order = Some("SO-1042".into());
        let from = moment((2027, 11, 6), (18, 0), Tz::America__New_York)?;
        let to = moment((2027, 11, 8), (12, 30), Tz::America__New_York)?;
        let bare = MovedPlace::new("Ana Cruz", Event::new("Welding", from, to));
        let mut cancelled = CancelledPlace::new("Ana Cruz", self.event(3, 3)?);
        cancelled.order = Some("SO-1042".into());
        let mut paid = cancelled.clone();
        paid.paid = Some(self.eur(300_00));
        let free = CancelledPlace::new("Ana Cruz", Event::new("Welding", from, to));
        let mut nowhere = bare.clone();
        let before = moment((2027, 10, 2), (18, 0), Tz::America__New_York)?;
        let ended = moment((2027, 10, 4), (12, 30), Tz::America__New_York)?;
        nowhere.from = Some(Event::new("Welding", before, ended));
        let mut letters = vec![];
        for (kind, to) in [
            (MailKind::RegistrationTransferred, &self.ana),
            (MailKind::TransferNotice, &self.ana),
        ] {
            letters.push(self.about_order(kind, to, Says::Moved(moved.clone())));
            letters.push(self.letter(kind, to, Says::Moved(bare.clone())));
            letters.push(self.letter(kind, to, Says::Moved(nowhere.clone())));
        }
        for (kind, to, full) in [
            (MailKind::RegistrationCancelled, &self.ana, &cancelled),
            (MailKind::CancellationNotice, &self.ana, &paid),
            (MailKind::CancellationStaffNotice, &self.staff, &paid),
        ] {
            letters.push(self.about_order(kind, to, Says::Cancelled(full.clone())));
            letters.push(self.letter(kind, to, Says::Cancelled(free.clone())));
            if full.paid.is_some() {
                letters.push(self.about_order(kind, to, Says::Cancelled(cancelled.clone())));
            }
        }
        Some(letters)
    }
}
