import { elapsedMs, isLakeError, type LakeError } from '#kit'
import { StreamErrors } from './errors.ts'
import { hashKeyMax } from './hash-ring.ts'
import type { StreamMeter } from './meters.ts'
import { columnsOf, spanBytes, type RecordColumns } from './record-columns.ts'
import { streamKey, streamNotFound, type LiveStream, type StreamParts } from './registry.ts'
import { routeRecords, type RecordRoutes } from './record-routes.ts'
import type { WriteGates } from './write-gates.ts'
import { parseSequenceNumber, type SequenceNumbers } from './sequence-number.ts'
import type { Shard, StreamReference, StreamScope } from './stream.ts'

export interface RecordToPut {
  readonly data: Uint8Array
  /** May be missing only where the stream spreads records by itself. */
  readonly partitionKey?: string
  readonly explicitHashKey?: string
}

export type PutResult =
  | { readonly shardId: string; readonly sequenceNumber: string; readonly error?: undefined }
  | { readonly error: LakeError }

export interface PutShard {
  readonly shard: Pick<Shard, 'id' | 'number'>
  readonly numbers: SequenceNumbers
}

/** What became of records, as columns. */
export interface PutResults {
  /** The open shards of the stream: the same list for all puts until the stream changes. */
  readonly shards: readonly PutShard[]
  /** For each record the place of its shard among them; negative for some that were refused. */
  readonly places: Int32Array
  /** For each record its sequence in the shard's log. */
  readonly sequences: Float64Array
  /** Of the records that were refused, by their place. */
  readonly errors: ReadonlyMap<number, LakeError>
}

/** As what a put is counted. */
export type PutOperation = 'PutRecord' | 'PutRecords'

/**
 * Puts records into a stream; each keeps its place among those with the same key. Resolves when all are on stable
 * storage or refused: a shard that fails fails its own records only. The columns are read until then.
 */
export type PutColumns = (
  scope: StreamScope,
  reference: StreamReference,
  columns: RecordColumns,
  operation?: PutOperation,
) => Promise<PutResults>

export function putColumns(parts: StreamParts, gates: WriteGates): PutColumns {
  return async (scope, reference, columns, operation = 'PutRecords') => {
    const startedMs = elapsedMs()
    const key = streamKey(scope, reference)
    for (let closed = gates.enter(key); closed; closed = gates.enter(key)) await closed
    try {
      const live = await parts.registry.live(scope, reference)
      const { stream } = live
      if (stream.status !== 'ACTIVE' && stream.status !== 'UPDATING') throw streamNotFound(key)
      checkRecords(live, columns)
      const meter = parts.meters.of(stream)
      const routes = routeRecords(parts.quotas, live, columns, (shard) =>
        meter.shard(shard.shard.id).add(stream, 'WriteProvisionedThroughputExceeded', 1),
      )
      const { results, sizeBytes } = await append(parts, live, columns, routes, meter)
      countPut(meter, operation, results, sizeBytes, elapsedMs() - startedMs)
      return results
    } finally {
      gates.leave(key)
    }
  }
}

/** The same for records that are objects. */
export function putRecords(put: PutColumns) {
  return async (
    scope: StreamScope,
    reference: StreamReference,
    records: readonly RecordToPut[],
    operation?: PutOperation,
  ): Promise<readonly PutResult[]> => {
    const results = await put(scope, reference, columnsOf(records), operation)
    return records.map((_, index) => putResultAt(results, index))
  }
}

export function putResultAt(results: PutResults, index: number): PutResult {
  const error = results.errors.get(index)
  if (error) return { error }
  const { shard, numbers } = results.shards[results.places[index]!]!
  return { shardId: shard.id, sequenceNumber: numbers.of(BigInt(results.sequences[index]!)) }
}

