import type { ShardMeter } from './meters.ts'
import type { Stream } from './stream.ts'

/**
 * What each open shard of a stream took. A put adds to columns of numbers, and each shard's own meter is told when somebody
 * asks: with a thousand shards a request gives something to hundreds. Shard-level metrics, which count
 * each call, are told at the end of it, for streams that have them.
 */
export class IncomingTraffic {
  /** By their places in the ring. */
  readonly shardIds: readonly string[]
  readonly #meterOf: (shardId: string) => ShardMeter
  readonly #records: Float64Array
  readonly #bytes: Float64Array
  #stream: Stream | undefined
  /** Of this call, when shards are measured one by one. */
  #call: Map<number, { records: number; bytes: number }> | undefined

  constructor(shardIds: readonly string[], meterOf: (shardId: string) => ShardMeter) {
    this.shardIds = shardIds
    this.#meterOf = meterOf
    this.#records = new Float64Array(shardIds.length)
    this.#bytes = new Float64Array(shardIds.length)
  }

  /** A call's records follow, and `endCall`, before anybody else begins. */
  begin(stream: Stream): void {
    this.#stream = stream
    this.#call = stream.shardLevelMetrics.length > 0 ? new Map() : undefined
  }

  add(place: number, bytes: number): void {
    this.#records[place]! += 1
    this.#bytes[place]! += bytes
    if (!this.#call) return
    const counted = this.#call.get(place)
    if (!counted) {
      this.#call.set(place, { records: 1, bytes })
      return
    }
    counted.records += 1
    counted.bytes += bytes
  }

  endCall(): void {
    if (!this.#call) return
    for (const [place, { records, bytes }] of this.#call) {
      const meter = this.#meterOf(this.shardIds[place]!)
      meter.add(this.#stream!, 'IncomingRecords', records)
      meter.add(this.#stream!, 'IncomingBytes', bytes)
    }
    this.#call = undefined
  }

  /** Tells the shards' meters what was not told yet. */
  settle(): void {
    for (const [place, shardId] of this.shardIds.entries()) {
      const records = this.#records[place]!
      if (records === 0) continue
      this.#meterOf(shardId).countIncoming(records, this.#bytes[place]!)
      this.#records[place] = 0
      this.#bytes[place] = 0
    }
  }
}
