import type { FieldMeaning, FieldType, FieldValue, FileField } from '../field-type.ts'

/** A schema of Avro, as JSON. */
export type AvroSchema =
  | string
  | readonly AvroSchema[]
  | {
      readonly type: AvroSchema
      readonly name?: string
      readonly namespace?: string
      readonly logicalType?: string
      readonly precision?: number
      readonly scale?: number
      readonly size?: number
      readonly items?: AvroSchema
      readonly values?: AvroSchema
      readonly fields?: readonly {
        readonly name: string
        readonly type: AvroSchema
        readonly default?: unknown
        readonly 'field-id'?: number
      }[]
      readonly 'element-id'?: number
      readonly 'key-id'?: number
      readonly 'value-id'?: number
    }

/** What a schema's values are, and how a decoded one becomes a field's. */
export interface AvroColumn {
  readonly type: FieldType
  readonly value: (decoded: unknown) => FieldValue
}

type Schema = Extract<AvroSchema, { readonly type: unknown }>
type Names = ReadonlyMap<string, Schema>

const depthMax = 64

/** The fields of a record's schema. Throws an Error for one that is no record, or holds what no column can. */
export function recordColumns(
  schema: AvroSchema,
): readonly (FileField & { readonly value: AvroColumn['value'] })[] {
  if (typeof schema !== 'object' || Array.isArray(schema) || !(schema as Schema).fields) {
    throw new Error('it does not hold records')
  }
  const record = schema as Schema
  const names = new Map<string, Schema>()
  collectNames(schema, '', names)
  return record.fields!.map(({ name, type, 'field-id': id }) => {
    const column = toColumn(type, names, record.namespace ?? '', 1)
    return { name, ...present('id', id), ...column }
  })
}

function toColumn(schema: AvroSchema, names: Names, space: string, depth: number): AvroColumn {
  if (depth > depthMax) throw new Error('its schema is recursive or nested too deeply')
  if (Array.isArray(schema)) return union(schema, names, space, depth)
  if (typeof schema === 'string') return named(schema, names, space, depth)
  const complex = schema as Schema
  switch (complex.type) {
    case 'record':
    case 'error':
      return record(complex, names, complex.namespace ?? space, depth)
    case 'enum':
      return { type: { kind: 'string' }, value: (decoded) => decoded as string }
    case 'fixed':
      return complex.logicalType === 'decimal' ? decimalColumn(complex) : fixedColumn
    case 'array': {
      if (complex.logicalType === 'map') return pairs(complex, names, space, depth)
      const element = toColumn(complex.items!, names, space, depth + 1)
      return {
        type: {
          kind: 'list',
          element: element.type,
          ...present('elementId', complex['element-id']),
        },
        value: (decoded) => (decoded as readonly unknown[]).map((one) => element.value(one)),
      }
    }
    case 'map': {
      const values = toColumn(complex.values!, names, space, depth + 1)
      return {
        type: {
          kind: 'map',
          key: { kind: 'string' },
          value: values.type,
          ...present('keyId', complex['key-id']),
          ...present('valueId', complex['value-id']),
        },
        value: (decoded) =>
          Object.entries(decoded as object).map(([key, one]) => [key, values.value(one)]),
      }
    }
    default:
      return typeof complex.type === 'string'
        ? (logical(complex) ?? named(complex.type, names, space, depth))
        : toColumn(complex.type, names, space, depth + 1)
  }
}

function named(name: string, names: Names, space: string, depth: number): AvroColumn {
  const simple = primitives[name]
  if (simple) return simple
  const found = names.get(name) ?? names.get(`${space}.${name}`)
  if (!found) throw new Error(`its schema names the unknown type ${name}`)
  return toColumn(found, names, space, depth + 1)
}

function record(schema: Schema, names: Names, space: string, depth: number): AvroColumn {
  const fields = (schema.fields ?? []).map((field) => ({
    name: field.name,
    ...present('id', field['field-id']),
    ...toColumn(field.type, names, space, depth + 1),
  }))
  return {
    type: { kind: 'struct', fields: fields.map(plainField) },
    value: (decoded) =>
      fields.map(({ name, value }) => value((decoded as Readonly<Record<string, unknown>>)[name])),
  }
}

/** A value that may be null. A column cannot be one of several types. */
function union(
  variants: readonly AvroSchema[],
  names: Names,
  space: string,
  depth: number,
): AvroColumn {
  const real = variants.filter((variant) => variant !== 'null')
  if (real.length !== 1) throw new Error('unions of several types are not supported')
  const { type, value } = toColumn(real[0]!, names, space, depth + 1)
  return { type, value: (decoded) => (decoded === null ? null : value(decoded)) }
}

