use std::f64::consts::TAU;

use fastrand::Rng;

/// The share of visits of people whose application does not have their identity id yet: their first one with it.
pub(super) const NEWCOMERS: f64 = 0.01;

/// How the people of an application send requests. A visit is a person's requests with pauses between them. Many people
/// come independently of each other, so visits begin at random. Who comes back later than that counts as somebody else:
/// no process of the last visit is left.
pub(super) struct Application {
    pub(super) name: &'static str,
    /// A visit has any number of requests from 1 to this, all equally likely.
    requests_max: u32,
    pause: Pause,
    /// Longer visits are too rare to count.
    pub(super) visit_seconds_max: f64,
}

/// The time from a request of a person to the next one.
enum Pause {
    /// Each between the two is equally likely, in seconds.
    Between(f64, f64),
    /// The logarithm is normally distributed, as people's pauses are: many short ones and a few very long ones.
    Skewed { median_seconds: f64, sigma: f64 },
}

impl Application {
    pub(super) const ALL: [Self; 2] = [
        // An SDK renews keys in the last minutes of their hour, for as long as the application is open.
        Self {
            name: "keys",
            requests_max: 15,
            pause: Pause::Between(50.0 * 60.0, 60.0 * 60.0),
            visit_seconds_max: 15.0 * 3600.0,
        },
        // Somebody looks through folders.
        Self {
            name: "files",
            requests_max: 39,
            pause: Pause::Skewed { median_seconds: 20.0, sigma: 1.5 },
            visit_seconds_max: 4.0 * 3600.0,
        },
    ];

    pub(super) fn requests_mean(&self) -> f64 {
        f64::from(1 + self.requests_max) / 2.0
    }

    /// Makes the requests of a visit: when each is, and whether it comes with a hint.
    pub(super) fn visit(&self, rng: &mut Rng, start: f64, mut request: impl FnMut(&mut Rng, f64, bool)) {
        let is_newcomer = rng.f64() < NEWCOMERS;
        let mut seconds = start;
        for n in 0..rng.u32(1..=self.requests_max) {
            // The first answer has the identity id.
            request(rng, seconds, n > 0 || !is_newcomer);
            seconds += self.pause.draw(rng);
        }
    }
}

impl Pause {
    fn draw(&self, rng: &mut Rng) -> f64 {
        match *self {
            Self::Between(least, most) => least + (most - least) * rng.f64(),
            Self::Skewed { median_seconds, sigma } => median_seconds * (sigma * normal(rng)).exp(),
        }
    }
}

/// The time to the next of events that are independent of each other.
pub(super) fn exponential(rng: &mut Rng, mean: f64) -> f64 {
    // 1 − u, because the logarithm of 0 is infinite.
    -mean * (1.0 - rng.f64()).ln()
}

/// The standard normal distribution, by Box and Muller.
fn normal(rng: &mut Rng) -> f64 {
    (-2.0 * (1.0 - rng.f64()).ln()).sqrt() * (TAU * rng.f64()).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_distributions_have_their_means() {
        let mut rng = Rng::with_seed(1);
        let mut mean = |draw: &dyn Fn(&mut Rng) -> f64| (0..100_000).map(|_| draw(&mut rng)).sum::<f64>() / 1e5;
        let skewed = Pause::Skewed { median_seconds: 20.0, sigma: 1.5 };
        let cases = [
            ("exponential", mean(&|rng| exponential(rng, 3.0)), 3.0),
            ("between", mean(&|rng| Pause::Between(10.0, 30.0).draw(rng)), 20.0),
            ("skewed: the median times e^(sigma²/2)", mean(&|rng| skewed.draw(rng)), 20.0 * 1.125_f64.exp()),
        ];
        for (name, drawn, expected) in cases {
            assert!((drawn / expected - 1.0).abs() < 0.05, "{name}: {drawn}");
        }
    }
}
