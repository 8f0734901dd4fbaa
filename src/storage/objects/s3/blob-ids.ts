import { assert, randomHex } from '#kit'

/*
 * A blob's id is `s`, shard, epoch and randomness, which together name the upstream object, and the CRC-32 of the bytes, which is
 * known only when they have gone upstream. What a listing finds is an id without its end.
 */
const shardLength = 3
const epochLength = 8
const randomLength = 11
const crcLength = 8
const stemLength = 1 + shardLength + epochLength + 2 * randomLength
const form = /^s[0-9a-f]{33}([0-9a-f]{8})?$/

/** The beginning of a new id. */
export function newStem(epoch: string): string {
  return `s${randomHex(2).slice(0, shardLength)}${epoch}${randomHex(randomLength)}`
}

export function withCrc(stem: string, crc: number): string {
  return stem + crc.toString(16).padStart(crcLength, '0')
}

/** The CRC-32 of the bytes; undefined when the id is one that a listing found. */
export function crcOf(blobId: string): number | undefined {
  return blobId.length === stemLength + crcLength
    ? Number.parseInt(blobId.slice(stemLength), 16)
    : undefined
}

export function epochOf(stem: string): string {
  return stem.slice(1 + shardLength, 1 + shardLength + epochLength)
}

/** The key under the place's prefix. Its random beginning spreads blobs over an upstream's partitions. */
export function keyOf(prefix: string, blobId: string): string {
  assert(form.test(blobId), 'an id of a blob upstream')
  return `${prefix}blobs/${blobId.slice(1, 1 + shardLength)}/${blobId.slice(0, stemLength)}`
}

/** Undefined for a key that is no blob's. */
export function stemOf(key: string): string | undefined {
  const name = key.slice(key.lastIndexOf('/') + 1)
  return form.test(name) && name.length === stemLength ? name : undefined
}
