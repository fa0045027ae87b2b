/** The header in which `proxy.ts` tells a page its own path and query, which Next does not. */
export const pathHeader = "x-drayage-path";
