/** About what values take in memory: the characters of texts, the bytes of bytes, and a few for everything else. */
export function lengthOfValues(values: readonly unknown[]): number {
  let length = 0
  for (const value of values) {
    if (typeof value === 'string') length += value.length
    else if (value instanceof Uint8Array) length += value.byteLength
    length += 8
  }
  return length
}
