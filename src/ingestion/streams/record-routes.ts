import type { LakeError } from '#kit'
import { StreamErrors } from './errors.ts'
import { hashKeyOf, type HashRing } from './hash-ring.ts'
import { KeyHashes, lanes } from './hashing/key-hashes.ts'
import type { Quotas } from './quotas.ts'
import { spanBytes, type RecordColumns } from './record-columns.ts'
import type { LiveShard, LiveStream } from './registry.ts'
import type { Stream } from './stream.ts'

/** Where the records of a request go. */
export interface RecordRoutes {
  /** For each record the place of its shard in the ring; -1 for one that may not be written now. */
  readonly places: Int32Array
  /** Why not, by the place of the record. */
  readonly throttled: ReadonlyMap<number, LakeError>
}

const none: ReadonlyMap<number, LakeError> = new Map()
const hashed = new Uint32Array(4)
/** Made when the first stream with several shards is written to. */
let hashes: KeyHashes | undefined
/** Counts the records of streams that spread them by themselves. */
let spread = 0

/** Finds the shard of each record, and asks the quotas, if there are any, whether it may have it. */
export function routeRecords(
  quotas: Quotas | undefined,
  { stream, ring }: LiveStream,
  columns: RecordColumns,
  onThrottled: (shard: LiveShard) => void,
): RecordRoutes {
  const places = new Int32Array(columns.count)
  const isAuto = stream.recordDistribution === 'AUTO'
  if (ring.values.length > 1) {
    if (isAuto) {
      for (let index = 0; index < columns.count; index += 1) {
        spreadHashKey()
        places[index] = ring.placeOf(hashed)
      }
    } else placeByKeys(ring, columns, places)
  }
  if (!quotas) return { places, throttled: none }
  const throttled = new Map<number, LakeError>()
  for (let index = 0; index < columns.count; index += 1) {
    const sizeBytes =
      spanBytes(columns, columns.data, index) + spanBytes(columns, columns.key, index)
    const shard = ring.values[places[index]!]!
    if (quotas.mayWrite(shard.ref, sizeBytes)) continue
    throttled.set(index, shardThroughputExceeded(stream, shard))
    onThrottled(shard)
    places[index] = -1
  }
  return { places, throttled }
}

function placeByKeys(ring: HashRing<LiveShard>, columns: RecordColumns, places: Int32Array): void {
  const { count, bytes, spans, stride, key, hashKey } = columns
  hashes ??= new KeyHashes()
  hashes.readIn(bytes)
  for (let from = 0; from < count; from += lanes) {
    const to = Math.min(count, from + lanes)
    for (let index = from; index < to; index += 1) {
      const at = index * stride + key!
      hashes.give(index - from, spans[at]!, spans[at + 1]!)
    }
    hashes.digest()
    for (let index = from; index < to; index += 1) {
      const at = index * stride
      const start = hashKey === undefined ? 0 : spans[at + hashKey]!
      if (start > 0) {
        hashKeyOf(BigInt(bytes.toString('latin1', start, spans[at + hashKey! + 1])), hashed)
      } else hashes.take(index - from, hashed)
      places[index] = ring.placeOf(hashed)
    }
  }
  hashes.end()
}

/** A multiplicative hash of a counter spreads evenly over the ring. */
function spreadHashKey(): void {
  spread = (spread + 1) >>> 0
  hashed.fill(0)
  hashed[0] = Math.imul(spread, 0x9e3779b1)
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html, the second example */
function shardThroughputExceeded({ name, accountId }: Stream, { shard }: LiveShard): LakeError {
  return StreamErrors.ThroughputExceeded(
    `Rate exceeded for shard ${shard.id} in stream ${name} under account ${accountId}.`,
  )
}
