import { checkLocation } from '../answers.ts'
import { asProperties, asRecord, asString, optionalString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { catalogOf, namespaceOf } from '../refs.ts'
import { viewAnswer, viewMade } from '../views.ts'

/** createView. Its metadata file goes where a table's would. */
export const CreateView = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/views',
  async (request, { views }, once) => {
    const ref = namespaceOf(request)
    const body = asRecord(request.body, 'body')
    const name = asString(body['name'], 'name')
    const location = optionalString(body['location'], 'location')
    const { warehouse } = catalogOf(request)
    await request.authorize('glue', 'CreateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: name },
    })
    const view = await views.create(
      ref,
      {
        name,
        ...(location === undefined ? {} : { location }),
        ...(warehouse === undefined ? {} : { warehouse }),
        schema: body['schema'],
        version: body['view-version'],
        properties: asProperties(body['properties'], 'properties'),
        checkLocation: checkLocation(request),
      },
      request.caller.arn,
      once.commit,
    )
    return viewAnswer(view)
  },
  { again: viewMade },
)
