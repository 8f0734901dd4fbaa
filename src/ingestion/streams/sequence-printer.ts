import { indexShift, sequenceNumberDigits, type SequenceNumbers } from './sequence-number.ts'

/** So many decimal digits are counted as one number. */
const limbDigits = 8
const limbMax = 10 ** limbDigits
const limbCount = sequenceNumberDigits / limbDigits
/** The number of a record is so much greater than that of the one before it. The lowest limb first. */
const step = limbsOf((1n << indexShift).toString())
/** A limb of the step times this, and what is carried, is exact. */
const stepsMax = 4_000_000

/**
 * Prints sequence numbers of the shards of a stream: counted on in decimal from the one that was printed last of the shard, as
 * its records follow each other. A big integer for each number would cost several times as much.
 */
export class SequencePrinter {
  readonly #shards: readonly { readonly numbers: SequenceNumbers }[]
  /** By the place of the shard: what was printed last; NaN before. */
  readonly #sequences: Float64Array
  readonly #limbs: Int32Array

  constructor(shards: readonly { readonly numbers: SequenceNumbers }[]) {
    this.#shards = shards
    this.#sequences = new Float64Array(shards.length).fill(Number.NaN)
    this.#limbs = new Int32Array(shards.length * limbCount)
  }

  /** Prints the number of a record of the shard at `place`: 56 digits at `at`. Error: a RangeError for what is no sequence. */
  print(place: number, sequence: number, view: DataView, at: number): void {
    const steps = sequence - this.#sequences[place]!
    if (steps >= 0 && steps <= stepsMax && Number.isInteger(steps)) {
      this.#count(place * limbCount, steps)
    } else this.#begin(place, sequence)
    this.#sequences[place] = sequence
    let limb = place * limbCount
    for (let end = at + sequenceNumberDigits; end > at; end -= limbDigits, limb += 1) {
      const value = this.#limbs[limb]!
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
    this.#limbs.set(limbsOf(text), place * limbCount)
  }

  #count(from: number, steps: number): void {
    const limbs = this.#limbs
    let carry = 0
    for (let index = 0; index < limbCount; index += 1) {
      if (index >= step.length && carry === 0) return
      const sum = limbs[from + index]! + (index < step.length ? step[index]! * steps : 0) + carry
      carry = Math.floor(sum / limbMax)
      limbs[from + index] = sum - carry * limbMax
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
