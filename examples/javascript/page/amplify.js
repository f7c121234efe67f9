// Amplify's Storage, with the stack's own user pool, identity pool and bucket. Amplify asks the identity pool itself,
// so Latchkey's API has no part in this but to say what there is.
import { Amplify } from "aws-amplify";
import { getCurrentUser, signInWithRedirect } from "aws-amplify/auth";
import "aws-amplify/auth/enable-oauth-listener";
import { downloadData, list, remove, uploadData } from "aws-amplify/storage";
import { Hub } from "aws-amplify/utils";

const output = document.getElementById("output");
const here = location.origin + location.pathname;
const stack = await (await fetch(`${API_URL}/.well-known/oauth-protected-resource`)).json();
const { bucket, client_id, identity_pool_id, region } = stack.latchkey;
const isBack = new URLSearchParams(location.search).has("code");
const signedIn = new Promise((resolve) => Hub.listen("auth", ({ payload }) => resolve(payload)));

Amplify.configure({
  Auth: {
    Cognito: {
      userPoolId: stack.authorization_servers[0].split("/").pop(),
      userPoolClientId: client_id,
      identityPoolId: identity_pool_id,
      loginWith: {
        oauth: {
          domain: new URL(AUTHORIZE_URL).host, scopes: ["openid", "email"], responseType: "code",
          redirectSignIn: [here], redirectSignOut: [here],
        },
      },
    },
  },
  Storage: { S3: { bucket, region } },
});

if (isBack) await signedIn;
else if (!(await getCurrentUser().catch(() => null))) await signInWithRedirect();

// The home of a stack with HomeOf=identity, as it is by default.
const home = ({ identityId }) => `private/${identityId}/`;
const path = (caller) => `${home(caller)}from-amplify.txt`;
await uploadData({ path, data: "Hello from Amplify!\n" }).result;
// More than 5 MiB: Amplify uploads in parts.
const largePath = (caller) => `${home(caller)}from-amplify.bin`;
await uploadData({ path: largePath, data: new Blob([new Uint8Array(6 << 20)]) }).result;
const { items } = await list({ path: home });
await remove({ path: largePath });
const { body } = await downloadData({ path }).result;
const lines = items.map((item) => `${String(item.size).padStart(8)}  ${item.path.split("/").slice(2).join("/")}`);
output.textContent = [`${(await getCurrentUser()).username} has:`, ...lines, await body.text()].join("\n");
