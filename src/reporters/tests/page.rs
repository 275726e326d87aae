//! The page for people: markup that is ours, and nothing that acts.

use super::*;

/// The elements that the page is made of.
const ELEMENTS: &str = " html head title style body header main footer section article div h1 h2 h3 p b code ul li span \
                        pre mark dl dt dd a table thead tbody tr th td details summary ";

/// The attributes that they may have.
const ATTRIBUTES: [&str; 4] = ["lang", "class", "href", "rel"];

/// Whether every tag is one of ours, with its attributes, and closed in order; nothing else is in angle brackets.
pub(super) fn is_well_formed(page: &str) -> bool {
    let Some(mut rest) = page.strip_prefix("<!DOCTYPE html>") else { return false };
    let mut open: Vec<&str> = Vec::new();
    while let Some((text, after)) = rest.split_once('<') {
        let Some((tag, next)) = after.split_once('>') else { return false };
        if text.contains('>') {
            return false;
        }
        rest = next;
        let (name, attributes) = tag.split_once(' ').unwrap_or((tag, ""));
        match name.strip_prefix('/') {
            Some(name) if open.pop() == Some(name) => {}
            Some(_) => return false,
            None if name == "meta" || name == "br" => {}
            None if are_known(name, attributes) => open.push(name),
            None => return false,
        }
    }
    open.is_empty() && !rest.contains('>')
}

fn are_known(name: &str, attributes: &str) -> bool {
    let names = attributes.split('"').step_by(2).map(|name| name.trim().trim_end_matches('='));
    ELEMENTS.contains(&format!(" {name} "))
        && names.filter(|name| !name.is_empty()).all(|name| ATTRIBUTES.contains(&name))
}

#[test]
fn hostile_names_stay_text() {
    let names: &[&[u8]] = &[
        b"<script>alert(1)</script>",
        b"\"><img src=x onerror=alert(1)>",
        b"' onmouseover='x",
        b"</style></title><h1>clean",
        b"&lt;b&gt;",
        b"javascript:alert(1)",
        b"a\0b<!--",
    ];
    for name in names {
        let text = String::from_utf8_lossy(name);
        let page = render(Format::Html, &hostile(name, &text), false);
        assert!(is_well_formed(&page), "{page}");
        let mut links = page.split("href=\"").skip(1);
        assert!(links.all(|link| link.starts_with("https://")), "{text}");
    }
    assert!(
        !is_well_formed("<!DOCTYPE html><p><b></p></b>") && !is_well_formed("<!DOCTYPE html><p onclick=\"x\"></p>")
    );
}

#[test]
fn a_page_fetches_nothing_and_lists_all() {
    for (name, outcome) in outcomes() {
        let page = render(Format::Html, &outcome, false);
        assert!(page.contains("default-src 'none'") && !page.contains("<script") && !page.contains("url("), "{name}");
        let open = outcome.findings.iter().filter(|finding| finding.status == Status::Open).count();
        assert_eq!(page.matches("<article>").count(), open, "{name}");
        assert_eq!(page.matches("<mark>********</mark>").count(), open, "{name}");
        for gap in &outcome.gaps {
            assert!(page.contains(gap.detail.as_str()), "{name}: {}", gap.detail);
        }
        assert_eq!(page.matches("target/part-").count(), outcome.exclusions.len().saturating_sub(1), "{name}");
    }
}
