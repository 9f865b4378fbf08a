//! The bytes of one simulated file, twice: as they are, and as they would be after a power loss.
//!
//! Pages that are all zero are not kept, so that 10 GiB of zeros cost nothing but their range.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::ranges::Ranges;

/// Bytes in a page: what the simulated disk writes at once, also when the power fails.
pub(super) const PAGE: u64 = 16 * 1024;

type Page = Arc<[u8; PAGE as usize]>;

/// Sparse bytes.
#[derive(Clone, Default, Debug)]
struct Sparse {
    len: u64,
    pages: BTreeMap<u64, Page>,
}

impl Sparse {
    fn set_len(&mut self, len: u64) {
        self.len = len;
        let _ = self.pages.split_off(&len.div_ceil(PAGE));
        let (last, keep) = (len / PAGE, (len % PAGE) as usize);
        if let Some(page) = self.pages.get_mut(&last) {
            Arc::make_mut(page)[keep..].fill(0);
        }
    }

    fn write(&mut self, data: &[u8], offset: u64) {
        self.len = self.len.max(offset + data.len() as u64);
        let mut done = 0;
        while done < data.len() {
            let at = offset + done as u64;
            let (number, start) = (at / PAGE, (at % PAGE) as usize);
            let n = (PAGE as usize - start).min(data.len() - done);
            let part = &data[done..done + n];
            if part.iter().all(|&byte| byte == 0) {
                if n == PAGE as usize {
                    self.pages.remove(&number);
                } else if let Some(page) = self.pages.get_mut(&number) {
                    Arc::make_mut(page)[start..start + n].fill(0);
                }
            } else {
                let page = self
                    .pages
                    .entry(number)
                    .or_insert_with(|| Arc::new([0; PAGE as usize]));
                Arc::make_mut(page)[start..start + n].copy_from_slice(part);
            }
            done += n;
        }
    }

    fn clear(&mut self, range: Range<u64>) {
        let whole = range.start.div_ceil(PAGE)..range.end / PAGE;
        for (&number, page) in self
            .pages
            .range_mut(range.start / PAGE..range.end.div_ceil(PAGE))
            .filter(|(number, _)| !whole.contains(number))
        {
            let start = range.start.saturating_sub(number * PAGE) as usize;
            let end = (range.end - number * PAGE).min(PAGE) as usize;
            Arc::make_mut(page)[start..end].fill(0);
        }
        self.pages.retain(|number, _| !whole.contains(number));
    }

    fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        let total = self.len.saturating_sub(offset).min(buf.len() as u64) as usize;
        let mut done = 0;
        while done < total {
            let at = offset + done as u64;
            let (number, start) = (at / PAGE, (at % PAGE) as usize);
            let n = (PAGE as usize - start).min(total - done);
            match self.pages.get(&number) {
                Some(page) => buf[done..done + n].copy_from_slice(&page[start..start + n]),
                None => buf[done..done + n].fill(0),
            }
            done += n;
        }
        total
    }

    /// Takes over a run of pages from `other`, absent ones included.
    fn copy_pages(&mut self, other: &Self, pages: Range<u64>) {
        let gone: Vec<u64> = self.pages.range(pages.clone()).map(|(&n, _)| n).collect();
        for number in gone {
            self.pages.remove(&number);
        }
        self.pages
            .extend(other.pages.range(pages).map(|(&n, page)| (n, page.clone())));
    }
}

/// A file's bytes with their durability.
#[derive(Clone, Default, Debug)]
pub(super) struct Content {
    now: Sparse,
    durable: Sparse,
    /// Numbers of the pages changed since the last sync.
    dirty: Ranges,
    /// Space taken: written or reserved.
    allocated: Ranges,
}

impl Content {
    pub(super) fn len(&self) -> u64 {
        self.now.len
    }

    pub(super) fn set_len(&mut self, len: u64) {
        let pages = (len.min(self.now.len) / PAGE)..len.max(self.now.len).div_ceil(PAGE);
        self.dirty.insert(pages);
        self.now.set_len(len);
        self.allocated.truncate(len);
    }

    /// How much space a write or reservation of this range would take beyond what the file has.
    pub(super) fn missing_space(&self, range: Range<u64>) -> u64 {
        (range.end - range.start) - self.allocated.count_in(range)
    }

