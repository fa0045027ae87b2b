const units = ["B", "KiB", "MiB", "GiB", "TiB"] as const;

/** Bytes for a person, in powers of 1024 as in the panel: `12.3 MiB`. */
export function formatBytes(bytes: number): string {
  let size = bytes;
  let unit = 0;
  // 1023.95 would be written as 1024.0 of the smaller unit.
  while (unit < units.length - 1 && size >= (unit === 0 ? 1024 : 1023.95)) {
    size /= 1024;
    unit++;
  }
  return `${size.toFixed(unit > 0 && size < 100 ? 1 : 0)} ${units[unit] ?? "B"}`;
}
