import type { RestFront } from '#protocol/iceberg-rest'
import type { IcebergRestContext } from './context.ts'
import { errors } from './errors.ts'

export type { IcebergRestContext, VendCredentials, VendedCredentials } from './context.ts'

/** The Iceberg REST catalog: the same tables that Glue has. */
export function icebergRest(context: IcebergRestContext): RestFront<IcebergRestContext> {
  return {
    operations: async () => (await import('./operations/index.ts')).operations,
    errors,
    context,
    unsupported,
  }
}

const namespace = '/v1/{prefix}/namespaces/{namespace}'

/** Views, planning on the server, and functions. */
const unsupported = [
  `${namespace}/views`,
  `${namespace}/views/{view}`,
  `${namespace}/register-view`,
  '/v1/{prefix}/views/rename',
  `${namespace}/functions`,
  `${namespace}/functions/{function}`,
  `${namespace}/tables/{table}/plan`,
  `${namespace}/tables/{table}/plan/{plan-id}`,
  `${namespace}/tables/{table}/tasks`,
]
