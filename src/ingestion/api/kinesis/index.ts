import { defineService } from '#protocol/aws'
import type { KinesisContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { KinesisContext } from './context.ts'
export { kmsKeys, mayUseKey, type MayUseKey } from './kms-keys.ts'
export { streamPolicySource } from './policy-source.ts'
export { streamResources } from './stream-resources.ts'

/** Amazon Kinesis Data Streams. */
export const kinesis = defineService<KinesisContext>({
  name: 'kinesis',
  protocols: ['awsJson1_1', 'rpcV2Cbor'],
  targetPrefixes: ['Kinesis_20131202'],
  client: () => import('@aws-sdk/client-kinesis'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
})
