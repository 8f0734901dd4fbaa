import { asRecord } from '../body.ts'
import { mutation } from '../mutation.ts'
import { identifierOf } from '../refs.ts'

/** renameTable, also to another namespace. */
export const RenameTable = mutation(
  'POST /v1/{prefix}/tables/rename',
  async (request, { tables }, once) => {
    const body = asRecord(request.body, 'body')
    const source = identifierOf(request, body['source'], 'source')
    const to = identifierOf(request, body['destination'], 'destination')
    const { database, table } = source
    await request.authorize('glue', 'DeleteTable', { DatabaseName: database, Name: table })
    await request.authorize('glue', 'CreateTable', {
      DatabaseName: to.database,
      TableInput: { Name: to.table },
    })
    await tables.rename(source, to, once.commit)
    return {}
  },
)
