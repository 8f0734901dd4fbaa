import type { NewRecord } from './stream-log.ts'

/**
 * Many records as columns: their bytes in one buffer and, with no object for each, where the parts of each lie in it. Nothing of it
 * may change while somebody works with it.
 */
export interface RecordColumns {
  readonly count: number
  readonly bytes: Buffer
  /**
   * `stride` numbers for each record. At each of the places below stands where in `bytes` that part of the record begins, and
   * after it where it ends. A beginning of 0 says that the record has no such part.
   */
  readonly spans: Uint32Array
  readonly stride: number
  readonly data: number
  /** The partition key, UTF-8. Undefined: no record has one, as if all had an empty one. */
  readonly key?: number | undefined
  /** The explicit hash key, decimal digits. Undefined: no record has one. */
  readonly hashKey?: number | undefined
  /** The data of each is sealed: see `NewRecord`. */
  readonly isSealed?: boolean
}

const places = { stride: 6, data: 0, key: 2, hashKey: 4 }

/** The same records as columns; the bytes are a copy. Of sealed and other records, those of one kind only. */
export function columnsOf(
  records: readonly (Omit<NewRecord, 'partitionKey'> & Partial<NewRecord>)[],
): RecordColumns {
  // Nothing begins at 0: that says "none".
  let size = 1
  for (const { data, partitionKey, explicitHashKey } of records) {
    const keyBytes = partitionKey === undefined ? 0 : Buffer.byteLength(partitionKey, 'utf8')
    size += data.byteLength + keyBytes + (explicitHashKey?.length ?? 0)
  }
  const bytes = Buffer.allocUnsafe(size)
  const spans = new Uint32Array(records.length * places.stride)
  let end = 1
  const span = (at: number, length: number) => {
    spans[at] = end
    end += length
    spans[at + 1] = end
  }
  for (const [index, { data, partitionKey, explicitHashKey }] of records.entries()) {
    const at = index * places.stride
    bytes.set(data, end)
    span(at + places.data, data.byteLength)
    if (partitionKey !== undefined) span(at + places.key, bytes.write(partitionKey, end, 'utf8'))
    if (explicitHashKey !== undefined) {
      span(at + places.hashKey, bytes.write(explicitHashKey, end, 'latin1'))
    }
  }
  const isSealed = records[0]?.isSealed === true
  return { count: records.length, bytes, spans, ...places, isSealed }
}

/** The same records with their data sealed, each by `seal`. */
export function withSealedData(
  columns: RecordColumns,
  seal: (data: Uint8Array, index: number) => Uint8Array,
): RecordColumns {
  const { count, bytes, spans, stride, key, hashKey } = columns
  const text = (place: number | undefined, index: number): string | undefined => {
    const start = place === undefined ? 0 : spans[index * stride + place]!
    return start === 0
      ? undefined
      : bytes.toString('utf8', start, spans[index * stride + place! + 1])
  }
  return columnsOf(
    Array.from({ length: count }, (_, index) => {
      const at = index * stride + columns.data
      return {
        data: seal(bytes.subarray(spans[at], spans[at + 1]), index),
        partitionKey: text(key, index),
        explicitHashKey: text(hashKey, index),
        isSealed: true,
      }
    }),
  )
}

/** Those at these places, in this order; the bytes are the same. */
export function pickRecords(columns: RecordColumns, indexes: readonly number[]): RecordColumns {
  const { stride } = columns
  const spans = new Uint32Array(indexes.length * stride)
  for (const [place, index] of indexes.entries()) {
    spans.set(columns.spans.subarray(index * stride, (index + 1) * stride), place * stride)
  }
  return { ...columns, count: indexes.length, spans }
}

/** How many bytes a part of a record has; 0 when it has none. */
export function spanBytes(
  { spans, stride }: RecordColumns,
  place: number | undefined,
  index: number,
): number {
  if (place === undefined) return 0
  const at = index * stride + place
  return spans[at + 1]! - spans[at]!
}

/** Of all data. */
export function dataBytes(columns: RecordColumns): number {
  let sizeBytes = 0
  for (let index = 0; index < columns.count; index += 1) {
    sizeBytes += spanBytes(columns, columns.data, index)
  }
  return sizeBytes
}
