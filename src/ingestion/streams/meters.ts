import type { Clock } from '#kit'
import type { WriteRate } from './peaks.ts'
import { IncomingTraffic } from './incoming-traffic.ts'
import type { Stream, StreamScope } from './stream.ts'

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
const units = {
  IncomingBytes: 'Bytes',
  IncomingRecords: 'Count',
  OutgoingBytes: 'Bytes',
  OutgoingRecords: 'Count',
  IteratorAgeMilliseconds: 'Milliseconds',
  ReadProvisionedThroughputExceeded: 'Count',
  WriteProvisionedThroughputExceeded: 'Count',
  'PutRecord.Bytes': 'Bytes',
  'PutRecord.Latency': 'Milliseconds',
  'PutRecord.Success': 'Count',
  'PutRecords.Bytes': 'Bytes',
  'PutRecords.Latency': 'Milliseconds',
  'PutRecords.Success': 'Count',
  'PutRecords.TotalRecords': 'Count',
  'PutRecords.SuccessfulRecords': 'Count',
  'PutRecords.FailedRecords': 'Count',
  'PutRecords.ThrottledRecords': 'Count',
  'GetRecords.Bytes': 'Bytes',
  'GetRecords.IteratorAgeMilliseconds': 'Milliseconds',
  'GetRecords.Latency': 'Milliseconds',
  'GetRecords.Records': 'Count',
  'GetRecords.Success': 'Count',
  'SubscribeToShard.RateExceeded': 'Count',
  'SubscribeToShard.Success': 'Count',
  'SubscribeToShardEvent.Bytes': 'Bytes',
  'SubscribeToShardEvent.MillisBehindLatest': 'Milliseconds',
  'SubscribeToShardEvent.Records': 'Count',
  'SubscribeToShardEvent.Success': 'Count',
} as const

export type MetricName = keyof typeof units

/** What was measured of one metric since it was last taken, as CloudWatch's PutMetricData has it. */
export interface MetricPoint extends StreamScope {
  readonly name: MetricName
  readonly unit: (typeof units)[MetricName]
  readonly streamName: string
  /** Only of shard-level metrics, which a stream has when enhanced monitoring names them. */
  readonly shardId?: string
  /** Only of enhanced fan-out. */
  readonly consumerName?: string
  readonly sampleCount: number
  readonly sum: number
  readonly minimum: number
  readonly maximum: number
}

interface Statistic {
  sampleCount: number
  sum: number
  minimum: number
  maximum: number
}

class Statistics {
  readonly #byName = new Map<MetricName, Statistic>()

  add(name: MetricName, value: number): void {
    const known = this.#byName.get(name)
    if (!known) {
      this.#byName.set(name, { sampleCount: 1, sum: value, minimum: value, maximum: value })
      return
    }
    known.sampleCount += 1
    known.sum += value
    if (value < known.minimum) known.minimum = value
    if (value > known.maximum) known.maximum = value
  }

  take(): readonly (Statistic & { readonly name: MetricName })[] {
    const taken = [...this.#byName].map(([name, statistic]) => ({ name, ...statistic }))
    this.#byName.clear()
    return taken
  }
}

/** What passes through one shard. */
export class ShardMeter {
  #records = 0
  #bytes = 0
  readonly #statistics = new Statistics()

  countIncoming(records: number, bytes: number): void {
    this.#records += records
    this.#bytes += bytes
  }

  /** What came in since the last call. */
  takeIncoming(): WriteRate {
    const taken = { records: this.#records, bytes: this.#bytes }
    this.#records = 0
    this.#bytes = 0
    return taken
  }

  /** Counts a shard-level metric when the stream's enhanced monitoring has it. */
  add(stream: Stream, name: MetricName, value: number): void {
    if (stream.shardLevelMetrics.includes(name)) this.#statistics.add(name, value)
  }

  take(): ReturnType<Statistics['take']> {
    return this.#statistics.take()
  }
}

/** What passes through one stream. */
export class StreamMeter {
  readonly scope: StreamScope
  readonly streamName: string
  readonly #shards = new Map<string, ShardMeter>()
  readonly #statistics = new Statistics()
  readonly #consumers = new Map<string, Statistics>()
  #incoming?: IncomingTraffic
  readonly #clock: Clock
  #measuredAtMs: number

