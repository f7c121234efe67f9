// What a person does with a client that openapi-typescript makes of docs/openapi.yaml, and openapi-fetch runs.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

type Refusal = components["schemas"]["Error"] | components["schemas"]["GatewayError"];

const { API_URL: baseUrl, ID_TOKEN: idToken } = process.env;
const client = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${idToken}` } });
const key = "~/to Ada.txt";
const content = "Hello, Ada!\n";

function expected<T>(data: T | undefined, refusal: Refusal | undefined): T {
  if (data === undefined) throw new Error(refusal?.message);
  return data;
}

async function list(): Promise<void> {
  const { data, error } = await client.GET("/objects", { params: { query: { delimiter: "/", max_keys: 10 } } });
  const page = expected(data, error);
  // It would be a text if the request preferred CSV.
  if (typeof page === "string") throw new Error(page);
  for (const object of page.objects) console.log("listed", object.key.split("/").at(-1), object.size);
}

const declared = { size: content.length, content_type: "text/plain", if_none_match: "*" } as const;
const upload = await client.POST("/objects/{key}", { params: { path: { key } }, body: declared });
const { url, method, headers } = expected(upload.data, upload.error);
const { "content-length": _, ...signed } = headers;
const stored = await fetch(url, { method, body: content, headers: signed });
console.log("stored", stored.status);
await list();

const link = await client.GET("/objects/-", { params: { query: { key, redirect: false } } });
console.log("read", (await (await fetch(expected(link.data, link.error).url)).text()).trim());

const deletion = await client.DELETE("/objects/{key}", { params: { path: { key } } });
console.log("deleted", deletion.response.status);
await list();

const { error } = await client.POST("/objects/{key}", { params: { path: { key: "public/no.txt" } }, body: declared });
if (error && "code" in error) console.log("refused", error.code satisfies components["schemas"]["Error"]["code"]);
const stranger = createClient<paths>({ baseUrl });
console.log("refused", (await stranger.GET("/whoami")).error?.message);
// @ts-expect-error: what the API refuses does not compile.
const { error: mistyped } = await client.POST("/objects/{key}", { params: { path: { key } }, body: { size: "1" } });
console.log("refused", mistyped?.message);