/** Maps with keys of other types: https://iceberg.apache.org/spec/#avro */
function pairs(schema: Schema, names: Names, space: string, depth: number): AvroColumn {
  const { type, value } = toColumn(schema.items!, names, space, depth + 1)
  if (type.kind !== 'struct' || type.fields.length !== 2) {
    throw new Error('its schema has a map that is none')
  }
  const [key, entry] = type.fields
  return {
    type: {
      kind: 'map',
      key: key!.type,
      value: entry!.type,
      ...present('keyId', key!.id),
      ...present('valueId', entry!.id),
    },
    value: (decoded) => (decoded as readonly unknown[]).map((one) => value(one)),
  }
}

/** A column without its converter. */
export function plainField({ name, id, type }: FileField): FileField {
  return { name, ...present('id', id), type }
}

function present<K extends string, V>(key: K, value: V | undefined): { readonly [key in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { readonly [key in K]?: V }
}

const fixedColumn: AvroColumn = {
  type: { kind: 'binary', meaning: 'fixed' },
  value: (decoded) => decoded as Uint8Array,
}

const bytesColumn: AvroColumn = {
  type: { kind: 'binary' },
  value: (decoded) => decoded as Uint8Array,
}

const primitives: Readonly<Record<string, AvroColumn>> = {
  boolean: { type: { kind: 'boolean' }, value: (decoded) => decoded as boolean },
  int: { type: { kind: 'int32' }, value: (decoded) => decoded as number },
  long: { type: { kind: 'int64' }, value: (decoded) => BigInt(decoded as number | bigint) },
  float: { type: { kind: 'float' }, value: (decoded) => decoded as number },
  double: { type: { kind: 'double' }, value: (decoded) => decoded as number },
  string: { type: { kind: 'string' }, value: (decoded) => decoded as string },
  bytes: bytesColumn,
}

/** https://avro.apache.org/docs/1.12.0/specification/#logical-types; an unknown one is the type beneath. */
function logical(schema: Schema): AvroColumn | undefined {
  const micros = (kind: 'timestamp' | 'instant', unit: bigint): AvroColumn => ({
    type: { kind },
    value: (decoded) => BigInt(decoded as number | bigint) * unit,
  })
  const long = (meaning: FieldMeaning): AvroColumn => ({
    type: { kind: 'int64', meaning },
    value: (decoded) => BigInt(decoded as number | bigint),
  })
  switch (`${schema.type as string} ${schema.logicalType}`) {
    case 'int date':
      return { type: { kind: 'date' }, value: (decoded) => decoded as number }
    case 'long timestamp-millis':
      return micros('instant', 1000n)
    case 'long timestamp-micros':
      return micros('instant', 1n)
    case 'long local-timestamp-millis':
      return micros('timestamp', 1000n)
    case 'long time-micros':
      return long('time')
    case 'long timestamp-nanos':
    case 'long local-timestamp-nanos':
      return long('nanos')
    case 'long local-timestamp-micros':
      return micros('timestamp', 1n)
    case 'bytes decimal':
      return decimalColumn(schema)
    default:
      return undefined
  }
}

function decimalColumn({ precision = 0, scale = 0 }: Schema): AvroColumn {
  if (precision < 1 || precision > 38 || scale < 0 || scale > precision) return bytesColumn
  return {
    type: { kind: 'decimal', precision, scale },
    value: (decoded) => {
      const bytes = decoded as Buffer
      if (bytes.length === 0) return 0n
      return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`))
    },
  }
}

function collectNames(schema: AvroSchema, space: string, names: Map<string, Schema>): void {
  if (typeof schema === 'string') return
  if (Array.isArray(schema)) {
    for (const one of schema as readonly AvroSchema[]) collectNames(one, space, names)
    return
  }
  const complex = schema as Schema
  const inner = complex.namespace ?? space
  if (complex.name !== undefined) {
    names.set(complex.name, complex)
    if (inner !== '') names.set(`${inner}.${complex.name}`, complex)
  }
  for (const field of complex.fields ?? []) collectNames(field.type, inner, names)
  if (complex.items !== undefined) collectNames(complex.items, inner, names)
  if (complex.values !== undefined) collectNames(complex.values, inner, names)
  if (typeof complex.type === 'object') collectNames(complex.type, inner, names)
}
