import { folderLocation, parseLocation } from '#catalog/tables'
import { asRecord, asString } from '../body.ts'
import { operation } from '../context.ts'
import { identifierOf, tableOf } from '../refs.ts'

/** Reading footers takes its time, and has an end. */
const timeoutMs = 30 * 60_000

/**
 * Not of the specification: takes the Parquet files of a Hive table (`{"source": {"namespace": ["db"], "name": "t"}}`) or of a folder
 * (`{"location": "s3://…"}`) into the table, as they lie there.
 */
export const AddFiles = operation(
  'POST /v1/{prefix}/namespaces/{namespace}/tables/{table}/add-files',
  async (request, ctx) => {
    const ref = tableOf(request)
    const body = asRecord(request.body, 'body')
    await request.authorize('glue', 'UpdateTable', {
      DatabaseName: ref.database,
      TableInput: { Name: ref.table },
    })
    const by = {
      committedBy: request.caller.arn,
      signal: AbortSignal.timeout(timeoutMs),
      // Partitions may lie anywhere: each must be one that the caller may read.
      checkFolder: async (location: string) => {
        const { bucket, key } = parseLocation(folderLocation(location))
        const Key = key === '' ? '*' : `${key}/*`
        await request.authorize('s3', 'GetObject', { Bucket: bucket, Key })
      },
    }
    if (body['location'] !== undefined) {
      const location = asString(body['location'], 'location')
      return { body: await ctx.addFiles(ref, { kind: 'folder', location }, by) }
    }
    const source = identifierOf(request, body['source'], 'source')
    const { database, table } = source
    await request.authorize('glue', 'GetTable', { DatabaseName: database, Name: table })
    await request.authorize('glue', 'GetPartitions', { DatabaseName: database, TableName: table })
    return { body: await ctx.addFiles(ref, { kind: 'table', ref: source }, by) }
  },
)
