//! `tightlip redact`.

use std::fs::{self, File};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::Path;

use super::Exit;
use super::args::RedactArgs;
use super::console::{self, Talk};
use super::error::CliError;
use super::manifest::hex;
use super::output::{self, is_closed_pipe};
use super::{ahead::Ahead, known};
use crate::config::Settings;
use crate::containers;
use crate::engine::Engine;
use crate::model::{Confidence, Key, Outcome, Shown, Target};
use crate::pipeline::{self, Options, Silent};
use crate::policy::{Policy, PolicyOptions};
use crate::redact::{Archives, Entry, Pace, RedactError, Redactor};
use crate::sources::{Dir, DirOptions};

/// Writes what was named out again with every secret replaced.
pub(super) fn run(args: &RedactArgs, talk: Talk) -> Result<Exit, CliError> {
    let job = Job::prepare(args, talk)?;
    let is_dash = |path: &Path| path == Path::new("-");
    let standard = is_dash(&args.path);
    match &args.out {
        None if standard => job.filter(&mut io::stdout().lock()),
        None => Err(CliError::Usage("name the output: tightlip redact PATH -o OUT".into())),
        Some(out) if is_dash(out) && standard => job.filter(&mut io::stdout().lock()),
        Some(out) if is_dash(out) => job.to_stdout(),
        Some(out) if standard => job.to_path(&mut io::stdin().lock(), out),
        Some(out) if args.path.is_dir() => job.folder(out),
        Some(out) => job.to_path(&mut open(&args.path)?, out),
    }
}

/// A redaction that is ready to begin.
struct Job<'a> {
    args: &'a RedactArgs,
    settings: Settings,
    engine: Engine,
    key: Key,
    talk: Talk,
}

impl<'a> Job<'a> {
    fn prepare(args: &'a RedactArgs, talk: Talk) -> Result<Self, CliError> {
        if let Some(path) = &args.manifest {
            output::check_file(path)?;
        }
        let settings = Settings::load(&args.files.request_named(&args.policy))?;
        let engine = Engine::new(settings.rules()?.set);
        let engine = match known::read(&args.known)? {
            Some(known) => engine.with_known(known),
            None => engine,
        };
        let key = settings.key.as_ref().map_or_else(Key::random, |key| key.value.again());
        Ok(Self { args, settings, engine, key, talk })
    }

