import { operation } from '../context.ts'
import { listed } from '../listing.ts'
import { catalogOf, databaseRef } from '../refs.ts'

/** listNamespaces. A namespace has none below it. */
export const ListNamespaces = operation(
  'GET /v1/{prefix}/namespaces',
  async (request, { metastore }) => {
    const ref = catalogOf(request)
    const parent = request.query.get('parent')
    if (parent) {
      const database = databaseRef(request, parent.split('\u001f'))
      await request.authorize('glue', 'GetDatabase', { Name: database.database })
      await metastore.getDatabase(database)
      return { body: { namespaces: [], 'next-page-token': null } }
    }
    await request.authorize('glue', 'GetDatabases', {})
    const { items, ...page } = await listed(request, (input) => metastore.listDatabases(ref, input))
    return { body: { namespaces: items.map(({ name }) => [name]), ...page } }
  },
)
