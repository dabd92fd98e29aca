//! Reminders are for whoever wants them, and say how to have no more.
use std::{fs, path::Path, sync::Arc};

use portal_core::{
    Id, Page, Portal,
    effect::{MailKind, Recipient},
    mail::{Choice, EmailAddress, Mail, MailChoices, Mailbox, Mailer, Unsubscribe},
    outbox::Round,
    staff::{Message, Staff, StaffRole},
    store::QueueState,
};
use portal_mail::{EmlFolder, Sender};
use portal_testkit::{
    PlainWriter, PostAnswer, RecordingChoices, RecordingHost, RecordingPost, facts::*,
};

use super::{
    expiring::{in_days, scene, tell},
    scene::Scene,
};

/// Ana keeps a card that runs out in three weeks, and mail is sent.
struct Office {
    scene: Scene,
    portal: Portal,
    post: RecordingPost,
    choices: RecordingChoices,
}

impl Office {
    async fn new() -> Self {
        let (post, choices) = (RecordingPost::default(), RecordingChoices::default());
        Self::with(post.clone(), Arc::new(post), choices).await
    }

    async fn with(post: RecordingPost, mailer: Arc<dyn Mailer>, choices: RecordingChoices) -> Self {
        let scene = scene(|_| ());
        let card = scene.card("ana", 1, "4242").await;
        assert!(scene.sim.card_good_until(&card, in_days(20)));
        let known: Arc<dyn MailChoices> = Arc::new(choices.clone());
        let portal = mailing(&scene, mailer, Some(known));
        Self {
            scene,
            portal,
            post,
            choices,
        }
    }

    /// What is owed to her today is sent, or not.
    async fn reminds(&self) -> Round {
        assert_eq!(tell(&self.scene).await, (1, 0));
        self.round().await
    }

    async fn round(&self) -> Round {
        self.portal.dispatcher().run_once().await.unwrap()
    }

    fn taken(&self) -> Vec<Mail> {
        self.post.taken()
    }

    fn ana_says(&self, choice: &Choice) {
        for &kind in MailKind::OPTIONAL {
            self.choices.says(&Id::new("ana"), kind, choice.clone());
        }
    }

    /// What staff are shown of her newest message.
    async fn shown(&self) -> Message {
        let desk = self.portal.staff(Staff::new("olga", StaffRole::Support));
        let to = Recipient::Contact(Id::new("ana"));
        let found = desk.messages(&to, &Page::default()).await.unwrap().items;
        found.into_iter().next().unwrap()
    }
}

fn mailing(
    scene: &Scene,
    mailer: Arc<dyn Mailer>,
    choices: Option<Arc<dyn MailChoices>>,
) -> Portal {
    let memory = || Arc::new(scene.memory.clone());
    let builder = Portal::builder(memory(), memory())
        .clock(Arc::new(scene.clock.clone()))
        .settings(scene.portal.settings().clone())
        .payments(Arc::new(scene.sim.clone()))
        .payment_store(memory())
        .host(Arc::new(RecordingHost::default()))
        .mail_writer(Arc::new(PlainWriter::default()))
        .mailer(mailer)
        .message_log(memory());
    let builder = match choices {
        Some(choices) => builder.mail_choices(choices),
        None => builder,
    };
    builder.build().unwrap()
}

fn wanted() -> Choice {
    let there = Unsubscribe::at("https://portal.example/no-reminders/7f3a").unwrap();
    Choice::Wanted {
        unsubscribe: Some(there),
    }
}

fn put_off(message: &Message) -> bool {
    matches!(message.known.state, QueueState::Due(_))
}

/// 002-13
#[tokio::test]
async fn each_reminder_says_how_to_have_no_more_of_them() {
    let office = Office::new().await;
    office.ana_says(&wanted());
    office.reminds().await;
    office.scene.clock.advance(days(21));
    office.reminds().await;
    let taken = office.taken();
    let kinds: Vec<_> = taken.iter().map(|mail| mail.kind).collect();
    assert_eq!(kinds, [MailKind::CardExpiring, MailKind::CardExpired]);
    for mail in taken {
        let there = mail.unsubscribe.unwrap();
        assert_eq!(there.as_str(), "https://portal.example/no-reminders/7f3a");
    }
    let asked = MailKind::OPTIONAL
        .iter()
        .map(|&kind| (Id::new("ana"), kind));
    assert_eq!(office.choices.asked(), asked.collect::<Vec<_>>());
}

