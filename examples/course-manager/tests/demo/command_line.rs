use std::process::{Command, Output};

use super::folder;

fn run(args: &[&str]) -> Output {
    let binary = env!("CARGO_BIN_EXE_course-manager");
    Command::new(binary).args(args).output().unwrap()
}

#[test]
fn what_it_does_not_know_is_said_with_exit_code_2() {
    for (args, said) in [
        (&["--wat"][..], "there is no `--wat`: try --help"),
        (&["--file"], "--file needs a path"),
        (
            &["--store", "oracle"],
            "there is no store `oracle`: sqlite or postgres",
        ),
        (
            &["--database", "postgres://localhost"],
            "--database goes with --store postgres",
        ),
        (
            &["--language", "tlh"],
            "the portal does not speak `tlh`: en or es",
        ),
    ] {
        let output = run(args);
        assert_eq!(output.status.code(), Some(2));
        assert_eq!(String::from_utf8_lossy(&output.stderr).trim(), said);
    }
}

#[test]
fn help_names_every_flag() {
    let output = run(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for flag in [
        "--file",
        "--customer",
        "--language",
        "--reset",
        "--store",
        "--database",
        "--mail",
    ] {
        assert!(help.contains(flag), "{flag}");
    }
}

#[test]
fn it_starts_over_when_told_to_and_goes_on_otherwise() {
    let folder = folder();
    let file = folder.path().join("demo.db");
    let file = file.to_str().unwrap();
    for (args, filled) in [
        (&["--file", file][..], true),
        (&["--file", file], false),
        (&["--file", file, "--reset"], true),
    ] {
        let output = run(args);
        assert!(output.status.success());
        let seen = String::from_utf8(output.stdout).unwrap();
        assert_eq!(seen.contains("The file was new"), filled, "{args:?}");
    }
}

#[test]
fn a_reset_removes_databases_only() {
    let folder = folder();
    let file = folder.path().join("letter.txt");
    std::fs::write(&file, "Dear Lucía").unwrap();
    let output = run(&["--reset", "--file", file.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(file.exists());
}

#[test]
fn a_customer_who_is_not_there_is_said_so() {
    let folder = folder();
    let file = folder.path().join("demo.db");
    let output = run(&["--file", file.to_str().unwrap(), "--customer", "P-9999"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(said.trim(), "there is no customer P-9999: try P-0001");
}
