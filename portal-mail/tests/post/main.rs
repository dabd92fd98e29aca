//! The transports. What goes over the network goes to aiosmtpd and is checked by dkimpy: processes of their own, which `cargo xtask peers` installs; without them those tests say
//! so and prove nothing.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

mod delivered;
mod hostile;
mod local;
mod promises;
mod scripted;
mod sink;
mod trouble;
mod wording;
mod workers;

use portal_core::{
    effect::MailKind,
    mail::{EmailAddress, Mail, Mailbox},
    uuid::Uuid,
};
use portal_mail::Sender;

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn mailbox(text: &str) -> Mailbox {
    Mailbox::new(address(text))
}

fn sender() -> Sender {
    Sender::new(mailbox("portal@portal.example").named("Acme Courses"))
        .bounces_to(address("bounces@portal.example"))
}

fn mail(number: u128, to: &str) -> Mail {
    let (id, subject) = (Uuid::from_u128(number), "Your invoice");
    Mail::new(
        id,
        MailKind::InvoiceCopy,
        mailbox(to),
        subject,
        "It is attached.\n",
    )
}
