import {
  isNested,
  type ColumnKind,
  type ColumnShape,
  type ColumnType,
  type FileColumn,
} from './column-shape.ts'
import { i32, struct, type ThriftStruct, type ThriftValue } from './thrift.ts'

const types = { boolean: 0, int32: 1, int64: 2, float: 4, double: 5, bytes: 6 } as const
const converted = {
  utf8: 0,
  map: 1,
  list: 3,
  decimal: 5,
  date: 6,
  timestampMicros: 10,
  int8: 15,
} as const
const required = 0
const optional = 1
const repeated = 2

const columnTypes: Readonly<Record<ColumnKind, readonly [type: number, converted?: number]>> = {
  text: [types.bytes, converted.utf8],
  binary: [types.bytes],
  tinyint: [types.int32, converted.int8],
  smallint: [types.int32, converted.int8 + 1],
  int: [types.int32, converted.int8 + 2],
  bigint: [types.int64, converted.int8 + 3],
  float: [types.float],
  double: [types.double],
  // Of more than nine digits it has 64 bits.
  decimal: [types.int32, converted.decimal],
  boolean: [types.boolean],
  date: [types.int32, converted.date],
  timestamp: [types.int64, converted.timestampMicros],
  sqlTimestamp: [types.int64, converted.timestampMicros],
}

/** A column that has pages. */
export interface Leaf {
  readonly path: readonly string[]
  readonly type: number
}

/** The schema as the footer has it, and as the engine writes it, and its leaves in their order. */
export function schemaOf(columns: readonly FileColumn[]): {
  readonly elements: readonly ThriftStruct[]
  readonly leaves: readonly Leaf[]
} {
  const elements = [struct({ 4: { text: 'rows' }, 5: i32(columns.length) })]
  const leaves: Leaf[] = []
  const group = (name: string, repetition: number, children: number, kind?: number) => {
    const annotation: Record<number, ThriftValue> = kind === undefined ? {} : { 6: i32(kind) }
    elements.push(
      struct({ 3: i32(repetition), 4: { text: name }, 5: i32(children), ...annotation }),
    )
  }
  const add = (
    shape: ColumnShape,
    name: string,
    above: readonly string[],
    repetition: number = optional,
  ) => {
    const path = [...above, name]
    if (!isNested(shape)) {
      elements.push(leafOf(shape, name, repetition))
      leaves.push({ path, type: typeOf(shape) })
    } else if (shape.kind === 'struct') {
      group(name, repetition, shape.fields.length)
      for (const field of shape.fields) add(field, field.name, path)
    } else if (shape.kind === 'list') {
      // https://github.com/apache/parquet-format/blob/master/LogicalTypes.md#lists
      group(name, repetition, 1, converted.list)
      group('list', repeated, 1)
      add(shape.item, 'element', [...path, 'list'])
    } else {
      group(name, repetition, 1, converted.map)
      group('key_value', repeated, 2)
      const entry = [...path, 'key_value']
      add(shape.keys, 'key', entry, required)
      add(shape.values, 'value', entry)
    }
  }
  for (const column of columns) add(column, column.name, [])
  return { elements, leaves }
}

function leafOf(type: ColumnType, name: string, repetition: number): ThriftStruct {
  const { kind, size = 0, scale = 0 } = type
  const convertedType = columnTypes[kind][1]
  const element = {
    1: i32(typeOf(type)),
    3: i32(repetition),
    4: { text: name },
  }
  if (convertedType === undefined) return struct(element)
  const annotated = { ...element, 6: i32(convertedType) }
  if (convertedType === converted.decimal) {
    const decimal = struct({ 1: i32(scale), 2: i32(size) })
    return struct({ ...annotated, 7: i32(scale), 8: i32(size), 10: struct({ 5: decimal }) })
  }
  if (convertedType !== converted.timestampMicros) return struct(annotated)
  // What has no zone: the older of the two ways to say it cannot tell.
  const timestamp = struct({ 1: { flag: false }, 2: struct({ 2: struct({}) }) })
  return struct({ ...annotated, 10: struct({ 8: timestamp }) })
}

function typeOf({ kind, size = 0 }: ColumnType): number {
  return kind === 'decimal' && size > 9 ? types.int64 : columnTypes[kind][0]
}
