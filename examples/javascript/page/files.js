// The AWS SDK for JavaScript in a page, with keys from Latchkey, which it fetches by itself, and again before they end.
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { fromHttp } from "@aws-sdk/credential-provider-http";
import { signIn } from "./sign-in.js";

const output = document.getElementById("output");
const stack = await (await fetch(`${API_URL}/.well-known/oauth-protected-resource`)).json();
const idToken = await signIn(stack);

const who = await fetch(`${API_URL}/whoami`, { headers: { authorization: `Bearer ${idToken}` } });
const { bucket, home, user_name } = await who.json();
const s3 = new S3Client({
  region: stack.latchkey.region,
  // When the id token has ended, this fails, and the person signs in again.
  credentials: fromHttp({ credentialsFullUri: `${API_URL}/credentials`, authorizationToken: idToken }),
});

const Key = `${home}from-a-page.txt`;
await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "Hello from a page!\n" }));
const { Contents } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: home }));
const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
const lines = Contents.map((item) => `${String(item.Size).padStart(8)}  ${item.Key.slice(home.length)}`);
output.textContent = [`${user_name} has:`, ...lines, await Body.transformToString()].join("\n");
