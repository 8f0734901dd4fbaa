import { TableErrors } from '../errors.ts'
import { isTypeOf, parsePrimitive, type Primitive } from './primitives.ts'
import { asArray, asBoolean, asInteger, asObject, asText, compact, optional } from './reading.ts'
import type { ListType, MapType, Schema, StructField, StructType, Type } from './types.ts'

/** A field of a schema, however deep, with its full name: `a.b`, `list.element.c`, `map.value.d`. */
export interface IndexedField {
  readonly id: number
  readonly name: string
  readonly type: Type
  readonly required: boolean
  /** In a list or a map: it has many values in a row, so it cannot partition, sort or identify. */
  readonly repeated: boolean
}

/** Deepest nesting of types: far above real ones, and it keeps hostile documents off the stack. */
const depthMax = 100

/** Errors: `InvalidMetadata`. */
export function parseSchema(value: unknown, what: string): Schema {
  const object = asObject(value, what)
  const { fields } = parseStruct(object, what, 0)
  const identifiers = optional(
    object['identifier-field-ids'],
    `${what}.identifier-field-ids`,
    asArray,
  )
  const schema = compact<Schema>({
    type: 'struct',
    'schema-id': optional(object['schema-id'], `${what}.schema-id`, asInteger) ?? 0,
    'identifier-field-ids': identifiers?.length
      ? identifiers.map((id) => asInteger(id, `${what}.identifier-field-ids`))
      : undefined,
    fields,
  })
  checkIdentifiers(schema, indexFields(schema))
  return schema
}

/** The first of the schema's types that a table of this format version may not have. Errors: `InvalidMetadata`. */
export function checkTypes(schema: Schema, formatVersion: number): void {
  for (const { name, type } of indexFields(schema).values()) {
    if (typeof type === 'string' && !isTypeOf(formatVersion, parsePrimitive(type))) {
      throw TableErrors.InvalidMetadata(
        `Invalid type for ${name}: ${type} is not supported until v3`,
      )
    }
  }
  if (formatVersion >= 3) return
  const check = (fields: readonly StructField[]) => {
    for (const field of fields) {
      if (field['initial-default'] !== undefined) {
        throw TableErrors.InvalidMetadata(
          `Invalid initial default for ${field.name}: non-null default is not supported until v3`,
        )
      }
      if (typeof field.type !== 'string' && field.type.type === 'struct') check(field.type.fields)
    }
  }
  check(schema.fields)
}

/** All fields by id. Errors: `InvalidMetadata` when two have the same id or the same full name. */
export function indexFields(schema: StructType): ReadonlyMap<number, IndexedField> {
  const byId = new Map<number, IndexedField>()
  const names = new Set<string>()
  const add = (field: IndexedField) => {
    if (byId.has(field.id)) {
      throw TableErrors.InvalidMetadata(
        `Multiple entries with same id ${field.id}: ${byId.get(field.id)!.name} and ${field.name}`,
      )
    }
    if (names.has(field.name)) {
      throw TableErrors.InvalidMetadata(`Multiple fields have the name ${field.name}`)
    }
    names.add(field.name)
    byId.set(field.id, field)
    visit(field.type, `${field.name}.`, field.repeated)
  }
  const visit = (type: Type, prefix: string, repeated: boolean) => {
    if (typeof type === 'string') return
    switch (type.type) {
      case 'struct':
        for (const field of type.fields) {
          const { id, required } = field
          add({ id, name: prefix + field.name, type: field.type, required, repeated })
        }
        return
      case 'list':
        add({
          id: type['element-id'],
          name: `${prefix}element`,
          type: type.element,
          required: type['element-required'],
          repeated: true,
        })
        return
      case 'map':
        add({
          id: type['key-id'],
          name: `${prefix}key`,
          type: type.key,
          required: true,
          repeated: true,
        })
        add({
          id: type['value-id'],
          name: `${prefix}value`,
          type: type.value,
          required: type['value-required'],
          repeated: true,
        })
    }
  }
  visit(schema, '', false)
  return byId
}

export function highestFieldId(schema: StructType): number {
  return Math.max(0, ...indexFields(schema).keys())
}

/** Whether two schemas are the same but for their ids. */
export function sameSchema(a: Schema, b: Schema): boolean {
  const identifiers = (schema: Schema) =>
    (schema['identifier-field-ids'] ?? []).toSorted((x, y) => x - y)
  return (
    JSON.stringify(a.fields) === JSON.stringify(b.fields) &&
    JSON.stringify(identifiers(a)) === JSON.stringify(identifiers(b))
  )
}

