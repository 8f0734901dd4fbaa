import { primitive, type HiveType } from './hive-type.ts'

/** DuckDB's name of a type, as DESCRIBE prints it, in Hive's terms. */
export function fromDuckdbType(text: string): HiveType {
  const type = text.trim()
  const array = /^(.*)\[\d*\]$/s.exec(type)
  if (array) return { kind: 'array', element: fromDuckdbType(array[1]!) }
  const nested = /^(STRUCT|MAP|UNION)\((.*)\)$/s.exec(type)
  if (nested?.[1] === 'MAP') {
    const [key, value] = splitTop(nested[2]!)
    return { kind: 'map', key: fromDuckdbType(key!), value: fromDuckdbType(value!) }
  }
  if (nested?.[1] === 'STRUCT') {
    const fields = splitTop(nested[2]!).map((field) => {
      const match = /^\s*(?:"((?:[^"]|"")*)"|(\S+))\s+(.*)$/s.exec(field)!
      const name = match[1]?.replaceAll('""', '"') ?? match[2]!
      return [name, fromDuckdbType(match[3]!)] as const
    })
    return { kind: 'struct', fields: new Map(fields) }
  }
  const decimal = /^DECIMAL\((\d+),\s*(\d+)\)$/.exec(type)
  if (decimal) return primitive(`decimal(${decimal[1]},${decimal[2]})`)
  if (type.startsWith('TIMESTAMP')) return primitive('timestamp')
  return primitive(names[type] ?? 'string')
}

const names: Readonly<Record<string, string>> = {
  BOOLEAN: 'boolean',
  TINYINT: 'tinyint',
  SMALLINT: 'smallint',
  INTEGER: 'int',
  BIGINT: 'bigint',
  UTINYINT: 'smallint',
  USMALLINT: 'int',
  UINTEGER: 'bigint',
  UBIGINT: 'decimal(20,0)',
  HUGEINT: 'decimal(38,0)',
  FLOAT: 'float',
  DOUBLE: 'double',
  BLOB: 'binary',
  DATE: 'date',
}

/** Splits at the commas that stand in no parenthesis and no quotes. */
function splitTop(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let quoted = false
  let start = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at]
    if (char === '"') quoted = !quoted
    else if (quoted) continue
    else if (char === '(') depth++
    else if (char === ')') depth--
    else if (char === ',' && depth === 0) {
      parts.push(text.slice(start, at))
      start = at + 1
    }
  }
  return [...parts, text.slice(start)]
}
