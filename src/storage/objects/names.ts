import { ObjectErrors } from './errors.ts'
import { limits } from './limits.ts'

/**
 * The rules for names of general purpose buckets:
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
 */
export function isBucketName(name: string): boolean {
  return (
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d{1,3}(\.\d{1,3}){3}$/.test(name) &&
    !/^(xn--|sthree-|amzn-s3-demo-)/.test(name) &&
    !/(-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$/.test(name)
  )
}

/** Refuses keys that S3 refuses: `KeyTooLong`, `InvalidArgument`. */
export function checkKey(key: string): void {
  if (key.length === 0) throw ObjectErrors.InvalidArgument('A key must not be empty.')
  if (key.length * 3 > limits.keyBytesMax) {
    const sizeBytes = Buffer.byteLength(key)
    if (sizeBytes > limits.keyBytesMax) {
      throw ObjectErrors.KeyTooLong('Your key is too long', {
        Size: sizeBytes,
        MaxSizeAllowed: limits.keyBytesMax,
      })
    }
  }
}

/**
 * The smallest text after every text that starts with `prefix`, in the order of UTF-8 bytes (which is that of code
 * points); undefined when there is none.
 */
export function afterPrefix(prefix: string): string | undefined {
  const points = [...prefix]
  while (points.length > 0) {
    const last = points.pop()!.codePointAt(0)!
    if (last < 0x10ffff) {
      const next = last === 0xd7ff ? 0xe000 : last + 1
      return points.join('') + String.fromCodePoint(next)
    }
  }
  return undefined
}
