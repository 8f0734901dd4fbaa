import { createHash } from 'node:crypto'

/** A user's record that a producer packed with others into one record of the stream. */
export interface UserRecord {
  readonly partitionKey: string
  readonly explicitHashKey?: string
  /** A view of the record it came in, not a copy. */
  readonly data: Uint8Array
}

/*
 * A record of the Kinesis Producer Library:
 *   magic 4 | AggregatedRecord, a protobuf message | MD5 of the message 16
 * https://github.com/awslabs/amazon-kinesis-producer/blob/master/aggregation-format.md
 */
const magicBytes = 4
const checksumBytes = 16

/**
 * The records that a producer packed into one, in their order. Undefined when the data is not such a record: without the
 * magic number, with another checksum, or with a message that cannot be read. It is then one record by
 * itself, as AWS's consumers take it.
 */
export function deaggregate(data: Uint8Array): readonly UserRecord[] | undefined {
  if (!looksAggregated(data)) return undefined
  const end = data.byteLength - checksumBytes
  const message = data.subarray(magicBytes, end)
  const checksum = createHash('md5').update(message).digest()
  if (checksum.compare(data, end) !== 0) return undefined
  try {
    return readAggregated(message)
  } catch (error) {
    if (error instanceof RangeError) return undefined
    throw error
  }
}

function looksAggregated(data: Uint8Array): boolean {
  return (
    data.byteLength > magicBytes + checksumBytes &&
    // Asked of each record of a stream.
    data[0] === 0xf3 &&
    data[1] === 0x89 &&
    data[2] === 0x9a &&
    data[3] === 0xc2
  )
}

interface PackedRecord {
  readonly keyIndex: number
  readonly hashKeyIndex?: number
  readonly data: Uint8Array
}

function readAggregated(message: Uint8Array): readonly UserRecord[] {
  const keys: string[] = []
  const hashKeys: string[] = []
  const records: PackedRecord[] = []
  for (const { number, bytes } of fieldsOf(message)) {
    if (!bytes) continue
    if (number === 1) keys.push(text(bytes))
    else if (number === 2) hashKeys.push(text(bytes))
    else if (number === 3) records.push(readRecord(bytes))
  }
  return records.map(({ keyIndex, hashKeyIndex, data }) => ({
    partitionKey: at(keys, keyIndex),
    ...(hashKeyIndex === undefined ? {} : { explicitHashKey: at(hashKeys, hashKeyIndex) }),
    data,
  }))
}

function readRecord(message: Uint8Array): PackedRecord {
  let keyIndex: number | undefined
  let hashKeyIndex: number | undefined
  let data: Uint8Array | undefined
  for (const { number, value, bytes } of fieldsOf(message)) {
    if (number === 1) keyIndex = value
    else if (number === 2) hashKeyIndex = value
    else if (number === 3) data = bytes
  }
  // Both are required by the format.
  if (keyIndex === undefined || data === undefined) throw new RangeError('a record lacks a field')
  return { keyIndex, hashKeyIndex, data }
}

interface Field {
  readonly number: number
  /** Of a varint field. */
  readonly value?: number
  /** Of a length-delimited field. */
  readonly bytes?: Uint8Array
}

/** The fields of a protobuf message (https://protobuf.dev/programming-guides/encoding/). Throws a RangeError on bytes that are none. */
function* fieldsOf(message: Uint8Array): Generator<Field> {
  let offset = 0
  const varint = (): number => {
    let value = 0
    for (let scale = 1; ; scale *= 128) {
      const byte = message[offset]
      if (byte === undefined || scale > 2 ** 63) throw new RangeError('a varint has no end')
      offset += 1
      value += (byte & 0x7f) * scale
      if (byte < 0x80) return value
    }
  }
  const take = (sizeBytes: number): Uint8Array => {
    if (offset + sizeBytes > message.byteLength) throw new RangeError('a field has no end')
    offset += sizeBytes
    return message.subarray(offset - sizeBytes, offset)
  }
  while (offset < message.byteLength) {
    const tag = varint()
    const number = Math.floor(tag / 8)
    switch (tag % 8) {
      case 0:
        yield { number, value: varint() }
        break
      case 1:
        take(8)
        break
      case 2:
        yield { number, bytes: take(varint()) }
        break
      case 5:
        take(4)
        break
      default:
        throw new RangeError('not a field')
    }
  }
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}

function at(table: readonly string[], index: number): string {
  const found = table[index]
  if (found === undefined) throw new RangeError('an index leads out of its table')
  return found
}
