import type { FieldType, FieldValue, FileField } from '../field-type.ts'
import type { AvroSchema } from './schema.ts'

/** Makes what Avro's library writes of a column's value. */
export type Encode = (value: FieldValue) => unknown

type Complex = Exclude<AvroSchema, string | readonly AvroSchema[]>

/** The schema that Hive gives files of such columns: each may be NULL. https://cwiki.apache.org/confluence/display/Hive/AvroSerDe */
export function schemaOfFields(fields: readonly FileField[]): AvroSchema {
  let records = 0
  const record = (parts: readonly FileField[]): AvroSchema => ({
    type: 'record',
    name: `record_${records++}`,
    fields: parts.map(({ name, type }) => ({
      name,
      type: ['null', plain(type)] as const,
      default: null,
    })),
  })
  const plain = (type: FieldType): AvroSchema => {
    switch (type.kind) {
      case 'int8':
      case 'int16':
      case 'int32':
        return 'int'
      case 'int64':
        return 'long'
      case 'binary':
        return 'bytes'
      case 'date':
        return { type: 'int', logicalType: 'date' }
      case 'timestamp':
      case 'instant':
        return { type: 'long', logicalType: 'timestamp-millis' }
      case 'decimal':
        return { type: 'bytes', logicalType: 'decimal', ...digits(type) }
      case 'list':
        return { type: 'array', items: ['null', plain(type.element)] }
      case 'map':
        return { type: 'map', values: ['null', plain(type.value)] }
      case 'struct':
        return record(type.fields)
      default:
        return type.kind
    }
  }
  return record(fields)
}

function digits({ precision, scale }: Extract<FieldType, { kind: 'decimal' }>) {
  return { precision, scale }
}

/** How values of a type are written by a schema, which may be a table's own. Throws an Error where it cannot hold them. */
export function encoder(type: FieldType, schema: AvroSchema, name: string): Encode {
  if (Array.isArray(schema)) {
    const branches = schema as readonly AvroSchema[]
    const others = branches.filter((branch) => branch !== 'null')
    if (others.length !== 1) throw new Error(`${name} is a union in its Avro schema`)
    const inner = encoder(type, others[0]!, name)
    return others.length === branches.length
      ? inner
      : (value) => (value === null ? null : inner(value))
  }
  const complex = typeof schema === 'string' ? { type: schema } : (schema as Complex)
  const encode = valueEncoder(type, complex as Complex, name)
  if (!encode) {
    throw new Error(`${name} is ${type.kind}, which is not ${String(complex.type)} in Avro`)
  }
  return (value) => {
    if (value === null) throw new Error(`${name} is NULL, which its Avro schema does not allow`)
    return encode(value)
  }
}

const numbers = ['int', 'long', 'float', 'double']
const plainSchemas: Readonly<Partial<Record<FieldType['kind'], readonly string[]>>> = {
  boolean: ['boolean'],
  int8: numbers,
  int16: numbers,
  int32: numbers,
  int64: ['long'],
  float: ['float', 'double'],
  double: ['double'],
  string: ['string', 'enum'],
}

function valueEncoder(type: FieldType, schema: Complex, name: string): Encode | undefined {
  const written = schema.type as string
  if (plainSchemas[type.kind]?.includes(written)) return (value) => value
  switch (`${type.kind} ${written}`) {
    case 'binary bytes':
      return (value) => Buffer.from(value as Uint8Array)
    case 'date int':
      return (value) => value
    case 'timestamp long':
    case 'instant long': {
      if (schema.logicalType === 'timestamp-micros') return (value) => value
      if (schema.logicalType !== 'timestamp-millis') return undefined
      // Rounded, as times of Hive's tables are when they are read.
      return (value) => BigInt.asIntN(64, floorOf((value as bigint) + 500n, 1000n))
    }
    case 'decimal bytes': {
      const { precision, scale } = schema as {
        readonly precision?: number
        readonly scale?: number
      }
      const wanted = type as Extract<FieldType, { kind: 'decimal' }>
      const fits = schema.logicalType === 'decimal' && (precision ?? 0) >= wanted.precision
      return fits && (scale ?? 0) === wanted.scale
        ? (value) => unscaledBytes(value as bigint)
        : undefined
    }
    case 'list array': {
      const { element } = type as Extract<FieldType, { kind: 'list' }>
      const one = encoder(element, (schema as { items: AvroSchema }).items, `${name}.element`)
      return (value) => (value as readonly FieldValue[]).map(one)
    }
    case 'map map': {
      const pairs = type as Extract<FieldType, { kind: 'map' }>
      if (pairs.key.kind !== 'string') throw new Error(`${name}: keys of maps in Avro are text`)
      const one = encoder(pairs.value, (schema as { values: AvroSchema }).values, `${name}.value`)
      return (value) =>
        Object.fromEntries(
          (value as readonly (readonly [string, FieldValue])[]).map(([key, each]) => [
            key,
            one(each),
          ]),
        )
    }
    case 'struct record':
      return recordEncoder((type as Extract<FieldType, { kind: 'struct' }>).fields, schema)
    default:
      return undefined
  }
}

/** Of a record's values in the order of `fields`: found in the schema by name without case. */
export function recordEncoder(fields: readonly FileField[], schema: AvroSchema): Encode {
  const parts = (schema as { readonly fields?: readonly { name: string; type: AvroSchema }[] })
    .fields
  if (!parts) throw new Error('an Avro schema of a table is a record')
  const encoders = parts.map((part) => {
    const index = fields.findIndex(({ name }) => name.toLowerCase() === part.name.toLowerCase())
    if (index < 0) throw new Error(`field ${part.name} of the Avro schema is no column`)
    return { name: part.name, index, encode: encoder(fields[index]!.type, part.type, part.name) }
  })
  const missing = fields.find((_, index) => !encoders.some((each) => each.index === index))
  if (missing) throw new Error(`column ${missing.name} is not in the Avro schema`)
  return (value) => {
    const values = value as readonly FieldValue[]
    return Object.fromEntries(
      encoders.map(({ name, index, encode }) => [name, encode(values[index] ?? null)]),
    )
  }
}

function floorOf(value: bigint, by: bigint): bigint {
  const whole = value / by
  return value % by < 0n ? whole - 1n : whole
}

/** A whole number in as few bytes as it takes, the highest first, with its sign. */
function unscaledBytes(value: bigint): Buffer {
  let size = 1
  while (BigInt.asIntN(size * 8, value) !== value) size++
  const hex = BigInt.asUintN(size * 8, value).toString(16)
  return Buffer.from(hex.padStart(size * 2, '0'), 'hex')
}
