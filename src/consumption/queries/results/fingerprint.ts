import { createHash } from 'node:crypto'
import type { Analysis } from '#consumption/sql'
import type { TaskFile } from '#processing/iceberg'
import type { PlannedScans } from '../run-select.ts'

/** What gives other rows each time. That of the clock stands in a query as the moment of its submission. */
const changing = /\b(?:random|uuid|gen_random_uuid|setseed)\s*\(|\bSAMPLE\b/i

/**
 * The same for the same statement over the same bytes, for the same caller; undefined when the rows may differ all the same.
 * The names of files in `task` come from their places in the plan, not from the run.
 */
export function fingerprintOf(
  sql: string,
  task: Pick<PlannedScans, 'prepare' | 'rows'> & Pick<Analysis, 'columns'>,
  files: readonly TaskFile[],
  caller: string,
): string | undefined {
  if (changing.test(sql)) return undefined
  const read = files.map(({ name, uri, version, sizeBytes }) => [name, uri, version, sizeBytes])
  const parts = [caller, sql, task.prepare, [...task.rows], task.columns, read]
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex')
}
