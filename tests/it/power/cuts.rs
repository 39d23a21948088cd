//! The power is cut at many moments of a trace, and what is left is checked each time.

use std::fmt;
use std::path::{Path, PathBuf};
use std::thread;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tempfile::TempDir;
use tokio::runtime;

use super::audit::{Instance, Violation, audit, check};
use super::book::Book;
use super::disk::Disk;
use super::loss::{ALL, Loss, Spared};
use super::strace::Log;
use crate::support::{Home, UNLIMITED};

/// Threads that look at what is left.
const THREADS: usize = 2;
/// One of so many cuts is looked at by the program itself as well.
const PROCESSES: usize = 50;

/// When the power is cut, and what it spares.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cut {
    pub(super) steps: usize,
    pub(super) spared: Spared,
    pub(super) seed: u64,
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) cuts: usize,
    processes: usize,
    pub(super) violations: Vec<(Cut, Violation)>,
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { cuts, processes, violations } = self;
        write!(f, "{cuts} cuts, {processes} of them by the program itself, {} violations", violations.len())?;
        violations.iter().take(5).try_for_each(|(cut, violation)| write!(f, "\n{cut:?}: {violation}"))
    }
}

/// So many cuts of a trace: those right after somebody was told something, with nothing spared, and others by chance.
pub(super) fn cuts(book: &Book, steps: usize, wanted: usize, seed: u64) -> Vec<Cut> {
    let mut random = StdRng::seed_from_u64(seed);
    let told = book.told();
    let after = told.iter().map(|told| Cut { steps: told + 1, spared: Spared::Nothing, seed: 0 });
    let mut cuts: Vec<_> = after.collect();
    while cuts.len() > wanted / 3 {
        cuts.swap_remove(random.random_range(0..cuts.len()));
    }
    while cuts.len() < wanted {
        let spared = ALL[random.random_range(0..ALL.len())];
        cuts.push(Cut {
            steps: random.random_range(0..=steps),
            spared,
            seed: random.random_range(0..=u64::MAX),
        });
    }
    cuts.sort_by_key(|cut| cut.steps);
    cuts
}

/// Cuts the power at each, and has `look` say what is broken.
pub(super) fn cut_each(
    log: &Log,
    cuts: &[Cut],
    look: impl Fn(&Path, Cut) -> Result<(), Violation> + Sync,
) -> Found {
    let part = cuts.len().div_ceil(THREADS).max(1);
    let found = thread::scope(|scope| {
        let look = &look;
        let parts: Vec<_> =
            cuts.chunks(part).map(|cuts| scope.spawn(move || cut_some(log, cuts, look))).collect();
        parts.into_iter().flat_map(|part| part.join().expect("nobody who looks fails")).collect()
    });
    Found { cuts: cuts.len(), processes: 0, violations: found }
}

fn cut_some(
    log: &Log,
    cuts: &[Cut],
    look: impl Fn(&Path, Cut) -> Result<(), Violation>,
) -> Vec<(Cut, Violation)> {
    let (mut disk, mut done, mut found) = (log.before.clone(), 0, Vec::new());
    for cut in cuts {
        log.steps[done..cut.steps].iter().for_each(|step| disk.apply(step));
        done = cut.steps;
        let left = in_memory();
        Loss::of(&disk, cut.spared, cut.seed).write_into(left.path());
        found.extend(look(left.path(), *cut).err().map(|violation| (*cut, violation)));
    }
    found
}

/// Cuts the power so often, and compares what is left with the book.
pub(super) fn play(log: &Log, book: &Book, wanted: usize, seed: u64) -> Found {
    let cuts = cuts(book, log.steps.len(), wanted, seed);
    let mut found = cut_each(log, &cuts, |left, cut| in_this_process(audit(left, book, cut.steps)));
    for cut in cuts.iter().step_by(PROCESSES) {
        found.processes += 1;
        found.violations.extend(by_the_program(log, book, *cut).err().map(|violation| (*cut, violation)));
    }
    found
}

pub(super) fn in_this_process<T>(work: impl Future<Output = T>) -> T {
    runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(work)
}

/// The same by a real server.
fn by_the_program(log: &Log, book: &Book, cut: Cut) -> Result<(), Violation> {
    let mut disk = log.before.clone();
    log.steps[..cut.steps].iter().for_each(|step| disk.apply(step));
    let home = Home::new();
    Loss::of(&disk, cut.spared, cut.seed).write_into(&home.file(""));
    started(&home, book, cut.steps)
}

/// What a server finds in this folder.
pub(super) fn started(home: &Home, book: &Book, steps: usize) -> Result<(), Violation> {
    let server = home.try_serve(UNLIMITED).map_err(|ran| format!("the server does not start: {ran:?}"))?;
    let client = server.client();
    let instance = Instance::Process(Box::new(server), client);
    in_this_process(async {
        let kept = check(&instance, book, steps).await;
        instance.close().await;
        kept
    })
}

/// What is looked at needs no disk.
fn in_memory() -> TempDir {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }.unwrap()
}

/// A disk when so many steps are done.
pub(super) fn disk_after(log: &Log, steps: usize) -> Disk {
    let mut disk = log.before.clone();
    log.steps[..steps].iter().for_each(|step| disk.apply(step));
    disk
}
