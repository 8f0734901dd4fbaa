import { checkLocation } from '../answers.ts'
import { asList, asRecord } from '../body.ts'
import { mutation } from '../mutation.ts'
import { viewAnswer, viewOf } from '../views.ts'

/** replaceView: one commit to a view. */
export const ReplaceView = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/views/{view}',
  async (request, { views }, once) => {
    const ref = viewOf(request)
    const body = asRecord(request.body, 'body')
    await request.authorize('glue', 'UpdateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: ref.table },
    })
    return viewAnswer(
      await views.replace(
        ref,
        {
          requirements: asList(body['requirements'], 'requirements'),
          updates: asList(body['updates'], 'updates'),
          checkLocation: checkLocation(request),
        },
        once.commit,
      ),
    )
  },
  {
    commits: true,
    again: async (request, { views }) => {
      const ref = viewOf(request)
      await request.authorize('glue', 'UpdateTable', {
        DatabaseName: ref.database,
        TableInput: { Name: ref.table },
      })
      return viewAnswer(await views.load(ref))
    },
  },
)
