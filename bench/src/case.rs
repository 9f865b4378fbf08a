//! What is sent.

use crate::args::{Bench, Which};

/// One thing to send.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Case {
    /// One file of random bytes.
    Big {
        /// Bytes.
        size: u64,
    },
    /// Files of random bytes in folders of [`IN_A_FOLDER`].
    Tree {
        /// How many.
        files: u32,
        /// Bytes of each.
        each: u64,
    },
    /// One file with a little at the beginning, in the middle and at the end, and holes between.
    Sparse {
        /// Bytes, as it looks.
        size: u64,
    },
}

/// Bytes of each file of the tree, unless something else is asked for.
pub(crate) const SMALL: u64 = 8 * 1024;
/// Files in each folder of the tree.
pub(crate) const IN_A_FOLDER: u32 = 100;

impl Case {
    /// Those that are asked for.
    pub(crate) fn chosen(bench: &Bench) -> Vec<Self> {
        let all = [
            (Which::Big, Self::Big { size: bench.size }),
            (
                Which::Tree,
                Self::Tree {
                    files: bench.files,
                    each: SMALL,
                },
            ),
            (
                Which::Sparse,
                Self::Sparse {
                    size: bench.sparse_size,
                },
            ),
        ];
        all.into_iter()
            .filter(|(which, _)| bench.case == Which::All || bench.case == *which)
            .map(|(_, case)| case)
            .collect()
    }

    /// One word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Big { .. } => "big",
            Self::Tree { .. } => "tree",
            Self::Sparse { .. } => "sparse",
        }
    }

    /// Bytes to be sent.
    pub(crate) fn bytes(self) -> u64 {
        match self {
            Self::Big { size } | Self::Sparse { size } => size,
            Self::Tree { files, each } => u64::from(files) * each,
        }
    }

    /// Files to be sent.
    #[cfg(target_os = "linux")]
    pub(crate) fn files(self) -> u64 {
        match self {
            Self::Tree { files, .. } => files.into(),
            Self::Big { .. } | Self::Sparse { .. } => 1,
        }
    }

    /// How often, if nobody says: the sparse file shows memory, which hardly varies, and takes long.
    pub(crate) fn repeat(self) -> u32 {
        match self {
            Self::Big { .. } | Self::Tree { .. } => 3,
            Self::Sparse { .. } => 1,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::args::Arguments;
    use clap::Parser as _;

    fn chosen(arguments: &[&str]) -> Vec<Case> {
        let arguments = [&["chunkstream-bench"], arguments].concat();
        Case::chosen(&Arguments::try_parse_from(arguments).expect("valid").bench)
    }

    #[test]
    fn all_is_one_gibibyte_two_thousand_files_and_ten_sparse_gibibytes() {
        let expected = [
            Case::Big { size: 1 << 30 },
            Case::Tree {
                files: 2000,
                each: SMALL,
            },
            Case::Sparse { size: 10 << 30 },
        ];
        assert_eq!(chosen(&[]), expected);
        assert_eq!(expected[1].bytes(), 2000 * 8192);
    }

    #[test]
    fn one_case_is_chosen_by_name() {
        let tree = chosen(&["--case", "tree", "--files", "10"]);
        let expected = Case::Tree {
            files: 10,
            each: SMALL,
        };
        assert_eq!(tree, [expected]);
    }
}
