//! One decision, and the verdicts of a page of twenty rows.
use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use portal_benches::decisions::{Case, now};

fn decisions(c: &mut Criterion) {
    let case = Case::new();
    let bare = case.bare();
    let at = now();
    let seconds = at.timestamp();
    let mut group = c.benchmark_group("one decision");
    group.bench_function("ours: may it move there", |b| {
        b.iter(|| black_box(&case).ask(at));
    });
    group.bench_function("ours: decided, with effects", |b| {
        b.iter(|| black_box(&case).decide(at));
    });
    group.bench_function("floor: the same conditions in plain Rust", |b| {
        b.iter(|| black_box(&bare).ask(black_box(seconds), "cruz"));
    });
    group.finish();
}

fn page(c: &mut Criterion) {
    let case = Case::new();
    let rows = case.bare_page();
    let at = now();
    let seconds = at.timestamp();
    let mut group = c.benchmark_group("verdicts of a page of 20 rows");
    group.bench_function("ours", |b| b.iter(|| black_box(&case).page(at)));
    group.bench_function("floor", |b| {
        b.iter(|| {
            let asked = rows.iter().map(|row| row.ask(black_box(seconds), "cruz"));
            asked.fold(0, |all, one| all | one)
        });
    });
    group.finish();
}

criterion_group!(benches, decisions, page);
criterion_main!(benches);
