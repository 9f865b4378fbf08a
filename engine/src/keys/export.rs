//! A device's key in a file with a passphrase, to be carried to another machine.
//!
//! Text: a line with [`FIRST_LINE`], then base64 in lines of 64, of
//!
//! | bytes | |
//! | --- | --- |
//! | 1 | version: 1 |
//! | 4 | memory of Argon2id, KiB, little endian |
//! | 4 | its passes |
//! | 4 | its lanes |
//! | 16 | salt |
//! | 12 | nonce |
//! | n + 16 | the key (PKCS#8), sealed by ChaCha20-Poly1305 (RFC 8439) with all before as associated data |
//!
//! The sealing key is Argon2id (RFC 9106, version 0x13) of the salt and the passphrase: its UTF-8 in normalisation form C, so
//! that it does not matter how a keyboard composes its letters (RFC 8265, section 4.2).
//!
//! Non-goal: what the device knows of others. An export is the key and nothing else.

use std::{fs, io::Read as _, path::Path};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use data_encoding::BASE64;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::Zeroizing;

/// The first line of the file.
const FIRST_LINE: &str = "ChunkStream Pro device key, sealed with a passphrase";
/// The fewest characters of a passphrase.
pub const MIN_PASSPHRASE: usize = 10;

const VERSION: u8 = 1;
const SALT: usize = 16;
const HEAD: usize = 1 + 3 * 4 + SALT + NONCE_LEN;
/// The longest file that is read: a key takes some 200 bytes.
const MAX_FILE: usize = 16 * 1024;
/// The most work that a file may ask for: memory in KiB (256 MiB), passes, lanes.
const MOST: (u32, u32, u32) = (256 << 10, 16, 16);

/// How much work a guess at the passphrase costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Memory in KiB.
    pub memory: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Default for Cost {
    /// RFC 9106, section 4, second recommendation: 64 MiB, three passes, four lanes.
    fn default() -> Self {
        Self {
            memory: 64 * 1024,
            passes: 3,
            lanes: 4,
        }
    }
}

/// A key cannot be sealed or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Fewer than [`MIN_PASSPHRASE`] characters.
    #[error("a passphrase has at least {MIN_PASSPHRASE} characters")]
    ShortPassphrase,
    /// Another passphrase, or a file that was changed.
    #[error("the passphrase is not the one of this file, or the file was changed")]
    WrongPassphrase,
    /// The file is no export of a key.
    #[error("the file holds no exported device key")]
    NotAnExport,
    /// A later version of this program has written it.
    #[error("the file was written by a later version of this program (format {0})")]
    Newer(u8),
    /// It asks for more work than any export of this program.
    #[error("the file asks for more work than an exported key needs")]
    TooMuchWork,
    /// The file cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(String),
    /// No randomness, or no memory.
    #[error("the key cannot be sealed or opened: {0}")]
    Failed(String),
}

