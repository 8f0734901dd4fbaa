export { KeysErrors } from './errors.ts'
export { createSealer, openMasterKey, type Sealer } from './sealer.ts'
