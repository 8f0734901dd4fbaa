import { elapsedMs, isLakeError, type LakeError } from '#kit'
import { StreamErrors } from './errors.ts'
import { hashKeyMax } from './hash-ring.ts'
import type { StreamMeter } from './meters.ts'
import {
  streamKey,
  streamNotFound,
  type LiveShard,
  type LiveStream,
  type StreamParts,
} from './registry.ts'
import type { WriteGates } from './write-gates.ts'
import { parseSequenceNumber } from './sequence-number.ts'
import type { Stream, StreamReference, StreamScope } from './stream.ts'
import type { NewRecord } from './stream-log.ts'

export interface RecordToPut {
  readonly data: Uint8Array
  /** May be missing only where the stream spreads records by itself. */
  readonly partitionKey?: string
  readonly explicitHashKey?: string
}

export type PutResult =
  | { readonly shardId: string; readonly sequenceNumber: string; readonly error?: undefined }
  | { readonly error: LakeError }

/**
 * Puts records into a stream; each keeps its place among those with the same key. Resolves when all are on stable
 * storage or refused: a shard that fails fails its own records only.
 */
export type PutRecords = (
  scope: StreamScope,
  reference: StreamReference,
  records: readonly RecordToPut[],
  /** As what it is counted. */
  operation?: 'PutRecord' | 'PutRecords',
) => Promise<readonly PutResult[]>

export function putRecords(parts: StreamParts, gates: WriteGates): PutRecords {
  let nextShard = 0
  return async (scope, reference, records, operation = 'PutRecords') => {
    const startedMs = elapsedMs()
    const key = streamKey(scope, reference)
    for (let closed = gates.enter(key); closed; closed = gates.enter(key)) await closed
    try {
      const live = await parts.registry.live(scope, reference)
      const { stream } = live
      if (stream.status !== 'ACTIVE' && stream.status !== 'UPDATING') throw streamNotFound(key)
      for (let index = 0; index < records.length; index += 1) {
        checkRecord(live, records[index]!, index)
      }
      const route = (record: RecordToPut): LiveShard => {
        if (stream.recordDistribution !== 'AUTO') {
          return live.ring.find(record.partitionKey!, record.explicitHashKey)
        }
        nextShard = (nextShard + 1) >>> 0
        // A multiplicative hash of a counter spreads evenly over the ring.
        return live.ring.at({ a: Math.imul(nextShard, 0x9e3779b1) >>> 0, b: 0, c: 0, d: 0 })
      }
      const meter = parts.meters.of(stream)
      const { results, sizeBytes } = await append(parts, live, records, route, meter)
      countPut(meter, operation, results, sizeBytes, elapsedMs() - startedMs)
      return results
    } finally {
      gates.leave(key)
    }
  }
}

interface ShardPart {
  readonly records: NewRecord[]
  /** Where each record stands in the request. */
  readonly indexes: number[]
  /** Keys and data. */
  sizeBytes: number
}

async function append(
  parts: StreamParts,
  { stream }: LiveStream,
  records: readonly RecordToPut[],
  route: (record: RecordToPut) => LiveShard,
  meter: StreamMeter,
): Promise<{ readonly results: readonly PutResult[]; readonly sizeBytes: number }> {
  const byShard = new Map<LiveShard, ShardPart>()
  const results = Array.from<PutResult>({ length: records.length })
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index]!
    const shard = route(record)
    const partitionKey = record.partitionKey ?? ''
    const recordBytes = record.data.byteLength + partitionKey.length
    if (parts.quotas && !parts.quotas.mayWrite(shard.ref, recordBytes)) {
      results[index] = { error: shardThroughputExceeded(stream, shard) }
      meter.shard(shard.shard.id).add(stream, 'WriteProvisionedThroughputExceeded', 1)
      continue
    }
    let part = byShard.get(shard)
    if (!part) byShard.set(shard, (part = { records: [], indexes: [], sizeBytes: 0 }))
    part.records.push(hasKey(record) ? record : { ...record, partitionKey })
    part.indexes.push(index)
    part.sizeBytes += recordBytes
  }
  let sizeBytes = 0
  // All at once: the log makes one group of them.
  await Promise.all(
    [...byShard].map(async ([{ shard, ref, numbers }, part]) => {
      try {
        const sequences = await parts.log.append(ref, part.records)
        for (let index = 0; index < sequences.length; index += 1) {
          const sequenceNumber = numbers.of(sequences[index]!)
          results[part.indexes[index]!] = { shardId: shard.id, sequenceNumber }
        }
        meter.shard(shard.id).incoming(stream, part.records.length, part.sizeBytes)
        sizeBytes += part.sizeBytes
      } catch (error) {
        if (!isLakeError(error)) throw error
        for (const at of part.indexes) results[at] = { error }
      }
    }),
  )
  return { results, sizeBytes }
}

function hasKey(record: RecordToPut): record is RecordToPut & NewRecord {
  return record.partitionKey !== undefined
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html, the second example */
function shardThroughputExceeded({ name, accountId }: Stream, { shard }: LiveShard): LakeError {
  return StreamErrors.ThroughputExceeded(
    `Rate exceeded for shard ${shard.id} in stream ${name} under account ${accountId}.`,
  )
}

function countPut(
  meter: StreamMeter,
  operation: 'PutRecord' | 'PutRecords',
  results: readonly PutResult[],
  sizeBytes: number,
  latencyMs: number,
): void {
  const failed = results.filter((result) => result.error)
  const stored = results.length - failed.length
  meter.add(`${operation}.Latency`, latencyMs)
  meter.add(`${operation}.Success`, stored > 0 ? 1 : 0)
  meter.add(`${operation}.Bytes`, sizeBytes)
  if (stored > 0) {
    meter.add('IncomingBytes', sizeBytes)
    meter.add('IncomingRecords', stored)
  }
  const throttled = failed.filter(({ error }) => error!.kind === 'throttled').length
  meter.add('WriteProvisionedThroughputExceeded', throttled)
  if (operation === 'PutRecord') return
  meter.add('PutRecords.TotalRecords', results.length)
  meter.add('PutRecords.SuccessfulRecords', stored)
  meter.add('PutRecords.ThrottledRecords', throttled)
  meter.add('PutRecords.FailedRecords', failed.length - throttled)
}

function checkRecord({ stream }: LiveStream, record: RecordToPut, index: number): void {
  const sizeBytesMax = stream.recordSizeKibMax * 1024
  if (record.data.byteLength > sizeBytesMax) {
    throw StreamErrors.RecordTooLarge('a record is larger than its stream takes', {
      index,
      sizeBytes: record.data.byteLength,
      sizeBytesMax,
    })
  }
  if (stream.recordDistribution === 'AUTO') return
  if (record.partitionKey === undefined) {
    throw StreamErrors.InvalidArgument(
      `PartitionKey is required: stream ${stream.name} places records by their partition key.`,
    )
  }
  if (record.explicitHashKey !== undefined && BigInt(record.explicitHashKey) > hashKeyMax) {
    throw StreamErrors.InvalidArgument(
      `Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was ${record.explicitHashKey}`,
    )
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
