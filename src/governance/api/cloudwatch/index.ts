import { defineService } from '#protocol/aws'
import type { CloudWatchContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { CloudWatchContext } from './context.ts'

/** Amazon CloudWatch: metrics. Its name in signatures and policies is older than the service's. */
export const cloudwatch = defineService<CloudWatchContext>({
  name: 'monitoring',
  action: (operation) => `cloudwatch:${operation}`,
  protocols: ['awsJson1_0', 'rpcV2Cbor', 'awsQuery'],
  targetPrefixes: ['GraniteServiceVersion20100801'],
  queryVersion: '2010-08-01',
  xmlNamespace: 'http://monitoring.amazonaws.com/doc/2010-08-01/',
  client: () => import('@aws-sdk/client-cloudwatch'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
})
