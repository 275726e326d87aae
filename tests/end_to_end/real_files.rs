//! Files that other people's programs made, here Python's standard library.

use std::path::Path;
use std::process::Command;

use crate::common::*;

/// Runs a script in a folder, the secret as its argument; `false` where there is no Python.
fn python(folder: &Path, script: &str) -> bool {
    let Ok(output) = Command::new("python3").current_dir(folder).args(["-c", script, &token(1)]).output() else {
        return false;
    };
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    true
}

/// Where the secret is found.
fn places(tree: &Tree) -> Vec<String> {
    let outcome = scan(tree.path());
    assert_eq!(gaps(&outcome), Vec::<String>::new());
    let mut places: Vec<String> = outcome.findings.iter().map(|found| found.place.shown().into_string()).collect();
    places.dedup();
    places
}

#[test]
fn databases() {
    for encoding in ["UTF-8", "UTF-16le", "UTF-16be"] {
        let tree = Tree::new();
        let script = r"
import sqlite3, sys, gzip
key = sys.argv[1]
base = sqlite3.connect('base.db')
base.execute('pragma page_size=1024')
base.execute('pragma encoding=\'ENCODING\'')
base.execute('create table notes(id integer primary key, title text, body text)')
base.execute('create table files(name text primary key, data blob) without rowid')
base.execute('create index titles on notes(title)')
for i in range(500):
    base.execute('insert into notes(title, body) values(?, ?)', (f'note {i}', 'lorem ipsum ' * (i % 300)))
base.execute('insert into notes(title, body) values(?, ?)', ('long', 'word ' * 400 + key + ' word' * 400))
base.execute('insert into files values(?, ?)', ('packed', gzip.compress(b'the key is ' + key.encode())))
base.execute('delete from notes where id between 10 and 60')
base.commit()
";
        if !python(tree.path(), &script.replace("ENCODING", encoding)) {
            return;
        }
        assert_eq!(places(&tree), ["base.db!files/0/data!", "base.db!notes"], "{encoding}");
    }
}

#[test]
fn compiled_code() {
    let tree = Tree::new();
    let script = r"
import py_compile, sys, os
with open('module.py', 'w') as f:
    f.write(f'''
KEY = '{sys.argv[1]}'
def f(a, *b, c=1, **d):
    x = [1.5, 2j, 10**30, None, ..., frozenset((1, 2)), b'bytes', (1, (2, 'three'))]
    return {{'a': lambda: x}}
class C:
    '''+'\'\'\'' + 'a text' + '\'\'\'' + f'''
    def g(self):
        try:
            return 1 in {{1, 2, 3}}
        finally:
            pass
''')
py_compile.compile('module.py', 'module.pyc', doraise=True)
os.remove('module.py')
";
    if python(tree.path(), script) {
        assert_eq!(places(&tree), ["module.pyc!(constants)"]);
    }
}

#[test]
fn mail_with_parts() {
    let tree = Tree::new();
    let script = r"
import sys, io, zipfile, mailbox
from email.message import EmailMessage
key = sys.argv[1]
packed = io.BytesIO()
with zipfile.ZipFile(packed, 'w', zipfile.ZIP_DEFLATED) as z:
    z.writestr('inside.txt', 'x ' * 3000 + 'the key is ' + key)
message = EmailMessage()
message['From'], message['To'], message['Subject'] = 'a@example.com', 'b@example.com', 'k\u00e9y ' + key
message.set_content('caf\u00e9 and a line that is long: ' + 'x' * 40 + ' ' + key + ' and on', cte='quoted-printable')
message.add_attachment(packed.getvalue(), maintype='application', subtype='zip', filename='inside.zip')
with open('one.eml', 'wb') as f:
    f.write(message.as_bytes())
box = mailbox.mbox('all.mbox')
box.add(message)
box.add(message)
box.close()
";
    if python(tree.path(), script) {
        let places = places(&tree);
        for wanted in ["one.eml!(decoded text)", "all.mbox!(decoded text)"] {
            assert!(places.iter().any(|place| place == wanted), "{places:?}");
        }
        let attached = places.iter().filter(|place| place.contains("!base64@L") && place.ends_with("!inside.txt"));
        assert_eq!(attached.count(), 3, "{places:?}");
    }
}

#[test]
fn archives() {
    let tree = Tree::new();
    let script = r"
import sys, tarfile, zipfile, io, lzma, bz2, gzip
key = ('the key is ' + sys.argv[1]).encode()
def tar(mode):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as t:
        info = tarfile.TarInfo('a/b.txt')
        info.size = len(key)
        t.addfile(info, io.BytesIO(key))
    return out.getvalue()
plain = tar('w')
files = {
    'a.tgz': tar('w:gz'), 'b.txz': tar('w:xz'), 'c.tbz': tar('w:bz2'),
    'd.lzma': lzma.compress(plain, format=lzma.FORMAT_ALONE),
    'e.layer': gzip.compress(plain[:1024]),
}
out = io.BytesIO()
with zipfile.ZipFile(out, 'w', zipfile.ZIP_LZMA) as z:
    for name, content in files.items():
        z.writestr(name, content)
open('all.zip', 'wb').write(out.getvalue())
";
    if python(tree.path(), script) {
        let expected =
            ["a.tgz!", "b.txz!", "c.tbz!", "d.lzma!", "e.layer!"].map(|name| format!("all.zip!{name}a/b.txt"));
        assert_eq!(places(&tree), expected);
    }
}
