import {
  compareValues,
  parseLocation,
  parsePrimitive,
  type NewFile,
  type Primitive,
  type Schema,
  type Value,
} from '#catalog/tables'
import { valueOfText } from '#processing/iceberg'
import { isLakeError } from '#kit'
import { MigrationErrors } from './errors.ts'
import type { FoundFile, MigrationParts } from './add-files.ts'

type Footer = Pick<NewFile, 'recordCount' | 'metrics'>

/** Files looked into by one task of the engine. */
const filesAtOnce = 200
const rowsMax = 2_000_000

/** What the footers of Parquet files say of their rows and of top-level columns, by the schema's names. */
export async function readFooters(
  { objects, engine }: MigrationParts,
  accountId: string,
  schema: Schema,
  files: readonly FoundFile[],
  signal: AbortSignal,
): Promise<readonly Footer[]> {
  const footers: Footer[] = []
  const columns = new Map(
    schema.fields.flatMap(({ id, name, type }) =>
      typeof type === 'string' ? [[name, { id, type: parsePrimitive(type) }] as const] : [],
    ),
  )
  for (let from = 0; from < files.length; from += filesAtOnce) {
    const some = files.slice(from, from + filesAtOnce)
    await using held = new AsyncDisposableStack()
    const inputs: { readonly name: string; readonly path: string }[] = []
    for (const [at, { location }] of some.entries()) {
      const local = await objects.localFile({ accountId, ...parseLocation(location) })
      held.defer(() => local.release())
      inputs.push({ name: `f${at}.parquet`, path: local.path })
    }
    const names = `[${inputs.map(({ name }) => `'{in}/${name}'`).join(', ')}]`
    const ask = (sql: string) =>
      engine
        .run({ inputs, limits: { rowsMax }, statements: [sql] }, signal)
        .catch((error: unknown) => {
          throw isLakeError(error, 'QueryFailed') ? unreadable(error.message, some) : error
        })
    const counts = await ask(`SELECT file_name, num_rows FROM parquet_file_metadata(${names})`)
    const chunks = await ask(
      `SELECT file_name, path_in_schema, num_values, stats_null_count, stats_min_value, stats_max_value, total_compressed_size FROM parquet_metadata(${names})`,
    )
    const byFile = Map.groupBy(chunks.rows, (row) => numberIn(String(row[0])))
    const rowsOf = new Map(counts.rows.map((row) => [numberIn(String(row[0])), Number(row[1])]))
    for (const at of some.keys()) {
      footers.push({
        recordCount: rowsOf.get(at) ?? 0,
        metrics: metricsOf(byFile.get(at) ?? [], columns),
      })
    }
  }
  return footers
}

function unreadable(message: string, files: readonly FoundFile[]): Error {
  const at = Number(/f(\d+)\.parquet/.exec(message)?.[1])
  const file = files[at]?.location ?? 'A file'
  return MigrationErrors.CannotMigrate(`${file} cannot be read as Parquet`, { file })
}

function numberIn(path: string): number {
  return Number(/f(\d+)\.parquet$/.exec(path)?.[1])
}

/** Sums over the row groups; what one of them does not say is not said of the file. */
function metricsOf(
  chunks: readonly (readonly unknown[])[],
  columns: ReadonlyMap<string, { readonly id: number; readonly type: Primitive }>,
): NonNullable<NewFile['metrics']> {
  const sizes = new Map<number, number>()
  const values = new Map<number, number>()
  const nulls = new Map<number, number>()
  const lower = new Map<number, Value>()
  const upper = new Map<number, Value>()
  for (const [name, ofColumn] of Map.groupBy(chunks, (row) => String(row[1]))) {
    const column = columns.get(name)
    if (!column) continue
    const { id, type } = column
    // The engine writes bytes as text that cannot be told from others.
    const hasBounds = !['binary', 'fixed', 'uuid'].includes(type.kind)
    const sum = (at: number) => ofColumn.reduce((total, row) => total + Number(row[at] ?? NaN), 0)
    for (const [map, at] of [
      [values, 2],
      [nulls, 3],
      [sizes, 6],
    ] as const) {
      const total = sum(at)
      if (Number.isSafeInteger(total)) map.set(id, total)
    }
    const bounds = (at: number) =>
      ofColumn.map((row) => {
        // A group of nothing but null has no bounds, and needs none.
        if (row[at] === null) return row[2] === row[3] ? 'none' : undefined
        return valueOfText(type, String(row[at]))
      })
    if (!hasBounds) continue
    extreme(lower, id, bounds(4), -1)
    extreme(upper, id, bounds(5), 1)
  }
  return {
    columnSizes: sizes,
    valueCounts: values,
    nullCounts: nulls,
    lowerBounds: lower,
    upperBounds: upper,
  }
}

function extreme(
  map: Map<number, Value>,
  id: number,
  bounds: readonly (Value | 'none' | undefined)[],
  sign: 1 | -1,
): void {
  if (bounds.includes(undefined)) return
  let found: Value | undefined
  for (const bound of bounds) {
    if (bound === undefined || bound === 'none') continue
    if (found === undefined || compareValues(bound, found) * sign > 0) found = bound
  }
  if (found !== undefined) map.set(id, found)
}