async function append(
  parts: StreamParts,
  live: LiveStream,
  columns: RecordColumns,
  { places, throttled }: RecordRoutes,
  meter: StreamMeter,
): Promise<{ readonly results: PutResults; readonly sizeBytes: number }> {
  const { stream, ring, openShardIds } = live
  const appended = await parts.log
    .appendBatch({ logId: stream.logId, columns, shardIds: openShardIds, shards: places })
    .catch((error: unknown) => {
      if (isLakeError(error)) return error
      throw error
    })
  const { count } = columns
  const sequences = 'sequences' in appended ? appended.sequences : new Float64Array(count)
  const errors = new Map<number, LakeError>(throttled)
  const traffic = meter.incoming(stream, openShardIds)
  let sizeBytes = 0
  for (let index = 0; index < count; index += 1) {
    const place = places[index]!
    if (place < 0) continue
    if (sequences[index] === 0) {
      errors.set(index, 'errors' in appended ? appended.errors.get(place)! : appended)
      continue
    }
    const bytes = keyAndDataBytes(columns, index)
    traffic.add(place, bytes)
    sizeBytes += bytes
  }
  traffic.endCall()
  return { results: { shards: ring.values, places, sequences, errors }, sizeBytes }
}

function keyAndDataBytes(columns: RecordColumns, index: number): number {
  return spanBytes(columns, columns.data, index) + spanBytes(columns, columns.key, index)
}

function countPut(
  meter: StreamMeter,
  operation: PutOperation,
  { errors, places }: PutResults,
  sizeBytes: number,
  latencyMs: number,
): void {
  const stored = places.length - errors.size
  let throttled = 0
  for (const error of errors.values()) if (error.kind === 'throttled') throttled += 1
  meter.add(`${operation}.Latency`, latencyMs)
  meter.add(`${operation}.Success`, stored > 0 ? 1 : 0)
  meter.add(`${operation}.Bytes`, sizeBytes)
  if (stored > 0) {
    meter.add('IncomingBytes', sizeBytes)
    meter.add('IncomingRecords', stored)
  }
  meter.add('WriteProvisionedThroughputExceeded', throttled)
  if (operation === 'PutRecord') return
  meter.add('PutRecords.TotalRecords', places.length)
  meter.add('PutRecords.SuccessfulRecords', stored)
  meter.add('PutRecords.ThrottledRecords', throttled)
  meter.add('PutRecords.FailedRecords', errors.size - throttled)
}

function checkRecords({ stream }: LiveStream, columns: RecordColumns): void {
  const sizeBytesMax = stream.recordSizeKibMax * 1024
  const isAuto = stream.recordDistribution === 'AUTO'
  const { bytes, spans, stride, key, hashKey } = columns
  for (let index = 0; index < columns.count; index += 1) {
    const sizeBytes = spanBytes(columns, columns.data, index)
    if (sizeBytes > sizeBytesMax) {
      throw StreamErrors.RecordTooLarge('a record is larger than its stream takes', {
        index,
        sizeBytes,
        sizeBytesMax,
      })
    }
    if (isAuto) continue
    const at = index * stride
    if (key === undefined || spans[at + key] === 0) {
      throw StreamErrors.InvalidArgument(
        `PartitionKey is required: stream ${stream.name} places records by their partition key.`,
      )
    }
    if (hashKey === undefined || spans[at + hashKey] === 0) continue
    const text = bytes.toString('latin1', spans[at + hashKey], spans[at + hashKey + 1])
    if (BigInt(text) > hashKeyMax) {
      throw StreamErrors.InvalidArgument(
        `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${text}`,
      )
    }
  }
}

/** PutRecord's SequenceNumberForOrdering: every put here is ordered after those acknowledged before it. */
export function checkOrderingNumber(
  stream: { readonly name: string; readonly accountId: string },
  text: string,
  nowMs: number,
): void {
  const parsed = parseSequenceNumber(text)
  if (parsed && parsed.shardCreatedAtSeconds * 1000 <= nowMs) return
  throw StreamErrors.InvalidArgument(
    `ExclusiveMinimumSequenceNumber ${text} used in PutRecord on stream ${stream.name} under account ${stream.accountId} is invalid.`,
  )
}
