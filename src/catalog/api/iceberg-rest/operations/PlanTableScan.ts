import { RestError } from '#protocol/iceberg-rest'
import { asList, asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { completed } from '../plan-answer.ts'
import { plan, type PlanInput } from '../planning.ts'

/** planTableScan: always done at once, since manifests are cached; a scan of many files is answered in tasks. */
export const PlanTableScan = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan',
  async (request, ctx) => {
    const body = asRecord(request.body ?? {}, 'body')
    if (body['start-snapshot-id'] !== undefined || body['end-snapshot-id'] !== undefined) {
      throw new RestError(
        'UnsupportedOperationException',
        406,
        'Incremental scans are not planned here: plan them from the snapshots',
      )
    }
    const id = body['snapshot-id']
    const input: PlanInput = {
      snapshotId: id === undefined || id === null ? undefined : BigInt(id as number | bigint),
      filter: body['filter'] ?? undefined,
      caseSensitive: body['case-sensitive'] !== false,
      useSnapshotSchema: body['use-snapshot-schema'] === true,
      statsFields: asList(body['stats-fields'], 'stats-fields').map((name) =>
        asString(name, 'stats-fields'),
      ),
    }
    return { body: completed(await plan(request, ctx, input)) }
  },
)