    /// How much of a write from the start of `range` fits into `free` bytes of new space.
    pub(super) fn fitting(&self, range: Range<u64>, free: u64) -> u64 {
        let (mut low, mut high) = (0, range.end - range.start);
        while low < high {
            let middle = low + (high - low).div_ceil(2);
            if self.missing_space(range.start..range.start + middle) <= free {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        low
    }

    pub(super) fn reserve(&mut self, range: Range<u64>) {
        self.allocated.insert(range);
    }

    /// Makes a range of the file a hole.
    pub(super) fn punch(&mut self, range: Range<u64>) {
        let range = range.start..range.end.min(self.now.len);
        if range.is_empty() {
            return;
        }
        self.dirty
            .insert((range.start / PAGE)..range.end.div_ceil(PAGE));
        self.allocated.remove(range.clone());
        self.now.clear(range);
    }

    pub(super) fn write(&mut self, data: &[u8], offset: u64) {
        if data.is_empty() {
            return;
        }
        let end = offset + data.len() as u64;
        // A write beyond the end also changes the page that was the last.
        self.dirty
            .insert((offset.min(self.now.len) / PAGE)..end.div_ceil(PAGE));
        self.allocated.insert(offset..end);
        self.now.write(data, offset);
    }

    pub(super) fn read(&self, buf: &mut [u8], offset: u64) -> usize {
        self.now.read(buf, offset)
    }

    pub(super) fn is_hole(&self, range: Range<u64>) -> bool {
        range.end <= self.now.len && self.allocated.count_in(range) == 0
    }

    pub(super) fn allocated(&self) -> u64 {
        self.allocated.count()
    }

    pub(super) fn sync(&mut self) {
        for pages in std::mem::take(&mut self.dirty).iter() {
            self.durable.copy_pages(&self.now, pages);
        }
        self.durable.set_len(self.now.len);
    }

    /// What is on the disk after a power loss: what was synced, and of the rest the pages that `kept` says.
    pub(super) fn after_power_loss(&self, mut kept: impl FnMut(u64) -> bool) -> Self {
        let mut left = self.durable.clone();
        let mut any = false;
        for number in self.dirty.iter().flatten() {
            if kept(number) {
                left.copy_pages(&self.now, number..number + 1);
                any = true;
            }
        }
        // The new length goes with the first page that made it.
        let len = if any { self.now.len } else { self.durable.len };
        left.set_len(len);
        let mut allocated = self.allocated.clone();
        allocated.truncate(len);
        Self {
            now: left.clone(),
            durable: left,
            dirty: Ranges::default(),
            allocated,
        }
    }

    /// Bit rot: changes a byte wherever it is kept, without a trace. False where there is no such byte.
    pub(super) fn flip_bit(&mut self, offset: u64) -> bool {
        if offset >= self.now.len {
            return false;
        }
        for sparse in [&mut self.now, &mut self.durable] {
            if offset < sparse.len {
                let mut byte = [0];
                sparse.read(&mut byte, offset);
                sparse.write(&[byte[0] ^ 1], offset);
            }
        }
        true
    }

    #[cfg(test)]
    fn pages_kept(&self) -> usize {
        self.now.pages.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[derive(Clone, Debug)]
    enum Step {
        Write { offset: u64, len: usize, byte: u8 },
        Punch { offset: u64, len: usize },
        SetLen(u64),
        Sync,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            4 => (0..4 * PAGE, 0_usize..40_000, prop_oneof![Just(0_u8), any::<u8>()])
                .prop_map(|(offset, len, byte)| Step::Write { offset, len, byte }),
            1 => (0..4 * PAGE, 0_usize..60_000)
                .prop_map(|(offset, len)| Step::Punch { offset, len }),
            1 => (0..5 * PAGE).prop_map(Step::SetLen),
            1 => Just(Step::Sync),
        ]
    }

    fn bytes(content: &Content) -> Vec<u8> {
        let mut all = vec![9; content.len() as usize + 5];
        let n = content.read(&mut all, 0);
        all.truncate(n);
        all
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn content_is_what_a_vector_holds_and_a_power_loss_leaves_the_last_sync(
            steps in prop::collection::vec(step(), 0..25),
        ) {
            let (mut content, mut model, mut synced) = (Content::default(), Vec::new(), Vec::new());
            for step in steps {
                match step {
                    Step::Write { offset, len, byte } => {
                        content.write(&vec![byte; len], offset);
                        if len > 0 {
                            let end = offset as usize + len;
                            if model.len() < end {
                                model.resize(end, 0);
                            }
                            model[offset as usize..end].fill(byte);
                        }
                    }
                    Step::Punch { offset, len } => {
                        content.punch(offset..offset + len as u64);
                        let range = (offset as usize).min(model.len())..(offset as usize + len).min(model.len());
                        prop_assert!(range.is_empty() || content.is_hole(range.start as u64..range.end as u64));
                        model[range].fill(0);
                    }
                    Step::SetLen(len) => {
                        content.set_len(len);
                        model.resize(len as usize, 0);
                    }
                    Step::Sync => {
                        content.sync();
                        synced.clone_from(&model);
                    }
                }
                prop_assert!(bytes(&content) == model);
                prop_assert!(bytes(&content.after_power_loss(|_| false)) == synced);
                prop_assert!(bytes(&content.after_power_loss(|_| true)) == model);
            }
        }
    }

    #[test]
    fn ten_gigabytes_of_zeros_keep_no_page() {
        let mut content = Content::default();
        let zeros = vec![0; 1 << 20];
        for n in 0..10 * 1024 {
            content.write(&zeros, n << 20);
        }
        content.sync();
        assert_eq!(content.len(), 10 << 30);
        assert_eq!(content.allocated(), 10 << 30);
        assert_eq!(content.pages_kept(), 0);
    }
}
