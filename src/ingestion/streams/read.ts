import { elapsedMs } from '#kit'
import { StreamErrors } from './errors.ts'
import type { LiveShard, LiveStream, StreamParts } from './registry.ts'
import { shardName } from './sequence-number.ts'
import {
  findShard,
  shardNotFound,
  type IteratorPosition,
  type ShardPage,
  type ShardReader,
  type StreamRecord,
} from './shard-reader.ts'
import type { Shard, Stream, StreamReference, StreamScope } from './stream.ts'

export const iteratorLifeMs = 300_000

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

export function readers(parts: StreamParts, reader: ShardReader) {
  const { clock, registry, tokens } = parts

  /** An opaque text that stands for a position in a shard for five minutes. */
  async function shardIterator(
    scope: StreamScope,
    reference: StreamReference,
    shardText: string,
    position: IteratorPosition,
  ): Promise<string> {
    const live = await registry.live(scope, reference)
    const shard = findShard(live, shardText)
    if (parts.quotas && !parts.quotas.mayIterate(shard.ref)) throw tooOften(live, shard)
    const after = await reader.resolve(live, shard, position, 'GetShardIterator')
    return seal(live.stream, shard.shard, after)
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
    const startedMs = elapsedMs()
    if (parts.quotas && !parts.quotas.mayRead(shard.ref)) {
      parts.meters.of(stream).add('ReadProvisionedThroughputExceeded', 1)
      parts.meters
        .of(stream)
        .shard(shard.shard.id)
        .add(stream, 'ReadProvisionedThroughputExceeded', 1)
      throw tooOften(live, shard)
    }
    const page = await reader.page(live, shard, opened.after, {
      records: limitRecords,
      bytes: pageBytesMax,
    })
    parts.quotas?.wasRead(shard.ref, page.sizeBytes)
    countRead(live, shard, page, elapsedMs() - startedMs)
    return {
      stream,
      records: page.records,
      nextIterator: page.childShards ? undefined : seal(stream, shard.shard, page.after),
      millisBehindLatest: page.millisBehindLatest,
      childShards: page.childShards,
    }
  }

  function countRead(
    { stream }: LiveStream,
    { shard }: LiveShard,
    { records, sizeBytes, millisBehindLatest }: ShardPage,
    latencyMs: number,
  ): void {
    const meter = parts.meters.of(stream)
    meter.add('GetRecords.Success', 1)
    meter.add('GetRecords.Latency', latencyMs)
    meter.add('GetRecords.Records', records.length)
    meter.add('GetRecords.Bytes', sizeBytes)
    meter.add('GetRecords.IteratorAgeMilliseconds', millisBehindLatest)
    const ofShard = meter.shard(shard.id)
    ofShard.add(stream, 'IteratorAgeMilliseconds', millisBehindLatest)
    ofShard.add(stream, 'OutgoingRecords', records.length)
    ofShard.add(stream, 'OutgoingBytes', sizeBytes)
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

function invalidIterator() {
  return StreamErrors.InvalidArgument('Invalid ShardIterator.')
}

/** As Java prints it: `Thu Jan 22 01:22:02 UTC 2015`. */
function javaDate(ms: number): string {
  const [weekday, day, month, year, time] = new Date(ms).toUTCString().replace(',', '').split(' ')
  return `${weekday} ${month} ${day} ${time} UTC ${year}`
}

function tooOften({ stream }: LiveStream, { shard }: LiveShard): Error {
  return StreamErrors.ThroughputExceeded(
    `Rate exceeded for Shard - ${stream.accountId}/${stream.name}/${shard.id}`,
  )
}
