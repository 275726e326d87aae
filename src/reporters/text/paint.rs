//! Colours by role. With colour off not one escape byte is written.

use std::fmt::{self, Display};

use anstyle::{AnsiColor, Style};

/// What a piece of text is in the report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Blocks, or keeps the verdict from being clean.
    Bad,
    /// A person should look.
    Attention,
    /// All is well.
    Good,
    /// Names and headings.
    Strong,
    /// The frame around a line: arrows, bars, labels.
    Frame,
    /// What may be skipped.
    Quiet,
}

/// Paints text, or leaves it as it is.
#[derive(Clone, Copy)]
pub(super) struct Paint {
    colour: bool,
}

impl Paint {
    /// Paints only when `colour` is set.
    pub(super) fn new(colour: bool) -> Self {
        Self { colour }
    }

    /// The text in the colour of its role.
    pub(super) fn as_role<T: Display>(self, role: Role, text: T) -> Painted<T> {
        Painted { style: if self.colour { style(role) } else { Style::new() }, text }
    }
}

/// A text and its colour; made by [`Paint::as_role`].
pub(super) struct Painted<T> {
    style: Style,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A plain style renders as nothing, at both ends.
        write!(f, "{}{}{}", self.style.render(), self.text, self.style.render_reset())
    }
}

fn style(role: Role) -> Style {
    match role {
        Role::Bad => AnsiColor::Red.on_default().bold(),
        Role::Attention => AnsiColor::Yellow.on_default().bold(),
        Role::Good => AnsiColor::Green.on_default().bold(),
        Role::Strong => Style::new().bold(),
        Role::Frame => AnsiColor::Blue.on_default().bold(),
        Role::Quiet => Style::new().dimmed(),
    }
}
