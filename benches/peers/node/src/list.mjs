// GET /objects. A caller's client, with its credentials, serves further pages for some minutes.
import { createHash } from "node:crypto";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import { credentialsOf } from "./identity.mjs";

const { AWS_REGION, BUCKET_NAME, HOME_PREFIX, CREDENTIALS_REUSE_SECONDS } = process.env;
const headers = { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" };
const callers = new Map();
const CALLERS_MAX = 1000;
const forcePathStyle = process.env.AWS_ENDPOINT_URL !== undefined;
// One set of connections for all callers' clients.
const { requestHandler } = new S3Client({ region: AWS_REGION }).config;

async function callerOf(token) {
  const key = createHash("sha256").update(token).digest("base64");
  const kept = callers.get(key);
  if (kept !== undefined && Date.now() < kept.until) return kept;
  const { Credentials, IdentityId } = await credentialsOf(token);
  const credentials = {
    accessKeyId: Credentials.AccessKeyId,
    secretAccessKey: Credentials.SecretKey,
    sessionToken: Credentials.SessionToken,
    expiration: Credentials.Expiration,
  };
  const caller = {
    client: new S3Client({ region: AWS_REGION, credentials, requestHandler, forcePathStyle }),
    home: HOME_PREFIX.replace("{identity_id}", IdentityId),
    until: Math.min(Date.now() + CREDENTIALS_REUSE_SECONDS * 1000, Credentials.Expiration),
  };
  if (callers.size === CALLERS_MAX) callers.delete(callers.keys().next().value);
  callers.set(key, caller);
  return caller;
}

export async function handler(event) {
  const query = new URLSearchParams(event.rawQueryString);
  const token = event.headers.authorization.replace(/^Bearer /i, "");
  const { client, home } = await callerOf(token);
  const asked = query.get("prefix") ?? "~/";
  const prefix = asked.startsWith("~/") ? home + asked.slice(2) : asked;
  const page = await client.send(
    new ListObjectsV2Command({
      Bucket: BUCKET_NAME,
      Prefix: prefix,
      MaxKeys: Number(query.get("max_keys") ?? 100),
      EncodingType: "url",
    }),
  );
  const decoded = (text) => decodeURIComponent(text.replaceAll("+", " "));
  const body = {
    bucket: BUCKET_NAME,
    prefix,
    objects: (page.Contents ?? []).map((object) => ({
      key: decoded(object.Key),
      size: object.Size,
      etag: object.ETag,
      last_modified: object.LastModified.toISOString(),
      storage_class: object.StorageClass,
    })),
    folders: (page.CommonPrefixes ?? []).map((folder) => decoded(folder.Prefix)),
    next_cursor: page.NextContinuationToken,
  };
  console.log(JSON.stringify({ level: "INFO", message: "answered", status: 200 }));
  return { statusCode: 200, headers, body: JSON.stringify(body) };
}
