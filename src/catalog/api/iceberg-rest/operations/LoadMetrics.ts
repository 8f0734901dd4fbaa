import type { ReportKind } from '#catalog/tables'
import { parseBigJson } from '#kit'
import { operation } from '../context.ts'
import { tableOf } from '../refs.ts'

/** Not of the specification: the last reports of what clients measured on the table, the newest first. */
export const LoadMetrics = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics',
  async (request, { tables, reports }) => {
    const ref = tableOf(request)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    const { metadata } = await tables.load(ref)
    const id = { accountId: ref.accountId, uuid: metadata['table-uuid'] }
    const last = async (kind: ReportKind) =>
      (await reports.last(id, kind)).map(({ atMs, caller, report }) => ({
        'timestamp-ms': atMs,
        caller,
        report: parseBigJson(report),
      }))
    return { body: { 'scan-reports': await last('scan'), 'commit-reports': await last('commit') } }
  },
)
