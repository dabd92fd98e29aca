use std::{fs, os::unix::fs::PermissionsExt};

use course_manager::{CourseManager, Payments, PostgresServer, walk};
use portal_core::Id;
use tempfile::TempDir;

use super::{ask, folder, opened, then};

/// For root the server is another user's, who must get at its folder.
fn open_to_others() -> TempDir {
    let folder = folder();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o711)).unwrap();
    folder
}

async fn on_postgres(folder: &TempDir, server: &PostgresServer) -> CourseManager {
    let file = folder.path().join("course-manager.db");
    CourseManager::on_postgres(&file, server.options(), then(), Payments::Sim)
        .await
        .unwrap()
}

async fn told(manager: &CourseManager) -> Vec<String> {
    let text = walk(manager, &Id::new("P-0001"), None).await.unwrap();
    // The one thing that is drawn anew each time.
    let lines = text
        .lines()
        .filter(|line| !line.contains("Invitation to create an account ("));
    lines.map(str::to_owned).collect()
}

#[tokio::test]
async fn both_runs_tell_the_same_on_either_database_and_leave_the_same_rows() {
    let (here, there) = (folder(), open_to_others());
    let server = PostgresServer::start(&there.path().join("server")).unwrap();
    for run in ["first", "second"] {
        let (sqlite, postgres) = (opened(&here).await, on_postgres(&there, &server).await);
        let (expected, found) = (told(&sqlite).await, told(&postgres).await);
        for (expected, found) in expected.iter().zip(&found) {
            assert_eq!(expected, found, "in the {run} run");
        }
        assert_eq!(expected.len(), found.len(), "in the {run} run");
        for rows in [
            "select group_concat(id || session || status || rev) from registration",
            "select group_concat(id || state || held || rev) from waiting_place",
            "select group_concat(id || used) from session",
            "select group_concat(id || copies || rev) from orders",
            "select lines || postal_code || news from person where id = 'P-0001'",
        ] {
            let expected: String = ask(&sqlite, rows).await;
            assert!(expected == ask::<String>(&postgres, rows).await, "{rows}");
        }
    }
}

#[test]
fn a_server_leaves_nothing_running_and_goes_on_where_it_ended() {
    let folder = open_to_others();
    let data = folder.path().join("server");
    for _ in 0..2 {
        let server = PostgresServer::start(&data).unwrap();
        assert!(data.join("postmaster.pid").exists());
        drop(server);
        assert!(!data.join("postmaster.pid").exists());
    }
}
