// The AWS SDK for JavaScript in Node.js, with keys from Latchkey, which it fetches by itself, and again before they
// end.
//
// files.mjs API_URL TOKEN_FILE: the file has the id token, without a newline. Whoever signs the person in writes it,
// and writes it again before the token ends.
import { readFile } from "node:fs/promises";
import process from "node:process";
import { GetObjectCommand, PutObjectCommand, S3Client, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { fromHttp } from "@aws-sdk/credential-providers";

const [apiUrl, tokenFile] = process.argv.slice(2);

async function ask(path) {
  const authorization = `Bearer ${await readFile(tokenFile, "utf8")}`;
  const answer = await fetch(apiUrl + path, { headers: { authorization } });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

const { bucket, home } = await ask("/whoami");
const { region } = (await ask("/.well-known/oauth-protected-resource")).latchkey;
const s3 = new S3Client({
  region,
  credentials: fromHttp({
    awsContainerCredentialsFullUri: `${apiUrl}/credentials`,
    awsContainerAuthorizationTokenFile: tokenFile,
  }),
});

const Key = `${home}from-node.txt`;
await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body: "Hello from Node.js!\n" }));
for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: home })) {
  for (const item of page.Contents ?? []) console.log(String(item.Size).padStart(6), "", item.Key.slice(home.length));
}
const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
process.stdout.write(await Body.transformToString());
