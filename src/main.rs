//! The `tightlip` command.

fn main() -> std::process::ExitCode {
    tightlip::cli::main()
}
