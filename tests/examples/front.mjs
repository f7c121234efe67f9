// TLS in front of the local AWS, which speaks plain HTTP: front.mjs ENDPOINT FOLDER API_URL. It says its port, and ends
// with its standard input. FOLDER/certificate.pem is what a client has to trust. An API has its name of AWS too.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { createServer } from "node:https";
import process from "node:process";

const [endpoint, folder, apiUrl] = process.argv.slice(2);
const [key, cert] = [`${folder}/key.pem`, `${folder}/certificate.pem`];
execFileSync("openssl", [
  "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "1",
  "-subj", "/CN=localhost",
  "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", key, "-out", cert,
], { stdio: "pipe" });

const server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (asked, answer) => {
  const isApi = asked.headers.host.includes(".execute-api.");
  const path = isApi ? new URL(apiUrl).pathname + asked.url : asked.url;
  const passed = request(endpoint, { method: asked.method, path, headers: asked.headers }, (got) => {
    answer.writeHead(got.statusCode, got.headers);
    got.pipe(answer);
  });
  passed.on("error", () => answer.destroy());
  asked.pipe(passed);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
process.stdin.resume().on("end", () => process.exit());
