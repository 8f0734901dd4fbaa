import { type EngineFunction, engineFunction } from './function.ts'

/** The hashes that Hive chooses a row's bucket by, of kinds that SQL cannot take bit by bit; 32 bits without a sign. */
export const hiveHashFunctions: readonly EngineFunction[] = [
  engineFunction('hive_hash_text', ['text', 'integer'], 'bigint', textHash),
  engineFunction('hive_hash_real', ['double'], 'bigint', (value) => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatBE(value)
    return BigInt(bytes.readUInt32BE())
  }),
  engineFunction('hive_hash_double', ['double'], 'bigint', (value) => {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleBE(value)
    return BigInt((bytes.readUInt32BE() ^ bytes.readUInt32BE(4)) >>> 0)
  }),
]

function textHash(text: string, initial: number): bigint {
  let hash = initial
  for (const byte of Buffer.from(text).values()) {
    hash = (Math.imul(hash, 31) + (byte < 128 ? byte : byte - 256)) | 0
  }
  return BigInt(hash >>> 0)
}
