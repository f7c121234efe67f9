// A person signs in in the browser, by code and PKCE (oauth4webapi), and the program gets their keys, by token exchange
// (RFC 8693).
//
// sign-in.mjs API_URL AUTHORIZE_URL OAUTH_TOKEN_URL: three outputs of the stack. CALLBACK is one of its CallbackUrls.
import { once } from "node:events";
import { createServer } from "node:http";
import process from "node:process";
import { ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";
import * as oauth from "oauth4webapi";

const [apiUrl, authorization_endpoint, token_endpoint] = process.argv.slice(2);
const callback = process.env.CALLBACK ?? "http://localhost:3000/callback";

const stack = await (await fetch(`${apiUrl}/.well-known/oauth-protected-resource`)).json();
const server = { issuer: stack.authorization_servers[0], authorization_endpoint, token_endpoint };
const client = { client_id: stack.latchkey.client_id };
const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
const asked = new URLSearchParams({
  client_id: client.client_id, response_type: "code", redirect_uri: callback, scope: "openid email", state,
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
});
const listener = createServer().listen(new URL(callback).port, "localhost");
await once(listener, "listening");
console.log(`Sign in at ${authorization_endpoint}?${asked}`);

const [request, response] = await once(listener, "request");
response.end("You are signed in. You may close this page.\n", () => listener.close());
const cameBack = oauth.validateAuthResponse(server, client, new URL(request.url, callback), state);
const signedIn = await oauth.processAuthorizationCodeResponse(server, client,
  await oauth.authorizationCodeGrantRequest(server, client, oauth.None(), cameBack, callback, verifier));

const latchkey = { issuer: apiUrl, token_endpoint: `${apiUrl}/token` };
const grant = "urn:ietf:params:oauth:grant-type:token-exchange";
const idTokenType = "urn:ietf:params:oauth:token-type:id_token";
const parameters = { subject_token: signedIn.id_token, subject_token_type: idTokenType };
// The keys are no bearer token, so their token_type is N_A, which oauth4webapi has to be told.
const keys = await oauth.processGenericTokenEndpointResponse(latchkey, client,
  await oauth.genericTokenEndpointRequest(latchkey, client, oauth.None(), grant, parameters),
  { recognizedTokenTypes: { n_a() {} } });

const who = await fetch(`${apiUrl}/whoami`, { headers: { authorization: `Bearer ${signedIn.id_token}` } });
const { bucket, home, user_name } = await who.json();
const credentials = {
  accessKeyId: keys.AccessKeyId, secretAccessKey: keys.SecretAccessKey, sessionToken: keys.SessionToken,
};
const s3 = new S3Client({ region: stack.latchkey.region, credentials });
const { KeyCount } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: home }));
console.log(`${user_name} has ${KeyCount} objects in ${home}, with keys until ${keys.Expiration}.`);
