//! A writer that nobody waits for: lines are queued, and a thread of its own writes them.
//!
//! The reader of a log may stand still (a terminal that is scrolled, a pipe that nobody drains), be gone, or have a full
//! disk. None of that is a request's business: a line for which the queue has no room is dropped and counted, and so is one
//! that cannot be written. When lines are taken again, the log says how many are missing.

use std::io::{self, ErrorKind, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait: some 30,000 lines, of a moment in which the machine is busy.
const ROOM: usize = 4 * 1024 * 1024;
/// What the two buffers keep when they are idle.
const KEPT: usize = 64 * 1024;
/// How long lines are gathered after some were written, before the next are. A line that comes after a while is written at once; of
/// many a second, each would otherwise wake the thread and be a write of its own: two system calls and a change of threads a request.
const GATHER: Duration = Duration::from_millis(5);
/// Before an output is tried again that somebody has set to answer "not now".
const PAUSE: Duration = Duration::from_millis(20);

/// The queue, and the thread behind it. Clones write into the same queue.
#[derive(Clone, Debug)]
pub struct Background(Arc<Queue>);

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    /// For the thread: there is something to do for one that sleeps.
    awake: Condvar,
    /// For those who wait until everything is written.
    settled: Condvar,
    dropped: Arc<AtomicU64>,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    /// Whether the thread holds lines that are not written yet.
    writing: bool,
    /// Whether the thread has nothing to do, so that whoever queues a line has to wake it. Waking takes a system call.
    asleep: bool,
    /// How many wait for everything to be written, now and not later.
    flushing: usize,
}

impl Background {
    /// Starts the thread. `missing` is told how many lines were dropped in all, each time that lines are taken again after
    /// some were not.
    pub fn start(
        output: impl Write + Send + 'static,
        missing: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let queue = Arc::new(Queue::default());
        let of_thread = Arc::clone(&queue);
        thread::Builder::new().name("log".to_owned()).spawn(move || work(&of_thread, output, missing))?;
        Ok(Self(queue))
    }

    /// Queues whole lines, or drops them.
    pub fn push(&self, lines: &[u8]) {
        let mut state = self.0.state();
        if state.waiting.len() + lines.len() > ROOM {
            drop(state);
            self.0.drop_lines(lines);
            return;
        }
        state.waiting.extend_from_slice(lines);
        if std::mem::take(&mut state.asleep) {
            drop(state);
            self.0.awake.notify_one();
        }
    }

    /// Waits until everything is written or dropped, but for no longer than `patience`.
    pub fn flush(&self, patience: Duration) {
        let busy = |state: &mut State| state.writing || !state.waiting.is_empty();
        let mut state = self.0.state();
        state.flushing += 1;
        self.0.awake.notify_one();
        // Whoever does not read by then is not waited for.
        let waited = self.0.settled.wait_timeout_while(state, patience, busy);
        waited.unwrap_or_else(PoisonError::into_inner).0.flushing -= 1;
    }

    /// How many lines were dropped so far, for as long as the process lives.
    #[must_use]
    pub fn dropped(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.0.dropped)
    }
}

impl Queue {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn drop_lines(&self, lines: &[u8]) {
        let count = lines.split(|byte| *byte == b'\n').count() - 1;
        self.dropped.fetch_add(count as u64, Ordering::Relaxed);
    }

