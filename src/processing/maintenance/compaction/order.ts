import { currentSchema, type TableMetadata } from '#catalog/tables'
import { MaintenanceErrors } from '../errors.ts'

/** Bits of a key that interleaves columns: of a positive BIGINT. */
const keyBits = 60

/**
 * Rows (`c0`, `c1`, … by the columns of the current schema) in an order for the files that they go to. Errors: `InvalidMaintenance` for
 * columns that are not there.
 */
export function orderedSql(
  metadata: TableMetadata,
  sql: string,
  strategy: 'sort' | 'z-order',
  columns: readonly string[],
): string {
  const indexes = columns.map((name) => indexOf(metadata, name))
  if (strategy === 'sort') {
    return `SELECT * FROM (${sql}) ORDER BY ${indexes.map((at) => `c${at}`).join(', ')}`
  }
  if (indexes.length === 0) {
    throw MaintenanceErrors.InvalidMaintenance('Z-order needs the columns to order by')
  }
  // By the rank of values, so that what is unevenly spread fills the space evenly.
  const bits = Math.min(16, Math.floor(keyBits / indexes.length))
  const ranks = indexes.map(
    (at, place) => `ntile(${2 ** bits}) OVER (ORDER BY c${at} NULLS FIRST) - 1 AS z${place}`,
  )
  const terms = indexes.flatMap((_, place) =>
    Array.from(
      { length: bits },
      (_bit, bit) => `(((z${place} >> ${bit}) & 1) << ${bit * indexes.length + place})`,
    ),
  )
  return `SELECT * EXCLUDE (${indexes.map((_, place) => `z${place}`).join(', ')}) FROM (SELECT *, ${ranks.join(', ')} FROM (${sql})) ORDER BY ${terms.join(' | ')}`
}

function indexOf(metadata: TableMetadata, name: string): number {
  const at = currentSchema(metadata).fields.findIndex(
    (field) => field.name.toLowerCase() === name.toLowerCase(),
  )
  if (at >= 0) return at
  throw MaintenanceErrors.InvalidMaintenance(`Column ${name} is not in the table`)
}