    fn redactor(&self) -> Redactor<'_> {
        Redactor::new(&self.engine, &self.key, self.settings.limits(), self.settings.threads.value)
    }

    fn archives(&self) -> Archives<'_> {
        Archives::new(self.redactor(), self.args.manifest.is_some())
    }

    /// Standard input to standard output, each line as soon as it is settled.
    fn filter(&self, out: &mut dyn Write) -> Result<Exit, CliError> {
        let mut redactor = self.redactor();
        let mut out = BufWriter::with_capacity(256 << 10, out);
        let mut input = Ahead::new(io::stdin());
        let waiting = input.waiting();
        let count = match redactor.stream(Vec::new(), &mut input, Pace::Lines(&|| waiting.any()), &mut out) {
            Ok(count) => count,
            // A reader that has seen enough is no error.
            Err(RedactError::Write(error)) if is_closed_pipe(&error) => return Ok(Exit::Clean),
            Err(error) => return Err(refused("standard input", &error)),
        };
        self.talk.note(Talk::Verbose, &format!("{} places replaced in {} bytes", count.masks, count.read));
        Ok(Exit::Clean)
    }

    fn to_stdout(&self) -> Result<Exit, CliError> {
        let file = tempfile::NamedTempFile::new().map_err(|error| unwritten(Path::new("a temporary file"), error))?;
        let exit = self.checked(&mut open(&self.args.path)?, file.path())?;
        if exit == Exit::Incomplete && file.path().metadata().is_ok_and(|meta| meta.len() == 0) {
            return Ok(exit);
        }
        let mut written = open(file.path())?;
        match io::copy(&mut written, &mut io::stdout().lock()) {
            Err(error) if !is_closed_pipe(&error) => Err(unwritten(Path::new("standard output"), error)),
            _ => Ok(exit),
        }
    }

    /// One file: written beside its place, looked at, and moved there.
    fn to_path(&self, input: &mut dyn Read, out: &Path) -> Result<Exit, CliError> {
        output::check_file(out)?;
        let folder = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let suffix = out.file_name().unwrap_or_default();
        let made = tempfile::Builder::new().prefix(".tightlip-").suffix(suffix).tempfile_in(folder);
        let file = made.map_err(|error| unwritten(out, error))?;
        match self.checked(input, file.path())? {
            Exit::Incomplete if file.path().metadata().is_ok_and(|meta| meta.len() == 0) => Ok(Exit::Incomplete),
            exit => {
                give_rights(file.as_file());
                file.persist(out).map_err(|error| unwritten(out, error.error))?;
                Ok(exit)
            }
        }
    }

    /// Redacts a file into the one at `out` and looks at that. What could not be looked at leaves it empty.
    fn checked(&self, input: &mut dyn Read, out: &Path) -> Result<Exit, CliError> {
        let name = self.args.path.file_name().unwrap_or(self.args.path.as_os_str()).as_encoded_bytes().to_vec();
        let mut archives = self.archives();
        let mut file = BufWriter::new(File::create(out).map_err(|error| unwritten(out, error))?);
        let redacted = archives.file(&name, input, &mut file).and_then(|()| file.flush().map_err(RedactError::Write));
        drop(file);
        match redacted {
            Ok(()) => {}
            Err(RedactError::Read(error)) => {
                archives.leave_out(&name, format!("it cannot be read ({error})"));
                truncate(out)?;
                return self.finish(archives.into_entries());
            }
            Err(error) => return Err(refused(&self.args.path.display().to_string(), &error)),
        }
        // A text was looked at window by window.
        if is_container(out)?
            && let Some(gaps) = self.look(out)?
        {
            truncate(out)?;
            gaps.into_iter().for_each(|gap| archives.leave_out(&name, gap));
        }
        self.finish(archives.into_entries())
    }

    /// A folder: written beside its place, looked at, and moved there.
    fn folder(&self, out: &Path) -> Result<Exit, CliError> {
        if out.exists() {
            return Err(CliError::Usage(format!("{}: it is there already; name a folder that is not", shown(out))));
        }
        let parent = out.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let made = tempfile::Builder::new().prefix(".tightlip-").tempdir_in(parent);
        let folder = made.map_err(|error| unwritten(out, error))?;
        let inner = folder.path().join("out");
        let mut archives = self.archives();
        self.tree(&self.args.path, &inner, b"", &mut archives)?;
        if let Some(gaps) = self.look(&inner)? {
            gaps.into_iter().for_each(|gap| archives.leave_out(b".", gap));
        } else {
            fs::rename(&inner, out).map_err(|error| unwritten(out, error))?;
        }
        self.finish(archives.into_entries())
    }

    fn tree(&self, from: &Path, to: &Path, name: &[u8], archives: &mut Archives<'_>) -> Result<(), CliError> {
        fs::create_dir(to).map_err(|error| unwritten(to, error))?;
        let listed = fs::read_dir(from).and_then(|all| all.collect::<io::Result<Vec<_>>>());
        let mut listed = match listed {
            Ok(listed) => listed,
            Err(error) => {
                archives.leave_out(name, format!("the folder cannot be listed ({error})"));
                return Ok(());
            }
        };
        listed.sort_by_key(fs::DirEntry::file_name);
        for entry in listed {
            let part = archives.text(entry.file_name().as_encoded_bytes());
            let part = part.map_err(|error| refused(&shown(&entry.path()), &error))?;
            let target = to.join(String::from_utf8_lossy(&part).as_ref());
            let name = if name.is_empty() { part } else { [name, b"/", &part].concat() };
            self.entry(&entry, &target, &name, archives)?;
        }
        Ok(())
    }

    fn entry(&self, entry: &fs::DirEntry, to: &Path, name: &[u8], archives: &mut Archives<'_>) -> Result<(), CliError> {
        let path = entry.path();
        let Ok(kind) = entry.file_type() else {
            archives.leave_out(name, "it vanished".into());
            return Ok(());
        };
        if kind.is_dir() && entry.file_name() == ".git" {
            archives.leave_out(name, "a git repository, whose packs are not rewritten".into());
            return Ok(());
        }
        if kind.is_dir() {
            return self.tree(&path, to, name, archives);
        }
        if !kind.is_file() {
            archives.leave_out(name, "a link or special file; what it leads to is not followed".into());
            return Ok(());
        }
        let mut input = match File::open(&path) {
            Ok(file) => file,
            Err(error) => {
                archives.leave_out(name, format!("it cannot be opened ({error})"));
                return Ok(());
            }
        };
        let mut out = BufWriter::new(File::create_new(to).map_err(|error| unwritten(to, error))?);
        match archives.file(name, &mut input, &mut out).and_then(|()| out.flush().map_err(RedactError::Write)) {
            Ok(()) => Ok(()),
            Err(RedactError::Read(error)) => {
                drop(out);
                fs::remove_file(to).map_err(|error| unwritten(to, error))?;
                archives.leave_out(name, format!("it cannot be read ({error})"));
                Ok(())
            }
            Err(error) => Err(refused(&shown(&path), &error)),
        }
    }

    /// Scans what was written, as a whole. Findings are an error; what could not be looked at is the result.
    fn look(&self, path: &Path) -> Result<Option<Vec<String>>, CliError> {
        let policy = Policy::new(PolicyOptions { threshold: Confidence::Review, ..PolicyOptions::default() });
        let policy = policy.map_err(|error| CliError::Usage(error.to_string()))?;
        let threads = self.settings.threads.value;
        let options = DirOptions { ignore_files: false, inside_git: true, threads };
        let source = Dir::new(vec![path.to_owned()], options);
        let target = Target { command: "redact", names: Vec::new() };
        let options = Options { threads, limits: self.settings.limits(), key: Some(self.key.again()), target };
        let outcome = pipeline::scan(&source, &self.engine, &policy, &options, &Silent)?;
        if outcome.findings.is_empty() {
            return Ok((!outcome.gaps.is_empty() && !is_only_empty(&outcome)).then(|| told_gaps(&outcome)));
        }
        let mut lines = vec!["something is left after redaction; nothing was written:".to_owned()];
        lines.extend(
            outcome
                .findings
                .iter()
                .take(20)
                .map(|finding| format!("{}:{}: {}", finding.place.shown(), finding.region.start_line, finding.rule.id)),
        );
        lines.push("unpack what cannot be rewritten, or leave it out".to_owned());
        Err(CliError::Usage(lines.join("\n")))
    }

    /// Tells what was left out and writes the manifest.
    fn finish(&self, entries: Vec<Entry>) -> Result<Exit, CliError> {
        let left_out: Vec<&Entry> = entries.iter().filter(|entry| entry.left_out.is_some()).collect();
        for entry in &left_out {
            let path = Shown::from_bytes(&entry.path);
            console::error(&format!("{path}: left out: {}", entry.left_out.as_deref().unwrap_or_default()));
        }
        let exit = if left_out.is_empty() { Exit::Clean } else { Exit::Incomplete };
        let masks: u64 = entries.iter().map(|entry| entry.count.masks).sum();
        self.talk.note(Talk::Verbose, &format!("{masks} places replaced in {} members", entries.len()));
        if let Some(path) = &self.args.manifest {
            let text: String = entries.iter().map(line).collect();
            output::to_file(path, &pipeline::masked(&self.engine, text))?;
        }
        Ok(exit)
    }
}

