import { createCipheriv, createDecipheriv } from 'node:crypto'
import { randomHex } from '#kit'

const nonceBytes = 12
const tagBytes = 16
/** Before the ciphertext: AWS's iterators begin with these bytes too. */
const version = Buffer.from([0, 0, 0, 0, 0, 0, 0, 1])

/**
 * Makes tokens that tell a client nothing and that a client cannot make: iterators and page tokens. They
 * outlive a restart because the key does. (Authenticated encryption: AES-256-GCM.)
 */
export class SealedTokens {
  readonly #key: Buffer

  /** `key` is 32 bytes in base64. */
  constructor(key: string) {
    this.#key = Buffer.from(key, 'base64')
  }

  static newKey(): string {
    return Buffer.from(randomHex(32), 'hex').toString('base64')
  }

  seal(parts: readonly string[]): string {
    const nonce = Buffer.from(randomHex(nonceBytes), 'hex')
    const cipher = createCipheriv('aes-256-gcm', this.#key, nonce)
    const text = cipher.update(parts.join('\n'), 'utf8')
    cipher.final()
    return Buffer.concat([version, nonce, text, cipher.getAuthTag()]).toString('base64')
  }

  /** Undefined when it was not made here. */
  open(token: string): readonly string[] | undefined {
    const bytes = Buffer.from(token, 'base64')
    const textStart = version.byteLength + nonceBytes
    if (bytes.byteLength < textStart + tagBytes || bytes.toString('base64') !== token) {
      return undefined
    }
    if (version.compare(bytes, 0, version.byteLength) !== 0) return undefined
    const nonce = bytes.subarray(version.byteLength, textStart)
    const decipher = createDecipheriv('aes-256-gcm', this.#key, nonce)
    decipher.setAuthTag(bytes.subarray(-tagBytes))
    try {
      const text = decipher.update(bytes.subarray(textStart, -tagBytes), undefined, 'utf8')
      return (text + decipher.final('utf8')).split('\n')
    } catch {
      return undefined
    }
  }
}
