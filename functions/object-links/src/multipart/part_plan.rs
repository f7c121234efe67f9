use http_api::ParameterError;

/// The maximum number of parts, and the size of a part in bytes: 5 MiB to 5 GiB, and for the last also less.
///
/// Source: "Amazon S3 multipart upload limits" in the Amazon S3 user guide.
const PARTS_MAX: u64 = 10_000;
const PART_BYTES_MIN: u64 = 5 * 1024 * 1024;
const PART_BYTES_MAX: u64 = 5 * 1024 * 1024 * 1024;

/// The size of a part when the client leaves it to us, in bytes.
const PART_BYTES_DEFAULT: u64 = 8 * 1024 * 1024;

/// How an upload is divided: all parts have the same size, except the last, which has what is left. An empty object has
/// one empty part.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PartPlan {
    size: u64,
    part_size: u64,
}

impl PartPlan {
    /// A plan for `size` bytes. Without a `part_size`, the parts have 8 MiB, or as much more as is needed for 10,000.
    ///
    /// # Errors
    ///
    /// A [`ParameterError`] when the parts would be too small, too large, or too many.
    pub(crate) fn new(size: u64, part_size: Option<u64>) -> Result<Self, ParameterError> {
        let smallest = size.div_ceil(PARTS_MAX).max(PART_BYTES_MIN);
        let sizes = smallest..=PART_BYTES_MAX;
        let part_size = part_size.unwrap_or_else(|| smallest.max(PART_BYTES_DEFAULT));
        match (sizes.contains(&part_size), sizes.is_empty()) {
            (true, _) => Ok(Self { size, part_size }),
            (false, false) => Err(ParameterError::NotInRange { name: "part_size", range: sizes }),
            (false, true) => Err(ParameterError::NotInRange { name: "size", range: 0..=PARTS_MAX * PART_BYTES_MAX }),
        }
    }

    /// The bytes of the object.
    pub(crate) fn size(self) -> u64 {
        self.size
    }

    /// The bytes of every part but the last.
    pub(crate) fn part_size(self) -> u64 {
        self.part_size
    }

    /// How many parts there are.
    pub(crate) fn part_count(self) -> u64 {
        self.size.div_ceil(self.part_size).max(1)
    }

    /// The bytes of the part with this `number`, from 1 to the number of parts.
    pub(crate) fn size_of(self, number: u64) -> u64 {
        self.size.saturating_sub(number.saturating_sub(1) * self.part_size).min(self.part_size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MIB: u64 = 1024 * 1024;
    const GIB: u64 = 1024 * MIB;

    #[test]
    fn a_plan_is_what_s3_accepts() {
        let plan = |size, part_size| {
            let plan = PartPlan::new(size, part_size).map_err(|error| error.to_string())?;
            Ok::<_, String>((plan.part_size(), plan.part_count(), plan.size_of(plan.part_count())))
        };
        let refused = |message: &str| Err(message.to_owned());
        let cases = [
            (0, None, Ok((8 * MIB, 1, 0))),
            (1, None, Ok((8 * MIB, 1, 1))),
            (8 * MIB, None, Ok((8 * MIB, 1, 8 * MIB))),
            (8 * MIB + 1, None, Ok((8 * MIB, 2, 1))),
            (80_000 * MIB, None, Ok((8 * MIB, 10_000, 8 * MIB))),
            (80_000 * MIB + 1, None, Ok((8 * MIB + 1, 10_000, 8 * MIB - 9_998))),
            (50_000 * GIB, None, Ok((5 * GIB, 10_000, 5 * GIB))),
            (50_000 * GIB + 1, None, refused("size must be a whole number from 0 to 53687091200000.")),
            (MIB, Some(5 * MIB), Ok((5 * MIB, 1, MIB))),
            (MIB, Some(5 * MIB - 1), refused("part_size must be a whole number from 5242880 to 5368709120.")),
            (MIB, Some(5 * GIB), Ok((5 * GIB, 1, MIB))),
            (MIB, Some(5 * GIB + 1), refused("part_size must be a whole number from 5242880 to 5368709120.")),
            (MIB, Some(0), refused("part_size must be a whole number from 5242880 to 5368709120.")),
            (50_000 * MIB, Some(5 * MIB), Ok((5 * MIB, 10_000, 5 * MIB))),
            (50_000 * MIB + 1, Some(5 * MIB), refused("part_size must be a whole number from 5242881 to 5368709120.")),
        ];
        for (size, part_size, expected) in cases {
            assert_eq!(plan(size, part_size), expected, "{size} {part_size:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn the_parts_are_the_object(size in 0..=50_000 * GIB, part_size in proptest::option::of(5 * MIB..=5 * GIB)) {
            let Ok(plan) = PartPlan::new(size, part_size) else { return Ok(()) };
            prop_assert_eq!((1..=plan.part_count()).map(|number| plan.size_of(number)).sum::<u64>(), size);
            prop_assert!((1..plan.part_count()).all(|number| plan.size_of(number) == plan.part_size()));
            prop_assert!(plan.part_count() <= PARTS_MAX);
        }
    }
}
