import { Peaks, type WriteRate } from './peaks.ts'
import type { StreamParts } from './registry.ts'
import type { Lineage, Reshape } from './reshard.ts'
import { onDemandStreams, type StreamKey } from './store.ts'
import { isOpen, type Shard, type Stream } from './stream.ts'
import type { StreamTables } from './tables.ts'

/** What a shard is meant to take a second. */
const shardCapacity: WriteRate = { records: 1000, bytes: 1024 * 1024 }
export const onDemandShardsMin = 4
/** A shard that sustains so much of its capacity is split: then it has room for twice as much again. */
const hotShare = 0.5
/** Two neighbours that together sustain less than this may become one. */
const coldShare = 0.25
/** Rates are means over at least so long. */
const windowMs = 30_000
const mergeAgeMs = 24 * 3_600_000
/** How many times more shards than its rate needs a stream may get: no split helps against one hot key. */
const unevenness = 4

/**
 * On-demand streams, scaled as AWS tells: a stream has room for twice the greatest write rate of the last thirty days, and at
 * least for 4 MiB a second (https://docs.aws.amazon.com/streams/latest/dev/how-do-i-size-a-stream.html).
 * Hot shards are split at once; cold ones are merged a pair at a time, a day after they were made.
 */
export function onDemandScaling(parts: StreamParts, reshape: Reshape) {
  const { clock, database, logger, meters, registry } = parts
  const peaks = new Peaks(database)

  /** Looks at every on-demand stream once. To be called every minute or so. */
  async function scale(signal?: AbortSignal): Promise<void> {
    const keys = await onDemandStreams(database.tables<StreamTables>())
    const seen = new Set<string>()
    for (const key of keys) {
      if (signal?.aborted) return
      try {
        seen.add(await scaleStream(key))
      } catch (error) {
        logger.warn({ err: error, stream: key.name }, 'a stream could not be scaled')
      }
    }
    peaks.keep(seen)
  }

  /** Returns the stream's log. */
  async function scaleStream(key: StreamKey): Promise<string> {
    const { stream } = await registry.live(key, { name: key.name })
    const now = clock.now()
    const rates = meters.of(stream).measure(windowMs)
    if (!rates || stream.status !== 'ACTIVE') return stream.logId
    const rateOf = (shard: Shard): WriteRate => rates.get(shard.id) ?? { records: 0, bytes: 0 }
    const open = stream.shards.filter(isOpen)
    const { peak, days } = await peaks.note(stream, sum(open.map(rateOf)), now)
    const least = leastShards(stream, peak)
    const hot = open
      .filter((shard) => shareOf(rateOf(shard)) >= hotShare)
      .slice(0, Math.max(0, least * unevenness - open.length))
    if (hot.length > 0 || open.length < least) {
      await change(key, (_, lineage) => {
        for (const shard of hot) splitInHalf(lineage, shard)
        widen(lineage, Math.min(least, open.length * 2))
      })
    } else if (open.length > least && days >= 2) {
      const pair = coldestPair(open, rateOf, now)
      if (pair) await change(key, (_, lineage) => mergePair(lineage, pair))
    }
    return stream.logId
  }

  function change(
    key: StreamKey,
    plan: (stream: Stream, lineage: Lineage) => void,
  ): Promise<Stream> {
    return reshape(key, { name: key.name }, ({ stream }, lineage) => {
      // It may have been given to its owner's hands meanwhile.
      if (stream.mode === 'ON_DEMAND') plan(stream, lineage)
    })
  }

  return {
    scale,
    /** Gives an on-demand stream at once the shards that its warm throughput needs. */
    warm: (key: StreamKey): Promise<Stream> =>
      change(key, (stream, lineage) => widen(lineage, stream.warmThroughputMibps ?? 0)),
  }
}

/** How many shards a stream has at least: for twice its peak, and for the throughput it is kept warm for. */
function leastShards(stream: Stream, peak: WriteRate): number {
  return Math.max(
    onDemandShardsMin,
    stream.warmThroughputMibps ?? 0,
    Math.ceil(shareOf(peak) / hotShare),
  )
}

/** Of what one shard is meant to take. */
function shareOf(rate: WriteRate): number {
  return Math.max(rate.records / shardCapacity.records, rate.bytes / shardCapacity.bytes)
}

function sum(rates: readonly WriteRate[]): WriteRate {
  return {
    records: rates.reduce((total, rate) => total + rate.records, 0),
    bytes: rates.reduce((total, rate) => total + rate.bytes, 0),
  }
}

function splitInHalf(lineage: Lineage, shard: Shard): boolean {
  const at = (shard.startingHashKey + shard.endingHashKey + 1n) / 2n
  const isTooNarrow = at <= shard.startingHashKey + 1n || at >= shard.endingHashKey
  if (isTooNarrow || !lineage.open.has(shard)) return false
  lineage.split(shard, at)
  return true
}

/** Splits the widest shards until there are so many. */
function widen(lineage: Lineage, shardCount: number): void {
  while (lineage.open.size < shardCount) {
    const widest = [...lineage.open].toSorted((one, other) =>
      widthOf(one) === widthOf(other) ? 0 : widthOf(one) > widthOf(other) ? -1 : 1,
    )
    const missing = shardCount - lineage.open.size
    const split = widest.slice(0, missing).filter((shard) => splitInHalf(lineage, shard))
    if (split.length === 0) return
  }
}

function widthOf(shard: Shard): bigint {
  return shard.endingHashKey - shard.startingHashKey
}

type Pair = readonly [Shard, Shard]

/** The neighbours that are least written to, when that is little and they are not new. */
function coldestPair(
  open: readonly Shard[],
  rateOf: (shard: Shard) => WriteRate,
  nowMs: number,
): Pair | undefined {
  const sorted = open.toSorted((one, other) =>
    one.startingHashKey < other.startingHashKey ? -1 : 1,
  )
  let coldest: Pair | undefined
  let leastShare = coldShare
  for (const [index, shard] of sorted.entries()) {
    const next = sorted[index + 1]
    if (!next || nowMs - Math.max(shard.createdAtMs, next.createdAtMs) < mergeAgeMs) continue
    const share = shareOf(sum([rateOf(shard), rateOf(next)]))
    if (share >= leastShare) continue
    leastShare = share
    coldest = [shard, next]
  }
  return coldest
}

function mergePair(lineage: Lineage, [shard, adjacent]: Pair): void {
  if (lineage.open.has(shard) && lineage.open.has(adjacent)) lineage.merge(shard, adjacent)
}
