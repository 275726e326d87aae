//! A rule's page: what it is about, how it finds, what to do. Examples are shown as the templates they are written as;
//! no page holds a value that looks live.

use crate::model::Shown;
use crate::rules::{Evidence, How, LazyPattern, Rule};

/// How wide running text is set, in characters.
const WIDTH: usize = 96;

/// The page of a rule.
pub(super) fn page(rule: &Rule, evidence: &Evidence) -> String {
    let info = &rule.info;
    let mut page = Page::default();
    page.line(&format!("{}: {}", info.id, info.name));
    page.line("");
    page.field("severity", info.severity.as_str());
    page.field("confidence", info.confidence.as_str());
    page.field("pack", &info.pack);
    page.text("What an attacker can do with it", &info.risk);
    page.text("What to do", &info.revoke);
    page.heading("How it is found");
    page.field("keywords", &rule.keywords.join(", "));
    how(rule, &mut page);
    demands(rule, &mut page);
    page.list("Paths", &rule.paths);
    page.list("References", &info.references);
    page.list("Examples (templates, filled in when they are checked)", &evidence.examples);
    page.list("Counterexamples", &evidence.counterexamples);
    page.list("Near misses", &evidence.near_misses);
    page.0
}

fn how(rule: &Rule, page: &mut Page) {
    let pattern = |pattern: &Option<LazyPattern>| pattern.as_ref().map(|pattern| pattern.text().to_owned());
    match &rule.how {
        How::Pattern(pattern) => page.field("pattern", pattern.text()),
        How::Assignment { name, value, kind, near } => {
            page.field("assignment of", &format!("{kind:?}").to_lowercase());
            pattern(name).iter().for_each(|text| page.field("name", text));
            pattern(value).iter().for_each(|text| page.field("value", text));
            if !near.is_empty() {
                page.field("or near", &near.join(", "));
            }
        }
        How::Reader(reader) => page.field("read as", &format!("{reader:?}").to_lowercase()),
        How::Known => page.field("searched", "exactly, in every form"),
    }
    for companion in &rule.companions {
        page.field("companion", &companion.rule);
    }
}

fn demands(rule: &Rule, page: &mut Page) {
    let demands = &rule.demands;
    if let Some([least, most]) = demands.length {
        page.field("length", &format!("{least} to {most} bytes"));
    }
    if let Some(entropy) = demands.entropy {
        page.field("entropy", &format!("at least {entropy} bits a byte"));
    }
    for placeholder in &demands.placeholders {
        page.field("not", placeholder.text());
    }
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(Shown::from_bytes(text.as_bytes()).as_str());
        self.0.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.0.push('\n');
        self.line(text);
    }

    fn field(&mut self, name: &str, value: &str) {
        self.line(&format!("  {name:14}{value}"));
    }

    fn text(&mut self, heading: &str, text: &str) {
        self.heading(heading);
        let mut line = String::from(" ");
        for word in text.split_whitespace() {
            if line.chars().count() + word.chars().count() + 1 > WIDTH && line.len() > 1 {
                self.line(&line);
                line = String::from(" ");
            }
            line.push(' ');
            line.push_str(word);
        }
        self.line(&line);
    }

    fn list(&mut self, heading: &str, items: &[String]) {
        if items.is_empty() {
            return;
        }
        self.heading(heading);
        items.iter().for_each(|item| self.line(&format!("  {item}")));
    }
}
