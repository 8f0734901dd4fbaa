import { KeysErrors } from './errors.ts'
import {
  findKey,
  insertMaterial,
  materialContext,
  newestMaterial,
  type Key,
} from './key-records.ts'
import { decrypt, encrypt } from './sealer.ts'
import { tablesOf, type KeyStore } from './store.ts'

/** What is authenticated with the data, and needed again to decrypt it. */
export type EncryptionContext = Readonly<Record<string, string>>

const formVersion = 1
const headerBytes = 1 + 16 + 4
const dayMs = 86_400_000

/** Cipher text that names its key and material. Errors: `KeyDisabled`, `KeyStateWrong`. */
export async function encryptWithKey(
  store: KeyStore,
  key: Key,
  plain: Uint8Array,
  context: EncryptionContext,
): Promise<Buffer> {
  requireEnabled(key)
  const material = await currentMaterial(store, key)
  const header = Buffer.alloc(headerBytes)
  header[0] = formVersion
  Buffer.from(key.keyId.replaceAll('-', ''), 'hex').copy(header, 1)
  header.writeUInt32BE(material.version, 17)
  const body = encrypt(material.bytes, plain, authenticated(header, context))
  return Buffer.concat([header, body])
}

/** The key that cipher text names. Errors: `CiphertextInvalid`. */
export async function keyOfCiphertext(store: KeyStore, ciphertext: Uint8Array): Promise<Key> {
  const key = await findKey(store, readHeader(ciphertext).keyId)
  if (!key) throw invalidCiphertext()
  return key
}

/** Errors: `CiphertextInvalid` for other data, another context or another key; `KeyDisabled`, `KeyStateWrong`. */
export async function decryptWithKey(
  store: KeyStore,
  key: Key,
  ciphertext: Uint8Array,
  context: EncryptionContext,
): Promise<Buffer> {
  requireEnabled(key)
  const { keyId, version, header } = readHeader(ciphertext)
  if (keyId !== key.keyId) {
    throw KeysErrors.KeyMismatch(
      'The key ID in the request does not identify a CMK that can perform this operation.',
    )
  }
  const material = await materialOf(store, keyId, version)
  if (!material) throw invalidCiphertext()
  try {
    return decrypt(material, ciphertext.subarray(headerBytes), authenticated(header, context))
  } catch (error) {
    throw invalidCiphertext(error)
  }
}

/** Errors: `KeyDisabled`, `KeyStateWrong`. */
export function requireEnabled(key: Key): void {
  if (key.state === 'Disabled') throw KeysErrors.KeyDisabled(`${key.arn} is disabled.`)
  requireNotPending(key)
}

/** Error: `KeyStateWrong`. */
export function requireNotPending(key: Key): void {
  if (key.state === 'PendingDeletion') {
    throw KeysErrors.KeyStateWrong(`${key.arn} is pending deletion.`)
  }
}

/** New material now; earlier cipher text stays readable. Errors: `KeyDisabled`, `KeyStateWrong`. */
export async function rotateKey(store: KeyStore, key: Key): Promise<void> {
  requireEnabled(key)
  await store.database.transaction(async (tx) => {
    const tables = tablesOf(tx)
    const newest = await newestMaterial(tables, key.keyId)
    await insertMaterial(store, tables, key.keyId, newest!.version + 1)
  })
}

/** The newest material, and a newer one when rotation is due. */
async function currentMaterial(
  store: KeyStore,
  key: Key,
): Promise<{ readonly version: number; readonly bytes: Buffer }> {
  let newest = await newestMaterial(tablesOf(store.database), key.keyId)
  const isDue =
    key.rotationDays !== undefined &&
    newest!.created_at_ms + key.rotationDays * dayMs <= store.clock.now()
  if (isDue) {
    const version = newest!.version + 1
    await store.database.transaction(async (tx) => {
      const tables = tablesOf(tx)
      const current = await newestMaterial(tables, key.keyId)
      if (current!.version < version) await insertMaterial(store, tables, key.keyId, version)
    })
    newest = await newestMaterial(tablesOf(store.database), key.keyId)
  }
  const { version, sealed } = newest!
  return { version, bytes: store.sealer.unseal(sealed, materialContext(key.keyId, version)) }
}

async function materialOf(
  store: KeyStore,
  keyId: string,
  version: number,
): Promise<Buffer | undefined> {
  const row = await tablesOf(store.database)
    .selectFrom('keys_materials')
    .selectAll()
    .where('key_id', '=', keyId)
    .where('version', '=', version)
    .executeTakeFirst()
  return row && store.sealer.unseal(row.sealed, materialContext(keyId, version))
}

function readHeader(ciphertext: Uint8Array): {
  readonly keyId: string
  readonly version: number
  readonly header: Buffer
} {
  if (ciphertext.length <= headerBytes || ciphertext[0] !== formVersion) throw invalidCiphertext()
  const header = Buffer.from(ciphertext.subarray(0, headerBytes))
  const hex = header.toString('hex', 1, 17)
  const keyId = `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
  return { keyId, version: header.readUInt32BE(17), header }
}

/** The header and the context in one unambiguous form: names sorted, so that their order does not matter. */
function authenticated(header: Uint8Array, context: EncryptionContext): Buffer {
  const pairs = Object.entries(context).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return Buffer.concat([header, Buffer.from(JSON.stringify(pairs))])
}

function invalidCiphertext(cause?: unknown): Error {
  return KeysErrors.CiphertextInvalid('', {}, cause)
}
