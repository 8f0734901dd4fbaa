import { isLakeError } from '#kit'
import { badRequest } from '#protocol/iceberg-rest'
import { etagOf, loaded, tableAnswer } from '../answers.ts'
import { operation } from '../context.ts'
import { noSuchTable, tableOf } from '../refs.ts'

/** loadTable */
export const LoadTable = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  async (request, ctx) => {
    const ref = tableOf(request)
    const wanted = request.query.get('snapshots') ?? 'all'
    if (wanted !== 'all' && wanted !== 'refs') throw badRequest(`Unknown snapshots: ${wanted}`)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    const table = loaded(
      await ctx.tables.load(ref).catch((error: unknown) => {
        // The specification's only 404 here; `DROP TABLE IF EXISTS` in Spark rests on it.
        if (isLakeError(error, 'DatabaseNotFound')) throw noSuchTable([ref.database, ref.table])
        throw error
      }),
    )
    const etag = etagOf(table.location!, request)
    const known = request.wire.headers['if-none-match']?.split(',').map((tag) => tag.trim())
    if (known?.includes(etag)) return { status: 304, headers: { etag } }
    if (wanted === 'all') return tableAnswer(request, ctx, table)
    const { metadata } = table
    const referenced = new Set(Object.values(metadata.refs).map((ref) => ref['snapshot-id']))
    const snapshots = metadata.snapshots.filter((snapshot) =>
      referenced.has(snapshot['snapshot-id']),
    )
    return tableAnswer(request, ctx, { ...table, metadata: { ...metadata, snapshots } })
  },
)
