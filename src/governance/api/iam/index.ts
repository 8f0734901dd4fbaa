import { defineService } from '#protocol/aws'
import type { IamContext } from './context.ts'
import { errors } from './errors.ts'
import { limits } from './limits.ts'

export type { IamContext } from './context.ts'

/** AWS Identity and Access Management. Global: the region of the signature does not matter. */
export const iam = defineService<IamContext>({
  name: 'iam',
  protocols: ['awsQuery'],
  queryVersion: '2010-05-08',
  xmlNamespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
  client: () => import('@aws-sdk/client-iam'),
  operations: async () => (await import('./operations/index.ts')).operations,
  errors,
  limits,
  validationError: (message) => ({ name: 'ValidationError', status: 400, message }),
})
