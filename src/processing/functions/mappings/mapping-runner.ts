import type { Stream, StreamLog } from '#ingestion/streams'
import { isLakeError, sleep, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { DestinationParts } from '../destinations.ts'
import { FunctionErrors } from '../errors.ts'
import type { Invoke } from '../invoke.ts'
import type { FunctionMeter } from '../measure.ts'
import {
  forgetShard,
  keptShards,
  moveCheckpoint,
  placeLanes,
  type LanePlace,
  type PlacedShard,
} from './checkpoints.ts'
import { readFilters, type EventFilter } from './event-filter.ts'
import type { MappedRecord } from './kinesis-event.ts'
import { Lane } from './lane.ts'
import { LaneReader } from './lane-reader.ts'
import type { Mapping } from './mapping.ts'

export interface MappingRunnerOptions {
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly streamLog: StreamLog
  readonly invoke: Invoke
  readonly meter: FunctionMeter
  readonly destinations: DestinationParts
  /** The stream as it is now, as long as the function's role may read it. */
  readonly source: (mapping: Mapping) => Promise<Stream>
  /** Error: `InvalidFunctionParameter`, when the function's role may not use the key. */
  readonly mustDecrypt: (mapping: Mapping, keyArn: string) => Promise<void>
  /** The patterns of its filters, as long as Lambda may open them. */
  readonly patterns: (mapping: Mapping) => Promise<readonly string[]>
  readonly mapping: () => Mapping | undefined
  readonly onResult: (result: string) => void
}

const recheckMs = 1000
const retryMs = 1000

/** Runs the lanes of all shards of one mapping: those of a shard when its parents' are through. */
export class MappingRunner {
  readonly #options: MappingRunnerOptions
  /** Shards that were read to their end. */
  readonly #done = new Set<string>()
  readonly #running = new Map<string, Promise<void>>()
  /** The stream's, and what ends its lanes when a stream that was made anew has another. */
  #log:
    | { readonly id: string; readonly gone: AbortController; readonly until: AbortSignal }
    | undefined
  /** As they were when the stream was looked at last. */
  #filters: { readonly text: string; readonly filters: readonly EventFilter[] } = {
    text: '[]',
    filters: [],
  }

  constructor(options: MappingRunnerOptions) {
    this.#options = options
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const mapping = this.#options.mapping()
      if (!mapping?.settings.enabled) break
      try {
        await this.#look(mapping, signal)
      } catch (error) {
        if (signal.aborted) break
        if (!isLakeError(error)) {
          this.#options.log.error({ err: error, mapping: mapping.id }, 'a mapping cannot go on')
        }
        this.#options.onResult(`PROBLEM: ${isLakeError(error) ? error.message : 'internal error'}`)
      }
      await sleep(recheckMs, signal).catch(() => undefined)
    }
    await Promise.all(this.#running.values())
  }

  /** Starts what there is to read of the stream as it is now. */
  async #look(mapping: Mapping, signal: AbortSignal): Promise<void> {
    // Before the stream is looked at: of a shard that has appeared since then nothing is kept.
    const kept = this.#log ? [] : await keptShards(this.#options.database, mapping.id)
    const stream = await this.#stream()
    if (this.#log && this.#log.id !== stream.logId) {
      // It was made anew, and its shards have the names of others.
      this.#log.gone.abort()
      await Promise.all(this.#running.values())
      this.#done.clear()
      this.#log = undefined
      return
    }
    if (!this.#log) {
      const gone = new AbortController()
      const until = AbortSignal.any([signal, gone.signal])
      this.#log = { id: stream.logId, gone, until }
      this.#leaveShards(mapping, kept, stream, until)
    }
    this.#startShards(mapping, stream, this.#log.until)
  }

  async #stream(): Promise<Stream> {
    const mapping = this.#options.mapping()
    if (!mapping) throw FunctionErrors.FunctionNotFound('The mapping is gone')
    const patterns = await this.#options.patterns(mapping)
    const text = JSON.stringify(patterns)
    if (text !== this.#filters.text) this.#filters = { text, filters: readFilters(patterns) }
    return this.#options.source(mapping)
  }

  #startShards(mapping: Mapping, stream: Stream, signal: AbortSignal): void {
    const known = new Set(stream.shards.map(({ id }) => id))
    for (const shard of stream.shards) {
      if (this.#done.has(shard.id) || this.#running.has(shard.id)) continue
      const parents = [shard.parentId, shard.adjacentParentId].filter((id) => id !== undefined)
      if (parents.some((id) => known.has(id) && !this.#done.has(id))) continue
      this.#start(
        mapping,
        shard.id,
        this.#tryShard(mapping, { shardId: shard.id, logId: stream.logId }, signal),
      )
    }
  }

  /**
   * Shards of which something is kept, and which are gone: they expired while nobody read them. A window that was open there is closed, as it would
   * have been at the end of the shard.
   */
  #leaveShards(
    mapping: Mapping,
    kept: readonly string[],
    stream: Stream,
    signal: AbortSignal,
  ): void {
    const known = new Set(stream.shards.map(({ id }) => id))
    for (const id of kept.filter((each) => !known.has(each))) {
      this.#start(mapping, id, this.#leaveShard(mapping, id, signal))
    }
  }

  async #leaveShard(mapping: Mapping, shardId: string, signal: AbortSignal): Promise<void> {
    while (!this.#done.has(shardId)) {
      await this.#tryShard(mapping, { shardId, logId: undefined }, signal)
      if (signal.aborted) return
    }
    await forgetShard(this.#options.database, mapping.id, shardId)
  }

  #start(mapping: Mapping, shardId: string, work: Promise<void>): void {
    const ended = work
      .catch((error: unknown) => this.#tell(mapping, error))
      .finally(() => this.#running.delete(shardId))
    this.#running.set(shardId, ended)
  }

  /** After trouble it takes a while. */
  async #tryShard(mapping: Mapping, shard: PlacedShard, signal: AbortSignal): Promise<void> {
    try {
      await this.#runShard(mapping, shard, signal)
    } catch (error) {
      if (signal.aborted) return
      this.#tell(mapping, error)
      await sleep(retryMs, signal).catch(() => undefined)
    }
  }

  async #runShard(mapping: Mapping, shard: PlacedShard, signal: AbortSignal): Promise<void> {
    const { parallelization: lanes } = mapping.settings
    const places = await placeLanes(this.#options.database, mapping, shard, lanes)
    const failing = new AbortController()
    const until = AbortSignal.any([signal, failing.signal])
    const ended = await Promise.allSettled(
      places.map(async (place, lane) => {
        try {
          return await this.#runLane(mapping, shard, { ...place, lane, lanes }, until)
        } catch (error) {
          if (!until.aborted) this.#tell(mapping, error)
          // They begin anew together, when the last has ended: else two would handle the same records.
          failing.abort()
          throw error
        }
      }),
    )
    for (const each of ended) if (each.status === 'rejected') throw each.reason
    if (ended.every((each) => each.status === 'fulfilled' && each.value))
      this.#done.add(shard.shardId)
  }

  #tell(mapping: Mapping, error: unknown): void {
    if (isLakeError(error)) this.#options.onResult(`PROBLEM: ${error.message}`)
    else this.#options.log.error({ err: error, mapping: mapping.id }, 'a shard cannot be read')
  }

  #countPolled(polled: number, unwanted: number): void {
    const mapping = this.#options.mapping()
    if (!mapping?.settings.countsEvents) return
    const { meter } = this.#options
    meter.counted(mapping, 'PolledEventCount', polled)
    if (this.#filters.filters.length > 0) {
      meter.counted(mapping, 'FilteredOutEventCount', unwanted)
    }
  }

  #wants(record: MappedRecord): boolean {
    const { filters } = this.#filters
    return filters.length === 0 || filters.some((filter) => filter.matches(record))
  }

  #runLane(
    mapping: Mapping,
    { shardId, logId }: PlacedShard,
    place: LanePlace & { readonly lane: number; readonly lanes: number },
    signal: AbortSignal,
  ): Promise<boolean> {
    const { lane, lanes, after, window } = place
    const ref = { mappingId: mapping.id, shardId, lane }
    const reader = new LaneReader(
      {
        log: this.#options.streamLog,
        clock: this.#options.clock,
        logId,
        shardId,
        lane,
        lanes,
        stream: () => this.#stream(),
        mustDecrypt: (keyArn) => this.#options.mustDecrypt(mapping, keyArn),
        wants: (record) => this.#wants(record),
        onPolled: (polled, unwanted) => this.#countPolled(polled, unwanted),
        onPassed: async (sequence) => {
          await moveCheckpoint(this.#options.database, ref, { sequence })
        },
      },
      after,
    )
    return new Lane({ ...this.#options, ref, reader, window }).run(signal)
  }
}
