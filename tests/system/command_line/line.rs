use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::stack::FILES_STACK;

/// What a line does to what comes from S3 or goes there.
#[derive(Clone, Copy, Debug)]
pub(super) enum Fault {
    None,
    /// Takes so many milliseconds for each 64 KiB, in both directions.
    Slow(u64),
    /// Breaks off an answer after so many bytes, as often as is said.
    Cut {
        after: u64,
        times: u64,
    },
    /// Changes a byte of what comes, each time after so many.
    Flip {
        every: u64,
    },
}

/// A line between the program and the S3 for large files.
pub(super) struct Line {
    /// For `AWS_ENDPOINT_URL_S3`.
    pub(super) address: String,
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    received: AtomicU64,
    cut: AtomicU64,
}

const CHUNK_BYTES: usize = 64 << 10;

impl Line {
    pub(super) fn new(fault: Fault) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let counts = Arc::<Counts>::default();
        let of_line = Arc::clone(&counts);
        thread::spawn(move || {
            for near in listener.incoming().map_while(Result::ok) {
                connect(&near, fault, &of_line);
            }
        });
        Self { address, counts }
    }

    /// Bytes that went to S3.
    pub(super) fn sent(&self) -> u64 {
        self.counts.sent.load(Ordering::Relaxed)
    }

    /// Bytes that came from S3.
    pub(super) fn received(&self) -> u64 {
        self.counts.received.load(Ordering::Relaxed)
    }

    /// How often it broke off.
    pub(super) fn cuts(&self) -> u64 {
        self.counts.cut.load(Ordering::Relaxed)
    }
}

fn connect(near: &TcpStream, fault: Fault, counts: &Arc<Counts>) {
    let far = TcpStream::connect(FILES_STACK.text("endpoint").trim_start_matches("http://")).unwrap();
    let (up, down) = (Arc::clone(counts), Arc::clone(counts));
    let (near_up, far_up) = (near.try_clone().unwrap(), far.try_clone().unwrap());
    let (near_down, far_down) = (near.try_clone().unwrap(), far);
    thread::spawn(move || {
        carry(&near_up, &far_up, |bytes| {
            up.sent.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            wait(fault);
            true
        });
    });
    thread::spawn(move || {
        let mut carried = 0;
        carry(&far_down, &near_down, |bytes| {
            let before = carried;
            carried += bytes.len() as u64;
            down.received.fetch_add(bytes.len() as u64, Ordering::Relaxed);
            wait(fault);
            match fault {
                Fault::Cut { after, times } if before >= after && down.cut.load(Ordering::Relaxed) < times => {
                    down.cut.fetch_add(1, Ordering::Relaxed);
                    false
                }
                Fault::Flip { every } => {
                    let next = before.next_multiple_of(every).max(every);
                    if next < carried {
                        bytes[usize::try_from(next - before).unwrap()] ^= 1;
                    }
                    true
                }
                _ => true,
            }
        });
    });
}

fn wait(fault: Fault) {
    if let Fault::Slow(milliseconds) = fault {
        thread::sleep(Duration::from_millis(milliseconds));
    }
}

/// Carries bytes until either side ends, or `each` says that it is enough.
fn carry(mut from: &TcpStream, mut to: &TcpStream, mut each: impl FnMut(&mut [u8]) -> bool) {
    let mut buffer = vec![0; CHUNK_BYTES];
    loop {
        let count = from.read(&mut buffer).unwrap_or_default();
        if count == 0 || !each(&mut buffer[..count]) || to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    for side in [from, to] {
        let _ = side.shutdown(std::net::Shutdown::Both);
    }
}