    /// Waits for lines, and swaps them for the empty `batch`.
    fn next(&self, batch: &mut Vec<u8>) {
        let mut state = self.state();
        if std::mem::take(&mut state.writing) {
            self.settled.notify_all();
            let nobody_waits = |state: &mut State| state.flushing == 0;
            let gathered = self.awake.wait_timeout_while(state, GATHER, nobody_waits);
            state = gathered.unwrap_or_else(PoisonError::into_inner).0;
        }
        while state.waiting.is_empty() {
            state.asleep = true;
            state = self.awake.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.asleep = false;
        std::mem::swap(&mut state.waiting, batch);
        state.writing = true;
    }
}

fn work(queue: &Queue, mut output: impl Write, missing: impl Fn(u64)) {
    let (mut batch, mut told, mut torn) = (Vec::new(), 0, false);
    loop {
        queue.next(&mut batch);
        // What is left of a line must not begin the next one.
        let begun = if torn { write_all(&mut output, b"\n") } else { Ok(()) };
        match begun.map_err(|_| 0).and_then(|()| write_all(&mut output, &batch)) {
            Ok(()) => {
                torn = false;
                let dropped = queue.dropped.load(Ordering::Relaxed);
                if dropped > told {
                    told = dropped;
                    missing(dropped);
                }
            }
            Err(written) => {
                queue.drop_lines(&batch[written..]);
                torn = if written == 0 { torn } else { batch[written - 1] != b'\n' };
            }
        }
        batch.clear();
        batch.shrink_to(KEPT);
    }
}

/// Writes all of it, or tells how much was written before the output failed.
fn write_all(output: &mut impl Write, bytes: &[u8]) -> Result<(), usize> {
    let mut written = 0;
    while written < bytes.len() {
        match output.write(&bytes[written..]) {
            Ok(0) => return Err(written),
            Ok(more) => written += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(_) => return Err(written),
        }
    }
    Ok(())
}

/// Never fails, and never waits.
impl Write for Background {
    fn write(&mut self, lines: &[u8]) -> io::Result<usize> {
        self.push(lines);
        Ok(lines.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Background {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

    use super::*;

    const LONG: Duration = Duration::from_secs(20);

    /// An output whose every write waits for what comes of it: bytes taken, or an error.
    struct Scripted {
        outcomes: Receiver<io::Result<usize>>,
        written: SyncSender<Vec<u8>>,
    }

    impl Write for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // Without more outcomes, everything is taken.
            let taken = self.outcomes.recv().unwrap_or(Ok(bytes.len()))?.min(bytes.len());
            let _ = self.written.send(bytes[..taken].to_vec());
            Ok(taken)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    struct Watched {
        log: Background,
        outcomes: SyncSender<io::Result<usize>>,
        written: Receiver<Vec<u8>>,
        told: Receiver<u64>,
    }

    fn log() -> Watched {
        let (outcomes, scripted) = sync_channel(100);
        let (writing, written) = sync_channel(100);
        let (telling, told) = sync_channel(100);
        let output = Scripted { outcomes: scripted, written: writing };
        let log = Background::start(output, move |dropped| telling.send(dropped).unwrap()).unwrap();
        Watched { log, outcomes, written, told }
    }

    #[test]
    fn a_reader_that_stands_still_stops_nobody_and_costs_what_has_no_room() {
        let Watched { log, outcomes, written, told } = log();
        log.push(b"first\n");
        let line = [&[b'x'; 1023][..], b"\n"].concat();
        // The thread holds at most what was queued before it got stuck, so that at least these do not fit.
        (0..2 * ROOM / line.len() + 3).for_each(|_| log.push(&line));
        let dropped = log.dropped().load(Ordering::Relaxed);
        assert!(dropped >= 3, "{dropped}");
        log.flush(Duration::from_millis(1)); // comes back
        drop(outcomes);
        assert_eq!(told.recv_timeout(LONG).unwrap(), dropped);
        drop(written);
    }

    #[test]
    fn what_cannot_be_written_is_counted_and_told_once_lines_are_taken_again() {
        let Watched { log, outcomes, written, told } = log();
        let fails = |kind: ErrorKind| outcomes.send(Err(kind.into())).unwrap();
        fails(ErrorKind::StorageFull);
        log.push(b"lost\nlost, too\n");
        log.flush(LONG);
        assert_eq!(log.dropped().load(Ordering::Relaxed), 2);

        fails(ErrorKind::Interrupted);
        fails(ErrorKind::WouldBlock);
        outcomes.send(Ok(3)).unwrap();
        fails(ErrorKind::BrokenPipe);
        log.push(b"torn\n");
        log.flush(LONG);
        assert_eq!(log.dropped().load(Ordering::Relaxed), 3);
        assert!(told.try_recv().is_err());

        drop(outcomes);
        log.push(b"whole\n");
        log.flush(LONG);
        assert_eq!(written.try_iter().collect::<Vec<_>>().concat(), b"tor\nwhole\n");
        assert_eq!(told.try_iter().collect::<Vec<_>>(), [3]);
        log.push(b"and on\n");
        log.flush(LONG);
        assert_eq!(written.try_iter().collect::<Vec<_>>().concat(), b"and on\n");
        assert!(told.try_recv().is_err(), "told once");
    }
}
