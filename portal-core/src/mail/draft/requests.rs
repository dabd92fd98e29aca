use super::{Owed, Stop, Unwritten, reader::Reader};
use crate::{
    RecordRef,
    effect::MailKind,
    mail::{
        AskedBy, CallOffAsked, EmailAddress, HelpAsked, Mailbox, RequestHead, ReviewAsked, Says,
    },
    portal::Wiring,
    request::{Asked, Request},
};

impl MailKind {
    /// Whether it tells whoever answers of a request.
    pub(super) fn tells_of_request(self) -> bool {
        matches!(
            self,
            Self::CallOffRequest | Self::HelpRequest | Self::ReviewNotice
        )
    }
}

impl Wiring {
    /// The desk that answers the request, with the request itself: it is read once, so that what is said is for whom it goes to.
    pub(super) async fn desk_of_request(&self, owed: Owed<'_>) -> Result<Reader, Stop> {
        let records = self.requests.as_ref().ok_or(Unwritten::NotWired)?;
        let RecordRef::Request(id) = owed.about else {
            return Err(Unwritten::NotUnderstood.into());
        };
        let request = records.request(id).await?.ok_or(Unwritten::RecordGone)?;
        // Somebody acted already, or it was taken back.
        if !request.is_open() {
            return Err(Unwritten::Overtaken.into());
        }
        if request.asked.mail() != owed.kind {
            return Err(Unwritten::NotUnderstood.into());
        }
        let mut reader = self.staff(request.desk.as_deref())?;
        reader.request = Some(request);
        Ok(reader)
    }

    pub(super) async fn request_told(&self, reader: &mut Reader) -> Result<Says, Stop> {
        let request = reader.request.take().ok_or(Unwritten::NotUnderstood)?;
        let head = self.request_head(&request).await?;
        Ok(match request.asked {
            Asked::CallOff(call_off) => {
                reader.reply_to = answered(&head);
                Says::CallOff(CallOffAsked::new(head, call_off))
            }
            Asked::Help(help) => {
                reader.reply_to = answered(&head);
                if let Some(about) = &help.about {
                    reader.about(&about.order);
                }
                Says::Help(HelpAsked::new(head, help))
            }
            Asked::Review(review) => {
                reader.about(&review.about.order);
                Says::Review(ReviewAsked::new(head, review))
            }
        })
    }

    async fn request_head(&self, request: &Request) -> Result<RequestHead, Stop> {
        let head = RequestHead::new(&*request.number, self.clocks(request.asked_at));
        let Some(found) = self.directory.contact(&request.asked_by).await? else {
            return Ok(head);
        };
        let email = found.value.email.as_deref().map(str::trim);
        let email = email.and_then(|email| EmailAddress::parse(email).ok());
        Ok(head.by(AskedBy::new(found.value.full_name(), email)))
    }
}

/// An answer goes to whoever asked, where mail reaches them.
fn answered(head: &RequestHead) -> Option<Mailbox> {
    let asked_by = head.asked_by.as_ref()?;
    let email = asked_by.email.clone()?;
    Some(Mailbox::new(email).named(&asked_by.name))
}
