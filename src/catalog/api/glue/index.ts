import { defineService } from '#protocol/aws'
import type { GlueContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export { catalogPolicySource } from './policy-source.ts'
export type { GlueContext } from './context.ts'

/** AWS Glue: the data catalog and its crawlers. */
export const glue = defineService<GlueContext>({
  name: 'glue',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['AWSGlue'],
  client: () => import('@aws-sdk/client-glue'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
})
