import { formatTableMetadata, type TableMetadata } from '#catalog/tables'
import { badRequest, type RestAnswer, type RestRequest } from '#protocol/iceberg-rest'
import { etagOf } from '../answers.ts'
import { asList, asRecord } from '../body.ts'
import { authorizeChange, changeOf } from '../changes.ts'
import { mutation } from '../mutation.ts'
import { identifierOf, tableOf } from '../refs.ts'

/** updateTable: one commit. */
export const UpdateTable = mutation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  async (request, { tables }, once) => {
    const ref = tableOf(request)
    const body = asRecord(request.body, 'body')
    if (body['identifier'] !== undefined && body['identifier'] !== null) {
      const named = identifierOf(request, body['identifier'], 'identifier')
      if (named.table !== ref.table || named.database !== ref.database) {
        throw badRequest('The identifier is not that of the path')
      }
    }
    const change = await changeOf(request, ref, body)
    return answer(request, await tables.commit(change, request.caller.arn, once.commit))
  },
  {
    commits: true,
    again: async (request, { tables }) => {
      const ref = tableOf(request)
      const requirements = asList(asRecord(request.body, 'body')['requirements'], 'requirements')
      await authorizeChange(request, ref, requirements)
      return answer(request, await tables.load(ref))
    },
  },
)

function answer(
  request: RestRequest,
  { metadata, location }: { readonly metadata: TableMetadata; readonly location: string },
): RestAnswer {
  const text = `{"metadata-location":${JSON.stringify(location)},"metadata":${formatTableMetadata(metadata)}}`
  return { text, headers: { etag: etagOf(location, request) } }
}
