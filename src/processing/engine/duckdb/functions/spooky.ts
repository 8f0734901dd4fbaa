import { type EngineFunction, engineFunction } from './function.ts'

const mask = 0xffff_ffff_ffff_ffffn
const unset: bigint = 0xdeadbeefdeadbeefn
const blockBytes = 96
const rotate = (value: bigint, bits: bigint) => ((value << bits) | (value >> (64n - bits))) & mask

const longShifts = [11n, 32n, 43n, 31n, 17n, 28n, 39n, 57n, 55n, 54n, 22n, 46n]
const longEndShifts = [44n, 15n, 34n, 21n, 38n, 33n, 10n, 13n, 38n, 53n, 42n, 54n]
const shortShifts = [50n, 52n, 30n, 41n, 54n, 48n, 38n, 37n, 62n, 34n, 5n, 36n]
const shortEndShifts = [15n, 52n, 26n, 51n, 28n, 9n, 47n, 54n, 32n, 25n, 63n]

/** Below this many bytes the short form is used. */
const shortBytes = 192

/** SpookyHash V2 of 64 bits, seed 0: https://burtleburtle.net/bob/hash/spooky.html */
function spooky(input: Uint8Array): bigint {
  const data = Buffer.from(input)
  return data.length < shortBytes ? short(data) : long(data)
}

function short(data: Buffer): bigint {
  const h = [0n, 0n, unset, unset] as [bigint, bigint, bigint, bigint]
  const whole = data.length - (data.length % 32)
  for (let at = 0; at < whole; at += 32) {
    h[2] = (h[2] + data.readBigUInt64LE(at)) & mask
    h[3] = (h[3] + data.readBigUInt64LE(at + 8)) & mask
    shortMix(h)
    h[0] = (h[0] + data.readBigUInt64LE(at + 16)) & mask
    h[1] = (h[1] + data.readBigUInt64LE(at + 24)) & mask
  }
  let at = whole
  if (data.length - at >= 16) {
    h[2] = (h[2] + data.readBigUInt64LE(at)) & mask
    h[3] = (h[3] + data.readBigUInt64LE(at + 8)) & mask
    shortMix(h)
    at += 16
  }
  const rest = Buffer.alloc(16)
  data.copy(rest, 0, at)
  h[3] = (h[3] + (BigInt(data.length) << 56n)) & mask
  if (at === data.length) {
    h[2] = (h[2] + unset) & mask
    h[3] = (h[3] + unset) & mask
  } else {
    h[2] = (h[2] + rest.readBigUInt64LE(0)) & mask
    h[3] = (h[3] + rest.readBigUInt64LE(8)) & mask
  }
  shortEnd(h)
  return h[0]
}

function shortMix(h: bigint[]): void {
  for (const [step, shift] of shortShifts.entries()) {
    const i = (step + 2) % 4
    h[i] = (rotate(h[i]!, shift) + h[(i + 1) % 4]!) & mask
    h[(i + 2) % 4]! ^= h[i]!
  }
}

function shortEnd(h: bigint[]): void {
  for (const [step, shift] of shortEndShifts.entries()) {
    const i = (step + 3) % 4
    const from = (i + 3) % 4
    h[i]! ^= h[from]!
    h[from] = rotate(h[from]!, shift)
    h[i] = (h[i]! + h[from]!) & mask
  }
}

function long(data: Buffer): bigint {
  const h = Array.from({ length: 12 }, (_, index) => (index % 3 === 2 ? unset : 0n))
  const whole = data.length - (data.length % blockBytes)
  for (let at = 0; at < whole; at += blockBytes) {
    for (let i = 0; i < 12; i++) {
      h[i] = (h[i]! + data.readBigUInt64LE(at + i * 8)) & mask
      h[(i + 2) % 12]! ^= h[(i + 10) % 12]!
      h[(i + 11) % 12]! ^= h[i]!
      h[i] = rotate(h[i]!, longShifts[i]!)
      h[(i + 11) % 12] = (h[(i + 11) % 12]! + h[(i + 1) % 12]!) & mask
    }
  }
  const rest = Buffer.alloc(blockBytes)
  data.copy(rest, 0, whole)
  rest[blockBytes - 1] = data.length - whole
  for (let i = 0; i < 12; i++) h[i] = (h[i]! + rest.readBigUInt64LE(i * 8)) & mask
  for (let round = 0; round < 3; round++) {
    for (let i = 0; i < 12; i++) {
      const [a, b] = [(i + 11) % 12, (i + 1) % 12]
      h[a] = (h[a]! + h[b]!) & mask
      h[(i + 2) % 12]! ^= h[a]!
      h[b] = rotate(h[b]!, longEndShifts[i]!)
    }
  }
  return h[0]!
}

/** https://trino.io/docs/current/functions/binary.html */
export const spookyFunctions: readonly EngineFunction[] = [
  engineFunction('trino_spooky_64', ['bytes'], 'bytes', (input) => {
    const bytes = Buffer.alloc(8)
    bytes.writeBigUInt64BE(spooky(input))
    return bytes
  }),
  engineFunction('trino_spooky_32', ['bytes'], 'bytes', (input) => {
    const bytes = Buffer.alloc(4)
    bytes.writeUInt32BE(Number(spooky(input) & 0xffff_ffffn))
    return bytes
  }),
]
