import { badRequest } from '#protocol/iceberg-rest'
import { asList, asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { completed } from '../plan-answer.ts'
import { plan, type PlanInput } from '../planning.ts'

/** planTableScan: always done at once, since manifests are cached; a scan of many files is answered in tasks. */
export const PlanTableScan = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan',
  async (request, ctx) => {
    const body = asRecord(request.body ?? {}, 'body')
    const input: PlanInput = {
      ...snapshotsOf(body),
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

/**
 * One snapshot, or a range: what was appended after `start-snapshot-id`, up to `end-snapshot-id`. As in Iceberg's own incremental append
 * scan, snapshots of other operations are passed over, and deletes do not apply. Errors: 400.
 */
function snapshotsOf(
  body: Readonly<Record<string, unknown>>,
): Pick<PlanInput, 'snapshotId' | 'appendedAfter'> {
  const [id, start, end] = ['snapshot-id', 'start-snapshot-id', 'end-snapshot-id'].map((name) =>
    snapshotId(body[name], name),
  )
  if (start === undefined && end === undefined) return { snapshotId: id }
  if (id !== undefined) {
    throw badRequest(
      'snapshot-id is for one snapshot, start-snapshot-id and end-snapshot-id for a range',
    )
  }
  if (end === undefined) throw badRequest('end-snapshot-id is required with start-snapshot-id')
  return { snapshotId: end, appendedAfter: { snapshotId: start } }
}

function snapshotId(value: unknown, what: string): bigint | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  throw badRequest(`${what} must be an integer`)
}
