/** One message of Protocol Buffers, as far as ORC's footers use them: numbers, and bytes that may be messages. */
export interface Message {
  numbers(field: number): readonly number[]
  number(field: number): number | undefined
  bytes(field: number): readonly Buffer[]
  texts(field: number): readonly string[]
  messages(field: number): readonly Message[]
}

/** https://protobuf.dev/programming-guides/encoding/. Throws an Error for bytes that are not of this format. */
export function parseMessage(bytes: Buffer): Message {
  const fields = new Map<number, (number | Buffer)[]>()
  let at = 0
  const varint = (): number => {
    const read = readVarint(bytes, at)
    at = read.next
    return read.value
  }
  while (at < bytes.length) {
    const tag = varint()
    const kind = tag & 7
    let value: number | Buffer
    if (kind === 0) value = varint()
    else {
      const length = kind === 2 ? varint() : kind === 1 ? 8 : kind === 5 ? 4 : -1
      if (length < 0 || at + length > bytes.length) throw new Error('its footer is damaged')
      value = bytes.subarray(at, at + length)
      at += length
    }
    const field = Math.floor(tag / 8)
    const values = fields.get(field)
    if (values) values.push(value)
    else fields.set(field, [value])
  }
  const all = (field: number) => fields.get(field) ?? []
  const buffers = (field: number) => all(field).filter((value) => typeof value !== 'number')
  const numbers = (field: number) =>
    all(field).flatMap((value) => (typeof value === 'number' ? [value] : unpackNumbers(value)))
  return {
    numbers,
    number: (field) => numbers(field).at(-1),
    bytes: buffers,
    texts: (field) => buffers(field).map((value) => value.toString('utf8')),
    messages: (field) => buffers(field).map(parseMessage),
  }
}

/** Repeated numbers may be packed into bytes. */
function unpackNumbers(bytes: Buffer): number[] {
  const numbers: number[] = []
  for (let at = 0; at < bytes.length;) {
    const { value, next } = readVarint(bytes, at)
    numbers.push(value)
    at = next
  }
  return numbers
}

function readVarint(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0
  let factor = 1
  for (let at = start; at < start + 10; at++) {
    const byte = bytes[at]
    if (byte === undefined) break
    value += (byte & 0x7f) * factor
    factor *= 128
    if (byte < 0x80) return { value, next: at + 1 }
  }
  throw new Error('its footer is damaged')
}
