//! Process metrics from `/proc`; `None` where there is no `/proc`.

use std::fs;

/// Resident memory, in bytes.
pub(super) fn resident_bytes() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}

/// The number of open file descriptors.
pub(super) fn open_files() -> Option<u64> {
    let files = fs::read_dir("/proc/self/fd").ok()?.count() as u64;
    Some(files.saturating_sub(1)) // the folder itself, which is open while it is read
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_has_some_memory_and_some_files() {
        assert!(resident_bytes().is_some_and(|bytes| (1 << 20..1 << 40).contains(&bytes)));
        let before = open_files().unwrap();
        let _open: Vec<_> = (0..50).map(|_| fs::File::open("/dev/null").unwrap()).collect();
        assert!(open_files().unwrap() >= before + 40, "other tests close files meanwhile, but not so many");
    }
}
