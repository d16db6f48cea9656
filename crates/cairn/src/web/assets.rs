//! The files that pages use: one stylesheet, a few small scripts, an icon. All inside the binary.

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "assets"]
struct Files;

/// A file, ready to be sent.
pub struct Asset {
    /// Its bytes.
    pub bytes: std::borrow::Cow<'static, [u8]>,
    /// Its type.
    pub kind: &'static str,
    /// Marks the bytes: another file has another tag.
    pub tag: String,
}

/// The file of a name, where there is one.
pub fn find(name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    let kind = match name.rsplit_once('.').map(|(_, end)| end) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("csv" | "txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
    Some(Asset {
        bytes: file.data,
        kind,
        tag: tag(&file.metadata.sha256_hash()),
    })
}

/// The address of a file. It holds a mark of the bytes, so that a browser may keep them for ever.
pub fn address(name: &str) -> String {
    match Files::get(name) {
        Some(file) => format!("/assets/{name}?v={}", tag(&file.metadata.sha256_hash())),
        None => format!("/assets/{name}"),
    }
}

fn tag(hash: &[u8; 32]) -> String {
    hash.iter()
        .take(6)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stylesheet_is_there_and_asks_for_nothing_outside() {
        let sheet = find("cairn.css").expect("the stylesheet");
        let text = String::from_utf8_lossy(&sheet.bytes);
        for outside in ["http:", "https:", "@import", "url(//", "url(data:"] {
            assert!(!text.contains(outside), "{outside} in the stylesheet");
        }
        assert!(text.len() < 40_000, "{} bytes", text.len());
        assert!(address("cairn.css").ends_with(&sheet.tag));
    }

    #[test]
    fn the_stylesheet_knows_no_left_and_no_right() {
        let sheet = find("cairn.css").expect("the stylesheet");
        let text = String::from_utf8_lossy(&sheet.bytes);
        for line in text.lines().filter(|l| !l.contains("@page")) {
            for physical in [
                "margin-left",
                "margin-right",
                "padding-left",
                "padding-right",
                " left:",
                " right:",
                "text-align: left",
                "text-align: right",
            ] {
                assert!(!line.contains(physical), "{line}");
            }
        }
    }
}