  constructor({ accountId, region, name }: Stream, clock: Clock) {
    this.scope = { accountId, region }
    this.streamName = name
    this.#clock = clock
    this.#measuredAtMs = clock.now()
  }

  /** What each shard took a second since the last time this was answered; undefined when that is not `leastMs` ago. */
  measure(leastMs: number): ReadonlyMap<string, WriteRate> | undefined {
    const now = this.#clock.now()
    const seconds = (now - this.#measuredAtMs) / 1000
    if (seconds * 1000 < leastMs) {
      // A clock that was set back must not stop measuring.
      if (seconds < 0) this.#measuredAtMs = now
      return undefined
    }
    this.#measuredAtMs = now
    this.#incoming?.settle()
    const rates = new Map<string, WriteRate>()
    for (const [shardId, meter] of this.#shards) {
      const { records, bytes } = meter.takeIncoming()
      rates.set(shardId, { records: records / seconds, bytes: bytes / seconds })
    }
    return rates
  }

  /** Where a put into these shards counts what each of them took. The same list each time is the cheapest. */
  incoming(stream: Stream, shardIds: readonly string[]): IncomingTraffic {
    if (this.#incoming?.shardIds !== shardIds) {
      this.#incoming?.settle()
      this.#incoming = new IncomingTraffic(shardIds, (shardId) => this.shard(shardId))
    }
    this.#incoming.begin(stream)
    return this.#incoming
  }

  shard(shardId: string): ShardMeter {
    let meter = this.#shards.get(shardId)
    if (!meter) this.#shards.set(shardId, (meter = new ShardMeter()))
    return meter
  }

  add(name: MetricName, value: number): void {
    this.#statistics.add(name, value)
  }

  addOfConsumer(consumerName: string, name: MetricName, value: number): void {
    let statistics = this.#consumers.get(consumerName)
    if (!statistics) this.#consumers.set(consumerName, (statistics = new Statistics()))
    statistics.add(name, value)
  }

  *take(): Generator<MetricPoint> {
    const point = (each: ReturnType<Statistics['take']>[number]) => ({
      ...this.scope,
      streamName: this.streamName,
      unit: units[each.name],
      ...each,
    })
    for (const each of this.#statistics.take()) yield point(each)
    for (const [shardId, meter] of this.#shards) {
      for (const each of meter.take()) yield { ...point(each), shardId }
    }
    for (const [consumerName, statistics] of this.#consumers) {
      for (const each of statistics.take()) yield { ...point(each), consumerName }
    }
    this.#consumers.clear()
  }

  /** Forgets shards that are gone. */
  keepShards(isKept: (shardId: string) => boolean): void {
    this.#incoming?.settle()
    for (const shardId of this.#shards.keys()) if (!isKept(shardId)) this.#shards.delete(shardId)
  }
}

/** The meters of all streams that were used since the start; counts live in memory only. */
export class Meters {
  readonly #byLog = new Map<string, StreamMeter>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  of(stream: Stream): StreamMeter {
    let meter = this.#byLog.get(stream.logId)
    if (!meter) this.#byLog.set(stream.logId, (meter = new StreamMeter(stream, this.#clock)))
    return meter
  }

  forget(logId: string): void {
    this.#byLog.delete(logId)
  }

  /** What was measured since the last call. One caller only: what is taken is counted from zero again. */
  take(): readonly MetricPoint[] {
    return [...this.#byLog.values()].flatMap((meter) => [...meter.take()])
  }
}
