//! The AWS SDK for Rust: `rust-client BUCKET FOLDER`. One process, so that it has to get keys again when the first have
//! ended.

use std::{env, error::Error, io};

use aws_config::BehaviorVersion;
use aws_sdk_s3::{
    Client,
    config::Builder,
    error::DisplayErrorContext,
    types::{CompletedMultipartUpload, CompletedPart, Delete, ObjectIdentifier},
};
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};

type Outcome = Result<String, Box<dyn Error>>;

const HELLO: &[u8] = b"Hello!\n";
const PART_BYTES: usize = 6 * 1024 * 1024;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let [bucket, folder] = [1, 2].map(|place| env::args().nth(place).expect("BUCKET FOLDER"));
    let https = aws_smithy_http_client::Builder::new().tls_provider(Provider::Rustls(CryptoMode::Ring)).build_https();
    let settings = aws_config::defaults(BehaviorVersion::latest()).http_client(https).load().await;
    let settings = Builder::from(&settings).force_path_style(true).build();
    let home = Home { client: Client::from_conf(settings), bucket, folder };
    for line in io::stdin().lines() {
        let outcome = match line.expect("a line").as_str() {
            "list" => home.list().await,
            "write" => home.write().await,
            "read" => home.read().await,
            "multipart" => home.multipart().await,
            _ => home.delete().await,
        };
        let said = outcome.unwrap_or_else(|error| DisplayErrorContext(&*error).to_string());
        println!("{}", said.split_whitespace().collect::<Vec<_>>().join(" "));
    }
}

struct Home {
    client: Client,
    bucket: String,
    folder: String,
}

impl Home {
    fn key(&self, name: &str) -> String {
        format!("{}{name}", self.folder)
    }

    async fn list(&self) -> Outcome {
        let page = self.client.list_objects_v2().bucket(&self.bucket).prefix(&self.folder).send().await?;
        Ok(page.contents().len().to_string())
    }

    async fn write(&self) -> Outcome {
        let body = HELLO.to_vec().into();
        self.client.put_object().bucket(&self.bucket).key(self.key("hello.txt")).body(body).send().await?;
        Ok("ok".into())
    }

    async fn read(&self) -> Outcome {
        let answer = self.client.get_object().bucket(&self.bucket).key(self.key("hello.txt")).send().await?;
        let found = answer.body.collect().await?.into_bytes();
        Ok(if found == HELLO { "ok".into() } else { format!("{found:?} is not {HELLO:?}") })
    }

    async fn multipart(&self) -> Outcome {
        let key = self.key("large.bin");
        let started = self.client.create_multipart_upload().bucket(&self.bucket).key(&key).send().await?;
        let upload = started.upload_id().unwrap_or_default();
        let mut parts = CompletedMultipartUpload::builder();
        for number in 1..=2 {
            let part = self.client.upload_part().bucket(&self.bucket).key(&key).upload_id(upload).part_number(number);
            let sent = part.body(vec![0; PART_BYTES].into()).send().await?;
            let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag().map(Into::into));
            parts = parts.parts(part.set_checksum_crc32(sent.checksum_crc32().map(Into::into)).build());
        }
        let complete = self.client.complete_multipart_upload().bucket(&self.bucket).key(&key).upload_id(upload);
        complete.multipart_upload(parts.build()).send().await?;
        Ok("ok".into())
    }

    async fn delete(&self) -> Outcome {
        let mut both = Delete::builder();
        for name in ["hello.txt", "large.bin"] {
            both = both.objects(ObjectIdentifier::builder().key(self.key(name)).build()?);
        }
        self.client.delete_objects().bucket(&self.bucket).delete(both.build()?).send().await?;
        Ok("ok".into())
    }
}
