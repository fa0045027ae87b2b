"use server";

import { z } from "zod";
import { writeLocaleCookie } from "#lib/auth/locale-cookie.ts";
import { changeLocaleInput, changePasswordInput } from "#lib/schemas/account.ts";
import { changeLocale, changePassword, signOutOtherSessions } from "#lib/services/account.ts";
import { defineAction } from "./define-action.ts";

export const changeLocaleAction = defineAction({
  permission: "account.write",
  input: changeLocaleInput,
  run: async (access, input) => {
    await changeLocale(access, input);
    await writeLocaleCookie(input.locale);
  },
});

export const changePasswordAction = defineAction({
  permission: "account.write",
  input: changePasswordInput,
  run: changePassword,
});

export const signOutOtherSessionsAction = defineAction({
  permission: "account.write",
  input: z.object({}),
  run: (access) => signOutOtherSessions(access),
});
