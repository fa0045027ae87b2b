import "server-only";
import { writeDb } from "#lib/db/client.ts";
import type { ChangeTransaction } from "#lib/db/with-change.ts";
import { AppError } from "#lib/errors.ts";

const transactionLimits = { maxWait: 5_000, timeout: 10_000 };
// Attempts for one name or from one address wait for each other, holding a connection to the database each: a flood of
// them must leave the others to those who are signed in.
const maxAtOnce = 2;
const maxWaiting = 100;
const busySeconds = 5;

export const signInWindowMs = 15 * 60 * 1000;
/** From one network, for one name. */
export const maxFailuresPerUsername = 5;
/** For one name, from all networks that it was never signed in from. */
export const maxStrangersFailures = 20;
/** From one network, for all names that were never signed in from there. */
export const maxFailuresPerAddress = 20;
const maxSessionsRead = 100;

/**
 * Counts an attempt as failed before its password is looked at, so that many at once cannot slip under the limit;
 * `forgiveFailures` takes it back. Who was signed in from a network within the last days is limited there by their own
 * mistakes only: nobody shuts others out by guessing, be it from elsewhere or from the next desk.
 *
 * @throws AppError sign-in-limited, with the seconds until the next attempt is heard
 */
export async function countAttempt(username: string, fullAddress: string): Promise<void> {
  const address = networkOf(fullAddress);
  await inTurn(() => writeDb.$transaction((tx) => count(tx, username, address), transactionLimits));
}

async function count(tx: ChangeTransaction, username: string, address: string): Promise<void> {
  const now = Date.now();
  // The address's lock is always taken last, so two attempts cannot wait for each other.
  for (const key of [`sign-in username ${username}`, `sign-in address ${address}`]) {
    await tx.$executeRaw`SELECT pg_advisory_xact_lock(hashtextextended(${key}, 0))`;
  }
  const since = new Date(now - signInWindowMs);
  await tx.signInFailure.deleteMany({ where: { at: { lt: since } } });
  const limits: { where: { username?: string; address?: string }; maximum: number }[] = [
    { where: { username, address }, maximum: maxFailuresPerUsername },
  ];
  if (!(await isKnown(tx, username, address))) {
    limits.push({ where: { username }, maximum: maxStrangersFailures });
    limits.push({ where: { address }, maximum: maxFailuresPerAddress });
  }
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
}

let running = 0;
const waiting: (() => void)[] = [];

async function inTurn(work: () => Promise<void>): Promise<void> {
  if (running < maxAtOnce) running++;
  else if (waiting.length >= maxWaiting) {
    throw new AppError("sign-in-limited", { retryAfterSeconds: busySeconds });
  } else {
    await new Promise<void>((go) => waiting.push(go));
  }
  try {
    await work();
  } finally {
    // The next one takes this place.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}

/** Whether a session was opened from there that has not expired, ended or not. */
async function isKnown(tx: ChangeTransaction, username: string, address: string): Promise<boolean> {
  const sessions = await tx.session.findMany({
    where: { user: { username }, expiresAt: { gt: new Date() } },
    orderBy: { createdAt: "desc" },
    take: maxSessionsRead,
    select: { address: true },
  });
  return sessions.some((session) => networkOf(session.address) === address);
}

/** After the right password: the person's own mistakes no longer count, those of others still do. */
export async function forgiveFailures(username: string, fullAddress: string): Promise<void> {
  await writeDb.signInFailure.deleteMany({ where: { username, address: networkOf(fullAddress) } });
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