/// The text of a file that may be an export.
///
/// # Errors
/// [`ExportError::Unreadable`]; [`ExportError::NotAnExport`] if it is no text or too long.
pub fn read(path: &Path) -> Result<String, ExportError> {
    let mut bytes = Vec::new();
    let file = fs::File::open(path);
    file.and_then(|file| file.take(MAX_FILE as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| ExportError::Unreadable(error.to_string()))?;
    if bytes.len() > MAX_FILE {
        return Err(ExportError::NotAnExport);
    }
    String::from_utf8(bytes).map_err(|_| ExportError::NotAnExport)
}

/// The text of a file with this key.
///
/// # Errors
/// [`ExportError::ShortPassphrase`], [`ExportError::Failed`].
pub fn seal(pkcs8: &[u8], passphrase: &str, cost: Cost) -> Result<String, ExportError> {
    if passphrase.chars().count() < MIN_PASSPHRASE {
        return Err(ExportError::ShortPassphrase);
    }
    let mut random = [0; SALT + NONCE_LEN];
    getrandom::fill(&mut random).map_err(failed)?;
    let mut bytes = vec![VERSION];
    for number in [cost.memory, cost.passes, cost.lanes] {
        bytes.extend_from_slice(&number.to_le_bytes());
    }
    bytes.extend_from_slice(&random);
    let (key, nonce) = derive(&bytes, passphrase, cost)?;
    // Room for the tag too, so that no unsealed copy is left behind where it grew.
    let mut sealed = Vec::with_capacity(pkcs8.len() + CHACHA20_POLY1305.tag_len());
    sealed.extend_from_slice(pkcs8);
    key.seal_in_place_append_tag(nonce, Aad::from(&bytes), &mut sealed)
        .map_err(|_| failed("sealing"))?;
    bytes.extend_from_slice(&sealed);
    let mut text = format!("{FIRST_LINE}\n");
    for line in BASE64.encode(&bytes).as_bytes().chunks(64) {
        text.extend(line.iter().map(|letter| char::from(*letter)));
        text.push('\n');
    }
    Ok(text)
}

/// The key in the text of such a file.
///
/// # Errors
/// What is wrong with it.
pub fn open(text: &str, passphrase: &str) -> Result<Zeroizing<Vec<u8>>, ExportError> {
    let (bytes, cost) = parse(text)?;
    let (head, sealed) = bytes.split_at(HEAD);
    let (key, nonce) = derive(head, passphrase, cost)?;
    let mut opened = Zeroizing::new(sealed.to_vec());
    let len = key
        .open_in_place(nonce, Aad::from(head), &mut opened)
        .map_err(|_| ExportError::WrongPassphrase)?
        .len();
    opened.truncate(len);
    Ok(opened)
}

/// The bytes of a file that may be one, and the work that it asks for. No work is done.
fn parse(text: &str) -> Result<(Vec<u8>, Cost), ExportError> {
    if text.len() > MAX_FILE {
        return Err(ExportError::NotAnExport);
    }
    let body = text
        .trim_start()
        .strip_prefix(FIRST_LINE)
        .ok_or(ExportError::NotAnExport)?;
    let letters: String = body.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = BASE64
        .decode(letters.as_bytes())
        .map_err(|_| ExportError::NotAnExport)?;
    match bytes.first() {
        None => return Err(ExportError::NotAnExport),
        Some(&VERSION) => {}
        Some(&other) => return Err(ExportError::Newer(other)),
    }
    if bytes.len() < HEAD + CHACHA20_POLY1305.tag_len() {
        return Err(ExportError::NotAnExport);
    }
    let number = |at: usize| {
        let mut number = [0; 4];
        number.copy_from_slice(&bytes[at..at + 4]);
        u32::from_le_bytes(number)
    };
    let cost = Cost {
        memory: number(1),
        passes: number(5),
        lanes: number(9),
    };
    if cost.memory > MOST.0 || cost.passes > MOST.1 || cost.lanes > MOST.2 {
        return Err(ExportError::TooMuchWork);
    }
    Ok((bytes, cost))
}

fn derive(head: &[u8], passphrase: &str, cost: Cost) -> Result<(LessSafeKey, Nonce), ExportError> {
    let params = Params::new(cost.memory, cost.passes, cost.lanes, Some(32))
        .map_err(|_| ExportError::NotAnExport)?;
    let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let (salt, nonce) = head[HEAD - SALT - NONCE_LEN..HEAD].split_at(SALT);
    let passphrase: Zeroizing<String> = Zeroizing::new(passphrase.nfc().collect());
    let mut blocks: Vec<Block> = Vec::new();
    let count = argon.params().block_count();
    blocks
        .try_reserve_exact(count)
        .map_err(|_| failed("there is not enough memory"))?;
    blocks.resize(count, Block::default());
    let mut key = Zeroizing::new([0; 32]);
    argon
        .hash_password_into_with_memory(passphrase.as_bytes(), salt, &mut *key, &mut blocks)
        .map_err(failed)?;
    let key = UnboundKey::new(&CHACHA20_POLY1305, &*key).map_err(|_| failed("the key"))?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| failed("the nonce"))?;
    Ok((LessSafeKey::new(key), nonce))
}

fn failed(error: impl std::fmt::Display) -> ExportError {
    ExportError::Failed(error.to_string())
}

