import {
  type Field,
  type Type,
  castSql,
  engineType,
  fieldKey,
  quoteName,
  rowSql,
  typeText,
} from '#consumption/sql'
import { type FileColumn, type FileReading, nullSql, unreadableSql } from './column.ts'
import { type EngineField, type EngineType, parseEngineType } from './engine-type.ts'

/** The columns of a Parquet file, in the engine's types. */
export type ParquetSchema = readonly EngineField[]

/** Statements whose rows are, for each group of files with the same schema: the schema's text and the files' names as JSON. */
export function groupBySchemaSql(names: readonly string[]): string {
  return `SELECT CAST(to_json(list(file_name)) AS VARCHAR) FROM (
    SELECT file_name, list(concat_ws('|', coalesce(name, ''), type, type_length, repetition_type, num_children,
      converted_type, CAST(logical_type AS VARCHAR), scale, precision) ORDER BY place) AS fields
    FROM (SELECT *, row_number() OVER () AS place FROM parquet_schema(${fileList(names)}))
    GROUP BY file_name
  ) GROUP BY fields ORDER BY min(file_name)`
}

/**
 * A query whose rows are the columns of each of the files `described`, by its place (place, name, type), and for each of the files
 * `measured` its sizes (-1, the file, the compressed bytes of its columns as JSON, by the columns' paths).
 */
export function describeSql(described: readonly string[], measured: readonly string[]): string {
  const columns = described.map(
    (name, index) =>
      `SELECT ${index} AS g, column_name, column_type FROM (DESCRIBE SELECT * FROM read_parquet(${fileList([name])}, hive_partitioning = false))`,
  )
  const sizes = `SELECT -1, file_name, CAST(to_json(map_from_entries(list((path, bytes)))) AS VARCHAR) FROM (
    SELECT file_name, path_in_schema AS path, sum(total_compressed_size)::BIGINT AS bytes
    FROM parquet_metadata(${fileList(measured)}) WHERE path_in_schema IS NOT NULL GROUP BY ALL
  ) GROUP BY file_name`
  return [...columns, sizes].join(' UNION ALL ')
}

/** The compressed bytes of each column of a file, from those of its leaves: `a, list, element` belongs to `a`. */
export function columnBytes(schema: ParquetSchema, sizes: unknown): Float64Array {
  const places = new Map(schema.map(({ name }, place) => [name, place]))
  const bytes = new Float64Array(schema.length)
  for (const [path, size] of Object.entries((sizes ?? {}) as Readonly<Record<string, number>>)) {
    const place = places.get(path) ?? places.get(path.split(', ')[0]!)
    if (place !== undefined) bytes[place]! += size
  }
  return bytes
}

export function fileList(names: readonly string[]): string {
  return `[${names.map((name) => `'{in}/${name.replaceAll("'", "''")}'`).join(', ')}]`
}

export function toField(name: string, type: string): EngineField {
  return { name, type: parseEngineType(type) }
}

/** The place in a file of a table's column. */
function placeOf(
  schema: ParquetSchema,
  column: { readonly name: string },
  place: number,
  byPlace: boolean,
): number {
  if (byPlace) return place
  return schema.findIndex((each) => each.name.toLowerCase() === column.name)
}

/** How much of each file of a schema is read for these columns of its table; `used` tells which. */
export function scannedBytes(
  schema: ParquetSchema,
  files: readonly Float64Array[],
  columns: readonly FileColumn[],
  options: { readonly byPlace: boolean; readonly used: (column: FileColumn) => boolean },
): readonly number[] {
  const read = new Set(
    columns.flatMap((column, place) =>
      options.used(column) ? [placeOf(schema, column, place, options.byPlace)] : [],
    ),
  )
  return files.map((bytes) => {
    let sum = 0
    for (const place of read) sum += bytes[place] ?? 0
    return sum
  })
}

/** Reads files of one schema as a table's columns: by name without case or by place, missing ones NULL. */
export function parquetReading(
  schema: ParquetSchema,
  columns: readonly FileColumn[],
  options: { readonly byPlace: boolean; readonly uri: string },
): FileReading {
  return {
    from: (files, hive) => `read_parquet(${files}${hive})`,
    columns: columns.map((column, place) => {
      const field = schema[placeOf(schema, column, place, options.byPlace)]
      if (!field) return nullSql(column.type)
      const converted = convertValue(quoteName(field.name), field.type, column.type)
      return (
        converted ??
        unreadableSql(
          column.type,
          `HIVE_BAD_DATA: Field ${column.name}'s type ${parquetName(field.type)} in parquet file ${options.uri} is incompatible with type ${typeText(column.type)} defined in table schema`,
        )
      )
    }),
  }
}

