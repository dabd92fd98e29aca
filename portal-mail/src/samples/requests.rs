use portal_core::{
    Id, Language,
    chrono_tz::Tz,
    effect::MailKind,
    mail::{AskedBy, CallOffAsked, HelpAsked, Letter, RequestHead, ReviewAsked, Says},
    request::{CallOff, CalledOff, Edit, Help, OrderItem, PickUp, Review, SiteContact},
};

use super::{Desk, moment};

impl Desk {
    pub(super) fn requests(&self) -> Option<Vec<Letter>> {
        Some([self.call_offs()?, self.helps()?, self.reviews()?].concat())
    }

    fn call_offs(&self) -> Option<Vec<Letter>> {
        let kind = MailKind::CallOffRequest;
        let at = |day, time| moment((2027, 2, day), time, Tz::Europe__Madrid);
        let (mixer, fence, address, notes) = match self.language {
            Language::Es => (
                "Hormigonera 150 l",
                "Valla de obra 3,5 m",
                "Obra Norte\nCalle Mayor 5\n28013 Madrid",
                "La entrada está detrás del almacén.\nLlame antes de llegar.",
            ),
            _ => (
                "Concrete mixer 150 l",
                "Site fence 3.5 m",
                "North site\nCalle Mayor 5\n28013 Madrid",
                "The gate is behind the depot.\nPlease call before you come.",
            ),
        };
        let items = vec![CalledOff::new(mixer, 1), CalledOff::new(fence, 24)];
        let window = PickUp::from(at(5, (8, 0))?.to_utc())
            .until(at(5, (12, 0))?.to_utc())
            .at(address);
        let full = CallOff::new("C-20417", items, at(4, (17, 0))?.to_utc())
            .picked_up(window)
            .asking_for(SiteContact::new(
                "Ben Okafor",
                Some("+34 600 123 456".to_owned()),
            ))
            .under("PO 7731")
            .noting(notes);
        let full = Says::CallOff(CallOffAsked::new(self.head("CO-318")?, full));
        let bare = CallOff::new(
            "C-20417",
            vec![CalledOff::new(mixer, 1)],
            at(4, (17, 0))?.to_utc(),
        );
        let brought = Says::CallOff(CallOffAsked::new(nobodys("CO-319")?, bare.clone()));
        let sometime = bare.picked_up(PickUp::from(at(5, (8, 0))?.to_utc()));
        // More than a message shows, of somebody without an address, who names somebody without a number.
        let mut many = sometime
            .clone()
            .asking_for(SiteContact::new("Ben Okafor", None));
        many.items = vec![CalledOff::new(fence, 24); 51];
        let many = Says::CallOff(CallOffAsked::new(self.unreached("CO-321")?, many));
        let sometime = Says::CallOff(CallOffAsked::new(self.head("CO-320")?, sometime));
        Some(vec![
            self.answering(kind, full),
            self.letter(kind, &self.staff, brought),
            self.answering(kind, sometime),
            self.letter(kind, &self.staff, many),
        ])
    }

    fn helps(&self) -> Option<Vec<Letter>> {
        let kind = MailKind::HelpRequest;
        let (words, item) = match self.language {
            Language::Es => (
                "El sillón llegó con una pata rota.\n\n¿Pueden cambiarlo?",
                "Sillón verde",
            ),
            _ => (
                "The armchair came with a broken leg.\n\nCan you replace it?",
                "Armchair, green",
            ),
        };
        let order = OrderItem::order(Id::new("1042"), "SO-1042");
        // Nothing of what they wrote can be seen.
        let blank = Help::new(" ").with(order.clone());
        let blank = Says::Help(HelpAsked::new(self.unreached("H-79")?, blank));
        let full = Help::new(words).with(order.item(item));
        let full = Says::Help(HelpAsked::new(self.head("H-77")?, full));
        let bare = Says::Help(HelpAsked::new(nobodys("H-78")?, Help::new(words)));
        Some(vec![
            self.answering(kind, full),
            self.letter(kind, &self.staff, bare),
            self.letter(kind, &self.staff, blank),
        ])
    }

    fn reviews(&self) -> Option<Vec<Letter>> {
        let kind = MailKind::ReviewNotice;
        let (item, address, status, rule, note) = match self.language {
            Language::Es => (
                "Sillón verde",
                "Dirección de entrega",
                "En preparación",
                "Cualquier acción del cliente",
                "Nos mudamos la semana que viene.",
            ),
            _ => (
                "Armchair, green",
                "Delivery address",
                "In preparation",
                "Every customer action",
                "We move next week.",
            ),
        };
        let order = OrderItem::order(Id::new("1042"), "SO-1042");
        let old = Some("Calle Mayor 5, Madrid".to_owned());
        let new = Some("Gran Vía 12, Madrid".to_owned());
        let full = Review::new(order.clone().item(item), status, rule)
            .editing(Edit::new(address, old.clone(), new.clone()))
            .noting(note);
        let full = Says::Review(ReviewAsked::new(self.head("R-5")?, full));
        let bare = Review::new(order.clone(), status, rule);
        let bare = Says::Review(ReviewAsked::new(nobodys("R-6")?, bare));
        // More than a message shows, and a host that says neither status nor rule.
        let mut many = Review::new(order, "", "");
        many.edits = vec![Edit::new(address, old, None); 25];
        many.edits.extend(vec![Edit::new(address, None, new); 26]);
        let many = Says::Review(ReviewAsked::new(self.unreached("R-7")?, many));
        Some(vec![
            self.about_order(kind, &self.staff, full),
            self.about_order(kind, &self.staff, bare),
            self.about_order(kind, &self.staff, many),
        ])
    }

    fn head(&self, number: &str) -> Option<RequestHead> {
        let name = self.ana.name.clone()?;
        let by = AskedBy::new(name, Some(self.ana.address.clone()));
        Some(nobodys(number)?.by(by))
    }

    /// By somebody whom no mail reaches.
    fn unreached(&self, number: &str) -> Option<RequestHead> {
        let name = self.ana.name.clone()?;
        Some(nobodys(number)?.by(AskedBy::new(name, None)))
    }

    /// To staff, who answer to the customer.
    fn answering(&self, kind: MailKind, says: Says) -> Letter {
        self.letter(kind, &self.staff, says)
            .with_reply_to(Some(self.ana.mailbox()))
    }
}

fn nobodys(number: &str) -> Option<RequestHead> {
    let at = moment((2027, 2, 2), (11, 5), Tz::Europe__Madrid)?;
    Some(RequestHead::new(number, at))
}
