/*
 * A sequence number on the wire is 56 decimal digits that stand for 47 hexadecimal ones, in AWS's own layout as
 * kinesalite's author found it (https://github.com/mhart/kinesalite/blob/main/db/index.js):
 *   2 | shard created, seconds: 9 | shard number, lowest digit: 1 | index: 16 | 00 | seconds: 9 | shard number: 8 | 2
 * The index is the log's own sequence, so no table is needed to lead back from one to the other. It comes
 * before all that varies within a shard, so numbers grow with it; those of a child shard are greater than
 * its parents' because it was created later.
 */
/** The numbers of records that follow each other differ by 2 to the power of this. */
export const indexShift = 80n
const createdShift = 148n
const indexMax = 2n ** 64n - 1n
/** Decimal: the first hexadecimal one is always a 2. */
export const sequenceNumberDigits = 56

/** The index that AWS gives to the end of a closed shard. */
export const endOfShard = 0x7fff_ffff_ffff_ffffn

export interface ShardIdentity {
  readonly number: number
  readonly createdAtMs: number
}

export interface ParsedSequenceNumber {
  readonly shardNumber: number
  readonly shardCreatedAtSeconds: number
  /** The sequence in the log; 0n for the start of the shard. */
  readonly sequence: bigint
}

/** Turns the log's sequences of one shard into numbers as they are on the wire. */
export class SequenceNumbers {
  readonly #base: bigint

  constructor(shard: ShardIdentity) {
    const created = Math.floor(shard.createdAtMs / 1000)
      .toString(16)
      .padStart(9, '0')
    const number = shard.number.toString(16).padStart(8, '0')
    this.#base = BigInt(`0x2${created}${number.slice(-1)}${'0'.repeat(18)}${created}${number}2`)
  }

  of(sequence: bigint): string {
    return (this.#base + (sequence << indexShift)).toString()
  }
}

/** Undefined when the text is no sequence number in this layout. */
export function parseSequenceNumber(text: string): ParsedSequenceNumber | undefined {
  if (!/^[1-9]\d{0,128}$/.test(text)) return undefined
  const value = BigInt(text)
  const hex = value.toString(16)
  if (hex.length !== 47 || !hex.startsWith('2') || !hex.endsWith('2')) return undefined
  const sequence = (value >> indexShift) & indexMax
  if (sequence > endOfShard) return undefined
  return {
    shardNumber: Number((value >> 4n) & 0xffff_ffffn),
    shardCreatedAtSeconds: Number((value >> createdShift) & 0xf_ffff_ffffn),
    sequence,
  }
}

export function shardName(number: number): string {
  return `shardId-${String(number).padStart(12, '0')}`
}

/** AWS takes `shardId-000000000001`, `shardId-1` and `1` for the same shard. */
export function parseShardName(text: string): number | undefined {
  const digits = text.split('-')[1] ?? text
  const number = /^\d+$/.test(digits) ? Number(digits) : NaN
  return number >= 0 && number <= 0x7fff_ffff ? number : undefined
}
