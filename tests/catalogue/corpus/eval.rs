//! `cargo run --release --example eval`: recall, precision and F1 on the corpus, by kind and by tier.
//!
//! `-- --mistakes` lists the lines that went wrong in the half that is tuned on, `-- --mistakes measured` in the other.
#![allow(clippy::expect_used, clippy::panic, clippy::print_stdout, missing_docs, unreachable_pub)]

mod fill;
mod measure;
mod samples;

use measure::{Count, TIERS, Tier};
use samples::{HALVES, SEEDS};
use tightlip::engine::Engine;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let mistakes = arguments.iter().any(|argument| argument == "--mistakes");
    let asked = if arguments.iter().any(|argument| argument == "measured") { "measured" } else { "tune" };
    let engine = Engine::new(tightlip::rules::load(&[]).expect("the built-in packs"));
    for half in HALVES {
        let tiers = measure::measure(&engine, samples::samples(half).into_iter());
        println!("{half}: {SEEDS} samples of each shape of file\n");
        tiers.iter().zip(TIERS).for_each(|(tier, least)| print(tier, least.as_str()));
        if mistakes && half == asked {
            // The tier that blocks.
            tiers[1].mistakes.iter().for_each(|(line, count)| println!("{count:3} of {SEEDS}  {line}"));
        }
    }
}

fn print(tier: &Tier, least: &str) {
    println!(
        "| at least {least} | recall | precision | F1 | found | missed | wrong |\n| --- | --- | --- | --- | --- | --- | --- |"
    );
    tier.kinds.iter().for_each(|(kind, count)| row(kind, count));
    row("all", &tier.all);
    println!("\nclean lines reported: {} of {} ({:.2} %)\n", tier.clean.0, tier.clean.1, tier.clean_rate() * 100.0);
}

fn row(name: &str, count: &Count) {
    let (recall, precision, f1) = (count.recall(), count.precision(), count.f1());
    println!(
        "| {name} | {recall:.3} | {precision:.3} | {f1:.3} | {} | {} | {} |",
        count.found, count.missed, count.wrong
    );
}
