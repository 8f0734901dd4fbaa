import { parseLocation } from '#catalog/tables'
import { checkLocation, loaded, tableAnswer, tableMade } from '../answers.ts'
import { asRecord, asString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { namespaceOf } from '../refs.ts'

/** registerTable. The metadata file stays where it is. */
export const RegisterTable = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/register',
  async (request, ctx, once) => {
    const ref = namespaceOf(request)
    const body = asRecord(request.body, 'body')
    const name = asString(body['name'], 'name')
    const location = asString(body['metadata-location'], 'metadata-location')
    const overwrite = body['overwrite'] === true
    const input = { DatabaseName: ref.database, TableInput: { Name: name } }
    await request.authorize('glue', 'CreateTable', input)
    if (overwrite) await request.authorize('glue', 'UpdateTable', input)
    const { bucket, key } = parseLocation(location)
    await request.authorize('s3', 'GetObject', { Bucket: bucket, Key: key })
    await checkLocation(request)(location)
    const table = await ctx.tables.register({ ...ref, table: name }, location, {
      overwrite,
      createdBy: request.caller.arn,
      ...once.commit,
    })
    return tableAnswer(request, ctx, loaded(table))
  },
  { again: tableMade },
)
