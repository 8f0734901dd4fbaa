import { operation } from '../context.ts'
import { completed } from '../plan-answer.ts'
import { fromToken, plan } from '../planning.ts'

/** fetchPlanningResult: the plan's id says all that is to be planned. */
export const FetchPlanningResult = operation(
  'GET /v1/{prefix}/namespaces/{namespace}/tables/{table}/plan/{plan-id}',
  async (request, ctx) => {
    const input = fromToken(request.params['plan_id']!, 'plan-id')
    return { body: completed(await plan(request, ctx, input)) }
  },
)
