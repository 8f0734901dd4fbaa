import type { QueryEngine } from '#processing/engine'
import type { Objects } from '#storage/objects'
import { fromDuckdbType } from './duckdb-type.ts'
import type { FileSchema } from './file-schema.ts'
import type { FileInfo } from './tree.ts'

const batchMax = 32
/** For the footers of one batch. */
const timeoutMs = 120_000

export interface ParquetReader {
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly accountId: string
  readonly signal: AbortSignal
}

/** The schemas of Parquet files, from their footers; an Error for each file that cannot be read. */
export async function readParquetSchemas(
  reader: ParquetReader,
  files: readonly FileInfo[],
): Promise<ReadonlyMap<string, FileSchema | Error>> {
  const results = new Map<string, FileSchema | Error>()
  for (let at = 0; at < files.length; at += batchMax) {
    const batch = files.slice(at, at + batchMax)
    try {
      for (const [key, schema] of await readBatch(reader, batch)) results.set(key, schema)
    } catch (error) {
      reader.signal.throwIfAborted()
      if (batch.length === 1) results.set(batch[0]!.key, error as Error)
      else for (const file of batch) results.set(file.key, await readOne(reader, file))
    }
  }
  return results
}

async function readOne(reader: ParquetReader, file: FileInfo): Promise<FileSchema | Error> {
  try {
    return (await readBatch(reader, [file])).get(file.key)!
  } catch (error) {
    reader.signal.throwIfAborted()
    return error as Error
  }
}

async function readBatch(
  { objects, engine, accountId, signal }: ParquetReader,
  files: readonly FileInfo[],
): Promise<ReadonlyMap<string, FileSchema>> {
  const local: { readonly path: string; release(): Promise<void> }[] = []
  try {
    for (const { bucket, key } of files)
      local.push(await objects.localFile({ accountId, bucket, key }))
    const parts = files.map((_, index) => {
      const path = `'{in}/${index}.parquet'`
      return `SELECT ${index} AS file, row_number() OVER () AS position, column_name, column_type,
        (SELECT num_rows FROM parquet_file_metadata(${path})) AS records
        FROM (DESCRIBE SELECT * FROM read_parquet(${path}))`
    })
    const result = await engine.run(
      {
        inputs: local.map(({ path }, index) => ({ name: `${index}.parquet`, path })),
        statements: [
          `SELECT file, column_name, column_type, records FROM (${parts.join(' UNION ALL ')}) ORDER BY file, position`,
        ],
        limits: { timeoutMs, rowsMax: 100_000 },
      },
      signal,
    )
    return toSchemas(files, result.rows)
  } finally {
    await Promise.all(local.map((file) => file.release()))
  }
}

function toSchemas(
  files: readonly FileInfo[],
  rows: readonly (readonly unknown[])[],
): ReadonlyMap<string, FileSchema> {
  const schemas = new Map<string, FileSchema>()
  for (const [index, file] of files.entries()) {
    const own = rows.filter((row) => Number(row[0]) === index)
    schemas.set(file.key, {
      form: { format: 'parquet' },
      classification: 'parquet',
      compression: 'none',
      columns: own.map((row) => ({
        name: String(row[1]).toLowerCase(),
        type: fromDuckdbType(String(row[2])),
      })),
      records: Number(own[0]?.[3] ?? 0),
      sampledBytes: file.sizeBytes,
    })
  }
  return schemas
}
