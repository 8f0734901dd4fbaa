import { parseLocation } from '#catalog/tables'
import { asRecord, asString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { namespaceOf } from '../refs.ts'
import { viewAnswer, viewMade } from '../views.ts'

/** registerView. The metadata file stays where it is. */
export const RegisterView = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/register-view',
  async (request, { views }, once) => {
    const ref = namespaceOf(request)
    const body = asRecord(request.body, 'body')
    const name = asString(body['name'], 'name')
    const location = asString(body['metadata-location'], 'metadata-location')
    await request.authorize('glue', 'CreateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: name },
    })
    const { bucket, key } = parseLocation(location)
    await request.authorize('s3', 'GetObject', { Bucket: bucket, Key: key })
    const table = { ...ref, table: name }
    return viewAnswer(await views.register(table, location, request.caller.arn, once.commit))
  },
  { again: viewMade },
)
