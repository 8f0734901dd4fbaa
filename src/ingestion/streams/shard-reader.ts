import { StreamErrors } from './errors.ts'
import type { LiveShard, LiveStream, StreamParts } from './registry.ts'
import { parseSequenceNumber, parseShardName, shardName } from './sequence-number.ts'
import { isOpen, type Shard, type Stream } from './stream.ts'
import type { LogRecord } from './stream-log.ts'

export type IteratorPosition =
  | { readonly type: 'TRIM_HORIZON' }
  | { readonly type: 'LATEST' }
  | { readonly type: 'AT_SEQUENCE_NUMBER'; readonly sequenceNumber: string }
  | { readonly type: 'AFTER_SEQUENCE_NUMBER'; readonly sequenceNumber: string }
  | { readonly type: 'AT_TIMESTAMP'; readonly timestampMs: number }

export interface StreamRecord {
  readonly sequenceNumber: string
  readonly arrivalMs: number
  readonly partitionKey: string
  readonly data: Uint8Array
  /** The KMS key that its data lies encrypted under. */
  readonly kmsKeyArn?: string
}

export interface ShardPage {
  readonly records: readonly StreamRecord[]
  /** The log's sequence after which the next page begins. */
  readonly after: bigint
  readonly sizeBytes: number
  readonly millisBehindLatest: number
  /** Only when the shard is closed and all of it was read. */
  readonly childShards?: readonly Shard[]
}

export interface PageLimits {
  readonly records: number
  /** Sum of data; one record is given whatever its size. */
  readonly bytes: number
}

export type ShardReader = ReturnType<typeof shardReader>

/** Reads a shard as its stream keeps it: from a position, page by page, to its end if it is closed. */
export function shardReader({ clock, log }: StreamParts) {
  /** The log's sequence after which a position begins. */
  async function resolve(
    { stream }: LiveStream,
    live: LiveShard,
    position: IteratorPosition,
    usedIn: string,
  ): Promise<bigint> {
    if (position.type === 'TRIM_HORIZON') return 0n
    if (position.type === 'LATEST') return (await log.tip(live.ref)).sequence
    if (position.type === 'AT_TIMESTAMP') return log.positionAt(live.ref, position.timestampMs)
    const { sequence } = parseInShard(stream, live.shard, position.sequenceNumber, usedIn)
    const tip = (await log.tip(live.ref)).sequence
    if (sequence > tip) {
      // The end that a closed shard is said to have lies far behind its last record.
      if (!isOpen(live.shard)) return tip
      throw StreamErrors.InvalidArgument(
        `StartingSequenceNumber ${position.sequenceNumber} used in ${usedIn} on shard ${live.shard.id} in stream ${stream.name} under account ${stream.accountId} is invalid.`,
      )
    }
    if (position.type === 'AFTER_SEQUENCE_NUMBER' || sequence === 0n) return sequence
    return sequence - 1n
  }

  async function page(
    { stream }: LiveStream,
    shard: LiveShard,
    from: bigint,
    limits: PageLimits,
  ): Promise<ShardPage> {
    const seen = await log.tip(shard.ref)
    const records = await readKept(stream, shard, from, limits)
    // Of what was there before, nothing is kept any more when nothing is given.
    const passed = seen.sequence > from ? seen.sequence : from
    const after = records.at(-1)?.sequence ?? passed
    const tip = await log.tip(shard.ref)
    const isBehind = after < tip.sequence
    const isAtEnd = !isOpen(shard.shard) && !isBehind
    let sizeBytes = 0
    for (const { data } of records) sizeBytes += data.byteLength
    return {
      records: records.map((record) => ({
        sequenceNumber: shard.numbers.of(record.sequence),
        arrivalMs: record.arrivalMs,
        partitionKey: record.partitionKey,
        data: record.data,
        ...(record.kmsKeyArn === undefined ? undefined : { kmsKeyArn: record.kmsKeyArn }),
      })),
      after,
      sizeBytes,
      millisBehindLatest: isBehind
        ? Math.max(0, clock.now() - (records.at(-1)?.arrivalMs ?? tip.arrivalMs))
        : 0,
      childShards: isAtEnd ? childrenOf(stream, shard.shard) : undefined,
    }
  }

  /** Passes over what is older than the retention, which the log frees by whole segments only. */
  async function readKept(
    stream: Stream,
    shard: LiveShard,
    after: bigint,
    limits: PageLimits,
  ): Promise<readonly LogRecord[]> {
    const read = (from: bigint) =>
      log.read(shard.ref, {
        after: from,
        limitRecords: limits.records,
        limitBytes: limits.bytes,
      })
    const horizonMs = retentionHorizonMs(stream, clock.now())
    const records = await read(after)
    if (records.length === 0 || records[0]!.arrivalMs >= horizonMs) return records
    return read(await log.positionAt(shard.ref, horizonMs))
  }

  return { resolve, page }
}

export function retentionHorizonMs(stream: Stream, nowMs: number): number {
  return nowMs - stream.retentionHours * 3_600_000
}

export function childrenOf(stream: Stream, shard: Shard): readonly Shard[] {
  return stream.shards.filter(
    (other) => other.parentId === shard.id || other.adjacentParentId === shard.id,
  )
}

/** The shard that a client means. */
export function findShard({ stream, shards }: LiveStream, text: string): LiveShard {
  const number = parseShardName(text)
  if (number === undefined) {
    throw StreamErrors.ShardNotFound(
      `Could not find shard ${text} in stream ${stream.name} under account ${stream.accountId}.`,
    )
  }
  const found = shards.get(number)
  if (!found) throw shardNotFound(stream.accountId, stream.name, shardName(number))
  return found
}

export function shardNotFound(accountId: string, name: string, shardId: string) {
  return StreamErrors.ShardNotFound(
    `Shard ${shardId} in stream ${name} under account ${accountId} does not exist`,
  )
}

function parseInShard(stream: Stream, shard: Shard, text: string, usedIn: string) {
  const where = `StartingSequenceNumber ${text} used in ${usedIn} on shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is invalid`
  // AWS takes a lone zero for the start of any shard.
  if (text === '0') return { sequence: 0n }
  const parsed = parseSequenceNumber(text)
  if (!parsed) throw StreamErrors.InvalidArgument(`${where}.`)
  if (parsed.shardNumber !== shard.number) {
    throw StreamErrors.InvalidArgument(
      `Invalid StartingSequenceNumber. It encodes ${shardName(parsed.shardNumber)}, while it was used in a call to a shard with ${shard.id}`,
    )
  }
  if (parsed.shardCreatedAtSeconds !== Math.floor(shard.createdAtMs / 1000)) {
    throw StreamErrors.InvalidArgument(`${where} because it did not come from this stream.`)
  }
  return parsed
}
