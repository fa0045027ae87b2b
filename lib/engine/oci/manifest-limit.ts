/** What every registry accepts; the specification asks for no more. */
export const maxManifestBytes = 4 * 1024 * 1024;
