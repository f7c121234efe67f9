// The AWS SDK for JavaScript: client.mjs BUCKET FOLDER [PROVIDER]. PROVIDER: chain (the default chain), http (fromHttp),
// metadata (fromContainerMetadata), or the name of a profile (fromProcess). One process, so that it has to get keys again
// when the first have ended.
import { Buffer } from "node:buffer";
import process from "node:process";
import { createInterface } from "node:readline";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { fromContainerMetadata, fromHttp, fromProcess } from "@aws-sdk/credential-providers";

const HELLO = "Hello!\n";
const PART = Buffer.alloc(6 * 1024 * 1024);

const [bucket, folder, provider = "chain"] = process.argv.slice(2);
const chosen = {
  chain: () => ({}),
  http: () => ({ credentials: fromHttp({}) }),
  // It gives up after a second, which a busy machine may take.
  metadata: () => ({ credentials: fromContainerMetadata({ timeout: 10_000 }) }),
};
const options = chosen[provider] ?? (() => ({ profile: provider, credentials: fromProcess({ profile: provider }) }));
const client = new S3Client({ forcePathStyle: true, ...options() });
const object = (name) => ({ Bucket: bucket, Key: `${folder}${name}` });

const operations = {
  async list() {
    return (await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }))).KeyCount;
  },
  async write() {
    await client.send(new PutObjectCommand({ ...object("hello.txt"), Body: HELLO }));
  },
  async read() {
    const found = await (await client.send(new GetObjectCommand(object("hello.txt")))).Body.transformToString();
    if (found !== HELLO) throw new Error(`${found} is not ${HELLO}`);
  },
  async multipart() {
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(object("large.bin")));
    const part = async (PartNumber) => {
      const { ETag } = await client.send(
        new UploadPartCommand({ ...object("large.bin"), UploadId, PartNumber, Body: PART }),
      );
      return { PartNumber, ETag };
    };
    const Parts = await Promise.all([1, 2].map(part));
    await client.send(
      new CompleteMultipartUploadCommand({ ...object("large.bin"), UploadId, MultipartUpload: { Parts } }),
    );
  },
  async delete() {
    const Objects = ["hello.txt", "large.bin"].map((name) => ({ Key: `${folder}${name}` }));
    const { Errors } = await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
    if (Errors?.length) throw new Error(Errors[0].Message);
  },
};
for await (const line of createInterface({ input: process.stdin })) {
  try {
    console.log((await operations[line]()) ?? "ok");
  } catch (error) {
    console.log(`${error.name}: ${error.message}`.replaceAll(/\s+/g, " "));
  }
}
