import "server-only";
import { writeDb } from "#lib/db/client.ts";
import { AppError } from "#lib/errors.ts";

export const signInWindowMs = 15 * 60 * 1000;
export const maxFailuresPerUsername = 5;
export const maxFailuresPerAddress = 20;

/**
 * Counts an attempt as failed before its password is looked at, so that many at once cannot slip under the limit;
 * `forgiveFailures` takes it back.
 * @throws AppError sign-in-limited, with the seconds until the next attempt is heard
 */
export async function countAttempt(username: string, fullAddress: string): Promise<void> {
  const address = networkOf(fullAddress);
  const now = Date.now();
  await writeDb.$transaction(async (tx) => {
    // The address's lock is always taken last, so two attempts cannot wait for each other.
    for (const key of [`sign-in username ${username}`, `sign-in address ${address}`]) {
      await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
    }
    const since = new Date(now - signInWindowMs);
    await tx.signInFailure.deleteMany({ where: { at: { lt: since } } });
    const limits = [
      { where: { username }, maximum: maxFailuresPerUsername },
      { where: { address }, maximum: maxFailuresPerAddress },
    ];
    for (const { where, maximum } of limits) {
      // The attempt that must leave the window before another one fits in.
      const blocking = await tx.signInFailure.findFirst({
        where,
        orderBy: [{ at: "desc" }, { id: "desc" }],
        skip: maximum - 1,
      });
      if (!blocking) continue;
      const waitMs = blocking.at.getTime() + signInWindowMs - now;
      throw new AppError("sign-in-limited", { retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1000)) });
    }
    await tx.signInFailure.create({ data: { username, address, at: new Date(now) } });
  });
}

/** After the right password: the person's own mistakes no longer count, those of others from the address still do. */
export async function forgiveFailures(username: string): Promise<void> {
  await writeDb.signInFailure.deleteMany({ where: { username } });
}

/** IPv6 hands every customer 2^64 addresses or more (RFC 6177), so a network counts as one. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [head = "", tail] = address.split("%")[0]?.split("::") ?? [];
  const before = head === "" ? [] : head.split(":");
  const after = tail ? tail.split(":") : [];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array<string>(Math.max(0, zeros)).fill("0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
