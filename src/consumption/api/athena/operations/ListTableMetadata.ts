import {
  ListTableMetadata$,
  type ListTableMetadataInput,
  type ListTableMetadataOutput,
} from '@aws-sdk/client-athena'
import { toTableMetadata } from '../shapes.ts'
import { catalogOf, checkCatalog, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListTableMetadata.html */
export const ListTableMetadata = operation<ListTableMetadataInput, ListTableMetadataOutput>(
  ListTableMetadata$,
  async (input, ctx) => {
    await checkCatalog(ctx, input.CatalogName)
    const database = input.DatabaseName!.toLowerCase()
    const { items, nextToken } = await catalogOf(ctx).listTables(
      { ...scopeOf(ctx), database },
      { limit: input.MaxResults ?? 50, nextToken: input.NextToken, expression: input.Expression },
    )
    return { TableMetadataList: items.map(toTableMetadata), NextToken: nextToken }
  },
)
