import { isBasic, type AccessControl } from "./access-control.ts";
import { answerJson, refuse, type Answer } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import { readBody } from "./read-body.ts";

const maxFormBytes = 64 * 1024;

/**
 * Hands out a token: GET with basic credentials or none, or POST with the password in a form.
 * https://distribution.github.io/distribution/spec/auth/token/ and .../oauth/
 *
 * @throws Refusal 401 for wrong credentials
 */
export async function answerToken(access: AccessControl, exchange: Exchange): Promise<Answer> {
  const { auth } = access;
  if (auth?.scheme !== "bearer") throw refuse(404, "UNSUPPORTED", "no tokens are needed");
  const isForm = exchange.method === "POST";
  const query = isForm
    ? new URLSearchParams(String(await readBody(exchange.body, maxFormBytes)))
    : exchange.route.query;
  const header = exchange.headers.authorization;
  const claimed = isForm ? query.has("username") : header !== undefined;
  const isKnown = isForm
    ? query.get("username") === auth.username && query.get("password") === auth.password
    : isBasic(header, auth);
  if (claimed && !isKnown) {
    throw refuse(401, "UNAUTHORIZED", null, { "www-authenticate": 'Basic realm="tokens"' });
  }
  const asked = query.getAll("scope").flatMap((scope) => scope.split(" ").filter((part) => part !== ""));
  const { token, granted, lifetimeMs } = access.issue(auth, asked, isKnown);
  exchange.record.scopes = granted;
  const seconds = auth.statedSeconds === undefined ? Math.ceil(lifetimeMs / 1000) : auth.statedSeconds;
  return answerJson(200, {
    token,
    access_token: token,
    ...(seconds === null ? {} : { expires_in: seconds }),
    issued_at: new Date().toISOString(),
  });
}
