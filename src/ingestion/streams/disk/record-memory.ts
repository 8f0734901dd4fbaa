/** Of small reads many share a piece of memory: to make and free each piece costs more than to fill it. */
const slabBytes = 128 * 1024
/** A record that is kept keeps a slab: several reads at least must fit into one. */
const sharingBytesMax = slabBytes / 3

let slab = Buffer.alloc(0)
let used = 0

/** Memory of any content, for records that are handed out and may be kept for any time. */
export function recordMemory(sizeBytes: number): Buffer {
  if (sizeBytes > sharingBytesMax) return Buffer.allocUnsafeSlow(sizeBytes)
  if (used + sizeBytes > slabBytes || slab.byteLength === 0) {
    slab = Buffer.allocUnsafeSlow(slabBytes)
    used = 0
  }
  const start = used
  used += sizeBytes
  return slab.subarray(start, used)
}
