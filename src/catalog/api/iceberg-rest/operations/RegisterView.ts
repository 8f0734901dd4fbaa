import { parseLocation } from '#catalog/tables'
import { asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { namespaceOf } from '../refs.ts'
import { viewAnswer } from '../views.ts'

/** registerView. The metadata file stays where it is. */
export const RegisterView = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/register-view',
  async (request, { views }) => {
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
    return viewAnswer(await views.register({ ...ref, table: name }, location, request.caller.arn))
  },
)
