import { formatTableMetadata } from '#catalog/tables'
import { badRequest } from '#protocol/iceberg-rest'
import { etagOf } from '../answers.ts'
import { asRecord } from '../body.ts'
import { changeOf } from '../changes.ts'
import { operation } from '../context.ts'
import { identifierOf, tableOf } from '../refs.ts'

/** updateTable: one commit. */
export const UpdateTable = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  async (request, { tables }) => {
    const ref = tableOf(request)
    const body = asRecord(request.body, 'body')
    if (body['identifier'] !== undefined && body['identifier'] !== null) {
      const named = identifierOf(request, body['identifier'], 'identifier')
      if (named.table !== ref.table || named.database !== ref.database) {
        throw badRequest('The identifier is not that of the path')
      }
    }
    const change = await changeOf(request, ref, body)
    const { metadata, location } = await tables.commit(change, request.caller.arn)
    const text = `{"metadata-location":${JSON.stringify(location)},"metadata":${formatTableMetadata(metadata)}}`
    return { text, headers: { etag: etagOf(location, request) } }
  },
  { commits: true },
)
