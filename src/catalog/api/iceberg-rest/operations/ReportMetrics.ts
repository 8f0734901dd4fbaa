import { stringifyBigJson } from '#kit'
import { badRequest } from '#protocol/iceberg-rest'
import { asRecord, asString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { tableOf } from '../refs.ts'
import { reportKind, reportedMetrics } from '../report-metrics.ts'

const reportBytesMax = 64 * 1024

/**
 * reportMetrics. The last reports of a table are kept (`LoadMetrics` shows them), and what they measured goes to CloudWatch, in the
 * namespace `Boathouse/Iceberg`.
 */
export const ReportMetrics = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/metrics',
  async (request, { tables, reports, measure }, once) => {
    const ref = tableOf(request)
    const report = asRecord(request.body, 'body')
    const kind = reportKind(asString(report['report-type'], 'report-type'))
    if (!kind) throw badRequest('The report-type must be scan-report or commit-report')
    const text = stringifyBigJson(report)
    if (Buffer.byteLength(text) > reportBytesMax) {
      throw badRequest(`A report has at most ${reportBytesMax} bytes`)
    }
    const { accountId, region, database, table } = ref
    await request.authorize('glue', 'GetTable', { DatabaseName: database, Name: table })
    const { metadata, record } = await tables.load(ref)
    await once.transaction((tx) =>
      reports.keep(
        tx,
        { accountId, uuid: metadata['table-uuid'] },
        { kind, caller: request.caller.arn, report: text },
      ),
    )
    const dimensions = { DatabaseName: record.database, TableName: record.name }
    for (const metric of reportedMetrics(kind, report['metrics'])) {
      measure({ accountId, region, namespace: 'Boathouse/Iceberg', dimensions, ...metric })
    }
    return {}
  },
)
