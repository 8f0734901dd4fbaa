/** Whose line is whose. Records that follow one another with a line each, which most are, take three numbers together. */
export class Lines {
  /** The first record of each run. */
  readonly #firsts: number[] = []
  /** How many records a run has: one, or as many as it has lines. */
  readonly #counts: number[] = []
  /** The last line of each run. */
  readonly #lasts: number[] = []

  get count(): number {
    return this.#lasts.at(-1) ?? 0
  }

  /** No line is longer. */
  longestBytes = 0

  add(record: number, lines: number, sizeBytes: number): void {
    if (sizeBytes > this.longestBytes) this.longestBytes = sizeBytes
    this.#addRun(record, 1, lines)
  }

  /** Records that follow one another, of a line each. */
  addEach(first: number, count: number, longestBytes: number): void {
    if (longestBytes > this.longestBytes) this.longestBytes = longestBytes
    this.#addRun(first, count, count)
  }

  #addRun(first: number, records: number, lines: number): void {
    const last = this.#firsts.length - 1
    const before = this.count
    if (last >= 0 && lines === records) {
      const count = this.#counts[last]!
      if (first === this.#firsts[last]! + count && count === before - this.#lineBefore(last)) {
        this.#counts[last] = count + records
        this.#lasts[last] = before + lines
        return
      }
    }
    this.#firsts.push(first)
    this.#counts.push(records)
    this.#lasts.push(before + lines)
  }

  /** How many lines stand before a run. */
  #lineBefore(run: number): number {
    return run === 0 ? 0 : this.#lasts[run - 1]!
  }

  /** How many lines the records before this one have. */
  countBefore(record: number): number {
    const runs = firstNotBelow(this.#firsts, record)
    if (runs === 0) return 0
    const run = runs - 1
    const count = this.#counts[run]!
    const whole = record - this.#firsts[run]! >= count
    return whole ? this.#lasts[run]! : this.#lineBefore(run) + record - this.#firsts[run]!
  }

  /** The records that have lines, each with the number of them. */
  *entries(): Generator<{ readonly record: number; readonly count: number }> {
    for (const [run, first] of this.#firsts.entries()) {
      const records = this.#counts[run]!
      const count = (this.#lasts[run]! - this.#lineBefore(run)) / records
      for (let index = 0; index < records; index += 1) yield { record: first + index, count }
    }
  }

  /** Lines count from 1. */
  recordOf(line: number): number | undefined {
    if (!(line >= 1)) return undefined
    const run = firstNotBelow(this.#lasts, line)
    if (run === this.#lasts.length) return undefined
    const index = this.#counts[run] === 1 ? 0 : line - this.#lineBefore(run) - 1
    return this.#firsts[run]! + index
  }
}

/** Where the first of ascending numbers stands that is not less than this one. */
function firstNotBelow(numbers: readonly number[], value: number): number {
  let low = 0
  let high = numbers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (numbers[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}
