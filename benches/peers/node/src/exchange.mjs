// POST /token.
import { credentialsOf } from "./identity.mjs";

const headers = { "content-type": "application/json", "cache-control": "no-store", pragma: "no-cache" };

export async function handler(event) {
  const text = event.isBase64Encoded ? Buffer.from(event.body, "base64").toString() : event.body;
  const form = new URLSearchParams(text);
  if (form.get("grant_type") !== "urn:ietf:params:oauth:grant-type:token-exchange") {
    return { statusCode: 400, headers, body: JSON.stringify({ error: "unsupported_grant_type" }) };
  }
  try {
    const { Credentials, IdentityId } = await credentialsOf(form.get("subject_token"));
    const body = {
      access_token: Credentials.SessionToken,
      issued_token_type: "urn:latchkey:params:oauth:token-type:aws-credentials",
      token_type: "N_A",
      expires_in: Math.floor((Credentials.Expiration - Date.now()) / 1000),
      Version: 1,
      AccessKeyId: Credentials.AccessKeyId,
      SecretAccessKey: Credentials.SecretKey,
      SessionToken: Credentials.SessionToken,
      Token: Credentials.SessionToken,
      Expiration: Credentials.Expiration.toISOString(),
      IdentityId,
    };
    console.log(JSON.stringify({ level: "INFO", message: "answered", status: 200 }));
    return { statusCode: 200, headers, body: JSON.stringify(body) };
  } catch (error) {
    console.log(JSON.stringify({ level: "WARN", message: "answered", status: 400, reason: error.name }));
    return { statusCode: 400, headers, body: JSON.stringify({ error: "invalid_request" }) };
  }
}
