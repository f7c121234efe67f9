// Runs the collection as newman does, and prints each assertion, but no address, header or body: they hold tokens, keys
// and links. The environment is the first argument, and a folder may be the second. More values come on standard input,
// as JSON: a password is no argument of a process. Among them may be another collection.
import { readFileSync } from "node:fs";
import newman from "newman";

const [environmentFile, folder] = process.argv.slice(2);
const collection = new URL("../../postman/latchkey.postman_collection.json", import.meta.url).pathname;
const environment = JSON.parse(readFileSync(environmentFile, "utf8"));
const given = JSON.parse(readFileSync(0, "utf8"));
for (const variable of environment.values) {
  variable.value = given[variable.key] ?? variable.value;
}

newman
  .run({ collection: given.collection ?? collection, environment, folder, reporters: [] })
  .on("assertion", (error, { item, assertion, skipped }) => {
    const outcome = error ? `FAILED: ${error.message}` : skipped ? "skipped" : "ok";
    console.log(`${item.name}: ${assertion}: ${outcome}`);
  })
  .on("done", (error, summary) => {
    // A script that throws, or a request without an answer, is no assertion.
    const others = summary?.run.failures.filter((failure) => failure.error.name !== "AssertionError") ?? [];
    others.forEach(({ error, source }) => console.log(`${source?.name}: FAILED: ${error.name}: ${error.message}`));
    if (error) console.log(`FAILED: ${error.message}`);
    process.exitCode = error || summary.run.failures.length > 0 ? 1 : 0;
  });
