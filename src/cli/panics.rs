//! A defect of tightlip itself: told by its place in the code alone. The message of a panic may hold scanned bytes.

use std::io::Write;
use std::panic::{self, UnwindSafe};

use super::{Exit, console};

/// Runs a command so that its defects end it as an error: never as a verdict, and without their messages.
pub(super) fn guarded(command: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    hide_messages();
    panic::catch_unwind(command).unwrap_or_else(|_| {
        console::error("nothing was judged");
        Exit::Error
    })
}

/// Replaces the hook that would print the message. A defect that is caught further down, and reported as a gap, is told
/// here too.
fn hide_messages() {
    panic::set_hook(Box::new(|info| {
        let place = info.location().map(|at| format!(" at {}:{}", at.file(), at.line())).unwrap_or_default();
        let version = env!("CARGO_PKG_VERSION");
        let _ = writeln!(std::io::stderr(), "error: this is a defect in tightlip {version}{place}; please report it");
    }));
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use std::process::Command;

    use super::*;

    fn canary() -> String {
        ["Qz7", "canary", "Vw9"].concat()
    }

    #[test]
    #[ignore = "ends the process; run by the test below, in one of its own"]
    fn ends_with_a_panic() {
        let worker = || std::thread::spawn(|| panic!("{}", canary())).join();
        let exit = guarded(move || if worker().is_err() { panic!("{}", canary()) } else { Exit::Clean });
        std::process::exit(exit.status().into());
    }

    #[test]
    fn a_panic_is_an_error_that_tells_its_place_alone() {
        let name = format!("{}::ends_with_a_panic", module_path!().split_once("::").unwrap().1);
        let own = std::env::current_exe().unwrap();
        let output = Command::new(own).args(["--ignored", "--exact", "--nocapture", &name]).output().unwrap();
        let told = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert_eq!(output.status.code(), Some(2), "{told}");
        assert_eq!(told.matches("this is a defect in tightlip").count(), 2, "{told}");
        assert!(told.contains("panics.rs:") && told.contains("nothing was judged"), "{told}");
        assert!(!told.contains(&canary()), "{told}");
    }
}
