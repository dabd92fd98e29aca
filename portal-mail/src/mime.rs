//! A message as it goes over the wire.
use lettre::{
    Message,
    address::{Address, AddressError, Envelope},
    message::{
        Attachment, Body, Mailbox as Box_, MessageBuilder, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0},
    },
};
use portal_core::{
    adapter::{AdapterError, AdapterErrorKind, Disposition},
    mail::{EmailAddress, Mail, Mailbox},
    store::BoxError,
};

use crate::Sender;

/// Writes a message out. Nothing but its parts gets into its headers, and the recipient is the mail's, whatever its headers say.
pub(crate) fn message(
    mail: &Mail,
    sender: &Sender,
    adapter: &'static str,
) -> Result<Message, AdapterError> {
    written(mail, sender).map_err(|e| {
        AdapterError::new(
            AdapterErrorKind::Rejected,
            Disposition::NeverSent,
            adapter,
            "write",
            "the message cannot be written as mail",
        )
        .with_source(e)
    })
}

fn written(mail: &Mail, sender: &Sender) -> Result<Message, BoxError> {
    let domain = sender.domain();
    let from = address(&sender.bounces)?;
    let envelope = Envelope::new(Some(from), vec![address(mail.to.address())?])?;
    let mut message = Message::builder()
        .envelope(envelope)
        .message_id(Some(format!("<{}>", mail.message_id(domain))))
        .from(mailbox(&sender.from)?)
        .to(mailbox(&mail.to)?)
        .subject(mail.subject.as_str())
        .date_now()
        // RFC 3834: no machine answers a machine. What Exchange heeds instead is the other one.
        .raw_header(plain("Auto-Submitted", "auto-generated"))
        .raw_header(plain("X-Auto-Response-Suppress", "OOF, AutoReply"));
    if let Some(answers) = mail.reply_to.as_ref().or(sender.answers.as_ref()) {
        message = message.reply_to(mailbox(answers)?);
    }
    if let Some(thread) = &mail.thread {
        let first = format!("<{}>", thread.message_id(domain));
        message = message.in_reply_to(first.clone()).references(first);
    }
    if let Some(unsubscribe) = &mail.unsubscribe {
        let there = format!("<{}>", unsubscribe.as_str());
        message = message
            .raw_header(plain("List-Unsubscribe", &there))
            .raw_header(plain("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"));
    }
    let text = || SinglePart::plain(mail.text().to_owned());
    let body = match (mail.attachments().split_first(), mail.html()) {
        (None, None) => return singly(message, mail.text()),
        (None, Some(html)) => both(text(), html),
        (Some((first, rest)), html) => {
            let mixed = MultiPart::mixed();
            let mixed = match html {
                None => mixed.singlepart(text()),
                Some(html) => mixed.multipart(both(text(), html)),
            };
            let mut mixed = mixed.singlepart(paper(first)?);
            for other in rest {
                mixed = mixed.singlepart(paper(other)?);
            }
            mixed
        }
    };
    in_parts(message, &body)
}

fn singly(message: MessageBuilder, text: &str) -> Result<Message, BoxError> {
    // The signature of a body without a letter in it comes out wrong.
    let text = if text.trim().is_empty() {
        "\u{a0}"
    } else {
        text
    };
    let message = message.header(MIME_VERSION_1_0);
    let message = message.header(ContentType::TEXT_PLAIN);
    Ok(message.body(text.to_owned())?)
}

/// What kind of message it is stands among its own headers, where a signature covers it: a part would keep it to itself.
fn in_parts(message: MessageBuilder, body: &MultiPart) -> Result<Message, BoxError> {
    let kind = body.headers().get::<ContentType>();
    let kind = kind.ok_or("parts of no kind")?;
    let formatted = body.formatted();
    let ends = formatted.windows(4).position(|four| four == b"\r\n\r\n");
    let parts = ends.and_then(|at| formatted.get(at + 4..));
    let parts = parts.ok_or("parts without headers")?.to_vec();
    let parts = Body::dangerous_pre_encoded(parts, ContentTransferEncoding::SevenBit);
    Ok(message.header(MIME_VERSION_1_0).header(kind).body(parts)?)
}

fn both(text: SinglePart, html: &str) -> MultiPart {
    let html = SinglePart::html(html.to_owned());
    MultiPart::alternative().singlepart(text).singlepart(html)
}

fn paper(paper: &portal_core::mail::Attachment) -> Result<SinglePart, BoxError> {
    let kind = ContentType::parse(paper.content_type.as_str())?;
    let name = paper.file_name.as_str().to_owned();
    let body = Body::new_with_encoding(paper.bytes().to_vec(), ContentTransferEncoding::Base64);
    let body = body.map_err(|_| "an attachment that cannot be encoded")?;
    Ok(Attachment::new(name).body(body, kind))
}

fn mailbox(mailbox: &Mailbox) -> Result<Box_, AddressError> {
    let name = mailbox.name().map(str::to_owned);
    Ok(Box_::new(name, address(mailbox.address())?))
}

fn address(address: &EmailAddress) -> Result<Address, AddressError> {
    address.as_str().parse()
}

fn plain(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}
