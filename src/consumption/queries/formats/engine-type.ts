/** A type of the engine as DESCRIBE writes it, taken apart. */
export type EngineType =
  | { readonly kind: 'leaf'; readonly name: string }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'list'; readonly element: EngineType }
  | { readonly kind: 'map'; readonly key: EngineType; readonly value: EngineType }
  | { readonly kind: 'struct'; readonly fields: readonly EngineField[] }

export interface EngineField {
  readonly name: string
  readonly type: EngineType
}

/** Reads `STRUCT("Xy" INTEGER, z VARCHAR[])`, `MAP(VARCHAR, DECIMAL(10,2))` and the like. */
export function parseEngineType(text: string): EngineType {
  let offset = 0
  const space = () => {
    while (text[offset] === ' ') offset++
  }
  const match = (pattern: RegExp): string | undefined => {
    space()
    pattern.lastIndex = offset
    const found = pattern.exec(text)
    if (!found) return undefined
    offset = pattern.lastIndex
    return found[0]
  }
  const fieldName = () => {
    const quoted = match(/"(?:[^"]|"")*"/y)
    return quoted ? quoted.slice(1, -1).replaceAll('""', '"') : (match(/[^\s(),]+/y) ?? '')
  }
  const type = (): EngineType => {
    let result: EngineType
    if (match(/STRUCT\(/y)) {
      const fields: EngineField[] = []
      do fields.push({ name: fieldName(), type: type() })
      while (match(/,/y))
      match(/\)/y)
      result = { kind: 'struct', fields }
    } else if (match(/MAP\(/y)) {
      const key = type()
      match(/,/y)
      const value = type()
      match(/\)/y)
      result = { kind: 'map', key, value }
    } else {
      const decimal = match(/DECIMAL\(\d+,\s*\d+\)/y)
      const numbers = decimal?.match(/\d+/g)?.map(Number)
      if (numbers) result = { kind: 'decimal', precision: numbers[0]!, scale: numbers[1]! }
      else
        result = {
          kind: 'leaf',
          name: (match(/[A-Z_0-9]+(?: WITH TIME ZONE)?(?:\([^)]*\))?/y) ?? '').trim(),
        }
    }
    while (match(/\[\d*\]/y)) result = { kind: 'list', element: result }
    return result
  }
  return type()
}
