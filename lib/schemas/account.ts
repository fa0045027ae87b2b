import { z } from "zod";
import type { Role } from "#lib/db/generated/enums.ts";
import { locales } from "#lib/i18n/locales.ts";
import { textLine } from "./checked-text.ts";
import { parseOwnPath } from "./own-path.ts";

export const minPasswordLength = 12;
const maxPasswordLength = 200;

/** Lower case, so that nobody is two people; an e-mail address is a fine name. */
export const username = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(100)
  .regex(/^[a-z0-9](?:[a-z0-9._@+-]*[a-z0-9])?$/, "username-format");

/** What people are called. */
export const displayName = textLine(100).min(1);

const password = z.string().min(minPasswordLength).max(maxPasswordLength);

/** A password that is being chosen, typed twice. */
const chosenPassword = { password, passwordAgain: z.string().max(maxPasswordLength) };

function requireSamePasswords(
  input: { password: string; passwordAgain: string },
  context: { addIssue: (issue: { code: "custom"; path: string[]; message: "passwords-differ" }) => void },
): void {
  if (input.password !== input.passwordAgain) {
    context.addIssue({ code: "custom", path: ["passwordAgain"], message: "passwords-differ" });
  }
}

/** The ways to be signed in: by name and password, by making the first account, by a one-time link. */
export const signInWays = ["password", "setup", "link"] as const;
export type SignInWay = (typeof signInWays)[number];

/** What signs in says nothing of the rules for new names and passwords. */
export const signInInput = z.object({
  username: z
    .string()
    .trim()
    .toLowerCase()
    .min(1)
    .max(100)
    .regex(/^\P{Cc}*$/u, "username-format"),
  password: z.string().min(1).max(maxPasswordLength),
});
export type SignInInput = z.output<typeof signInInput>;

const token = z.string().min(1).max(100);

/** `/sign-in?next=` */
export const signInQuery = z.object({
  next: z.string().optional().catch(undefined).transform(parseOwnPath),
});
/** `/setup?token=` and `/link?token=`; what cannot be a token is one that is not valid. */
export const linkQuery = z.object({ token: token.catch("") });

export const setUpInput = z
  .object({ token, username, displayName, ...chosenPassword })
  .superRefine(requireSamePasswords);
export type SetUpInput = z.output<typeof setUpInput>;

export const useLinkInput = z.object({ token, ...chosenPassword }).superRefine(requireSamePasswords);
export type UseLinkInput = z.output<typeof useLinkInput>;

export const changePasswordInput = z
  .object({ currentPassword: z.string().min(1).max(maxPasswordLength), ...chosenPassword })
  .superRefine(requireSamePasswords);
export type ChangePasswordInput = z.output<typeof changePasswordInput>;

export const changeLocaleInput = z.object({ locale: z.enum(locales) });
export type ChangeLocaleInput = z.output<typeof changeLocaleInput>;

/** A place where the person is signed in. */
export interface SessionRow {
  id: string;
  createdAt: string;
  lastSeenAt: string;
  address: string;
  userAgent: string;
  isCurrent: boolean;
}

export interface Account {
  username: string;
  displayName: string;
  role: Role;
  organization: { name: string; displayName: string } | null;
  createdAt: string;
  sessions: SessionRow[];
}
