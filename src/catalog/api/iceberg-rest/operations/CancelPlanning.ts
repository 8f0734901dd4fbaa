import { operation } from '../context.ts'
import { fromToken } from '../planning.ts'
import { tableOf } from '../refs.ts'

/** cancelPlanning: a plan is done when its id is told, so there is nothing left to stop. */
export const CancelPlanning = operation(
  'DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}',
  async (request, { tables }) => {
    const ref = tableOf(request)
    fromToken(request.params['plan_id']!, 'plan-id')
    await request.authorize('glue', 'GetTable', { DatabaseName: ref.database, Name: ref.table })
    await tables.load(ref)
    return {}
  },
)
