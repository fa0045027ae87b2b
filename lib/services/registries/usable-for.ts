/** The provider's registries and the organization's own may be used for its jobs, and no other's. */
export function usableFor(organizationId: string | null) {
  return organizationId === null
    ? { organizationId }
    : { OR: [{ organizationId: null }, { organizationId }] };
}
