//! Places as SARIF locations.

use serde_sarif::sarif::{ArtifactLocation, Location, LogicalLocation, PhysicalLocation, Region as SarifRegion};

use super::escape::relative_uri;
use crate::model::{Provenance, Region, Shown};
use crate::reporters::places::{file, member};

/// A place, and where in it. A member of an archive points to the archive, the one file a viewer can open; its own
/// address stands in the logical location.
pub(super) fn location(place: &Provenance, region: Option<Region>) -> Location {
    let mut physical = PhysicalLocation::builder()
        .artifact_location(ArtifactLocation::builder().uri(relative_uri(file(place))).build())
        .build();
    physical.region = region.map(sarif_region);
    let mut location = Location::builder().physical_location(physical).build();
    location.logical_locations = member(place).map(|member| vec![logical(place, &member)]);
    location
}

fn logical(place: &Provenance, member: &Shown) -> LogicalLocation {
    LogicalLocation::builder()
        .name(member.as_str())
        .fully_qualified_name(place.shown().into_string())
        .kind("resource")
        .build()
}

/// All four numbers, each at least 1 and in order, as GitHub wants them.
fn sarif_region(region: Region) -> SarifRegion {
    let number = |n: u64| i64::try_from(n.max(1)).unwrap_or(i64::MAX);
    let end_line = region.end_line.max(region.start_line);
    let least = if end_line == region.start_line { region.start_column } else { 1 };
    SarifRegion::builder()
        .start_line(number(region.start_line))
        .start_column(number(region.start_column))
        .end_line(number(end_line))
        .end_column(number(region.end_column.max(least)))
        .build()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::model::BlobKind;

    fn uri(path: &[u8], kind: BlobKind) -> (String, Option<String>) {
        let location = location(&Provenance::new(path, kind), None);
        let logical = location.logical_locations.map(|l| l[0].name.clone().unwrap());
        (location.physical_location.unwrap().artifact_location.unwrap().uri.unwrap(), logical)
    }

    #[test]
    fn members_point_to_their_archive_and_files_to_themselves() {
        assert_eq!(uri(b"a.zip!b/c!d", BlobKind::Member), ("a.zip".into(), Some("b/c!d".into())));
        assert_eq!(uri(b"wow!.txt", BlobKind::File), ("wow%21.txt".into(), None));
        assert_eq!(uri(b"a.gz", BlobKind::Member), ("a.gz".into(), None));
        assert_eq!(uri(b"", BlobKind::Member), (".".into(), None));
    }

    #[test]
    fn regions_are_never_turned_around() {
        let lying = Region { start_line: 9, start_column: 7, end_line: 2, end_column: 0 };
        let region = sarif_region(lying);
        assert_eq!((region.start_line, region.end_line), (Some(9), Some(9)));
        assert_eq!((region.start_column, region.end_column), (Some(7), Some(7)));
        let huge = Region { start_line: 0, start_column: 0, end_line: u64::MAX, end_column: u64::MAX };
        assert_eq!(sarif_region(huge).end_line, Some(i64::MAX));
        assert_eq!(sarif_region(huge).start_line, Some(1));
    }
}
