const typeTrue = 1
const typeFalse = 2
const typeI32 = 5
const typeI64 = 6
const typeBinary = 8
const typeList = 9
const typeStruct = 12
const longList = 15

/** What a field holds. Whole numbers say how wide they are; bytes of them are no matter. */
export type ThriftValue =
  | { readonly i32: number }
  | { readonly i64: number }
  | { readonly flag: boolean }
  | { readonly text: string | Uint8Array }
  | { readonly list: readonly ThriftValue[] }
  | ThriftStruct

/** Fields by their number, in ascending order. */
export type ThriftStruct = ReadonlyMap<number, ThriftValue>

export function i32(value: number): ThriftValue {
  return { i32: value }
}

export function struct(fields: Readonly<Record<number, ThriftValue>>): ThriftStruct {
  return new Map(Object.entries(fields).map(([id, value]) => [Number(id), value]))
}

/** A structure in the compact protocol: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
export function encodeThrift(struct: ThriftStruct): Buffer {
  const bytes: number[] = []
  putStruct(bytes, struct)
  return Buffer.from(bytes)
}

/** Seven bits a byte, the lowest first. */
export function putVarint(bytes: number[], value: number): void {
  let rest = value
  while (rest >= 0x80) {
    bytes.push((rest % 0x80) | 0x80)
    rest = Math.floor(rest / 0x80)
  }
  bytes.push(rest)
}

function putStruct(bytes: number[], struct: ThriftStruct): void {
  let before = 0
  for (const [id, value] of struct) {
    bytes.push(((id - before) << 4) | typeOf(value))
    putValue(bytes, value)
    before = id
  }
  bytes.push(0)
}

function putValue(bytes: number[], value: ThriftValue): void {
  if (value instanceof Map) putStruct(bytes, value)
  else if ('i32' in value) putVarint(bytes, value.i32 * 2)
  else if ('i64' in value) putVarint(bytes, value.i64 * 2)
  else if ('text' in value) {
    const text = typeof value.text === 'string' ? Buffer.from(value.text) : value.text
    putVarint(bytes, text.byteLength)
    for (const byte of text) bytes.push(byte)
  } else if ('list' in value) putList(bytes, value.list)
}

function putList(bytes: number[], items: readonly ThriftValue[]): void {
  const type = items[0] ? typeOf(items[0]) : typeStruct
  if (items.length < longList) bytes.push((items.length << 4) | type)
  else {
    bytes.push((longList << 4) | type)
    putVarint(bytes, items.length)
  }
  for (const item of items) putValue(bytes, item)
}

function typeOf(value: ThriftValue): number {
  if (value instanceof Map) return typeStruct
  if ('i32' in value) return typeI32
  if ('i64' in value) return typeI64
  // Of a field the type is all there is of it.
  if ('flag' in value) return value.flag ? typeTrue : typeFalse
  return 'text' in value ? typeBinary : typeList
}
