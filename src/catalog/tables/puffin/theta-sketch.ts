import { TableErrors } from '../errors.ts'

/** The blob of a Puffin file: https://iceberg.apache.org/puffin-spec/#apache-datasketches-theta-v1-blob-type */
export const thetaBlobType = 'apache-datasketches-theta-v1'

/**
 * The hashes of the distinct values of a column that are below theta, ascending. Below the limit theta all are there, and their number is the
 * exact count.
 */
export interface ThetaSketch {
  readonly theta: bigint
  readonly hashes: readonly bigint[]
}

/** As many hashes as the library keeps unless told otherwise: an error of about 1.6 %. */
export const sketchSize = 4096
const thetaLimit = 2n ** 63n - 1n

/** Of hashes in order, without repeats: `sketchSize` of them, and the next one is theta. */
export function sketchOf(hashes: readonly bigint[], theta: bigint = thetaLimit): ThetaSketch {
  const below = hashes.filter((hash) => hash < theta)
  if (below.length <= sketchSize) return { theta, hashes: below }
  return { theta: below[sketchSize]!, hashes: below.slice(0, sketchSize) }
}

/** The sketch of the values of both. */
export function unionOf(a: ThetaSketch, b: ThetaSketch): ThetaSketch {
  const all = [...new Set([...a.hashes, ...b.hashes])].toSorted((x, y) => (x < y ? -1 : 1))
  return sketchOf(all, a.theta < b.theta ? a.theta : b.theta)
}

/** How many distinct values there are. */
export function estimateOf({ theta, hashes }: ThetaSketch): number {
  if (theta === thetaLimit) return hashes.length
  return Math.round(hashes.length / (Number(theta) / 2 ** 63))
}

/** https://github.com/apache/datasketches-java/blob/master/src/main/java/org/apache/datasketches/theta/PreambleUtil.java */
const serialVersion = 3
const compactFamily = 3
const flag = { bigEndian: 1, readOnly: 2, empty: 4, compact: 8, ordered: 16, single: 32 } as const
/** Of the seed 9001, which all writers of Puffin files use. */
const seedHash = 0x93cc

/** The form that the library calls compact and ordered. */
export function writeThetaSketch({ theta, hashes }: ThetaSketch): Buffer {
  const isExact = theta === thetaLimit
  const isEmpty = isExact && hashes.length === 0
  const isSingle = isExact && hashes.length === 1
  const longs = isEmpty || isSingle ? 1 : isExact ? 2 : 3
  const bytes = Buffer.alloc(8 * (longs + hashes.length))
  bytes[0] = longs
  bytes[1] = serialVersion
  bytes[2] = compactFamily
  bytes[5] =
    flag.readOnly |
    flag.compact |
    flag.ordered |
    (isEmpty ? flag.empty : 0) |
    (isSingle ? flag.single : 0)
  bytes.writeUInt16LE(seedHash, 6)
  if (longs > 1) {
    bytes.writeUInt32LE(hashes.length, 8)
    bytes.writeFloatLE(1, 12)
  }
  if (longs > 2) bytes.writeBigUInt64LE(theta, 16)
  for (const [at, hash] of hashes.entries()) bytes.writeBigUInt64LE(hash, 8 * (longs + at))
  return bytes
}

/** Errors: `ManifestUnreadable`, and `UnsupportedFormat` for a form that Puffin files do not have. */
export function readThetaSketch(bytes: Buffer, name: string): ThetaSketch {
  const broken = (why: string) =>
    TableErrors.ManifestUnreadable(`Cannot read the sketch in ${name}: ${why}`, { file: name })
  if (bytes.length < 8) throw broken('it has no preamble')
  const flags = bytes[5]!
  if (bytes[1] !== serialVersion || bytes[2] !== compactFamily || flags & flag.bigEndian) {
    throw TableErrors.UnsupportedFormat(`${name} has a sketch of an unknown form`)
  }
  if (flags & flag.empty) return { theta: thetaLimit, hashes: [] }
  if (bytes.readUInt16LE(6) !== seedHash) throw broken('it is of another seed')
  const longs = bytes[0]! & 0x3f
  if (longs < 1 || longs > 3 || bytes.length < 8 * longs) throw broken('its preamble is damaged')
  const count = longs === 1 ? 1 : bytes.readUInt32LE(8)
  if (bytes.length < 8 * (longs + count)) throw broken('hashes are missing')
  const theta = longs > 2 ? bytes.readBigUInt64LE(16) : thetaLimit
  const hashes = Array.from({ length: count }, (_, at) => bytes.readBigUInt64LE(8 * (longs + at)))
  if (hashes.some((hash) => hash <= 0n || hash >= theta)) throw broken('its hashes are damaged')
  return { theta, hashes: hashes.toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0)) }
}
