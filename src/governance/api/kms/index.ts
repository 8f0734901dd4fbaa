import { defineService } from '#protocol/aws'
import type { KmsContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { KmsContext } from './context.ts'

/** AWS Key Management Service: symmetric keys. */
export const kms = defineService<KmsContext>({
  name: 'kms',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['TrentService'],
  client: () => import('@aws-sdk/client-kms'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  // Of ReEncrypt's two permissions, the other is asked for by the operation.
  action: (operation) => `kms:${operation === 'ReEncrypt' ? 'ReEncryptFrom' : operation}`,
  limits,
})
