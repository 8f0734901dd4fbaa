import {
  type PartitionSpec,
  type Schema,
  type SortOrder,
  type StructField,
  type TableMetadata,
  currentSchema,
  defaultSpec,
  parsePrimitive,
  parseTransform,
} from '#catalog/tables'
import { IcebergErrors } from '../errors.ts'
import type { TypeForms } from '../read/engine-type.ts'
import { quoteName, quoteText } from '../read/sql.ts'
import { fieldIds, rowIdField, rowSequenceField } from './field-ids.ts'
import { type Raise, fileValueSql } from './shape.ts'
import { transformSql } from './transform-sql.ts'

export interface WriteData {
  /** Rows in the engine's SQL: the columns of the table's current schema as `c0`, `c1`, …, in the forms that `forms` tells. */
  readonly sql: string
  readonly metadata: TableMetadata
  readonly forms?: TypeForms
  readonly raise: Raise
  /** The folder that the files are written to, new; the task must be allowed to write there. */
  readonly folder: string
  /**
   * True when the rows come with `row_id` and `row_sequence`, which stay with them (format 3); NULL for those of new rows.
   */
  readonly lineage?: boolean
  /** Sorts rows by what parts them, for a task with a small `partitionedRowsMax`. */
  readonly sortParts?: boolean
}

/** Where the files of a table go: the columns that part them have these names. */
export const partitionColumn = (index: number): string => `__iceberg_partition_${index}`

const targetBytesDefault = 512 * 1024 * 1024

/**
 * A statement that writes rows as data files of a table, partitioned and sorted as its metadata say, and whose rows `writtenFiles` reads.
 * `bucketMacros` must have run. Errors: `WriteUnsupported`.
 */
export function copyData(request: WriteData): string {
  const { metadata, sql, forms = {}, raise, folder } = request
  const schema = currentSchema(metadata)
  const spec = defaultSpec(metadata)
  const items = schema.fields.map(
    (field, index) =>
      `${fileValueSql(`q.c${index}`, field, forms, raise)} AS ${quoteName(field.name)}`,
  )
  if (request.lineage) {
    items.push('q.row_id AS _row_id', 'q.row_sequence AS _last_updated_sequence_number')
  }
  const parts = spec.fields.map((field, index) => {
    const value = partitionSql(field, schema)
    return `${value} AS ${partitionColumn(index)}`
  })
  // Partition values are of the file's own values, in their final types.
  const rows = `SELECT ${items.join(', ')} FROM (${sql}) AS q`
  const shaped = parts.length > 0 ? `SELECT *, ${parts.join(', ')} FROM (${rows}) AS f` : rows
  const by = spec.fields.map((_, index) => partitionColumn(index))
  const order = orderSql(metadata, schema, request.sortParts ? by : [])
  const options =
    by.length > 0
      ? [...fileOptions(request), `PARTITION_BY (${by.join(', ')})`, 'HIVE_FILE_PATTERN false']
      : [...fileOptions(request), ...sizeOptions(metadata)]
  return `COPY (${shaped}${order}) TO ${quoteText(folder)} (${options.join(', ')})`
}

type FileRequest = Pick<WriteData, 'metadata' | 'lineage'>

function fileOptions(request: FileRequest): readonly string[] {
  const { metadata } = request
  return [
    'FORMAT parquet',
    `COMPRESSION ${compressionOf(metadata)}`,
    `FIELD_IDS ${fieldIds(fileColumns(request, currentSchema(metadata)))}`,
    "FILENAME_PATTERN '{uuidv7}'",
    'RETURN_STATS',
  ]
}

function sizeOptions(metadata: TableMetadata): readonly string[] {
  return [`FILE_SIZE_BYTES ${targetBytes(metadata)}`, `ROW_GROUP_SIZE ${groupRows(metadata)}`]
}

/**
 * A statement that writes the rows of one written file as files of the table's size. The engine cannot part rows into partitions and into sizes
 * at once: so what came out too large is cut afterwards. Its rows are those of `copyData`'s.
 */
export function copyCut(request: FileRequest, path: string, folder: string): string {
  const options = [...fileOptions(request), ...sizeOptions(request.metadata)]
  return `COPY (SELECT * FROM read_parquet(${quoteText(path)}, hive_partitioning = false)) TO ${quoteText(folder)} (${options.join(', ')})`
}

