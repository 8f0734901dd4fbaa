/** A column's type in Hive's terms. `null` is the type of a value that was never seen. */
export type HiveType =
  | { readonly kind: 'null' }
  | { readonly kind: 'primitive'; readonly name: string }
  | { readonly kind: 'array'; readonly element: HiveType }
  | { readonly kind: 'map'; readonly key: HiveType; readonly value: HiveType }
  | { readonly kind: 'struct'; readonly fields: ReadonlyMap<string, HiveType> }

export interface TypedColumn {
  readonly name: string
  readonly type: HiveType
}

export const nullType: HiveType = { kind: 'null' }

export function primitive(name: string): HiveType {
  return { kind: 'primitive', name }
}

export function formatType(type: HiveType): string {
  switch (type.kind) {
    case 'null':
      return 'string'
    case 'primitive':
      return type.name
    case 'array':
      return `array<${formatType(type.element)}>`
    case 'map':
      return `map<${formatType(type.key)},${formatType(type.value)}>`
    case 'struct': {
      // Hive has no struct without fields.
      if (type.fields.size === 0) return 'string'
      const fields = [...type.fields].map(([name, field]) => `${name}:${formatType(field)}`)
      return `struct<${fields.join(',')}>`
    }
  }
}

const integers = ['tinyint', 'smallint', 'int', 'bigint']
const widths = [...integers, 'float', 'double']

/** The narrowest type that holds both; string when nothing else does. */
export function mergeTypes(a: HiveType, b: HiveType): HiveType {
  if (a === b || b.kind === 'null') return a
  if (a.kind === 'null') return b
  if (a.kind === 'array' && b.kind === 'array')
    return { kind: 'array', element: mergeTypes(a.element, b.element) }
  if (a.kind === 'map' && b.kind === 'map')
    return { kind: 'map', key: mergeTypes(a.key, b.key), value: mergeTypes(a.value, b.value) }
  if (a.kind === 'struct' && b.kind === 'struct')
    return { kind: 'struct', fields: mergeFields(a.fields, b.fields) }
  if (a.kind === 'primitive' && b.kind === 'primitive') return mergePrimitives(a.name, b.name)
  return primitive('string')
}

export function mergeFields(
  a: ReadonlyMap<string, HiveType>,
  b: ReadonlyMap<string, HiveType>,
): ReadonlyMap<string, HiveType> {
  const merged = new Map(a)
  for (const [name, type] of b) merged.set(name, mergeTypes(merged.get(name) ?? nullType, type))
  return merged
}

/** Columns of both, those of `a` first. */
export function mergeColumns(
  a: readonly TypedColumn[],
  b: readonly TypedColumn[],
): readonly TypedColumn[] {
  const merged = mergeFields(
    new Map(a.map((column) => [column.name, column.type])),
    new Map(b.map((column) => [column.name, column.type])),
  )
  return [...merged].map(([name, type]) => ({ name, type }))
}

function mergePrimitives(a: string, b: string): HiveType {
  if (a === b) return primitive(a)
  const width = Math.max(widths.indexOf(a), widths.indexOf(b))
  if (widths.includes(a) && widths.includes(b)) {
    // A float cannot hold every int or bigint.
    const mixed = integers.includes(a) !== integers.includes(b)
    return primitive(mixed ? 'double' : widths[width]!)
  }
  const decimals = [a, b].map((name) => /^decimal\((\d+),(\d+)\)$/.exec(name))
  if (decimals[0] && decimals[1]) {
    const [x, y] = decimals.map((match) => [Number(match![1]), Number(match![2])] as const)
    const scale = Math.max(x![1], y![1])
    const whole = Math.max(x![0] - x![1], y![0] - y![1])
    return primitive(`decimal(${Math.min(38, whole + scale)},${Math.min(scale, 38)})`)
  }
  return primitive('string')
}
