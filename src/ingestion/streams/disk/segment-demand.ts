/** So much of a segment for each read of its file makes grouping it worth its cost, which is that of some thousand reads. */
const bytesPerReadMin = 128 * 1024
/** Who has read one of so many shards, and then another, goes on to read them all: so few reads are enough. */
const shardsPerReader = 256
const readsMin = 8

/** What a segment's file was read for, in pieces of single shards, since the log was opened. */
export class SegmentDemand {
  #reads = 0
  readonly #shards = new Set<number>()

  /**
   * Counts reads for a shard, by its position; below zero when others had read for it. True when readers have spent so much that it
   * is better to group the segment.
   */
  add(reads: number, position: number, shardCount: number, sizeBytes: number): boolean {
    this.#reads = Math.max(0, this.#reads + reads)
    if (this.#reads === 0) return false
    this.#shards.add(position)
    if (this.#reads * bytesPerReadMin >= sizeBytes) return true
    return this.#reads >= readsMin && this.#shards.size > 1 + shardCount / shardsPerReader
  }
}
