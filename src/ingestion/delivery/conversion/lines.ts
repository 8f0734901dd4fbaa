/** Whose line is whose: a number or two for each record, however many lines it has. */
export class Lines {
  readonly #records: number[] = []
  /** The last line of each of those records. */
  readonly #lasts: number[] = []

  get count(): number {
    return this.#lasts.at(-1) ?? 0
  }

  /** No line is longer. */
  longestBytes = 0

  add(record: number, lines: number, sizeBytes: number): void {
    if (sizeBytes > this.longestBytes) this.longestBytes = sizeBytes
    this.#records.push(record)
    this.#lasts.push(this.count + lines)
  }

  /** Records that follow one another, of a line each. */
  addEach(first: number, count: number, longestBytes: number): void {
    if (longestBytes > this.longestBytes) this.longestBytes = longestBytes
    const before = this.count
    for (let index = 0; index < count; index += 1) {
      this.#records.push(first + index)
      this.#lasts.push(before + index + 1)
    }
  }

  /** How many lines the records before this one have. */
  countBefore(record: number): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#records[middle]! < record) low = middle + 1
      else high = middle
    }
    return low === 0 ? 0 : this.#lasts[low - 1]!
  }

  /** The records that have lines, each with the number of them. */
  *entries(): Generator<{ readonly record: number; readonly count: number }> {
    let before = 0
    for (const [index, record] of this.#records.entries()) {
      const last = this.#lasts[index]!
      yield { record, count: last - before }
      before = last
    }
  }

  /** Lines count from 1. */
  recordOf(line: number): number | undefined {
    if (!(line >= 1)) return undefined
    let low = 0
    let high = this.#lasts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#lasts[middle]! < line) low = middle + 1
      else high = middle
    }
    return this.#records[low]
  }
}
