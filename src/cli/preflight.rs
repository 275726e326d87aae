//! `tightlip preflight`.

use std::fmt::Write as _;

use serde::Serialize;

use super::args::{PreflightArgs, PreflightFormat};
use super::error::CliError;
use super::registry::Registries;
use super::{Exit, output};
use crate::model::Shown;
use crate::sources::image::{Action, Check, ImageName, Plane, Preflight, Standing};

/// The form of the receipt; it grows with every change that a reader would notice.
const SCHEMA: &str = "tightlip-preflight/1";

/// The variable that fixes the moment in a receipt, for outputs that are the same at every run.
const MOMENT_VARIABLE: &str = "SOURCE_DATE_EPOCH";

/// Checks a registry and tells. What is not granted is no finding: it ends as what could not be looked at does.
pub(super) fn run(args: &PreflightArgs) -> Result<Exit, CliError> {
    let image = ImageName::parse(&args.image).map_err(CliError::Usage)?;
    args.receipt.iter().try_for_each(|file| output::check_file(file))?;
    let moment = moment()?;
    let registries = Registries::new(&args.registry, std::slice::from_ref(&image))?;
    let preflight = registries.open(image.clone())?.preflight(args.push);
    let receipt = json(&Receipt::new(&image, &preflight, moment))?;
    let written = args.receipt.iter().try_for_each(|file| output::to_file(file, receipt.as_bytes()));
    let text = match args.format {
        PreflightFormat::Text => table(&image, &preflight),
        PreflightFormat::Json => receipt,
    };
    output::to_stdout(text.as_bytes())?;
    written?;
    Ok(if preflight.is_granted() { Exit::Clean } else { Exit::Incomplete })
}

fn table(image: &ImageName, preflight: &Preflight) -> String {
    let mut text = format!("{image}\n");
    for check in &preflight.checks {
        let (name, standing) = (check.name, check.standing.as_str());
        let plane = match check.standing {
            Standing::Refused => format!("[{}] ", check.plane.as_str()),
            Standing::Granted | Standing::Skipped => String::new(),
        };
        // Writing to a String cannot fail.
        let _ = writeln!(text, "  {standing:7}  {name:5}  {plane}{}", Shown::from_bytes(check.detail.as_bytes()));
        let _ = check.next.iter().try_for_each(|next| writeln!(text, "{:18}next: {next}", ""));
    }
    text
}

/// The account of a preflight for a pipeline's evidence. There is no field that could hold a secret.
#[derive(Serialize)]
struct Receipt<'a> {
    schema: &'static str,
    tool: Tool,
    time: String,
    reference: String,
    registry: &'a str,
    repository: &'a str,
    credentials: Option<&'a str>,
    granted: bool,
    checks: Vec<Line<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'static str,
    plane: Plane,
    result: Standing,
    detail: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    granted: Option<&'a [Action]>,
}

impl<'a> Receipt<'a> {
    fn new(image: &'a ImageName, preflight: &'a Preflight, moment: jiff::Timestamp) -> Self {
        Self {
            schema: SCHEMA,
            tool: Tool { name: "tightlip", version: env!("CARGO_PKG_VERSION") },
            time: moment.to_string(),
            reference: image.to_string(),
            registry: image.registry(),
            repository: image.repository(),
            credentials: preflight.source.as_deref(),
            granted: preflight.is_granted(),
            checks: preflight.checks.iter().map(Line::new).collect(),
        }
    }
}

impl<'a> Line<'a> {
    fn new(check: &'a Check) -> Self {
        Self {
            name: check.name,
            plane: check.plane,
            result: check.standing,
            detail: &check.detail,
            next: check.next,
            asked: check.asked.as_ref().map(ToString::to_string),
            granted: check.granted.as_deref(),
        }
    }
}

/// Now, to the second, unless the environment says otherwise.
fn moment() -> Result<jiff::Timestamp, CliError> {
    let seconds = match std::env::var_os(MOMENT_VARIABLE) {
        None => Some(jiff::Timestamp::now().as_second()),
        Some(text) => text.to_str().and_then(|text| text.parse().ok()),
    };
    let moment = seconds.and_then(|seconds| jiff::Timestamp::from_second(seconds).ok());
    let cure = "is no number of seconds since the beginning of 1970; correct it, or unset it";
    moment.ok_or_else(|| CliError::Usage(format!("{MOMENT_VARIABLE} {cure}")))
}

fn json(receipt: &Receipt<'_>) -> Result<String, CliError> {
    let text = serde_json::to_string_pretty(receipt);
    text.map(|text| text + "\n").map_err(|error| CliError::Output { name: "the receipt".into(), error: error.into() })
}
