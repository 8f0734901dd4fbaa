import { defineService } from '#protocol/aws'
import type { AthenaContext } from './context.ts'
import { errors, invalidRequest } from './errors.ts'
import { limits } from './limits.ts'

export type { AthenaContext } from './context.ts'
export { workGroupResources } from './work-group-resources.ts'

/** Amazon Athena: SQL over the tables of the catalog. */
export const athena = defineService<AthenaContext>({
  name: 'athena',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['AmazonAthena'],
  client: () => import('@aws-sdk/client-athena'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  validationError: invalidRequest,
})
