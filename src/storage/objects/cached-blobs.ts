import { BoundedCache } from '#kit'

/** What a kept blob costs beside its bytes: the smallest must not be without number. */
const entryBytes = 256

/** Keeps the bytes of blobs by their ids, up to a sum. Whoever gets them must not write to them. */
export function cachedBlobs(bytesMax: number): BoundedCache<string, Buffer> {
  return new BoundedCache({ countMax: bytesMax / entryBytes, lengthMax: bytesMax })
}
