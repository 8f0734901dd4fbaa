import {
  type Field,
  type Type,
  fieldKey,
  fileTextSql,
  quoteName,
  quoteText,
  rowSql,
} from '#consumption/sql'
import { type FileColumn, type FileReading, nullSql, unreadableSql } from './column.ts'
import { fileList } from './parquet.ts'

/** What keys JSON lines have, as the engine's json_group_structure tells: nested by objects and arrays. */
export type JsonStructure =
  | string
  | readonly JsonStructure[]
  | { readonly [key: string]: JsonStructure }

/** A query with one row for each file: its name, and its lines' structure. */
export function structureSql(names: readonly string[], ignoreMalformed: boolean): string {
  return `SELECT filename, CAST(json_group_structure(json) AS VARCHAR)
    FROM read_ndjson_objects(${fileList(names)}, filename = true, hive_partitioning = false${ignored(ignoreMalformed)})
    GROUP BY filename`
}

/** The structure that holds what both hold. */
export function mergeStructures(a: JsonStructure, b: JsonStructure): JsonStructure {
  if (isObject(a) && isObject(b)) {
    const merged: Record<string, JsonStructure> = { ...a }
    for (const [key, value] of Object.entries(b)) {
      merged[key] = key in merged ? mergeStructures(merged[key]!, value) : value
    }
    return merged
  }
  if (isList(a) && isList(b)) return [mergeStructures(a[0] ?? 'NULL', b[0] ?? 'NULL')]
  return a === 'NULL' || isObject(b) || isList(b) ? b : a
}

function isObject(
  structure: JsonStructure,
): structure is { readonly [key: string]: JsonStructure } {
  return typeof structure === 'object' && !Array.isArray(structure)
}

function isList(structure: JsonStructure): structure is readonly JsonStructure[] {
  return Array.isArray(structure)
}

/** What a key is called as a column: lower case; OpenX's SerDe may read dots as underscores. */
export type Fold = (key: string) => string

export function foldOf({ dotsInKeys }: { readonly dotsInKeys: boolean }): Fold {
  return dotsInKeys ? (key) => key.toLowerCase().replaceAll('.', '_') : (key) => key.toLowerCase()
}

/** True when an object somewhere has keys that are the same column. */
export function hasCaseVariants(structure: JsonStructure, fold: Fold): boolean {
  if (isList(structure)) return structure.some((one) => hasCaseVariants(one, fold))
  if (!isObject(structure)) return false
  const keys = Object.keys(structure)
  const distinct = new Set(keys.map(fold))
  return (
    distinct.size < keys.length ||
    Object.values(structure).some((one) => hasCaseVariants(one, fold))
  )
}

/** Reads lines of JSON as a table's columns: keys match without case, at every depth; missing ones are NULL. */
export function jsonReading(
  structure: JsonStructure,
  columns: readonly FileColumn[],
  options: {
    readonly mapping: Readonly<Record<string, string>>
    readonly ignoreMalformed: boolean
    readonly dotsInKeys: boolean
  },
): FileReading {
  const { mapping, ignoreMalformed } = options
  const fold = foldOf(options)
  const keys = isObject(structure) ? Object.keys(structure) : []
  const variantsOf = (column: FileColumn) => {
    const wanted = fold(mapping[column.name] ?? column.name)
    return keys
      .filter((key) => fold(key) === wanted)
      .map((key) => ({
        key,
        shape: shapeOf(
          column.type,
          isObject(structure) ? structure[key]! : 'NULL',
          column.name,
          fold,
        ),
      }))
  }
  const distinct = new Set(keys.map(fold))
  const used = columns.map(variantsOf)
  const once = new Set(used.flat().map(({ key }) => key)).size === used.flat().length
  return distinct.size === keys.length && once
    ? typedReading(columns, used, ignoreMalformed)
    : lineReading(columns, used, ignoreMalformed)
}

type Variants = readonly { readonly key: string; readonly shape: Shape }[]

/** The engine reads each key with its type: fast. */
function typedReading(
  columns: readonly FileColumn[],
  used: readonly Variants[],
  ignoreMalformed: boolean,
): FileReading {
  const read = used.flat().map(({ key, shape }) => `${quoteText(key)}: ${quoteText(shape.type)}`)
  // The engine wants at least one column; a name that no file has reads as NULL.
  if (read.length === 0) read.push(`'__none': 'VARCHAR'`)
  return {
    from: (files, hive) =>
      `read_json(${files}, format = 'newline_delimited', columns = {${read.join(', ')}}${ignored(ignoreMalformed)}${hive})`,
    columns: columns.map((column, index) => {
      const found = used[index]![0]
      return found ? found.shape.value(quoteName(found.key)) : nullSql(column.type)
    }),
  }
}

