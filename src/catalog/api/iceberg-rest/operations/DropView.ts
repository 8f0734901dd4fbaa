import { operation } from '../context.ts'
import { viewOf } from '../views.ts'

/** dropView. Its metadata files stay. */
export const DropView = operation(
  'DELETE /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }) => {
    const ref = viewOf(request)
    await request.authorize('glue', 'DeleteTable', { DatabaseName: ref.database, Name: ref.table })
    await views.drop(ref)
    return {}
  },
)
