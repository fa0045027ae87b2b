"use server";

import { createUserInput, setUserEnabledInput, updateUserInput, userId } from "#lib/schemas/users.ts";
import {
  createUser,
  createUserLink,
  setUserEnabled,
  signOutUser,
  updateUser,
} from "#lib/services/users/index.ts";
import { defineAction } from "./define-action.ts";

export const createUserAction = defineAction({
  permission: "user.write",
  input: createUserInput,
  run: createUser,
});

export const updateUserAction = defineAction({
  permission: "user.write",
  input: updateUserInput,
  run: updateUser,
});

export const setUserEnabledAction = defineAction({
  permission: "user.write",
  input: setUserEnabledInput,
  run: setUserEnabled,
});

export const createUserLinkAction = defineAction({
  permission: "user.write",
  input: userId,
  run: (access, { id }) => createUserLink(access, id),
});

export const signOutUserAction = defineAction({
  permission: "user.write",
  input: userId,
  run: (access, { id }) => signOutUser(access, id),
});
