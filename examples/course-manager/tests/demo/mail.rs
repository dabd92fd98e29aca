//! The course manager with a folder for its mail: what customers and staff would read.
use std::{fs, path::Path};

use course_manager::{Adapters, CourseManager, Payments, walk};
use portal_core::{Id, Language};

use super::{folder, then};

fn messages(folder: &Path) -> Vec<String> {
    let files = fs::read_dir(folder).unwrap();
    let files = files.map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    files.collect()
}

/// 000-26, 003-19: a developer looks at what people get, from the invitation on.
#[tokio::test]
async fn every_message_is_a_file_to_look_at() {
    let folder = folder();
    let mail = folder.path().join("mail");
    let file = folder.path().join("course-manager.db");
    let adapters = Adapters::from(Payments::Sim).mail_into(&mail);
    let manager = CourseManager::open(&file, then(), adapters).await.unwrap();
    let lucia = Id::new("P-0001");
    let story = walk(&manager, &lucia, Some(Language::En)).await.unwrap();
    assert!(
        story.contains("This link can no longer be used."),
        "{story}"
    );
    let sent = messages(&mail);
    let hers = |mail: &String| mail.contains("p1@people.example");
    assert!(sent.iter().any(hers), "the invitation: {sent:?}");
    assert!(
        sent.iter()
            .all(|mail| mail.contains("<portal@course-manager.example>"))
    );
}
