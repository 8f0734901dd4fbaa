export type { Alias } from './aliases.ts'
export {
  contextConditions,
  encryptionContextKeys,
  encryptionContextPrefix,
  keyConditions,
  type ConditionKeys,
} from './conditions.ts'
export { requireEnabled, requireNotPending, type EncryptionContext } from './cryptography.ts'
export { KeysErrors } from './errors.ts'
export type { Key, KeyTag } from './key-records.ts'
export { createKeys, type Keys } from './keys.ts'
export { migrations } from './migrations.ts'
export { createSealer, openMasterKey, type Sealer } from './sealer.ts'
export type { KeyPlace, KeyStore } from './store.ts'
