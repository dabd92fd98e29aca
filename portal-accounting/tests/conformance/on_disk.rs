//! The journal as a file: what was said to be written is there, whatever happens to the process.
#![expect(
    clippy::unwrap_used,
    reason = "clippy knows tests by their attribute; the helpers of these have none"
)]
use std::{
    fs::{self, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
    sync::Arc,
};

use portal_accounting::journal::{Journal, JournalError};
use portal_core::{
    Id, Money,
    accounting::{
        AccountingSystem as _, DraftLine, FindDocument, InvoiceDraft, LedgerCustomer, LineCodes,
        PaymentPosting,
    },
    uuid::Uuid,
};
use portal_testkit::StoppedClock;
use tempfile::TempDir;

use super::journal::chart;

struct Disk {
    _folder: TempDir,
    path: PathBuf,
}

fn disk() -> Disk {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("books.jsonl");
    Disk {
        _folder: folder,
        path,
    }
}

fn open(path: &Path) -> Result<Journal, JournalError> {
    Journal::open(path, chart(), Arc::new(StoppedClock::default()))
}

async fn invoice(journal: &Journal, n: u128) -> InvoiceDraft {
    let ana = LedgerCustomer::new("ana", "Ana, \"the\" Diaz");
    let ana = journal.customer(&ana, Uuid::from_u128(1)).await.unwrap();
    let amount = Money::from_minor(120_00, "EUR".parse().unwrap());
    let line = DraftLine::new(
        "A course",
        amount,
        LineCodes::account("4000").taxed("VAT20"),
    );
    let date = "2026-03-02".parse().unwrap();
    let draft = InvoiceDraft::new(
        format!("N-{n}").into(),
        Id::new("order-1"),
        ana,
        date,
        vec![line],
        amount,
    );
    journal
        .create(&draft, Uuid::from_u128(100 + n))
        .await
        .unwrap();
    draft
}

async fn has(journal: &Journal, draft: &InvoiceDraft) -> bool {
    journal
        .find(&FindDocument::Number(Arc::clone(&draft.number)))
        .await
        .unwrap()
        .is_some()
}

#[tokio::test]
async fn what_was_written_is_there_when_it_is_opened_again() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    let draft = invoice(&journal, 1).await;
    drop(journal);
    let again = open(&disk.path).unwrap();
    assert!(has(&again, &draft).await);
    assert_eq!(again.entries().len(), 3, "owed, earned, tax");
}

#[tokio::test]
async fn a_line_that_was_being_written_is_dropped_wherever_it_broke_off() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    let first = invoice(&journal, 1).await;
    drop(journal);
    let whole = fs::read(&disk.path).unwrap();
    let journal = open(&disk.path).unwrap();
    let second = invoice(&journal, 2).await;
    drop(journal);
    let longer = fs::read(&disk.path).unwrap();
    for keep in whole.len()..longer.len() {
        fs::write(&disk.path, &longer[..keep]).unwrap();
        let journal = open(&disk.path).unwrap();
        assert!(
            has(&journal, &first).await && !has(&journal, &second).await,
            "cut at {keep}"
        );
        // And what comes next is written behind what is whole.
        let third = invoice(&journal, 3).await;
        drop(journal);
        let journal = open(&disk.path).unwrap();
        assert!(has(&journal, &third).await, "cut at {keep}");
    }
}

#[tokio::test]
async fn one_process_writes_at_a_time() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    assert!(matches!(open(&disk.path), Err(JournalError::InUse)));
    drop(journal);
    open(&disk.path).unwrap();
}

#[tokio::test]
async fn a_whole_line_that_cannot_be_read_is_never_passed_over() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    invoice(&journal, 1).await;
    drop(journal);
    let text = fs::read_to_string(&disk.path).unwrap();
    let changes = [
        ("half a line", text.replacen("\"seq\":2", "\"seq\"", 1)),
        ("another number", text.replacen("\"seq\":2", "\"seq\":3", 1)),
        (
            "an amount that does not balance",
            text.replacen("\"20.00\"", "\"21.00\"", 1),
        ),
        (
            "a record that came twice",
            format!("{text}{}\n", text.lines().last().unwrap()),
        ),
    ];
    for (what, changed) in changes {
        assert_ne!(changed, text, "{what} is a change");
        fs::write(&disk.path, changed).unwrap();
        let opened = open(&disk.path);
        assert!(
            matches!(opened, Err(JournalError::Damaged { .. })),
            "{what}: {opened:?}"
        );
    }
}