fn line(entry: &Entry) -> String {
    let state = |bytes: u64, digest: Option<&[u8; 32]>| serde_json::json!({"bytes": bytes, "sha256": digest.map(hex)});
    let digests = entry.digests.as_ref();
    let ended = match (&entry.left_out, entry.count.masks) {
        (Some(_), _) => "left-out",
        (None, 0) => "unchanged",
        (None, _) => "redacted",
    };
    // An archive is rewritten when one of its members is, or when another writer packs it otherwise.
    let ended = if ended == "unchanged" && digests.is_some_and(|(a, b)| a != b) { "rewritten" } else { ended };
    let mut object = serde_json::json!({
        "path": Shown::from_bytes(&entry.path),
        "ended": ended,
        "masks": entry.count.masks,
    });
    match &entry.left_out {
        Some(why) => object["detail"] = why.as_str().into(),
        None => {
            object["before"] = state(entry.count.read, digests.map(|(before, _)| before));
            object["after"] = state(entry.count.written, digests.map(|(_, after)| after));
        }
    }
    format!("{object}\n")
}

/// Whether the one gap is that there was nothing to look at: an empty folder may be redacted.
fn is_only_empty(outcome: &Outcome) -> bool {
    outcome.gaps.iter().all(|gap| gap.kind == crate::model::GapKind::Empty)
}

fn told_gaps(outcome: &Outcome) -> Vec<String> {
    let told = |gap: &crate::model::Gap| {
        format!("{}: {}: {}; nothing was written", gap.place.shown(), gap.kind.as_str(), gap.detail)
    };
    outcome.gaps.iter().take(20).map(told).collect()
}

fn open(path: &Path) -> Result<File, CliError> {
    File::open(path).map_err(|error| CliError::Usage(format!("{}: it cannot be opened ({error})", shown(path))))
}

/// Whether a file that was written holds others, by its beginning or its end.
fn is_container(path: &Path) -> Result<bool, CliError> {
    let mut file = open(path)?;
    let (mut head, mut tail) = (Vec::new(), Vec::new());
    let read = Read::by_ref(&mut file).take(containers::HEAD as u64).read_to_end(&mut head).and_then(|_| {
        let length = file.metadata()?.len();
        file.seek(SeekFrom::Start(length.saturating_sub(containers::TAIL as u64)))?;
        file.read_to_end(&mut tail)
    });
    read.map_err(|error| CliError::Usage(format!("{}: it cannot be read ({error})", shown(path))))?;
    Ok(containers::recognize(&head).or_else(|| containers::recognize_end(&tail)).is_some())
}

fn truncate(path: &Path) -> Result<(), CliError> {
    File::create(path).map(|_| ()).map_err(|error| unwritten(path, error))
}

/// A temporary file is its owner's alone; a file that was asked for is as others are.
#[cfg(unix)]
fn give_rights(file: &File) {
    use std::os::unix::fs::PermissionsExt;
    let _ = file.set_permissions(fs::Permissions::from_mode(0o644));
}

#[cfg(not(unix))]
fn give_rights(_: &File) {}

fn shown(path: &Path) -> String {
    Shown::from_bytes(path.as_os_str().as_encoded_bytes()).into_string()
}

fn unwritten(path: &Path, error: io::Error) -> CliError {
    CliError::Output { name: shown(path), error }
}

fn refused(name: &str, error: &RedactError) -> CliError {
    CliError::Usage(format!("{name}: {error}"))
}
