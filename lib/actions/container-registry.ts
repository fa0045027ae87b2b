"use server";

import { checkContainerRegistryInput, saveContainerRegistryInput } from "#lib/schemas/container-registry.ts";
import { checkContainerRegistry, saveContainerRegistry } from "#lib/services/container-registry/index.ts";
import { defineAction } from "./define-action.ts";

export const checkContainerRegistryAction = defineAction({
  permission: "settings.write",
  input: checkContainerRegistryInput,
  run: checkContainerRegistry,
});

export const saveContainerRegistryAction = defineAction({
  permission: "settings.write",
  input: saveContainerRegistryInput,
  run: saveContainerRegistry,
});
