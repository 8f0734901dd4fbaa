/** A place in each shard of a log, by the shard's number: behind the record with this sequence. One that is not named: before the first. */
export type LogPlaces = ReadonlyMap<number, number>

/** By the log's id. Of one that is not named nothing was read. */
export type Places = ReadonlyMap<string, LogPlaces>

const none: LogPlaces = new Map()

export function placesIn(places: Places, logId: string): LogPlaces {
  return places.get(logId) ?? none
}

/** The sequences of shards with these numbers, in their order. */
export function sequencesIn(places: LogPlaces, numbers: readonly number[]): Float64Array {
  const sequences = new Float64Array(numbers.length)
  for (let at = 0; at < numbers.length; at += 1) sequences[at] = places.get(numbers[at]!) ?? 0
  return sequences
}

/**
 * Places as they are kept, for each log: the length of its id in bytes, the id, how many shards follow, and of each its number and the
 * sequence. Numbers are in base 128, the lowest digit first, with 128 added to all digits but the last. A thousand shards are some 5 KB.
 */
export function packPlaces(places: Places): Uint8Array {
  let sizeBytes = 0
  for (const [logId, shards] of places) {
    sizeBytes += 2 * digitsMax + Buffer.byteLength(logId) + shards.size * 2 * digitsMax
  }
  const bytes = Buffer.allocUnsafe(sizeBytes)
  let at = 0
  const put = (number: number) => {
    let rest = number
    while (rest >= 128) {
      bytes[at++] = (rest % 128) + 128
      rest = Math.floor(rest / 128)
    }
    bytes[at++] = rest
  }
  for (const [logId, shards] of places) {
    put(Buffer.byteLength(logId))
    at += bytes.write(logId, at)
    put(shards.size)
    for (const [number, sequence] of shards) {
      put(number)
      put(sequence)
    }
  }
  return new Uint8Array(bytes.subarray(0, at))
}

/** A number up to 2^53 has no more. */
const digitsMax = 8

/** Throws a `RangeError` when these are not packed places. */
export function unpackPlaces(bytes: Uint8Array): Places {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const take = () => {
    let number = 0
    for (let scale = 1; ; scale *= 128) {
      const digit = bytes[at++]
      if (digit === undefined) throw new RangeError('these places end within a number')
      number += (digit % 128) * scale
      if (digit < 128) return number
    }
  }
  const places = new Map<string, LogPlaces>()
  while (at < bytes.byteLength) {
    const length = take()
    const logId = text.toString('utf8', at, at + length)
    at += length
    const shards = new Map<number, number>()
    for (let left = take(); left > 0; left -= 1) {
      const number = take()
      shards.set(number, take())
    }
    places.set(logId, shards)
  }
  return places
}
