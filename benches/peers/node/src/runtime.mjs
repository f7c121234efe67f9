// Lambda's Runtime API, spoken by a loop of our own: AWS's client for Node.js (aws-lambda-ric) is built from C++ when it
// is installed, with tools that few machines have. It does what that client does, over one kept connection.
import { Agent, request } from "node:http";

const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function call(method, path, body) {
  return new Promise((resolve, reject) => {
    const headers = body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request({ host, port, agent, method, path: `/2018-06-01/runtime/${path}`, headers }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ headers: response.headers, body: Buffer.concat(chunks) }));
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

const { handler } = await import(new URL(`./${process.argv[2]}.mjs`, import.meta.url));
for (;;) {
  const next = await call("GET", "invocation/next");
  const id = next.headers["lambda-runtime-aws-request-id"];
  const context = { awsRequestId: id, getRemainingTimeInMillis: () => next.headers["lambda-runtime-deadline-ms"] - Date.now() };
  try {
    const answer = await handler(JSON.parse(next.body), context);
    await call("POST", `invocation/${id}/response`, JSON.stringify(answer));
  } catch (error) {
    const body = JSON.stringify({ errorType: error.name, errorMessage: error.message });
    await call("POST", `invocation/${id}/error`, body);
  }
}
