import { elapsedMs } from '#kit'
import type { FlushParts } from '../flush.ts'
import { countOf, filledOf, rangesOf, type Ranges } from '../ranges.ts'
import type { SourceShards } from '../source.ts'
import { Turns } from '../turns.ts'
import type { LaneCut } from './lane-cut.ts'
import { makePart, type Part, type PartPlan } from './part.ts'

/**
 * The tail of one lane, kept from query to query. It is a row of parts, each begun where the one before ends; what was added to the source since
 * the last query becomes the newest part. A part is at least twice as long as the one behind it, so their number grows with the
 * logarithm of the tail, and each record is converted as often at most.
 */
export class LaneTail {
  readonly #parts: FlushParts
  readonly #turns = new Turns()
  #chain: Chain | undefined
  /** Queries that wait for it. */
  #asked = 0
  #usedAt = elapsedMs()

  constructor(parts: FlushParts) {
    this.#parts = parts
  }

  /** The parts from a cut's checkpoints to its tips, or a bit beyond; each must be released. */
  async partsOf(cut: LaneCut, signal: AbortSignal): Promise<readonly Part[]> {
    this.#asked += 1
    try {
      return await this.#turns.run(() => this.#extended(cut, signal))
    } finally {
      this.#asked -= 1
      this.#usedAt = elapsedMs()
    }
  }

  async #extended(cut: LaneCut, signal: AbortSignal): Promise<readonly Part[]> {
    const identity = await identityOf(this.#parts, cut)
    const { shards } = cut.tips
    const isNewer = !this.#chain || cut.version >= this.#chain.version
    if (this.#chain?.identity === identity && this.#chain.shards === shards) {
      return this.#chain.extend(this.#parts, cut, signal)
    }
    const chain = new Chain(identity, cut)
    try {
      return await chain.extend(this.#parts, cut, signal)
    } finally {
      if (isNewer) {
        this.#chain?.release()
        this.#chain = chain
      } else chain.release()
    }
  }

  /** Frees what no query has asked for in a while. False while it is of use, however long what it is asked for takes. */
  forget(unusedMs: number): boolean {
    if (this.#asked > 0 || elapsedMs() - this.#usedAt < unusedMs) return false
    this.#chain?.release()
    this.#chain = undefined
    return true
  }
}

/** What decides how a record is delivered: where the tail begins, the settings, and the table's columns. */
async function identityOf(parts: FlushParts, cut: LaneCut): Promise<string> {
  const conversion = cut.target.kind === 's3' ? cut.target.conversion : undefined
  const table =
    conversion &&
    (await parts.metastore.getTable(
      {
        accountId: cut.stream.accountId,
        region: conversion.region,
        database: conversion.database,
        table: conversion.table,
      },
      conversion.versionId === 'LATEST' ? undefined : conversion.versionId,
    ))
  return JSON.stringify([
    cut.stream.version,
    table?.versionId,
    table?.updateTimeMs,
    cut.tables,
    cut.version,
  ])
}

class Chain {
  readonly identity: string
  /** Of the checkpoints where it begins. */
  readonly version: number
  readonly shards: SourceShards
  readonly #ends: Float64Array
  #parts: Part[] = []

  constructor(identity: string, { version, afters, tips }: LaneCut) {
    this.identity = identity
    this.version = version
    this.shards = tips.shards
    this.#ends = afters.slice()
  }

  async extend(parts: FlushParts, cut: LaneCut, signal: AbortSignal): Promise<readonly Part[]> {
    const { sequences } = cut.tips
    let count = countOf(rangesOf(this.shards, this.#ends, sequences))
    if (count > 0) {
      const kept = [...this.#parts]
      const afters = this.#ends.slice()
      for (let last = kept.at(-1); last && last.count < 2 * count; last = kept.at(-1)) {
        count += last.count
        for (const place of filledOf(last.ranges)) afters[place] = last.ranges.afters[place]!
        kept.pop()
      }
      const ranges = rangesOf(this.shards, afters, sequences)
      const part = await makePart(parts, planOf(cut, ranges, kept), signal)
      for (const merged of this.#parts.slice(kept.length)) merged.release()
      this.#parts = [...kept, part]
      for (const place of filledOf(ranges)) this.#ends[place] = sequences[place]!
    }
    for (const part of this.#parts) part.retain()
    return [...this.#parts]
  }

  release(): void {
    for (const part of this.#parts) part.release()
    this.#parts = []
  }
}

/** A part is named as the batch would be that began where the tail does, or where the one before would have been full. */
function planOf(cut: LaneCut, ranges: Ranges, before: readonly Part[]): PartPlan {
  let gatheredBytes = 0
  let oldestMs: number | undefined
  for (const part of before) {
    if (gatheredBytes === 0) oldestMs = part.oldestMs
    gatheredBytes += part.bytes
    if (gatheredBytes >= cut.target.bufferBytes) {
      gatheredBytes = 0
      oldestMs = undefined
    }
  }
  const beforeBytes = before.reduce((sum, { bytes }) => sum + bytes, 0)
  return { lane: cut, ranges, count: countOf(ranges), oldestMs, beforeBytes }
}
