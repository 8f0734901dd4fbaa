import type { Column } from '#catalog/metastore'
import { type Type, typeOfHive } from '#consumption/sql'
import { failed } from '../planning/failure.ts'

/**
 * Refuses columns that no query could read: of types that Athena does not have, or of one name.
 * https://docs.aws.amazon.com/athena/latest/ug/data-types.html
 */
export function checkColumns(columns: readonly Column[], keys: readonly Column[] = []): void {
  const names = new Set<string>()
  for (const { name, type = 'string' } of [...columns, ...keys]) {
    const folded = name.toLowerCase()
    if (names.has(folded)) {
      const isKey = columns.some((column) => column.name.toLowerCase() === folded)
      throw keys.some((key) => key.name.toLowerCase() === folded) && isKey
        ? failed(
            'FAILED: SemanticException [Error 10035]',
            'Column repeated in partitioning columns',
          )
        : failed('FAILED: SemanticException [Error 10036]', `Duplicate column name: ${folded}`)
    }
    names.add(folded)
    checkType(type)
  }
}

/** Unions are kept in the catalog, and refused where they are read. */
function checkType(text: string): void {
  if (/uniontype\s*</i.test(text)) return
  // The type would be held to what there is.
  if (Number(/decimal\s*\(\s*(\d+)/i.exec(text)?.[1] ?? 1) > 38) {
    throw failed('FAILED: ParseException', 'Decimal precision out of allowed range [1,38]')
  }
  const type = typeOfHive(text)
  if (!type) throw failed('FAILED: ParseException', `cannot recognize '${text}' as a column type`)
  const wrong = outOfRange(type)
  if (wrong) throw failed('FAILED: ParseException', wrong)
}

function outOfRange(type: Type): string | undefined {
  switch (type.kind) {
    case 'decimal':
      if (type.precision < 1) return 'Decimal precision out of allowed range [1,38]'
      return type.scale > type.precision
        ? 'Decimal scale must be less than or equal to precision'
        : undefined
    case 'varchar':
      return type.length !== undefined && (type.length < 1 || type.length > 65_535)
        ? `Varchar length ${type.length} out of allowed range [1, 65535]`
        : undefined
    case 'char':
      return type.length < 1 || type.length > 255
        ? `Char length ${type.length} out of allowed range [1, 255]`
        : undefined
    case 'array':
      return outOfRange(type.element)
    case 'map':
      return outOfRange(type.key) ?? outOfRange(type.value)
    case 'row':
      return type.fields.map((field) => outOfRange(field.type)).find((wrong) => wrong !== undefined)
    default:
      return undefined
  }
}
