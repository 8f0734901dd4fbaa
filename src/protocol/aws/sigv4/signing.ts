import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { BoundedCache } from '#kit'
import { canonicalRequestHash } from './canonical.ts'

export const algorithm = 'AWS4-HMAC-SHA256'

/** SHA-256 of nothing. */
export const emptyHash = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** What a signing key is derived for. */
export interface CredentialScope {
  /** `YYYYMMDD`. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** `20150830/us-east-1/s3/aws4_request`. */
export function scopeText(scope: CredentialScope): string {
  return `${scope.date}/${scope.region}/${scope.service}/aws4_request`
}

/** `amzDate` is `YYYYMMDDTHHMMSSZ`. */
export function stringToSign(amzDate: string, scope: CredentialScope, canonical: string): string {
  return `${algorithm}\n${amzDate}\n${scopeText(scope)}\n${canonicalRequestHash(canonical)}`
}

/** The signature: hexadecimal, 64 characters. */
export function sign(key: Uint8Array, text: string): string {
  const { inner, outer } = padded(key)
  return hash('sha256', Buffer.concat([outer, sha256(inner, text)]), 'hex')
}

const blockBytes = 64

interface PaddedKey {
  readonly inner: Buffer
  readonly outer: Buffer
}

/** HMAC's two blocks by key (RFC 2104): what `createHmac` does with a key costs more than the two hashes. */
const paddedKeys = new WeakMap<Uint8Array, PaddedKey>()

function padded(key: Uint8Array): PaddedKey {
  const known = paddedKeys.get(key)
  if (known) return known
  const inner = Buffer.alloc(blockBytes, 0x36)
  const outer = Buffer.alloc(blockBytes, 0x5c)
  // A signing key is itself an HMAC, and shorter than a block.
  for (const [index, byte] of key.entries()) {
    inner[index]! ^= byte
    outer[index]! ^= byte
  }
  const made = { inner, outer }
  paddedKeys.set(key, made)
  return made
}

function sha256(block: Buffer, text: string): Buffer {
  const bytes = Buffer.allocUnsafe(blockBytes + text.length)
  block.copy(bytes)
  bytes.write(text, blockBytes, 'latin1')
  return hash('sha256', bytes, 'buffer')
}

export function deriveSigningKey(secretAccessKey: string, scope: CredentialScope): Buffer {
  const date = hmac(Buffer.from(`AWS4${secretAccessKey}`, 'utf8'), scope.date)
  return hmac(hmac(hmac(date, scope.region), scope.service), 'aws4_request')
}

/** Compares in a time that does not tell where two signatures differ. */
export function equalSignatures(a: string, b: string): boolean {
  if (a.length !== b.length) return false
  return timingSafeEqual(Buffer.from(a, 'latin1'), Buffer.from(b, 'latin1'))
}

/** Signing keys already derived, least recently used ones dropped. */
export class SigningKeys {
  readonly #keys: BoundedCache<string, { readonly secret: string; readonly key: Buffer }>

  constructor(countMax = 1000) {
    this.#keys = new BoundedCache({ countMax })
  }

  get(accessKeyId: string, secretAccessKey: string, scope: CredentialScope): Buffer {
    const name = `${accessKeyId}/${scope.date}/${scope.region}/${scope.service}`
    const known = this.#keys.get(name)
    if (known?.secret === secretAccessKey) return known.key
    const key = deriveSigningKey(secretAccessKey, scope)
    this.#keys.set(name, { secret: secretAccessKey, key })
    return key
  }
}

function hmac(key: Uint8Array, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}
