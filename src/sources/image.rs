//! Container images: every layer, platform and configuration of them, from wherever they stand.

mod origin;
mod registry;

pub use origin::{Fault, MANIFEST_LIMIT, Origin, Root};
pub use registry::{
    Action, Check, ImageName, Login, Plane, Preflight, Refusal, Registry, RegistryOptions, Scope, Standing, Trouble,
};
