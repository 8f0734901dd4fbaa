import { createHash, createHmac } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

const mask = 0xffff_ffff_ffff_ffffn
const rotate = (value: bigint, bits: bigint) =>
  ((value << bits) | ((value & mask) >> (64n - bits))) & mask
const times = (a: bigint, b: bigint) => (a * b) & mask

function bytesOf(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(value & mask)
  return bytes
}

const [p1, p2, p3, p4, p5] = [
  0x9e3779b185ebca87n,
  0xc2b2ae3d27d4eb4fn,
  0x165667b19e3779f9n,
  0x85ebca77c2b2ae63n,
  0x27d4eb2f165667c5n,
] as const

/** https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md, seed 0 */
function xxhash64(input: Uint8Array): Buffer {
  const data = Buffer.from(input)
  const round = (lane: bigint, value: bigint) =>
    times(rotate((lane + times(value, p2)) & mask, 31n), p1)
  let at = 0
  let hash: bigint = p5
  if (data.length >= 32) {
    const lanes = [(p1 + p2) & mask, p2, 0n, (0n - p1) & mask]
    for (; at + 32 <= data.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) {
        lanes[lane] = round(lanes[lane]!, data.readBigUInt64LE(at + lane * 8))
      }
    }
    const [a, b, c, d] = lanes as [bigint, bigint, bigint, bigint]
    hash = (rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n)) & mask
    for (const lane of lanes) hash = (times(hash ^ round(0n, lane), p1) + p4) & mask
  }
  hash = (hash + BigInt(data.length)) & mask
  for (; at + 8 <= data.length; at += 8) {
    hash = (times(rotate(hash ^ round(0n, data.readBigUInt64LE(at)), 27n), p1) + p4) & mask
  }
  if (at + 4 <= data.length) {
    hash = (times(rotate(hash ^ times(BigInt(data.readUInt32LE(at)), p1), 23n), p2) + p3) & mask
    at += 4
  }
  for (; at < data.length; at++) hash = times(rotate(hash ^ times(BigInt(data[at]!), p5), 11n), p1)
  hash = times(hash ^ (hash >> 33n), p2)
  hash = times(hash ^ (hash >> 29n), p3)
  return bytesOf(hash ^ (hash >> 32n))
}

/** A value's part of a checksum: its hash times a prime. */
function scrambled(bytes: Uint8Array): bigint {
  return BigInt.asIntN(64, xxhash64(bytes).readBigUInt64BE() * p1)
}

const [c1, c2] = [0x87c37b91114253d5n, 0x4cf5ad432745937fn] as const

function finalMix(value: bigint): bigint {
  let k = value
  k = times(k ^ (k >> 33n), 0xff51afd7ed558ccdn)
  k = times(k ^ (k >> 33n), 0xc4ceb9fe1a85ec53n)
  return k ^ (k >> 33n)
}

/** MurmurHash3, x64, 128 bits, seed 0: https://github.com/aappleby/smhasher */
function murmur3(input: Uint8Array): Buffer {
  const data = Buffer.from(input)
  const mix1 = (k: bigint) => times(rotate(times(k, c1), 31n), c2)
  const mix2 = (k: bigint) => times(rotate(times(k, c2), 33n), c1)
  let [h1, h2] = [0n, 0n]
  const whole = data.length - (data.length % 16)
  for (let at = 0; at < whole; at += 16) {
    h1 =
      (times((rotate(h1 ^ mix1(data.readBigUInt64LE(at)), 27n) + h2) & mask, 5n) + 0x52dce729n) &
      mask
    h2 =
      (times((rotate(h2 ^ mix2(data.readBigUInt64LE(at + 8)), 31n) + h1) & mask, 5n) +
        0x38495ab5n) &
      mask
  }
  const tail = Buffer.alloc(16)
  data.copy(tail, 0, whole)
  h2 ^= mix2(tail.readBigUInt64LE(8))
  h1 ^= mix1(tail.readBigUInt64LE(0))
  const length = BigInt(data.length)
  h1 ^= length
  h2 ^= length
  h1 = (h1 + h2) & mask
  h2 = (h2 + h1) & mask
  h1 = finalMix(h1)
  h2 = finalMix(h2)
  h1 = (h1 + h2) & mask
  h2 = (h2 + h1) & mask
  const bytes = Buffer.alloc(16)
  bytes.writeBigUInt64LE(h1)
  bytes.writeBigUInt64LE(h2, 8)
  return bytes
}

const alphabet32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

function toBase32(input: Uint8Array): string {
  let bits = ''
  for (const byte of input) bits += byte.toString(2).padStart(8, '0')
  const groups = bits.match(/.{1,5}/g) ?? []
  const text = groups.map((group) => alphabet32[Number.parseInt(group.padEnd(5, '0'), 2)]).join('')
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=')
}

