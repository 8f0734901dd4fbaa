import { elapsedMs } from '#kit'
import type { Extents } from '#ingestion/streams'
import type { Checkpoints, CheckpointMove } from './checkpoints.ts'
import { placesIn, sequencesIn, type LogPlaces } from './places.ts'
import { filledOf, rangesOf, type Ranges } from './ranges.ts'
import type { SourceShards } from './source.ts'

/** Shards that may have more, each by its place in those of the source. The same object for as long as it is the same shards. */
export interface OpenShards {
  readonly of: SourceShards
  readonly places: readonly number[]
  readonly shardIds: readonly string[]
}

/** What a batch will hold, as numbers: of each shard of the source where it begins, and how far it goes. */
export class Gathered {
  readonly #version: number
  readonly #begins: LogPlaces
  #shards: SourceShards
  #from: Float64Array
  #to: Float64Array
  /** Of shards that the source has not any more. */
  #gone: readonly GoneRange[] = []
  #open: OpenShards
  /** Where the shards ended when the batch was due. */
  #tips: Float64Array | undefined
  records = 0
  bytes = 0
  oldestMs = Infinity
  /** When the first was seen, by a clock that nobody sets. */
  #sinceMs = Infinity

  /** `before`: what was gathered before it; most likely the same shards are open. */
  constructor({ version, places }: Checkpoints, shards: SourceShards, before?: Gathered) {
    this.#version = version
    this.#begins = placesIn(places, shards.logId)
    this.#shards = shards
    this.#from = this.#beginsOf(shards)
    this.#to = this.#from.slice()
    const open = before?.open()
    this.#open = open?.of === shards ? open : noneOpen(shards)
  }

  get shards(): SourceShards {
    return this.#shards
  }

  /** Goes on with what the source has now; false when that is another log, and all must begin anew. */
  follow(shards: SourceShards): boolean {
    const before = this.#shards
    if (shards === before) return true
    if (shards.logId !== before.logId) return false
    const ranges = this.ranges()
    const left = new Map(filledOf(ranges).map((place) => [ranges.numbers[place]!, place]))
    const tips =
      this.#tips && new Map(before.numbers.map((number, at) => [number, this.#tips![at]]))
    this.#tips = tips && Float64Array.from(shards.numbers, (number) => tips.get(number) ?? 0)
    this.#shards = shards
    this.#open = noneOpen(shards)
    this.#from = this.#beginsOf(shards)
    this.#to = this.#from.slice()
    for (const [place, number] of shards.numbers.entries()) {
      const known = left.get(number)
      if (known !== undefined) this.#to[place] = ranges.tos[known]!
      left.delete(number)
    }
    this.#gone = [...left].map(([number, place]) => ({
      shardId: ranges.shardIds[place]!,
      number,
      after: ranges.afters[place]!,
      to: ranges.tos[place]!,
    }))
    return true
  }

  #beginsOf({ numbers }: SourceShards): Float64Array {
    return sequencesIn(this.#begins, numbers)
  }

  /** How far the shard at this place was gathered. */
  after(place: number): number {
    return this.#to[place]!
  }

  /** Takes in what was found behind its place in the shard: one record at least. */
  add(place: number, { records, dataBytes, arrivalMs, lasts }: Extents, index: number): void {
    this.pass(place, lasts[index]!)
    if (this.records === 0) this.#sinceMs = elapsedMs()
    this.records += records[index]!
    this.bytes += dataBytes[index]!
    this.oldestMs = Math.min(this.oldestMs, arrivalMs[index]!)
  }

  /** Goes on behind `to`: what lay before it is gone from the source. */
  pass(place: number, to: number): void {
    this.#to[place] = to
  }

  /** Shards that may have more: a child waits until its parents are through, so that order is kept. */
  open(): OpenShards {
    const of = this.#shards
    const before = this.#open.places
    let places: number[] | undefined
    let count = 0
    for (let place = 0; place < of.shardIds.length; place += 1) {
      if (!this.#isOpen(place)) continue
      if (!places && before[count] !== place) places = before.slice(0, count)
      places?.push(place)
      count += 1
    }
    if (!places && count < before.length) places = before.slice(0, count)
    if (places) this.#open = { of, places, shardIds: places.map((place) => of.shardIds[place]!) }
    return this.#open
  }

  #isOpen(place: number): boolean {
    if (this.#isThrough(place)) return false
    const parents = this.#shards.parents[place]!
    for (const parent of parents) if (!this.#isThrough(parent)) return false
    return true
  }

  #isThrough(place: number): boolean {
    return this.#to[place]! >= this.#shards.ends[place]!
  }

  /** Whether it knows what was there when the batch was due. */
  get knowsTips(): boolean {
    return this.#tips !== undefined
  }

  /** Of all shards, in their order. */
  setTips(tips: Float64Array): void {
    this.#tips = tips
  }

  /** Whether it holds all that was there then. */
  hasAll(): boolean {
    return this.open().places.every((place) => this.#to[place]! >= (this.#tips?.[place] ?? 0))
  }

  /** How long it may wait yet, Infinity when it holds nothing. A clock that was set back does not hold it up. */
  dueMs(bufferMs: number, nowMs: number): number {
    return Math.min(this.oldestMs - nowMs, this.#sinceMs - elapsedMs()) + bufferMs
  }

  /** In the order of the shards: parents before their children. */
  ranges(): Ranges {
    const gone = this.#gone
    const { shardIds, numbers } = this.#shards
    const ranges = rangesOf(this.#shards, this.#from, this.#to.slice())
    if (gone.length === 0) return ranges
    return {
      ...ranges,
      shardIds: [...gone.map(({ shardId }) => shardId), ...shardIds],
      numbers: [...gone.map(({ number }) => number), ...numbers],
      afters: Float64Array.from([...gone.map(({ after }) => after), ...ranges.afters]),
      tos: Float64Array.from([...gone.map(({ to }) => to), ...ranges.tos]),
    }
  }

  /**
   * The checkpoints behind it. A shard that the source has not any more is left out of them, as is every other log; but not one that is
   * newer than all that the source has: somebody else may have seen it there.
   */
  move(): CheckpointMove {
    const { logId, numbers } = this.#shards
    const newest = numbers.at(-1) ?? -1
    const to = new Map<number, number>()
    for (let place = 0; place < numbers.length; place += 1) {
      const sequence = this.#to[place]!
      if (sequence > 0) to.set(numbers[place]!, sequence)
    }
    for (const [number, sequence] of this.#begins) {
      if (number > newest) to.set(number, sequence)
    }
    for (const range of this.#gone) if (range.number > newest) to.set(range.number, range.to)
    return { version: this.#version, to: new Map([[logId, to]]) }
  }
}

interface GoneRange {
  readonly shardId: string
  readonly number: number
  readonly after: number
  readonly to: number
}

function noneOpen(of: SourceShards): OpenShards {
  return { of, places: [], shardIds: [] }
}
