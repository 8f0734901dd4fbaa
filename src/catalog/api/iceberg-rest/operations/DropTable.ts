import { parseLocation } from '#catalog/tables'
import { mutation } from '../mutation.ts'
import { tableOf } from '../refs.ts'

/** dropTable. With `purgeRequested` the files in the table's location go too, soon after. */
export const DropTable = mutation(
  'DELETE /v1/{prefix}/namespaces/{namespace}/tables/{table}',
  async (request, { tables }, once) => {
    const ref = tableOf(request)
    const purge = request.query.get('purgeRequested')?.toLowerCase() === 'true'
    await request.authorize('glue', 'DeleteTable', { DatabaseName: ref.database, Name: ref.table })
    if (!purge) {
      await tables.drop(ref, once.commit)
      return {}
    }
    const { metadata, location } = await tables.load(ref)
    const { bucket, key } = parseLocation(metadata.location)
    const Key = key === '' ? '*' : `${key}/*`
    await request.authorize('s3', 'DeleteObject', { Bucket: bucket, Key })
    await tables.drop(ref, { purgeAt: location, ...once.commit })
    return {}
  },
)
