import { randomBytes, randomUUID } from 'node:crypto'

/** A random (version 4) UUID. */
export function uuid(): string {
  return randomUUID()
}

/** A UUID version 7 (RFC 9562): it sorts by its creation time in milliseconds. */
export function uuidV7(nowMs: number): string {
  const bytes = randomBytes(16)
  bytes.writeUIntBE(nowMs, 0, 6)
  bytes[6] = 0x70 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}

/** `length` random characters of `alphabet`, each equally likely. */
export function randomString(length: number, alphabet: string): string {
  const limit = 256 - (256 % alphabet.length)
  let text = ''
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < limit && text.length < length) text += alphabet[byte % alphabet.length]
    }
  }
  return text
}

/** So many random bytes, fit for keys and nonces. */
export function randomOctets(bytes: number): Buffer {
  return randomBytes(bytes)
}

/** Lower-case hexadecimal, two characters a byte. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString('hex')
}

const upperAlphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** An identifier in the form AWS gives to IAM entities and keys: a four-letter prefix and 16 characters. */
export function awsId(prefix: string): string {
  return prefix + randomString(16, upperAlphanumeric)
}
