//! The pack format, its checks, and the rule set they make. `builtin.rs` names each built-in pack on one line.
