//! A sign-in without the hash, and a request of somebody who is signed in, on `SQLite`.
use std::{hint::black_box, time::Instant};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use portal_benches::access::{Door, rule, sqlite::Floor};

fn eligibility(c: &mut Criterion) {
    let case = rule::Case::new();
    let mut group = c.benchmark_group("may they use the portal");
    group.bench_function("ours", |b| b.iter(|| black_box(&case).ask()));
    group.bench_function("floor", |b| b.iter(|| black_box(&case).flags()));
    group.finish();
}

fn door(c: &mut Criterion) {
    let (ours, mut floor) = (Door::on_sqlite(), Floor::open());
    let mut group = c.benchmark_group("a sign-in");
    group.throughput(Throughput::Elements(1));
    group.bench_function("ours", |b| {
        b.iter_custom(|n| timed(n, |n| ours.sign_in(n, 1)));
    });
    group.bench_function("floor", |b| {
        b.iter_custom(|n| timed(n, |n| floor.sign_in(n, 1)));
    });
    group.finish();
    let mut group = c.benchmark_group("a session checked");
    group.throughput(Throughput::Elements(1));
    group.bench_function("ours", |b| {
        b.iter_custom(|n| timed(n, |n| ours.resume(n, 1)));
    });
    group.bench_function("floor", |b| {
        b.iter_custom(|n| timed(n, |n| floor.resume(n)));
    });
    group.finish();
}

fn timed(n: u64, run: impl FnOnce(usize)) -> std::time::Duration {
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let start = Instant::now();
    run(n);
    start.elapsed()
}

criterion_group!(benches, eligibility, door);
criterion_main!(benches);
