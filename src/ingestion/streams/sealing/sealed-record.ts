import { createCipheriv, createDecipheriv } from 'node:crypto'
import { randomOctets } from '#kit'
import { StreamErrors } from '../errors.ts'
import { type ShardRef, sealedOverheadBytes } from '../stream-log.ts'

/*
 * A sealed record's data: number of the data key u32 (little-endian) | nonce 12 | AES-256-GCM of the data | tag 16. The shard is
 * authenticated with it: what was moved to another does not open.
 */
const nonceAt = 4
const bodyAt = 16
const tagBytes = 16
const algorithm = 'aes-256-gcm'

export interface DataKey {
  /** Names it among the keys of its log. */
  readonly number: number
  /** The KMS key that it is kept under. */
  readonly kmsKeyArn: string
  readonly bytes: Uint8Array
}

/** Random bytes by the thousand: asking for twelve costs as much. */
const noncesBytes = 12 * 1024
let nonces: Buffer = Buffer.alloc(0)
let noncesUsed = 0

export function sealData(key: DataKey, shard: ShardRef, data: Uint8Array): Buffer {
  if (noncesUsed === nonces.length) {
    nonces = randomOctets(noncesBytes)
    noncesUsed = 0
  }
  const sealed = Buffer.allocUnsafe(data.byteLength + sealedOverheadBytes)
  sealed.writeUInt32LE(key.number)
  nonces.copy(sealed, nonceAt, noncesUsed, (noncesUsed += bodyAt - nonceAt))
  const cipher = createCipheriv(algorithm, key.bytes, sealed.subarray(nonceAt, bodyAt))
  cipher.setAAD(authenticated(shard))
  // A counter mode: all of the text comes at once.
  cipher.update(data).copy(sealed, bodyAt)
  cipher.final()
  cipher.getAuthTag().copy(sealed, bodyAt + data.byteLength)
  return sealed
}

/** The number of the key that data was sealed with. */
export function keyNumberOf(sealed: Uint8Array): number {
  return Buffer.from(sealed.buffer, sealed.byteOffset, sealed.byteLength).readUInt32LE(0)
}

/** Error: `LogCorrupted` when it is not what was sealed. */
export function openData(key: DataKey, shard: ShardRef, sealed: Uint8Array): Buffer {
  const tagAt = sealed.byteLength - tagBytes
  try {
    const decipher = createDecipheriv(algorithm, key.bytes, sealed.subarray(nonceAt, bodyAt))
    decipher.setAAD(authenticated(shard)).setAuthTag(sealed.subarray(tagAt))
    const data = decipher.update(sealed.subarray(bodyAt, tagAt))
    decipher.final()
    return data
  } catch (error) {
    throw StreamErrors.LogCorrupted(
      `a sealed record of ${shard.logId}/${shard.shardId} does not open`,
      { ...shard },
      error,
    )
  }
}

function authenticated({ logId, shardId }: ShardRef): Buffer {
  return Buffer.from(`${logId}/${shardId}`)
}
