import { type QueryContext } from '../planning/lookup.ts'
import { failed } from '../planning/failure.ts'
import type { Location } from '../planning/location.ts'
import type { Objects } from '#storage/objects'
import type { Transaction } from '#platform/database'
import type { Buckets } from './buckets.ts'
import type { WriteColumn, WriteFormat } from './file-format.ts'

/** Where a statement's rows go, decided before anything is read. */
export interface WriteTarget {
  readonly format: WriteFormat
  /** `sql` is over the analysed query as `q`. */
  readonly columns: readonly WriteColumn[]
  /** Partition keys, which stand in folders and not in files. */
  readonly keys: readonly WriteColumn[]
  /** Set when the rows of each folder are parted into buckets. */
  readonly buckets?: Buckets
  /** The folders of these partitions, in their order; of the whole when there are no keys. */
  locate(partitions: readonly (readonly string[])[]): Promise<readonly Location[]>
  /** What the catalog learns, in the transaction that publishes the files. */
  record?(tx: Transaction, partitions: readonly (readonly string[])[]): Promise<void>
}

/** Athena's bound of partitions that one statement writes. */
export const partitionsMax = 100

/** Files made durable at one time: each waits for the disk. */
export const stagedAtOnce = 16

/** The names of the catalog that a written name means. Error: `CATALOG_NOT_FOUND`. */
export function tableRefOf(parts: readonly string[], context: QueryContext) {
  const catalog = parts.at(-3) ?? 'awsdatacatalog'
  const isKnown = catalog === 'awsdatacatalog' || context.catalogs?.has(catalog) === true
  if (!isKnown || parts.length > 3) {
    throw failed('CATALOG_NOT_FOUND', `line 1:1: Catalog '${catalog}' does not exist`)
  }
  const { accountId, region } = context
  return { accountId, region, database: parts.at(-2) ?? context.database, table: parts.at(-1)! }
}

/** A folder that must hold nothing. */
export async function checkEmpty(
  location: Location,
  what: string,
  objects: Objects,
  accountId: string,
): Promise<void> {
  const { objects: found } = await objects.list({ accountId, ...location, limit: 1 })
  if (found.length === 0) return
  throw failed(
    'HIVE_PATH_ALREADY_EXISTS',
    `Target directory for ${what} already exists: s3://${location.bucket}/${location.prefix}. You may need to manually clean the data at this location before retrying.`,
  )
}

/** Splits a query's columns into those of the files and the partition keys, which must come last. */
export function splitKeys(
  columns: readonly WriteColumn[],
  partitionedBy: readonly string[],
): { readonly columns: readonly WriteColumn[]; readonly keys: readonly WriteColumn[] } {
  for (const name of partitionedBy) {
    if (columns.some((column) => column.name === name)) continue
    throw failed(
      'INVALID_TABLE_PROPERTY',
      `line 1:1: Partition columns [${name}] not present in schema`,
    )
  }
  const start = columns.length - partitionedBy.length
  const keys = columns.slice(start)
  if (keys.some((key, index) => key.name !== partitionedBy[index])) {
    throw failed(
      'HIVE_COLUMN_ORDER_MISMATCH',
      `Partition keys must be the last columns in the table and in the same order as the table properties: [${partitionedBy.join(', ')}]`,
    )
  }
  if (start === 0) throw failed('INVALID_TABLE_PROPERTY', 'Table contains only partition columns')
  for (const { name, type } of keys) {
    if (type.kind === 'array' || type.kind === 'map' || type.kind === 'row') {
      throw failed('NOT_SUPPORTED', `Unsupported type of partition column: ${name}`)
    }
  }
  return { columns: columns.slice(0, start), keys }
}

/** A partition's folder below its table's, as Hive names it. */
export function partitionFolder(
  base: Location,
  keys: readonly string[],
  values: readonly string[],
): Location {
  const folders = keys.map(
    (key, index) => `${hivePathEscaped(key)}=${hivePathEscaped(values[index]!)}/`,
  )
  return { bucket: base.bucket, prefix: `${base.prefix}${folders.join('')}` }
}

/** Hive's `FileUtils.escapePathName`. */
export function hivePathEscaped(text: string): string {
  return text.replaceAll(
    // oxlint-disable-next-line no-control-regex -- control characters are among those that Hive escapes
    /[\u0000-\u001f"#%'*/:=?\\\u007f{}[\]^]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  )
}