/** Each value is taken out of its line: for keys that the engine's columns, which have no case, cannot tell apart. */
function lineReading(
  columns: readonly FileColumn[],
  used: readonly Variants[],
  ignoreMalformed: boolean,
): FileReading {
  return {
    from: (files, hive) => `read_ndjson_objects(${files}${ignored(ignoreMalformed)}${hive})`,
    columns: columns.map((column, index) => {
      const values = used[index]!.map(({ key, shape }) => {
        const path = quoteText(`$."${key.replaceAll('"', '\\"')}"`)
        const value =
          shape.type === 'VARCHAR'
            ? `json_extract_string(json, ${path})`
            : `CAST(json_extract(json, ${path}) AS ${shape.type})`
        return shape.value(value)
      })
      if (values.length === 0) return nullSql(column.type)
      return values.length === 1 ? values[0]! : `coalesce(${values.join(', ')})`
    }),
  }
}

interface Shape {
  /** The engine's type to read the value as, with the keys as they are written. */
  readonly type: string
  /** From a value of that type to one of the table's. */
  readonly value: (sql: string) => string
}

/** Every scalar is read as text and then strictly: the engine's own conversions would make 2 of 1.5, and true of 7. */
function shapeOf(
  type: Type,
  structure: JsonStructure,
  column: string,
  fold: Fold,
  depth = 0,
): Shape {
  const e = `j${depth}`
  switch (type.kind) {
    case 'timestamp':
      return { type: 'VARCHAR', value: (sql) => `hive_json_timestamp(${sql})` }
    case 'varbinary':
      return { type: 'VARCHAR', value: (sql) => `from_base64(${sql})` }
    case 'array': {
      const inner = shapeOf(
        type.element,
        isList(structure) ? (structure[0] ?? 'NULL') : 'NULL',
        column,
        fold,
        depth + 1,
      )
      const value = inner.value(e)
      return {
        type: `${inner.type}[]`,
        value: (sql) => (value === e ? sql : `list_transform(${sql}, lambda ${e}: ${value})`),
      }
    }
    case 'map': {
      const values = isObject(structure) ? Object.values(structure) : []
      const merged = values.reduce<JsonStructure>(mergeStructures, 'NULL')
      const inner = shapeOf(type.value, merged, column, fold, depth + 1)
      const key = fileTextSql(`${e}.key`, type.key, column)
      const value = inner.value(`${e}.value`)
      return {
        type: `MAP(VARCHAR, ${inner.type})`,
        value: (sql) =>
          key === `${e}.key` && value === `${e}.value`
            ? sql
            : `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}))`,
      }
    }
    case 'row':
      return rowShape(type.fields, structure, column, fold, depth)
    default:
      return { type: 'VARCHAR', value: (sql) => fileTextSql(sql, type, column) }
  }
}

function rowShape(
  fields: readonly Field[],
  structure: JsonStructure,
  column: string,
  fold: Fold,
  depth: number,
): Shape {
  const keys = isObject(structure) ? Object.keys(structure) : []
  const parts = fields.map((field, index) => {
    const name = fieldKey(field, index)
    const variants = keys.filter((key) => fold(key) === name)
    return {
      name,
      type: field.type,
      variants: variants.map((key) => ({
        key,
        shape: shapeOf(
          field.type,
          isObject(structure) ? structure[key]! : 'NULL',
          column,
          fold,
          depth,
        ),
      })),
    }
  })
  // The engine's structs have no case either: of keys that differ in it alone, none can be read.
  if (parts.some((part) => part.variants.length > 1)) {
    const name = parts.find((part) => part.variants.length > 1)!.name
    const type: Type = { kind: 'row', fields }
    const text = `HIVE_BAD_DATA: JSON objects have keys that differ only in case: ${name}`
    return { type: 'JSON', value: () => unreadableSql(type, text) }
  }
  const read = parts.flatMap((part) =>
    part.variants.map(({ key, shape }) => `${quoteName(key)} ${shape.type}`),
  )
  // A struct needs a field, though none of the keys may be there.
  const type = `STRUCT(${read.length > 0 ? read.join(', ') : '"__none" VARCHAR'})`
  return {
    type,
    value: (sql) => {
      const values = parts.map((part) => {
        const found = part.variants.map(({ key, shape }) =>
          shape.value(`(${sql}).${quoteName(key)}`),
        )
        return { key: part.name, sql: found[0] ?? nullSql(part.type) }
      })
      return `(CASE WHEN (${sql}) IS NOT NULL THEN ${rowSql(values)} END)`
    },
  }
}

function ignored(ignoreMalformed: boolean): string {
  return ignoreMalformed ? ', ignore_errors = true' : ''
}

const jsonMacros: readonly string[] = [
  // 2024-05-01 10:00:00.123, with T and Z too, or milliseconds or seconds since the epoch.
  `CREATE MACRO hive_json_timestamp(t) AS CASE
     WHEN regexp_full_match(t, '[0-9]{11,}') THEN make_timestamp(CAST(t AS BIGINT) * 1000)
     WHEN regexp_full_match(t, '[0-9]{1,10}') THEN make_timestamp(CAST(t AS BIGINT) * 1000000)
     ELSE CAST(date_trunc('millisecond', CAST(t AS TIMESTAMPTZ) AT TIME ZONE 'UTC' + INTERVAL 500 MICROSECOND) AS TIMESTAMP) END`,
]

/** The macros that some SQL made here calls. */
export function jsonMacrosFor(sql: string): readonly string[] {
  return sql.includes('hive_json_timestamp(') ? jsonMacros : []
}
