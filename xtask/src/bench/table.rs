//! One table from what several programs print.

const HEADINGS: [&str; 5] = ["what", "ours", "floor", "ratio", "target"];

/// This is what a line of a program's output is to us.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// A measured row, to be joined with the others.
    Row(String),
    /// Headings and rules: we print our own.
    Frame,
    /// Anything else a program has to say.
    Other(String),
}

/// This sorts one line of output.
pub(super) fn line(text: &str) -> Line {
    let Some(inner) = text
        .trim()
        .strip_prefix('|')
        .and_then(|rest| rest.strip_suffix('|'))
    else {
        return Line::Other(text.to_owned());
    };
    let cells: Vec<&str> = inner.split('|').map(str::trim).collect();
    if cells == HEADINGS || cells.iter().all(|cell| is_rule(cell)) {
        Line::Frame
    } else if cells.len() == HEADINGS.len() {
        Line::Row(row(&cells))
    } else {
        Line::Other(text.to_owned())
    }
}

/// This puts the rows under one set of headings.
pub(super) fn joined(rows: &[String]) -> String {
    let mut table = format!("{}\n|---|---:|---:|---:|---:|\n", row(&HEADINGS));
    for row in rows {
        table.push_str(row);
        table.push('\n');
    }
    table
}

fn row(cells: &[&str]) -> String {
    format!("| {} |", cells.join(" | "))
}

fn is_rule(cell: &str) -> bool {
    !cell.is_empty() && cell.chars().all(|letter| letter == '-' || letter == ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_are_kept_and_each_programs_headings_are_not() {
        let output = "warming up\n| what | ours | floor | ratio | target |\n|---|--:|:--|---|---|\n| read | 2 µs |1 µs| 2.0 | 3 |\n| too | few |";
        let lines: Vec<Line> = output.lines().map(line).collect();
        assert_eq!(
            lines,
            [
                Line::Other("warming up".to_owned()),
                Line::Frame,
                Line::Frame,
                Line::Row("| read | 2 µs | 1 µs | 2.0 | 3 |".to_owned()),
                Line::Other("| too | few |".to_owned()),
            ]
        );
    }

    #[test]
    fn the_joined_table_has_one_set_of_headings() {
        let table = joined(&["| read | 2 µs | 1 µs | 2.0 | 3 |".to_owned()]);
        assert_eq!(
            table,
            "| what | ours | floor | ratio | target |\n|---|---:|---:|---:|---:|\n| read | 2 µs | 1 µs | 2.0 | 3 |\n"
        );
    }
}
