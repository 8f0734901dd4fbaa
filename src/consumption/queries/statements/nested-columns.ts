import type { Column } from '#catalog/metastore'
import { failed } from '../planning/failure.ts'

/** What Hive says of a column that it asked the SerDe for. */
const comment = 'from deserializer'

/**
 * What lies at a way into a column: the fields of a struct, else the thing itself under the last name. `$elem$` is an
 * array's element, `$key$` and `$value$` a map's. https://docs.aws.amazon.com/athena/latest/ug/describe-table.html
 */
export function nestedColumns(
  columns: readonly Column[],
  way: readonly string[],
): readonly Column[] {
  const [first, ...rest] = way
  const column = columns.find(({ name }) => name.toLowerCase() === first)
  if (!column) throw unknown(first!)
  let type = column.type ?? 'string'
  for (const step of rest) {
    const { kind, parts } = partsOf(type)
    let next: string | undefined
    if (kind === 'array' && step === '$elem$') next = parts[0]?.type
    else if (kind === 'map' && step === '$key$') next = parts[0]?.type
    else if (kind === 'map' && step === '$value$') next = parts[1]?.type
    else if (kind === 'struct') next = parts.find(({ name }) => name.toLowerCase() === step)?.type
    if (next === undefined) throw unknown(step)
    type = next
  }
  const { kind, parts } = partsOf(type)
  if (kind === 'struct') return parts.map((part) => ({ ...part, comment }))
  return [{ name: way.at(-1)!, type, comment }]
}

function unknown(name: string) {
  return failed(
    'FAILED: Execution Error, return code 1 from org.apache.hadoop.hive.ql.exec.DDLTask',
    `cannot find field ${name}`,
  )
}

interface Part {
  readonly name: string
  readonly type: string
}

/** The types within a type's outermost brackets, with the names of a struct's fields. */
function partsOf(type: string): { readonly kind: string; readonly parts: readonly Part[] } {
  const text = type.trim()
  const open = text.indexOf('<')
  if (open < 0 || !text.endsWith('>')) return { kind: text.toLowerCase(), parts: [] }
  const kind = text.slice(0, open).trim().toLowerCase()
  const parts = topLevel(text.slice(open + 1, -1)).map((part) => {
    const colon = kind === 'struct' ? part.indexOf(':') : -1
    const name = part.slice(0, Math.max(0, colon)).trim().replaceAll('`', '')
    return { name, type: part.slice(colon + 1).trim() }
  })
  return { kind, parts }
}

function topLevel(text: string): readonly string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let index = 0; index < text.length; index++) {
    const char = text[index]!
    if (char === '<' || char === '(') depth++
    if (char === '>' || char === ')') depth--
    if (char === ',' && depth === 0) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  return [...parts, text.slice(start)]
}
