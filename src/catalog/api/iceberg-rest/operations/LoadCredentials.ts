import { folderLocation } from '#catalog/tables'
import { loaded } from '../answers.ts'
import { operation } from '../context.ts'
import { tableOf } from '../refs.ts'
import { tableStorageConfig, vendedFor } from '../storage-access.ts'

/** loadCredentials. The list is empty when the caller's own credentials cannot be narrowed further. */
export const LoadCredentials = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/credentials',
  async (request, ctx) => {
    const ref = tableOf(request)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    const table = loaded(await ctx.tables.load(ref))
    const credentials = await vendedFor(request, ctx, table, true)
    const prefix = folderLocation(table.metadata.location)
    const config = { ...(await tableStorageConfig(request, ctx, table)), ...credentials }
    return { body: { 'storage-credentials': credentials ? [{ prefix, config }] : [] } }
  },
)
