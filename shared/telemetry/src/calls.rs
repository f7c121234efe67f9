use std::{
    cell::{Cell, RefCell},
    fmt,
    time::{Duration, Instant},
};

use tokio::task_local;

use crate::metrics::record_call;

task_local! {
    /// The calls of the current request so far. Concurrent requests are tasks or futures of their own, each with its
    /// own list.
    static CALLS: RefCell<Calls>;
    /// How many HTTP requests the current call has made so far.
    static TRIES: Cell<u32>;
}

/// Finished calls of other services, for the log: `GetId 12.3 ms, ListObjectsV2 45.6 ms in 2 tries`.
#[derive(Clone, Debug, Default)]
pub struct Calls(Vec<Call>);

#[derive(Clone, Debug)]
struct Call {
    operation: &'static str,
    took: Duration,
    tries: u32,
}

impl Calls {
    /// Serves a request, and records its calls for [`Calls::so_far`].
    pub async fn noted<F: Future>(request: F) -> F::Output {
        CALLS.scope(RefCell::default(), request).await
    }

    /// The calls of the current request, or `None` when there are none.
    #[must_use]
    pub fn so_far() -> Option<Self> {
        CALLS.try_with(|calls| calls.borrow().clone()).ok().filter(|Self(calls)| !calls.is_empty())
    }
}

impl fmt::Display for Calls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, Call { operation, took, tries }) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { ", " };
            write!(f, "{separator}{operation} {:.1} ms", took.as_secs_f64() * 1000.0)?;
            if *tries != 1 {
                write!(f, " in {tries} tries")?;
            }
        }
        Ok(())
    }
}

/// Makes a call of another service, and records how long it took, even when the call is cancelled.
pub fn timed<F: Future>(operation: &'static str, call: F) -> impl Future<Output = F::Output> {
    // An SDK's future is many kilobytes large, and so deeply nested that the compiler cannot handle one more layer.
    let call = Box::pin(call);
    TRIES.scope(Cell::new(0), async move {
        let _recorded_on_drop = UnderWay::start(operation);
        call.await
    })
}

/// Counts an HTTP request of the current call.
pub fn note_try() {
    // Outside of a call there is nothing to count.
    let _ = TRIES.try_with(|tries| tries.set(tries.get() + 1));
}

struct UnderWay {
    operation: &'static str,
    started: Instant,
}

impl UnderWay {
    #[expect(clippy::disallowed_methods, reason = "how long a call takes is what is measured here")]
    fn start(operation: &'static str) -> Self {
        Self { operation, started: Instant::now() }
    }
}

impl Drop for UnderWay {
    #[expect(clippy::disallowed_methods, reason = "how long a call takes is what is measured here")]
    fn drop(&mut self) {
        let (operation, took) = (self.operation, self.started.elapsed());
        record_call(operation, took);
        let tries = TRIES.try_with(Cell::get).unwrap_or_default();
        // A call at startup belongs to no request.
        let _ = CALLS.try_with(|calls| calls.borrow_mut().0.push(Call { operation, took, tries }));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_listed_in_order_with_their_tries() {
        let call = |operation, tenths: u64, tries| Call { operation, took: Duration::from_micros(tenths * 100), tries };
        let calls = Calls(vec![call("JWKS", 4, 1), call("GetId", 123, 2), call("ListObjectsV2", 25_000, 0)]);
        assert_eq!(calls.to_string(), "JWKS 0.4 ms, GetId 12.3 ms in 2 tries, ListObjectsV2 2500.0 ms in 0 tries");
    }

    #[tokio::test(start_paused = true)]
    async fn concurrent_requests_do_not_mix_their_calls() {
        let operations = |calls: Option<Calls>| -> Vec<_> {
            calls.into_iter().flat_map(|Calls(calls)| calls).map(|call| (call.operation, call.tries)).collect()
        };
        let request = async |operation, tries: u32| {
            timed(operation, async {
                for _ in 0..tries {
                    note_try();
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
            })
            .await;
            operations(Calls::so_far())
        };
        let (first, second) = tokio::join!(Calls::noted(request("a", 3)), Calls::noted(request("b", 2)));
        assert_eq!((first, second), (vec![("a", 3)], vec![("b", 2)]));
        assert!(Calls::so_far().is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn a_cancelled_call_is_recorded() {
        let cancelled = Calls::noted(async {
            let hanging = timed("a", async {
                note_try();
                std::future::pending::<()>().await;
            });
            let _ = tokio::time::timeout(Duration::from_millis(1), hanging).await;
            Calls::so_far()
        });
        let Some(Calls(calls)) = cancelled.await else { panic!("nothing recorded") };
        assert_eq!(calls.iter().map(|call| (call.operation, call.tries)).collect::<Vec<_>>(), [("a", 1)]);
    }
}
