import {
  ListDatabases$,
  type ListDatabasesInput,
  type ListDatabasesOutput,
} from '@aws-sdk/client-athena'
import { catalogOf, checkCatalog, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListDatabases.html */
export const ListDatabases = operation<ListDatabasesInput, ListDatabasesOutput>(
  ListDatabases$,
  async (input, ctx) => {
    await checkCatalog(ctx, input.CatalogName)
    const { items, nextToken } = await catalogOf(ctx).listDatabases(scopeOf(ctx), {
      limit: input.MaxResults ?? 50,
      nextToken: input.NextToken,
    })
    return {
      DatabaseList: items.map((item) => ({
        Name: item.name,
        Description: item.description,
        Parameters: item.parameters,
      })),
      NextToken: nextToken,
    }
  },
)
