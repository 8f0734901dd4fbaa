import type { PartitionRecord, TableRecord } from '#catalog/metastore'
import type { QueryCatalog } from '../rights/guarded-catalog.ts'
import {
  type PartitionPredicate,
  type Scan,
  type SimplePredicate,
  type TableColumn,
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
export const partitionsMax = 100_000
export const hiveDefaultPartition = '__HIVE_DEFAULT_PARTITION__'

/** The partitions of a table that a scan's conditions leave over. */
export async function partitionsOf(
  scan: Scan<TableRecord>,
  parts: {
    readonly metastore: QueryCatalog
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
  const rest = scan.predicates.filter((predicate) => !inCatalog(predicate, scan))
  if (rest.length === 0 || partitions.length === 0) return partitions
  const keys = scan.columns.filter((column) => column.partition)
  const questions = rest.map((predicate, index) => questionOf(predicate, index, keys, partitions))
  const sql = questions.map((question) => question.sql).join(' UNION ALL ')
  const rowsMax = questions.reduce((sum, question) => sum + question.count, 0)
  const task = { macros: macrosFor(sql), statements: [{ sql }], limits: { rowsMax } }
  const { rows } = await engine.run(task, signal)
  const passed = new Set(rows.map(([question, value]) => `${String(question)}/${String(value)}`))
  return partitions.filter((_, partition) =>
    questions.every(({ of }, index) => passed.has(`${index}/${of[partition]}`)),
  )
}

/** A condition asked of each combination of values that its keys have in some partition. */
interface Question {
  /** Gives the question's number and those of the combinations that it holds for. */
  readonly sql: string
  readonly count: number
  /** For each partition, the number of its combination. */
  readonly of: readonly number[]
}

function questionOf(
  predicate: PartitionPredicate,
  number: number,
  keys: readonly TableColumn[],
  partitions: readonly PlannedPartition[],
): Question {
  const places = predicate.columns.map(({ key }) => keys.findIndex(({ name }) => name === key))
  const numbers = new Map<string, number>()
  const distinct: (readonly string[])[] = []
  const of = partitions.map(({ values }) => {
    const combination = places.map((place) => values[place]!)
    const id = combination.join('\0')
    const known = numbers.get(id)
    if (known !== undefined) return known
    numbers.set(id, distinct.length)
    return distinct.push(combination) - 1
  })
  const at = { line: 1, column: 1 }
  // Lists that are unnested side by side cost the engine a hundredth of as many rows of VALUES.
  const lists = places.map((_, index) => {
    const texts = distinct.map((values) =>
      values[index] === hiveDefaultPartition ? null : values[index]!,
    )
    const json = quoteText(JSON.stringify(texts))
    return `unnest(from_json(${json}, '["VARCHAR"]')) AS k${index}`
  })
  const columns = predicate.columns.map((column, index) => {
    const type = keys[places[index]!]!.type
    const value = castSql(`CAST(k${index} AS VARCHAR)`, { kind: 'varchar' }, type, at)
    return `${value} AS ${column.sql.split('.')[1]}`
  })
  const values = `SELECT unnest(range(${distinct.length})) AS p, ${lists.join(', ')}`
  const sql = `SELECT ${number}, p FROM (SELECT p, ${columns.join(', ')} FROM (${values})) AS ${predicate.relation} WHERE ${predicate.sql}`
  return { sql, count: distinct.length, of }
}

/** The simple conditions as an expression of GetPartitions. */
function catalogExpression(scan: Scan<TableRecord>): string | undefined {
  const terms = scan.predicates.flatMap((predicate) => {
    if (!inCatalog(predicate, scan)) return []
    const { key, operator, values } = predicate.simple!
    const literals = values.map(literal)
    if (operator === 'in') return [`${key} IN (${literals.join(', ')})`]
    if (operator === 'between') return [`${key} BETWEEN ${literals.join(' AND ')}`]
    return [`${key} ${operator} ${literals[0]}`]
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
  if (type === 'date') return true
  return ['tinyint', 'smallint', 'int', 'bigint'].includes(type)
}

function plainText(value: SimplePredicate['values'][number]): boolean {
  return typeof value === 'string' && !/['\\]/.test(value)
}

function literal(value: string | number): string {
  return typeof value === 'number' ? String(value) : `'${value}'`
}
