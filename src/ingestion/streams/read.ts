import { StreamErrors } from './errors.ts'
import type { LiveShard, LiveStream, StreamParts } from './registry.ts'
import { parseSequenceNumber, parseShardName, shardName } from './sequence-number.ts'
import {
  isOpen,
  type Shard,
  type Stream,
  type StreamReference,
  type StreamScope,
} from './stream.ts'
import type { LogRecord } from './stream-log.ts'

export const iteratorLifeMs = 300_000

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
}

export interface RecordPage {
  readonly stream: Stream
  readonly records: readonly StreamRecord[]
  /** Undefined when the shard is closed and all of it was read. */
  readonly nextIterator?: string
  readonly millisBehindLatest: number
  /** Only when the shard's end was reached. */
  readonly childShards?: readonly Shard[]
}

const pageBytesMax = 10 * 1024 * 1024

export function readers(parts: StreamParts) {
  const { clock, log, registry, tokens } = parts

  /** An opaque text that stands for a position in a shard for five minutes. */
  async function shardIterator(
    scope: StreamScope,
    reference: StreamReference,
    shardText: string,
    position: IteratorPosition,
  ): Promise<string> {
    const live = await registry.live(scope, reference)
    const shard = findShard(live, shardText)
    return seal(live.stream, shard.shard, await resolve(live, shard, position))
  }

  /** The log's sequence after which a position begins. */
  async function resolve(
    { stream }: LiveStream,
    live: LiveShard,
    position: IteratorPosition,
  ): Promise<bigint> {
    if (position.type === 'TRIM_HORIZON') return 0n
    if (position.type === 'LATEST') return (await log.tip(live.ref)).sequence
    if (position.type === 'AT_TIMESTAMP') return log.positionAt(live.ref, position.timestampMs)
    const { sequence } = parseInShard(stream, live.shard, position.sequenceNumber)
    const tip = (await log.tip(live.ref)).sequence
    if (sequence > tip) {
      // The end that a closed shard is said to have lies far behind its last record.
      if (!isOpen(live.shard)) return tip
      throw StreamErrors.InvalidArgument(
        `StartingSequenceNumber ${position.sequenceNumber} used in GetShardIterator on shard ${live.shard.id} in stream ${stream.name} under account ${stream.accountId} is invalid.`,
      )
    }
    if (position.type === 'AFTER_SEQUENCE_NUMBER' || sequence === 0n) return sequence
    return sequence - 1n
  }

  /** Up to 10,000 records and 10 MiB from where the iterator stands. */
  async function read(
    scope: StreamScope,
    iterator: string,
    limitRecords: number,
  ): Promise<RecordPage> {
    const opened = openIterator(scope, iterator)
    const live = await registry.live(scope, { name: opened.name }).catch(() => undefined)
    const shard = live?.shards.get(opened.shardNumber)
    if (!live || !shard || live.stream.logId !== opened.logId) {
      throw shardNotFound(scope.accountId, opened.name, shardName(opened.shardNumber))
    }
    const { stream } = live
    const records = await readKept(stream, shard, opened.after, limitRecords)
    const after = records.at(-1)?.sequence ?? opened.after
    const tip = await log.tip(shard.ref)
    const isAtEnd = !isOpen(shard.shard) && after >= tip.sequence
    const isBehind = after < tip.sequence
    return {
      stream,
      records: records.map((record) => ({
        sequenceNumber: shard.numbers.of(record.sequence),
        arrivalMs: record.arrivalMs,
        partitionKey: record.partitionKey,
        data: record.data,
      })),
      nextIterator: isAtEnd ? undefined : seal(stream, shard.shard, after),
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
    limitRecords: number,
  ): Promise<readonly LogRecord[]> {
    const page = (from: bigint) =>
      log.read(shard.ref, { after: from, limitRecords, limitBytes: pageBytesMax })
    const horizonMs = retentionHorizonMs(stream, clock.now())
    const records = await page(after)
    if (records.length === 0 || records[0]!.arrivalMs >= horizonMs) return records
    return page(await log.positionAt(shard.ref, horizonMs))
  }

  function seal(stream: Stream, shard: Shard, after: bigint): string {
    const { accountId, region, name, logId } = stream
    const now = String(clock.now())
    return tokens.seal([now, accountId, region, name, logId, `${shard.number}`, `${after}`])
  }

  function openIterator(scope: StreamScope, iterator: string) {
    const sealed = tokens.open(iterator)
    if (!sealed || sealed.length !== 7) throw invalidIterator()
    const [created, accountId, region, name, logId, shardNumber, after] = sealed
    if (accountId !== scope.accountId || region !== scope.region) throw invalidIterator()
    const createdAtMs = Number(created)
    const now = clock.now()
    if (now - createdAtMs > iteratorLifeMs) {
      throw StreamErrors.IteratorExpired(
        `Iterator expired. The iterator was created at time ${javaDate(createdAtMs)} while right now it is ${javaDate(now)} which is further in the future than the tolerated delay of ${iteratorLifeMs} milliseconds.`,
      )
    }
    return {
      name: name!,
      logId: logId!,
      shardNumber: Number(shardNumber),
      after: BigInt(after!),
    }
  }

  /** The name of an iterator's stream, for whoever decides about access; undefined when `read` would refuse the iterator. */
  function streamNameOf(scope: StreamScope, iterator: string): string | undefined {
    try {
      return openIterator(scope, iterator).name
    } catch {
      return undefined
    }
  }

  return { shardIterator, read, streamNameOf }
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

function shardNotFound(accountId: string, name: string, shardId: string) {
  return StreamErrors.ShardNotFound(
    `Shard ${shardId} in stream ${name} under account ${accountId} does not exist`,
  )
}

function parseInShard(stream: Stream, shard: Shard, text: string) {
  const where = `StartingSequenceNumber ${text} used in GetShardIterator on shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is invalid`
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

function invalidIterator() {
  return StreamErrors.InvalidArgument('Invalid ShardIterator.')
}

/** As Java prints it: `Thu Jan 22 01:22:02 UTC 2015`. */
function javaDate(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}
