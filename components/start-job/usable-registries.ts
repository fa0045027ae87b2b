import type { RegistryChoice } from "#lib/schemas/registries.ts";

/** The provider's registries serve every job; an organization's own serve its jobs alone. */
export function usableRegistries(
  registries: readonly RegistryChoice[],
  organizationId: string | null,
): RegistryChoice[] {
  return registries.filter((one) => one.organizationId === null || one.organizationId === organizationId);
}
