import { badRequest } from '#protocol/iceberg-rest'
import { asProperties, asRecord } from '../body.ts'
import { operation } from '../context.ts'
import { fromProperties, toProperties } from '../namespaces.ts'
import { catalogOf, levelsOf } from '../refs.ts'

/** createNamespace. A namespace is a database of the Glue catalog: it has one level. */
export const CreateNamespace = operation(
  'POST /v1/{prefix}/namespaces',
  async (request, { metastore }) => {
    const ref = catalogOf(request)
    const body = asRecord(request.body, 'body')
    const levels = levelsOf(body['namespace'], 'namespace')
    const [name] = levels
    if (levels.length !== 1 || name === undefined) {
      throw badRequest(`Namespaces have exactly one level here, not ${levels.length}`)
    }
    const properties = asProperties(body['properties'], 'properties')
    await request.authorize('glue', 'CreateDatabase', { DatabaseInput: { Name: name } })
    await metastore.createDatabase(ref, { name, ...fromProperties(properties) })
    const database = await metastore.getDatabase({ ...ref, database: name })
    return { body: { namespace: [database.name], properties: toProperties(database) } }
  },
)
