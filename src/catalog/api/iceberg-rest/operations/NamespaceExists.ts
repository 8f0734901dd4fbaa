import { operation } from '../context.ts'
import { namespaceOf } from '../refs.ts'

/** namespaceExists */
export const NamespaceExists = operation(
  'HEAD /v1/{prefix}/namespaces/{namespace}',
  async (request, { metastore }) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'GetDatabase', { Name: ref.database })
    await metastore.getDatabase(ref)
    return {}
  },
)
