import { createCipheriv, createDecipheriv } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { randomHex } from '#kit'
import { KeysErrors } from './errors.ts'

/**
 * Keeps secrets unreadable at rest: AES-256-GCM under the lake's master key. `context` names what is sealed (table and id),
 * so that a sealed value moved to another row does not open.
 */
export interface Sealer {
  seal(plain: Uint8Array, context: string): Buffer
  /** Error: `SealBroken` when the value, its context or the master key is another one. */
  unseal(sealed: Uint8Array, context: string): Buffer
}

const version = 1
const nonceBytes = 12
const tagBytes = 16
const masterKeyBytes = 32

/** `masterKey` has 32 bytes. */
export function createSealer(masterKey: Uint8Array): Sealer {
  return {
    seal: (plain, context) =>
      Buffer.concat([Buffer.from([version]), encrypt(masterKey, plain, Buffer.from(context))]),
    unseal: (sealed, context) => {
      if (sealed[0] !== version) throw KeysErrors.SealBroken('a sealed value has an unknown form')
      return decrypt(masterKey, sealed.subarray(1), Buffer.from(context))
    },
  }
}

/** AES-256-GCM with a random nonce: nonce, cipher text, tag. */
export function encrypt(key: Uint8Array, plain: Uint8Array, authenticated: Uint8Array): Buffer {
  const nonce = randomKey(nonceBytes)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(authenticated)
  return Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

/** Error: `SealBroken`. */
export function decrypt(key: Uint8Array, sealed: Uint8Array, authenticated: Uint8Array): Buffer {
  if (sealed.length < nonceBytes + tagBytes)
    throw KeysErrors.SealBroken('a sealed value is cut off')
  const decipher = createDecipheriv('aes-256-gcm', key, sealed.subarray(0, nonceBytes))
  decipher.setAAD(authenticated).setAuthTag(sealed.subarray(sealed.length - tagBytes))
  try {
    const body = sealed.subarray(nonceBytes, sealed.length - tagBytes)
    return Buffer.concat([decipher.update(body), decipher.final()])
  } catch (error) {
    throw KeysErrors.SealBroken('a sealed value does not open with this key', {}, error)
  }
}

/** Random bytes, fit for keys and nonces. */
export function randomKey(bytes: number): Buffer {
  return Buffer.from(randomHex(bytes), 'hex')
}

/**
 * The master key from its file, made at first use: 32 bytes as hexadecimal, readable by the owner alone.
 * Without this file nothing that was sealed can be read again. Error: `MasterKeyUnreadable`.
 */
export async function openMasterKey(path: string): Promise<Buffer> {
  const existing = await readMasterKey(path)
  if (existing) return existing
  const key = randomKey(masterKeyBytes)
  const temporary = `${path}.new`
  const file = await open(temporary, 'w', 0o600)
  try {
    await file.writeFile(`${key.toString('hex')}\n`)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(temporary, path)
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
  return key
}

async function readMasterKey(path: string): Promise<Buffer | undefined> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw KeysErrors.MasterKeyUnreadable(`cannot read the master key ${path}`, {}, error)
  }
  const hex = text.trim()
  if (!/^[0-9a-f]{64}$/.test(hex)) {
    throw KeysErrors.MasterKeyUnreadable(`the master key ${path} is not 64 hexadecimal digits`)
  }
  return Buffer.from(hex, 'hex')
}
