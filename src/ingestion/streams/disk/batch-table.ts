/** Numbers for each batch. */
const stride = 6
/** A table that was longer is not kept. */
const keptNumbersMax = 4096 * stride

/**
 * The batches of a group in the order in which they are written, with no object for each: a group of many shards has a thousand of
 * them, and each is looked at three times. One group after the other can have the same table.
 */
export class BatchTable {
  #rows = new Float64Array(0)
  #count = 0

  /** Forgets all, and makes room for so many. */
  begin(countMax: number): void {
    this.#count = 0
    const isFit = this.#rows.length >= countMax * stride && this.#rows.length <= keptNumbersMax
    if (!isFit) this.#rows = new Float64Array(countMax * stride)
  }

  get count(): number {
    return this.#count
  }

  /** `records` of 0: it adds its shard to the log. `sizeBytes` is with its header, `dataBytes` as it was before any data was sealed. */
  add(
    shard: number,
    sequence: number,
    arrivalMs: number,
    records: number,
    sizeBytes: number,
    dataBytes: number,
  ): void {
    const at = this.#count * stride
    this.#rows[at] = shard
    this.#rows[at + 1] = sequence
    this.#rows[at + 2] = arrivalMs
    this.#rows[at + 3] = records
    this.#rows[at + 4] = sizeBytes
    this.#rows[at + 5] = dataBytes
    this.#count += 1
  }

  /** The shard's position in the log. */
  shardOf(batch: number): number {
    return this.#rows[batch * stride]!
  }

  /** Of its first record; 0 for a batch that adds its shard. */
  sequenceOf(batch: number): number {
    return this.#rows[batch * stride + 1]!
  }

  arrivalMsOf(batch: number): number {
    return this.#rows[batch * stride + 2]!
  }

  recordsOf(batch: number): number {
    return this.#rows[batch * stride + 3]!
  }

  sizeBytesOf(batch: number): number {
    return this.#rows[batch * stride + 4]!
  }

  dataBytesOf(batch: number): number {
    return this.#rows[batch * stride + 5]!
  }
}