/// RFC 8058, 3.1: both headers, and the second as it stands there.
#[tokio::test]
async fn as_it_is_sent_mail_programs_find_the_address_to_post_to() {
    let folder = tempfile::tempdir().unwrap();
    let from = Mailbox::new(EmailAddress::parse("portal@portal.example").unwrap());
    let files = EmlFolder::new(folder.path(), Sender::new(from));
    let choices = RecordingChoices::default();
    let office = Office::with(RecordingPost::default(), Arc::new(files), choices).await;
    office.ana_says(&wanted());
    assert_eq!(office.reminds().await.done, 1);
    let sent = only_file_in(folder.path());
    for header in [
        "List-Unsubscribe: <https://portal.example/no-reminders/7f3a>\r\n",
        "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
    ] {
        assert!(sent.contains(header), "{header:?} in {sent}");
    }
}

fn only_file_in(folder: &Path) -> String {
    let mut files = fs::read_dir(folder).unwrap().map(|f| f.unwrap().path());
    let file = files.next().unwrap();
    assert_eq!(files.next(), None);
    fs::read_to_string(file).unwrap()
}

/// 002-13
#[tokio::test]
async fn where_the_host_has_no_address_for_it_or_no_choices_at_all_a_reminder_has_none() {
    let office = Office::new().await;
    office.reminds().await;
    assert_eq!(office.taken().remove(0).unsubscribe, None);
    let before = office.choices.asked().len();
    office.scene.clock.advance(days(21));
    let as_before = mailing(&office.scene, Arc::new(office.post.clone()), None);
    assert_eq!(tell(&office.scene).await, (1, 0));
    assert_eq!(as_before.dispatcher().run_once().await.unwrap().done, 1);
    assert_eq!(office.taken().remove(1).unsubscribe, None);
    assert_eq!(office.choices.asked().len(), before);
}

/// 002-13
#[tokio::test]
async fn who_wants_no_reminders_has_none_and_staff_see_why() {
    let office = Office::new().await;
    office.ana_says(&Choice::Unwanted);
    let round = office.reminds().await;
    assert_eq!((round.done, round.given_up), (1, 0));
    assert!(office.taken().is_empty());
    let shown = office.shown().await.known;
    let dropped = QueueState::Dropped(today(), "not-wanted".to_owned());
    assert_eq!(shown.state, dropped);
    office.scene.clock.advance(days(1));
    assert_eq!(office.round().await, Round::default(), "it is over");
}

/// 002-13
#[tokio::test]
async fn what_somebody_wants_is_asked_when_it_is_written_and_not_when_it_is_owed() {
    let office = Office::new().await;
    office.ana_says(&wanted());
    office.post.answer_next(PostAnswer::NotNow);
    assert_eq!(office.reminds().await.put_off, 1);
    office.ana_says(&Choice::Unwanted);
    office.scene.clock.advance(minutes(1));
    office.round().await;
    assert!(office.taken().is_empty());
    let state = office.shown().await.known.state;
    assert!(matches!(state, QueueState::Dropped(..)), "{state:?}");
}

/// 002-13
#[tokio::test]
async fn while_nobody_can_say_what_they_want_a_reminder_waits_and_none_is_lost() {
    let office = Office::new().await;
    office.ana_says(&wanted());
    office.choices.fail_next(50);
    assert_eq!(office.reminds().await.put_off, 1);
    for _ in 1..50 {
        office.scene.clock.advance(minutes(5));
        assert_eq!(office.round().await.put_off, 1);
    }
    let shown = office.shown().await;
    assert!(put_off(&shown), "{shown:?}");
    assert_eq!(
        shown.known.why.as_deref(),
        Some("not written: storage is unavailable")
    );
    assert!(office.taken().is_empty(), "nothing is guessed");
    office.scene.clock.advance(minutes(5));
    office.round().await;
    assert_eq!(office.taken().len(), 1);
}
