// The exchange of an id token for AWS credentials, with all clients outside the handler, so that connections, the
// JWKS and identity ids are kept.
import {
  CognitoIdentityClient,
  GetCredentialsForIdentityCommand,
  GetIdCommand,
} from "@aws-sdk/client-cognito-identity";
import { JwtRsaVerifier } from "aws-jwt-verify";
import { SimpleJwksCache } from "aws-jwt-verify/jwk";

const { USER_POOL_ID, USER_POOL_CLIENT_IDS, IDENTITY_POOL_ID } = process.env;
const region = USER_POOL_ID.split("_")[0];
const issuer = `https://cognito-idp.${region}.amazonaws.com/${USER_POOL_ID}`;
const endpoint = process.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER ?? process.env.AWS_ENDPOINT_URL;
const jwksUri = `${endpoint ? `${endpoint}/${USER_POOL_ID}` : issuer}/.well-known/jwks.json`;

// The library's own fetcher takes https alone; the benchmark's AWS also speaks http.
const jwksCache = new SimpleJwksCache(
  jwksUri.startsWith("http:") && {
    fetcher: { fetch: async (uri) => await (await fetch(uri)).arrayBuffer() },
  },
);
const verifier = JwtRsaVerifier.create(
  {
    issuer,
    audience: USER_POOL_CLIENT_IDS.split(","),
    jwksUri,
    customJwtCheck: ({ payload }) => {
      if (payload.token_use !== "id") throw new Error("not an id token");
    },
  },
  { jwksCache },
);
await verifier.hydrate();

const client = new CognitoIdentityClient({ region: IDENTITY_POOL_ID.split(":")[0] });
const identities = new Map();
const IDENTITIES_MAX = 10_000;

/** Verifies the token, and gets credentials of its person. */
export async function credentialsOf(token) {
  const { sub } = await verifier.verify(token);
  const Logins = { [issuer.slice("https://".length)]: token };
  let IdentityId = identities.get(sub);
  if (IdentityId === undefined) {
    ({ IdentityId } = await client.send(new GetIdCommand({ IdentityPoolId: IDENTITY_POOL_ID, Logins })));
    if (identities.size === IDENTITIES_MAX) identities.delete(identities.keys().next().value);
    identities.set(sub, IdentityId);
  }
  return await client.send(new GetCredentialsForIdentityCommand({ IdentityId, Logins }));
}
