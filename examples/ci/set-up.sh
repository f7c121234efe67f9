#!/bin/sh
# Once, by an operator with keys of the account: a user for a machine, and an app client of its own.
# set-up.sh USER_POOL_ID NAME EMAIL prints the app client's id and, in a second line, the secret: a refresh token.
#
# A client of its own, because the refresh tokens of the stack's clients are renewed with each use, and a secret of a
# build cannot be. It takes no password but from somebody with rights in the account, and the machine's is thrown away.
# Deploy the stack again with the id among its MoreUserPoolClientIds.
set -eu
pool=$1 name=$2 email=$3
pool() { aws cognito-idp "$@" --user-pool-id "$pool"; }
password="Aa1-$(openssl rand -hex 24)"

pool admin-create-user --username "$name" --user-attributes "Name=email,Value=$email" \
  --message-action SUPPRESS > /dev/null
printf %s "$password" | pool admin-set-user-password --username "$name" --permanent --password file:///dev/stdin
client=$(pool create-user-pool-client --client-name "$name" --output text --query UserPoolClient.ClientId \
  --explicit-auth-flows ALLOW_ADMIN_USER_PASSWORD_AUTH ALLOW_REFRESH_TOKEN_AUTH --enable-token-revocation \
  --refresh-token-validity 90 --id-token-validity 60 --access-token-validity 5 \
  --token-validity-units RefreshToken=days,IdToken=minutes,AccessToken=minutes)
echo "$client"
printf '{"USERNAME": "%s", "PASSWORD": "%s"}' "$name" "$password" |
  pool admin-initiate-auth --client-id "$client" --auth-flow ADMIN_USER_PASSWORD_AUTH \
    --auth-parameters file:///dev/stdin --output text --query AuthenticationResult.RefreshToken
