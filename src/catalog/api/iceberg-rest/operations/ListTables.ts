import { operation } from '../context.ts'
import { listed } from '../listing.ts'
import { namespaceOf } from '../refs.ts'

/** listTables. Tables of other formats are not listed. A page may be short while there are more. */
export const ListTables = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/tables',
  async (request, { metastore, tables }) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'GetTables', { DatabaseName: ref.database })
    const { name: namespace } = await metastore.getDatabase(ref)
    const { items, ...page } = await listed(request, (input) => tables.list(ref, input))
    return {
      body: { identifiers: items.map((name) => ({ namespace: [namespace], name })), ...page },
    }
  },
)
