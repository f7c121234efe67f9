// Signs a person in by code and PKCE, with oauth4webapi, on the page that imports this.
import * as oauth from "oauth4webapi";

/** The person's id token. The first call leaves the page, and Cognito's pages come back to it. */
export async function signIn(stack) {
  const here = new URL(location.href);
  const callback = here.origin + here.pathname;
  const server = {
    issuer: stack.authorization_servers[0], authorization_endpoint: AUTHORIZE_URL, token_endpoint: OAUTH_TOKEN_URL,
  };
  const client = { client_id: stack.latchkey.client_id };
  const kept = JSON.parse(sessionStorage.getItem("sign-in"));
  if (!kept || !here.searchParams.has("state")) {
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    sessionStorage.setItem("sign-in", JSON.stringify({ verifier, state }));
    const asked = new URLSearchParams({
      client_id: client.client_id, response_type: "code", redirect_uri: callback, scope: "openid email", state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: "S256",
    });
    location.assign(`${AUTHORIZE_URL}?${asked}`);
    return new Promise(() => {});
  }
  sessionStorage.removeItem("sign-in");
  // The code works once, so it need not be in the history.
  history.replaceState(null, "", callback);
  const cameBack = oauth.validateAuthResponse(server, client, here, kept.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server, client, oauth.None(), cameBack, callback, kept.verifier,
  );
  return (await oauth.processAuthorizationCodeResponse(server, client, response)).id_token;
}
