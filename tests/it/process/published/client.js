// Every operation of `onetimesecret-api` 1.1.3 (npm), and the errors that it tells apart by their text.
"use strict";

const assert = require("assert");
// The package's `main` is TypeScript, which node cannot load; this is what it compiles to.
const ots = require("onetimesecret-api/index.js");

const [url, user, token] = process.argv.slice(2);
const client = new ots.OneTimeSecretApi(user, token, { url });
const text = "a b&c=d+e%f\"g'<h>\\\n\u00fc\u20ac\u{1f511}\n";

async function main() {
    assert.strictEqual(await client.status(), true);

    const shared = await client.share(text, { ttl: 3600, passphrase: "p&q" });
    assert.strictEqual(shared.custid, user);
    assert.strictEqual(shared.ttl, 3600);
    assert.strictEqual(shared.passphrase_required, true);
    assert.strictEqual((await client.retrieveMetadata(shared.metadata_key)).state, "new");
    await assert.rejects(client.retrieveSecret(shared.secret_key), ots.UnknownSecretError);
    await assert.rejects(client.retrieveSecret(shared.secret_key, { passphrase: "q" }), ots.UnknownSecretError);
    assert.strictEqual((await client.retrieveSecret(shared.secret_key, { passphrase: "p&q" })).value, text);
    await assert.rejects(client.retrieveSecret(shared.secret_key, { passphrase: "p&q" }), ots.UnknownSecretError);
    assert.strictEqual((await client.retrieveMetadata(shared.metadata_key)).state, "received");

    const generated = await client.generate({ ttl: 600 });
    assert.strictEqual((await client.retrieveSecret(generated.secret_key)).value, generated.value);
    assert.strictEqual((await client.generate()).ttl, 604800);

    const doomed = await client.share("burn me");
    const burned = await client.burn(doomed.metadata_key);
    assert.strictEqual(burned.state.state, "burned");
    assert.ok(doomed.secret_key.startsWith(burned.secret_shortkey));
    await assert.rejects(client.burn(doomed.metadata_key), ots.UnknownSecretError);

    const keys = (await client.recentMetadata()).map((one) => one.metadata_key);
    assert.deepStrictEqual([keys[0], keys[3]], [doomed.metadata_key, shared.metadata_key]);

    // The same under names that the package keeps for older callers.
    console.warn = () => {};
    const key = (await client.shareLink("by link")).split("/").pop();
    assert.strictEqual((await client.retrieve_secret(key)).value, "by link");
    assert.strictEqual((await client.retrieve_metadata(keys[0])).state, "burned");
    assert.strictEqual((await client.recent_metadata()).length, 5);

    const stranger = new ots.OneTimeSecretApi(user, "0".repeat(40), { url });
    await assert.rejects(stranger.status(), ots.NotAuthorizedError);
    await assert.rejects(stranger.share("x"), ots.NotAuthorizedError);
}

main().then(() => console.log("every operation works"));
