import { operation } from '../context.ts'
import { viewOf } from '../views.ts'

/** viewExists. The view is there when it can be read. */
export const ViewExists = operation(
  'HEAD /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }) => {
    const ref = viewOf(request)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    await views.load(ref)
    return {}
  },
)
