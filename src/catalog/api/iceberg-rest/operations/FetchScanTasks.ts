import { asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { fromToken, plan, scanTasks } from '../planning.ts'

/** fetchScanTasks: the files of one task. The snapshot does not change, and neither does the order of its files. */
export const FetchScanTasks = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/tasks',
  async (request, ctx) => {
    const body = asRecord(request.body, 'body')
    const input = fromToken(asString(body['plan-task'], 'plan-task'), 'plan-task')
    const planned = await plan(request, ctx, input)
    const [from, count] = input.part ?? [0, planned.files.length]
    return { body: scanTasks(planned, planned.files.slice(from, from + count)) }
  },
)
