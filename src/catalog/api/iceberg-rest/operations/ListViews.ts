import { operation } from '../context.ts'
import { listed } from '../listing.ts'
import { namespaceOf } from '../refs.ts'

/** listViews. A page may be short while there are more. */
export const ListViews = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/views',
  async (request, { metastore, views }) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'GetTables', { DatabaseName: ref.database })
    const { name: namespace } = await metastore.getDatabase(ref)
    const { items, ...page } = await listed(request, (input) => views.list(ref, input))
    return {
      body: { identifiers: items.map((name) => ({ namespace: [namespace], name })), ...page },
    }
  },
)
