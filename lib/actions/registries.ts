"use server";

import {
  createDestinationInput,
  createRegistryInput,
  destinationId,
  registryId,
  testConnectionInput,
  updateRegistryInput,
} from "#lib/schemas/registries.ts";
import {
  createDestination,
  createRegistry,
  deleteDestination,
  deleteRegistry,
  probeRegistry,
  testConnection,
  updateRegistry,
} from "#lib/services/registries/index.ts";
import { defineAction } from "./define-action.ts";

/** Saves and then asks the registry, so that its health is known where the person lands. */
export const createRegistryAction = defineAction({
  permission: "registry.write",
  input: createRegistryInput,
  run: async (access, input) => {
    const { id } = await createRegistry(access, input);
    await probeRegistry(access, id);
    return { id };
  },
});

export const updateRegistryAction = defineAction({
  permission: "registry.write",
  input: updateRegistryInput,
  run: async (access, input) => {
    const { id } = await updateRegistry(access, input);
    await probeRegistry(access, id);
    return { id };
  },
});

export const deleteRegistryAction = defineAction({
  permission: "registry.write",
  input: registryId,
  run: (access, { id }) => deleteRegistry(access, id),
});

export const testConnectionAction = defineAction({
  permission: "registry.write",
  input: testConnectionInput,
  run: testConnection,
});

export const probeRegistryAction = defineAction({
  permission: "registry.write",
  input: registryId,
  run: (access, { id }) => probeRegistry(access, id),
});

export const createDestinationAction = defineAction({
  permission: "registry.write",
  input: createDestinationInput,
  run: createDestination,
});

export const deleteDestinationAction = defineAction({
  permission: "registry.write",
  input: destinationId,
  run: (access, { id }) => deleteDestination(access, id),
});
