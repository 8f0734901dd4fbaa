import { operation } from '../context.ts'
import { viewAnswer, viewOf } from '../views.ts'

/** loadView */
export const LoadView = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }) => {
    const ref = viewOf(request)
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    return viewAnswer(await views.load(ref))
  },
)
