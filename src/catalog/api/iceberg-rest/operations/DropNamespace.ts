import { operation } from '../context.ts'
import { namespaceOf } from '../refs.ts'

/** dropNamespace. It must be empty: of tables in any format, and of functions. */
export const DropNamespace = operation(
  'DELETE /v1/{prefix}/namespaces/{namespace}',
  async (request, { metastore }) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'DeleteDatabase', { Name: ref.database })
    await metastore.deleteDatabase(ref, { onlyEmpty: true })
    return {}
  },
)
