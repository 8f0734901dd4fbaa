import { asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { tableOf } from '../refs.ts'

/** reportMetrics. What clients measured goes to the log, at level debug. */
export const ReportMetrics = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics',
  async (request, { metastore }) => {
    const ref = tableOf(request)
    const report = asRecord(request.body, 'body')
    asString(report['report-type'], 'report-type')
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    await metastore.getTable(ref)
    request.log.debug({ table: `${ref.database}.${ref.table}`, report }, 'a client reports metrics')
    return {}
  },
)
