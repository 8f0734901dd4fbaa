import {
  createAlias,
  deleteAlias,
  listAliases,
  resolveKey,
  updateAlias,
  type Alias,
} from './aliases.ts'
import {
  decryptWithKey,
  encryptWithKey,
  keyOfCiphertext,
  rotateKey,
  type EncryptionContext,
} from './cryptography.ts'
import {
  createKey,
  listKeys,
  nextRotationMs,
  removeDueKeys,
  updateKey,
  type Key,
} from './key-records.ts'
import type { KeyPlace, KeyStore } from './store.ts'

type After<F> = F extends (store: KeyStore, ...rest: infer Rest) => infer Result
  ? (...rest: Rest) => Result
  : never

/** Encryption keys of accounts: symmetric, their material sealed under the lake's master key. */
export interface Keys {
  readonly createKey: After<typeof createKey>
  readonly listKeys: After<typeof listKeys>
  readonly updateKey: After<typeof updateKey>
  /** A key by id, alias, or the ARN of either. Error: `KeyNotFound`. */
  resolve(place: KeyPlace, name: string): Promise<Key>
  readonly nextRotationMs: After<typeof nextRotationMs>
  readonly rotate: After<typeof rotateKey>

  readonly createAlias: After<typeof createAlias>
  readonly updateAlias: After<typeof updateAlias>
  readonly deleteAlias: After<typeof deleteAlias>
  listAliases(place: KeyPlace, keyId?: string): Promise<readonly Alias[]>

  encrypt(key: Key, plain: Uint8Array, context: EncryptionContext): Promise<Buffer>
  keyOfCiphertext(ciphertext: Uint8Array): Promise<Key>
  decrypt(key: Key, ciphertext: Uint8Array, context: EncryptionContext): Promise<Buffer>

  /** Destroys what is due; run it now and then. */
  removeDueKeys(): Promise<void>
}

export function createKeys(store: KeyStore): Keys {
  return {
    createKey: (input) => createKey(store, input),
    listKeys: (place, page) => listKeys(store, place, page),
    updateKey: (keyId, change) => updateKey(store, keyId, change),
    resolve: (place, name) => resolveKey(store, place, name),
    nextRotationMs: (key) => nextRotationMs(store, key),
    rotate: (key) => rotateKey(store, key),
    createAlias: (name, key) => createAlias(store, name, key),
    updateAlias: (name, key) => updateAlias(store, name, key),
    deleteAlias: (place, name) => deleteAlias(store, place, name),
    listAliases: (place, keyId) => listAliases(store, place, keyId),
    encrypt: (key, plain, context) => encryptWithKey(store, key, plain, context),
    keyOfCiphertext: (ciphertext) => keyOfCiphertext(store, ciphertext),
    decrypt: (key, ciphertext, context) => decryptWithKey(store, key, ciphertext, context),
    removeDueKeys: () => removeDueKeys(store),
  }
}
