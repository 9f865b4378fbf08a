//! Names that others chose: paths of a manifest, and the texts that people pass on.

use std::path::{Component, Path};

use chunkstream_core::{
    access::{AcceptRule, FolderTemplate, Gate, TypePattern, folder_name},
    device::{DeviceId, Target, Ticket},
    id::TransferId,
    manifest::EntryKind,
    pairing::PairingCode,
    path::{Folding, Names, RelPath, System, unused_name},
    units::{parse_duration, parse_rate, parse_size},
    wire::{FromSender, decode},
};

use crate::Input;

/// Where an entry's content would go stays below the target, whatever it is called; and a gate lets no more through than
/// it says.
pub(crate) fn manifest(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let flags = input.byte();
    let system = [System::Unix, System::Windows, System::MacOs][usize::from(flags % 3)];
    let limit = u64::from(input.u32());
    let Ok(FromSender::Entries { entries, .. }) = decode::<FromSender>(input.rest()) else {
        return false;
    };
    let mut names = Names::new(system, Folding::default());
    let mut gate = Gate::new(AcceptRule {
        max_bytes: Some(limit),
        ..AcceptRule::default()
    });
    let (mut given, mut passed) = (std::collections::HashSet::new(), 0u64);
    for entry in &entries {
        inside(&entry.path);
        let parent = entry.path.parent();
        if let Some(parent) = &parent {
            assert!(entry.path.as_str().starts_with(parent.as_str()));
        }
        if let Ok(stored) = names.give(None, entry.path.file_name(), |_| true) {
            inside(&stored.path);
            assert!(stored.path.check_for(system).is_ok(), "{:?}", stored.path);
            assert!(given.insert(stored.path.as_str().to_owned()), "given twice");
        }
        if gate.take(entry).is_ok() {
            passed = passed.checked_add(entry.len()).expect("within the limit");
        }
        assert!(passed <= limit);
        if let EntryKind::Symlink { target } = &entry.kind {
            let _ = target.len();
        }
    }
    true
}

/// A path that leads nowhere else, on this system.
fn inside(path: &RelPath) {
    let base = Path::new("/target");
    let native = path.to_native(base);
    let below = native.strip_prefix(base).expect("below the target");
    assert!(
        below
            .components()
            .all(|part| matches!(part, Component::Normal(_)))
    );
    assert_eq!(below.components().count(), path.components().count());
    assert_eq!(RelPath::parse(path.as_str()).as_ref(), Ok(path));
}

/// A text is refused, or is written again as something that is read as the same.
pub(crate) fn text(bytes: &[u8]) -> bool {
    let mut input = Input::new(bytes);
    let which = input.byte();
    let Ok(text) = std::str::from_utf8(input.rest()) else {
        return false;
    };
    match which % 10 {
        0 => again::<Ticket>(text),
        1 => match text.parse::<Target>() {
            Ok(Target::Ticket(ticket)) => again::<Ticket>(&ticket.to_string()),
            Ok(_) => true,
            Err(_) => false,
        },
        2 => again::<DeviceId>(text),
        3 => again::<PairingCode>(text),
        4 => again::<TransferId>(text),
        5 => {
            let Ok(path) = RelPath::parse(text) else {
                return false;
            };
            inside(&path);
            for n in [0, 1, 9_999] {
                let other = unused_name(path.file_name(), n);
                assert!(
                    RelPath::parse(&other).is_ok() || path.file_name().len() < 12,
                    "{other:?}"
                );
            }
            true
        }
        6 => again::<TypePattern>(text),
        7 => {
            let folder = folder_name(text);
            inside(&RelPath::parse(&folder).expect("a component"));
            assert_eq!(folder.matches('/').count(), 0);
            let Ok(template) = text.parse::<FolderTemplate>() else {
                return true;
            };
            let (_, parts) = template.expand(text, "2026-11-23");
            parts
                .iter()
                .for_each(|part| inside(&RelPath::parse(part).expect("a component")));
            again::<FolderTemplate>(text)
        }
        8 => {
            let _ = (parse_size(text), parse_rate(text));
            parse_duration(text).is_ok()
        }
        _ => serde_json::from_str::<AcceptRule>(text).is_ok_and(|rule| {
            let written = serde_json::to_string(&rule).expect("a rule is JSON");
            assert_eq!(
                serde_json::from_str::<AcceptRule>(&written).ok(),
                Some(rule)
            );
            true
        }),
    }
}

fn again<T: std::str::FromStr + std::fmt::Display + PartialEq + std::fmt::Debug>(
    text: &str,
) -> bool {
    let Ok(value) = text.parse::<T>() else {
        return false;
    };
    let written = value.to_string();
    let read = written.parse::<T>().ok();
    assert_eq!(read.as_ref(), Some(&value), "{written:?}");
    true
}
