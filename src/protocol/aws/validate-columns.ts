import type { Limit } from './limits.ts'
import type { ListColumns } from './list-columns.ts'
import type { ListShape, StructureShape } from './shape.ts'

/** True when a list that was read as columns breaks no limit. Which it breaks, and how, is said of the objects. */
export type ColumnsCheck = (columns: ListColumns) => boolean

/**
 * Undefined where a limit is not of the kinds that are looked at here. `limitOf`: of the list for no suffix, of a row for `[]`, and of a
 * member for `[].Name`.
 */
export function compileColumnsCheck(
  list: ListShape,
  limitOf: (suffix: string) => Limit | undefined,
): ColumnsCheck | undefined {
  const { min = 0, max = Infinity, ...rest } = limitOf('') ?? {}
  const row = list.item.shape as StructureShape
  const checks: SpanCheck[] = []
  for (const [index, member] of row.members.entries()) {
    const limit = limitOf(`[].${member.name}`) ?? {}
    if (limit.enum) return undefined
    const isRequired = member.required || limit.required === true
    checks.push(spanCheck(index * 2, limit, isRequired, member.shape.kind === 'string'))
  }
  if (rest.enum || rest.pattern || limitOf('[]')) return undefined
  return (columns) => {
    const { count, stride, spans } = columns
    if (count < min || count > max) return false
    for (let at = 0; at < count * stride; at += stride) {
      for (const check of checks) if (!check(columns, spans, at)) return false
    }
    return true
  }
}

type SpanCheck = (columns: ListColumns, spans: Uint32Array, row: number) => boolean

function spanCheck(
  place: number,
  { min = 0, max = Infinity, pattern }: Limit,
  isRequired: boolean,
  isText: boolean,
): SpanCheck {
  const anchored = isText && pattern && new RegExp(`^(?:${pattern.source})$`, pattern.flags)
  return (columns, spans, row) => {
    const start = spans[row + place]!
    if (start === 0) return !isRequired
    const end = spans[row + place + 1]!
    // Texts are ASCII: a byte is a character.
    if (end - start < min || end - start > max) return false
    return !anchored || anchored.test(columns.bytes.toString('latin1', start, end))
  }
}
