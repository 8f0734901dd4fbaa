export const accountId = '123456789012'
export const bucket = 'crashes'

/** The bytes that a key gets with a number: their length and text follow from both. */
export function contentOf(key: string, number: number): Buffer {
  const sizeBytes = number % 5 === 0 ? 700_000 : (number * 997) % 9_000
  return Buffer.alloc(sizeBytes, `${key} ${number};`)
}
