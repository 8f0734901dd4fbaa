import { defineService } from '#protocol/aws'
import type { StsContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { StsContext } from './context.ts'

/** AWS Security Token Service: who am I, and temporary credentials. */
export const sts = defineService<StsContext>({
  name: 'sts',
  protocols: ['awsQuery'],
  queryVersion: '2011-06-15',
  xmlNamespace: 'https://sts.amazonaws.com/doc/2011-06-15/',
  client: () => import('@aws-sdk/client-sts'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  validationError: (message) => ({ name: 'ValidationError', status: 400, message }),
})
