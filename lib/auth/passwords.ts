import "server-only";
import { randomBytes } from "node:crypto";
import { hash, verify } from "@node-rs/argon2";

// argon2id, which is the library's default. About twice the memory and the passes of OWASP's floor (m=47104, t=1);
// 50 ms on a common machine.
const cost = { memoryCost: 47_104, timeCost: 2, parallelism: 1 };

/** One spelling per password: input methods disagree on how Korean and Japanese letters are composed. */
function normalize(password: string): string {
  return password.normalize("NFKC");
}

export function hashPassword(password: string): Promise<string> {
  return hash(normalize(password), cost);
}

let nobody: Promise<string> | undefined;

/** Without a hash it works as long as with one, so that time does not tell who exists; the answer is then false. */
export async function verifyPassword(passwordHash: string | null, password: string): Promise<boolean> {
  const compared = passwordHash ?? (await (nobody ??= hashPassword(randomBytes(32).toString("hex"))));
  const matches = await verify(compared, normalize(password));
  return matches && passwordHash !== null;
}
