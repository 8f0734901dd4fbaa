import { BoundedCache, type CacheBounds } from './bounded-cache.ts'

/**
 * The function with its last answers kept, within bounds: what is asked all the time is worked out once, however much else is asked.
 * Lengths are those of keys that are texts. What it throws is not kept.
 */
export function remembered<K, V extends NonNullable<unknown> | null>(
  bounds: CacheBounds,
  make: (key: K) => V,
): (key: K) => V {
  const kept = new BoundedCache<K, V>(bounds)
  return (key) => {
    const known = kept.get(key)
    if (known !== undefined) return known
    const made = make(key)
    kept.set(key, made, typeof key === 'string' ? key.length : 0)
    return made
  }
}
