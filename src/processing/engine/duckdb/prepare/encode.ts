import { closeSync, openSync, readdirSync, unlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  type DuckDBConnection,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  type DuckDBType,
  DuckDBTypeId,
  DuckDBDecimalType,
  type DuckDBBlobValue,
  type DuckDBDateValue,
  type DuckDBDecimalValue,
  type DuckDBListValue,
  type DuckDBMapValue,
  type DuckDBStructValue,
  type DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api'
import {
  AvroWriter,
  type FieldType,
  type FieldValue,
  OrcWriter,
  type OrcWriterOptions,
} from '#storage/formats'
import type { EncodeOutput } from '../../query-engine.ts'
import { FunctionFailure } from '../functions/function.ts'

/** Turns every Parquet file under a folder into a file of another format beside it, and removes it. */
export async function encodeOutput(
  connection: DuckDBConnection,
  folder: string,
  output: EncodeOutput,
): Promise<void> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
  for (const file of files) {
    if (!file.isFile() || !file.name.endsWith('.parquet')) continue
    const path = join(file.parentPath, file.name)
    await encode(connection, path, output)
    unlinkSync(path)
  }
}

async function encode(
  connection: DuckDBConnection,
  path: string,
  output: EncodeOutput,
): Promise<void> {
  const list = path.replaceAll("'", "''")
  const result = await connection.stream(
    `SELECT * FROM read_parquet(['${list}'], hive_partitioning = false)`,
  )
  const columns = result.columnTypes().map(toField)
  const names = result.columnNames()
  const handle = openSync(path.replace(/\.parquet$/, `.${output.format}`), 'wx', 0o600)
  try {
    const writer = await writerOf(output, {
      fields: columns.map(({ type }, index) => ({ name: names[index]!, type })),
      write: (bytes) => {
        for (let at = 0; at < bytes.length;) at += writeSync(handle, bytes, at)
      },
    })
    for (;;) {
      const chunk = await result.fetchChunk()
      if (!chunk || chunk.rowCount === 0) break
      writer.add({
        rowCount: chunk.rowCount,
        columns: columns.map(({ value }, index) => chunk.getColumnValues(index).map(value)),
      })
    }
    writer.finish()
  } finally {
    closeSync(handle)
  }
}

async function writerOf(
  output: EncodeOutput,
  to: Pick<OrcWriterOptions, 'fields' | 'write'>,
): Promise<Pick<OrcWriter, 'add' | 'finish'>> {
  if (output.format === 'orc') return new OrcWriter({ ...to, compression: output.compression })
  const { schema, compression } = output
  const writer = await refusing(() =>
    AvroWriter.open({ ...to, compression, ...(schema && { schema }) }),
  )
  return {
    add: (batch) => refusing(() => writer.add(batch)),
    finish: () => writer.finish(),
  }
}

/** What the writer says of a schema, or of a value, is the statement's failure. */
function refusing<T>(work: () => T): T {
  const refused = (error: unknown): never => {
    throw new FunctionFailure(
      'NOT_SUPPORTED',
      error instanceof Error ? error.message : String(error),
    )
  }
  try {
    const done = work()
    return done instanceof Promise ? (done.catch(refused) as T) : done
  } catch (error) {
    return refused(error)
  }
}

interface Field {
  readonly type: FieldType
  readonly value: (value: DuckDBValue) => FieldValue
}

const same = (value: DuckDBValue) => value as FieldValue
const simple: Readonly<Partial<Record<DuckDBTypeId, Field>>> = {
  [DuckDBTypeId.BOOLEAN]: { type: { kind: 'boolean' }, value: same },
  [DuckDBTypeId.TINYINT]: { type: { kind: 'int8' }, value: same },
  [DuckDBTypeId.SMALLINT]: { type: { kind: 'int16' }, value: same },
  [DuckDBTypeId.INTEGER]: { type: { kind: 'int32' }, value: same },
  [DuckDBTypeId.BIGINT]: { type: { kind: 'int64' }, value: same },
  [DuckDBTypeId.FLOAT]: { type: { kind: 'float' }, value: same },
  [DuckDBTypeId.DOUBLE]: { type: { kind: 'double' }, value: same },
  [DuckDBTypeId.VARCHAR]: { type: { kind: 'string' }, value: same },
  [DuckDBTypeId.BLOB]: {
    type: { kind: 'binary' },
    value: there((value) => (value as DuckDBBlobValue).bytes),
  },
  [DuckDBTypeId.DATE]: {
    type: { kind: 'date' },
    value: there((value) => (value as DuckDBDateValue).days),
  },
  [DuckDBTypeId.TIMESTAMP]: {
    type: { kind: 'timestamp' },
    value: there((value) => (value as DuckDBTimestampValue).micros),
  },
}

function there(convert: (value: DuckDBValue) => FieldValue) {
  return (value: DuckDBValue): FieldValue => (value === null ? null : convert(value))
}

function toField(type: DuckDBType): Field {
  const found = simple[type.typeId]
  if (found) return found
  if (type instanceof DuckDBDecimalType) {
    return {
      type: { kind: 'decimal', precision: type.width, scale: type.scale },
      value: there((value) => (value as DuckDBDecimalValue).value),
    }
  }
  if (type instanceof DuckDBListType) {
    const element = toField(type.valueType)
    return {
      type: { kind: 'list', element: element.type },
      value: there((value) => (value as DuckDBListValue).items.map(element.value)),
    }
  }
  if (type instanceof DuckDBMapType) {
    const [key, entry] = [toField(type.keyType), toField(type.valueType)]
    return {
      type: { kind: 'map', key: key.type, value: entry.type },
      value: there((value) =>
        (value as DuckDBMapValue).entries.map((one) => [
          key.value(one.key),
          entry.value(one.value),
        ]),
      ),
    }
  }
  if (type instanceof DuckDBStructType) {
    const parts = type.entryNames.map((name, index) => ({
      name,
      ...toField(type.entryTypes[index]!),
    }))
    return {
      type: { kind: 'struct', fields: parts },
      value: there((value) => {
        const { entries } = value as DuckDBStructValue
        return parts.map((part) => part.value(entries[part.name] ?? null))
      }),
    }
  }
  throw new Error(`no file of this format holds the type ${String(type)}`)
}
