//! Images that the real tools make, and an engine's socket. A tool that is missing fails the test: `apt-get install
//! buildah podman skopeo umoci`.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use super::maker::*;
use super::*;

/// Runs a tool; what it wrote to standard output.
fn tool(folder: &Path, line: &str) -> String {
    let words: Vec<&str> = line.split(' ').collect();
    let run = Command::new(words[0]).args(&words[1..]).current_dir(folder).env("TMPDIR", folder).output();
    let output = run.unwrap_or_else(|error| {
        panic!("{} cannot be run ({error}); apt-get install buildah podman skopeo umoci", words[0])
    });
    assert!(output.status.success(), "{line}: {}", all_output(&output));
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// An image built by buildah, with its storage in a folder that is gone when dropped.
struct Built {
    folder: TempDir,
}

impl Built {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let context = folder.path().join("context");
        fs::create_dir_all(context.join("app")).unwrap();
        fs::write(context.join("app/key.txt"), secret(1)).unwrap();
        fs::write(context.join("app/keep.txt"), secret(2)).unwrap();
        fs::write(context.join("other.txt"), "nothing\n").unwrap();
        let file = format!(
            "FROM scratch\nCOPY app /app\nENV DB_TOKEN={}\nLABEL com.example.note={}\nCOPY other.txt /app/keep.txt\n",
            token(3),
            token(4)
        );
        fs::write(context.join("Containerfile"), file).unwrap();
        let built = Self { folder };
        built.buildah("bud --layers --isolation chroot -t localhost/app:v1 context");
        built
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn buildah(&self, line: &str) -> String {
        tool(self.path(), &format!("buildah --storage-driver vfs --root root --runroot runroot {line}"))
    }
}

fn expected() -> Vec<String> {
    let places = [
        "app/keep.txt 1:5 layer 1 overwritten in 2",
        "app/key.txt 1:5 layer 1 visible",
        "config:Env",
        "config:Labels.com.example.note 1:18",
        "config:history",
    ];
    places.map(str::to_owned).to_vec()
}

/// The places, those of environment and history without their numbers: builders count differently.
fn roughly(outcome: &Outcome) -> Vec<String> {
    let cut = |place: String| match place.split_once('[') {
        Some((start, _)) if start.starts_with("config:") => start.to_owned(),
        _ => place,
    };
    let mut all: Vec<String> = all_placed(outcome).into_iter().map(cut).collect();
    all.dedup();
    all
}

#[test]
fn images_of_buildah_skopeo_and_umoci() {
    let built = Built::new();
    let outputs = ["oci:oci:v1", "oci-archive:oci.tar:v1", "docker-archive:docker.tar:localhost/app:v1"];
    for output in outputs {
        built.buildah(&format!("push localhost/app:v1 {output}"));
    }
    built.buildah("push --compression-format zstd localhost/app:v1 oci:zstd:v1");
    tool(built.path(), "skopeo copy oci:oci:v1 oci-archive:skopeo.tar:v1");
    tool(built.path(), "skopeo copy oci:oci:v1 docker-archive:skopeo-docker.tar:localhost/app:v1");
    tool(built.path(), "umoci config --image oci:v1 --config.label added=nothing --tag v2");
    let here = |reference: &str| {
        let (kind, rest) = reference.split_once(':').unwrap();
        format!("{kind}:{}/{rest}", built.path().display())
    };
    let mut references: Vec<String> = outputs.iter().map(|output| here(output)).collect();
    references
        .extend(["oci:zstd:v1", "oci-archive:skopeo.tar", "docker-archive:skopeo-docker.tar", "oci:oci:v2"].map(here));
    for reference in references {
        let outcome = scan_image(&reference);
        assert_eq!(roughly(&outcome), expected(), "{reference}");
        assert_eq!(gaps(&outcome), Vec::<String>::new(), "{reference}");
        let key = outcome.findings.iter().find(|f| f.place.path == b"app/key.txt").unwrap();
        let layer = key.image.as_ref().unwrap().layer.as_ref().unwrap();
        assert!(layer.instruction.as_ref().unwrap().as_str().starts_with("COPY dir"), "{reference}: {layer:?}");
    }
}

#[test]
fn a_layer_that_umoci_makes_deletes_what_is_below() {
    let mut layout = Layout::new();
    let below =
        layout.layer(Stored::Gzip, "below", Tar::of(&[("app/key.txt", &secret(1)), ("app/x/y.txt", &secret(2))]));
    let image = layout.image(&[&below], |_, _| {});
    layout.tag(&image, "v1");
    let folder = layout.beside("");
    tool(&folder, "umoci unpack --rootless --image l:v1 bundle");
    fs::remove_file(folder.join("bundle/rootfs/app/key.txt")).unwrap();
    fs::remove_dir_all(folder.join("bundle/rootfs/app/x")).unwrap();
    tool(&folder, "umoci repack --image l:v2 bundle");
    let outcome = scan_image(&format!("{}:v2", oci(&layout.path())));
    let expected = ["app/key.txt 1:5 layer 1 deleted in 2", "app/x/y.txt 1:5 layer 1 deleted in 2"];
    assert_eq!(all_placed(&outcome), expected);
}

#[test]
fn both_platforms_of_an_index_that_buildah_makes() {
    let built = Built::new();
    for architecture in ["amd64", "arm64"] {
        built.buildah(&format!("bud --isolation chroot --arch {architecture} --manifest both context"));
    }
    built.buildah("manifest push --all both oci:both:v1");
    let reference = [format!("oci:{}/both:v1", built.path().display())];
    let platforms = |outcome: &Outcome| {
        let of = |f: &Finding| f.image.as_ref()?.platform.as_ref().map(|p| p.as_str().to_owned());
        outcome.findings.iter().filter_map(of).collect::<std::collections::BTreeSet<_>>()
    };
    let both = platforms(&scan_images(&reference, 2, |_| {}));
    assert_eq!(both.iter().map(|p| p.split('/').nth(1).unwrap()).collect::<Vec<_>>(), ["amd64", "arm64"]);
    let one = platforms(&scan_images(&reference, 2, |options| options.platform = platform("linux/arm64")));
    assert!(one.iter().all(|p| p.starts_with("linux/arm64")) && !one.is_empty(), "{one:?}");
}

/// Podman's service on a socket; stopped when dropped.
struct Service {
    child: Child,
    socket: PathBuf,
}

impl Service {
    fn start(folder: &Path) -> Self {
        let socket = folder.join("engine.sock");
        let storage = ["--storage-driver", "vfs", "--root", "root", "--runroot", "runroot"];
        let child = Command::new("podman")
            .args(storage)
            .args(["system", "service", "--time=0", &format!("unix://{}", socket.display())])
            .current_dir(folder)
            .stderr(fs::File::create(folder.join("service.log")).unwrap())
            .spawn()
            .unwrap_or_else(|error| panic!("podman cannot be run ({error}); apt-get install podman"));
        let service = Self { child, socket };
        let begun = Instant::now();
        while std::os::unix::net::UnixStream::connect(&service.socket).is_err() {
            assert!(begun.elapsed() < Duration::from_secs(60), "podman's service does not start");
            std::thread::sleep(Duration::from_millis(50));
        }
        service
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn an_engine_gives_its_image_by_its_socket() {
    let built = Built::new();
    let service = Service::start(built.path());
    let host = format!("unix://{}", service.socket.display());
    let run = |reference: &str| {
        let args = ["image", "--format", "json", "--rules"];
        let mut command = command(built.path(), &args);
        command.env("CONTAINER_HOST", &host).env("DOCKER_HOST", &host).arg(pack()).arg(reference).output().unwrap()
    };
    for reference in ["podman:localhost/app:v1", "docker-daemon:localhost/app:v1"] {
        let output = run(reference);
        assert_eq!(output.status.code(), Some(1), "{}", all_output(&output));
        let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let findings = report["findings"].as_array().unwrap();
        let paths: Vec<&str> = findings.iter().map(|f| f["path"].as_str().unwrap()).collect();
        assert!(paths.contains(&"app/key.txt") && paths.contains(&"app/keep.txt"), "{paths:?}");
        assert_eq!(report["gaps"].as_array().unwrap().len(), 0, "{report:#}");
        let kept = findings.iter().find(|f| f["path"] == "app/keep.txt").unwrap();
        assert_eq!(kept["image"]["layer"]["fate"], "overwritten");
    }
    let gone = run("podman:localhost/gone:v9");
    assert_eq!(gone.status.code(), Some(2));
    assert!(all_output(&gone).contains("no such image"), "{}", all_output(&gone));
    let nobody = command(built.path(), &["image", "podman:x"]).env("CONTAINER_HOST", "tcp://x:1").output().unwrap();
    assert!(all_output(&nobody).contains("docker save"), "{}", all_output(&nobody));
}
