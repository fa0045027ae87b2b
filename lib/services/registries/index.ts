export { createDestination, deleteDestination } from "./change-destination.ts";
export { createRegistry, deleteRegistry, updateRegistry } from "./change-registry.ts";
export {
  askRegistry,
  healthColumns,
  openHarborOf,
  openRegistry,
  openRegistryByHost,
  pingRegistry,
  probeRegistry,
  readConnection,
  readPresentedChain,
  readRegistryCertificate,
  testConnection,
} from "./connect-registry.ts";
export { getRegistry, listRegistries, listRegistryChoices } from "./read-registries.ts";
export { usableFor } from "./usable-for.ts";
