//! The way in: staff invite, the customer chooses a password by the link, signs in, and is known by the cookie from then on.
use portal_core::{
    Contact, CustomerDesk, EffectKind, Error, Id, Page, RecordRef,
    accounts::{FollowLink, Followed, Login, NextStep, Pass, SignIn, Token, Visitor},
    effect::{MailKind, Recipient},
    staff::{Invite, Staff, StaffDesk, StaffRole},
};
use secrecy::SecretString;

use super::{new_form, payment::work_off, sheet::Sheet};
use crate::CourseManager;

/// What every customer of the demo chooses, so that a later run can sign in. Nothing outside a demo has a password in its code.
pub const DEMO_PASSWORD: &str = "puente de hierro, 47 gaviotas";

const HOME: [u8; 4] = [203, 0, 113, 7];
const ELSEWHERE: [u8; 4] = [198, 51, 100, 9];

/// Whoever answers the phone at the course manager's. The host knows its own people; the portal only asks what they may.
pub(super) fn reception(manager: &CourseManager) -> StaffDesk {
    let staff = Staff::new("reception", StaffRole::Support);
    manager.portal.staff(staff)
}

/// Lets the customer in, and answers what they hold in their hands then; nobody where they do not get in.
pub(super) async fn show(
    manager: &CourseManager,
    contact: &Contact,
    sheet: &mut Sheet,
) -> Result<Option<CustomerDesk>, Error> {
    sheet.chapter("The way in", "La entrada");
    let invite = Invite::new(new_form(), contact.id.clone());
    let invited = reception(manager).submit(&invite).await;
    let first_time = invited.is_ok();
    let in_use = is_refused(&invited, "account.already-active");
    sheet.ended(sheet.say("Reception invites", "Recepción invita"), invited)?;
    let device = if first_time {
        follow(manager, contact, sheet).await?
    } else {
        None
    };
    if !first_time && !in_use {
        return Ok(None);
    }
    sign_in(manager, contact, device, first_time, sheet).await
}

/// From the message to the password: looking uses nothing up, and a password that will not do leaves the link good.
async fn follow(
    manager: &CourseManager,
    contact: &Contact,
    sheet: &mut Sheet,
) -> Result<Option<Token>, Error> {
    let Some(pass) = newest_invitation(manager, contact).await? else {
        sheet.note("No message waits.", "No hay ningún mensaje.");
        return Ok(None);
    };
    let mail = sheet.words.mail(MailKind::Invitation);
    sheet.field(&mail, contact.email.as_deref().unwrap_or("-"));

    // With a folder wired in, the message lies there from now on; what is written into it, we read here.
    if manager.mail.is_some() {
        work_off(manager).await?;
    }
    let link = manager.portal.link_token(&pass)?;
    let scanner = manager.portal.door(Visitor::from(ELSEWHERE.into()))?;
    let good = scanner.look(&link).await?;
    let until = sheet.words.instant(good.until);
    let until = format!("{} {until}", sheet.say("good until", "vale hasta el"));
    sheet.field(
        sheet.say(
            "A mail scanner looks at the link",
            "Un filtro mira el enlace",
        ),
        &until,
    );

    let door = manager.portal.door(Visitor::from(HOME.into()))?;
    let choosing = |password: &str| FollowLink::new(link.clone()).choosing(password.into());
    let easy = door.follow(&choosing("qwertyuiop")).await;
    followed(
        sheet,
        ("The password qwertyuiop", "La contraseña qwertyuiop"),
        &easy,
    );
    let chosen = door.follow(&choosing(DEMO_PASSWORD)).await;
    followed(
        sheet,
        ("One that is hard to guess", "Una difícil de adivinar"),
        &chosen,
    );
    let again = door.follow(&choosing(DEMO_PASSWORD)).await;
    followed(sheet, ("The link once more", "Otra vez el enlace"), &again);
    Ok(match chosen {
        Ok(Followed::PasswordChosen { device }) => Some(device),
        _ => None,
    })
}

async fn sign_in(
    manager: &CourseManager,
    contact: &Contact,
    device: Option<Token>,
    first_time: bool,
    sheet: &mut Sheet,
) -> Result<Option<CustomerDesk>, Error> {
    let form = |password: &str| {
        let login = Login::new(contact.email.clone().unwrap_or_default());
        SignIn::new(login, SecretString::from(password))
    };
    if first_time {
        let stranger = manager.portal.door(Visitor::from(ELSEWHERE.into()))?;
        let wrong = stranger.sign_in(&form("not the password")).await;
        signed_in(
            sheet,
            ("With a wrong password", "Con otra contraseña"),
            &wrong,
        );
    }
    let browser = Visitor::from(HOME.into())
        .with_agent("Firefox")
        .with_device(device);
    let door = manager.portal.door(browser)?;
    let right = door.sign_in(&form(DEMO_PASSWORD)).await;
    signed_in(
        sheet,
        ("With the demo's password", "Con la de la demo"),
        &right,
    );
    let Ok(NextStep::SignedIn(entered)) = right else {
        return Ok(None);
    };
    // The next request comes with nothing but the cookie.
    let cookie = entered.session.expose();
    let door = manager.portal.door(Visitor::from(HOME.into()))?;
    let desk = door.resume(cookie).await?;
    let me = &desk.viewer().contact;
    let known = format!("{}, {}", me.full_name(), me.language.tag());
    sheet.field(
        sheet.say(
            "The cookie on the next page",
            "La cookie en la página siguiente",
        ),
        &known,
    );
    Ok(Some(desk))
}

fn followed(sheet: &mut Sheet, (english, spanish): (&str, &str), ended: &Result<Followed, Error>) {
    let how = match ended {
        Ok(_) => sheet.say("chosen", "elegida").to_owned(),
        Err(no) => sheet.failure(no),
    };
    sheet.field(sheet.say(english, spanish), &how);
}

fn signed_in(sheet: &mut Sheet, (english, spanish): (&str, &str), ended: &Result<NextStep, Error>) {
    let how = match ended {
        Ok(NextStep::SignedIn(_)) => sheet.say("signed in", "dentro").to_owned(),
        Ok(_) => sheet.say("another step", "otro paso").to_owned(),
        Err(no) => sheet.failure(no),
    };
    sheet.field(sheet.say(english, spanish), &how);
}

fn is_refused<T>(ended: &Result<T, Error>, code: &str) -> bool {
    matches!(ended, Err(Error::Refused(refusals)) if refusals.codes().contains(&code))
}

/// The outbox is oldest first: the last one counts.
async fn newest_invitation(
    manager: &CourseManager,
    whose: &Contact,
) -> Result<Option<Id<Pass>>, Error> {
    let address = whose.email.as_ref().map(|email| email.to_lowercase());
    let mut newest = None;
    let mut page = Page::first(Page::LARGEST);
    loop {
        let listing = manager.store.outbox(&page).await?;
        for queued in listing.items {
            if let EffectKind::Mail {
                kind: MailKind::Invitation,
                to: Recipient::Address(to),
                about: RecordRef::Pass(pass),
                ..
            } = queued.effect.kind
                && Some(to.as_str()) == address.as_deref()
            {
                newest = Some(pass);
            }
        }
        match listing.next {
            Some(next) => page = page.following(next),
            None => return Ok(newest),
        }
    }
}
