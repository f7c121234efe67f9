//! What Lambda charges, without its free tier.
//!
//! Source: <https://aws.amazon.com/lambda/pricing/>, for us-east-1, in November 2026. Most regions cost the same.

/// The price of time on a kind of processor.
pub(crate) struct Price {
    /// As the template's parameter has it.
    pub(crate) architecture: &'static str,
    usd_gigabyte_second: f64,
}

pub(crate) const PRICES: [Price; 2] = [
    Price { architecture: "arm64", usd_gigabyte_second: 0.000_013_333_4 },
    Price { architecture: "x86_64", usd_gigabyte_second: 0.000_016_666_7 },
];

/// For a million requests, whatever they take.
const USD_REQUESTS: f64 = 0.20;

impl Price {
    /// A million requests of a function of `megabytes`, which are billed for `billed_ms` each.
    pub(crate) fn usd_million(&self, megabytes: u32, billed_ms: f64) -> f64 {
        let gigabyte_seconds = 1e6 * billed_ms / 1e3 * f64::from(megabytes) / 1024.0;
        USD_REQUESTS + gigabyte_seconds * self.usd_gigabyte_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_million_requests_cost_what_the_price_list_says() {
        let cases = [
            ("arm64: 30,000 GB-s", 0, 512, 60.0, 0.60),
            ("x86_64: 180,000 GB-s", 1, 1536, 120.0, 3.20),
            ("no time at all", 0, 128, 0.0, 0.20),
        ];
        for (name, price, megabytes, billed_ms, expected) in cases {
            let usd = PRICES[price].usd_million(megabytes, billed_ms);
            assert!((usd - expected).abs() < 1e-4, "{name}: {usd}");
        }
    }
}
