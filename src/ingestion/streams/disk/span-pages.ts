import type { BufferPool } from '#kit'
import type { SpanPages } from '../stream-log.ts'
import { hotRow } from './hot-read.ts'
import { LogPages } from './log-pages.ts'
import type { LogParts, LogSpans, LogState } from './log-state.ts'
import { readSpans, type SpansRead } from './read-spans.ts'
import { missing } from './scan.ts'
import { RecordCursor, type CursorInput } from './record-cursor.ts'
import type { Segment } from './segment.ts'
import { SpanLot, type SpanInLot } from './span-lot.ts'

/**
 * Reads one span after the other from where they are stored, many with each lot, up to one that is in memory, to the limits, or until as many
 * bytes were read as pages may have: what lies between records is in memory with them.
 */
export class SpanReader {
  readonly #pool: BufferPool
  readonly #state: LogState
  readonly #parts: LogParts
  readonly #spans: LogSpans
  readonly #afters: Float64Array
  /** Up to where a span goes, or its shard went when it was asked for. */
  readonly #untils: Float64Array
  readonly #cursor: RecordCursor
  readonly #pages: LogPages
  /** Told what went wrong with segments: they were freed meanwhile if it returns. */
  readonly #explain: (error: unknown, segments: readonly Segment[]) => void
  #leftBytes: number
  #place = 0

  constructor(
    pool: BufferPool,
    { state, parts }: { readonly state: LogState; readonly parts: LogParts },
    spans: LogSpans,
    limits: Pick<CursorInput, 'limitRecords' | 'limitBytes'>,
    explain: (error: unknown, segments: readonly Segment[]) => void,
  ) {
    this.#pool = pool
    this.#state = state
    this.#parts = parts
    this.#spans = spans
    this.#afters = spans.afters.slice()
    this.#untils = spans.tos.map((to, place) =>
      Math.min(to, state.shards[spans.positions[place]!]!.sequence),
    )
    this.#cursor = new RecordCursor({ after: 0, ...limits })
    this.#pages = new LogPages(pool)
    this.#leftBytes = limits.limitBytes
    this.#explain = explain
  }

  /** Undefined when a record is sealed. */
  async read(): Promise<SpanPages | undefined> {
    for (;;) {
      const lot = await this.#nextLot()
      if (!lot) continue
      if (lot.spans.length === 0 || !(await this.#readLot(lot))) break
    }
    const afters = this.#afters
    const { tos } = this.#spans
    const isComplete = afters.every((after, place) => after >= tos[place]!)
    const pages = this.#pages.end()
    return pages && { pages, afters, isComplete }
  }

  /** Without spans when there are no more; undefined when segments were freed meanwhile. */
  async #nextLot(): Promise<SpanLot | undefined> {
    const { positions, tos } = this.#spans
    const { records, bytes } = this.#cursor.left
    const lot = new SpanLot(this.#parts, this.#state.segments, { records, bytes })
    const named = new Set<number>()
    try {
      for (let place = this.#place; place < positions.length; place += 1) {
        const position = positions[place]!
        const until = this.#untils[place]!
        const { freedSequence } = this.#state.shards[position]!
        const after = Math.max(this.#afters[place]!, freedSequence)
        if (after >= until) {
          this.#afters[place] = Math.max(this.#afters[place]!, tos[place]!)
          continue
        }
        const isFirst = lot.spans.length === 0 && this.#pages.isEmpty
        const isHot = (hotRow(this.#state, position, after) ?? -1) >= 0
        if (named.has(position) || (isHot && !isFirst)) break
        named.add(position)
        if (!(await lot.add(place, position, { after, until }))) break
      }
      return lot
    } catch (error) {
      this.#explain(error, [lot.visited!])
      return undefined
    }
  }

  /** False when nothing more may be read. */
  async #readLot(lot: SpanLot): Promise<boolean> {
    const pieces = lot.pieces()
    const allocate = (sizeBytes: number) => this.#pool.take(sizeBytes)
    try {
      const { length } = this.#state.shards
      const read = await readSpans(lot.spans, pieces, this.#parts, length, allocate)
      for (const index of lot.spans.keys()) {
        if (!this.#takeSpan(lot.spans[index]!, read, index)) return false
      }
    } catch (error) {
      this.#explain(error, pieces.segments)
      return true
    }
    this.#leftBytes -= pieces.sizeBytes
    return this.#leftBytes > 0 || this.#pages.isEmpty
  }

  /** False when the limits let nothing more be taken. */
  #takeSpan(
    { place, position, after, through }: SpanInLot,
    read: SpansRead,
    index: number,
  ): boolean {
    const { buffer, batches } = read
    const cursor = this.#cursor
    cursor.goOn(after, through)
    this.#place = place
    if (cursor.isFull) return false
    for (const found of batches[index]!) {
      if (found.batch.sequence > cursor.after + 1) break
      read.check(found)
      if (cursor.take(found.batch, buffer, found.start)) this.#pages.add(buffer, cursor)
      this.#afters[place] = cursor.after
      if (cursor.isFull) break
    }
    if (cursor.after < through) {
      if (cursor.isFull) return false
      throw missing(this.#state.shards[position]!.shardId, cursor.after + 1)
    }
    this.#afters[place] = through === this.#untils[place] ? this.#spans.tos[place]! : through
    return true
  }
}
