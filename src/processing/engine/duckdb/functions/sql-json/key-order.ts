/**
 * Texts in the order in which a `java.util.HashMap` goes through them: Trino collects an object's
 * members in one. https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/util/HashMap.html
 */
export function inHashOrder(keys: readonly string[]): readonly string[] {
  let size = 16
  while (keys.length > size * 0.75) size *= 2
  return keys
    .map((key, index) => ({ key, index, bucket: spread(hashOf(key)) & (size - 1) }))
    .toSorted((a, b) => a.bucket - b.bucket || a.index - b.index)
    .map(({ key }) => key)
}

/** https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/lang/String.html#hashCode() */
function hashOf(text: string): number {
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    hash = (Math.imul(31, hash) + text.charCodeAt(index)) | 0
  }
  return hash
}

function spread(hash: number): number {
  return hash ^ (hash >>> 16)
}
