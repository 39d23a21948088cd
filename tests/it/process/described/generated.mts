// Shares and reads with the types that openapi-typescript made of the description.
import createClient from "openapi-fetch";
import type { paths } from "./v1.js";

declare const process: { argv: string[] };
const client = createClient<paths>({ baseUrl: process.argv[2]! });
const value = "marker-value & 50%";
const passphrase = "marker-passphrase";

function holds(condition: boolean, what: unknown): asserts condition {
  if (!condition) throw new Error(JSON.stringify(what));
}

// Never called: whoever tries to put a value into a URL is stopped by the compiler.
export function refused() {
  // @ts-expect-error
  client.POST("/share", { params: { query: { secret: value } }, body: { secret: value } });
  // @ts-expect-error
  client.POST("/generate", { params: { query: { passphrase } } });
  // @ts-expect-error
  client.POST("/secret/{key}", { params: { path: { key: "k" }, query: { passphrase } } });
  // @ts-expect-error
  client.POST("/private/{key}/burn", { params: { path: { key: "k" }, query: { passphrase } } });
  // @ts-expect-error
  client.POST("/share");
}

async function read(key: string, body?: { passphrase: string }) {
  return await client.POST("/secret/{key}", body ? { params: { path: { key } }, body } : { params: { path: { key } } });
}

const first = await client.POST("/share", { body: { secret: value, ttl: 600 } });
holds(first.data !== undefined, first.error);
const once = await read(first.data.secret_key!);
holds(once.data?.value === value, once);
const second = await client.POST("/share", { body: { secret: value, passphrase } });
holds(second.data !== undefined, second.error);
const wrong = await read(second.data.secret_key!);
holds(wrong.response.status === 404, wrong.data);
const right = await read(second.data.secret_key!, { passphrase });
holds(right.data?.value === value, right);
const receipt = await client.GET("/private/{key}", { params: { path: { key: second.data.metadata_key } } });
holds(receipt.data?.state === "received", receipt);
console.log("shared and read");
