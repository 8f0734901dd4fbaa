import { coerce } from '../analyze/cast.ts'
import type { Typed } from '../analyze/typed.ts'
import {
  BIGINT,
  BOOLEAN,
  JSON_TYPE,
  type Type,
  VARCHAR,
  isFloating,
  isInteger,
} from '../types/type.ts'
import { textSql } from '../types/text.ts'
import { type FunctionBody, type FunctionTable, forms, own } from './registry.ts'

const kinds = ['json', 'varchar', 'char', 'unknown', 'variant']

/** A document's text. */
const documentSql = ({ sql, type }: Typed): string =>
  type.kind === 'variant' ? textSql(sql, type) : `CAST(${sql} AS VARCHAR)`

/** A function of JSON, as a value or as text, and of more texts. */
function ofJson(name: string, type: Type, more: 0 | 1): FunctionBody {
  return own(`json${', varchar'.repeat(more)}`, (args) => {
    const [value, path] = args
    if (!value || args.length !== 1 + more || !kinds.includes(value.type.kind)) return undefined
    if (path && !['varchar', 'unknown'].includes(path.type.kind)) return undefined
    const call = `${name}(${args.map(documentSql).join(', ')})`
    return { sql: type.kind === 'json' ? `CAST(${call} AS JSON)` : call, type }
  })
}

const wantedKind = ({ type }: Typed): string | undefined => {
  if (isInteger(type)) return 'bigint'
  if (isFloating(type)) return 'double'
  return type.kind === 'boolean' || type.kind === 'varchar' ? type.kind : undefined
}

/** https://trino.io/docs/current/functions/json.html */
export const jsonFunctions: FunctionTable = {
  json_parse: forms(['varchar -> json', 'CAST(trino_json_parse($1) AS JSON)']),
  json_format: forms(['json -> varchar', 'CAST($1 AS VARCHAR)']),
  json_extract: ofJson('trino_json_extract', JSON_TYPE, 1),
  json_extract_scalar: ofJson('trino_json_extract_scalar', VARCHAR, 1),
  json_size: ofJson('trino_json_size', BIGINT, 1),
  json_array_length: ofJson('trino_json_array_length', BIGINT, 0),
  is_json_scalar: ofJson('trino_json_is_scalar', BOOLEAN, 0),
  json_array_get: own('json, bigint', ([value, place, ...rest], { at }) => {
    if (!value || !place || rest.length > 0 || !kinds.includes(value.type.kind)) return undefined
    if (!isInteger(place.type)) return undefined
    const index = coerce(place, BIGINT, at).sql
    const call = `trino_json_array_get(${documentSql(value)}, ${index})`
    return { sql: `CAST(${call} AS JSON)`, type: JSON_TYPE }
  }),
  json_array_contains: own('json, varchar', ([value, wanted, ...rest]) => {
    const kind = wanted && wantedKind(wanted)
    if (!value || !kind || rest.length > 0 || !kinds.includes(value.type.kind)) return undefined
    const sql = `trino_json_array_contains(${documentSql(value)}, '${kind}', ${textSql(wanted.sql, wanted.type)})`
    return { sql, type: BOOLEAN }
  }),
}
