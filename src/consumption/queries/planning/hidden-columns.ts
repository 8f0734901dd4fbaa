import type { TableRecord } from '#catalog/metastore'
import { type TableColumn, engineType, quoteText } from '#consumption/sql'
import { hivePathEscaped } from '../writes/target.ts'
import type { LinkedFile } from './linked-file.ts'
import { hiveDefaultPartition } from './partitions.ts'

interface HiddenColumn extends Omit<TableColumn, 'partition'> {
  /** Its value in rows of these files, in the engine's SQL. */
  sql(files: readonly LinkedFile[], table: TableRecord): string
}

const hidden: readonly HiddenColumn[] = [
  {
    name: '$file_size',
    type: { kind: 'bigint' },
    sql: (files) => byFile(files, ({ object }) => `CAST(${object.sizeBytes} AS BIGINT)`),
  },
  {
    name: '$file_modified_time',
    type: { kind: 'timestamptz', zone: 'UTC' },
    sql: (files) =>
      byFile(files, ({ object }) => `make_timestamptz(${object.lastModifiedMs * 1000})`),
  },
  {
    name: '$partition',
    type: { kind: 'varchar' },
    sql: byPartition,
  },
]

/**
 * What tables of Hive have beside `$path`, and tell to who asks for it by name:
 * https://trino.io/docs/current/connector/hive.html#metadata-columns
 */
export function hiveHiddenColumns({ partitionKeys = [] }: TableRecord): readonly HiddenColumn[] {
  return partitionKeys.length > 0 ? hidden : hidden.filter(({ name }) => name !== '$partition')
}

/** The hidden columns' values over the file's name; NULLs where the query reads none of them. */
export function hiddenValues(
  table: TableRecord,
  files: readonly LinkedFile[],
  isRead: boolean,
): readonly string[] {
  return hiveHiddenColumns(table).map(({ type, sql }) =>
    isRead ? sql(files, table) : `CAST(NULL AS ${engineType(type)})`,
  )
}

/** A value for each file, found by the local file's name as far as that has no ending. */
export function byFile(
  files: readonly LinkedFile[],
  valueOf: (file: LinkedFile) => string,
): string {
  const values = new Map(
    files.map((file) => [file.base.slice(file.base.lastIndexOf('/') + 1), valueOf(file)]),
  )
  const keys = [...values.keys()].map((key) => `'${key}'`)
  return `map_extract_value(map([${keys.join(', ')}], [${[...values.values()].join(', ')}]), regexp_extract(filename, '([^/.]*)[.][^/]*$', 1))`
}

/** The partition's name, found by its values: one object may lie in several. */
function byPartition(files: readonly LinkedFile[], { partitionKeys = [] }: TableRecord): string {
  const names = partitionKeys.map(({ name }) => hivePathEscaped(name.toLowerCase()))
  const partitions = new Map(
    files.map(({ partition }) => {
      const values = partition?.values ?? []
      const folders = values.map((value, index) => `${names[index]!}=${hivePathEscaped(value)}`)
      return [`[${values.map(quoteText).join(', ')}]`, quoteText(folders.join('/'))]
    }),
  )
  const own = names.map((_, index) => `coalesce(__k${index}, '${hiveDefaultPartition}')`)
  return `map_extract_value(map([${[...partitions.keys()].join(', ')}], [${[...partitions.values()].join(', ')}]), [${own.join(', ')}])`
}
