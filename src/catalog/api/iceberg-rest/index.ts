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

/** Functions are not kept here. */
const unsupported = [`${namespace}/functions`, `${namespace}/functions/{function}`]