function fromBase32(text: string): Buffer {
  const digits = text.replace(/=+$/, '')
  const places = Array.from(digits, (char) => alphabet32.indexOf(char))
  if (places.includes(-1) || [1, 3, 6].includes(digits.length % 8)) {
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid base 32 text: ${text}`)
  }
  const bits = places.map((place) => place.toString(2).padStart(5, '0')).join('')
  const bytes = bits.slice(0, bits.length - (bits.length % 8)).match(/.{8}/g) ?? []
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)))
}

function fromBase64(text: string, url: boolean): Buffer {
  const digits = text.replace(/={0,2}$/, '')
  const alphabet = url ? /^[A-Za-z0-9_-]*$/ : /^[A-Za-z0-9+/]*$/
  const padded = digits.length < text.length
  if (!alphabet.test(digits) || digits.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid base 64 text: ${text}`)
  }
  return Buffer.from(digits, url ? 'base64url' : 'base64')
}

function fromHex(text: string): Buffer {
  const why =
    text.length % 2 === 1 ? `invalid input length ${text.length}` : 'Invalid hexadecimal digits'
  if (!/^(?:[0-9A-Fa-f]{2})*$/.test(text))
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', why)
  return Buffer.from(text, 'hex')
}

/** Bytes as text; each that is none becomes the replacement. */
function fromUtf8(input: Uint8Array, replacement: string): string {
  if ([...replacement].length > 1) {
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      'Replacement character string must empty or a single character',
    )
  }
  const text = Buffer.from(input).toString('utf8')
  if (replacement === '\ufffd' || !text.includes('\ufffd')) return text
  // A replacement sign that was written as such stays.
  const marked = Buffer.from(input)
    .toString('latin1')
    .replaceAll('\u00ef\u00bf\u00bd', '\u00f4\u008f\u00bf\u00bf')
  return Buffer.from(marked, 'latin1')
    .toString('utf8')
    .replaceAll('\ufffd', replacement)
    .replaceAll('\u{10ffff}', '\ufffd')
}

const bigEndian = (bytes: Uint8Array, width: 4 | 8): bigint => {
  if (bytes.length !== width) {
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      `expected ${width}-byte input, but got instead: ${bytes.length}`,
    )
  }
  const buffer = Buffer.from(bytes)
  return width === 8 ? buffer.readBigInt64BE() : BigInt(buffer.readInt32BE())
}

const digest = (name: string, algorithm: string) =>
  engineFunction(name, ['bytes'], 'bytes', (bytes) => createHash(algorithm).update(bytes).digest())
const keyed = (name: string, algorithm: string) =>
  engineFunction(name, ['bytes', 'bytes'], 'bytes', (bytes, key) =>
    createHmac(algorithm, key).update(bytes).digest(),
  )

/** https://trino.io/docs/current/functions/binary.html */
export const hashFunctions: readonly EngineFunction[] = [
  digest('trino_sha512', 'sha512'),
  keyed('trino_hmac_md5', 'md5'),
  keyed('trino_hmac_sha1', 'sha1'),
  keyed('trino_hmac_sha256', 'sha256'),
  keyed('trino_hmac_sha512', 'sha512'),
  engineFunction('trino_crc32', ['bytes'], 'bigint', (bytes) => BigInt(crc32(bytes))),
  engineFunction('trino_hash_bytes', ['bytes'], 'bigint', scrambled),
  engineFunction('trino_hash_whole', ['bigint'], 'bigint', (value) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigInt64LE(value)
    return scrambled(bytes)
  }),
  engineFunction('trino_hash_double', ['double'], 'bigint', (value) => {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(value === 0 ? 0 : value)
    return scrambled(bytes)
  }),
  engineFunction('trino_xxhash64', ['bytes'], 'bytes', xxhash64),
  engineFunction('trino_murmur3', ['bytes'], 'bytes', murmur3),
  engineFunction('trino_to_base32', ['bytes'], 'text', toBase32),
  engineFunction('trino_from_base32', ['text'], 'bytes', fromBase32),
  engineFunction('trino_to_base64url', ['bytes'], 'text', (bytes) =>
    Buffer.from(bytes).toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
  ),
  engineFunction('trino_from_base64', ['text'], 'bytes', (text) => fromBase64(text, false)),
  engineFunction('trino_from_base64url', ['text'], 'bytes', (text) => fromBase64(text, true)),
  engineFunction('trino_from_hex', ['text'], 'bytes', fromHex),
  engineFunction('trino_from_utf8', ['bytes', 'text'], 'text', fromUtf8),
  engineFunction('trino_reverse_bytes', ['bytes'], 'bytes', (bytes) =>
    Buffer.from(bytes.toReversed()),
  ),
  engineFunction('trino_big_endian', ['bigint', 'bigint'], 'bytes', (value, width) =>
    bytesOf(value).subarray(8 - Number(width)),
  ),
  engineFunction('trino_from_big_endian', ['bytes', 'bigint'], 'bigint', (bytes, width) =>
    bigEndian(bytes, Number(width) as 4 | 8),
  ),
  engineFunction('trino_ieee754', ['double', 'bigint'], 'bytes', (value, width) => {
    const bytes = Buffer.alloc(Number(width))
    if (width === 4n) bytes.writeFloatBE(value)
    else bytes.writeDoubleBE(value)
    return bytes
  }),
  engineFunction('trino_from_ieee754', ['bytes', 'bigint'], 'double', (bytes, width) => {
    bigEndian(bytes, Number(width) as 4 | 8)
    const buffer = Buffer.from(bytes)
    return width === 4n ? buffer.readFloatBE() : buffer.readDoubleBE()
  }),
]