#[tokio::test]
async fn another_organisations_file_is_left_alone() {
    let disk = disk();
    drop(open(&disk.path).unwrap());
    let other =
        portal_accounting::journal::Chart::new("other", "Other", "EUR".parse().unwrap(), "1100");
    let opened = Journal::open(&disk.path, other, Arc::new(StoppedClock::default()));
    assert!(matches!(opened, Err(JournalError::NotThisOne)));
    fs::write(&disk.path, "a letter to Ana\n").unwrap();
    assert!(matches!(open(&disk.path), Err(JournalError::NotThisOne)));
    assert_eq!(fs::read_to_string(&disk.path).unwrap(), "a letter to Ana\n");
}

#[tokio::test]
async fn a_key_is_answered_alike_after_a_restart() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    let draft = invoice(&journal, 1).await;
    drop(journal);
    let journal = open(&disk.path).unwrap();
    let again = journal.create(&draft, Uuid::from_u128(101)).await.unwrap();
    assert_eq!(again.number, draft.number);
    assert_eq!(journal.entries().len(), 3);
}

#[tokio::test]
async fn spreadsheets_get_cells_and_no_formulas() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    let draft = invoice(&journal, 1).await;
    let document = journal
        .find(&FindDocument::Number(draft.number))
        .await
        .unwrap()
        .unwrap()
        .document;
    let part = Money::from_minor(20_00, "EUR".parse().unwrap());
    let reference = "=HYPERLINK(\"https://evil.example\",\"x\")";
    let posting = PaymentPosting::new(document, part, draft.date, "1200".into(), reference.into());
    journal
        .record_payment(&posting, Uuid::from_u128(7))
        .await
        .unwrap();
    let mut csv = vec![];
    journal.csv(&mut csv).unwrap();
    let csv = String::from_utf8(csv).unwrap();
    let rows: Vec<&str> = csv.lines().collect();
    assert_eq!(
        rows[0],
        "record,at,date,what,number,reference,account,currency,debit,credit"
    );
    assert!(
        rows[1].ends_with("2026-03-02,invoice,N-1,,1100,EUR,120.00,"),
        "{}",
        rows[1]
    );
    assert!(rows[2].ends_with("2200,EUR,,20.00") && rows[3].ends_with("4000,EUR,,100.00"));
    assert!(
        rows[4].contains("\"'=HYPERLINK(\"\"https://evil.example\"\",\"\"x\"\")\""),
        "{}",
        rows[4]
    );
    let mut json = vec![];
    journal.json(&mut json).unwrap();
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(
        (&json[0]["debit"]["amount"], json.as_array().unwrap().len()),
        (&"120.00".into(), 5)
    );
}

#[tokio::test]
async fn what_somebody_else_wrote_into_it_is_seen_and_not_guessed_at() {
    let disk = disk();
    let journal = open(&disk.path).unwrap();
    let draft = invoice(&journal, 1).await;
    OpenOptions::new()
        .append(true)
        .open(&disk.path)
        .unwrap()
        .write_all(b"{\"half\":")
        .unwrap();
    let second = invoice(&journal, 2).await;
    drop(journal);
    assert!(matches!(
        open(&disk.path),
        Err(JournalError::Damaged { line: 4, .. })
    ));
    assert_ne!(draft.number, second.number);
}

/// A path that was mistyped: whatever is in that file stays there, to the last byte.
#[test]
fn a_file_that_is_no_journal_is_left_as_it_is() {
    let head = r#"{"journal":1,"organisation":"somebody-else"}"#;
    let others = [
        "one line without an end".to_owned(),
        "several\nlines,\nthe last without an end".to_owned(),
        format!("{head}\nhalf"),
        head.to_owned(),
    ];
    for text in others {
        let disk = disk();
        fs::write(&disk.path, &text).unwrap();
        let opened = open(&disk.path);
        assert!(matches!(opened, Err(JournalError::NotThisOne)), "{text}");
        assert_eq!(fs::read_to_string(&disk.path).unwrap(), text);
    }
}
