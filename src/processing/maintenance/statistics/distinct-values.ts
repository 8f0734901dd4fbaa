import type { TableRef } from '#catalog/metastore'
import {
  type PlannedFile,
  type Schema,
  type StructField,
  type TableMetadata,
  type ThetaSketch,
  parsePrimitive,
  sketchOf,
  sketchSize,
} from '#catalog/tables'
import {
  bucketMacros,
  readFiles,
  taskInputs,
  thetaMacros,
  thetaSql,
  type TaskFile,
} from '#processing/iceberg'
import type { RewriteParts } from '../compaction/rewrite-group.ts'

/** The columns of a schema of whose values there are sketches. */
export function sketchedColumns({ fields }: Schema): readonly StructField[] {
  return fields.filter(
    ({ type }) => typeof type === 'string' && thetaSql('v', parsePrimitive(type)) !== undefined,
  )
}

/**
 * A sketch of each column's values in the live rows of these files, one column after the other: a task of the engine holds the values of one.
 * Errors: those of reading and of the engine.
 */
export async function sketchColumns(
  { objects, engine, schemas }: RewriteParts,
  input: {
    readonly ref: TableRef
    readonly metadata: TableMetadata
    readonly columns: readonly StructField[]
    readonly files: readonly PlannedFile[]
  },
  signal: AbortSignal,
): Promise<readonly ThetaSketch[]> {
  const { ref, metadata, files, columns } = input
  const found: ThetaSketch[] = []
  for (const column of columns) {
    signal.throwIfAborted()
    await using held = new AsyncDisposableStack()
    const inputs: TaskFile[] = []
    const rows = await readFiles(
      {
        id: 's',
        metadata,
        schema: { 'schema-id': 0, type: 'struct', fields: [column] },
        files,
        failing: (type, text) => `CAST(error('${text.replaceAll("'", "''")}') AS ${type})`,
      },
      { objects, accountId: ref.accountId, signal, files: inputs, held, schemas },
    )
    const hash = thetaSql('v', parsePrimitive(column.type as string))!
    const values = `SELECT DISTINCT c0 AS v FROM (${rows}) WHERE c0 IS NOT NULL`
    // Zero is no hash of a sketch.
    const hashes = `SELECT DISTINCT ${hash} AS h FROM (${values})`
    const { rows: least } = await engine.run(
      {
        ...taskInputs(inputs),
        statements: [
          ...bucketMacros,
          ...thetaMacros,
          `SELECT CAST(h AS VARCHAR) FROM (${hashes}) WHERE h > 0 ORDER BY h LIMIT ${sketchSize + 1}`,
        ],
        limits: { rowsMax: sketchSize + 1 },
      },
      signal,
    )
    found.push(sketchOf(least.map(([text]) => BigInt(String(text)))))
  }
  return found
}
