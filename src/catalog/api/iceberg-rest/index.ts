import { AnsweredRequests, TableReports } from '#catalog/tables'
import type { RestFront } from '#protocol/iceberg-rest'
import type { IcebergRestContext } from './context.ts'
import { errors } from './errors.ts'

export type { IcebergRestContext, VendCredentials, VendedCredentials } from './context.ts'

/** The Iceberg REST catalog: the same tables that Glue has. */
export function icebergRest(
  parts: Omit<IcebergRestContext, 'requests' | 'reports'>,
): RestFront<IcebergRestContext> {
  const context = {
    ...parts,
    requests: new AnsweredRequests(parts),
    reports: new TableReports(parts),
  }
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
