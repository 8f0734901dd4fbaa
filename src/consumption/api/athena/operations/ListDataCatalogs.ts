import {
  ListDataCatalogs$,
  type ListDataCatalogsInput,
  type ListDataCatalogsOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListDataCatalogs.html. `AwsDataCatalog` comes first. */
export const ListDataCatalogs = operation<ListDataCatalogsInput, ListDataCatalogsOutput>(
  ListDataCatalogs$,
  async (input, ctx) => {
    const isFirst = input.NextToken === undefined
    const { items, nextToken } = await ctx.queries.catalogs.list(scopeOf(ctx), {
      limit: (input.MaxResults ?? 50) - (isFirst ? 1 : 0),
      nextToken: input.NextToken,
    })
    const names = [...(isFirst ? ['AwsDataCatalog'] : []), ...items.map(({ name }) => name)]
    return {
      DataCatalogsSummary: names.map((CatalogName) => ({
        CatalogName,
        Type: 'GLUE',
        Status: 'CREATE_COMPLETE',
      })),
      NextToken: nextToken,
    }
  },
)
