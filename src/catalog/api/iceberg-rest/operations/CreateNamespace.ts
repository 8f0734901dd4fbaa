import type { DatabaseRecord } from '#catalog/metastore'
import { badRequest, type RestAnswer } from '#protocol/iceberg-rest'
import { asProperties, asRecord } from '../body.ts'
import { mutation } from '../mutation.ts'
import { fromProperties, toProperties } from '../namespaces.ts'
import { catalogOf, levelsOf } from '../refs.ts'

/** createNamespace. A namespace is a database of the Glue catalog: it has one level. */
export const CreateNamespace = mutation(
  'POST /v1/{prefix}/namespaces',
  async (request, { metastore }, once) => {
    const ref = catalogOf(request)
    const body = asRecord(request.body, 'body')
    const name = nameOf(body)
    const properties = asProperties(body['properties'], 'properties')
    await request.authorize('glue', 'CreateDatabase', { DatabaseInput: { Name: name } })
    await once.transaction((tx) =>
      metastore.createDatabase(ref, { name, ...fromProperties(properties) }, { tx }),
    )
    return answer(await metastore.getDatabase({ ...ref, database: name }))
  },
  {
    again: async (request, { metastore }) => {
      const name = nameOf(asRecord(request.body, 'body'))
      await request.authorize('glue', 'CreateDatabase', { DatabaseInput: { Name: name } })
      return answer(await metastore.getDatabase({ ...catalogOf(request), database: name }))
    },
  },
)

/** Errors: 400. */
function nameOf(body: Readonly<Record<string, unknown>>): string {
  const levels = levelsOf(body['namespace'], 'namespace')
  const [name] = levels
  if (levels.length === 1 && name !== undefined) return name
  throw badRequest(`Namespaces have exactly one level here, not ${levels.length}`)
}

function answer(database: DatabaseRecord): RestAnswer {
  return { body: { namespace: [database.name], properties: toProperties(database) } }
}
