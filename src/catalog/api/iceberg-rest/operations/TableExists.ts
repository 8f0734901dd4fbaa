import { operation } from '../context.ts'
import { tableOf } from '../refs.ts'

/** tableExists. The table is there when it can be read. */
export const TableExists = operation(
  'HEAD /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  async (request, { tables }) => {
    const ref = tableOf(request)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    await tables.load(ref)
    return {}
  },
)
