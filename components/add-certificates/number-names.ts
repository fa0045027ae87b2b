/** Names as they are, but for those that an earlier one has already: they get a number. */
export function numberNames(names: readonly string[]): string[] {
  const given = new Set<string>();
  const taken = new Set(names);
  return names.map((name) => {
    if (!given.has(name)) {
      given.add(name);
      return name;
    }
    let count = 2;
    while (taken.has(`${name} (${count})`)) count++;
    const numbered = `${name} (${count})`;
    taken.add(numbered);
    return numbered;
  });
}
