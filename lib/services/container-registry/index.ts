export { checkContainerRegistry } from "./check-registry.ts";
export { getContainerRegistry } from "./get-container-registry.ts";
export { listOrganizationDestinations } from "./list-destinations.ts";
export { saveContainerRegistry } from "./save-container-registry.ts";
