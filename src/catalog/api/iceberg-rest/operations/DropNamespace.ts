import { mutation } from '../mutation.ts'
import { namespaceOf } from '../refs.ts'

/** dropNamespace. It must be empty: of tables in any format, and of functions. */
export const DropNamespace = mutation(
  'DELETE /v1/{prefix}/namespaces/{namespace}',
  async (request, { metastore }, once) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'DeleteDatabase', { Name: ref.database })
    await once.transaction((tx) => metastore.deleteDatabase(ref, { onlyEmpty: true, tx }))
    return {}
  },
)
