/** Of small reads many share a piece of memory: to make and free each piece costs more than to fill it. */
const slabBytes = 128 * 1024
/** A record that is kept keeps a slab: several reads at least must fit into one. */
const sharingBytesMax = slabBytes / 3

let slab = Buffer.alloc(0)
let used = 0

/** Bytes of any content from `start` on, for records that are handed out and may be kept for any time. */
export interface RecordPlace {
  readonly buffer: Buffer
  readonly start: number
}

export function recordPlace(sizeBytes: number): RecordPlace {
  if (sizeBytes > sharingBytesMax) return { buffer: Buffer.allocUnsafeSlow(sizeBytes), start: 0 }
  if (used + sizeBytes > slab.byteLength) {
    slab = Buffer.allocUnsafeSlow(slabBytes)
    used = 0
  }
  const start = used
  used += sizeBytes
  return { buffer: slab, start }
}

/** The same as a buffer of its own. */
export function recordMemory(sizeBytes: number): Buffer {
  const { buffer, start } = recordPlace(sizeBytes)
  return buffer.subarray(start, start + sizeBytes)
}
