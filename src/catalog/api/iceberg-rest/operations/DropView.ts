import { mutation } from '../mutation.ts'
import { viewOf } from '../views.ts'

/** dropView. Its metadata files stay. */
export const DropView = mutation(
  'DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }, once) => {
    const ref = viewOf(request)
    await request.authorize('glue', 'DeleteTable', { DatabaseName: ref.database, Name: ref.table })
    await views.drop(ref, once.commit)
    return {}
  },
)
