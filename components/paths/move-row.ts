/** The rows with one of them at another place. */
export function moveRow<Row>(rows: readonly Row[], from: number, to: number): Row[] {
  const [row] = rows.slice(from, from + 1);
  if (row === undefined) return [...rows];
  return rows.toSpliced(from, 1).toSpliced(to, 0, row);
}
