//! Ranges of chunks of many files, in messages of a bounded size.

use chunkstream_core::{id::FileId, integrity::Have, wire::MAX_FILES_IN_PAGE};

/// Ranges of chunks in one message: each costs at most ten bytes.
const RANGES_IN_PAGE: usize = 8192;

/// Pages of at most so many files and ranges; a file with many ranges is split over several.
pub(super) fn pages(files: Vec<(FileId, Have)>) -> Vec<Vec<(FileId, Have)>> {
    let mut pages = Vec::new();
    let mut page: Vec<(FileId, Have)> = Vec::new();
    let mut ranges = 0;
    for (file, have) in files {
        let mut rest = have.ranges().peekable();
        while rest.peek().is_some() {
            if page.len() >= MAX_FILES_IN_PAGE || ranges >= RANGES_IN_PAGE {
                pages.push(std::mem::take(&mut page));
                ranges = 0;
            }
            let mut part = Have::new();
            for range in rest.by_ref().take(RANGES_IN_PAGE - ranges) {
                part.insert_range(range);
                ranges += 1;
            }
            page.push((file, part));
        }
    }
    if !page.is_empty() {
        pages.push(page);
    }
    pages
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_keep_every_range_and_their_bounds() {
        let scattered = Have::from_ranges((0..20_000).map(|number| number * 2..number * 2 + 1))
            .expect("ordered");
        let mut files: Vec<(FileId, Have)> = (1..3000)
            .map(|file| (FileId(file), Have::full(1)))
            .collect();
        files.insert(0, (FileId(0), scattered));
        let pages = pages(files);
        assert!(pages.iter().all(|page| page.len() <= MAX_FILES_IN_PAGE));
        let ranges = |page: &Vec<(FileId, Have)>| {
            page.iter()
                .map(|(_, have)| have.ranges().count())
                .sum::<usize>()
        };
        assert!(pages.iter().all(|page| ranges(page) <= RANGES_IN_PAGE));
        assert_eq!(pages.iter().map(ranges).sum::<usize>(), 20_000 + 2999);
    }
}