/// A text is refused, or is opened at the cost that it asks for if that is next to nothing. Its passphrase is unknown.
#[cfg(feature = "fuzzing")]
pub(crate) fn fuzz(text: &str) -> bool {
    let Ok((_, cost)) = parse(text) else {
        return false;
    };
    if cost.memory <= 64 && cost.passes == 1 {
        assert!(open(text, "no passphrase of any seed").is_err());
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "höchst geheim";

    fn cheap() -> Cost {
        Cost {
            memory: 64,
            passes: 1,
            lanes: 1,
        }
    }

    fn sealed() -> String {
        seal(b"a key of some bytes", PASSPHRASE, cheap()).expect("sealed")
    }

    /// The file with its bytes changed.
    fn changed(change: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut bytes = parse(&sealed()).expect("an export").0;
        change(&mut bytes);
        format!("{FIRST_LINE}\n{}", BASE64.encode(&bytes))
    }

    #[test]
    fn a_sealed_key_opens_with_its_passphrase_and_no_other() {
        let text = sealed();
        assert_eq!(
            &**open(&text, PASSPHRASE).expect("right"),
            b"a key of some bytes"
        );
        for wrong in ["", "höchst geheiM", "hochst geheim"] {
            assert_eq!(open(&text, wrong), Err(ExportError::WrongPassphrase));
        }
        assert_ne!(text, sealed(), "salt and nonce are new each time");
        assert!(text.lines().all(|line| line.len() <= 64));
        // As it comes out of a mail.
        let quoted = text.replace('\n', "\r\n  ");
        assert!(open(&quoted, PASSPHRASE).is_ok());
    }

    #[test]
    fn every_changed_bit_is_noticed() {
        let len = parse(&sealed()).expect("an export").0.len();
        for at in 0..len {
            let text = changed(|bytes| bytes[at] ^= 1);
            assert!(open(&text, PASSPHRASE).is_err(), "byte {at}");
        }
    }

    #[test]
    fn what_is_no_export_says_so() {
        for text in [
            "",
            "hello",
            FIRST_LINE,
            &format!("{FIRST_LINE}\n!!!"),
            &sealed()[1..],
        ] {
            assert_eq!(
                open(text, PASSPHRASE),
                Err(ExportError::NotAnExport),
                "{text}"
            );
        }
        let short = changed(|bytes| bytes.truncate(HEAD + 15));
        assert_eq!(open(&short, PASSPHRASE), Err(ExportError::NotAnExport));
        let newer = changed(|bytes| bytes[0] = 2);
        assert_eq!(open(&newer, PASSPHRASE), Err(ExportError::Newer(2)));
        let long = format!("{}{}", sealed(), "\n".repeat(MAX_FILE));
        assert_eq!(open(&long, PASSPHRASE), Err(ExportError::NotAnExport));
    }

    #[test]
    fn a_file_that_was_cut_short_anywhere_does_not_open() {
        let text = sealed();
        for len in 0..text.trim_end().len() {
            let cut = open(&text[..len], PASSPHRASE);
            let expected = [ExportError::NotAnExport, ExportError::WrongPassphrase];
            assert!(cut.is_err_and(|error| expected.contains(&error)), "{len}");
        }
    }

    #[test]
    fn a_passphrase_is_the_same_however_its_letters_are_composed() {
        let text = seal(b"key", "h\u{f6}chst geheim", cheap()).expect("sealed");
        assert!(open(&text, "ho\u{308}chst geheim").is_ok());
    }

    #[test]
    fn a_file_that_is_too_long_or_no_text_is_no_export() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("key");
        assert!(matches!(read(&path), Err(ExportError::Unreadable(_))));
        for (content, taken) in [
            (vec![b' '; MAX_FILE], true),
            (vec![b' '; MAX_FILE + 1], false),
            (vec![0xff], false),
        ] {
            fs::write(&path, &content).expect("written");
            assert_eq!(read(&path).is_ok(), taken, "{}", content.len());
        }
    }

    #[test]
    fn one_more_than_the_most_work_is_refused_before_it_is_done() {
        for (at, most) in [(1, MOST.0), (5, MOST.1), (9, MOST.2)] {
            let text =
                changed(|bytes| bytes[at..at + 4].copy_from_slice(&(most + 1).to_le_bytes()));
            assert_eq!(open(&text, PASSPHRASE), Err(ExportError::TooMuchWork));
        }
    }

    #[test]
    fn a_passphrase_one_character_too_short_seals_nothing() {
        assert_eq!(
            seal(b"key", "123456789", cheap()),
            Err(ExportError::ShortPassphrase)
        );
        assert!(seal(b"key", "ÄÖÜäöüßéèê", cheap()).is_ok());
    }

    #[test]
    fn the_usual_cost_is_that_of_the_standard() {
        let cost = Cost::default();
        assert_eq!((cost.memory, cost.passes, cost.lanes), (65_536, 3, 4));
    }
}
