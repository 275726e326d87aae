//! Being asked to come back later: done as often as there is time for, where the server says when. What it does not say
//! is not guessed at, and nothing else is tried twice.

use std::time::Duration;

use jiff::Timestamp;

use super::http::{Answer, Ask, Http};
use super::refusal::Refusal;

/// The statuses that ask for peace.
const BUSY: [u16; 2] = [429, 503];

/// A client that waits when it is asked to.
pub(super) struct Patient {
    http: Http,
    /// How long it waits for one answer, in all.
    limit: Duration,
}

impl Patient {
    pub(super) fn new(http: Http, limit: Duration) -> Self {
        Self { http, limit }
    }

    /// Asks, and asks again when told to.
    pub(super) fn send(&self, ask: &Ask<'_>) -> Result<Answer, Refusal> {
        let mut left = self.limit;
        loop {
            let answer = self.http.send(ask)?;
            if !BUSY.contains(&answer.status) {
                return Ok(answer);
            }
            let after = answer.header("retry-after").and_then(|text| retry_after(text, Timestamp::now()));
            let Some(rest) = after.and_then(|after| left.checked_sub(after)) else {
                return Err(Refusal::Busy { host: answer.url.host().into(), status: answer.status, after });
            };
            std::thread::sleep(left - rest);
            left = rest;
        }
    }
}

/// How long to wait, a second at least: seconds, or a date (RFC 9110, section 10.2.3).
fn retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    let text = text.trim();
    let seconds = match text.parse::<u64>() {
        Ok(seconds) => seconds,
        Err(_) => {
            let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
            u64::try_from(date.as_second() - now.as_second()).unwrap_or(0)
        }
    };
    Some(Duration::from_secs(seconds.max(1)))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_server_says_how_long_to_wait_in_seconds_or_by_a_date() {
        let now = "1994-11-06T08:49:30Z".parse().unwrap();
        let cases = [
            ("5", Some(5)),
            (" 0 ", Some(1)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:40:00 GMT", Some(1)),
            ("-5", None),
            ("soon", None),
            ("", None),
        ];
        for (text, seconds) in cases {
            assert_eq!(retry_after(text, now), seconds.map(Duration::from_secs), "{text}");
        }
    }
}
