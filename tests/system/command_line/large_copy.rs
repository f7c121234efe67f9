//! Objects that S3 copies in parts alone. The local S3 keeps all in memory, so a script answers for it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
};

use super::{files::machine, machine::Ended};

const GIB: u64 = 1 << 30;
const SIZE: u64 = 5 * GIB + 7;

/// An S3 that has one large object, and notes what it is asked to do.
struct LargeS3 {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl LargeS3 {
    /// Refuses to copy the part with this number.
    fn new(refused_part: Option<u64>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::<Mutex<Vec<String>>>::default();
        let noted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let noted = Arc::clone(&noted);
                thread::spawn(move || answer(&stream, refused_part, &noted));
            }
        });
        Self { address, asked }
    }

    /// What it was asked to do, the parts in their order.
    fn asked(&self) -> Vec<String> {
        let mut asked = self.asked.lock().unwrap().clone();
        asked.sort();
        asked
    }
}

fn answer(mut stream: &TcpStream, refused_part: Option<u64>, noted: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert_ne!(reader.read_line(&mut head).unwrap(), 0, "{head}");
    }
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.to_owned()).next()
    };
    let length = header("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    let (method, target) = head.lines().next().unwrap().rsplit_once(' ').unwrap().0.split_once(' ').unwrap();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let part = query.split('&').find_map(|pair| pair.strip_prefix("partNumber=")).map(|number| number.parse().unwrap());
    let (what, status, text) = match (method, part) {
        ("HEAD", _) => ("HEAD".to_owned(), "200 OK", String::new()),
        ("PUT", Some(number)) if Some(number) == refused_part => {
            ("refused".to_owned(), "403 Forbidden", "<Error><Code>AccessDenied</Code></Error>".to_owned())
        }
        ("PUT", Some(number)) => {
            let range = header("x-amz-copy-source-range").unwrap();
            let etag = header("x-amz-copy-source-if-match").unwrap();
            let text = format!("<CopyPartResult><ETag>\"{number}\"</ETag></CopyPartResult>");
            (format!("part {number} {range} of {etag}"), "200 OK", text)
        }
        ("POST", _) if query.contains("uploads") => {
            let metadata = header("x-amz-meta-mtime").unwrap();
            let text = "<InitiateMultipartUploadResult><UploadId>u</UploadId></InitiateMultipartUploadResult>";
            (format!("begin {} {metadata}", header("content-type").unwrap()), "200 OK", text.to_owned())
        }
        ("POST", _) => {
            let body = String::from_utf8(body).unwrap();
            let parts = body.matches("<PartNumber>").count();
            let text = "<CompleteMultipartUploadResult><ETag>\"x-6\"</ETag></CompleteMultipartUploadResult>";
            (format!("complete {parts} parts"), "200 OK", text.to_owned())
        }
        (other, _) => (format!("{other} {}", query.contains("uploadId=u")), "204 No Content", String::new()),
    };
    noted.lock().unwrap().push(what);
    let length = if method == "HEAD" { SIZE } else { text.len() as u64 };
    let length = if status.starts_with("204") { String::new() } else { format!("Content-Length: {length}\r\n") };
    let of_object = "ETag: \"large\"\r\nContent-Type: video/mp4\r\nx-amz-meta-mtime: 1.5\r\n";
    write!(stream, "HTTP/1.1 {status}\r\n{of_object}{length}Connection: close\r\n\r\n{text}").unwrap();
}

#[test]
fn an_object_over_5_gib_is_copied_in_parts() {
    let machine = machine("lars", &[]);
    let run = |s3: &LargeS3, arguments: &[&str]| {
        let mut command = machine.command(arguments);
        let output = command.env("AWS_ENDPOINT_URL_S3", &s3.address).stdin(Stdio::null()).output();
        Ended::of(output.unwrap())
    };
    let s3 = LargeS3::new(None);
    let moved = run(&s3, &["mv", "home:large", "home:moved"]);
    assert_eq!((moved.status, moved.error.as_str()), (0, "Moved 1 file (5.00 GiB).\n"), "{moved:?}");
    let part = |index: u64| {
        let (start, end) = (index * GIB, ((index + 1) * GIB).min(SIZE) - 1);
        format!("part {} bytes={start}-{end} of \"large\"", index + 1)
    };
    let mut expected: Vec<String> = (0..6).map(part).collect();
    expected.extend(["HEAD", "HEAD", "begin video/mp4 1.5", "complete 6 parts", "DELETE false"].map(str::to_owned));
    expected.sort();
    assert_eq!(s3.asked(), expected);

    let s3 = LargeS3::new(Some(3));
    let refused = run(&s3, &["mv", "home:large", "home:moved"]);
    assert_eq!(refused.status, 4, "{refused:?}");
    let asked = s3.asked();
    assert!(asked.contains(&"DELETE true".to_owned()), "nothing is left of it: {asked:?}");
    assert!(!asked.contains(&"DELETE false".to_owned()), "and the source is still there: {asked:?}");
}
