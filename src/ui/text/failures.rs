//! Why a server's answer is of no use, in words.

use dashboard_core::model::HttpFailure;

use super::voice::words;

/// Why there was no usable answer.
pub fn failure_reason(failure: &HttpFailure) -> String {
    let t = words();
    match failure {
        HttpFailure::Unreachable { mixed_content: true, .. } => t.failure_mixed_content.into(),
        HttpFailure::Unreachable { cross_origin: true, .. } => t.failure_cross_origin.into(),
        HttpFailure::Unreachable { .. } => t.failure_unreachable.into(),
        HttpFailure::TimedOut => t.failure_timed_out.into(),
        HttpFailure::Status { status, text } => (t.failure_status)(format!("{status} {text}").trim()),
        HttpFailure::BadAnswer { what } => (t.failure_bad_answer)(what),
        HttpFailure::Broken => t.failure_broken.into(),
    }
}
