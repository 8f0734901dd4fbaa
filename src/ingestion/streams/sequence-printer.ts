import { indexShift, sequenceNumberDigits, type SequenceNumbers } from './sequence-number.ts'

/** So many decimal digits are counted as one number. */
const limbDigits = 8
const limbMax = 10 ** limbDigits
const limbCount = sequenceNumberDigits / limbDigits
/** The number of a record is so much greater than that of the one before it. The lowest limb first. */
const step = limbsOf((1n << indexShift).toString())
/** Those above change once in many millions of records. */
const lowLimbs = step.length
/** A limb of the step times this, and what is carried, is exact. */
const stepsMax = 4_000_000

/** What is known of a shard: the sequence, in a double; the limbs; the digits of the high ones, four in each word. */
const limbsAt = 2
const highAt = limbsAt + limbCount
const highWords = (limbCount - lowLimbs) * 2
/** As long as a line of the processor's cache: many shards are printed in turn. */
const shardWords = 16

/**
 * Prints sequence numbers of the shards of a stream: counted on in decimal from the one that was printed last of the shard, as
 * its records follow each other. A big integer for each number would cost several times as much.
 */
export class SequencePrinter {
  readonly #shards: readonly { readonly numbers: SequenceNumbers }[]
  /** By the place of the shard. */
  readonly #words: Int32Array
  /** The same memory; the first of each shard is the sequence that was printed last, NaN before. */
  readonly #sequences: Float64Array

  constructor(shards: readonly { readonly numbers: SequenceNumbers }[]) {
    this.#shards = shards
    this.#words = new Int32Array(shards.length * shardWords)
    this.#sequences = new Float64Array(this.#words.buffer).fill(Number.NaN)
  }

  /** Prints the number of a record of the shard at `place`: 56 digits at `at`. Error: a RangeError for what is no sequence. */
  print(place: number, sequence: number, view: DataView, at: number): void {
    const sequenceAt = (place * shardWords) / 2
    const first = place * shardWords
    const steps = sequence - this.#sequences[sequenceAt]!
    if (steps >= 0 && steps <= stepsMax && Number.isInteger(steps)) this.#count(first, steps)
    else this.#begin(place, sequence)
    this.#sequences[sequenceAt] = sequence
    const words = this.#words
    for (let word = 0; word < highWords; word += 1) {
      view.setInt32(at + word * 4, words[first + highAt + word]!, true)
    }
    let end = at + sequenceNumberDigits
    for (let limb = 0; limb < lowLimbs; limb += 1, end -= limbDigits) {
      const value = words[first + limbsAt + limb]!
      const high = (value / 10_000) | 0
      printFour(view, end - 8, high)
      printFour(view, end - 4, value - high * 10_000)
    }
  }

  #begin(place: number, sequence: number): void {
    if (!Number.isSafeInteger(sequence) || sequence < 0) {
      throw new RangeError(`no sequence of a log: ${sequence}`)
    }
    const text = this.#shards[place]!.numbers.of(BigInt(sequence))
    const first = place * shardWords
    this.#words.set(limbsOf(text), first + limbsAt)
    this.#keepHigh(first)
  }

  #count(first: number, steps: number): void {
    const words = this.#words
    let carry = 0
    for (let limb = 0; limb < lowLimbs; limb += 1) {
      const sum = words[first + limbsAt + limb]! + step[limb]! * steps + carry
      carry = Math.floor(sum / limbMax)
      words[first + limbsAt + limb] = sum - carry * limbMax
    }
    if (carry === 0) return
    for (let limb = lowLimbs; limb < limbCount; limb += 1) {
      const sum = words[first + limbsAt + limb]! + carry
      carry = Math.floor(sum / limbMax)
      words[first + limbsAt + limb] = sum - carry * limbMax
    }
    this.#keepHigh(first)
  }

  /** Keeps the digits of the high limbs. */
  #keepHigh(first: number): void {
    const words = this.#words
    for (let word = 0; word < highWords; word += 1) {
      const value = words[first + limbsAt + limbCount - 1 - (word >> 1)]!
      const high = (value / 10_000) | 0
      words[first + highAt + word] = fourDigits[word % 2 === 0 ? high : value - high * 10_000]!
    }
  }
}

/** The numbers below 10,000 in decimal, each as four bytes that are written at once. */
const fourDigits = new Uint32Array(10_000)
for (let value = 0; value < fourDigits.length; value += 1) {
  const text = Buffer.from(String(value).padStart(4, '0'), 'latin1')
  fourDigits[value] = text.readUInt32LE(0)
}

/** Prints a number below 10,000, with zeros before it. */
export function printFour(view: DataView, at: number, value: number): void {
  view.setUint32(at, fourDigits[value]!, true)
}

function limbsOf(text: string): Int32Array {
  const count = Math.ceil(text.length / limbDigits)
  const padded = text.padStart(count * limbDigits, '0')
  return Int32Array.from({ length: count }, (_, index) => {
    const end = padded.length - index * limbDigits
    return Number(padded.slice(end - limbDigits, end))
  })
}
