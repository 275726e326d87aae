//! A server that answers as it is told, and remembers what it was asked. It does all that a real one would not.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// What it was asked.
#[derive(Clone, Debug)]
pub struct Request {
    pub method: String,
    /// With its query.
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }
}

/// What it answers.
pub struct Reply {
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    length: Option<usize>,
    ending: Ending,
    keep: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Close,
    /// Nothing more comes, and the line stays open.
    Stall,
    /// Not even a status.
    Silent,
    /// The body over and over.
    Endless,
}

impl Reply {
    pub fn new(status: u16, body: impl AsRef<[u8]>) -> Self {
        let (headers, body) = (Vec::new(), body.as_ref().to_vec());
        Self { status, headers, body, length: None, ending: Ending::Close, keep: false }
    }

    pub fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    /// Says that the body has another length than it has.
    pub fn claiming(self, length: usize) -> Self {
        Self { length: Some(length), ..self }
    }

    pub fn stalling(self) -> Self {
        Self { ending: Ending::Stall, ..self }
    }

    /// Leaves the connection open for more.
    pub fn keeping(self) -> Self {
        Self { keep: true, ..self }
    }

    pub fn silent() -> Self {
        Self { ending: Ending::Silent, ..Self::new(200, "") }
    }

    pub fn endless(self) -> Self {
        Self { ending: Ending::Endless, ..self }
    }
}

/// A server on this machine, gone when dropped.
pub struct Server {
    pub port: u16,
    seen: Arc<Mutex<Vec<Request>>>,
    stop: Arc<AtomicBool>,
    connections: Arc<AtomicUsize>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub fn start(answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let (seen, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let connections = Arc::new(AtomicUsize::new(0));
        let (log, stopped, answer, count) = (seen.clone(), stop.clone(), Arc::new(answer), connections.clone());
        let thread = thread::spawn(move || {
            let mut talks = Vec::new();
            for stream in listener.incoming().map_while(Result::ok) {
                if stopped.load(Ordering::SeqCst) {
                    break;
                }
                count.fetch_add(1, Ordering::SeqCst);
                let (log, stopped, answer) = (log.clone(), stopped.clone(), answer.clone());
                talks.push(thread::spawn(move || talk(stream, &log, &stopped, &*answer)));
            }
            talks.into_iter().for_each(|talk| drop(talk.join()));
        });
        Self { port, seen, stop, connections, thread: Some(thread) }
    }

    pub fn host(&self) -> String {
        format!("127.0.0.1:{}", self.port)
    }

    /// How often somebody connected.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn seen(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    pub fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|request| request.path.contains(path)).count()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        let _ = self.thread.take().unwrap().join();
    }
}

fn talk(mut stream: TcpStream, log: &Mutex<Vec<Request>>, stop: &AtomicBool, answer: &dyn Fn(&Request) -> Reply) {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(5)));
    let Some(request) = read(&mut stream) else {
        // Somebody who tries whether this is TLS.
        let _ = stream.write_all(b"HTTP/1.0 400 Bad Request\r\n\r\n");
        return;
    };
    log.lock().unwrap().push(request.clone());
    let reply = answer(&request);
    if reply.keep {
        let _ = write(&mut stream, &request, &reply, stop);
        return talk(stream, log, stop, answer);
    }
    if reply.ending != Ending::Silent {
        let _ = write(&mut stream, &request, &reply, stop);
    }
    while matches!(reply.ending, Ending::Stall | Ending::Silent) && !stop.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(10));
    }
}

fn read(stream: &mut TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = Vec::new();
        reader.read_until(b'\n', &mut line).ok()?;
        String::from_utf8(line).ok().map(|line| line.trim_end().to_owned())
    };
    let first = line()?;
    let mut words = first.split(' ');
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    words.next().filter(|version| version.starts_with("HTTP/"))?;
    let headers: Vec<_> = std::iter::from_fn(|| line().filter(|line| !line.is_empty()))
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_owned(), value.to_owned())))
        .collect();
    let mut request = Request { method, path, headers, body: String::new() };
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    reader.take(length).read_to_string(&mut request.body).ok()?;
    Some(request)
}

fn write(stream: &mut TcpStream, request: &Request, reply: &Reply, stop: &AtomicBool) -> std::io::Result<()> {
    let connection = if reply.keep { "keep-alive" } else { "close" };
    let mut head = format!("HTTP/1.1 {} X\r\nConnection: {connection}\r\n", reply.status);
    reply.headers.iter().for_each(|(name, value)| head.push_str(&format!("{name}: {value}\r\n")));
    if reply.ending != Ending::Endless {
        head.push_str(&format!("Content-Length: {}\r\n", reply.length.unwrap_or(reply.body.len())));
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    if request.method == "HEAD" {
        return Ok(());
    }
    stream.write_all(&reply.body)?;
    while reply.ending == Ending::Endless && !stop.load(Ordering::SeqCst) {
        stream.write_all(&reply.body)?;
    }
    stream.flush()
}
