//! The AWS SDK for Rust with keys from Latchkey, which it fetches by itself, and again before they end.
//!
//! `cargo run -- API_URL TOKEN_FILE`: the file has the id token, without a newline. `AWS_CONTAINER_CREDENTIALS_FULL_URI`
//! is `API_URL/credentials`, and `AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE` the same file.
use std::{env, error::Error, fs};

use aws_config::{BehaviorVersion, Region};
use aws_sdk_s3::{Client, primitives::ByteStream};
use aws_smithy_http_client::{
    Builder,
    tls::{Provider, rustls_provider::CryptoMode},
};
use serde_json::Value;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [api_url, token_file] = arguments.as_slice() else { return Err("usage: API_URL TOKEN_FILE".into()) };
    let token = fs::read_to_string(token_file)?;
    let ask = |path: &str| -> Result<Value, ureq::Error> {
        let request = ureq::get(format!("{api_url}{path}")).header("Authorization", format!("Bearer {token}"));
        request.call()?.body_mut().read_json()
    };
    let (me, stack) = (ask("/whoami")?, ask("/.well-known/oauth-protected-resource")?);
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or("Latchkey's answer lacks a member");
    let (bucket, home, region) = (text(&me["bucket"])?, text(&me["home"])?, text(&stack["latchkey"]["region"])?);

    let https = Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let config = aws_config::defaults(BehaviorVersion::latest()).http_client(https).region(Region::new(region));
    let s3 = Client::new(&config.load().await);

    let key = format!("{home}from-rust.txt");
    let body = ByteStream::from_static(b"Hello from Rust!\n");
    s3.put_object().bucket(&bucket).key(&key).body(body).send().await?;
    let mut pages = s3.list_objects_v2().bucket(&bucket).prefix(&home).into_paginator().send();
    while let Some(page) = pages.next().await {
        for object in page?.contents() {
            let name = object.key().unwrap_or_default().trim_start_matches(&home);
            println!("{:>6}  {name}", object.size().unwrap_or_default());
        }
    }
    let got = s3.get_object().bucket(&bucket).key(&key).send().await?.body.collect().await?.into_bytes();
    print!("{}", String::from_utf8_lossy(&got));
    Ok(())
}
