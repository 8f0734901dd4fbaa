import { operation } from '../context.ts'
import { toProperties } from '../namespaces.ts'
import { namespaceOf } from '../refs.ts'

/** loadNamespaceMetadata */
export const LoadNamespaceMetadata = operation(
  'GET /v1/{prefix}/namespaces/{namespace}',
  async (request, { metastore }) => {
    const ref = namespaceOf(request)
    await request.authorize('glue', 'GetDatabase', { Name: ref.database })
    const database = await metastore.getDatabase(ref)
    return { body: { namespace: [database.name], properties: toProperties(database) } }
  },
)
