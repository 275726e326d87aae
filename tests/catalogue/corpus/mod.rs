//! The corpus's floor: what was once reached stays reached. `cargo run --release --example eval` prints the figures.

mod fill;
#[allow(dead_code, reason = "the example prints more of it")]
mod measure;
mod samples;

use measure::Tier;
use serde::Deserialize;
use tightlip::engine::Engine;

/// The least that the measured half must reach in a tier.
#[derive(Deserialize)]
struct Floor {
    recall: f64,
    precision: f64,
    /// The largest share of clean lines that may be reported.
    clean: f64,
}

#[derive(Deserialize)]
struct Floors {
    confirmed: Floor,
    likely: Floor,
    review: Floor,
}

/// How far a figure may stand above its floor before the floor must be raised.
const SLACK: f64 = 0.01;

fn faults(name: &str, tier: &Tier, floor: &Floor) -> Vec<String> {
    let figures = [
        ("recall", tier.all.recall(), floor.recall),
        ("precision", tier.all.precision(), floor.precision),
        ("clean lines left alone", 1.0 - tier.clean_rate(), 1.0 - floor.clean),
    ];
    let fault = |(what, is, least): (&str, f64, f64)| match is {
        is if is < least => Some(format!("{name}: {what} fell to {is:.4}; the floor is {least:.4}")),
        is if is > least + SLACK => Some(format!("{name}: {what} is {is:.4}; raise the floor of {least:.4} to it")),
        _ => None,
    };
    figures.into_iter().filter_map(fault).collect()
}

#[test]
fn the_measured_half_holds_its_floor() {
    let text = include_str!("../../../testdata/corpora/floor.toml");
    let floors: Floors = toml::from_str(text).unwrap();
    let engine = Engine::new(tightlip::rules::load(&[]).unwrap_or_else(|error| panic!("{error}")));
    let tiers = measure::measure(&engine, samples::samples("measured").into_iter());
    let named = ["confirmed", "likely", "review"].into_iter().zip([&floors.confirmed, &floors.likely, &floors.review]);
    let faults: Vec<_> = named.zip(&tiers).flat_map(|((name, floor), tier)| faults(name, tier, floor)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn no_value_of_the_tuned_half_stands_in_the_measured_one() {
    // Long ones: a word with two digits may be drawn twice.
    let values = |half: &str| -> std::collections::BTreeSet<String> {
        let words = samples::samples(half).into_iter().flat_map(|sample| {
            let drawn: Vec<_> = sample.text.split(|c: char| !c.is_ascii_alphanumeric()).map(str::to_owned).collect();
            drawn
        });
        words.filter(|word| word.len() >= 20 && word.bytes().any(|byte| byte.is_ascii_digit())).collect()
    };
    let shared: Vec<_> = values("tune").intersection(&values("measured")).cloned().collect();
    assert!(shared.len() <= 1, "{} values are shared", shared.len());
}
