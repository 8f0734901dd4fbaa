import type { Position } from '../errors.ts'
import { castTextSql, rowSql, textSql } from '../types/text.ts'
import { JSON_TYPE, type Type, VARCHAR, fieldKey, quoteName, quoteText } from '../types/type.ts'
import { castSql } from './cast.ts'
import { fromText } from './cast-text.ts'

/** A JSON value, which is its text in the engine, as a value of another type. */
export function fromJson(
  sql: string,
  to: Type,
  at: Position,
  depth: number,
  impossible: () => Error,
): string {
  const text = `CAST(${sql} AS VARCHAR)`
  const e = `v${depth}`
  const inner = (value: string, type: Type) =>
    castSql(`CAST(${value} AS JSON)`, JSON_TYPE, type, at, depth + 1)
  const scalar = (kind: string) => `trino_json_scalar_for(${text}, '${kind}')`
  switch (to.kind) {
    case 'boolean':
      return fromText(scalar('boolean'), to, impossible)
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return fromText(scalar('bigint'), to, impossible)
    case 'real':
    case 'double':
    case 'decimal':
      return fromText(scalar('number'), to, impossible)
    case 'array':
      return `list_transform(trino_json_items(${text}), lambda ${e}: ${inner(e, to.element)})`
    case 'map': {
      const key = castSql(`${e}[1]`, VARCHAR, to.key, at, depth + 1)
      return `map_from_entries(list_transform(trino_json_entries(${text}), lambda ${e}: {'k': ${key}, 'v': ${inner(`${e}[2]`, to.value)}}))`
    }
    case 'row': {
      const names = to.fields.map((field) => quoteText(field.name ?? '')).join(', ')
      const values = `trino_json_fields(${text}, [${names}])`
      const fields = to.fields.map((field, index) => ({
        key: fieldKey(field, index),
        sql: inner(`${values}[${index + 1}]`, field.type),
      }))
      return `(CASE WHEN ${values} IS NOT NULL THEN ${rowSql(fields)} END)`
    }
    default:
      throw impossible()
  }
}

/** The JSON of a value, as Trino writes it: keys in order, numbers with all their digits. */
export function toJson(sql: string, from: Type, impossible: () => Error): string {
  return `CAST(${jsonTextSql(sql, from, impossible, 0)} AS JSON)`
}

function jsonTextSql(sql: string, from: Type, impossible: () => Error, depth: number): string {
  const e = `j${depth}`
  const inner = (value: string, type: Type) =>
    `coalesce(${jsonTextSql(value, type, impossible, depth + 1)}, 'null')`
  switch (from.kind) {
    case 'unknown':
      return 'CAST(NULL AS VARCHAR)'
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
      return textSql(sql, from)
    case 'real':
    case 'double':
      return `(CASE WHEN isfinite(${sql}) THEN ${textSql(sql, from)} ELSE '"' || ${textSql(sql, from)} || '"' END)`
    case 'varchar':
    case 'char':
    case 'date':
    case 'timestamp':
      return `trino_json_quote(${textSql(sql, from)})`
    case 'json':
      return `CAST(${sql} AS VARCHAR)`
    case 'variant':
      return textSql(sql, from)
    case 'array': {
      const parts = `list_transform(${sql}, lambda ${e}: ${inner(e, from.element)})`
      return `('[' || array_to_string(${parts}, ',') || ']')`
    }
    case 'map': {
      if (
        ![
          'varchar',
          'bigint',
          'integer',
          'smallint',
          'tinyint',
          'boolean',
          'double',
          'real',
          'decimal',
        ].includes(from.key.kind)
      )
        throw impossible()
      const key = `${castTextSql(`${e}.key`, from.key)}`
      const pairs = `list_sort(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 't': trino_json_quote(${key}) || ':' || ${inner(`${e}.value`, from.value)}}))`
      return `('{' || array_to_string(list_transform(${pairs}, lambda ${e}p: ${e}p.t), ',') || '}')`
    }
    case 'row': {
      const parts = from.fields.map(
        (field, index) =>
          `trino_json_quote(${quoteText(field.name ?? '')}) || ':' || ${inner(`(${sql}).${quoteName(fieldKey(field, index))}`, field.type)}`,
      )
      return `(CASE WHEN (${sql}) IS NOT NULL THEN '{' || ${parts.join(` || ',' || `)} || '}' END)`
    }
    default:
      throw impossible()
  }
}
