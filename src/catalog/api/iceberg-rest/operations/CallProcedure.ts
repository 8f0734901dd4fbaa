import { cherryPick, moveBranch, parseLocation, type Moved } from '#catalog/tables'
import type { RestAnswer, RestRequest } from '#protocol/iceberg-rest'
import { asRecord } from '../body.ts'
import type { IcebergRestContext } from '../context.ts'
import { mutation } from '../mutation.ts'
import { callOf } from '../procedures.ts'
import { tableOf } from '../refs.ts'

/** Rewriting takes its time, and has an end. */
const timeoutMs = 30 * 60_000

/**
 * Not of the specification: Iceberg's procedures of Spark, with their arguments as a JSON object. Those that move branches are part of the
 * transaction that an `Idempotency-Key` is kept in; maintenance may be asked for twice, and then finds less to do.
 */
export const CallProcedure = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/procedures/{procedure}',
  async (request, ctx, once) => {
    const ref = tableOf(request)
    const call = callOf(request.params['procedure']!, asRecord(request.body ?? {}, 'body'))
    await request.authorize('glue', 'UpdateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: ref.table },
    })
    const by = request.caller.arn
    const { tables } = ctx
    if (call.what === 'move') {
      return answer(await moveBranch(tables, ref, call.move, by, once.commit))
    }
    if (call.what === 'pick') {
      const parts = { tables, source: ctx.manifests.sourceFor(ref.accountId) }
      return answer(await cherryPick(parts, ref, call.snapshotId, by, once.commit))
    }
    await authorizeFiles(request, ctx)
    return { body: await ctx.procedures(ref, call.procedure, AbortSignal.timeout(timeoutMs)) }
  },
  {
    commits: true,
    again: async (request, { tables }) => {
      const ref = tableOf(request)
      await request.authorize('glue', 'UpdateTable', {
        DatabaseName: ref.database,
        TableInput: { Name: ref.table },
      })
      const { metadata } = await tables.load(ref)
      const branch = String(asRecord(request.body ?? {}, 'body')['branch'] ?? 'main')
      const current = metadata.refs[branch]?.['snapshot-id'] ?? null
      return { body: { branch, 'current-snapshot-id': current } }
    },
  },
)

/** Maintenance reads the table's files, writes others and removes some. */
async function authorizeFiles(request: RestRequest, { tables }: IcebergRestContext): Promise<void> {
  const { metadata } = await tables.load(tableOf(request))
  const { bucket, key } = parseLocation(metadata.location)
  const Key = key === '' ? '*' : `${key.replace(/\/+$/, '')}/*`
  for (const operation of ['GetObject', 'PutObject', 'DeleteObject']) {
    await request.authorize('s3', operation, { Bucket: bucket, Key })
  }
}

function answer({ branch, previous, current }: Moved): RestAnswer {
  return {
    body: {
      branch,
      'previous-snapshot-id': previous ?? null,
      'current-snapshot-id': current,
    },
  }
}
