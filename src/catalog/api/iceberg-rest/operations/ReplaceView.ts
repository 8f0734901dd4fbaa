import { checkLocation } from '../answers.ts'
import { asList, asRecord } from '../body.ts'
import { operation } from '../context.ts'
import { viewAnswer, viewOf } from '../views.ts'

/** replaceView: one commit to a view. */
export const ReplaceView = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }) => {
    const ref = viewOf(request)
    const body = asRecord(request.body, 'body')
    await request.authorize('glue', 'UpdateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: ref.table },
    })
    return viewAnswer(
      await views.replace(ref, {
        requirements: asList(body['requirements'], 'requirements'),
        updates: asList(body['updates'], 'updates'),
        checkLocation: checkLocation(request),
      }),
    )
  },
  { commits: true },
)
