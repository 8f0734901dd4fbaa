/**
 * The columns (places) of each scan that a query in the engine's SQL reads. They are found in its text: it was printed
 * by us, where a relation's columns are written `r7.c2`. Text of the user's may look like that too: it only adds.
 */
export function usedColumns(sql: string): ReadonlyMap<string, ReadonlySet<number>> {
  const scanOf = new Map<string, string>()
  const used = new Map<string, Set<number>>()
  for (const [, scan, alias] of sql.matchAll(/\blake\.(t\d+) AS (r\d+)\b/g)) {
    scanOf.set(alias!, scan!)
    if (!used.has(scan!)) used.set(scan!, new Set())
  }
  for (const [, alias, place] of sql.matchAll(/\b(r\d+)\.c(\d+)\b/g)) {
    const scan = scanOf.get(alias!)
    if (scan) used.get(scan)!.add(Number(place))
  }
  return used
}
