import { defineService } from '#protocol/aws'
import type { LogsContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { LogsContext } from './context.ts'

/** Amazon CloudWatch Logs: log groups, streams and events. */
export const logs = defineService<LogsContext>({
  name: 'logs',
  protocols: ['awsJson1_1'],
  targetPrefixes: ['Logs_20140328'],
  client: () => import('@aws-sdk/client-cloudwatch-logs'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  validationError: (message) => ({ name: 'InvalidParameterException', message }),
})