function parquetName(type: EngineType): string {
  return type.kind === 'leaf' ? type.name : type.kind.toUpperCase()
}

const integers = [
  'TINYINT',
  'SMALLINT',
  'INTEGER',
  'BIGINT',
  'UTINYINT',
  'USMALLINT',
  'UINTEGER',
  'UBIGINT',
]
const instants = ['TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS']
const at = { line: 1, column: 1 }

/** SQL for a file's value in the table's type; undefined when Athena refuses the pair. */
export function convertValue(
  sql: string,
  from: EngineType,
  to: Type,
  depth = 0,
): string | undefined {
  const target = engineType(to)
  const plain = `CAST(${sql} AS ${target})`
  const e = `p${depth}`
  if (from.kind === 'leaf' && from.name === target && to.kind !== 'timestamp') return sql
  switch (to.kind) {
    case 'boolean':
      return undefined
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return from.kind === 'leaf' && integers.includes(from.name) ? plain : undefined
    case 'real':
      return from.kind === 'leaf' && from.name === 'FLOAT' ? sql : undefined
    case 'double':
      return from.kind === 'leaf' && from.name === 'FLOAT' ? plain : undefined
    case 'decimal':
      return from.kind === 'decimal' || (from.kind === 'leaf' && integers.includes(from.name))
        ? plain
        : undefined
    case 'varchar':
    case 'char': {
      if (from.kind !== 'leaf') return undefined
      if (from.name === 'BLOB') return castSql(`decode(${sql})`, { kind: 'varchar' }, to, at)
      if (from.name === 'VARCHAR') return castSql(sql, { kind: 'varchar' }, to, at)
      return /^(ENUM|JSON|UUID)/.test(from.name) ? plain : undefined
    }
    case 'varbinary':
      return from.kind === 'leaf' && from.name === 'VARCHAR' ? `encode(${sql})` : undefined
    case 'timestamp': {
      if (from.kind !== 'leaf') return undefined
      // Timestamps have milliseconds, as Athena's: finer ones are rounded.
      if (from.name === 'TIMESTAMP_S' || from.name === 'TIMESTAMP_MS') return plain
      const instant =
        from.name === 'TIMESTAMP WITH TIME ZONE' ? `(${sql} AT TIME ZONE 'UTC')` : plain
      if (from.name !== 'TIMESTAMP WITH TIME ZONE' && !instants.includes(from.name))
        return undefined
      return `CAST(date_trunc('millisecond', ${instant} + INTERVAL 500 MICROSECOND) AS TIMESTAMP)`
    }
    case 'array': {
      if (from.kind !== 'list') return undefined
      const element = convertValue(e, from.element, to.element, depth + 1)
      return element && (element === e ? sql : `list_transform(${sql}, lambda ${e}: ${element})`)
    }
    case 'map': {
      if (from.kind !== 'map') return undefined
      const key = convertValue(`${e}.key`, from.key, to.key, depth + 1)
      const value = convertValue(`${e}.value`, from.value, to.value, depth + 1)
      if (key === undefined || value === undefined) return undefined
      if (key === `${e}.key` && value === `${e}.value`) return sql
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}))`
    }
    case 'row':
      return from.kind === 'struct' ? convertRow(sql, from.fields, to.fields, depth) : undefined
    default:
      return undefined
  }
}

function convertRow(
  sql: string,
  from: readonly EngineField[],
  to: readonly Field[],
  depth: number,
): string | undefined {
  const fields: { key: string; sql: string }[] = []
  for (const [index, field] of to.entries()) {
    const key = fieldKey(field, index)
    const source = from.find((each) => each.name.toLowerCase() === key)
    const value = source
      ? convertValue(`(${sql}).${quoteName(source.name)}`, source.type, field.type, depth)
      : nullSql(field.type)
    if (value === undefined) return undefined
    fields.push({ key, sql: value })
  }
  return `(CASE WHEN (${sql}) IS NOT NULL THEN ${rowSql(fields)} END)`
}