/**
 * The schema with new field ids from 1, the fields of a struct before what is nested in them, and which id each old one
 * became: what a table gets when it is made.
 */
export function withFreshIds(schema: Schema): {
  readonly schema: Schema
  readonly newIds: ReadonlyMap<number, number>
} {
  const newIds = new Map<number, number>()
  let last = 0
  const fresh = (old: number) => {
    newIds.set(old, ++last)
    return last
  }
  const renew = (type: Type): Type => {
    if (typeof type === 'string') return type
    switch (type.type) {
      case 'struct':
        return renewStruct(type)
      case 'list':
        return { ...type, 'element-id': fresh(type['element-id']), element: renew(type.element) }
      case 'map': {
        const ids = { 'key-id': fresh(type['key-id']), 'value-id': fresh(type['value-id']) }
        return { ...type, ...ids, key: renew(type.key), value: renew(type.value) }
      }
    }
  }
  const renewStruct = (struct: StructType): StructType => {
    const ids = struct.fields.map((field) => fresh(field.id))
    return {
      type: 'struct',
      fields: struct.fields.map((field, at) => ({
        ...field,
        id: ids[at]!,
        type: renew(field.type),
      })),
    }
  }
  const { fields } = renewStruct(schema)
  const identifiers = schema['identifier-field-ids']?.map((id) => newIds.get(id)!)
  return {
    schema: compact<Schema>({
      type: 'struct',
      'schema-id': 0,
      'identifier-field-ids': identifiers,
      fields,
    }),
    newIds,
  }
}

function parseStruct(value: unknown, what: string, depth: number): StructType {
  const object = asObject(value, what)
  const fields = asArray(object['fields'], `${what}.fields`).map((member, at) => {
    const field = asObject(member, `${what}.fields[${at}]`)
    const name = asText(field['name'], `${what}.fields[${at}].name`)
    const path = `${what}.${name}`
    return compact<StructField>({
      id: asInteger(field['id'], `${path}.id`),
      name,
      required: asBoolean(field['required'], `${path}.required`),
      type: parseType(field['type'], `${path}.type`, depth + 1),
      doc: optional(field['doc'], `${path}.doc`, asText),
      'initial-default': field['initial-default'] ?? undefined,
      'write-default': field['write-default'] ?? undefined,
    })
  })
  return { type: 'struct', fields }
}

function parseType(value: unknown, what: string, depth: number): Type {
  if (depth > depthMax) throw TableErrors.InvalidMetadata(`${what} is nested too deeply`)
  if (typeof value === 'string') {
    return primitiveText(parsePrimitive(value), value)
  }
  const object = asObject(value, what)
  switch (object['type']) {
    case 'struct':
      return parseStruct(object, what, depth)
    case 'list':
      return {
        type: 'list',
        'element-id': asInteger(object['element-id'], `${what}.element-id`),
        element: parseType(object['element'], `${what}.element`, depth + 1),
        'element-required': asBoolean(object['element-required'], `${what}.element-required`),
      } satisfies ListType
    case 'map':
      return {
        type: 'map',
        'key-id': asInteger(object['key-id'], `${what}.key-id`),
        key: parseType(object['key'], `${what}.key`, depth + 1),
        'value-id': asInteger(object['value-id'], `${what}.value-id`),
        value: parseType(object['value'], `${what}.value`, depth + 1),
        'value-required': asBoolean(object['value-required'], `${what}.value-required`),
      } satisfies MapType
    default:
      throw TableErrors.InvalidMetadata(`Cannot parse type of ${what}`)
  }
}

/** One spelling for each type, so that types compare as text. */
function primitiveText(type: Primitive, text: string): string {
  if (type.kind === 'decimal') return `decimal(${type.precision}, ${type.scale})`
  return type.kind === 'fixed' ? `fixed[${type.length}]` : text
}

/** https://iceberg.apache.org/spec/#identifier-field-ids */
function checkIdentifiers(schema: Schema, fields: ReadonlyMap<number, IndexedField>): void {
  for (const id of schema['identifier-field-ids'] ?? []) {
    const field = fields.get(id)
    const refuse = (why: string) =>
      TableErrors.InvalidMetadata(
        `Cannot add field ${field?.name ?? id} as an identifier field: ${why}`,
      )
    if (!field) throw refuse('it does not exist')
    if (typeof field.type !== 'string') throw refuse('it is not a primitive type')
    if (!field.required) throw refuse('it is not required')
    if (field.type === 'float' || field.type === 'double') {
      throw refuse('floating-point values cannot identify')
    }
    if (field.repeated) throw refuse('it is nested in a list or a map')
  }
}
