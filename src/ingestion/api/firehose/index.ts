import { defineService } from '#protocol/aws'
import type { FirehoseContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { FirehoseContext } from './context.ts'
export { FirehoseQuotas } from './quotas.ts'

/** Amazon Data Firehose. */
export const firehose = defineService<FirehoseContext>({
  name: 'firehose',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['Firehose_20150804'],
  client: () => import('@aws-sdk/client-firehose'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
})