/** The columns of the files that `copyData` writes. */
export function fileColumns(
  { lineage }: Pick<WriteData, 'lineage'>,
  schema: Schema,
): readonly Pick<StructField, 'id' | 'name' | 'type'>[] {
  if (!lineage) return schema.fields
  return [
    ...schema.fields,
    { id: rowIdField, name: '_row_id', type: 'long' },
    { id: rowSequenceField, name: '_last_updated_sequence_number', type: 'long' },
  ]
}

function partitionSql(field: PartitionSpec['fields'][number], schema: Schema): string {
  const transform = parseTransform(field.transform)
  // The column of a void field may be gone.
  if (transform.kind === 'void') return transformSql('NULL', { kind: 'int' }, transform)
  const source = sourceOf(field['source-id'], schema)
  const value = transformSql(source.sql, parsePrimitive(source.type), transform)
  return parsePrimitive(source.type).kind === 'decimal' && transform.kind !== 'bucket'
    ? `CAST(${value} AS VARCHAR)`
    : value
}

/** A column, or a field of structs, in the rows that go to the file. */
function sourceOf(id: number, schema: Schema): { readonly sql: string; readonly type: string } {
  const find = (
    fields: readonly StructField[],
    prefix: string,
  ): { sql: string; type: string } | undefined => {
    for (const field of fields) {
      const sql =
        prefix === '' ? `f.${quoteName(field.name)}` : `(${prefix}).${quoteName(field.name)}`
      if (field.id === id && typeof field.type === 'string') return { sql, type: field.type }
      if (typeof field.type === 'string' || field.type.type !== 'struct') continue
      const found = find(field.type.fields, sql)
      if (found) return found
    }
    return undefined
  }
  const found = find(schema.fields, '')
  if (found) return found
  throw IcebergErrors.WriteUnsupported(
    `The table is partitioned by the field ${id}, which its schema has no more`,
  )
}

function orderSql(metadata: TableMetadata, schema: Schema, first: readonly string[]): string {
  const { fields } = sortOrderOf(metadata)
  const terms = fields.flatMap((field) => {
    const column = schema.fields.find(({ id }) => id === field['source-id'])
    if (!column || field.transform !== 'identity') return []
    const nulls = field['null-order'] === 'nulls-first' ? 'FIRST' : 'LAST'
    return [`${quoteName(column.name)} ${field.direction.toUpperCase()} NULLS ${nulls}`]
  })
  const all = [...first, ...terms]
  return all.length > 0 ? ` ORDER BY ${all.join(', ')}` : ''
}

export function sortOrderOf(metadata: TableMetadata): SortOrder {
  const id = metadata['default-sort-order-id']
  const order = metadata['sort-orders'].find((each) => each['order-id'] === id)
  return order ?? { 'order-id': 0, fields: [] }
}

/** The order that written files are in: what parts a table into folders keeps no order, and transforms are not sorted by. */
export function writtenOrderId(metadata: TableMetadata): number {
  const order = sortOrderOf(metadata)
  const isKept =
    defaultSpec(metadata).fields.length === 0 &&
    order.fields.every(({ transform }) => transform === 'identity')
  return isKept ? order['order-id'] : 0
}

const codecs: Readonly<Record<string, string>> = {
  zstd: 'zstd',
  snappy: 'snappy',
  gzip: 'gzip',
  uncompressed: 'uncompressed',
}

/** https://iceberg.apache.org/docs/latest/configuration/#write-properties */
function compressionOf({ properties }: TableMetadata): string {
  const name = (properties['write.parquet.compression-codec'] ?? 'zstd').toLowerCase()
  const codec = Object.hasOwn(codecs, name) ? codecs[name] : undefined
  const format = (properties['write.format.default'] ?? 'parquet').toLowerCase()
  if (codec !== undefined && format === 'parquet') return codec
  throw IcebergErrors.WriteUnsupported(
    `The table wants ${format} files in ${name}, which cannot be written here`,
  )
}

/** A file ends with a row group, so small files need small groups: of rows of a hundred bytes, or the engine's usual ones. */
function groupRows(metadata: TableMetadata): number {
  return Math.min(122_880, Math.max(2_048, Math.floor(targetBytes(metadata) / 100)))
}

export function targetBytes({ properties }: TableMetadata): number {
  const bytes = Number(properties['write.target-file-size-bytes'])
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : targetBytesDefault
}
