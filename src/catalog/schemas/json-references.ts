/** A schema of JSON Schema. */
export type JsonSchema = boolean | SchemaObject
export type SchemaObject = { readonly [keyword: string]: unknown }

/** Keywords whose members are schemas, by name. */
const maps = new Set(['properties', 'patternProperties', 'definitions', 'dependencies'])
/** Keywords that hold values, no schemas. */
const values = new Set(['enum', 'const', 'default', 'examples'])

/** What of a schema leads out of it, or nowhere; undefined when nothing does. */
export function outsideReference(root: JsonSchema): string | undefined {
  const visit = (value: unknown, isMap: boolean): string | undefined => {
    if (Array.isArray(value)) return firstOf(value, (item) => visit(item, false))
    if (typeof value !== 'object' || value === null) return undefined
    const schema = value as SchemaObject
    const own = isMap ? undefined : problemOf(root, schema)
    return (
      own ??
      firstOf(Object.entries(schema), ([keyword, member]) =>
        !isMap && values.has(keyword) ? undefined : visit(member, !isMap && maps.has(keyword)),
      )
    )
  }
  return visit(root, false)
}

function problemOf(root: JsonSchema, schema: SchemaObject): string | undefined {
  const { $ref: reference, $id, id } = schema
  if (schema !== root && (typeof $id === 'string' || typeof id === 'string')) {
    return 'A schema within the schema has an id of its own, which is not supported.'
  }
  if (typeof reference !== 'string') return undefined
  try {
    resolve(root, reference)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

/** What a reference within the schema names. Throws what is wrong with it. */
export function resolve(root: JsonSchema, reference: string): JsonSchema {
  if (!reference.startsWith('#')) {
    throw new Error(`The reference ${reference} leads out of the schema, which is not supported.`)
  }
  let found: unknown = reference === '#' || reference.startsWith('#/') ? root : undefined
  for (const part of reference.slice(1).split('/').slice(1)) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    const isThere = typeof found === 'object' && found !== null && Object.hasOwn(found, key)
    found = isThere ? (found as SchemaObject)[key] : undefined
  }
  if (typeof found === 'boolean') return found
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) {
    return found as SchemaObject
  }
  throw new Error(`The reference ${reference} names nothing in the schema.`)
}

export function firstOf<T, R>(items: Iterable<T>, find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item)
    if (found !== undefined) return found
  }
  return undefined
}
