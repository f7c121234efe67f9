// Says how many objects a folder has whenever a line arrives: list.mjs BUCKET FOLDER [PROFILE]. One process, so that it
// has to get keys again when the first have ended: from the SDK's default chain, or from the profile's process alone.
import process from "node:process";
import { createInterface } from "node:readline";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { fromProcess } from "@aws-sdk/credential-providers";

const [bucket, folder, profile] = process.argv.slice(2);
const client = new S3Client(profile ? { profile, credentials: fromProcess({ profile }) } : {});
for await (const _ of createInterface({ input: process.stdin })) {
  try {
    const page = await client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: folder }));
    console.log(page.KeyCount);
  } catch (error) {
    console.log(error.name);
  }
}
