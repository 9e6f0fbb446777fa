//! A text that may be compressed: gzip and Zstandard are recognised by their first bytes.

use std::io::{self, Cursor, Read};

use flate2::read::MultiGzDecoder;
use ruzstd::decoding::StreamingDecoder;
use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};

/// How a text is compressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compression {
    /// Not at all.
    None,
    /// gzip, any number of members.
    Gzip,
    /// Zstandard, any number of frames.
    Zstd,
}

impl Compression {
    /// Returns how a text that begins like this is compressed.
    #[must_use]
    pub fn of(beginning: &[u8]) -> Self {
        match beginning {
            [0x1f, 0x8b, ..] => Self::Gzip,
            [0x28, 0xb5, 0x2f, 0xfd, ..] => Self::Zstd,
            _ => Self::None,
        }
    }
}

/// Returns the text of a reader, decompressed if need be.
///
/// # Errors
///
/// Fails if the first bytes cannot be read, or are those of a damaged Zstandard frame.
pub fn plain<R: Read + Send + 'static>(
    mut from: R,
) -> io::Result<(Compression, Box<dyn Read + Send>)> {
    let mut beginning = [0; 4];
    let mut length = 0;
    while length < beginning.len() {
        match from.read(&mut beginning[length..]) {
            Ok(0) => break,
            Ok(count) => length += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let compression = Compression::of(&beginning[..length]);
    let whole = Cursor::new(beginning[..length].to_vec()).chain(from);
    Ok((
        compression,
        match compression {
            Compression::None => Box::new(whole),
            Compression::Gzip => Box::new(MultiGzDecoder::new(whole)),
            Compression::Zstd => Box::new(Frames(Some(decoder(whole)?))),
        },
    ))
}

fn decoder<R: Read>(from: R) -> io::Result<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>> {
    StreamingDecoder::new(from).map_err(io::Error::other)
}

/// Frame after frame: a file that was appended to has several.
struct Frames<R: Read>(Option<StreamingDecoder<R, ruzstd::decoding::FrameDecoder>>);

impl<R: Read> Read for Frames<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        loop {
            let Some(frame) = &mut self.0 else { return Ok(0) };
            let count = frame.read(to)?;
            if count > 0 || to.is_empty() {
                return Ok(count);
            }
            let rest = self.0.take().map(StreamingDecoder::into_inner);
            let Some(rest) = rest else { return Ok(0) };
            match StreamingDecoder::new(rest) {
                Ok(next) => self.0 = Some(next),
                // The end of the text, where a frame would begin.
                Err(FrameDecoderError::ReadFrameHeaderError(
                    ReadFrameHeaderError::MagicNumberReadError(_),
                )) => return Ok(0),
                Err(error) => return Err(io::Error::other(error)),
            }
        }
    }
}
