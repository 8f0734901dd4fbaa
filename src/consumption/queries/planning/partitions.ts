import type { Metastore, PartitionRecord, TableRecord } from '#catalog/metastore'
import {
  type PartitionPredicate,
  type Scan,
  type SimplePredicate,
  castSql,
  macrosFor,
  quoteText,
} from '#consumption/sql'
import type { QueryEngine } from '#processing/engine'
import { failed } from './failure.ts'
import type { QueryContext } from './lookup.ts'

/** What a partition contributes: its values, and its own storage when it differs from the table's. */
export interface PlannedPartition {
  readonly values: readonly string[]
  readonly location: string | undefined
  readonly storage: PartitionRecord['storage']
}

/** Partitions that one scan reads at most. */
const partitionsMax = 100_000
export const hiveDefaultPartition = '__HIVE_DEFAULT_PARTITION__'

/** The partitions of a table that a scan's conditions leave over. */
export async function partitionsOf(
  scan: Scan<TableRecord>,
  parts: {
    readonly metastore: Metastore
    readonly engine: QueryEngine
    readonly context: QueryContext
    readonly signal: AbortSignal
  },
): Promise<readonly PlannedPartition[]> {
  const expression = catalogExpression(scan)
  const partitions: PlannedPartition[] = []
  let nextToken: string | undefined
  do {
    const page = await parts.metastore.listPartitions(
      { ...parts.context, database: scan.database, table: scan.name },
      { limit: 1000, nextToken, expression },
    )
    for (const { values, storage } of page.items) {
      partitions.push({ values, storage, location: storage?.location })
    }
    nextToken = page.nextToken
    parts.signal.throwIfAborted()
    if (partitions.length > partitionsMax) {
      throw failed(
        'HIVE_EXCEEDED_PARTITION_LIMIT',
        `Query over table '${scan.database}.${scan.name}' can potentially read more than ${partitionsMax} partitions`,
      )
    }
  } while (nextToken)
  return partitionsLeft(scan, partitions, parts.engine, parts.signal)
}

/** Evaluates, in the engine, the conditions that the catalog could not. */
export async function partitionsLeft(
  scan: Scan<TableRecord>,
  partitions: readonly PlannedPartition[],
  engine: QueryEngine,
  signal: AbortSignal,
): Promise<readonly PlannedPartition[]> {
  const keys = scan.columns.filter((column) => column.partition)
  const rest = scan.predicates.filter((predicate) => !inCatalog(predicate, scan))
  if (rest.length === 0 || partitions.length === 0) return partitions
  const at = { line: 1, column: 1 }
  const lines = partitions.map(({ values }, index) => {
    const texts = values.map((value) =>
      value === hiveDefaultPartition ? 'NULL' : quoteText(value),
    )
    return `(${[index, ...texts].join(', ')})`
  })
  const names = ['p', ...keys.map((_, index) => `k${index}`)]
  const value = (key: string) => {
    const index = keys.findIndex((column) => column.name === key)
    return castSql(`CAST(k${index} AS VARCHAR)`, { kind: 'varchar' }, keys[index]!.type, at)
  }
  // Each condition in a query of its own: they may name their relation differently.
  const conditions = rest.map((predicate) => {
    const columns = predicate.columns.map(
      (column) => `${value(column.key)} AS ${column.sql.split('.')[1]}`,
    )
    return `p IN (SELECT p FROM (SELECT p, ${columns.join(', ')} FROM partitions) AS ${predicate.relation} WHERE ${predicate.sql})`
  })
  const sql = `WITH partitions(${names.join(', ')}) AS (VALUES ${lines.join(', ')})
    SELECT p FROM partitions WHERE ${conditions.join(' AND ')} ORDER BY p`
  const result = await engine.run(
    { statements: [...macrosFor(sql), { sql }], limits: { rowsMax: partitions.length } },
    signal,
  )
  return result.rows.map((row) => partitions[Number(row[0])]!)
}

/** The simple conditions as an expression of GetPartitions. */
function catalogExpression(scan: Scan<TableRecord>): string | undefined {
  const terms = scan.predicates.flatMap((predicate) => {
    if (!inCatalog(predicate, scan)) return []
    const { key, operator, values } = predicate.simple!
    const literals = values.map(literal)
    return [
      operator === 'in'
        ? `${key} IN (${literals.join(', ')})`
        : `${key} ${operator} ${literals[0]}`,
    ]
  })
  return terms.length > 0 ? terms.join(' AND ') : undefined
}

/** True when the catalog evaluates the condition just as the query does: plain names, and types that compare alike. */
function inCatalog(predicate: PartitionPredicate, scan: Scan<TableRecord>): boolean {
  const { simple } = predicate
  if (!simple || !/^[a-z_][a-z0-9_]*$/.test(simple.key) || simple.values.length > 100) return false
  const key = scan.source.partitionKeys?.find((column) => column.name.toLowerCase() === simple.key)
  const type = (key?.type ?? 'string').toLowerCase()
  if (type === 'string') return simple.values.every(plainText)
  return ['tinyint', 'smallint', 'int', 'bigint'].includes(type)
}

function plainText(value: SimplePredicate['values'][number]): boolean {
  return typeof value === 'string' && !/['\\]/.test(value)
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value}'`
}
