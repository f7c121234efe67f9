// Opens pages of the examples in a browser and signs in: open.mjs FOLDER PORT FRONT NAME PAGE..., with the password as
// standard input. It prints what each page shows. The browser finds AWS's names at 127.0.0.1:FRONT, the pages at PORT.
import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import process from "node:process";
import chromium from "@sparticuz/chromium";
import { chromium as playwright } from "playwright-core";

const [folder, port, front, name, ...pages] = process.argv.slice(2);
const password = readFileSync(0, "utf8");
const TIMEOUT = 30_000;
const types = { html: "text/html", js: "text/javascript" };

createServer(async ({ url }, answer) => {
  const path = new URL(url, "http://localhost").pathname;
  const body = await readFile(folder + path).catch(() => null);
  answer.writeHead(body ? 200 : 404, { "content-type": types[path.split(".").pop()] ?? "text/plain" }).end(body ?? "");
}).listen(port, "localhost");

// Not the arguments that the package has for functions: among them are one that switches CORS off, and one that lets
// the browser end with its first page.
const names = ["*.amazonaws.com", "*.amazoncognito.com"].map((pattern) => `MAP ${pattern} 127.0.0.1:${front}`);
const browser = await playwright.launch({
  executablePath: await chromium.executablePath(),
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", `--host-resolver-rules=${names}`],
});
const shown = {};
for (const page of pages) {
  // A new one each time: nobody is signed in, and nothing is kept.
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const tab = await context.newPage();
  const said = [];
  tab.on("console", (message) => said.push(message.text()));
  // A page that fails shows nothing any more.
  const failed = new Promise((_, reject) => tab.on("pageerror", reject));
  const signIn = async () => {
    await tab.goto(`http://localhost:${port}/${page}.html`);
    await tab.fill("[name=username]", name, { timeout: TIMEOUT });
    await tab.fill("[name=password]", password);
    await tab.press("[name=password]", "Enter");
    await tab.waitForFunction(() => document.getElementById("output")?.textContent, null, { timeout: TIMEOUT });
    return tab.textContent("#output");
  };
  try {
    shown[page] = await Promise.race([signIn(), failed]);
  } catch (error) {
    // Without the query, which has the code.
    console.error(page, tab.url().split("?")[0], error.message, ...said);
    process.exitCode = 1;
  }
  await context.close();
}
await browser.close();
console.log(JSON.stringify(shown));
process.exit();
