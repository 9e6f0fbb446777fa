//! The kinds of the bytes of a block, by the widest instructions that this processor has.
//!
//! The one place with `unsafe`: two loads of a block, and the call of a function that needs AVX2
//! after the processor was asked whether it has it.

use super::extract::Extract;
use super::swift::{self, LineVerdict, Masks};

/// Scans a line with the fastest code that runs here.
#[inline]
pub(super) fn scan<'a>(line: &'a [u8], extract: &mut Extract<'a>) -> LineVerdict {
    #[cfg(target_arch = "x86_64")]
    if x86::available() {
        #[expect(unsafe_code, reason = "a function that needs AVX2, after asking for it")]
        // SAFETY: `available` has asked the processor for every feature of `x86::scan`.
        return unsafe { x86::scan(line, extract) };
    }
    portable(line, extract)
}

/// The same without vector instructions of its own.
pub(super) fn portable<'a>(line: &'a [u8], extract: &mut Extract<'a>) -> LineVerdict {
    swift::run(line, extract, masks, parity)
}

fn masks(block: &[u8; 64]) -> Masks {
    let bits = |is: fn(u8) -> bool| {
        let bit = |(at, byte): (usize, &u8)| u64::from(is(*byte)) << at;
        block.iter().enumerate().map(bit).fold(0, |all, bit| all | bit)
    };
    Masks {
        quote: bits(|byte| byte == b'"'),
        backslash: bits(|byte| byte == b'\\'),
        control: block.iter().any(|byte| *byte < 0x20),
        high: !block.is_ascii(),
        comma: bits(|byte| byte == b','),
        colon: bits(|byte| byte == b':'),
        open: bits(|byte| byte | 0x20 == b'{'),
        close: bits(|byte| byte | 0x20 == b'}'),
    }
}

fn parity(mut bits: u64) -> u64 {
    for shift in [1, 2, 4, 8, 16, 32] {
        bits ^= bits << shift;
    }
    bits
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use core::arch::x86_64::{
        __m256i, _mm_clmulepi64_si128, _mm_cvtsi128_si64, _mm_set_epi64x, _mm_set1_epi8,
        _mm256_cmpeq_epi8, _mm256_loadu_si256, _mm256_min_epu8, _mm256_movemask_epi8,
        _mm256_or_si256, _mm256_set1_epi8,
    };

    use super::{Extract, LineVerdict, Masks, swift};

    #[inline]
    pub(super) fn available() -> bool {
        is_x86_feature_detected!("avx2")
            && is_x86_feature_detected!("pclmulqdq")
            && is_x86_feature_detected!("bmi1")
            && is_x86_feature_detected!("bmi2")
    }

    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2")]
    pub(super) fn scan<'a>(line: &'a [u8], extract: &mut Extract<'a>) -> LineVerdict {
        swift::run(line, extract, |block| masks(block), |bits| parity(bits))
    }

    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2")]
    fn parity(bits: u64) -> u64 {
        let bits = _mm_set_epi64x(0, bits.cast_signed());
        _mm_cvtsi128_si64(_mm_clmulepi64_si128::<0>(bits, _mm_set1_epi8(-1))).cast_unsigned()
    }

    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2")]
    fn masks(block: &[u8; 64]) -> Masks {
        #[expect(unsafe_code, reason = "the load of a vector is a read through a pointer")]
        // SAFETY: the block has 64 bytes, and these loads ask for no alignment.
        let (low, high) = unsafe {
            let at = block.as_ptr();
            (_mm256_loadu_si256(at.cast()), _mm256_loadu_si256(at.add(32).cast()))
        };
        let case = _mm256_set1_epi8(0x20);
        let (low_case, high_case) = (_mm256_or_si256(low, case), _mm256_or_si256(high, case));
        let least = _mm256_min_epu8(low, high);
        let last_control = _mm256_set1_epi8(0x1f);
        Masks {
            quote: equal(low, high, b'"'),
            backslash: equal(low, high, b'\\'),
            control: _mm256_movemask_epi8(_mm256_cmpeq_epi8(
                _mm256_min_epu8(least, last_control),
                least,
            )) != 0,
            high: _mm256_movemask_epi8(_mm256_or_si256(low, high)) != 0,
            comma: equal(low, high, b','),
            colon: equal(low, high, b':'),
            open: equal(low_case, high_case, b'{'),
            close: equal(low_case, high_case, b'}'),
        }
    }

    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2")]
    fn equal(low: __m256i, high: __m256i, byte: u8) -> u64 {
        let byte = _mm256_set1_epi8(byte.cast_signed());
        word(_mm256_cmpeq_epi8(low, byte), _mm256_cmpeq_epi8(high, byte))
    }

    #[inline]
    #[target_feature(enable = "avx2,pclmulqdq,bmi1,bmi2")]
    fn word(low: __m256i, high: __m256i) -> u64 {
        let bits = |vector| u64::from(_mm256_movemask_epi8(vector).cast_unsigned());
        bits(low) | bits(high) << 32
    }
}
