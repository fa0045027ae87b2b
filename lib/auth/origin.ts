import "server-only";
import { env } from "#lib/env.ts";
import { AppError } from "#lib/errors.ts";

/** The address at which people reach the panel. */
export const panelOrigin = env.PUBLIC_URL;

/**
 * Refuses a request that another site's page made a browser send. Origin must be that of PUBLIC_URL or name the host
 * that was asked; without Origin, Sec-Fetch-Site or Referer must say the same. A request with none of them is refused.
 */
export function assertSameOrigin(headers: Headers, publicUrl: string = panelOrigin): void {
  const origin = headers.get("origin");
  if (origin !== null) {
    if (!isOwnOrigin(origin, headers.get("host"), publicUrl))
      throw new AppError("origin-refused", { origin });
    return;
  }
  const site = headers.get("sec-fetch-site");
  if (site !== null) {
    if (site !== "same-origin") throw new AppError("origin-refused", { origin: site });
    return;
  }
  const referer = headers.get("referer") ?? "";
  if (!isOwnOrigin(referer, headers.get("host"), publicUrl)) {
    throw new AppError("origin-refused", { origin: URL.parse(referer)?.origin ?? "" });
  }
}

function isOwnOrigin(from: string, host: string | null, publicUrl: string): boolean {
  const sender = URL.parse(from);
  if (sender === null) return false;
  const own = new URL(publicUrl);
  if (sender.origin === own.origin) return true;
  // A plain http page of the same name may be forged on the way; the https panel does not listen to it.
  if (own.protocol === "https:" && sender.protocol !== "https:" && sender.hostname === own.hostname)
    return false;
  return /^https?:$/.test(sender.protocol) && sender.host === host;
}
