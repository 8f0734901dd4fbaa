import { type StructField, type Type, parsePrimitive } from '#catalog/tables'
import { type TypeForms, engineTypeOf, variantType } from './engine-type.ts'
import type { FileField, FileType } from './file-schema.ts'
import { instantNanos, plainMicros, plainNanos } from './formats.ts'
import { defaultSql, nanosSql } from './literal.ts'
import { quoteName, structSql } from './sql.ts'

type Leaf = Extract<FileType, { kind: 'leaf' }>

/**
 * SQL for a file's value in the table's type: fields are found by id at every depth, and types that a column may have been
 * promoted from are widened. Undefined when the file's type is none of those.
 * https://iceberg.apache.org/spec/#schema-evolution
 */
export function convertSql(
  sql: string,
  from: FileType,
  to: Type,
  forms: TypeForms,
  depth = 0,
): string | undefined {
  const e = `e${depth}`
  if (typeof to === 'string') {
    if (from.kind === 'variant') return to === 'variant' ? variantSql(sql, from, forms) : undefined
    return from.kind === 'leaf' ? convertLeaf(sql, from, to, forms) : undefined
  }
  switch (to.type) {
    case 'list': {
      if (from.kind !== 'list') return undefined
      const element = convertSql(e, from.element.type, to.element, forms, depth + 1)
      return element && (element === e ? sql : `list_transform(${sql}, lambda ${e}: ${element})`)
    }
    case 'map': {
      if (from.kind !== 'map') return undefined
      const key = convertSql(`${e}.key`, from.key.type, to.key, forms, depth + 1)
      const value = convertSql(`${e}.value`, from.value.type, to.value, forms, depth + 1)
      if (key === undefined || value === undefined) return undefined
      if (key === `${e}.key` && value === `${e}.value`) return sql
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}))`
    }
    case 'struct':
      return from.kind === 'struct'
        ? convertStruct(sql, from.fields, to.fields, forms, depth)
        : undefined
  }
}

/** The bytes of a variant: as the file has them, or as the engine makes them of what it has put together. */
function variantSql(
  sql: string,
  { bare, shredded, nulls }: Extract<FileType, { kind: 'variant' }>,
  { failing }: TypeForms,
): string | undefined {
  if (bare) return shredded ? undefined : `CAST(${sql} AS ${variantType})`
  const bytes = `CAST(variant_to_parquet_variant(${sql}) AS ${variantType})`
  switch (nulls) {
    case 'sql':
      return `(CASE WHEN ${sql} IS NOT NULL THEN ${bytes} END)`
    case 'variant':
      return bytes
    case 'both': {
      const text =
        'NOT_SUPPORTED: whether a variant is NULL or holds null cannot be told from this file'
      return (
        failing && `(CASE WHEN ${sql} IS NULL THEN ${failing(variantType, text)} ELSE ${bytes} END)`
      )
    }
  }
}

function convertStruct(
  sql: string,
  from: readonly FileField[],
  to: readonly StructField[],
  forms: TypeForms,
  depth: number,
): string | undefined {
  let isSame = from.length === to.length
  const fields: { name: string; sql: string }[] = []
  for (const [at, field] of to.entries()) {
    const name = forms.fieldName?.(field.name) ?? field.name
    const source = from.find(({ id }) => id === field.id)
    const plain = source && `(${sql}).${quoteName(source.name)}`
    const value = source
      ? convertSql(plain!, source.type, field.type, forms, depth)
      : defaultSql(field.type, field['initial-default'], forms)
    if (value === undefined) return undefined
    isSame &&= value === plain && source?.name === name && from[at] === source
    fields.push({ name, sql: value })
  }
  return isSame ? sql : `(CASE WHEN (${sql}) IS NOT NULL THEN ${structSql(fields)} END)`
}

function convertLeaf(sql: string, from: Leaf, to: string, forms: TypeForms): string | undefined {
  const type = parsePrimitive(to)
  const { physical, logical } = from
  const isText = /^(UTF8|String|ENUM|Enum|JSON|Json)/.test(logical)
  const isDecimal = /^DECIMAL|^Decimal/.test(logical)
  const isBytes = physical === 'BYTE_ARRAY' || physical === 'FIXED_LEN_BYTE_ARRAY'
  const isTime = /^TIME_|^TimeType/.test(logical)
  const isTimestamp = /^TIMESTAMP|^Timestamp/.test(logical) || physical === 'INT96'
  const isDate = /^DATE|^Date/.test(logical)
  const isInteger = physical.startsWith('INT') && !isDecimal && !isTime && !isTimestamp && !isDate
  const plain = `CAST(${sql} AS ${engineTypeOf(to, forms)})`
  switch (type.kind) {
    case 'boolean':
      return physical === 'BOOLEAN' ? sql : undefined
    case 'int':
      if (physical !== 'INT32' || !isInteger) return undefined
      return /^(|INT_32|IntType\(bitWidth=32, isSigned=1\))$/.test(logical) ? sql : plain
    case 'long':
      if (!isInteger || physical === 'INT96') return undefined
      return physical === 'INT64' && !/UINT|isSigned=0/.test(logical) ? sql : plain
    case 'float':
      return physical === 'FLOAT' ? sql : undefined
    case 'double':
      return physical === 'DOUBLE' ? sql : physical === 'FLOAT' ? plain : undefined
    case 'decimal':
      return isDecimal ? plain : undefined
    case 'date':
      return isDate ? sql : undefined
    case 'time':
      if (physical === plainMicros) return `(TIME '00:00:00' + to_microseconds(${sql}))`
      return isTime ? plain : undefined
    case 'timestamp_ns':
      if (!isTimestamp && !isDate && physical !== plainNanos) return undefined
      return nanosSql(fileNanosSql(sql, physical), type.kind, forms)
    case 'timestamptz_ns':
      if (from.logical !== instantNanos.logical && physical !== plainNanos) return undefined
      return nanosSql(fileNanosSql(sql, physical), type.kind, forms)
    case 'timestamp':
      return isTimestamp || isDate ? plain : undefined
    case 'timestamptz':
      if (!isTimestamp) return undefined
      return isAdjusted(logical) ? sql : `(CAST(${sql} AS TIMESTAMP) AT TIME ZONE 'UTC')`
    case 'string':
      if (physical !== 'BYTE_ARRAY') return undefined
      return isText ? sql : `decode(${sql})`
    case 'uuid': {
      if (physical !== 'FIXED_LEN_BYTE_ARRAY') return undefined
      const uuid = logical.startsWith('UUID') ? sql : `CAST(lower(hex(${sql})) AS UUID)`
      return forms.uuidAsText ? `CAST(${uuid} AS VARCHAR)` : uuid
    }
    case 'fixed':
    case 'binary':
      if (!isBytes || isDecimal) return undefined
      return isText ? `encode(${sql})` : sql
    case 'unknown':
      return 'CAST(NULL AS INTEGER)'
    default:
      return undefined
  }
}

function fileNanosSql(sql: string, physical: string): string {
  return physical === plainNanos ? `make_timestamp_ns(${sql})` : `CAST(${sql} AS TIMESTAMP_NS)`
}

/** True where the engine is known to read instants. */
function isAdjusted(logical: string): boolean {
  return /isAdjustedToUTC=(1|true)/.test(logical)
}
