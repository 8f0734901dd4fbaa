import { checkLocation, loaded, tableAnswer, tableMade } from '../answers.ts'
import { asProperties, asRecord, asString, optionalString } from '../body.ts'
import { mutation } from '../mutation.ts'
import { catalogOf, namespaceOf } from '../refs.ts'

/**
 * createTable. Names are lower-case in the catalog. Without a location the table's files go to a folder of its own in the
 * namespace's location, or in the warehouse that the catalog was opened with.
 */
export const CreateTable = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables',
  async (request, ctx, once) => {
    const ref = namespaceOf(request)
    const body = asRecord(request.body, 'body')
    const name = asString(body['name'], 'name')
    const location = optionalString(body['location'], 'location')
    const { warehouse } = catalogOf(request)
    const input = {
      name,
      ...(location === undefined ? {} : { location }),
      ...(warehouse === undefined ? {} : { warehouse }),
      schema: body['schema'],
      partitionSpec: body['partition-spec'],
      writeOrder: body['write-order'],
      properties: asProperties(body['properties'], 'properties'),
      checkLocation: checkLocation(request),
    }
    const { database } = ref
    await request.authorize('glue', 'CreateTable', {
      DatabaseName: database,
      TableInput: { Name: name },
    })
    if (body['stage-create'] === true) {
      const metadata = await ctx.tables.stage(ref, input)
      return tableAnswer(request, ctx, { metadata, location: undefined, database, name })
    }
    return tableAnswer(
      request,
      ctx,
      loaded(await ctx.tables.create(ref, input, request.caller.arn, once.commit)),
    )
  },
  { again: tableMade },
)
